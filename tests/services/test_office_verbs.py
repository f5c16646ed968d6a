"""转办, 催办, 拿回: who may, who may not, and what is told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, SeenCase, Task
from caseflow.models.record import RecordEvent
from caseflow.services import extensions, hand_overs, nudges, pauses, take_backs, tasks
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, NotFound, Stale, TaskStatus
from tests import cast, desk, factories
from tests.cast import Cast
from tests.orders import MONDAY, at

REASON = "外出学习两周"


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(who: Cast, session: Session) -> Case:
    """A case at its desk check, with ``officer`` and ``partner``."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    return case


def newest(session: Session, case: Case) -> RecordEvent:
    rows = select(RecordEvent).where(RecordEvent.stream == f"case:{case.id}")
    return session.scalars(rows.order_by(RecordEvent.seq.desc()).limit(1)).one()


def give(session: Session, who: Actor, case: Case, element: str, to: Actor) -> None:
    task = desk.open_task(session, case, element)
    hand_overs.hand_over(
        session, who, task.id, seen_version=task.version, to=to.user_id or 0, reason=REASON
    )


def at_review(session: Session, who: Cast, case: Case) -> None:
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))


def test_a_holder_gives_a_step_to_a_colleague_of_the_same_post(session: Session, who: Cast) -> None:
    case = factories.case(session, factories.taxpayer(session))
    tasks.claim(session, who.leader, desk.open_task(session, case, "dispatch").id)
    give(session, who.leader, case, "dispatch", who.deputy)
    task = desk.open_task(session, case, "dispatch")
    assert task.assignee_id == who.deputy.user_id
    assert task.version == 2
    assert newest(session, case).action == "task.handed_over"
    with pytest.raises(Forbidden):
        desk.hand_in(session, who.leader, task, {})


@pytest.mark.parametrize("login", ["partner", "chief", "far_officer", "auditor"])
def test_an_officers_step_goes_to_nobody_who_may_not_do_it(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    with pytest.raises(Invalid, match="not_eligible"):
        give(session, who.officer, case, "desk_check", who.people[login])


def test_the_chief_gives_the_step_of_an_officer_to_another_officer(
    session: Session, who: Cast, case: Case
) -> None:
    task = desk.open_task(session, case, "desk_check")
    free = tasks.who_may_get(session, case, task)
    assert who.officer.user_id not in free
    assert who.partner.user_id not in free
    assert free
    hand_overs.hand_over(
        session, who.chief, task.id, seen_version=task.version, to=free[0], reason=REASON
    )
    assert task.assignee_id == free[0]


@pytest.mark.parametrize("login", ["partner", "far_leader", "auditor", "info"])
def test_nobody_else_gives_a_step_away(session: Session, who: Cast, case: Case, login: str) -> None:
    with pytest.raises((Forbidden, NotFound)):
        give(session, who.people[login], case, "desk_check", who.leader)


def test_the_chief_does_not_give_away_what_the_leader_has(session: Session, who: Cast) -> None:
    case = factories.case(session, factories.taxpayer(session))
    tasks.claim(session, who.leader, desk.open_task(session, case, "dispatch").id)
    with pytest.raises(Forbidden, match="not_to_hand_over"):
        give(session, who.chief, case, "dispatch", who.deputy)


def test_a_nudge_is_told_once_a_day(session: Session, who: Cast, case: Case) -> None:
    task = desk.open_task(session, case, "desk_check")
    nudges.nudge(session, who.chief, task.id, text="请尽快")
    assert newest(session, case).action == "task.nudged"
    with pytest.raises(Conflict, match="nudged_today"):
        nudges.nudge(session, who.chief, task.id, text="请尽快")
    nudges.nudge(session, who.partner, task.id, text="")


@pytest.mark.parametrize("login", ["officer", "auditor"])
def test_neither_the_holder_nor_who_only_watches_nudges(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    task = desk.open_task(session, case, "desk_check")
    with pytest.raises(Forbidden, match="not_to_nudge"):
        nudges.nudge(session, who.people[login], task.id, text="")


def test_what_nobody_has_looked_at_is_taken_back(session: Session, who: Cast, case: Case) -> None:
    at_review(session, who, case)
    done = max(case_steps(session, case, "conclusion"), key=lambda row: row.id)
    take_backs.take_back(session, who.officer, done.id)
    assert desk.open_elements(session, case) == {"conclusion"}
    assert newest(session, case).action == "task.taken_back"
    assert desk.open_task(session, case, "conclusion").return_reason is None
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, who.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})


