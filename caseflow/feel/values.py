"""What FEEL values are at run time, and when two of them are equal or one comes first.

Numbers are ``Decimal``, contexts ``dict``, lists ``list``; null is None. Everything else a caller
hands over is turned into these or refused: an expression never sees a foreign Python object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from caseflow.feel import temporal
from caseflow.feel.temporal import YearsMonths

if TYPE_CHECKING:
    from caseflow.feel.tree import FunctionOf

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144, traps=[])
_PLAIN_FROM, _PLAIN_TO = -20, 40


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends; an end without a value is open for ever."""

    low: object
    high: object
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function made by the expression itself, with the names it can see."""

    function: FunctionOf
    frames: tuple[Mapping[str, object], ...]


def from_python(value: object) -> object:
    """Turn a caller's value into a FEEL value.

    Whole and floating numbers become Decimal (not-a-number and infinity null), tuples lists.
    Raises TypeError for anything FEEL has no word for.
    """
    match value:
        case None | bool() | str() | date() | time() | timedelta() | YearsMonths() | Interval():
            return value
        case int() | float() | Decimal():
            return number(Decimal(str(value)) if isinstance(value, float) else Decimal(value))
        case list() | tuple():
            return [from_python(each) for each in value]
        case Mapping():
            return {str(name): from_python(each) for name, each in value.items()}
        case Closure():
            return value
    raise TypeError(type(value).__name__)


def number(value: Decimal) -> Decimal | None:
    """Round to 34 digits; null when there is no such number."""
    rounded = ARITHMETIC.plus(value)
    return rounded if rounded.is_finite() else None


def kind(value: object) -> str:
    """Name the type of a value as ``typesystem`` does."""
    known = _KINDS.get(type(value))
    if known:
        return known
    return next((name for wanted, name in _KINDS.items() if isinstance(value, wanted)), "null")


def equal(left: object, right: object) -> bool | None:
    """Tell whether two values are equal; null when they cannot be compared.

    >>> equal(Decimal("1.0"), Decimal(1)), equal(Decimal(1), None), equal(Decimal(1), "1")
    (True, False, None)
    """
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    match left, right:
        case (list(), list()):
            return len(left) == len(right) and all(map(_same, left, right))
        case (dict(), dict()):
            return left.keys() == right.keys() and all(_same(left[k], right[k]) for k in left)
        case (datetime(), datetime()):
            return _is_zero(_compare_moments(left, right))
        case (time(), time()):
            return _is_zero(_compare_moments(left, right))
        case (Interval(), Interval()):
            return (
                (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
                and _same(left.low, right.low)
                and _same(left.high, right.high)
            )
    return left == right


def compare(left: object, right: object) -> int | None:
    """Tell which comes first: below 0 the left, above 0 the right; null when neither can."""
    match left, right:
        case (Decimal(), Decimal()):
            return _sign(left < right, left > right)
        case (str(), str()):
            return _sign(left < right, left > right)
        case (YearsMonths(), YearsMonths()):
            return _sign(left < right, left > right)
        case (timedelta(), timedelta()):
            return _sign(left < right, left > right)
        case (datetime(), datetime()):
            return _compare_moments(left, right)
        case (time(), time()):
            return _compare_moments(left, right)
        case (datetime(), _) | (_, datetime()):
            return None
        case (date(), date()):
            return _sign(left < right, left > right)
    return None


def includes(interval: Interval, value: object) -> bool | None:
    """Tell whether a value lies between the ends; null when it cannot be compared with them."""
    verdicts: list[bool | None] = []
    for end, closed, side in (
        (interval.low, interval.low_closed, 1),
        (interval.high, interval.high_closed, -1),
    ):
        if end is not None:
            order = compare(value, end)
            verdicts.append(None if order is None else order * side > 0 or (closed and order == 0))
    if False in verdicts:
        return False
    return None if None in verdicts or not verdicts else True


def size(value: object, limit: int) -> int:
    """Count what a value holds: characters of text, items at all depths; stops beyond the limit."""
    count = 0
    waiting = [value]
    while waiting and count <= limit:
        match waiting.pop():
            case str() as held:
                count += len(held)
            case list() as held:
                count += 1
                waiting += held
            case dict() as held:
                count += 1 + sum(map(len, held))
                waiting += held.values()
            case Interval() as held:
                waiting += [held.low, held.high]
            case _:
                count += 1
    return count


def key(value: object) -> object:
    """Make something hashable that is the same for equal values, to find doubles quickly."""
    match value:
        case list():
            return ("list", *map(key, value))
        case dict():
            return ("context", frozenset((name, key(each)) for name, each in value.items()))
        case Interval():
            ends = (key(value.low), key(value.high))
            return ("range", *ends, value.low_closed, value.high_closed)
    return (kind(value), value)


def text(value: object) -> str:
    """Write a value as the function ``string`` does; inside lists text is in quotation marks."""
    return value if isinstance(value, str) else _literal(value)


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Decimal():
            return _number_text(value)
        case list() | dict() | Interval():
            return _held_text(value)
    return _temporal_text(value)


def _held_text(value: list[object] | dict[str, object] | Interval) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(each)}" for name, each in value.items()) + "}"
    low = ("[" if value.low_closed else "(") + _literal(value.low)
    return f"{low}..{_literal(value.high)}{']' if value.high_closed else ')'}"


def _temporal_text(value: object) -> str:
    match value:
        case timedelta():
            return temporal.duration_text(value)
        case datetime() | time():
            return temporal.clock_text(value)
        case date() | YearsMonths():
            return str(value)
    return "function"


def _number_text(value: Decimal) -> str:
    """Write a number without needless noughts; very large and very small ones with an exponent."""
    if value == 0:
        return "0"
    if not _PLAIN_FROM <= value.adjusted() <= _PLAIN_TO:
        return f"{value:E}"
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _same(left: object, right: object) -> bool:
    return equal(left, right) is True


def _is_zero(order: int | None) -> bool | None:
    return None if order is None else order == 0


def _sign(is_less: bool, is_more: bool) -> int:  # noqa: FBT001 - two answers, not a switch
    return is_more - is_less


def _compare_moments(left: datetime | time, right: datetime | time) -> int | None:
    """A moment with a zone and one without cannot be compared."""
    first, second = _on_one_clock(left), _on_one_clock(right)
    if (first.tzinfo is None) != (second.tzinfo is None):
        return None
    return _sign(first < second, first > second)


def _on_one_clock(moment: datetime | time) -> datetime:
    """Put a time of day on one day, so that zones count."""
    if isinstance(moment, datetime):
        return moment
    span = temporal.offset(moment)
    plain = datetime.combine(date(2000, 1, 3), moment.replace(tzinfo=None))
    return plain if span is None else (plain - span).replace(tzinfo=UTC)


_KINDS: dict[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Interval: "range",
    Closure: "function",
}
