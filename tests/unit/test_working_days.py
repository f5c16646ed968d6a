"""The working calendar: the worked deadlines of the rules, and laws that hold for any calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow import filing_deadlines
from caseflow.working_days import (
    Calendar,
    Reason,
    SpecialDay,
    calendar_of,
    due_of,
    published_calendar,
    published_days,
)

BUREAU = published_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 6, 30))
AMOUNTS = st.integers(0, 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar: some days of 2009 and 2010 are rest days or worked weekends, at random."""
    days = draw(st.sets(st.dates(date(2009, 1, 1), date(2010, 12, 31)), max_size=40))
    special = [
        SpecialDay(day, day.weekday() >= 5, "国庆节", may_end_deadline=draw(st.booleans()))
        for day in days
    ]
    return calendar_of(special, draw(st.sets(st.sampled_from([2009, 2010, 2011]))))


@pytest.mark.parametrize(
    ("served", "amount", "due"),
    [
        (date(2009, 9, 25), 15, date(2009, 10, 19)),
        (date(2009, 11, 6), 15, date(2009, 11, 23)),
        (date(2009, 11, 12), 30, date(2009, 12, 14)),
    ],
)
def test_statutory_deadlines_of_the_rules(served: date, amount: int, due: date) -> None:
    assert BUREAU.add_days(served, amount).on == due


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [(date(2009, 9, 25), 10, date(2009, 10, 15)), (date(2009, 11, 6), 30, date(2009, 12, 18))],
)
def test_desk_review_limits_of_the_rules(start: date, amount: int, due: date) -> None:
    assert BUREAU.add_working_days(start, amount).on == due


def test_interview_is_at_least_three_full_working_days_after_service() -> None:
    due = BUREAU.day_after_full_working_days(date(2009, 9, 25), 3)
    assert due.on == date(2009, 9, 30)
    assert [day.on.day for day in due.days if day.counted] == [27, 28, 29]


def test_annual_settlement_may_end_on_a_make_up_sunday() -> None:
    assert filing_deadlines.of_annual_settlement(BUREAU, 2008).on == date(2009, 5, 31)


def test_annual_settlement_moves_from_a_rest_day() -> None:
    assert filing_deadlines.of_annual_settlement(BUREAU, 2013).on == date(2014, 6, 3)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2009, [19, 16, 16, 20, 18, 15, 15, 17, 15, 23, 16, 15]),
        (2010, [18, 22, 15, 19, 18, 17, 15, 16, 15, 22, 15, 15]),
    ],
)
def test_monthly_deadlines_of_the_default_table(year: int, days: list[int]) -> None:
    rows = filing_deadlines.table(BUREAU, year)
    assert [row.on for row in rows] == [
        date(year, month, day) for month, day in zip(range(1, 13), days, strict=True)
    ]


def test_the_rule_alone_ends_february_2010_on_a_worked_saturday() -> None:
    assert filing_deadlines.propose(BUREAU, 2010, 2).on == date(2010, 2, 20)


def test_a_make_up_day_flagged_as_rest_ends_no_statutory_deadline() -> None:
    flagged = [
        SpecialDay(day.on, day.is_working, day.name, may_end_deadline=False)
        for day in published_days()
    ]
    february = filing_deadlines.propose(calendar_of(flagged, BUREAU.published_years), 2010, 2)
    assert february.on == date(2010, 2, 22)
    assert [day.reason for day in february.days[-2:]] == [Reason.ROLLED, Reason.ROLLED_TO]


@pytest.mark.parametrize(("month", "rule"), [(2, 21), (5, 20), (6, 18), (10, 22)])
def test_published_list_of_2024_wins_over_the_rule(month: int, rule: int) -> None:
    assert filing_deadlines.propose(BUREAU, 2024, month).on == date(2024, month, rule)
    assert filing_deadlines.table(BUREAU, 2024)[month - 1].on > date(2024, month, rule)
    assert filing_deadlines.table(BUREAU, 2024)[month - 1].is_published


