"""The sheet of a case: each period, the sum of a tax, the runs of surcharge, the whole case."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from caseflow import assessed
from caseflow.reckoning import Step, case_sheets

LATER = date(2009, 12, 2)


@dataclass(frozen=True)
class Line:
    tax: str
    period: int
    recomputed: Decimal
    due_on: date | None
    declared: Decimal = Decimal(0)
    tax_paid: Decimal = Decimal(0)
    paid_on: date | None = None
    income_adjusted: Decimal = Decimal(0)
    loss_offset: Decimal = Decimal(0)


MARCH = Line("vat", 200903, Decimal("55000.00"), date(2009, 4, 20))
APRIL = Line("vat", 200904, Decimal("50000.00"), date(2009, 5, 18), Decimal("20000.00"))
YEAR = Line(
    "cit", 2008, Decimal("50000.00"), date(2009, 5, 31),
    income_adjusted=Decimal("500000.00"), loss_offset=Decimal("300000.00"),
)  # fmt: skip
AMOUNTS = st.integers(-(10**7), 10**7).map(lambda fen: Decimal(fen) / 100)
LINES = st.builds(
    Line,
    st.sampled_from(["vat", "cit"]),
    st.integers(200901, 200912),
    AMOUNTS,
    st.one_of(st.none(), st.dates(date(2009, 1, 1), date(2010, 1, 1))),
)


def said(steps: list[Step]) -> list[str]:
    return [step.say("en") for step in steps]


def test_each_period_and_run_is_a_line_and_sums_add_them() -> None:
    lines = said(case_sheets.of_tax([MARCH, APRIL], LATER))
    assert lines[0] == "2009-03, due 2009-04-20: 55,000.00 − 0.00 = 55,000.00"
    assert lines[1] == "2009-04, due 2009-05-18: 50,000.00 − 20,000.00 = 30,000.00"
    assert lines[2] == "tax to be made up: max(0, 55,000.00 + 30,000.00) = 85,000.00"
    assert "article 32" in lines[3]
    assert lines[4].endswith("226 days: 55,000.00 × 0.05% × 226 = 6,215.00")
    assert lines[-1] == "surcharge in all: 6,215.00 + 2,970.00 = 9,185.00"


def test_a_payment_ends_its_run_and_is_listed() -> None:
    paid = Line(
        "vat", 200903, Decimal("1000.00"), date(2009, 4, 20),
        tax_paid=Decimal("1000.00"), paid_on=date(2009, 5, 20),
    )  # fmt: skip
    lines = said(case_sheets.of_tax([paid], LATER))
    assert "due 2009-04-20, paid 2009-05-20, 30 days: 1,000.00 × 0.05% × 30 = 15.00" in lines
    assert lines[-1] == "tax paid on 2009-05-20: 2009-03, 1,000.00"
    assert said(case_sheets.total([paid], LATER))[-1] == "tax not paid yet: 0.00"


def test_adjustment_and_loss_offset_are_told_with_their_year() -> None:
    lines = said(case_sheets.of_tax([YEAR], LATER))
    assert "year 2008, adjustment of taxable income: 500,000.00" in lines
    assert "year 2008, loss offset: 300,000.00" in lines
    assert "adjustment of taxable income: 500,000.00" in said(case_sheets.total([YEAR], LATER))


def test_a_tax_declared_too_high_reduces_no_other() -> None:
    high = Line("cit", 2008, Decimal("-9000.00"), date(2009, 5, 31))
    totals = said(case_sheets.total([high, MARCH], LATER))
    assert totals[0].endswith("= 55,000.00")
    assert totals[1] == "surcharge in all, to 2009-12-02: 6,215.00"


def test_a_period_without_a_deadline_bears_nothing() -> None:
    lines = said(case_sheets.of_tax([Line("vat", 200903, Decimal(5), None)], LATER))
    assert lines == [
        "2009-03, bears no surcharge: 5.00 − 0.00 = 5.00",
        "tax to be made up: 5.00",
    ]


@given(st.lists(LINES, min_size=1, max_size=6, unique_by=lambda line: (line.tax, line.period)))
def test_the_sheets_of_all_taxes_add_up_to_the_case(lines: list[Line]) -> None:
    taxes = {line.tax: [each for each in lines if each.tax == line.tax] for line in lines}
    assert sum(assessed.total_tax(each) for each in taxes.values()) == assessed.total_tax(lines)
    runs = [run for each in taxes.values() for run in assessed.runs(each, LATER)]
    assert sum((run.surcharge for run in runs), Decimal(0)) == sum(
        assessed.surcharges(lines, LATER), Decimal(0)
    )
