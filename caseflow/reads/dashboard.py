"""The dashboard: from detection to closure by unit; every figure by the condition of its list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, and_, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock, policy
from caseflow.models import AssessedAmount, Case, Taxpayer, TaxWarning, Unit
from caseflow.reads import cases, ranking, report_figures, tax_warnings
from caseflow.reads.ranking import RankRow
from caseflow.reads.report_figures import Rates
from caseflow.vocabulary import Actor, CaseStatus, UnitLevel, Verb, WarningStatus


@dataclass(frozen=True, slots=True)
class Warned:
    """What screening found and where it went."""

    detected: int
    in_cases: int
    pooled: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of cases and sums of money, each by the condition of the list that it opens."""

    all: int
    open: int
    overdue: int
    waiting: int
    returned: int
    dispatched: int
    closed: int
    closed_in_time: int
    problem: int
    paid: int
    tax_paid: Decimal
    tax_found: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """What began, ended and was paid in one month; ``ended`` counts voided cases as well."""

    first: date
    opened: int
    ended: int
    closed: int
    closed_in_time: int
    tax_paid: Decimal


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page for one unit of the tree."""

    unit: Unit
    # From the root down; those outside the actor's reach are named, not opened.
    parents: tuple[tuple[Unit, bool], ...]
    figures: Figures
    warned: Warned
    rows: tuple[RankRow, ...]
    outcomes: tuple[tuple[str, int], ...]
    # From the first case to this month, none left out.
    months: tuple[Month, ...]
    rates: Rates


def of(session: Session, actor: Actor, unit_id: int | None, *, period: int | None = None) -> Board:
    """
    The board of a unit within the actor's reach; the widest unit without an id.

    Args:
        session: where to read.
        actor: whose reach.
        unit_id: the unit wanted.
        period: the month whose rates are wanted; the newest without one.

    Raises:
        Forbidden: the actor's posts carry no dashboard.

    """
    policy.require(actor, Verb.DASHBOARD)
    unit = unit_within(session, actor, unit_id)
    homes = and_(_homes_of(unit), policy.counted_households(actor))
    shown = and_(cases_of(unit), policy.counted_cases(actor))
    return Board(
        unit=unit,
        parents=parents_of(session, actor, unit),
        figures=_figures(session, shown),
        warned=_warned(session, and_(homes, policy.counted_warnings(actor))),
        rows=ranking.of(session, unit, shown, homes),
        outcomes=_outcomes(session, shown),
        months=_months(session, shown),
        rates=report_figures.of(session, unit, period=period),
    )


def unit_within(session: Session, actor: Actor, unit_id: int | None) -> Unit:
    """The unit asked for when it lies below one of the actor's, else the actor's own widest."""
    levels = [UnitLevel.CITY, UnitLevel.DISTRICT, UnitLevel.SECTION]
    query = select(Unit).where(_within(actor), Unit.level.in_(levels))
    if unit_id is not None:
        found = session.scalar(query.where(Unit.id == unit_id))
        if found is not None:
            return found
    return session.scalars(query.order_by(func.length(Unit.path), Unit.id).limit(1)).one()


def _within(actor: Actor) -> ColumnElement[bool]:
    return or_(
        *[
            Unit.path.startswith(
                "/"
                if policy.REACH[post.role] in (policy.Reach.CITY, policy.Reach.LINE)
                else post.unit_path
            )
            for post in actor.posts
        ]
    )


def parents_of(session: Session, actor: Actor, unit: Unit) -> tuple[tuple[Unit, bool], ...]:
    """The units above one from the root down, each with whether it is within the actor's reach."""
    ids = [int(part) for part in unit.path.strip("/").split("/")[:-1] if part]
    rows = session.execute(select(Unit, _within(actor)).where(Unit.id.in_(ids)).order_by(Unit.path))
    return tuple((row[0], row[1]) for row in rows)


def cases_of(unit: Unit) -> ColumnElement[bool]:
    """The condition on ``Case``: of a district, a section, or the whole city."""
    if unit.level is UnitLevel.DISTRICT:
        return Case.district_id == unit.id
    return Case.section_id == unit.id if unit.level is UnitLevel.SECTION else true()


