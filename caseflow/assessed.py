"""
The sums of a case by tax and period: what is to be paid, what it bears, what is left.

Within a tax, a period that was declared too high pays for one that was declared too low, the
oldest first, and stops its surcharge; no tax pays for another. The arithmetic is in ``amounts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from caseflow.amounts import (
    Difference,
    Payment,
    SurchargeLine,
    assessed_tax,
    outstanding,
    surcharge_lines,
)

_NOTHING = Decimal("0.00")
# Payments by tax where several were made of one period; else each line knows its only one.
Paid = Mapping[str, Sequence[Payment]]


class Line(Protocol):
    """One tax and period as a case assessed it, with what was paid so far."""

    @property
    def tax(self) -> str:
        """The tax, by its identifier."""

    @property
    def period(self) -> int:
        """The tax period."""

    @property
    def declared(self) -> Decimal:
        """The tax as declared, in yuan."""

    @property
    def recomputed(self) -> Decimal:
        """The tax as recomputed, in yuan."""

    @property
    def due_on(self) -> date | None:
        """The day on which the tax had to be paid; None: it bears no surcharge."""

    @property
    def tax_paid(self) -> Decimal:
        """What was paid of it, in yuan."""

    @property
    def paid_on(self) -> date | None:
        """The day of payment."""


def total_tax(lines: Iterable[Line]) -> Decimal:
    """The assessed tax of the whole case."""
    return assessed_tax((line.tax, line.recomputed - line.declared) for line in lines)


def unpaid(lines: Sequence[Line], paid: Paid | None = None) -> Decimal:
    """What is still to be paid of the assessed tax."""
    return sum(
        (
            outstanding(_differences(lines, tax), _payments(lines, tax, paid), date.max)
            for tax in {line.tax for line in lines}
        ),
        _NOTHING,
    )


def to_pay(lines: Sequence[Line]) -> list[Decimal]:
    """What each line has to pay, once the periods declared too high have paid for older ones."""
    return [_left(lines, line) for line in lines]


def surcharges(lines: Sequence[Line], until: date, paid: Paid | None = None) -> list[Decimal]:
    """The surcharge of each line up to a day, by what was paid and when."""
    found = {
        tax: runs([line for line in lines if line.tax == tax], until, paid)
        for tax in {line.tax for line in lines}
    }
    return [
        sum((run.surcharge for run in found[line.tax] if run.period == line.period), _NOTHING)
        for line in lines
    ]


def runs(lines: Sequence[Line], until: date, paid: Paid | None = None) -> tuple[SurchargeLine, ...]:
    """The runs of surcharge of the lines of one tax, up to a day; each payment closes its own."""
    tax = lines[0].tax
    return surcharge_lines(_differences(lines, tax), _payments(lines, tax, paid), until)


def _left(lines: Sequence[Line], line: Line) -> Decimal:
    found = surcharge_lines(_differences(lines, line.tax), [], date.max)
    open_runs = (run.amount for run in found if run.period == line.period and not run.is_paid)
    return sum(open_runs, _NOTHING)


def _differences(lines: Iterable[Line], tax: str) -> list[Difference]:
    return [_difference(line) for line in lines if line.tax == tax]


def _difference(line: Line) -> Difference:
    # A line that bears no surcharge counts as due on the last day there is but one.
    due_on = line.due_on or date.max - date.resolution
    return Difference(due_on, line.recomputed - line.declared, line.period)


def _payments(lines: Iterable[Line], tax: str, paid: Paid | None = None) -> list[Payment]:
    if paid is not None and tax in paid:
        return list(paid[tax])
    return [
        Payment(line.paid_on, line.tax_paid)
        for line in lines
        if line.tax == tax and line.paid_on is not None and line.tax_paid
    ]
