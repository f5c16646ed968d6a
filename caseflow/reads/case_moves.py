"""Moves of cases to another step, as the case's pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, CaseMove, Post, Recusal, Task, Taxpayer, User
from caseflow.vocabulary import Actor, CaseMoveStatus, Role, TaskStatus, Verb

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
    """Those who may agree to a move of a case today: not who asked, nor who handles the case."""
    on_desk = select(Task.assignee_id).where(
        Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.assignee_id.is_not(None)
    )
    kept_out = select(Recusal.user_id).where(Recusal.case_id == case.id)
    busy = [each for each in (asked_by, case.main_officer_id, case.second_officer_id) if each]
    held = session.execute(
        select(User.name, Post.role)
        .join(Post, Post.user_id == User.id)
        .where(
            Post.role.in_(policy.VERBS[Verb.DECIDE_MOVE]),
            Post.unit_id == case.district_id,
            policy.held_today(),
            User.is_active,
            User.id.not_in(busy),
            User.id.not_in(on_desk),
            User.id.not_in(kept_out),
        )
        .order_by(User.id)
    )
    return tuple(Decider(*row) for row in held)


def to_decide(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """The moves that wait for a decision of this actor, oldest first."""
    if not policy.may(actor, Verb.DECIDE_MOVE):
        return ()
    rows = session.execute(
        select(CaseMove, Case.id, Case.number, Taxpayer.name)
        .join(Case, Case.id == CaseMove.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(
            CaseMove.status == CaseMoveStatus.ASKED,
            CaseMove.asked_by != actor.user_id,
            policy.visible_cases(actor),
        )
        .order_by(CaseMove.id)
        .limit(_MOST)
    )
    return tuple(Waiting(*row) for row in rows)
