"""
One value worked out again in plain Python, from the facts themselves and without SQL.

What the statements of a run compute for all, this computes for one taxpayer with the same
arithmetic: whole numbers for sums, IEEE doubles for the rest, rounded once. It serves the evidence
shown with a warning and proves, in tests and years later, that a warning was right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from caseflow.detection.sql import LARGEST_VALUE
from caseflow.detection.terms import Cell, Constant, Held, How, Operation, Term
from caseflow.detection.thresholds import MILLION, Threshold, ThresholdType, millionths

Value = int | float | str | bool | None
Facts = Mapping[int, Mapping[str, Value]]
"""By month (YYYYMM), by field; numbers as stored: whole multiples of 1/scale."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The figures of a peer group, all but the counts in millionths."""

    digits: int
    group: str
    count: int
    kept: int
    mean: int
    deviation: int | None
    p25: int
    p50: int
    p75: int


def cell(asked: Cell, months: Facts, state: Mapping[str, Value]) -> Value:
    """Make one cell of the facts of a taxpayer; months without a value are passed over."""
    if asked.how is How.STATE:
        return state.get(asked.field)
    found = [
        value
        for month in sorted(months)
        if asked.first <= month <= asked.last
        and (value := months[month].get(asked.field)) is not None
    ]
    if not found:
        return None
    if asked.how is How.SUM:
        return sum(cast("int", each) for each in found)
    return found[0] if asked.how is How.FIRST else found[-1]


def evaluate(term: Term, values: Mapping[Cell, Value]) -> Value:
    """Find the value of a term; None is unknown."""
    if isinstance(term, Cell):
        return values[term]
    if isinstance(term, Constant):
        return _constant(term)
    if term.name in ("if", "where", "and", "or", "streak"):
        return _LOGIC[term.name](term, values)
    args = [evaluate(each, values) for each in term.args]
    if any(each is None for each in args):
        return None
    return _OPERATIONS[term.name](term, args)


def rounded(term: Term, value: Value) -> int | bool | None:
    """Round the value of a formula once, to whole millionths; a truth stays one."""
    if value is None or isinstance(value, bool | str):
        return value if isinstance(value, bool) else None
    number = _to_double(value, term.scale) if term.held is Held.EXACT else float(value)
    if not abs(number) < LARGEST_VALUE:
        return None
    return math.floor(number * MILLION + 0.5)


def peers(digits: int, group: str, values: Sequence[int], trim_percent: int) -> Peers:
    """Find the figures of a group from the values of all its members."""
    kept = trimmed(values, trim_percent)
    mean = math.floor(float(sum(kept)) / len(kept) + 0.5)
    squares = sum((each - mean) ** 2 for each in kept)
    spread = None
    if len(kept) > 1:
        spread = math.floor(math.sqrt(float(squares) / (len(kept) - 1)) + 0.5)
    p25, p50, p75 = (ranked(kept, Decimal(percent)) for percent in (25, 50, 75))
    return Peers(digits, group, len(values), len(kept), mean, spread, p25, p50, p75)


def trimmed(values: Sequence[int], trim_percent: int) -> list[int]:
    """Leave out the outermost values at each end."""
    ordered = sorted(values)
    out = len(ordered) * trim_percent // 100
    return ordered[out : len(ordered) - out]


def ranked(ordered: Sequence[int], percent: Decimal) -> int:
    """Take the element at the rank percent of the number, rounded up."""
    rank = (len(ordered) * int(percent * 100) + 9_999) // 10_000
    return ordered[rank - 1]


def limits(
    threshold: Threshold, group: Peers | None, members: Sequence[int] = ()
) -> tuple[int | None, int | None]:
    """Find the low and the high limit in millionths; None where none applies."""
    if not threshold.needs_peers:
        return millionths(threshold.low), millionths(threshold.high)
    if group is None or group.count < threshold.min_peers:
        return None, None
    low, high = _peer_limits(threshold, group, members)
    wanted = threshold.side
    return (low if wanted != "high" else None), (high if wanted != "low" else None)


