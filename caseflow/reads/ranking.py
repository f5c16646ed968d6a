"""What stands below a unit, side by side: districts, sections, or the officers of a section."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import policy
from caseflow.models import AssessedAmount, Case, Post, Taxpayer, Unit, User
from caseflow.reads import cases
from caseflow.vocabulary import Role, UnitLevel

_Named = tuple[int | None, str, str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by the conditions of the lists that they open."""

    open: int = 0
    overdue: int = 0
    closed: int = 0
    closed_in_time: int = 0
    problem: int = 0


@dataclass(frozen=True, slots=True)
class RankRow:
    """One unit or officer; the id is None for what no officer has been named for."""

    id: int | None
    name: str
    name_en: str
    staff: int
    households: int
    cases: Counts
    tax_paid: Decimal


def of(
    session: Session, unit: Unit, shown: ColumnElement[bool], homes: ColumnElement[bool]
) -> tuple[RankRow, ...]:
    """
    The rows below a unit, in their official order.

    Args:
        session: where to read.
        unit: whose rows.
        shown: which cases count, the unit's and visible.
        homes: which households count.

    """
    key, home = _keys(unit.level)
    counted = _counted(session, key, shown)
    paid = _paid(session, key, shown)
    managed = session.execute(select(home, func.count()).where(homes).group_by(home))
    households: dict[int | None, int] = {row[0]: row[1] for row in managed}
    names = _officers(session, unit) if unit.level is UnitLevel.SECTION else _units(session, unit)
    if None in counted or None in households:
        names.append((None, "", "", 0))
    return tuple(
        RankRow(
            *named,
            households.get(named[0], 0),
            counted.get(named[0], Counts()),
            paid.get(named[0], Decimal(0)),
        )
        for named in names
    )


def _keys(level: UnitLevel) -> tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]:
    """The columns of cases and households that name the row they count in."""
    if level is UnitLevel.CITY:
        return Case.district_id, Taxpayer.district_id
    if level is UnitLevel.DISTRICT:
        return Case.section_id, Taxpayer.section_id
    return Case.main_officer_id, Taxpayer.administrator_id


def _counted(
    session: Session, key: InstrumentedAttribute[Any], shown: ColumnElement[bool]
) -> dict[int | None, Counts]:
    rows = session.execute(
        select(
            key,
            func.count().filter(cases.running()),
            func.count().filter(cases.late()),
            func.count().filter(cases.closed()),
            func.count().filter(cases.closed_in_time()),
            func.count().filter(cases.problem_found()),
        )
        .where(shown)
        .group_by(key)
    )
    return {row[0]: Counts(*row[1:]) for row in rows}


def _paid(
    session: Session, key: InstrumentedAttribute[Any], shown: ColumnElement[bool]
) -> dict[int | None, Decimal]:
    rows = session.execute(
        select(key, func.sum(AssessedAmount.tax_paid))
        .select_from(Case)
        .join(AssessedAmount, AssessedAmount.case_id == Case.id)
        .where(shown)
        .group_by(key)
    )
    return {row[0]: row[1] for row in rows}


def _units(session: Session, unit: Unit) -> list[_Named]:
    """The units right below, each with how many officers manage households there today."""
    seat = aliased(Unit)
    staff = (
        select(func.count(Post.user_id.distinct()))
        .join(seat, seat.id == Post.unit_id)
        .where(seat.path.startswith(Unit.path), _manages_today())
        .correlate(Unit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Unit.id, Unit.short_name, Unit.name_en, staff)
        .where(Unit.parent_id == unit.id, Unit.level.in_([UnitLevel.DISTRICT, UnitLevel.SECTION]))
        .order_by(Unit.code)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _officers(session: Session, unit: Unit) -> list[_Named]:
    """The officers of a section, today's and those whose cases are still counted here."""
    posted = select(Post.user_id).where(Post.unit_id == unit.id, _manages_today())
    named = select(Case.main_officer_id).where(Case.section_id == unit.id)
    managing = select(Taxpayer.administrator_id).where(Taxpayer.section_id == unit.id)
    rows = session.execute(
        select(User.id, User.name, User.name_en)
        .where(or_(User.id.in_(posted), User.id.in_(named), User.id.in_(managing)))
        .order_by(User.name_key, User.id)
    )
    return [(row[0], row[1], row[2], 1) for row in rows]


def _manages_today() -> ColumnElement[bool]:
    return and_(Post.role == Role.TAX_ADMINISTRATOR, policy.held_today())
