"""Sums of a case: periods of one tax offset each other, taxes do not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow import assessed


@dataclass(frozen=True)
class Line:
    tax: str
    period: int
    declared: Decimal
    recomputed: Decimal
    due_on: date | None
    tax_paid: Decimal = Decimal(0)
    paid_on: date | None = None


MARCH, APRIL = date(2009, 4, 20), date(2009, 5, 18)
LATER = date(2009, 12, 2)


def line(period: int, difference: str, due_on: date | None, *, tax: str = "vat") -> Line:
    return Line(tax, period, Decimal(0), Decimal(difference), due_on)


def paid(each: Line, amount: str, on: date) -> Line:
    return Line(
        each.tax,
        each.period,
        each.declared,
        each.recomputed,
        each.due_on,
        *(
            Decimal(amount),
            on,
        ),
    )


def test_a_period_taken_back_by_the_next_owes_nothing_but_its_surcharge() -> None:
    lines = [line(200903, "10000.00", MARCH), line(200904, "-10000.00", APRIL)]
    assert assessed.total_tax(lines) == assessed.unpaid(lines) == 0
    assert assessed.to_pay(lines) == [0, 0]
    assert assessed.surcharges(lines, LATER) == [Decimal("140.00"), 0]


def test_a_period_declared_too_high_pays_for_the_oldest_first() -> None:
    lines = [
        line(200903, "1000.00", MARCH),
        line(200904, "500.00", APRIL),
        line(200905, "-1200.00", date(2009, 6, 15)),
    ]
    assert assessed.to_pay(lines) == [0, Decimal("300.00"), 0]


def test_another_tax_pays_for_nothing() -> None:
    lines = [line(200903, "1000.00", MARCH), line(200904, "-1000.00", APRIL, tax="cit")]
    assert assessed.unpaid(lines) == Decimal("1000.00")
    assert assessed.to_pay(lines) == [Decimal("1000.00"), 0]


def test_what_was_paid_is_left_out_and_ends_the_surcharge() -> None:
    (owing,) = lines = [line(200903, "1000.00", MARCH)]
    settled = [paid(owing, "1000.00", date(2009, 5, 20))]
    assert (assessed.unpaid(lines), assessed.unpaid(settled)) == (Decimal("1000.00"), Decimal(0))
    assert assessed.surcharges(lines, LATER) == [Decimal("113.00")]
    assert assessed.surcharges(settled, LATER) == [Decimal("15.00")]


def test_a_line_without_a_deadline_is_owed_and_bears_nothing() -> None:
    lines = [line(200903, "1000.00", None)]
    assert assessed.unpaid(lines) == Decimal("1000.00")
    assert assessed.to_pay(lines) == [Decimal("1000.00")]
    assert assessed.surcharges(lines, LATER) == [0]
