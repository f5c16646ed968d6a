"""A year's holiday plan comes late: what was counted without it is counted anew, on record."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, extract, select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, engine
from caseflow.models import Case, WorkingDay
from caseflow.models.record import RecordEvent
from caseflow.services import definitions, holiday_plans
from caseflow.vocabulary import SYSTEM, Invalid
from caseflow.working_days import Calendar, Rule, SpecialDay, calendar_of, recounted
from tests import cast, desk, factories
from tests.cast import Cast


def take_the_plans_away(session: Session) -> list[int]:
    """This year and the next are not published yet."""
    years = [clock.today().year, clock.today().year + 1]
    session.execute(delete(WorkingDay).where(extract("year", WorkingDay.on).in_(years)))
    factories.tell(session, "sys:calendar")
    return years


def next_weekday() -> date:
    day = clock.today() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def publish(session: Session, years: list[int], *rest: date) -> None:
    """Publish both years with New Year and these days off."""
    for year in years:
        off = {date(year, 1, 1), *(day for day in rest if day.year == year)}
        days = [SpecialDay(day, is_working=False, name="节日") for day in sorted(off)]
        assert holiday_plans.load(session, SYSTEM, year, days)


def events(session: Session, stream: str, action: str) -> list[RecordEvent]:
    found = select(RecordEvent).where(RecordEvent.stream == stream, RecordEvent.action == action)
    return list(session.scalars(found))


def at_desk(session: Session, people: Cast) -> Case:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    return case


def test_a_limit_counted_before_its_plan_is_provisional_and_moves_when_it_comes(
    session: Session,
) -> None:
    people = cast.enter(session)
    years = take_the_plans_away(session)
    case = at_desk(session, people)
    task = desk.open_task(session, case, "desk_check")
    before, total = task.due_at, case.due_at
    assert task.due_facts is not None
    assert task.due_facts["provisional"]
    assert before is not None
    assert total is not None
    assert holiday_plans.provisional(session) == [case.id]
    revision = case.revision
    publish(session, years, next_weekday())
    assert holiday_plans.recount(session, SYSTEM, case.id)
    assert task.due_at is not None
    assert task.due_at > before
    assert case.due_at is not None
    assert case.due_at > total
    assert not task.due_facts["provisional"]
    assert case.facts["due"]["provisional"] is False
    # The drawing's own limit has moved with the task's.
    process = definitions.process_of(session, case.definition_id)
    (waiting,) = engine.open_tasks(process, case.state)
    assert waiting.due_at == task.due_at
    (told,) = events(session, f"case:{case.id}", "case.limits_recounted")
    assert case.revision == revision + 1
    limits = json.loads(told.payload)["limits"]
    assert {each["step"] for each in limits} == {"", "desk_check"}
    assert all(each["from"] < each["to"] for each in limits)
    # Nothing is left to count.
    assert holiday_plans.provisional(session) == []
    assert not holiday_plans.recount(session, SYSTEM, case.id)


def test_a_plan_that_changes_no_day_makes_the_date_certain(session: Session) -> None:
    people = cast.enter(session)
    years = take_the_plans_away(session)
    case = at_desk(session, people)
    task = desk.open_task(session, case, "desk_check")
    before = task.due_at
    publish(session, years)
    assert holiday_plans.recount(session, SYSTEM, case.id)
    assert task.due_facts is not None
    assert task.due_facts["provisional"] is False
    assert task.due_at == before


def test_loading_is_on_record_and_loading_again_changes_nothing(session: Session) -> None:
    cast.enter(session)
    plan = [
        SpecialDay(date(2031, 1, 1), is_working=False, name="元旦"),
        SpecialDay(date(2031, 1, 5), is_working=True, name="元旦"),
    ]
    assert calendars.of(session).is_provisional(date(2031, 6, 1))
    assert holiday_plans.load(session, SYSTEM, 2031, plan)
    assert not holiday_plans.load(session, SYSTEM, 2031, plan)
    (told,) = events(session, "sys:calendar", "calendar.loaded")
    assert json.loads(told.payload) == {
        "year": 2031,
        "rest_days": ["2031-01-01"],
        "worked_days": ["2031-01-05"],
        "ending_nothing": [],
    }
    calendar = calendars.of(session)
    assert not calendar.is_provisional(date(2031, 6, 1))
    assert calendar.is_working(date(2031, 1, 5))
    other = [SpecialDay(date(2031, 1, 2), is_working=False, name="元旦")]
    assert holiday_plans.load(session, SYSTEM, 2031, other)
    assert calendars.of(session).is_working(date(2031, 1, 1))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ([], "holiday_plan_empty"),
        ([SpecialDay(date(2031, 1, 5), is_working=True, name="元旦")], "holiday_plan_empty"),
        ([SpecialDay(date(2030, 1, 1), is_working=False, name="元旦")], "holiday_of_other_year"),
        ([SpecialDay(date(2031, 1, 1), is_working=False, name="元旦")] * 2, "holiday_twice"),
        ([SpecialDay(date(2031, 1, 1), is_working=False, name=" ")], "holiday_without_name"),
        (
            [
                SpecialDay(date(2031, 1, 1), is_working=False, name="元旦"),
                SpecialDay(date(2031, 1, 6), is_working=True, name="元旦"),
            ],
            "worked_day_on_weekday",
        ),
    ],
)
def test_a_plan_that_cannot_be_right_is_refused(
    session: Session, days: list[SpecialDay], code: str
) -> None:
    cast.enter(session)
    with pytest.raises(Invalid) as refused:
        holiday_plans.load(session, SYSTEM, 2031, days)
    assert refused.value.code == code


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_can_be_counted_anew(rule: Rule) -> None:
    plain, start = calendar_of([], [2009]), date(2009, 9, 25)
    counts = {
        Rule.WORKING_DAYS: Calendar.add_working_days,
        Rule.FULL_WORKING_DAYS: Calendar.day_after_full_working_days,
        Rule.DAYS: Calendar.add_days,
        Rule.MONTHS: Calendar.add_months,
        Rule.DAY_OF_MONTH: Calendar.day_of_month,
    }
    old = counts[rule](plain, start, 3)
    holiday = calendar_of([SpecialDay(old.on, is_working=False, name="节日")], [2009])
    new = recounted(holiday, old)
    assert (new.rule, new.start, new.amount) == (rule, start, 3)
    assert new.on != old.on
    assert recounted(plain, old) == old
