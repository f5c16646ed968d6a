"""One word for one value, from whichever side it comes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from caseflow.clock import BUREAU_ZONE
from caseflow.feel.temporal import YearsMonths
from caseflow.services.correlation import word

EIGHT = datetime(2010, 1, 20, 8, tzinfo=BUREAU_ZONE)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (Decimal("6.0"), ["6", "6.0", "6.000", " 6 "]),
        (Decimal("6E+2"), ["600", "600.0"]),
        (Decimal("-0.0"), ["0", "-0", "-0.00"]),
        (Decimal("-1.50"), ["-1.5", "-1.50"]),
        (7, ["7", "7.0"]),
        (True, ["true", "True", "TRUE"]),
        (False, ["false", "False"]),
        (date(2010, 1, 20), ["2010-01-20"]),
        (EIGHT, ["2010-01-20T08:00:00+08:00", "2010-01-20T00:00:00Z", "2010-01-20T08:00:00"]),
        (EIGHT.astimezone(UTC), ["2010-01-20 08:00:00+08:00"]),
        ("0012", ["0012"]),
        ("12345678901234567890123456789012", ["12345678901234567890123456789012.0"]),
        (YearsMonths(14), ["P1Y2M"]),
    ],
)
def test_a_value_and_its_texts_are_one_word(value: object, texts: list[str]) -> None:
    assert {word(text) for text in texts} == {word(value)}


@pytest.mark.parametrize("pair", [("0012", "12"), ("6E2", "600"), ("", "0"), ("2010-13-45T", "x")])
def test_other_texts_stay_apart(pair: tuple[str, str]) -> None:
    assert word(pair[0]) != word(pair[1])
    assert word(pair[0]) == pair[0]
