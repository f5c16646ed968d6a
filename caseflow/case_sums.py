"""What closed cases came to: the one definition behind the register, directives and their papers.

What a case found are its rows of ``AssessedAmount``, each tax by itself, as ``assessed.total_tax``
has it. The sums of a case that went on to another case or authority count where the matter ends.
Source: calculations.md, section 2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from caseflow.models import AssessedAmount, Case
from caseflow.models.base import among
from caseflow.vocabulary import CaseStatus, Outcome

# The matter goes on elsewhere, and with it what was found so far.
WENT_ON = (
    Outcome.OPENED_TA,
    Outcome.OPENED_AB,
    Outcome.OPENED_ZF,
    Outcome.OPENED_OC,
    Outcome.TRANSFERRED_INSPECTION,
    Outcome.TRANSFERRED_INTERNATIONAL,
    Outcome.TRANSFERRED_OTHER,
)
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Brought:
    """What one case came to, or several together; in yuan."""

    tax: Decimal = _NOTHING
    surcharge: Decimal = _NOTHING
    income_adjusted: Decimal = _NOTHING
    loss_offset: Decimal = _NOTHING

    def __add__(self, other: Brought) -> Brought:
        """Both together."""
        return Brought(
            self.tax + other.tax,
            self.surcharge + other.surcharge,
            self.income_adjusted + other.income_adjusted,
            self.loss_offset + other.loss_offset,
        )


def found(of_these: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """What each case found, a row for each case that has any amounts."""
    of_tax = (
        select(
            AssessedAmount.case_id,
            func.sum(AssessedAmount.recomputed - AssessedAmount.declared).label("difference"),
            func.sum(AssessedAmount.tax_paid).label("paid"),
            func.sum(AssessedAmount.income_adjusted).label("income"),
            func.sum(AssessedAmount.loss_offset).label("loss"),
            func.sum(AssessedAmount.surcharge).label("surcharge"),
        )
        .where(of_these)
        .group_by(AssessedAmount.case_id, AssessedAmount.tax)
        .correlate(Case)
        .subquery()
    )
    return select(
        of_tax.c.case_id,
        func.sum(func.greatest(of_tax.c.difference, 0)).label("tax"),
        func.sum(of_tax.c.paid).label("paid"),
        func.sum(of_tax.c.income).label("income"),
        func.sum(of_tax.c.loss).label("loss"),
        func.sum(of_tax.c.surcharge).label("surcharge"),
    ).group_by(of_tax.c.case_id)


def brought(session: Session, case_ids: Collection[int]) -> Mapping[int, Brought]:
    """What those of these cases came to that are closed and did not go on; one statement."""
    ended = select(Case.id).where(
        among(Case.id, list(case_ids)),
        Case.status == CaseStatus.CLOSED,
        Case.outcome.not_in(WENT_ON),
    )
    sums = found(AssessedAmount.case_id.in_(ended.correlate(None))).subquery()
    columns = (sums.c.tax, sums.c.surcharge, sums.c.income, sums.c.loss)
    rows = session.execute(select(sums.c.case_id, *columns))
    return {row[0]: Brought(*(each.quantize(_NOTHING) for each in row[1:])) for row in rows}
