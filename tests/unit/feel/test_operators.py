"""Arithmetic, comparison and logic: every rule with the expression that shows it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest

from caseflow import feel
from caseflow.feel.arithmetic import calculate
from caseflow.feel.check import arithmetic
from caseflow.feel.tree import ArithmeticOp

SCOPE = feel.Scope({"n": feel.ANY, "t": feel.ANY, "yes": feel.ANY, "no": feel.ANY, "x": feel.ANY})
VALUES: dict[str, object] = {"n": 5, "t": "text", "yes": True, "no": False, "x": None}


def value_of(text: str) -> object:
    return feel.parse(text, SCOPE).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("12 / 3 / 2", 2),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 ** -1", Decimal("0.5")),
        ("n ** 0", 1),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1e3 + .5", Decimal("1000.5")),
        ("-(n)", -5),
        ('"a" + "b"', "ab"),
    ],
)
def test_arithmetic_is_decimal_and_goes_by_rank(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "0 ** -1",
        "x + 1",
        "1 - x",
        "-x",
        "n + t",
        "t - t",
        "9 ** (9 ** 9)",
        "t / n",
        "-t",
        "yes + 1",
        "yes * t",
        "yes ** n",
        "10 ** 6145",
        "x = 1 and n",
    ],
)
def test_what_has_no_answer_is_null(text: str) -> None:
    assert value_of(text) in (None, False)
    assert text == "x = 1 and n" or value_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 = 1.00", True),
        ('"1" = "1"', True),
        ("n = t", None),
        ("n != t", None),
        ("n = null", False),
        ("x = null", True),
        ("x != null", False),
        ("null = null", True),
        ("n < 6", True),
        ("n >= 6", False),
        ("n <= 5", True),
        ("x > 1", None),
        ("n > t", None),
        ("yes > no", None),
        ('"b" > "a"', True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {b: 1}", False),
        ("[1..3] = [1..3]", True),
        ("[1..3] = (1..3]", False),
        ("n between 1 and 5", True),
        ("n between 6 and 9", False),
        ("n between x and 9", None),
        ("(function(a) a) = (function(a) a)", False),
    ],
)
def test_comparison_is_null_between_unlike_kinds(text: str, expected: object) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize("left", ["yes", "no", "x", "n"])
@pytest.mark.parametrize("right", ["yes", "no", "x", "n"])
def test_logic_has_three_values(left: str, right: str) -> None:
    truths = [VALUES[each] if each != "n" else None for each in (left, right)]
    both = False if False in truths else None if None in truths else True
    either = True if True in truths else None if None in truths else False
    assert value_of(f"{left} and {right}") is both
    assert value_of(f"{left} or {right}") is either


def test_not_of_what_is_no_truth_value_is_null() -> None:
    assert [value_of(f"not({each})") for each in ("yes", "no", "x", "n")] == [
        False,
        True,
        None,
        None,
    ]


def test_if_takes_the_other_way_unless_the_condition_is_true() -> None:
    assert [value_of(f"if {each} then 1 else 2") for each in ("yes", "no", "x")] == [1, 2, 2]


SAMPLES: list[tuple[feel.Type, object]] = [
    (feel.NUMBER, Decimal(2)),
    (feel.STRING, "a"),
    (feel.BOOLEAN, True),
    (feel.DATE, date(2009, 12, 31)),
    (feel.TIME, time(8, 30)),
    (feel.DATE_TIME, datetime(2009, 12, 31, 8, 30, tzinfo=UTC)),
    (feel.DAYS_DURATION, timedelta(days=2)),
    (feel.YEARS_DURATION, feel.YearsMonths(2)),
    (feel.list_of(feel.NUMBER), [Decimal(1)]),
]
OPERATORS: tuple[ArithmeticOp, ...] = ("+", "-", "*", "/", "**")


@pytest.mark.parametrize("op", OPERATORS)
def test_the_check_allows_exactly_what_can_be_computed(op: ArithmeticOp) -> None:
    for (left, a), (right, b) in product(SAMPLES, SAMPLES):
        allowed = arithmetic(op, left, right) is not None
        assert allowed == (calculate(op, a, b) is not None), (op, left, right)
