"""Estimates from outside data and ratios: the worked examples of the rules."""

from typing import Any

import pytest

from caseflow.reckoning import BadQuestion, reckon
from caseflow.working_days import published_calendar

BUREAU = published_calendar()


def reckoned(name: str, **question: object) -> dict[str, Any]:
    return dict(reckon(name, question, BUREAU).values)


def test_sales_implied_by_electricity() -> None:
    found = reckoned(
        "estimate", method="energy", energy="48,000", norm="12", opening="500", closing="300",
        price="80", declared="260000",
    )  # fmt: skip
    assert found == {
        "output": "4000",
        "sold": "4200",
        "implied_sales": "336000.00",
        "difference": "76000.00",
        "tax": "12920.00",
    }


def test_sales_implied_by_the_capacity_of_equipment() -> None:
    found = reckoned(
        "estimate", method="capacity", capacity="200", days="20", opening=500, closing=300,
        price=80, declared=260000,
    )  # fmt: skip
    assert (found["implied_sales"], found["tax"]) == ("336000.00", "12920.00")


def test_local_tax_turnover_is_taken_by_the_profit_rate_of_the_trade() -> None:
    found = reckoned(
        "estimate", method="local_tax", turnover="6160000", declared="0", profit_rate="10%"
    )
    assert (found["difference"], found["tax"]) == ("6160000.00", "154000.00")


def test_card_receipts_are_a_lower_bound_of_sales() -> None:
    found = reckoned("estimate", method="card", received="117000", declared="60000")
    assert (found["implied_sales"], found["difference"]) == ("100000.00", "40000.00")
    assert found["tax"] == "6800.00"


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ({"measure": "vat_burden", "tax": "4,200", "sales": "420,000"}, "1.00%"),
        ({"measure": "burden_difference", "own": "1.00", "reference": "1.65"}, "-39.39%"),
        ({"measure": "income_tax_contribution", "tax": 62500, "revenue": 8000000}, "0.78%"),
        ({"measure": "income_tax_burden", "tax": 62500, "profit": 300000}, "20.83%"),
        ({"measure": "elasticity", "tax_growth": "5", "base_growth": "12"}, "0.42"),
        ({"measure": "on_time_filing", "on_time": 91716, "due": 92400}, "99.26%"),
        (
            {
                "measure": "on_time_payment",
                "on_time": "2,994,425,000.00",
                "declared": "3,012,500,000.00",
            },
            "99.40%",
        ),
    ],
)
def test_ratios_are_shown_with_two_decimals(question: dict[str, object], shown: str) -> None:
    assert reckoned("ratio", **question)["ratio"] == shown


@pytest.mark.parametrize(
    ("name", "question", "told"),
    [
        ("estimate", {}, "method: is not given: give one of energy"),
        ("estimate", {"method": "energy", "energy": 1, "norm": 0}, "norm: cannot be 0"),
        (
            "estimate",
            {"method": "capacity", "capacity": 1, "days": 1, "closing": 5, "price": 1,
             "declared": 0},
            "closing: is more than the opening stock and the output",
        ),
        ("ratio", {"measure": "vat_burden", "tax": 1, "sales": 0}, "sales: is 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_says_what_to_do(
    name: str, question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        reckoned(name, **question)
    assert told in refused.value.say("en")