def test_before_2009_the_deadline_was_the_tenth() -> None:
    assert filing_deadlines.of_period(BUREAU, date(2008, 6, 30)).on == date(2008, 7, 10)


def test_the_deadline_of_december_falls_in_january() -> None:
    assert filing_deadlines.of_period(BUREAU, date(2009, 12, 31)).on == date(2010, 1, 18)


def test_thirteen_days_of_the_national_day_of_2009_are_told_one_by_one() -> None:
    due = BUREAU.add_days(date(2009, 9, 25), 15)
    reasons = [day.reason for day in due.days]
    assert reasons.count(Reason.CALENDAR) == 15
    assert reasons.count(Reason.EXTENDED) == 8
    assert reasons[-1] is Reason.ROLLED_TO
    assert Reason.ROLLED not in reasons


def test_rest_block_counts_weekend_days_that_the_package_leaves_unnamed() -> None:
    assert BUREAU.holiday(date(2024, 6, 8)) == ""
    assert BUREAU.block(date(2024, 6, 8)) == (date(2024, 6, 8), date(2024, 6, 10))


def test_an_ordinary_weekend_is_no_block_and_a_working_day_has_none() -> None:
    assert BUREAU.block(date(2009, 11, 7)) is None
    assert BUREAU.block(date(2009, 11, 6)) is None


def test_explanation_cites_the_rule_and_the_holiday_in_both_languages() -> None:
    due = BUREAU.add_days(date(2009, 9, 25), 15)
    chinese, english = due.explain("zh"), due.explain("en")
    assert "第一百零九条" in chinese[0]
    assert "article 109" in english[0]
    assert "10-01（周四）国庆节，计入" in chinese
    assert "10-01 (Thu) National Day, counted" in english
    assert chinese[-1] == "到期日 2009-10-19"
    assert english[-1] == "Due on 2009-10-19"


def test_explanation_of_working_days_names_make_up_days_and_weekends() -> None:
    lines = BUREAU.add_working_days(date(2009, 9, 25), 10).explain("zh")
    assert "09-26（周六）双休日，不计" in lines
    assert "09-27（周日）国庆节调休上班，计入" in lines
    assert "09-28（周一）工作日，计入" in lines


def test_a_day_off_on_a_weekday_without_a_name_is_told_as_a_rest_day() -> None:
    snow = calendar_of([SpecialDay(date(2009, 11, 9), is_working=False, name="")], [2009])
    assert "11-09 (Mon) statutory rest day, not counted" in snow.add_working_days(
        date(2009, 11, 6), 1
    ).explain("en")


def test_a_year_without_published_plan_is_provisional_and_knows_fixed_holidays() -> None:
    plan = calendar_of([], [2009])
    due = plan.add_working_days(date(2010, 9, 30), 1)
    assert due.provisional
    assert due.on == date(2010, 10, 4)
    assert due.explain("zh")[-1].endswith("（放假安排尚未公布，暂定）")
    assert not plan.add_working_days(date(2009, 9, 28), 1).provisional


def test_days_of_a_pause_are_not_counted() -> None:
    pause = (date(2009, 11, 10), date(2009, 11, 13))
    due = BUREAU.add_working_days(date(2009, 11, 6), 5, pauses=[pause])
    assert due.on == date(2009, 11, 18)
    assert [day.on.day for day in due.days if day.reason is Reason.PAUSED] == [11, 12, 13]


def test_months_end_on_the_last_day_when_the_number_is_missing() -> None:
    assert BUREAU.add_months(date(2009, 8, 31), 6).on == date(2010, 2, 28) + timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (date(2010, 1, 20), date(2010, 1, 25)),
        (date(2010, 1, 25), date(2010, 2, 25)),
        (date(2010, 4, 10), date(2010, 4, 23)),  # the 25th is a Sunday
        (date(2010, 4, 23), date(2010, 5, 25)),
        (date(2010, 12, 27), date(2011, 1, 25)),
    ],
)
def test_day_of_a_month_is_the_next_and_moved_back_from_a_rest_day(after: date, due: date) -> None:
    assert BUREAU.day_of_month(after, 25).on == due


