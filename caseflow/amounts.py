"""
Money: rounding, late-payment surcharge 滞纳金, tax to be made up 补缴税款.

Sources: 税收征收管理法 article 32 (0.05 % a day), 实施细则 article 75 (from the day after the
deadline up to and with the day of payment). Amounts are in yuan; lines are rounded, sums add lines.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SURCHARGE_RATE = Decimal("0.0005")
"""Surcharge a day, as a share of the unpaid tax, since 2001-05-01."""

_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Difference:
    """Recomputed tax less declared tax of one period, signed, with the day it had to be paid."""

    due_on: date
    amount: Decimal
    period: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """Tax paid into the treasury on a day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SurchargeLine:
    """One run of surcharge: an amount unpaid from its deadline until a day."""

    due_on: date
    until: date
    amount: Decimal
    days: int
    surcharge: Decimal
    is_paid: bool
    period: int = 0


def rounded(amount: Decimal) -> Decimal:
    """
    Round to fen, half up.

    >>> rounded(Decimal("9658.1201")), rounded(Decimal("0.005"))
    (Decimal('9658.12'), Decimal('0.01'))
    """
    return amount.quantize(_FEN, ROUND_HALF_UP)


def surcharge(
    unpaid: Decimal,
    due_on: date,
    paid_on: date,
    *,
    rate: Decimal = SURCHARGE_RATE,
    cap_ratio: Decimal | None = None,
) -> Decimal:
    """
    Give the surcharge on an amount from its deadline to the day of payment, which counts.

    Every calendar day counts, holidays too. `cap_ratio` limits it to a share of the unpaid tax;
    the tax law knows no such limit.
    """
    days = max(0, (paid_on - due_on).days)
    full = rounded(unpaid * rate * days)
    return full if cap_ratio is None else min(full, rounded(unpaid * cap_ratio))


def surcharge_lines(
    differences: Iterable[Difference],
    payments: Iterable[Payment],
    until: date,
    *,
    rate: Decimal = SURCHARGE_RATE,
    cap_ratio: Decimal | None = None,
) -> tuple[SurchargeLine, ...]:
    """
    Give the surcharge of one tax, one line for each amount and the days it was unpaid.

    1. Money paid, and a negative difference from its own deadline on, count first towards the
       oldest period; what is left over counts towards periods that fall due later.
    2. What is unpaid on `until` runs to that day and is marked as not paid.
    """
    open_debts: deque[Difference] = deque()
    credit = Decimal(0)
    lines: list[SurchargeLine] = []

    def line(debt: Difference, on: date, amount: Decimal, *, is_paid: bool) -> None:
        if on > debt.due_on:
            owed = surcharge(amount, debt.due_on, on, rate=rate, cap_ratio=cap_ratio)
            days = (on - debt.due_on).days
            lines.append(SurchargeLine(debt.due_on, on, amount, days, owed, is_paid, debt.period))

    for change in _events(differences, payments, until):
        if change.amount > 0:
            open_debts.append(change)
        else:
            credit -= change.amount
        while open_debts and credit:
            oldest = open_debts.popleft()
            used = min(oldest.amount, credit)
            credit -= used
            line(oldest, change.due_on, used, is_paid=True)
            if used < oldest.amount:
                open_debts.appendleft(replace(oldest, amount=oldest.amount - used))
    for debt in open_debts:
        line(debt, until, debt.amount, is_paid=False)
    return tuple(lines)


def outstanding(
    differences: Iterable[Difference], payments: Iterable[Payment], on: date
) -> Decimal:
    """Give what is unpaid at the end of a day: what was due by then less payments, or 0."""
    due = sum((each.amount for each in differences if each.due_on <= on), Decimal(0))
    paid = sum((each.amount for each in payments if each.on <= on), Decimal(0))
    return max(Decimal(0), due - paid)


def assessed_tax(differences: Iterable[tuple[str, Decimal]]) -> Decimal:
    """
    Give the assessed tax 评估税款 of a case from its signed differences, each with its tax.

    A tax with a negative sum does not reduce another tax.
    """
    sums: dict[str, Decimal] = {}
    for tax, amount in differences:
        sums[tax] = sums.get(tax, Decimal(0)) + amount
    return sum((max(Decimal(0), each) for each in sums.values()), Decimal(0))


def _events(
    differences: Iterable[Difference], payments: Iterable[Payment], until: date
) -> list[Difference]:
    """List what changes the debt up to a day, in order; what falls due before what is paid."""
    changes = [*differences, *(Difference(each.on, -each.amount) for each in payments)]
    return sorted(
        (change for change in changes if change.due_on <= until),
        key=lambda change: (change.due_on, change.amount <= 0),
    )
