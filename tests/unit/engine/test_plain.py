"""JSON that keeps every digit, and says what it has no word for as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from caseflow import feel
from caseflow.engine import plain
from caseflow.feel.values import Interval


@pytest.mark.parametrize(
    "written",
    [
        "0.10",
        "12345678901234567890123456789012345678901234567890.5",
        "1.5E+6000",
        "-0.000000000000000000000000000000000001",
        '{"甲":[1,2.50,null,true,"x\\"y"]}',
        "[]",
    ],
)
def test_what_is_read_is_written_as_it_was(written: str) -> None:
    assert plain.write(plain.read(written)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2010, 1, 25), '"2010-01-25"'),
        (datetime(2010, 1, 25, 1, tzinfo=UTC), '"2010-01-25T09:00:00+08:00"'),
        (datetime(2010, 1, 25, 1), '"2010-01-25T01:00:00"'),  # noqa: DTZ001 - as FEEL may give it
        (time(8, 30), '"08:30:00"'),
        (timedelta(days=1, hours=12), '"P1DT12H"'),
        (feel.YearsMonths(14), '"P1Y2M"'),
        (Interval(Decimal(1), Decimal(3)), '"[1..3]"'),
        (0.1, "0.1"),
        (float("nan"), "null"),
        (Decimal("-0.00"), "0"),
        (("a", {"b": Decimal("1E+3")}), '["a",{"b":1000}]'),
    ],
)
def test_what_json_has_no_word_for_becomes_text(value: object, written: str) -> None:
    assert plain.write(value) == written


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "NaN",
        "-Infinity",
        '"\\ud800"',
        "[" * 100_000,
        "[" * 400 + "]" * 400,
        b"\xff",
        "1 2",
    ],
)
def test_what_is_no_json_is_refused_with_a_reason(written: str | bytes) -> None:
    with pytest.raises(plain.BadJson) as refused:
        plain.read(written)
    assert str(refused.value)
