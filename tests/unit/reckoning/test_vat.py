"""Value-added tax recomputed: the worked examples, credit carried forward, thresholds, its laws."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.reckoning import BadQuestion, reckon
from caseflow.reckoning.value_added_tax import Period, recomputed, tax_within
from caseflow.working_days import published_calendar

BUREAU = published_calendar()
MONEY = st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100)
PERIODS = st.lists(
    st.builds(
        Period,
        end=st.just(date(2009, 3, 31)),
        output=MONEY,
        input=MONEY,
        transfer_out=MONEY,
        credit_in=st.just(Decimal(0)),
        found_output=MONEY,
        false_input=MONEY,
    ),
    min_size=1,
    max_size=6,
)


def vat(**question: object) -> dict[str, Any]:
    return dict(reckon("vat", question, BUREAU).values)


def test_off_book_sales_of_a_month_with_tax_to_pay() -> None:
    march = {"period": "2009-03", "output": "170,000", "input": "160000", "found_sales": "585000"}
    found = vat(periods=[march])
    assert found["assess_tax"] == "85000.00"
    (line,) = found["periods"]
    assert (line["declared"], line["recomputed"], line["due"]) == (
        "10000.00", "95000.00", "2009-04-20",
    )  # fmt: skip


def test_off_book_sales_take_back_a_credit_that_the_next_month_used() -> None:
    found = vat(
        periods=[
            {"period": "2009-03", "output": "170000", "input": "200000", "found_sales": "585000"},
            {"period": "2009-04", "output": "150000", "input": "100000"},
        ],
        until="2009-12-02",
    )
    march, april = found["periods"]
    assert (march["declared"], march["recomputed"]) == ("0.00", "55000.00")
    assert (march["credit_declared"], march["credit_recomputed"]) == ("30000.00", "0.00")
    assert (april["declared"], april["recomputed"]) == ("20000.00", "50000.00")
    assert found["assess_tax"] == "85000.00"
    # 55,000 from 20 April (226 days), 30,000 more from 18 May (198 days).
    assert found["surcharge"] == "9185.00"


def test_false_input_counts_as_transferred_out() -> None:
    found = vat(periods=[{"period": "2009-06", "output": 100, "input": 60, "false_input": 20}])
    assert found["periods"][0]["recomputed"] == "60.00"
    assert found["assess_tax"] == "20.00"


def test_the_other_rate_of_goods() -> None:
    found = vat(
        periods=[{"period": "2009-06", "output": 0, "input": 0, "found_sales": 113, "rate": "13%"}]
    )
    assert found["assess_tax"] == "13.00"


@pytest.mark.parametrize(
    ("period", "more", "tax"),
    [
        ({"period": "2009-03", "sales_incl_tax": "51,500"}, {}, "1500.00"),
        ({"period": "2008-12", "sales_incl_tax": "53000"}, {"trade": "industry"}, "3000.00"),
        ({"period": "2008-12", "sales_incl_tax": "52000"}, {"trade": "commerce"}, "2000.00"),
        ({"period": "2009-03", "sales_incl_tax": "5149.99"}, {"individual": True}, "0.00"),
        ({"period": "2009-03", "sales_incl_tax": "5150"}, {"individual": True}, "150.00"),
        (
            {"period": "2011-11", "sales_incl_tax": "20599"},
            {"individual": True, "threshold": "20000"},
            "0.00",
        ),
        ({"period": "2009-03", "sales_incl_tax": "51500", "declared": "1000"}, {}, "500.00"),
    ],
)
def test_small_scale_taxpayers_and_the_threshold(
    period: dict[str, object], more: dict[str, object], tax: str
) -> None:
    assert vat(kind="small_scale", periods=[period], **more)["assess_tax"] == tax


@given(PERIODS)
def test_what_was_found_is_payable_or_has_eaten_a_credit(periods: list[Period]) -> None:
    found = recomputed(periods)
    grown = sum((each.difference for each in found), Decimal(0))
    put_in = sum((each.found_output + each.false_input for each in periods), Decimal(0))
    for each, after in pairwise(found):
        assert after.credit_in == each.credit_after
    # As declared no credit was carried here, so that only the recomputed credit takes part.
    carried = sum((each.credit_in for each in found[1:]), Decimal(0))
    lost = sum((each.credit_after - each.credit_before for each in found), Decimal(0))
    assert grown == put_in - carried + lost


@given(PERIODS)
def test_a_period_pays_or_carries_and_never_both(periods: list[Period]) -> None:
    for each in recomputed(periods):
        assert 0 in {each.payable_after, each.credit_after}
        assert min(each.payable_after, each.credit_after) == 0


@given(MONEY, st.sampled_from(["0.17", "0.13", "0.03"]))
def test_the_tax_within_an_amount_never_exceeds_it(amount: Decimal, rate: str) -> None:
    tax = tax_within(amount, Decimal(rate))
    assert 0 <= tax <= amount
    assert abs((amount - tax) * Decimal(rate) - tax) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "periods: is not given"),
        ({"periods": [{"period": "2009-13", "output": 1, "input": 1}]}, "is no tax month"),
        ({"periods": [{"period": "2009-03", "input": 1}]}, "periods item 1 output: is not given"),
        (
            {
                "periods": [
                    {"period": "2009-03", "output": 1, "input": 1},
                    {"period": "2009-05", "output": 1, "input": 1},
                ]
            },
            "periods item 2 period: 2009-05 does not follow 2009-03",
        ),
        (
            {
                "periods": [
                    {"period": "2009-03", "output": 0, "input": 10},
                    {"period": "2009-04", "output": 20, "input": 1, "credit_in": 9},
                ]
            },
            "periods item 2 credit_in: the period before left a credit of 10.00",
        ),
        (
            {
                "kind": "small_scale",
                "individual": True,
                "periods": [{"period": "2011-11", "sales_incl_tax": 1}],
            },
            "threshold: since 2011-11-01 it is fixed locally",
        ),
        ({"kind": "other"}, "write one of general, small_scale"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(
    question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        vat(**question)
    assert told in refused.value.say("en")
