"""Whatever sequence of calls: nobody does both sides of a case, themselves or through deputies."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Deputy, Task
from caseflow.services import deputies, people, tasks
from caseflow.services.deputies import Wish
from caseflow.vocabulary import Actor, Refused, TaskStatus
from caseflow.vocabulary.drawings import OFFICERS
from tests import cast, desk
from tests.desk import own_names
from tests.services.test_deputies import AGREED, taxed, taxes
from tests.trust.counts import IS_LONG

_WORLDS = 40 if IS_LONG else 2
_CALLS = 60
_SEED = random.SystemRandom().randrange(2**32) if IS_LONG else 20100125

APPROVED = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}
BACK = {"next_step": "conclude", "return_reason": "evidence", "return_text": "请补充购销合同。"}
SENT_BACK: dict[str, object] = {"opinion": "退回", **BACK}
REVIEWS = ({**AGREED}, {"review_decision": "send_back", **SENT_BACK})
APPROVALS = ({**APPROVED}, {"approval_decision": "send_back", **SENT_BACK})
STEPS = ("conclusion", "review", "approval", "closing_check")
# Those whose steps and deputyships may cross in one district.
_LOGINS = ("leader", "deputy", "chief", "other_chief", "officer", "partner", "third")


def test_nobody_does_both_sides_of_a_case(session: Session, figures: Callable[..., None]) -> None:
    dice = random.Random(_SEED)
    done = refused = 0
    for _ in range(_WORLDS):
        with session.begin_nested() as world:
            acts, refusals = _one_world(session, dice)
            done, refused = done + acts, refused + refusals
            world.rollback()
    figures("both sides", calls=_WORLDS * _CALLS, done=done, refused=refused, wrong=0)
    assert done
    assert refused


def _one_world(session: Session, dice: random.Random) -> tuple[int, int]:
    known = cast.enter(session)
    case = taxed(session, known)
    ids = [known.people[login].user_id or 0 for login in _LOGINS]
    done = refused = 0
    for _ in range(_CALLS):
        act = dice.choice((_name, _name, _end, _take, _hand_in, _hand_in))
        try:
            with session.begin_nested():
                act(session, dice, ids, case)
            done += 1
        except Refused:
            refused += 1
        session.expire_all()
        _judge(session, case.id)
    return done, refused


def _actor(session: Session, dice: random.Random, ids: list[int]) -> Actor:
    return people.actor_of(session, dice.choice(ids))


def _name(session: Session, dice: random.Random, ids: list[int], case: Case) -> None:
    del case
    principal, deputy = dice.sample(ids, 2)
    wish = Wish(clock.today(), clock.today(), "请假")
    by = people.actor_of(session, dice.choice((principal, *ids)))
    deputies.grant(session, by, principal, deputy, wish=wish)


def _end(session: Session, dice: random.Random, ids: list[int], case: Case) -> None:
    del case
    rows = session.scalars(select(Deputy.id)).all()
    deputies.revoke(session, _actor(session, dice, ids), dice.choice([0, *rows]))


def _take(session: Session, dice: random.Random, ids: list[int], case: Case) -> None:
    tasks.claim(session, _actor(session, dice, ids), _open(session, dice, case).id)


def _hand_in(session: Session, dice: random.Random, ids: list[int], case: Case) -> None:
    task = _open(session, dice, case)
    answers = _answers(session, dice, case, task.element.rpartition("/")[2])
    actor = _actor(session, dice, ids)
    if task.assignee_id is None:
        tasks.claim(session, actor, task.id)
    tasks.complete(
        session,
        actor,
        task.id,
        seen_version=task.version,
        answers=answers,
        idem=uuid.UUID(int=dice.getrandbits(128)),
    )


def _answers(session: Session, dice: random.Random, case: Case, element: str) -> dict[str, object]:
    if element == "conclusion":
        return desk.conclusion(session, case, **taxes(dice.choice(("5000.00", "50000.00"))))
    if element == "closing_check":
        return {"sign_off": True}
    return {**dice.choice(REVIEWS if element == "review" else APPROVALS)}


def _open(session: Session, dice: random.Random, case: Case) -> Task:
    found = session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.OPEN,
            own_names().in_(STEPS),
        )
    ).all()
    if not found:
        raise Refused("nothing_open")
    return dice.choice(found)


def _judge(session: Session, case_id: int) -> None:
    """Who reviewed, for whom and through whom, has nothing to do with who approved or handled."""
    case = session.get_one(Case, case_id)
    reviewed = _people(session, case_id, own_names() == "review")
    approved = _people(session, case_id, own_names() == "approval")
    handled = _people(session, case_id, Task.relation.in_(OFFICERS))
    officers = {case.main_officer_id, case.second_officer_id}
    assert not reviewed & approved, _SEED
    assert not (officers | handled) & (reviewed | approved), _SEED


def _people(session: Session, case_id: int, which: ColumnElement[bool]) -> set[int | None]:
    rows = session.execute(
        select(Task.done_by, Task.done_for, Task.done_through).where(
            Task.case_id == case_id, which, Task.status == TaskStatus.DONE
        )
    )
    return {each for row in rows for each in row} - {None}


@pytest.mark.parametrize("login", ["chief", "officer"])
def test_the_judge_fails_when_one_person_did_both(session: Session, login: str) -> None:
    known = cast.enter(session)
    case = taxed(session, known)
    desk.do(session, known.chief, case, "review", AGREED)
    task = desk.do(session, known.leader, case, "approval", APPROVED)
    _judge(session, case.id)
    task.done_for = known.people[login].user_id
    session.flush()
    try:
        _judge(session, case.id)
    except AssertionError:
        return
    raise AssertionError("the judge saw nothing")


def test_the_judge_fails_when_the_reviewer_acted_for_the_officer(session: Session) -> None:
    known = cast.enter(session)
    case = taxed(session, known)
    desk.do(session, known.chief, case, "review", AGREED)
    concluded = session.scalars(select(Task).where(Task.element == "conclusion")).one()
    concluded.done_for, concluded.done_by = concluded.done_by, known.chief.user_id
    session.flush()
    with pytest.raises(AssertionError):
        _judge(session, case.id)
