"""Moves of cases to another step, as the case's pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, CaseMove, Taxpayer, User
from caseflow.vocabulary import Actor, CaseMoveStatus, NotFound, Verb

_MOST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A move with the names of the two people."""

    move: CaseMove
    asker: str
    decider: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A move that waits for a decision, with the case it is of."""

    move: CaseMove
    case_id: int
    number: str
    taxpayer: str


def case(session: Session, actor: Actor, case_id: int) -> Case:
    """The case, if this actor may see it.

    Raises:
        NotFound: there is no such case, or it is beyond the actor's reach.
    """
    found = session.scalar(select(Case).where(Case.id == case_id, policy.visible_cases(actor)))
    if found is None:
        raise NotFound("case", id=case_id)
    return found


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
