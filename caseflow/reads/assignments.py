"""Cases that wait to be dispatched or assigned, and what was assigned at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow.models import BulkAssignment, Case, Task, Taxpayer, Unit, User
from caseflow.vocabulary import Actor, CaseKind, NotFound

LATEST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One step that waits."""

    task_id: int
    case_id: int
    number: str
    kind: CaseKind
    step: str
    step_en: str
    taxpayer: str
    administrator: str | None
    section: str
    score: Decimal
    due_at: datetime | None


def waiting(session: Session, inside: ColumnElement[bool], *, most: int) -> tuple[Row, ...]:
    """Steps under a condition on ``Task``, the highest score first; one statement."""
    rows = session.execute(
        select(
            Task.id,
            Case.id,
            Case.number,
            Case.kind,
            Task.name,
            Task.name_en,
            Taxpayer.name,
            User.name,
            Unit.name,
            Case.score,
            Task.due_at,
        )
        .join(Case, Case.id == Task.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(Unit, Unit.id == Taxpayer.section_id)
        .outerjoin(User, User.id == Taxpayer.administrator_id)
        .where(inside)
        .order_by(Case.score.desc(), Task.id)
        .limit(most)
    )
    return tuple(Row(*row) for row in rows)


def latest(session: Session, actor: Actor) -> Sequence[BulkAssignment]:
    """What the actor has assigned at once, the newest first."""
    return session.scalars(
        select(BulkAssignment)
        .where(BulkAssignment.user_id == actor.user_id)
        .order_by(BulkAssignment.id.desc())
        .limit(LATEST)
    ).all()


def one(session: Session, actor: Actor, bulk_id: int) -> BulkAssignment:
    """One of the actor's own.

    Raises:
        NotFound: there is none.
    """
    row = session.get(BulkAssignment, bulk_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("assignments", id=bulk_id)
    return row
