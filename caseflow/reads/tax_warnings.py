"""Warnings as a list, with the filters that the dashboard and the runs lead to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, IndicatorVersion, Taxpayer, TaxWarning, Unit
from caseflow.reads import taxpayers
from caseflow.reads.doubts import Indicator, indicator_of
from caseflow.vocabulary import Actor, WarningStatus

LIMIT = 50
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks of the list."""

    run_id: int | None = None
    indicator: str = ""
    status: WarningStatus | None = None
    severity: int | None = None
    unit_id: int | None = None
    period: int | None = None
    has_joined: bool = False
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One warning in the list."""

    id: int
    indicator: Indicator
    period: int
    value: float | None
    threshold: float | None
    side: str
    severity: int
    points: Decimal
    estimated_tax: Decimal | None
    status: WarningStatus
    finding: str | None
    taxpayer_id: int
    taxpayer: str
    tin: str
    district: str
    district_en: str
    case_id: int | None
    case_number: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list, the count of the whole, where the next page begins."""

    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    next_before: int | None


def listing(session: Session, actor: Actor, wish: Wish) -> Listing:
    """Warnings of households the actor may see, newest first; three statements."""
    condition = _condition(actor, wish)
    found = _read(session, actor, wish, most=LIMIT + 1)
    capped = (
        select(TaxWarning.id)
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .where(condition)
        .limit(COUNT_CAP + 1)
        .subquery()
    )
    count = session.scalar(select(func.count()).select_from(capped)) or 0
    shown = tuple(found[:LIMIT])
    return Listing(
        shown,
        min(count, COUNT_CAP),
        count > COUNT_CAP,
        shown[-1].id if len(found) > LIMIT else None,
    )


def rows(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[Row, ...]:
    """The first warnings of the list, newest first; two statements."""
    return tuple(_read(session, actor, wish, most=most))


def indicators(session: Session) -> tuple[Indicator, ...]:
    """Every indicator that has raised a warning, in its latest version."""
    rows = session.execute(
        select(IndicatorVersion.code, IndicatorVersion.version, IndicatorVersion.content)
        .order_by(IndicatorVersion.code, IndicatorVersion.version.desc())
        .ext(distinct_on(IndicatorVersion.code))
    )
    return tuple(indicator_of(*row) for row in rows)


def _read(session: Session, actor: Actor, wish: Wish, *, most: int) -> list[Row]:
    query: Select[*tuple[Any, ...]] = (
        select(
            TaxWarning.id,
            TaxWarning.indicator_version_id,
            TaxWarning.period,
            TaxWarning.value,
            TaxWarning.threshold,
            TaxWarning.side,
            TaxWarning.severity,
            TaxWarning.points,
            TaxWarning.estimated_tax,
            TaxWarning.status,
            TaxWarning.finding,
            TaxWarning.taxpayer_id,
            Taxpayer.name,
            policy.listed_tin(actor),
            Unit.short_name,
            Unit.name_en,
            Case.id,
            Case.number,
        )
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .join(Unit, Unit.id == Taxpayer.district_id)
        .outerjoin(Case, and_(Case.id == TaxWarning.case_id, policy.visible_cases(actor)))
        .where(_condition(actor, wish))
        .order_by(TaxWarning.id.desc())
        .limit(most)
    )
    if wish.before:
        query = query.where(TaxWarning.id < wish.before)
    found = session.execute(query).all()
    versions = _versions(session, {version_id for _id, version_id, *_others in found})
    return [Row(id_, versions[version_id], *others) for id_, version_id, *others in found]


def _versions(session: Session, ids: Collection[int]) -> dict[int, Indicator]:
    """The versions of indicators that the rows name; many rows share one."""
    rows = session.execute(
        select(
            IndicatorVersion.id,
            IndicatorVersion.code,
            IndicatorVersion.version,
            IndicatorVersion.content,
        ).where(IndicatorVersion.id.in_(ids))
    )
    return {row.id: indicator_of(row.code, row.version, row.content) for row in rows}


def joined() -> ColumnElement[bool]:
    """Warnings that were taken into a case."""
    return TaxWarning.case_id.is_not(None)


def _condition(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    parts = [policy.visible_taxpayers(actor), policy.visible_warnings(actor)]
    if wish.run_id:
        parts.append(TaxWarning.run_id == wish.run_id)
    if wish.indicator:
        parts.append(TaxWarning.indicator == wish.indicator)
    if wish.status:
        parts.append(TaxWarning.status == wish.status)
    if wish.severity:
        parts.append(TaxWarning.severity == wish.severity)
    if wish.period:
        parts.append(TaxWarning.period == wish.period)
    if wish.has_joined:
        parts.append(joined())
    if wish.unit_id:
        parts.append(or_(Taxpayer.district_id == wish.unit_id, Taxpayer.section_id == wish.unit_id))
    if wish.text:
        parts.append(taxpayers.named(wish.text))
    return and_(*parts)
