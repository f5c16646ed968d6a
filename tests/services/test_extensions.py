"""Limits made longer: by whom, once, by how much, never a statutory one; what moves with them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Extension, Notice, Reminder, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import asked, cases, extensions, limits, record, reminders, tasks
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    AskedKind,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Stale,
    TaskStatus,
)
from caseflow.vocabulary.time_measures import BASES, Basis
from caseflow.working_days import due_of
from tests import cast, desk, evaluation, factories
from tests.cast import Cast
from tests.services.test_deputies import named, today
from tests.services.test_time import at, rungs

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)
WHY = "纳税人账簿尚未送齐，核查需要更多时间。"


def at_desk_check(session: Session) -> tuple[Cast, Case, Task]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    return people, case, desk.open_task(session, case, "desk_check")


def asked_for(session: Session, who: Actor, task: Task, days: int = 3) -> Extension:
    return extensions.ask(session, who, task.id, seen_version=task.version, days=days, reason=WHY)


def refusal(session: Session, case: Case, task: Task) -> Invalid:
    with pytest.raises(Invalid) as refused:
        extensions.offer(session, case, task)
    return refused.value


def law_of(refused: Invalid) -> str:
    law = refused.values["law"]
    assert isinstance(law, dict)
    return str(law["name"])


def last(session: Session, case: Case) -> dict[str, object]:
    event = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one()
    return {"action": event.action, "actor": event.actor, **json.loads(event.payload)}


def test_the_chief_grants_the_officer_and_the_record_tells_both_dates(session: Session) -> None:
    record.introduce(session)
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        old = task.due_at
        row = asked_for(session, people.officer, task)
        extensions.decide(session, people.chief, row.id, grants=True, note="")
    session.expire_all()
    assert (old, task.due_at) == (clock.end_of(MONDAY.date() + timedelta(days=7)), row.new_due_at)
    assert clock.last_day_of(row.new_due_at).isoformat() == "2010-02-04"
    told = last(session, case)
    assert (told["action"], told["from"], told["to"]) == (
        "limit.extended",
        "2010-02-01",
        "2010-02-04",
    )
    assert task.due_facts is not None
    due = due_of(task.due_facts)  # type: ignore[arg-type]  # JSON of Due.facts
    assert (due.amount, due.on.isoformat()) == (8, "2010-02-04")
    assert record_check.verify_case(session, case.id).is_sound


def test_nobody_else_grants_and_nobody_the_own_wish(session: Session) -> None:
    with at(MONDAY):
        people, _, task = at_desk_check(session)
        row = asked_for(session, people.officer, task)
        for who in (people.officer, people.partner, people.leader):
            with pytest.raises(Forbidden):
                extensions.decide(session, who, row.id, grants=True, note="")
        with pytest.raises(NotFound):
            extensions.decide(session, people.far_chief, row.id, grants=True, note="")


def at_assigning(session: Session) -> tuple[Cast, Case, Task]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    answers = {"dispatch_decision": "assign", "priority": "normal"}
    desk.do(session, people.leader, case, "dispatch", {**answers, "section": str(case.section_id)})
    return people, case, desk.open_task(session, case, "assign")


def test_nobody_grants_what_was_asked_for_as_a_deputy(session: Session) -> None:
    with at(MONDAY):
        people, _, task = at_assigning(session)
        named(session, people.leader, people.chief, people.deputy)
        deputy = today(session, people.deputy)
        tasks.claim(session, deputy, task.id)
        row = asked_for(session, deputy, task, 1)
        assert (row.asked_by, row.asked_for) == (deputy.user_id, people.chief.user_id)
        with pytest.raises(Forbidden, match="own_extension"):
            extensions.decide(session, deputy, row.id, grants=True, note="")
        extensions.decide(session, people.leader, row.id, grants=True, note="")


def test_the_leader_decides_on_the_chief_s_wish(session: Session) -> None:
    with at(MONDAY):
        people, _, task = at_assigning(session)
        tasks.claim(session, people.chief, task.id)
        row = asked_for(session, people.chief, task, days=1)
        with pytest.raises(NotFound):
            extensions.decide(session, people.other_chief, row.id, grants=True, note="")
        extensions.decide(session, people.leader, row.id, grants=True, note="")
    assert clock.last_day_of(row.new_due_at).isoformat() == "2010-01-27"


def test_once_and_at_most_the_original_length(session: Session) -> None:
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        for days in (0, 6):
            with pytest.raises(Invalid, match="extension_days"):
                asked_for(session, people.officer, task, days)
        row = asked_for(session, people.officer, task, 5)
        assert refusal(session, case, task).code == "extension_waits"
        extensions.decide(session, people.chief, row.id, grants=True, note="")
        assert refusal(session, case, task).code == "extension_once"
        row.is_granted = None
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_refusal_says_why_and_moves_nothing(session: Session) -> None:
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        old = task.due_at
        row = asked_for(session, people.officer, task)
        with pytest.raises(Invalid, match="reason_length"):
            extensions.decide(session, people.chief, row.id, grants=False, note="不行")
        extensions.decide(session, people.chief, row.id, grants=False, note="案情简单，按期办结。")
        with pytest.raises(Stale):
            extensions.decide(session, people.chief, row.id, grants=True, note="")
    assert task.due_at == old
    told = last(session, case)
    assert (told["action"], told["reason"]) == ("limit.not_extended", "案情简单，按期办结。")
    kinds = session.scalars(select(Notice.kind).where(Notice.user_id == people.officer.user_id))
    assert NoticeKind.EXTENSION_DECIDED in set(kinds)


def test_a_statutory_limit_is_refused_with_its_law(session: Session) -> None:
    with at(MONDAY):
        _, case, task = at_desk_check(session)
        counted = limits.of_today(session).calendar.add_days(MONDAY.date(), 10)
        task.due_at, task.due_facts = clock.end_of(counted.on), {**counted.facts()}
        refused = refusal(session, case, task)
        assert (refused.code, law_of(refused)) == (
            "extension_lawful",
            BASES[Basis.DAYS].zh,
        )


def test_an_overdue_limit_is_too_late_to_ask_for(session: Session) -> None:
    with at(MONDAY):
        _, case, task = at_desk_check(session)
    with at(MONDAY + timedelta(days=10)):
        assert refusal(session, case, task).code == "extension_too_late"


def test_no_rung_fires_twice_though_the_limit_moves(session: Session) -> None:
    with at(MONDAY):
        people, _, task = at_desk_check(session)
    with at(MONDAY + timedelta(days=6, hours=12)):
        reminders.climb_due(session)
        assert rungs(session, task) == ["half", "four_fifths"]
        row = asked_for(session, people.officer, task, 5)
        extensions.decide(session, people.chief, row.id, grants=True, note="")
    with at(MONDAY + timedelta(days=10)):
        reminders.climb_due(session)
    assert rungs(session, task) == ["half", "four_fifths"]
    with at(MONDAY + timedelta(days=60)):
        reminders.climb_due(session)
        reminders.climb_due(session)
    assert rungs(session, task) == ["half", "four_fifths", "overdue", "overdue_3", "overdue_10"]
    due = select(Reminder.due_at).where(Reminder.task_id == task.id, Reminder.rung == "overdue")
    assert session.scalars(due).one() == row.new_due_at


def test_a_wish_falls_with_the_step_it_is_about_and_can_be_taken_away(session: Session) -> None:
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        row = asked_for(session, people.officer, task)
        asked.take_away(session, people.officer, row.request_id)
        row = asked_for(session, people.officer, task)
        desk.check(session, people, case)
        request = session.get_one(Task, row.request_id)
        assert (request.status, request.asked_kind) == (TaskStatus.WITHDRAWN, AskedKind.EXTENSION)
        with pytest.raises(Stale):
            extensions.decide(session, people.chief, row.id, grants=True, note="")


def test_the_whole_evaluation_is_longer_by_the_leader_on_the_chief_s_wish(
    session: Session,
) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.evaluation(session, factories.taxpayer(session))
        evaluation.assigned(session, people, case)
        with pytest.raises(Forbidden):
            extensions.ask_for_whole(session, people.officer, case.id, days=30, reason=WHY)
        with pytest.raises(Invalid, match="extension_days"):
            extensions.ask_for_whole(session, people.chief, case.id, days=31, reason=WHY)
        old = case.due_at
        row = extensions.ask_for_whole(session, people.chief, case.id, days=30, reason=WHY)
        with pytest.raises(Forbidden):
            extensions.decide(session, people.chief, row.id, grants=True, note="")
        extensions.decide(session, people.leader, row.id, grants=True, note="")
        assert old is not None
        assert case.due_at == row.new_due_at > old
        assert case.facts["due"]["amount"] == 90
        with pytest.raises(Invalid, match="extension_once"):
            extensions.ask_for_whole(session, people.chief, case.id, days=1, reason=WHY)


def test_a_step_that_ends_with_the_whole_asks_for_the_whole(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        desk.check(session, people, case)
        task = desk.own_task(session, people.officer, case, "conclusion")
        row = asked_for(session, people.officer, task, 4)
        assert row.is_whole
        extensions.decide(session, people.chief, row.id, grants=True, note="")
        assert (case.due_at, task.due_at) == (row.new_due_at, row.new_due_at)
        assert task.due_facts == case.facts["due"]


def at_follow_up(session: Session, people: Cast, *, serial: int = 1) -> tuple[Case, Task]:
    """An evaluation whose taxpayer was served a notice to check what was declared."""
    case = factories.evaluation(session, factories.taxpayer(session, serial=serial))
    evaluation.assigned(session, people, case)
    evaluation.reviewed(session, people, case, "determine")
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case)
    evaluation.agreed(session, people, case)
    notice, on = "self_check_notice", clock.today().isoformat()
    evaluation.paper_served(session, people, case, notice, people.chief, on=on)
    return case, desk.own_task(session, people.officer, case, "follow_up")


def test_the_taxpayer_s_time_moves_with_its_timer(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case, task = at_follow_up(session, people)
        old = task.due_at
        row = asked_for(session, people.officer, task, 15)
        extensions.decide(session, people.chief, row.id, grants=True, note="")
        assert old is not None
        assert task.due_at == row.new_due_at > old
        carried = case.facts["carried"]
        assert carried["due_at"] == row.new_due_at.isoformat()
        assert case.wake_at == row.new_due_at
    with at(old + timedelta(hours=1)):
        assert cases.wake_due(session) == 0
    with at(row.new_due_at + timedelta(hours=1)):
        assert cases.wake_due(session) == 1


def test_the_days_of_a_demand_are_the_longest_by_law(session: Session) -> None:
    with at(MONDAY):
        case, task = at_follow_up(session, cast.enter(session))
        carried = {**case.facts["carried"], "paper": "demand"}
        case.facts = {**case.facts, "carried": carried}
        cases.note(session, SYSTEM, case, action="case.noted", payload={})
        refused = refusal(session, case, task)
        assert (refused.code, law_of(refused)) == (
            "extension_lawful",
            BASES[Basis.DEMAND].zh,
        )
