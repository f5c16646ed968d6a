"""The shortest road through the room: read, check, compute, say."""

from decimal import Decimal

import pytest

from caseflow import feel


def test_missing_operand_is_null() -> None:
    scope = feel.Scope({"a": feel.NUMBER, "b": feel.NUMBER})
    assert feel.parse("a / b", scope).evaluate({"a": 1, "b": None}) is None
    assert feel.parse("a / b", scope).evaluate({"a": 1, "b": 4}) == Decimal("0.25")


def test_unknown_name_is_refused_with_its_place() -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse("1 +\n  vat_paid", feel.Scope({"vat_payable": feel.NUMBER}))
    assert (
        caught.value.say("zh") == "第2行第3列：此处没有名为“vat_paid”的项，是否应为“vat_payable”？"
    )
