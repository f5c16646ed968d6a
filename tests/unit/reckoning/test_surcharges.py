"""Surcharge as a question: the worked examples, part payments, deferral, fault, and its laws."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.reckoning import Answer, BadQuestion, reckon
from caseflow.working_days import published_calendar
from tests.support.full_width import wide

BUREAU = published_calendar()
DUE = date(2009, 10, 23)
FEN = st.integers(0, 10**10)
LATE = st.integers(-30, 2000)


def surcharge(question: dict[str, object]) -> Answer:
    return reckon("surcharge", question, BUREAU)


def owed(due: date, *payments: tuple[date, Decimal], **more: object) -> Decimal:
    told = [{"on": on.isoformat(), "amount": f"{amount:.2f}"} for on, amount in payments]
    found = surcharge({"due": due.isoformat(), "payments": told, **more})
    return Decimal(str(found.values["surcharge"]))


def day(late: int) -> date:
    return DUE + timedelta(days=late)


def money(fen: int) -> Decimal:
    return Decimal(fen) / 100


@pytest.mark.parametrize(
    ("due", "on", "amount", "found"),
    [
        ("2009-10-23", "2009-11-30", "120,000.00", "2280.00"),
        ("2009-04-20", "2009-12-02", "85470.09", "9658.12"),
        ("2009-07-15", "2009-12-02", wide("34,188.03"), "2393.16"),
        ("2009-05-31", "2009-12-02", 100000, "9250.00"),
        ("2009-05-31", "2009-05-31", "500", "0.00"),
        ("2009-05-31", "2009-06-01", "1.00", "0.00"),
        ("2009-05-31", "2009-05-01", "1000.00", "0.00"),  # paid early
    ],
)
def test_worked_examples(due: str, on: str, amount: object, found: str) -> None:
    answer = surcharge({"due": due, "payments": [{"on": on, "amount": amount}]})
    assert answer.values["surcharge"] == found
    assert "article 32" in answer.explain("en")[0]
    assert "第三十二条" in answer.explain("zh")[0]


def test_every_payment_closes_its_own_run_and_is_a_line() -> None:
    payments = [{"on": "2009-11-30", "amount": "50,000"}, {"on": "2009-11-02", "amount": "70000"}]
    answer = surcharge({"due": "2009-10-23", "payments": payments})
    assert answer.values["lines"] == [
        {
            "due": "2009-10-23", "until": "2009-11-02", "amount": "70000.00",
            "days": 10, "surcharge": "350.00", "paid": True,
        },
        {
            "due": "2009-10-23", "until": "2009-11-30", "amount": "50000.00",
            "days": 38, "surcharge": "950.00", "paid": True,
        },
    ]  # fmt: skip
    assert answer.explain("en")[-1] == "surcharge in all: 350.00 + 950.00 = 1,300.00"
    assert "due 2009-10-23, paid 2009-11-02, 10 days: 70,000.00 × 0.05% × 10 = 350.00" in (
        answer.explain("en")
    )


def test_what_is_unpaid_runs_to_the_day_asked_about() -> None:
    rest = surcharge({"due": "2009-10-23", "unpaid": "10000", "until": "2009-11-02"})
    assert (rest.values["surcharge"], rest.values["unpaid"]) == ("50.00", "10000.00")
    both = surcharge(
        {
            "due": "2009-10-23",
            "tax": "30000",
            "payments": [{"on": "2009-11-02", "amount": "20000"}],
            "until": "2009-11-12",
        }
    )
    assert (both.values["surcharge"], both.values["unpaid"]) == ("200.00", "10000.00")


def test_a_rest_without_a_day_is_refused_with_what_to_add() -> None:
    for asked in ({"unpaid": "10000"}, {"tax": "30000"}):
        with pytest.raises(BadQuestion) as refusal:
            surcharge({"due": "2009-10-23", **asked})
        assert "until" in refusal.value.say("en")
        assert "10,000.00" in refusal.value.say("zh") or "30,000.00" in refusal.value.say("zh")


def test_days_before_the_law_of_2001_are_reckoned_with_a_warning() -> None:
    warned = surcharge({"due": "2001-04-29", "unpaid": "10000", "until": "2001-05-10"})
    assert warned.values["surcharge"] == "55.00"
    assert any("2001-05-01" in step.what.zh for step in warned.steps)
    first = surcharge({"due": "2001-04-30", "unpaid": "10000", "until": "2001-05-10"})
    assert first.values["surcharge"] == "50.00"
    early = [{"on": "1999-01-01", "amount": "1000"}]
    assert surcharge({"due": "2000-01-10", "payments": early}).values["surcharge"] == "0.00"


def test_a_period_taken_back_by_the_next_bears_surcharge_until_then() -> None:
    periods = [
        {"due": "2009-04-20", "amount": "10000.00"},
        {"due": "2009-05-18", "amount": "-10,000.00"},
    ]
    answer = surcharge({"periods": periods})
    assert (answer.values["assess_tax"], answer.values["surcharge"]) == ("0.00", "140.00")


def test_money_counts_first_to_the_oldest_period() -> None:
    answer = surcharge(
        {
            "periods": [
                {"due": "2009-05-18", "amount": "500"},
                {"due": "2009-04-20", "amount": "1000"},
            ],
            "payments": [{"on": "2009-05-20", "amount": "1200"}],
            "until": "2009-06-17",
        }
    )
    assert (answer.values["surcharge"], answer.values["unpaid"]) == ("19.70", "300.00")


def test_an_approved_deferral_moves_the_start_and_is_three_months_at_most() -> None:
    paid = (date(2010, 1, 22), Decimal(1000))
    assert owed(DUE, paid, deferred_to="2010-01-21") == Decimal("0.50")
    with pytest.raises(BadQuestion, match="three months at most"):
        owed(DUE, paid, deferred_to="2010-02-01")
    with pytest.raises(BadQuestion, match="three months at most"):
        owed(DUE, paid, deferred_to="2009-10-23")


def test_the_fault_of_the_tax_office_bears_none() -> None:
    assert owed(DUE, (date(2010, 10, 23), Decimal(1000)), tax_office_fault=True) == 0


def test_a_cap_is_a_setting_and_there_is_none_by_default() -> None:
    paid = (date(2019, 10, 23), Decimal(1000))
    assert owed(DUE, paid) == Decimal("1826.00")
    assert owed(DUE, paid, cap_ratio="1") == Decimal("1000.00")
    assert owed(DUE, paid, cap_ratio="50%") == Decimal("500.00")


@given(FEN, FEN, LATE)
def test_splitting_a_payment_never_changes_the_sum_beyond_the_rounding_of_its_lines(
    first: int, second: int, late: int
) -> None:
    whole = owed(DUE, (day(late), money(first + second)))
    split = owed(DUE, (day(late), money(first)), (day(late), money(second)))
    assert abs(whole - split) <= Decimal("0.01")


@given(FEN, LATE, st.integers(0, 500))
def test_later_never_costs_less(fen: int, late: int, more: int) -> None:
    assert owed(DUE, (day(late), money(fen))) <= owed(DUE, (day(late + more), money(fen)))


@given(FEN, FEN, LATE)
def test_more_tax_never_costs_less(fen: int, more: int, late: int) -> None:
    assert owed(DUE, (day(late), money(fen))) <= owed(DUE, (day(late), money(fen + more)))


@given(st.lists(st.tuples(FEN, LATE), min_size=1, max_size=6), FEN, LATE)
def test_the_sum_is_the_sum_of_its_lines_and_of_questions_asked_apart(
    paid: list[tuple[int, int]], rest: int, late: int
) -> None:
    payments = [(day(days), money(fen)) for fen, days in paid]
    until = day(late).isoformat()
    left = f"{money(rest):.2f}"
    together = owed(DUE, *payments, unpaid=left, until=until)
    apart = sum((owed(DUE, payment) for payment in payments), Decimal(0))
    assert together == apart + owed(DUE, unpaid=left, until=until)


@given(st.lists(st.tuples(FEN, st.integers(0, 2000)), min_size=1, max_size=6))
def test_one_period_among_periods_is_as_that_debt_alone(paid: list[tuple[int, int]]) -> None:
    tax = sum(fen for fen, _ in paid)
    payments = [{"on": day(late).isoformat(), "amount": f"{money(fen):.2f}"} for fen, late in paid]
    period = {"due": DUE.isoformat(), "amount": f"{money(tax):.2f}"}
    one = surcharge({"periods": [period], "payments": payments})
    alone = surcharge({"due": DUE.isoformat(), "payments": payments})
    assert one.values["surcharge"] == alone.values["surcharge"]
    assert one.values["unpaid"] == "0.00"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "due: is not given"),
        ({"due": "2009-10-23"}, "payments: are not given"),
        ({"due": "2009-10-23", "payments": [{"on": "2009-11-30"}]}, "payments item 1 amount: is"),
        (
            {"due": "2009-10-23", "payments": [{"on": "2009-11-31", "amount": 1}]},
            "payments item 1 on: ",
        ),
        (
            {"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount": "1,23"}]},
            '"1,23" is no number',
        ),
        (
            {"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount": "1.234"}]},
            "at most two decimals",
        ),
        (
            {"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount": "-5"}]},
            "cannot be negative",
        ),
        (
            {"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount": "1" + "0" * 15}]},
            "too large",
        ),
        ({"due": "2009-10-23", "payments": ["x"]}, "payments item 1: must be names with values"),
        ({"due": "2009-10-23", "payments": [{"on": "2009-11-30", "sum": "5"}]}, '"sum" is not'),
        ({"due": "2009-10-23", "unpaid": "5", "tax": "6"}, "unpaid: give either"),
        (
            {
                "due": "2009-10-23",
                "tax": "6",
                "payments": [{"on": "2009-11-30", "amount": "7"}],
            },
            "tax: 1.00 more is paid than owed",
        ),
        ({"periods": [], "due": "2009-10-23"}, '"due" is not known here'),
        ({"periods": []}, "periods: is empty"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(
    question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        surcharge(question)
    assert told in refused.value.say("en")
