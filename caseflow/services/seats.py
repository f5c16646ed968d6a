"""Where the seats of the city bureau stand: its own leaders, its divisions, the inspection bureau.

Steps of a section or a district are of the case's own units; those of the city are of one unit for
all cases.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Post, Unit
from caseflow.vocabulary import Role, UnitLevel

CityUnits = Mapping[str, int]


def city_units(session: Session) -> CityUnits:
    """Unit ids by place: ``city``, ``inspection``, and each division by its line of business."""
    levels = {UnitLevel.CITY: "city", UnitLevel.INSPECTION: "inspection"}
    units = session.execute(
        select(Unit.level, Unit.id).where(Unit.level.in_(levels)).order_by(Unit.code.desc())
    )
    lines = session.execute(
        select(Post.line, Post.unit_id)
        .where(Post.role == Role.DIVISION_CHIEF, Post.line.is_not(None), policy.held_today())
        .order_by(Post.id.desc())
    )
    found = {levels[level]: unit_id for level, unit_id in units}
    return found | {str(line): unit_id for line, unit_id in lines}


def administrators_of(session: Session, unit_id: int) -> frozenset[int]:
    """Everybody who sits in a unit as a tax administrator today."""
    return frozenset(
        session.scalars(
            select(Post.user_id).where(
                Post.role == Role.TAX_ADMINISTRATOR,
                Post.unit_id == unit_id,
                policy.held_today(),
            )
        )
    )
