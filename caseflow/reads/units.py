"""Units of the bureau for filters."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Unit
from caseflow.vocabulary import Actor, UnitLevel


def within_reach(session: Session, actor: Actor) -> tuple[Unit, ...]:
    """Districts for those who see the city, sections for those who see a district."""
    if policy.counts_city(actor):
        condition = Unit.level == UnitLevel.DISTRICT
    else:
        own = [post.unit_id for post in actor.posts]
        condition = (Unit.level == UnitLevel.SECTION) & or_(
            Unit.parent_id.in_(own), Unit.id.in_(own)
        )
    return tuple(session.scalars(select(Unit).where(condition).order_by(Unit.code)))


def of_level(session: Session, level: UnitLevel) -> tuple[Unit, ...]:
    """The units of a level that exist today."""
    found = select(Unit).where(Unit.level == level, Unit.valid_to.is_(None))
    return tuple(session.scalars(found.order_by(Unit.code, Unit.id)))


def one(session: Session, unit_id: int) -> Unit | None:
    """A unit of the bureau; None when there is no such unit."""
    return session.get(Unit, unit_id)
