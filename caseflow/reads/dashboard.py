"""The dashboard: from detection to closure by unit; every figure by the condition of its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select, true
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import AssessedAmount, Case, ScreeningRun, Taxpayer, TaxWarning, Unit
from caseflow.reads import cases
from caseflow.vocabulary import Actor, CaseStatus, RunStatus, UnitLevel, Verb, WarningStatus

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts from detection to closure."""

    detected: int
    in_cases: int
    opened: int
    dispatched: int
    closed: int
    problem: int
    paid: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures above the funnel."""

    open: int
    overdue: int
    closed: int
    closed_in_time: int
    waiting: int
    returned: int
    tax_paid: Decimal
    tax_found: Decimal


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the level below, for tiles and ranking."""

    id: int
    name: str
    name_en: str
    households: int
    open: int
    overdue: int
    closed: int
    closed_in_time: int
    problem: int
    tax_paid: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """How many cases began and ended in one month."""

    first: date
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page for one unit of the tree."""

    unit: Unit
    parents: tuple[Unit, ...]
    figures: Figures
    funnel: Funnel
    units: tuple[UnitRow, ...]
    outcomes: tuple[tuple[str, int], ...]
    months: tuple[Month, ...]
    runs_to_review: int
    pooled: int


def of(session: Session, actor: Actor, unit_id: int | None) -> Board:
    """
    The board of a unit within the actor's reach; the widest unit without an id.

    Raises:
        Forbidden: the actor's posts carry no dashboard.

    """
    policy.require(actor, Verb.DASHBOARD)
    unit = _unit(session, actor, unit_id)
    scope, homes = _cases_of(unit), _homes_of(unit)
    visible = policy.visible_cases(actor)
    children = session.scalars(
        select(Unit)
        .where(Unit.parent_id == unit.id, Unit.level.in_([UnitLevel.DISTRICT, UnitLevel.SECTION]))
        .order_by(Unit.code)
    ).all()
    parent_ids = [int(part) for part in unit.path.strip("/").split("/")[:-1] if part]
    parents = session.scalars(select(Unit).where(Unit.id.in_(parent_ids)).order_by(Unit.path)).all()
    return Board(
        unit=unit,
        parents=tuple(parents),
        figures=_figures(session, and_(scope, visible)),
        funnel=_funnel(session, and_(scope, visible), and_(homes, policy.visible_warnings(actor))),
        units=_rows(session, unit, children),
        outcomes=_outcomes(session, and_(scope, visible)),
        months=_months(session, and_(scope, visible)),
        runs_to_review=session.scalar(
            select(func.count()).where(ScreeningRun.status == RunStatus.TO_REVIEW)
        )
        or 0,
        pooled=session.scalar(
            select(func.count())
            .select_from(TaxWarning)
            .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
            .where(TaxWarning.status == WarningStatus.POOL, homes)
        )
        or 0,
    )


def _unit(session: Session, actor: Actor, unit_id: int | None) -> Unit:
    """The unit asked for when it lies below one of the actor's, else the actor's own widest."""
    paths = [
        "/" if policy.REACH[post.role] is policy.Reach.CITY else post.unit_path
        for post in actor.posts
    ]
    within = or_(*[Unit.path.startswith(path) for path in paths])
    levels = [UnitLevel.CITY, UnitLevel.DISTRICT, UnitLevel.SECTION]
    query = select(Unit).where(within, Unit.level.in_(levels))
    if unit_id is not None:
        found = session.scalar(query.where(Unit.id == unit_id))
        if found is not None:
            return found
    return session.scalars(query.order_by(func.length(Unit.path), Unit.id).limit(1)).one()


def _cases_of(unit: Unit) -> ColumnElement[bool]:
    if unit.level is UnitLevel.DISTRICT:
        return Case.district_id == unit.id
    return Case.section_id == unit.id if unit.level is UnitLevel.SECTION else true()


def _homes_of(unit: Unit) -> ColumnElement[bool]:
    if unit.level is UnitLevel.DISTRICT:
        return Taxpayer.district_id == unit.id
    return Taxpayer.section_id == unit.id if unit.level is UnitLevel.SECTION else true()


def _closed() -> ColumnElement[bool]:
    return Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED])


def _in_time() -> ColumnElement[bool]:
    return and_(_closed(), or_(Case.due_at.is_(None), Case.closed_at <= Case.due_at))


def _late() -> ColumnElement[bool]:
    return and_(Case.closed_at.is_(None), Case.due_at <= clock.now())


def _figures(session: Session, condition: ColumnElement[bool]) -> Figures:
    counts = session.execute(
        select(
            func.count().filter(Case.closed_at.is_(None)),
            func.count().filter(_late()),
            func.count().filter(_closed()),
            func.count().filter(_in_time()),
            func.count().filter(Case.status == CaseStatus.WAITING_TAXPAYER),
            func.count().filter(Case.status == CaseStatus.RETURNED),
        ).where(condition)
    ).one()
    sums = session.execute(
        select(
            func.coalesce(func.sum(AssessedAmount.tax_paid), 0),
            func.coalesce(func.sum(AssessedAmount.recomputed - AssessedAmount.declared), 0),
        )
        .join(Case, Case.id == AssessedAmount.case_id)
        .where(condition)
    ).one()
    return Figures(*counts, *sums)


def _funnel(
    session: Session, condition: ColumnElement[bool], warnings: ColumnElement[bool]
) -> Funnel:
    warned = session.execute(
        select(func.count(), func.count().filter(TaxWarning.case_id.is_not(None)))
        .select_from(TaxWarning)
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .where(warnings)
    ).one()
    row = session.execute(
        select(
            func.count(),
            func.count().filter(cases.dispatched()),
            func.count().filter(_closed()),
            func.count().filter(cases.problem_found()),
            func.count().filter(cases.tax_paid()),
        ).where(condition)
    ).one()
    return Funnel(*warned, *row)


def _rows(session: Session, unit: Unit, children: Sequence[Unit]) -> tuple[UnitRow, ...]:
    column = Case.district_id if unit.level is UnitLevel.CITY else Case.section_id
    home = Taxpayer.district_id if unit.level is UnitLevel.CITY else Taxpayer.section_id
    counted = session.execute(
        select(
            column,
            func.count().filter(Case.closed_at.is_(None)),
            func.count().filter(_late()),
            func.count().filter(_closed()),
            func.count().filter(_in_time()),
            func.count().filter(cases.problem_found()),
        )
        .where(_cases_of(unit))
        .group_by(column)
    )
    by_unit = {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in counted}
    paid = {
        row[0]: row[1]
        for row in session.execute(
            select(column, func.sum(AssessedAmount.tax_paid))
            .select_from(Case)
            .join(AssessedAmount, AssessedAmount.case_id == Case.id)
            .where(_cases_of(unit))
            .group_by(column)
        )
    }
    homes = {
        row[0]: row[1]
        for row in session.execute(select(home, func.count()).where(_homes_of(unit)).group_by(home))
    }
    return tuple(
        UnitRow(
            child.id,
            child.short_name,
            child.name_en,
            homes.get(child.id, 0),
            *by_unit.get(child.id, (0, 0, 0, 0, 0)),
            paid.get(child.id) or Decimal(0),
        )
        for child in children
    )


def _outcomes(session: Session, condition: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(Case.outcome, func.count())
        .where(condition, Case.outcome.is_not(None))
        .group_by(Case.outcome)
        .order_by(func.count().desc(), Case.outcome)
    )
    return tuple((str(row[0]), row[1]) for row in rows)


def _months(session: Session, condition: ColumnElement[bool]) -> tuple[Month, ...]:
    """The last months with cases in them, oldest first."""
    opened, closed = (
        {
            row[0]: row[1]
            for row in session.execute(
                select(month, func.count()).where(condition, at.is_not(None)).group_by(month)
            )
        }
        for at in (Case.opened_at, Case.closed_at)
        for month in [cast(func.date_trunc("month", func.timezone("Asia/Shanghai", at)), Date)]
    )
    firsts = sorted({*opened, *closed})[-_MONTHS:]
    return tuple(Month(first, opened.get(first, 0), closed.get(first, 0)) for first in firsts)