def test_day_that_a_month_lacks_is_its_last() -> None:
    assert BUREAU.day_of_month(date(2010, 3, 31), 31).on == date(2010, 4, 30)


def test_day_moved_back_says_so() -> None:
    lines = BUREAU.day_of_month(date(2010, 4, 10), 25).explain("zh")
    assert "2010-04-10 之后最近的一个 25 日" in lines[0]
    assert lines[1] == "04-25（周日）当日休假，提前，不计"
    assert lines[-1] == "到期日 2010-04-23"


def test_next_working_day_skips_the_holiday() -> None:
    assert BUREAU.next_working_day(date(2009, 9, 30)) == date(2009, 10, 9)


@pytest.mark.parametrize("count", [BUREAU.add_working_days, BUREAU.add_days, BUREAU.add_months])
def test_a_negative_limit_is_refused(count: object) -> None:
    assert callable(count)
    with pytest.raises(ValueError, match="-1"):
        count(date(2009, 9, 25), -1)


@given(calendars(), st.dates(date(2009, 1, 1), date(2010, 10, 1)), AMOUNTS)
def test_adding_and_counting_working_days_agree(days: Calendar, start: date, amount: int) -> None:
    due = days.add_working_days(start, amount)
    assert days.working_days_between(start, due.on) == amount
    assert sum(day.counted for day in due.days) == amount
    assert amount == 0 or days.is_working(due.on)


@given(calendars(), st.dates(date(2009, 1, 1), date(2010, 6, 1)), AMOUNTS, AMOUNTS)
def test_working_days_add_up(days: Calendar, start: date, first: int, second: int) -> None:
    middle = days.add_working_days(start, first).on
    assert (
        days.add_working_days(middle, second).on == days.add_working_days(start, first + second).on
    )


@given(DAYS, DAYS, DAYS)
def test_counts_between_days_add_up_and_turn_round(a: date, b: date, c: date) -> None:
    between = BUREAU.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(DAYS, AMOUNTS, DAYS, st.integers(0, 40))
def test_a_pause_moves_a_limit_by_its_working_days(
    start: date, amount: int, begin: date, length: int
) -> None:
    begin = max(start, min(begin, BUREAU.add_working_days(start, amount).on))
    until = begin + timedelta(days=length)
    paused = BUREAU.add_working_days(start, amount, pauses=[(begin, until)]).on
    left = amount - BUREAU.working_days_between(start, begin)
    assert paused == (
        BUREAU.add_working_days(until, left).on if left else begin if amount else start
    )


@given(calendars(), st.dates(date(2009, 1, 1), date(2010, 10, 1)), AMOUNTS)
def test_statutory_limits_end_on_working_days_never_early_and_in_order(
    days: Calendar, start: date, amount: int
) -> None:
    due = days.add_days(start, amount)
    assert days.is_working(due.on)
    assert due.on >= start + timedelta(days=amount)
    assert due.on <= days.add_days(start, amount + 1).on


@given(calendars(), st.dates(date(2009, 1, 1), date(2010, 10, 1)), AMOUNTS)
def test_the_days_of_a_count_are_without_gaps(days: Calendar, start: date, amount: int) -> None:
    for due in (days.add_working_days(start, amount), days.add_days(start, amount)):
        assert [day.on for day in due.days] == [
            start + timedelta(days=n) for n in range(1, (due.on - start).days + 1)
        ]


@given(DAYS, AMOUNTS)
def test_a_stored_explanation_reads_back_as_it_was(start: date, amount: int) -> None:
    due = BUREAU.add_days(start, amount)
    assert due_of(due.facts()) == due
