"""Surcharge and tax to be made up: the worked examples of the rules, and laws of the lines."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.amounts import (
    Difference,
    Payment,
    assessed_tax,
    outstanding,
    rounded,
    surcharge,
    surcharge_lines,
)
from caseflow.filing_deadlines import of_annual_settlement, of_period
from caseflow.working_days import published_calendar

CALENDAR = published_calendar()
START = date(2009, 1, 1)
DATES = st.integers(0, 400).map(lambda days: START + timedelta(days=days))
MONEY = st.integers(1, 10**9).map(lambda fen: Decimal(fen) / 100)
DIFFERENCES = st.lists(
    st.builds(Difference, DATES, st.one_of(MONEY, MONEY.map(lambda amount: -amount))), max_size=5
)
PAYMENTS = st.lists(st.builds(Payment, DATES, MONEY), max_size=5)


def money(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("unpaid", "due_on", "paid_on", "days", "owed"),
    [
        ("120000.00", date(2009, 10, 23), date(2009, 11, 30), 38, "2280.00"),
        ("85470.09", date(2009, 4, 20), date(2009, 12, 2), 226, "9658.12"),
        ("34188.03", date(2009, 7, 15), date(2009, 12, 2), 140, "2393.16"),
        ("100000.00", date(2009, 5, 31), date(2009, 12, 2), 185, "9250.00"),
        ("500.00", date(2009, 5, 31), date(2009, 5, 31), 0, "0.00"),
        ("1.00", date(2009, 5, 31), date(2009, 6, 1), 1, "0.00"),
    ],
)
def test_surcharge_of_the_worked_examples(
    unpaid: str, due_on: date, paid_on: date, days: int, owed: str
) -> None:
    assert (paid_on - due_on).days == days
    assert surcharge(money(unpaid), due_on, paid_on) == money(owed)


def test_the_due_dates_of_the_examples_are_those_of_the_calendar() -> None:
    ends = [date(2009, 9, 30), date(2009, 3, 31), date(2009, 6, 30)]
    assert [of_period(CALENDAR, end).on for end in ends] == [
        date(2009, 10, 23),
        date(2009, 4, 20),
        date(2009, 7, 15),
    ]
    assert of_annual_settlement(CALENDAR, 2008).on == date(2009, 5, 31)


def test_half_a_fen_is_rounded_up_also_below_zero() -> None:
    assert rounded(money("0.005")) == money("0.01")
    assert rounded(money("0.0049")) == money("0.00")
    assert rounded(money("-0.005")) == money("-0.01")


def test_paid_before_the_deadline_bears_nothing() -> None:
    assert surcharge(money("1000"), date(2009, 5, 31), date(2009, 5, 1)) == 0


def test_a_cap_limits_the_surcharge_to_a_share_of_the_tax() -> None:
    until = date(2019, 5, 31)
    assert surcharge(money("1000"), date(2009, 5, 31), until) == money("1826.00")
    assert surcharge(money("1000"), date(2009, 5, 31), until, cap_ratio=money("1")) == 1000


def test_a_period_taken_back_by_the_next_bears_surcharge_until_then() -> None:
    differences = [
        Difference(date(2009, 4, 20), money("10000.00")),
        Difference(date(2009, 5, 18), money("-10000.00")),
    ]
    (line,) = surcharge_lines(differences, [], date(2009, 12, 2))
    assert (line.amount, line.days, line.surcharge) == (money("10000.00"), 28, money("140.00"))
    assert assessed_tax(("vat", each.amount) for each in differences) == 0


def test_off_book_sales_found_with_a_credit_fall_due_in_two_periods() -> None:
    differences = [
        Difference(date(2009, 4, 20), money("55000.00")),
        Difference(date(2009, 5, 18), money("30000.00")),
    ]
    assert assessed_tax(("vat", each.amount) for each in differences) == money("85000.00")
    assert outstanding(differences, [], date(2009, 4, 19)) == 0
    assert outstanding(differences, [], date(2009, 4, 20)) == money("55000.00")
    assert outstanding(differences, [], date(2009, 5, 18)) == money("85000.00")


def test_part_payments_close_their_own_runs_oldest_period_first() -> None:
    differences = [
        Difference(date(2009, 4, 20), money("1000.00")),
        Difference(date(2009, 5, 18), money("500.00")),
    ]
    payments = [Payment(date(2009, 5, 20), money("1200.00"))]
    lines = surcharge_lines(differences, payments, date(2009, 6, 17))
    assert [(line.amount, line.days, line.is_paid) for line in lines] == [
        (money("1000.00"), 30, True),
        (money("200.00"), 2, True),
        (money("300.00"), 30, False),
    ]
    assert [line.surcharge for line in lines] == [money("15.00"), money("0.20"), money("4.50")]


def test_money_paid_too_early_counts_towards_a_later_period() -> None:
    differences = [Difference(date(2009, 5, 18), money("500.00"))]
    payments = [Payment(date(2009, 5, 4), money("400.00"))]
    (line,) = surcharge_lines(differences, payments, date(2009, 5, 28))
    assert (line.amount, line.days, line.is_paid) == (money("100.00"), 10, False)


def test_a_negative_tax_does_not_reduce_another_tax() -> None:
    differences = [("vat", money("-300.00")), ("cit", money("1000.00"))]
    assert assessed_tax(differences) == money("1000.00")


@given(DIFFERENCES, PAYMENTS, DATES)
def test_the_lines_add_up_to_the_debt_of_each_day(
    differences: list[Difference], payments: list[Payment], until: date
) -> None:
    lines = surcharge_lines(differences, payments, until)
    daily = sum(
        (outstanding(differences, payments, START + timedelta(days=day)))
        for day in range((until - START).days)
    )
    assert sum((line.amount * line.days for line in lines), Decimal(0)) == daily
    assert all(line.days > 0 and line.amount > 0 for line in lines)
