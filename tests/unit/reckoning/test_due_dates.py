"""Limits counted: the worked deadlines and rules of section 6, and a counter of our own beside."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow import clock
from caseflow.reckoning import Answer, BadQuestion, reckon
from caseflow.working_days import Calendar, SpecialDay, calendar_of, due_of, published_calendar
from tests.support.full_width import wide

BUREAU = published_calendar()
ONE = timedelta(days=1)
TWENTY_YEARS = st.dates(date(2005, 1, 1), date(2024, 12, 31))


def due(**question: object) -> Answer:
    return due_by(BUREAU, **question)


def due_by(calendar: Calendar, **question: object) -> Answer:
    return reckon("due", {name.rstrip("_"): value for name, value in question.items()}, calendar)


def due_on(**question: object) -> str:
    return str(due(**question).values["due"])


# A second counter, written as one counts on a wall calendar: it shares no line with the product.


def rests(day: date) -> bool:
    return not chinese_calendar.is_workday(day)


def first_worked(day: date) -> date:
    while rests(day):
        day += ONE
    return day


def counted_days(start: date, amount: int) -> date:
    """Article 109: long rest blocks inside the period lengthen it; then roll on, once."""
    last, longer = start, 0
    for _ in range(amount):
        last += ONE
    day = start + ONE
    while day <= last:
        run, named = 0, False
        first = day
        while rests(first - ONE):
            first -= ONE
        while rests(first):
            named = named or first in chinese_calendar.constants.holidays
            run += start < first <= last
            first += ONE
        if named and run >= 3:
            longer += run
        day = max(day, first) + ONE if rests(day) else day + ONE
    for _ in range(longer):
        last += ONE
    return first_worked(last)


def counted_working_days(start: date, amount: int, pauses: list[tuple[date, date]]) -> date:
    day = start
    while amount:
        day += ONE
        stands_still = any(begun < day <= ended for begun, ended in pauses)
        if not rests(day) and not stands_still:
            amount -= 1
    return day


def counted_months(start: date, amount: int) -> date:
    year, month = start.year, start.month
    for _ in range(amount):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = start.day
    while True:
        try:
            return first_worked(date(year, month, number))
        except ValueError:
            number -= 1


@settings(max_examples=400)
@given(TWENTY_YEARS, st.integers(0, 200))
def test_days_equal_an_independent_count_over_twenty_years(start: date, amount: int) -> None:
    assert due_on(from_=start.isoformat(), days=amount) == counted_days(start, amount).isoformat()


@settings(max_examples=400)
@given(
    TWENTY_YEARS,
    st.integers(0, 90),
    st.lists(st.tuples(st.integers(-20, 150), st.integers(0, 60)), max_size=4),
)
def test_working_days_with_pauses_equal_an_independent_count_over_twenty_years(
    start: date, amount: int, gaps: list[tuple[int, int]]
) -> None:
    pauses = [
        (start + timedelta(days=begun), start + timedelta(days=begun + length))
        for begun, length in gaps
    ]
    told = [[begun.isoformat(), ended.isoformat()] for begun, ended in pauses]
    found = due_on(from_=start.isoformat(), working_days=amount, pauses=told)
    assert found == counted_working_days(start, amount, pauses).isoformat()


@settings(max_examples=400)
@given(TWENTY_YEARS, st.integers(0, 15))
def test_months_equal_an_independent_count_over_twenty_years(start: date, amount: int) -> None:
    found = due_on(from_=start.isoformat(), months=amount)
    assert found == counted_months(start, amount).isoformat()


@settings(max_examples=200)
@given(TWENTY_YEARS, st.integers(0, 40))
def test_earliest_day_after_full_working_days_equals_an_independent_count(
    start: date, amount: int
) -> None:
    day = counted_working_days(start, amount, []) + ONE
    found = due_on(from_=start.isoformat(), full_working_days=amount)
    assert found == first_worked(day).isoformat()


@settings(max_examples=100)
@given(TWENTY_YEARS, st.integers(0, 60), st.dates(date(2005, 1, 1), date(2024, 1, 1)))
def test_statutory_limits_never_stand_still(start: date, amount: int, begun: date) -> None:
    pause = [[begun.isoformat(), (begun + timedelta(days=300)).isoformat()]]
    for measure in ("days", "months"):
        asked: dict[str, object] = {"from": start.isoformat(), measure: amount // 5}
        plain = due(**asked)
        paused = due(pauses=pause, **asked)
        assert paused.values == plain.values
        assert "statutory limits never stand still" in paused.explain("en")[1]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"from": "2009-09-25", "days": 15}, "2009-10-19"),  # order to correct
        ({"from": "2009-11-06", "days": 15}, "2009-11-23"),
        ({"from": "2009-11-12", "days": 30}, "2009-12-14"),  # service by announcement
        ({"from": "2009-09-25", "full_working_days": 3}, "2009-09-30"),  # interview notice
        ({"from": "2009-09-25", "working_days": 10}, "2009-10-15"),  # desk review
        ({"from": "2009-11-06", "working_days": 30}, "2009-12-18"),
        ({"from": "2008-12-31", "months": 5}, "2009-05-31"),  # a worked Sunday
        ({"from": "2009-09-25", "days": 0}, "2009-09-25"),
        ({"from": "2009年9月25日", "days": wide("15")}, "2009-10-19"),
    ],
)
def test_worked_deadlines(question: dict[str, object], found: str) -> None:
    assert reckon("due", question, BUREAU).values["due"] == found


def test_the_starting_day_is_not_counted() -> None:
    assert due_on(from_="2009-11-09", days=1) == "2009-11-10"
    assert due_on(from_="2009-11-09", working_days=1) == "2009-11-10"


def test_an_ordinary_weekend_inside_lengthens_nothing() -> None:
    assert due_on(from_="2009-11-04", days=6) == "2009-11-10"


def test_two_days_of_a_block_inside_the_period_lengthen_nothing() -> None:
    # 1 and 2 October lie inside; the end only rolls over the rest of the block.
    assert due_on(from_="2009-09-22", days=10) == "2009-10-09"
    # Three of them lengthen the period by three days, which end inside the block and roll.
    assert due_on(from_="2009-09-23", days=10) == "2009-10-09"
    # All eight inside: eight more days, and only those of the original period are counted.
    assert due_on(from_="2009-09-29", days=10) == "2009-10-19"


def test_five_months_of_settlement_are_not_lengthened_by_the_blocks_inside() -> None:
    # New Year, Spring Festival, Tomb-sweeping and Labour Day all lie inside.
    assert due_on(from_="2009-12-31", months=5) == "2010-05-31"
    assert reckon("filing", {"year": 2009}, BUREAU).values["due"] == "2010-05-31"


def test_months_end_on_the_last_day_where_the_number_is_missing() -> None:
    assert due_on(from_="2012-01-31", months=1) == "2012-02-29"
    assert due_on(from_="2012-02-29", years=1) == "2013-02-28"
    assert due_on(from_="2009-01-31", months=1) == "2009-03-02"  # 28 February was a Saturday


def test_a_make_up_sunday_is_worked_and_may_end_a_limit_unless_flagged() -> None:
    assert due_on(from_="2009-09-24", working_days=2) == "2009-09-27"
    assert due_on(from_="2009-09-20", days=7) == "2009-09-27"
    flagged = calendar_of(
        [SpecialDay(date(2009, 9, 27), is_working=True, name="国庆节", may_end_deadline=False)],
        [2009],
    )
    assert due_by(flagged, from_="2009-09-20", days=7).values["due"] == "2009-09-28"
    assert due_by(flagged, from_="2009-09-24", working_days=2).values["due"] == "2009-09-27"


def test_a_year_without_a_published_plan_is_provisional_and_says_so() -> None:
    found = due(from_="2031-04-27", days=4)
    assert (found.values["due"], found.values["provisional"]) == ("2031-05-02", True)
    assert found.explain("zh")[-1] == "到期日：2031-05-02（周五），放假安排尚未公布，暂定"
    assert not due(from_="2009-04-27", days=4).values["provisional"]


def test_the_explanation_cites_the_rule_and_tells_every_day() -> None:
    lines = due(from_="2009-09-25", days=15).explain("en")
    assert "article 109" in lines[0]
    assert len(lines) == 1 + 15 + 8 + 1 + 1
    assert "2009-10-01 (Thu): National Day, day 6" in lines
    assert "2009-10-18 (Sun): added for the rest block, day 23" in lines
    assert "2009-10-19 (Mon): moved on to this day, counted" in lines
    assert lines[-1] == "due on: 2009-10-19 (Mon)"


def test_the_explanation_of_working_days_numbers_those_that_count() -> None:
    lines = due(from_="2009-09-25", working_days=2).explain("zh")
    assert lines[1:] == (
        "2009-09-26（周六）：双休日，不计",
        "2009-09-27（周日）：国庆节调休上班，第 1 日",
        "2009-09-28（周一）：工作日，第 2 日",
        "到期日：2009-09-28（周一）",
    )


@pytest.mark.parametrize(
    ("question", "found", "is_published"),
    [
        ({"period": "2009-09"}, "2009-10-23", False),
        ({"period": "2009-12"}, "2010-01-18", False),
        ({"period": 201001}, "2010-02-22", True),
        ({"period": "2024年5月"}, "2024-06-19", True),
        ({"period": "2008-06"}, "2008-07-10", False),
        ({"year": "2008"}, "2009-05-31", False),
    ],
)
def test_filing_deadlines_come_from_the_table_first(
    question: dict[str, object], found: str, *, is_published: bool
) -> None:
    answer = reckon("filing", question, BUREAU)
    assert (answer.values["due"], answer.values["published"]) == (found, is_published)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "give one limit: one of days"),
        ({"days": 15}, "from: is not given: give a date"),
        ({"from": "2009-09-25", "days": 15, "months": 1}, "give one limit"),
        ({"from": "2009-02-29", "days": 15}, 'from: "2009-02-29" is no date'),
        ({"from": "1900-01-01", "days": 15}, "look at the year"),
        ({"from": "2009-09-25", "days": -1}, 'days: "-1" is no whole number from 0'),
        ({"from": "2009-09-25", "days": 1.5}, "days: "),
        ({"from": "2009-09-25", "days": True}, 'days: "true" cannot be used'),
        ({"from": "2009-09-25", "days": "9" * 18}, "no whole number"),
        ({"from": "2100-12-01", "days": 60}, "ends after 2100"),
        ({"from": "2009-09-25", "day": 15}, '"day" is not known here; what may be written: from'),
        ({"from": "2009-09-25", "days": 1, "pauses": "x"}, "pauses: must be a list"),
        ({"from": "2009-09-25", "days": 1, "pauses": [["2009-09-26"]]}, "pauses item 1: must be"),
        (
            {"from": "2009-09-25", "days": 1, "pauses": [["2009-09-26", "2009-09-25"]]},
            "pauses item 1 to: 2009-09-25 is before 2009-09-26",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(
    question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        reckon("due", question, BUREAU)
    assert told in refused.value.say("en")
    assert refused.value.say("zh") != refused.value.say("en")


# The calendar of section 6.2: rest blocks with their first and last day, weekend days worked.
BLOCKS = (
    "2009-01-01 2009-01-03", "2009-01-25 2009-01-31", "2009-04-04 2009-04-06",
    "2009-05-01 2009-05-03", "2009-05-28 2009-05-30", "2009-10-01 2009-10-08",
    "2010-01-01 2010-01-03", "2010-02-13 2010-02-19", "2010-04-03 2010-04-05",
    "2010-05-01 2010-05-03", "2010-06-14 2010-06-16", "2010-09-22 2010-09-24",
    "2010-10-01 2010-10-07",
)  # fmt: skip
WORKED = (
    "2009-01-04", "2009-01-24", "2009-02-01", "2009-05-31", "2009-09-27", "2009-10-10",
    "2010-02-20", "2010-02-21", "2010-06-12", "2010-06-13", "2010-09-19", "2010-09-25",
    "2010-09-26", "2010-10-09",
)  # fmt: skip


def test_the_calendar_has_the_blocks_and_make_up_days_of_2009_and_2010() -> None:
    days = [date(2009, 1, 1) + ONE * number for number in range(730)]
    blocks = {block for day in days if (block := BUREAU.block(day))}
    assert [f"{first} {last}" for first, last in sorted(blocks)] == list(BLOCKS)
    worked = [day.isoformat() for day in days if day.weekday() >= 5 and BUREAU.is_working(day)]
    assert worked == list(WORKED)


def test_a_limit_runs_to_midnight_of_its_last_day_in_the_bureaus_zone() -> None:
    last = date.fromisoformat(due_on(from_="2009-09-25", working_days=10))
    end = clock.end_of(last).astimezone(clock.BUREAU_ZONE)
    assert (end.date() - last, end.hour, end.minute) == (ONE, 0, 0)


def test_the_day_of_falling_due_is_told_as_such() -> None:
    lines = due(from_="2010-02-05", days=10).explain("zh")
    assert [line.split("：", 1)[1] for line in lines[-3:]] == [
        "春节，休假，顺延，不计",
        "调休上班，期满顺延至此日，计入",
        "2010-02-20（周六）",
    ]
    assert "春节，因连续休假顺延" in "".join(lines)
    monday = due(from_="2009-09-25", days=15).explain("zh")
    assert monday[-2].startswith("2009-10-19（周一）：期满顺延至此日")


def test_months_are_told_as_months() -> None:
    assert "满 5 个月" in due(from_="2009-12-31", months=5).explain("zh")[-2]


def test_a_past_year_without_a_plan_says_so_and_how_its_days_were_taken() -> None:
    found = due(from_="1998-02-05", days=10)
    assert found.values["provisional"]
    assert "该年没有放假安排表，按双休日和元旦" in found.explain("zh")[-1]
    assert "尚未公布" not in "".join(found.explain("zh"))


def test_a_limit_stored_before_reads_its_last_day_as_the_day_of_falling_due() -> None:
    found = BUREAU.add_days(date(2009, 9, 25), 15)
    facts = found.facts()
    on, _, _, name = facts["days"][-1]
    facts["days"][-1] = (on, False, "rolled", name)
    assert due_of(facts) == found
