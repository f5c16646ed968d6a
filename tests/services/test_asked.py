"""加签, 减签, 抄送, 协查: who is asked, who counts as having acted, and that no case moves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Task
from caseflow.models.record import RecordEvent
from caseflow.services import asked, consistency, send_backs, sights, tasks
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast

AGREED = {"review_decision": "agree", "opinion": "同意"}


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(who: Cast, session: Session) -> Case:
    """A case whose review is on the chief's desk."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    tasks.claim(session, who.chief, desk.open_task(session, case, "review").id)
    return case


def review(session: Session, case: Case) -> Task:
    rows = select(Task).where(
        Task.case_id == case.id, desk.named("review"), Task.asked_kind.is_(None)
    )
    return session.scalars(rows).one()


def ask(
    session: Session, who: Cast, case: Case, *of: Actor, in_turn: bool = False
) -> tuple[Task, ...]:
    task = review(session, case)
    return asked.ask_opinions(
        session,
        who.chief,
        task.id,
        seen_version=task.version,
        of=[each.user_id or 0 for each in of],
        in_turn=in_turn,
        text="请看进销是否匹配",
    )


def test_no_decision_before_the_opinion_is_there(session: Session, who: Cast, case: Case) -> None:
    (question,) = ask(session, who, case, who.legal)
    with pytest.raises(Conflict, match="opinions_open"):
        desk.hand_in(session, who.chief, review(session, case), AGREED)
    asked.answer(session, who.legal, question.id, text="无异议")
    assert question.asked_answer == "无异议"
    desk.hand_in(session, who.chief, review(session, case), AGREED)
    assert not [row for row in consistency.compare(session).differences if row.case_id == case.id]


def test_who_gave_an_opinion_has_acted_in_that_step(
    session: Session, who: Cast, case: Case
) -> None:
    (question,) = ask(session, who, case, who.deputy)
    asked.answer(session, who.deputy, question.id, text="无异议")
    known = tasks.who_may_get(session, case, review(session, case))
    assert known is not None
    task = review(session, case)
    task.separation = [task.element]
    assert who.deputy.user_id not in asked.who_may_advise(session, case, task)


@pytest.mark.parametrize("login", ["officer", "partner", "chief", "auditor", "far_chief"])
def test_officers_the_holder_and_strangers_give_no_opinion(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    with pytest.raises(Invalid, match="not_to_be_asked"):
        ask(session, who, case, who.people[login])


def test_in_turn_the_second_is_asked_when_the_first_has_answered(
    session: Session, who: Cast, case: Case
) -> None:
    (first,) = ask(session, who, case, who.legal, who.deputy, in_turn=True)
    asked.answer(session, who.legal, first.id, text="无异议")
    opened = session.scalars(
        select(Task).where(Task.asked_for_id == review(session, case).id, Task.status == "open")
    ).one()
    assert opened.assignee_id == who.deputy.user_id


def test_a_question_is_taken_away_by_who_asked_while_it_is_open(
    session: Session, who: Cast, case: Case
) -> None:
    one, other = ask(session, who, case, who.legal, who.deputy)
    with pytest.raises(Forbidden, match="not_your_question"):
        asked.take_away(session, who.legal, one.id)
    asked.take_away(session, who.chief, one.id)
    asked.answer(session, who.deputy, other.id, text="无异议")
    with pytest.raises(Stale):
        asked.take_away(session, who.chief, other.id)
    with pytest.raises(Stale):
        asked.answer(session, who.legal, one.id, text="无异议")
    desk.hand_in(session, who.chief, review(session, case), AGREED)


def test_a_copy_lets_somebody_read_and_do_nothing_else(
    session: Session, who: Cast, case: Case
) -> None:
    assert not sights.sees(session, who.legal, case.id)
    (copy,) = asked.send_copies(session, who.officer, case.id, to=[who.legal.user_id or 0], text="")
    assert copy.asked_kind is AskedKind.COPY
    assert sights.sees(session, who.legal, case.id)
    acts: tuple[Callable[[], object], ...] = (
        lambda: tasks.claim(session, who.legal, review(session, case).id),
        lambda: desk.hand_in(session, who.legal, review(session, case), AGREED),
        lambda: desk.hand_in(session, who.legal, copy, {}),
    )
    for act in acts:
        with pytest.raises((Forbidden, Conflict)):
            act()
    asked.answer(session, who.legal, copy.id, text="")
    assert copy.done_at is not None
    newest = session.scalars(
        select(RecordEvent.action)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
    ).first()
    assert newest == "case.copy_read"


def test_help_has_a_limit_of_its_own_and_the_case_goes_on(
    session: Session, who: Cast, case: Case
) -> None:
    until = clock.today() + timedelta(days=3)
    question = asked.ask_help(
        session, who.officer, case.id, of=who.legal.user_id or 0, text="调取合同", until=until
    )
    assert question.due_at == clock.end_of(until)
    desk.hand_in(session, who.chief, review(session, case), AGREED)
    assert question.status is TaskStatus.OPEN
    with pytest.raises(Invalid, match="missing"), session.begin_nested():
        desk.do(session, who.officer, case, "closing_check", {"sign_off": True})
    asked.take_away(session, who.officer, question.id)
    asked.send_copies(session, who.officer, case.id, to=[who.legal.user_id or 0], text="")
    desk.do(session, who.officer, case, "closing_check", {"sign_off": True})
    assert not session.scalars(
        select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    ).all()
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises((Invalid, Conflict)):
        asked.ask_help(session, who.officer, case.id, of=1, text="调取合同", until=yesterday)


@pytest.mark.parametrize("login", ["auditor", "far_officer"])
def test_who_only_watches_or_sees_nothing_asks_nothing(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    with pytest.raises((Forbidden, NotFound)):
        asked.send_copies(session, who.people[login], case.id, to=[1], text="")


def test_what_was_asked_falls_with_the_step(session: Session, who: Cast, case: Case) -> None:
    (question,) = ask(session, who, case, who.legal)
    task = review(session, case)
    target = next(
        each.target
        for each in send_backs.plans(session, who.chief, task.id)
        if each.target.element == "conclusion"
    )
    send_backs.send_back(
        session,
        who.chief,
        task.id,
        seen_version=task.version,
        target=target.id,
        reason="请补充合同",
    )
    assert question.status is TaskStatus.WITHDRAWN
