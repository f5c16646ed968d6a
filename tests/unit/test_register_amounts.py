"""What the answers of a step say in yuan, for the register of enforcement acts."""

from decimal import Decimal

import pytest

from caseflow.reads.enforcement.register import Amounts, amounts_of

_TAX = {"declared": "100.10", "recomputed": "90.05"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, Amounts()),
        ({"amounts": []}, Amounts()),
        ({"amounts": None, "opinion": "同意"}, Amounts()),
        ({"amounts": "12"}, Amounts()),
        ({"amounts": [{"amount": "5.00"}]}, Amounts()),
        (
            {"amounts": [_TAX, _TAX]},
            Amounts(before=Decimal("200.20"), after=Decimal("180.10")),
        ),
        (
            {"payments": [{"tax_paid": "7.00", "surcharge_paid": "0.35"}, {"tax_paid": "1.00"}]},
            Amounts(paid=Decimal("8.35")),
        ),
        ({"fine_paid": "50.00", "additional_paid": None}, Amounts(paid=Decimal("50.00"))),
        ({"fines": [{"amount": "50"}, {"amount": "20"}]}, Amounts(fine=Decimal("70.00"))),
        ({"fines": [{"amount": "fifty"}]}, Amounts()),
        (
            {"corrections": [{**_TAX, "tax_paid": "3.00"}]},
            Amounts(before=Decimal("100.10"), after=Decimal("90.05"), paid=Decimal("3.00")),
        ),
    ],
)
def test_an_act_says_what_its_lines_add_up_to(content: dict[str, object], said: Amounts) -> None:
    assert amounts_of(content) == said