def test_a_step_taken_back_neither_wins_nor_loses_time(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, who, case)
        step = desk.open_task(session, case, "desk_check")
        asked = extensions.ask(
            session, who.officer, step.id, seen_version=step.version, days=2, reason="核对往年账册"
        )
        extensions.decide(session, who.chief, asked.id, grants=True, note="")
        session.refresh(step)
        was = step.due_at, step.due_facts
        desk.check(session, who, case)
    with at(MONDAY + timedelta(days=2)):
        take_backs.take_back(session, who.officer, step.id)
        again = desk.open_task(session, case, "desk_check")
        assert (again.id != step.id, (again.due_at, again.due_facts)) == (True, was)
        with pytest.raises(Invalid, match="extension_once"):
            extensions.offer(session, case, again)


def test_what_stood_still_meanwhile_is_not_lost(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, who, case)
        step = desk.open_task(session, case, "desk_check")
        desk.check(session, who, case)
        evidence = pauses.Evidence("封控通知.txt", [b"2010-01-25"])
        until = clock.today() + timedelta(days=7)
        reason = "该户所在园区临时封闭，无法取得账册"
        pauses.begin(session, who.chief, case.id, until=until, reason=reason, evidence=evidence)
    with at(MONDAY + timedelta(days=2)):  # Wednesday: two working days stood still
        pauses.end(session, who.chief, case.id)
        take_backs.take_back(session, who.officer, step.id)
    again = desk.open_task(session, case, "desk_check")
    assert (step.due_at, again.due_at) == (limit("2010-02-01"), limit("2010-02-03"))
    assert again.due_facts is not None
    assert again.due_facts["start"] == "2010-01-25"


def limit(last_day: str) -> datetime:
    return clock.end_of(date.fromisoformat(last_day))


def test_what_was_taken_or_opened_stays_and_who_did_is_told(
    session: Session, who: Cast, case: Case
) -> None:
    at_review(session, who, case)
    (done,) = case_steps(session, case, "conclusion")
    session.add(SeenCase(user_id=who.chief.user_id, case_id=case.id, at=clock.now()))
    session.flush()
    with pytest.raises(Conflict, match="followed_opened") as refused:
        take_backs.take_back(session, who.officer, done.id)
    assert refused.value.values["by"] == who.chief.name


def test_what_was_done_since_or_by_somebody_else_is_not_taken_back(
    session: Session, who: Cast, case: Case
) -> None:
    at_review(session, who, case)
    (done,) = case_steps(session, case, "conclusion")
    with pytest.raises(Forbidden, match="not_handed_in_by_you"):
        take_backs.take_back(session, who.chief, done.id)
    desk.do(session, who.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})
    with pytest.raises(Conflict, match="followed_done"):
        take_backs.take_back(session, who.officer, done.id)


def test_what_sent_a_case_back_is_neither_offered_nor_taken_back(
    session: Session, who: Cast, case: Case
) -> None:
    at_review(session, who, case)
    back = {
        "review_decision": "send_back",
        "next_step": "conclude",
        "return_reason": "evidence",
        "return_text": "请补充第四季度购销合同。",
        "opinion": "退回补证。",
    }
    done = desk.do(session, who.chief, case, "review", back)
    assert take_backs.offered(session, who.chief, case) is None
    with pytest.raises(Conflict, match="began_anew"):
        take_backs.take_back(session, who.chief, done.id)


def test_a_step_that_was_done_is_neither_given_away_nor_nudged(
    session: Session, who: Cast, case: Case
) -> None:
    task = desk.open_task(session, case, "desk_check")
    desk.check(session, who, case)
    assert task.status is TaskStatus.DONE
    with pytest.raises(Stale):
        hand_overs.hand_over(session, who.chief, task.id, seen_version=1, to=1, reason=REASON)
    with pytest.raises(Stale):
        nudges.nudge(session, who.chief, task.id, text="")


def case_steps(session: Session, case: Case, element: str) -> list[Task]:
    rows = select(Task).where(Task.case_id == case.id, Task.element == element)
    return list(session.scalars(rows))
