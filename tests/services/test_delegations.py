"""委派: a colleague does the work, who delegated stays answerable and hands it in."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock
from caseflow.models import Case, Notice, Reminder, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import asked, consistency, delegations, hand_overs, record, reminders, tasks
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Role,
    Stale,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_separation import also
from tests.services.test_time import at

WHAT = "核对进项发票清单，列出差异。"


@pytest.fixture
def who(session: Session) -> Cast:
    record.introduce(session)
    return cast.enter(session)


@pytest.fixture
def case(who: Cast, session: Session) -> Case:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    return case


def own_step(session: Session, case: Case, element: str = "desk_check") -> Task:
    found = select(Task).where(
        Task.case_id == case.id, desk.named(element), Task.asked_kind.is_(None)
    )
    return session.scalars(found.order_by(Task.id.desc())).first()  # type: ignore[return-value]  # one is there


def delegate(session: Session, by: Actor, case: Case, to: Actor) -> Task:
    (row,) = delegate_to(session, by, case, to)
    return row


def delegate_to(session: Session, by: Actor, case: Case, *to: Actor) -> tuple[Task, ...]:
    task = own_step(session, case)
    return delegations.delegate(
        session,
        by,
        task.id,
        seen_version=task.version,
        to=[each.user_id or 0 for each in to],
        text=WHAT,
    )


def actions(session: Session, case: Case) -> list[str]:
    told = select(RecordEvent.action).where(RecordEvent.stream == f"case:{case.id}")
    return list(session.scalars(told.order_by(RecordEvent.seq)))


def kinds_for(session: Session, who: Actor) -> set[NoticeKind]:
    return set(session.scalars(select(Notice.kind).where(Notice.user_id == who.user_id)))


def test_it_comes_back_to_be_confirmed_and_is_handed_in_by_who_delegated(
    session: Session, who: Cast, case: Case
) -> None:
    row = delegate(session, who.officer, case, who.third)
    step = own_step(session, case)
    assert (row.assignee_id, row.due_at) == (who.third.user_id, step.due_at)
    assert step.assignee_id == who.officer.user_id
    with pytest.raises(Conflict, match="delegated_open"):
        desk.hand_in(session, who.officer, step, {})
    with pytest.raises(Forbidden):
        desk.hand_in(session, who.third, step, {})
    asked.answer(session, who.third, row.id, text="差异三张，已附清单。")
    assert NoticeKind.GIVEN_BACK in kinds_for(session, who.officer)
    desk.check(session, who, case)
    assert own_step(session, case).done_by == who.officer.user_id
    told = actions(session, case)
    assert told.index("task.delegated") < told.index("task.given_back") < len(told) - 1
    assert record_check.verify_case(session, case.id).is_sound
    assert not consistency.compare(session).differences


def test_it_is_taken_back_at_any_time_and_the_colleague_is_told(
    session: Session, who: Cast, case: Case
) -> None:
    row = delegate(session, who.officer, case, who.third)
    with pytest.raises(Forbidden):
        asked.take_away(session, who.third, row.id)
    asked.take_away(session, who.officer, row.id)
    assert actions(session, case)[-1] == "task.delegation_ended"
    assert kinds_for(session, who.third) == {NoticeKind.DELEGATED, NoticeKind.DELEGATION_ENDED}
    with pytest.raises(Stale):
        asked.answer(session, who.third, row.id, text="已经办完。")
    desk.check(session, who, case)


def test_several_work_on_it_and_it_waits_for_all_of_them(
    session: Session, who: Cast, case: Case
) -> None:
    fourth = also(session, who.other_officer, Role.TAX_ADMINISTRATOR, who.third)
    first, second = delegate_to(session, who.officer, case, who.third, fourth)
    step = own_step(session, case)
    told = session.scalars(
        select(RecordEvent.payload).where(RecordEvent.action == "task.delegated")
    ).one()
    assert json.loads(told)["to"] == [who.third.user_id, fourth.user_id]
    for each in (who.third, fourth):
        assert NoticeKind.DELEGATED in kinds_for(session, each)
    asked.answer(session, who.third, first.id, text="差异三张，已附清单。")
    with pytest.raises(Conflict, match="delegated_open"):
        desk.hand_in(session, who.officer, step, {})
    with pytest.raises(Forbidden):
        asked.answer(session, who.third, second.id, text="替他办完。")
    asked.take_away(session, who.officer, second.id)
    assert NoticeKind.DELEGATION_ENDED in kinds_for(session, fourth)
    desk.check(session, who, case)
    assert own_step(session, case).done_by == who.officer.user_id
    assert record_check.verify_case(session, case.id).is_sound


def test_others_may_join_while_somebody_works_on_it(
    session: Session, who: Cast, case: Case
) -> None:
    fourth = also(session, who.other_officer, Role.TAX_ADMINISTRATOR, who.third)
    delegate(session, who.officer, case, who.third)
    step = own_step(session, case)
    assert delegations.who_may(session, who.officer, step) == [fourth.user_id]
    row = delegate(session, who.officer, case, fourth)
    asked.answer(session, fourth, row.id, text="已核对。")
    assert fourth.user_id in delegations.who_may(session, who.officer, step)


def test_nobody_is_no_delegation(session: Session, who: Cast, case: Case) -> None:
    with pytest.raises(Invalid, match="how_many_people"):
        delegate_to(session, who.officer, case)


def test_nobody_has_it_twice_and_it_is_not_given_to_others_meanwhile(
    session: Session, who: Cast, case: Case
) -> None:
    delegate(session, who.officer, case, who.third)
    with pytest.raises(Invalid, match="not_to_be_asked"):
        delegate(session, who.officer, case, who.third)
    step = own_step(session, case)
    with pytest.raises(Conflict, match="delegated_open"):
        hand_overs.hand_over(
            session,
            who.chief,
            step.id,
            seen_version=step.version,
            to=who.third.user_id or 0,
            reason="外出学习",
        )


@pytest.mark.parametrize("login", ["officer", "partner", "chief", "other_officer", "auditor"])
def test_nobody_gets_it_who_could_not_have_the_step(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    with pytest.raises(Invalid, match="not_to_be_asked"):
        delegate(session, who.officer, case, who.people[login])


@pytest.mark.parametrize("login", ["partner", "third", "chief", "leader"])
def test_nobody_else_delegates_it(session: Session, who: Cast, case: Case, login: str) -> None:
    with pytest.raises((Forbidden, NotFound)):
        delegate(session, who.people[login], case, who.third)


def test_who_did_the_work_does_nothing_that_is_kept_apart(
    session: Session, who: Cast, case: Case
) -> None:
    row = delegate(session, who.officer, case, who.third)
    asked.answer(session, who.third, row.id, text="差异三张，已附清单。")
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    review = desk.open_task(session, case, "review")
    assert who.third.user_id not in tasks.who_may_get(session, case, review)


def test_it_ends_with_the_step_and_its_day_lies_within_the_limit(
    session: Session, who: Cast, case: Case
) -> None:
    step = own_step(session, case)
    with pytest.raises(Invalid, match="delegated_until"):
        delegations.delegate(
            session,
            who.officer,
            step.id,
            seen_version=step.version,
            to=[who.third.user_id or 0],
            text=WHAT,
            until=clock.today() + timedelta(days=60),
        )
    row = delegate(session, who.officer, case, who.third)
    assert (row.asked_kind, row.status) == (AskedKind.DELEGATION, TaskStatus.OPEN)


def test_of_a_late_step_it_is_due_on_the_next_working_day_and_reminds_of_no_past(
    session: Session, who: Cast, case: Case
) -> None:
    step = own_step(session, case)
    assert step.due_at is not None
    late = step.due_at + timedelta(days=5)
    with at(late):
        row = delegate(session, who.officer, case, who.third)
        following = calendars.of(session).next_working_day(clock.today())
        assert row.due_at == clock.end_of(following)
        assert row.remind_at is not None
        assert row.remind_at > late
        reminders.climb_due(session)
        told = select(Reminder.rung).where(Reminder.task_id == row.id)
        assert session.scalar(told) is None
