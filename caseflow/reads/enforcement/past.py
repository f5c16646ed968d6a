"""Results of earlier years as files brought them: beside what is computed, never added to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import YearlyResult
from caseflow.reads.enforcement.results import Sums
from caseflow.vocabulary import CaseKind


def of(session: Session, unit_id: int, kind: CaseKind | None) -> tuple[YearlyResult, ...]:
    """The years of a unit that were taken in, the newest first; of one kind if one is asked for."""
    query = select(YearlyResult).where(YearlyResult.unit_id == unit_id)
    if kind:
        query = query.where(YearlyResult.kind == kind)
    order = (YearlyResult.year.desc(), YearlyResult.kind)
    return tuple(session.scalars(query.order_by(*order)))


def sums_of(rows: Sequence[YearlyResult]) -> Sums:
    """What these years say together; their households were counted once a year."""
    return sum(
        (
            Sums(
                households=row.households,
                tax=row.tax,
                income=row.income_adjusted,
                loss=row.loss_offset,
            )
            for row in rows
        ),
        Sums(),
    )
