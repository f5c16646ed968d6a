"""Built-in functions on numbers and durations."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from caseflow.feel.library.register import built_in, whole
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.typesystem import ANY, BOOLEAN, DAYS_DURATION, NUMBER, STRING, YEARS_DURATION
from caseflow.feel.values import ARITHMETIC, number

_N = {"n": NUMBER}
_N_SCALE = {"n": NUMBER, "scale": NUMBER}
_WIDE = Context(prec=100, traps=[])
_LEAST_SCALE, _MOST_SCALE = -6111, 6176


@built_in("decimal", _N_SCALE, NUMBER, words=("{0}保留{1}位小数", "{0} to {1} decimals"))
def _decimal(value: Decimal, scale: Decimal) -> Decimal | None:
    return _quantized(value, scale, ROUND_HALF_EVEN)


@built_in("floor", _N_SCALE, NUMBER, required=1, words=("{0}向下取整", "{0} rounded down"))
def _floor(value: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _quantized(value, scale, ROUND_FLOOR)


@built_in("ceiling", _N_SCALE, NUMBER, required=1, words=("{0}向上取整", "{0} rounded up"))
def _ceiling(value: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _quantized(value, scale, ROUND_CEILING)


@built_in("round up", _N_SCALE, NUMBER)
def _round_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _quantized(value, scale, ROUND_UP)


@built_in("round down", _N_SCALE, NUMBER)
def _round_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _quantized(value, scale, ROUND_DOWN)


@built_in("round half up", _N_SCALE, NUMBER, words=("{0}四舍五入到{1}位小数", ""))
def _round_half_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _quantized(value, scale, ROUND_HALF_UP)


@built_in("round half down", _N_SCALE, NUMBER)
def _round_half_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _quantized(value, scale, ROUND_HALF_DOWN)


@built_in("abs", _N, NUMBER, words=("{0}的绝对值", "absolute value of {0}"))
def _abs(value: Decimal) -> Decimal:
    return ARITHMETIC.abs(value)


@built_in("abs", {"n": DAYS_DURATION}, DAYS_DURATION)
def _abs_days(value: timedelta) -> timedelta:
    return abs(value)


@built_in("abs", {"n": YEARS_DURATION}, YEARS_DURATION)
def _abs_months(value: YearsMonths) -> YearsMonths:
    return YearsMonths(abs(value.months))


@built_in("modulo", {"dividend": NUMBER, "divisor": NUMBER}, NUMBER)
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    if divisor == 0:
        return None
    quotient = ARITHMETIC.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return number(ARITHMETIC.subtract(dividend, ARITHMETIC.multiply(divisor, quotient)))


@built_in("sqrt", {"number": NUMBER}, NUMBER)
def _sqrt(value: Decimal) -> Decimal | None:
    return None if value < 0 else number(ARITHMETIC.sqrt(value))


@built_in("log", {"number": NUMBER}, NUMBER, cost=40)
def _log(value: Decimal) -> Decimal | None:
    return None if value <= 0 else number(ARITHMETIC.ln(value))


@built_in("exp", {"number": NUMBER}, NUMBER, cost=60)
def _exp(value: Decimal) -> Decimal | None:
    return number(ARITHMETIC.exp(value))


@built_in("odd", {"number": NUMBER}, BOOLEAN)
def _odd(value: Decimal) -> bool | None:
    rest = ARITHMETIC.remainder(value, Decimal(2))
    return abs(rest) == 1 if rest.is_finite() else None


@built_in("even", {"number": NUMBER}, BOOLEAN)
def _even(value: Decimal) -> bool | None:
    rest = ARITHMETIC.remainder(value, Decimal(2))
    return rest == 0 if rest.is_finite() else None


@built_in(
    "number",
    {"from": STRING, "grouping separator": ANY, "decimal separator": ANY},
    NUMBER,
    required=1,
)
def _number(text: str, grouping: object = None, point: object = None) -> Decimal | None:
    """Read a number; the separators may be null."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ","):
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(str(grouping), "") if grouping else text
    return _read(plain.replace(str(point), ".") if point else plain)


def _read(text: str) -> Decimal | None:
    if not re.fullmatch(r"(?a:[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,5})?)", text):
        return None
    return number(Decimal(text))


def _quantized(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """Round to decimals, which may be negative; null beyond what a number can hold."""
    places = whole(scale) if scale is not None else 0
    if places is None or not _LEAST_SCALE <= places <= _MOST_SCALE:
        return None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= places:
        return value
    exact = _WIDE if abs(value.adjusted() + places) < _WIDE.prec else ARITHMETIC
    if value.adjusted() + places < -1 and rounding in (ROUND_HALF_EVEN, ROUND_DOWN):
        return Decimal(0)
    return number(value.quantize(Decimal((0, (1,), -places)), rounding, exact))
