"""
The sums of a case by tax and period: what is to be paid, what it bears, what is left.

Within a tax, a period that was declared too high pays for one that was declared too low, the
oldest first, and stops its surcharge; no tax pays for another. The arithmetic is in ``amounts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def unpaid(lines: Sequence[Line]) -> Decimal:
    """What is still to be paid of the assessed tax."""
    return sum(
        (
            outstanding(_differences(lines, tax), _payments(lines, tax), date.max)
            for tax in {line.tax for line in lines}
        ),
        _NOTHING,
    )


def to_pay(lines: Sequence[Line]) -> list[Decimal]:
    """What each line has to pay, once the periods declared too high have paid for older ones."""
    return [_left(lines, line) for line in lines]


def surcharges(lines: Sequence[Line], until: date) -> list[Decimal]:
    """The surcharge of each line up to a day, by what was paid and when."""
    found = {
        tax: runs([line for line in lines if line.tax == tax], until)
        for tax in {line.tax for line in lines}
    }
    return [
        sum((run.surcharge for run in found[line.tax] if run.period == line.period), _NOTHING)
        for line in lines
    ]


def runs(lines: Sequence[Line], until: date) -> tuple[SurchargeLine, ...]:
    """The runs of surcharge of the lines of one tax, up to a day."""
    tax = lines[0].tax
    return surcharge_lines(_differences(lines, tax), _payments(lines, tax), until)


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


def _payments(lines: Iterable[Line], tax: str) -> list[Payment]:
    return [
        Payment(line.paid_on, line.tax_paid)
        for line in lines
        if line.tax == tax and line.paid_on is not None and line.tax_paid
    ]
