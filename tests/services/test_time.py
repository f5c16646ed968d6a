"""Time moves on: drawn timers fire once, reminders climb once, a pause moves what is due."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Reminder, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import reminders as reminder_reads
from caseflow.services import bureau_clock, cases, reminders
from caseflow.vocabulary import SYSTEM, CaseStatus, Conflict, Forbidden, Invalid
from tests import cast, desk, factories
from tests.cast import Cast

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    token = clock.set_moment(moment)
    yield
    clock.reset_moment(token)


def dispatched(session: Session) -> tuple[Cast, Case, Task]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    return people, case, desk.open_task(session, case, "dispatch")


def rungs(session: Session, task: Task) -> list[str]:
    found = select(Reminder.rung).where(Reminder.task_id == task.id).order_by(Reminder.due_at)
    return list(session.scalars(found))


def served_letter(session: Session) -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_letter_served(session, people, case)
    return people, case


def test_nothing_wakes_before_its_time(session: Session) -> None:
    with at(MONDAY):
        served_letter(session)
        assert cases.wake_due(session) == 0


def test_the_reply_falls_due_once_and_ends_the_pause(session: Session) -> None:
    with at(MONDAY):
        _, case = served_letter(session)
        due_at = case.due_at
    with at(MONDAY + timedelta(days=7, hours=16)):
        assert (cases.wake_due(session), cases.wake_due(session)) == (1, 0)
        assert case.paused_at is None
        assert case.paused_days == 5
        assert due_at is not None
        assert case.due_at == due_at + timedelta(days=7)
        assert desk.open_elements(session, case) == {"reply"}


def test_a_held_case_comes_back_on_its_day(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = dispatched(session)
        held = {"dispatch_decision": "hold", "hold_until": "2010-01-28"}
        answers = {**held, "reason": "等待工商年检数据一并核查"}
        desk.do(session, people.leader, case, "dispatch", answers)
        assert case.status == CaseStatus.PAUSED
    with at(MONDAY + timedelta(days=3)):
        cases.wake_due(session)
        assert desk.open_elements(session, case) == {"dispatch"}


def test_every_rung_of_the_ladder_fires_once_in_order(session: Session) -> None:
    with at(MONDAY):
        _, case, task = dispatched(session)
    with at(MONDAY + timedelta(days=30)):
        assert reminders.climb_due(session) == 1
        assert reminders.climb_due(session) == 0
    assert rungs(session, task) == ["half", "four_fifths", "overdue", "overdue_3", "overdue_10"]
    reminded = select(func.count()).where(
        RecordEvent.stream == f"case:{case.id}", RecordEvent.action == "task.reminded"
    )
    assert session.scalars(reminded).one() == 5


def test_rungs_that_fire_late_carry_the_moment_they_were_reached(session: Session) -> None:
    with at(MONDAY):
        _, case, task = dispatched(session)
    late = MONDAY + timedelta(days=30)
    with at(late):
        reminders.climb_due(session)
    query = select(Reminder).where(Reminder.task_id == task.id).order_by(Reminder.due_at)
    half, *_, last = session.scalars(query).all()
    assert task.due_at is not None
    assert half.due_at == MONDAY + (task.due_at - MONDAY) / 2
    assert last.due_at == datetime(2010, 2, 9, 16, tzinfo=UTC)
    assert {half.at, last.at} == {late}
    payloads = session.scalars(
        select(RecordEvent.payload)
        .where(RecordEvent.stream == f"case:{case.id}", RecordEvent.action == "task.reminded")
        .order_by(RecordEvent.id)
    )
    assert json.loads(payloads.all()[0])["reached_at"] == half.due_at.isoformat()


def test_the_list_tells_a_late_reminder_from_one_in_time(session: Session) -> None:
    with at(MONDAY):
        people, _, task = dispatched(session)
    assert task.due_at is not None
    with at(task.due_at - timedelta(hours=1)):
        reminders.climb_due(session)
        told = {row.rung: row.is_late for row in reminder_reads.listing(session, people.leader)}
    assert told == {"half": True, "four_fifths": False}


def test_a_paused_case_is_not_reminded_of(session: Session) -> None:
    with at(MONDAY):
        _, case = served_letter(session)
    with at(MONDAY + timedelta(days=4)):
        reminders.climb_due(session)
    reply = desk.open_task(session, case, "reply")
    assert rungs(session, reply) == []


def test_only_a_demo_moves_its_clock(session: Session) -> None:
    cast.enter(session)
    with pytest.raises(Conflict):
        bureau_clock.advance(session, SYSTEM, timedelta(days=1))


def test_the_demo_clock_only_goes_forward_and_says_so(session: Session) -> None:
    bureau_clock.begin_demo(session, SYSTEM, MONDAY)
    reached = bureau_clock.advance(session, SYSTEM, timedelta(days=7))
    assert abs(reached - MONDAY - timedelta(days=7)) < timedelta(minutes=5)
    with pytest.raises(Invalid):
        bureau_clock.advance(session, SYSTEM, timedelta(days=-1))


def test_only_the_administrator_of_the_demo_moves_its_clock(session: Session) -> None:
    bureau_clock.begin_demo(session, SYSTEM, MONDAY)
    people = cast.enter(session)
    bureau_clock.advance(session, people.sysadmin, timedelta(days=1))
    with pytest.raises(Forbidden):
        bureau_clock.advance(session, people.leader, timedelta(days=1))


def test_a_timer_that_cannot_fire_says_so_and_holds_up_nobody(session: Session) -> None:
    with at(MONDAY):
        people, broken, _ = dispatched(session)
        whole = factories.case(session, factories.taxpayer(session, serial=2))
        held = {"dispatch_decision": "hold", "hold_until": "2010-01-28"}
        for case in (broken, whole):
            answers = {**held, "reason": "等待工商年检数据一并核查"}
            desk.do(session, people.leader, case, "dispatch", answers)
        cases.begin(broken)
        broken.state = b"no state at all"
        cases.put_on_record(session, SYSTEM, broken, action="case.spoiled", payload={})
    with at(MONDAY + timedelta(days=3)):
        assert (cases.wake_due(session), cases.wake_due(session)) == (2, 0)
        assert desk.open_elements(session, whole) == {"dispatch"}
        failed = select(RecordEvent.stream).where(RecordEvent.action == "timer.failed")
        assert session.scalars(failed).all() == [f"case:{broken.id}"]


def test_ten_working_days_over_reach_the_city_division(session: Session) -> None:
    with at(MONDAY):
        people, _, _ = dispatched(session)
    with at(MONDAY + timedelta(days=30)):
        reminders.climb_due(session)
        told = reminder_reads.listing(session, people.division)
    assert "overdue_10" in {row.rung for row in told}