def _homes_of(unit: Unit) -> ColumnElement[bool]:
    if unit.level is UnitLevel.DISTRICT:
        return Taxpayer.district_id == unit.id
    return Taxpayer.section_id == unit.id if unit.level is UnitLevel.SECTION else true()


def _figures(session: Session, shown: ColumnElement[bool]) -> Figures:
    counts = session.execute(
        select(
            func.count(),
            func.count().filter(cases.running()),
            func.count().filter(cases.late()),
            func.count().filter(Case.status == CaseStatus.WAITING_TAXPAYER),
            func.count().filter(Case.status == CaseStatus.RETURNED),
            func.count().filter(cases.dispatched()),
            func.count().filter(cases.closed()),
            func.count().filter(cases.closed_in_time()),
            func.count().filter(cases.problem_found()),
            func.count().filter(cases.tax_paid()),
        ).where(shown)
    ).one()
    sums = session.execute(
        select(func.coalesce(func.sum(AssessedAmount.tax_paid), 0), _tax_found(shown))
        .join(Case, Case.id == AssessedAmount.case_id)
        .where(shown)
    ).one()
    parts: list[Any] = [*counts, *sums]
    return Figures(*parts)


def _tax_found(shown: ColumnElement[bool]) -> ScalarSelect[Decimal]:
    """The tax to be made up, summed as ``assessed.total_tax`` does: no tax pays for another."""
    of_tax = (
        select(func.sum(AssessedAmount.recomputed - AssessedAmount.declared).label("difference"))
        .join(Case, Case.id == AssessedAmount.case_id)
        .where(shown, Case.status != CaseStatus.VOIDED)
        .group_by(AssessedAmount.case_id, AssessedAmount.tax)
        .correlate(None)
        .subquery()
    )
    total = func.sum(func.greatest(of_tax.c.difference, 0))
    return select(func.coalesce(total, 0)).scalar_subquery()


def _warned(session: Session, shown: ColumnElement[bool]) -> Warned:
    row = session.execute(
        select(
            func.count(),
            func.count().filter(tax_warnings.joined()),
            func.count().filter(TaxWarning.status == WarningStatus.POOL),
        )
        .select_from(TaxWarning)
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .where(shown)
    ).one()
    return Warned(*row)


def _outcomes(session: Session, shown: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(Case.outcome, func.count())
        .where(shown, Case.outcome.is_not(None))
        .group_by(Case.outcome)
        .order_by(func.count().desc(), Case.outcome)
    )
    return tuple((str(row[0]), row[1]) for row in rows)


def _months(session: Session, shown: ColumnElement[bool]) -> tuple[Month, ...]:
    opened = _by_month(session, Case.opened_at, shown, func.count())
    ended = _by_month(
        session,
        Case.closed_at,
        shown,
        func.count(),
        func.count().filter(cases.closed()),
        func.count().filter(cases.closed_in_time()),
    )
    month = _first(AssessedAmount.paid_on)
    sums = session.execute(
        select(month, func.sum(AssessedAmount.tax_paid))
        .join(Case, Case.id == AssessedAmount.case_id)
        .where(shown, AssessedAmount.paid_on.is_not(None))
        .group_by(month)
    )
    paid = {row[0]: row[1] for row in sums}
    nothing = (0, 0, 0)
    return tuple(
        Month(
            first=first,
            opened=opened.get(first, nothing)[0],
            ended=ended.get(first, nothing)[0],
            closed=ended.get(first, nothing)[1],
            closed_in_time=ended.get(first, nothing)[2],
            tax_paid=paid.get(first, Decimal(0)),
        )
        for first in _firsts({*opened, *ended, *paid})
    )


def _by_month(
    session: Session,
    at: InstrumentedAttribute[Any],
    shown: ColumnElement[bool],
    *counts: ColumnElement[int],
) -> Mapping[date, Any]:
    """The counts of each month in which the moment lies."""
    month = _first(func.timezone(clock.BUREAU_ZONE.key, at))
    rows = session.execute(select(month, *counts).where(shown, at.is_not(None)).group_by(month))
    return {row[0]: row[1:] for row in rows}


def _first(day: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """The first day of the month of a day."""
    return cast(func.date_trunc("month", day), Date)


def _firsts(known: set[date]) -> Iterator[date]:
    """The first day of every month from the earliest until today."""
    today = clock.today()
    at = min(known, default=today).replace(day=1)
    while at <= today:
        yield at
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