def is_hit(threshold: Threshold, value: int | None, low: int | None, high: int | None) -> bool:
    """Hold a value against its limits."""
    if value is None or isinstance(value, bool):
        return threshold.is_flag and value is True
    if threshold.type is ThresholdType.INSIDE:
        return low is not None and high is not None and low <= value <= high
    if low is not None and (value < low or (not threshold.strict and value == low)):
        return True
    return high is not None and (value > high or (not threshold.strict and value == high))


def _peer_limits(
    threshold: Threshold, group: Peers, members: Sequence[int]
) -> tuple[int | None, int | None]:
    factor = float(threshold.factor)
    if threshold.type is ThresholdType.PERCENTILE:
        limit = ranked(members, threshold.factor) if members else None
        return limit, limit
    if threshold.type is ThresholdType.PEER_RATIO:
        limit = math.floor(factor * group.mean + 0.5)
        return limit, limit
    if not group.deviation:
        return None, None
    width = math.floor(factor * group.deviation + 0.5)
    return group.mean - width, group.mean + width


def _constant(constant: Constant) -> Value:
    if constant.held is Held.EXACT:
        return constant.scaled
    if constant.held is Held.DOUBLE:
        return float(Decimal(str(constant.value)))
    return constant.value if not isinstance(constant.value, Decimal) else None


def _to_double(value: float, scale: int) -> float:
    return float(value) if scale == 1 else float(value) / scale


def _if(term: Operation, values: Mapping[Cell, Value]) -> Value:
    chosen = 1 if evaluate(term.args[0], values) is True else 2
    return evaluate(term.args[chosen], values)


def _where(term: Operation, values: Mapping[Cell, Value]) -> Value:
    return evaluate(term.args[0], values) if evaluate(term.args[1], values) is True else None


def _and(term: Operation, values: Mapping[Cell, Value]) -> Value:
    parts = [evaluate(each, values) for each in term.args]
    return False if any(each is False for each in parts) else None if None in parts else True


def _or(term: Operation, values: Mapping[Cell, Value]) -> Value:
    parts = [evaluate(each, values) for each in term.args]
    return True if any(each is True for each in parts) else None if None in parts else False


def _streak(term: Operation, values: Mapping[Cell, Value]) -> Value:
    if evaluate(term.args[0], values) is None:
        return None
    for ago, each in enumerate(term.args):
        if evaluate(each, values) is not True:
            return ago
    return len(term.args)


def _divide(left: float, right: float) -> Value:
    return None if right == 0 else left / right


def _numbers(act: Callable[[float, float], Value]) -> Callable[[Operation, list[Value]], Value]:
    return lambda _, args: act(cast("float", args[0]), cast("float", args[1]))


def _compare(act: Callable[[int, int], bool]) -> Callable[[Operation, list[Value]], Value]:
    """Numbers with numbers, texts by code points, truths with truths."""

    def compared(_: Operation, args: list[Value]) -> Value:
        left, right = args
        if isinstance(left, str) and isinstance(right, str):
            return act((left > right) - (left < right), 0)
        first, second = cast("float", left), cast("float", right)
        return act((first > second) - (first < second), 0)

    return compared


_LOGIC: Mapping[str, Callable[[Operation, Mapping[Cell, Value]], Value]] = {
    "if": _if,
    "where": _where,
    "and": _and,
    "or": _or,
    "streak": _streak,
}
_OPERATIONS: Mapping[str, Callable[[Operation, list[Value]], Value]] = {
    "double": lambda term, args: _to_double(cast("float", args[0]), term.args[0].scale),
    "+": _numbers(lambda left, right: left + right),
    "-": _numbers(lambda left, right: left - right),
    "*": _numbers(lambda left, right: left * right),
    "/": _numbers(_divide),
    "neg": lambda _, args: -cast("float", args[0]),
    "abs": lambda _, args: abs(cast("float", args[0])),
    "min": lambda _, args: min(cast("list[float]", args)),
    "max": lambda _, args: max(cast("list[float]", args)),
    "not": lambda _, args: not args[0],
    "=": _compare(lambda order, zero: order == zero),
    "!=": _compare(lambda order, zero: order != zero),
    "<": _compare(lambda order, zero: order < zero),
    "<=": _compare(lambda order, zero: order <= zero),
    ">": _compare(lambda order, zero: order > zero),
    ">=": _compare(lambda order, zero: order >= zero),
}
