"""``+ - * / **`` and the unary minus, on numbers, text, dates and durations.

``OPERATIONS`` says which kinds go together and what comes out, for the check; the functions
compute. What has no answer (x/0, a date out of the calendar) is null, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from caseflow.feel.temporal import YearsMonths, add_months, add_to_time
from caseflow.feel.tree import ArithmeticOp
from caseflow.feel.typesystem import (
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    Type,
)
from caseflow.feel.values import ARITHMETIC

_MICROSECOND = timedelta(microseconds=1)
_LONGEST_DIGITS = 20


def _rules() -> Iterator[tuple[ArithmeticOp, Type, Type, Type]]:
    numeric: tuple[ArithmeticOp, ...] = ("+", "-", "*", "/", "**")
    yield from ((op, NUMBER, NUMBER, NUMBER) for op in numeric)
    yield "+", STRING, STRING, STRING
    for span in (DAYS_DURATION, YEARS_DURATION):
        yield "+", span, span, span
        yield "-", span, span, span
        yield "*", span, NUMBER, span
        yield "*", NUMBER, span, span
        yield "/", span, NUMBER, span
        yield "/", span, span, NUMBER
    for moment, span in (
        (DATE, DAYS_DURATION),
        (DATE, YEARS_DURATION),
        (DATE_TIME, DAYS_DURATION),
        (DATE_TIME, YEARS_DURATION),
        (TIME, DAYS_DURATION),
    ):
        yield "+", moment, span, moment
        yield "+", span, moment, moment
        yield "-", moment, span, moment
    for first, second in (
        (DATE, DATE),
        (DATE, DATE_TIME),
        (DATE_TIME, DATE),
        (DATE_TIME, DATE_TIME),
        (TIME, TIME),
    ):
        yield "-", first, second, DAYS_DURATION


OPERATIONS = {(op, left.name, right.name): gives for op, left, right, gives in _rules()}


def calculate(op: ArithmeticOp, left: object, right: object) -> object:
    """Compute; null when the operands do not go together or there is no answer.

    >>> calculate("/", Decimal(1), Decimal(0)) is None
    True
    >>> calculate("+", date(2009, 12, 31), timedelta(days=5))
    datetime.date(2010, 1, 5)
    """
    try:
        return _finite(_CALCULATE[op](left, right))
    except (ArithmeticError, ValueError):
        return None


def negate(value: object) -> object:
    """Turn the sign of a number or duration; null for anything else."""
    match value:
        case Decimal():
            return ARITHMETIC.minus(value)
        case timedelta():
            return calculate("*", value, Decimal(-1))
        case YearsMonths():
            return YearsMonths(-value.months)
    return None


def _finite(value: object) -> object:
    return None if isinstance(value, Decimal) and not value.is_finite() else value


def _add(left: object, right: object) -> object:
    match left, right:
        case (Decimal(), Decimal()):
            return ARITHMETIC.add(left, right)
        case (str(), str()):
            return left + right
        case (timedelta(), timedelta()):
            return left + right
        case (YearsMonths(), YearsMonths()):
            return YearsMonths(left.months + right.months)
        case (date() | time(), timedelta() | YearsMonths()):
            return _move(left, right)
        case (timedelta() | YearsMonths(), date() | time()):
            return _move(right, left)
    return None


def _subtract(left: object, right: object) -> object:
    match left, right:
        case (Decimal(), Decimal()):
            return ARITHMETIC.subtract(left, right)
        case (timedelta(), timedelta()):
            return left - right
        case (YearsMonths(), YearsMonths()):
            return YearsMonths(left.months - right.months)
        case (date() | time(), timedelta() | YearsMonths()):
            return _move(left, negate(right))
        case (date(), date()):
            return _between(_midnight(right, left), _midnight(left, right))
        case (time(), time()):
            day = date(2000, 1, 3)
            return _between(datetime.combine(day, right), datetime.combine(day, left))
    return None


def _multiply(left: object, right: object) -> object:
    match left, right:
        case (Decimal(), Decimal()):
            return ARITHMETIC.multiply(left, right)
        case (timedelta() | YearsMonths(), Decimal()):
            return _scale(left, lambda units: ARITHMETIC.multiply(units, right))
        case (Decimal(), timedelta() | YearsMonths()):
            return _scale(right, lambda units: ARITHMETIC.multiply(units, left))
    return None


def _divide(left: object, right: object) -> object:
    match left, right:
        case (Decimal(), Decimal()):
            return ARITHMETIC.divide(left, right)
        case (timedelta() | YearsMonths(), Decimal()):
            return _scale(left, lambda units: ARITHMETIC.divide(units, right))
        case (timedelta(), timedelta()):
            return ARITHMETIC.divide(_units(left), _units(right))
        case (YearsMonths(), YearsMonths()):
            return ARITHMETIC.divide(_units(left), _units(right))
    return None


def _power(left: object, right: object) -> object:
    match left, right:
        case (Decimal(), Decimal()):
            return Decimal(1) if right == 0 else ARITHMETIC.power(left, right)
    return None


_CALCULATE: dict[ArithmeticOp, Callable[[object, object], object]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": _power,
}


def _move(moment: date | time, span: object) -> object:
    match moment, span:
        case (time(), timedelta()):
            return add_to_time(moment, span)
        case (date(), YearsMonths()):
            return add_months(moment, span.months)
        case (datetime(), timedelta()):
            return moment + span
        case (date(), timedelta()):
            return (datetime.combine(moment, time()) + span).date()
    return None


def _midnight(day: date, beside: date) -> datetime:
    """Take a date as its midnight: without a zone beside a moment without one, else in UTC."""
    if isinstance(day, datetime):
        return day
    is_zoned = isinstance(beside, datetime) and beside.tzinfo is not None
    return datetime.combine(day, time(), UTC if is_zoned else None)


def _between(start: datetime, end: datetime) -> timedelta | None:
    if (start.tzinfo is None) != (end.tzinfo is None):
        return None
    if start.tzinfo is not None:
        return end.astimezone(UTC) - start.astimezone(UTC)
    return end - start


def _units(span: timedelta | YearsMonths) -> Decimal:
    return Decimal(span.months if isinstance(span, YearsMonths) else span // _MICROSECOND)


def _scale(
    span: timedelta | YearsMonths,
    rule: Callable[[Decimal], Decimal],
) -> timedelta | YearsMonths | None:
    """Stretch a duration; months are cut to whole ones, time to microseconds."""
    units = rule(_units(span))
    # Longer than any calendar, and thousands of digits to write out for ``1e6000``.
    if not units.is_finite() or units.adjusted() > _LONGEST_DIGITS:
        return None
    if isinstance(span, YearsMonths):
        return YearsMonths(int(units))
    return int(units.to_integral_value(ROUND_HALF_EVEN)) * _MICROSECOND
