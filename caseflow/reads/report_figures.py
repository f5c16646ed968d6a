"""Rates kept by screening runs: of a unit by month, and of the units below it in one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow.lake import calendar_months
from caseflow.models import ReportFigure, Unit
from caseflow.vocabulary import Rate, UnitLevel


@dataclass(frozen=True, slots=True)
class Parts:
    """A rate as it was counted: households, or fen of yuan."""

    part: int
    whole: int

    @property
    def share(self) -> Decimal:
        """The rate itself; a whole of nothing is never kept."""
        return Decimal(self.part) / self.whole


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a unit: every month that is kept, and one month of the units below."""

    # The month shown; None when no run has kept any.
    period: int | None
    months: Mapping[tuple[Rate, int], Parts]
    units: Mapping[tuple[int, Rate, int], Parts]
    run_id: int | None
    computed_at: datetime | None

    @property
    def periods(self) -> tuple[int, ...]:
        """The months that are kept, oldest first."""
        return tuple(sorted({period for _rate, period in self.months}))


def of(session: Session, unit: Unit, *, period: int | None = None) -> Rates:
    """The rates of a unit, in the month asked for or the newest; sums of its sections."""
    below = select(Unit.id).where(Unit.path.startswith(unit.path), Unit.level == UnitLevel.SECTION)
    rows = session.execute(
        select(
            ReportFigure.period,
            ReportFigure.rate,
            func.sum(ReportFigure.part),
            func.sum(ReportFigure.whole),
            func.max(ReportFigure.run_id),
            func.max(ReportFigure.computed_at),
        )
        .where(ReportFigure.section_id.in_(below))
        .group_by(ReportFigure.period, ReportFigure.rate)
        .order_by(ReportFigure.period)
    ).all()
    if not rows:
        return Rates(None, {}, {}, None, None)
    kept = {(row[1], row[0]): Parts(int(row[2]), int(row[3])) for row in rows}
    shown = period if period in {row[0] for row in rows} else rows[-1][0]
    told = [row for row in rows if row[0] == shown]
    return Rates(
        period=shown,
        months=kept,
        units=_of_units(session, unit, [shown, calendar_months.shift(shown, -12)]),
        run_id=max(row[4] for row in told),
        computed_at=max(row[5] for row in told),
    )


def _of_units(
    session: Session, unit: Unit, periods: Sequence[int]
) -> Mapping[tuple[int, Rate, int], Parts]:
    key: InstrumentedAttribute[Any] = Unit.parent_id if unit.level is UnitLevel.CITY else Unit.id
    rows = session.execute(
        select(
            key,
            ReportFigure.rate,
            ReportFigure.period,
            func.sum(ReportFigure.part),
            func.sum(ReportFigure.whole),
        )
        .join(Unit, Unit.id == ReportFigure.section_id)
        .where(ReportFigure.period.in_(periods), Unit.path.startswith(unit.path))
        .group_by(key, ReportFigure.rate, ReportFigure.period)
    )
    return {(row[0], row[1], row[2]): Parts(int(row[3]), int(row[4])) for row in rows}
