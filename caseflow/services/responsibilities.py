"""Who manages which household (管户): the one place where it is put on file, dated and founded.

``taxpayers.administrator_id`` is today's answer, kept beside the dated rows for lists; both are
changed here together. Whoever calls appends the event that tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Responsibility, Taxpayer
from caseflow.models.base import among
from caseflow.vocabulary import Actor, ResponsibilityBasis

# A statement takes 65,535 values, a row 7 of them.
_AT_ONCE = 3_000


@dataclass(frozen=True, slots=True)
class Managed:
    """A household, who is to manage it, and in which section."""

    taxpayer_id: int
    user_id: int
    section_id: int


def put(
    session: Session,
    actor: Actor,
    households: Sequence[Managed],
    *,
    basis: ResponsibilityBasis,
    handover_id: int | None = None,
) -> None:
    """Let these people manage these households from today on; who did so before ends today."""
    today = clock.today()
    for some in _portions(households):
        ids = [each.taxpayer_id for each in some]
        current = and_(among(Responsibility.taxpayer_id, ids), Responsibility.valid_to.is_(None))
        session.execute(update(Responsibility).where(current).values(valid_to=today))
        rows = [
            {
                "taxpayer_id": each.taxpayer_id,
                "user_id": each.user_id,
                "section_id": each.section_id,
                "valid_from": today,
                "basis": basis,
                "set_by": actor.user_id,
                "handover_id": handover_id,
            }
            for each in some
        ]
        session.execute(insert(Responsibility), rows)
        _point(session, ids)


def follow_register(session: Session, actor: Actor, *, until: date) -> None:
    """Bring sections and responsibilities together after a register up to a day was taken in.

    A household that the register puts into another section is managed there from today on. Where
    a handover of a later day has put it, there it stays: the register did not know yet.
    """
    differs = and_(
        Responsibility.taxpayer_id == Taxpayer.id,
        Responsibility.valid_to.is_(None),
        Responsibility.section_id.is_distinct_from(Taxpayer.section_id),
    )
    session.execute(
        update(Taxpayer)
        .where(differs, is_younger(until), Responsibility.section_id.is_not(None))
        .values(section_id=Responsibility.section_id)
    )
    moved = session.execute(
        select(Taxpayer.id, Responsibility.user_id, Taxpayer.section_id)
        .join(Responsibility, differs)
        .order_by(Taxpayer.id)
    )
    put(session, actor, [Managed(*row) for row in moved], basis=ResponsibilityBasis.FILE)


def is_younger(day: date) -> ColumnElement[bool]:
    """The condition on ``Responsibility``: a handover after this day, which a file cannot know."""
    return and_(
        Responsibility.basis == ResponsibilityBasis.HANDOVER, Responsibility.valid_from > day
    )


def _point(session: Session, ids: Sequence[int]) -> None:
    """Let households show what their newest responsibility says."""
    section = func.coalesce(Responsibility.section_id, Taxpayer.section_id)
    session.execute(
        update(Taxpayer)
        .where(
            among(Taxpayer.id, ids),
            Responsibility.taxpayer_id == Taxpayer.id,
            Responsibility.valid_to.is_(None),
            or_(
                Taxpayer.administrator_id.is_distinct_from(Responsibility.user_id),
                Taxpayer.section_id != section,
            ),
        )
        .values(administrator_id=Responsibility.user_id, section_id=section)
        .execution_options(synchronize_session=False)
    )
    # What the session has seen of these households is out of date.
    for row in session.identity_map.values():
        if isinstance(row, Taxpayer | Responsibility):
            session.expire(row)


def _portions(households: Sequence[Managed]) -> Iterator[Sequence[Managed]]:
    for start in range(0, len(households), _AT_ONCE):
        yield households[start : start + _AT_ONCE]
