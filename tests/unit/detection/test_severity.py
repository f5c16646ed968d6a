"""How heavily a hit weighs: indicators.md, from a hit to a case."""

from decimal import Decimal

import pytest

from caseflow.detection import severity
from caseflow.detection.thresholds import MILLION
from tests.support import lakes


def grade(code: str, value: float | None, limit: float | None) -> int:
    def whole(number: float | None) -> int | None:
        return None if number is None else round(number * MILLION)

    return severity.severity(lakes.indicators().indicators[code], whole(value), whole(limit))


@pytest.mark.parametrize(
    ("value", "expected"), [(0.31, 1), (0.45, 1), (0.450001, 2), (0.75, 2), (0.750001, 3)]
)
def test_severity_follows_the_share_of_the_limit(value: float, expected: int) -> None:
    assert grade("GEN-003", value, 0.3) == expected


def test_below_a_lower_limit_counts_alike() -> None:
    assert [grade("VAT-001", value, 0.01155) for value in (0.01, 0.005, -0.02)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "expected"), [(1, 1), (99_999.99, 1), (100_000, 2), (999_999, 2), (1_000_000, 3)]
)
def test_amounts_beyond_a_limit_of_nothing_go_by_steps(value: float, expected: int) -> None:
    assert grade("COL-008", value, 0) == expected


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (9, 1), (10, 2), (100, 3)])
def test_counts_beyond_a_limit_of_nothing_go_by_steps(value: float, expected: int) -> None:
    assert grade("INV-010", value, 0) == expected


def test_a_ratio_beyond_a_limit_of_nothing_is_light() -> None:
    assert grade("TIC-006", 0.9, 0) == 1


def test_a_condition_weighs_two() -> None:
    assert grade("INV-002", None, None) == 2


@pytest.mark.parametrize("code", ["VAT-016", "INV-003", "TIC-008", "REG-015"])
def test_some_always_weigh_three(code: str) -> None:
    assert grade(code, 0.01, 0) == 3


@pytest.mark.parametrize(
    ("code", "expected"), [("VAT-001", "4.5"), ("TIC-002", "3.6"), ("FIL-009", "3.0")]
)
def test_points_are_severity_times_weight(code: str, expected: str) -> None:
    found = severity.points(lakes.indicators().indicators[code], 3)
    assert found == Decimal(expected)
