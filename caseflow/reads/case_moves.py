"""Moves of cases to another step, as the case's pages show them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import Case, CaseMove, Taxpayer, User
from caseflow.policy import History
from caseflow.reads import case_names
from caseflow.reads.trace import actors
from caseflow.vocabulary import Actor, CaseMoveStatus, Role, Verb

_MOST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A move with the names of the two people."""

    move: CaseMove
    asker: str
    decider: str | None


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who may agree to a move, and by which post."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Waiting:
    """A move that waits for a decision, with the case it is of."""

    move: CaseMove
    case_id: int
    number: str
    taxpayer: str


def of_case(session: Session, case_id: int) -> tuple[Row, ...]:
    """The moves of a case, newest first."""
    asker, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(CaseMove, asker.name, decider.name)
        .join(asker, asker.id == CaseMove.asked_by)
        .outerjoin(decider, decider.id == CaseMove.decided_by)
        .where(CaseMove.case_id == case_id)
        .order_by(CaseMove.id.desc())
        .limit(_MOST)
    )
    return tuple(Row(*row) for row in rows)


def waiting(session: Session, case_id: int) -> Row | None:
    """The move of a case that waits for a decision."""
    newest = next(iter(of_case(session, case_id)), None)
    return newest if newest and newest.move.status is CaseMoveStatus.ASKED else None


def deciders(session: Session, case: Case, *, asked_by: int | None) -> tuple[Decider, ...]:
    """Those who may agree to a move of a case today: not who asked, nor who handles the case.

    Nor a deputy of one of these, nor one for whom they stand.
    """
    known = policy.case_now(session, case)
    people = actors.on(session, clock.today())
    asker = people.get(asked_by or 0, Actor(asked_by, ""))
    active = set(session.scalars(select(User.id).where(User.id.in_(people), User.is_active)))
    return tuple(
        Decider(each.name, post.role)
        for each in people.values()
        for post in each.posts
        if post.role in policy.VERBS[Verb.DECIDE_MOVE]
        and post.unit_id == case.district_id
        and each.user_id in active - known.recused
        and _is_apart(each, asker, known)
    )


def to_decide(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """The moves that wait for a decision of this actor, oldest first."""
    if not policy.may(actor, Verb.DECIDE_MOVE):
        return ()
    rows = session.execute(
        select(CaseMove, Case, case_names.about())
        .join(Case, Case.id == CaseMove.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(
            CaseMove.status == CaseMoveStatus.ASKED,
            CaseMove.asked_by != actor.user_id,
            policy.visible_cases(actor),
        )
        .order_by(CaseMove.id)
    ).all()
    if not rows:
        return ()
    askers = actors.some(session, clock.today(), {move.asked_by for move, _, _ in rows})
    found = (
        Waiting(move, case.id, case.number, taxpayer)
        for move, case, taxpayer in rows
        if _is_apart(actor, askers[move.asked_by], policy.case_now(session, case))
    )
    return tuple(itertools.islice(found, _MOST))


def _is_apart(decider: Actor, asker: Actor, case: History) -> bool:
    return not policy.handles(decider, case) and not policy.is_one_with(decider, asker, case)
