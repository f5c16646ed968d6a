"""Built-in functions on ranges, and on points, which are taken as ranges of one value.

An end is its value and a side: an open start lies a little above its value, an open end a little
below. Then every relation of two ranges is a comparison of their ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from caseflow.feel import temporal
from caseflow.feel.errors import FeelError
from caseflow.feel.library.register import REGISTER, built_in
from caseflow.feel.scope import Function
from caseflow.feel.tokens import Token, tokens
from caseflow.feel.typesystem import ANY, BOOLEAN, STRING, Type, range_of
from caseflow.feel.values import Interval, compare, number

_RANGE = range_of(ANY)
_LOWEST, _HIGHEST = -2, 2


@dataclass(frozen=True, slots=True)
class _End:
    value: object
    side: int


class _Incomparable(Exception):
    """Two ends of kinds that have no common order."""


def _order(left: _End, right: _End) -> int:
    """Tell which end comes first."""
    if left.value is None or right.value is None:
        return left.side - right.side
    order = compare(left.value, right.value)
    if order is None:
        raise _Incomparable
    return order or left.side - right.side


def _start(of: Interval) -> _End:
    return _End(of.low, _LOWEST if of.low is None else 0 if of.low_closed else 1)


def _end(of: Interval) -> _End:
    return _End(of.high, _HIGHEST if of.high is None else 0 if of.high_closed else -1)


def _before(a: Interval, b: Interval) -> bool:
    return _order(_end(a), _start(b)) < 0


def _meets(a: Interval, b: Interval) -> bool:
    return _order(_end(a), _start(b)) == 0


def _overlaps(a: Interval, b: Interval) -> bool:
    return _order(_end(a), _start(b)) >= 0 and _order(_start(a), _end(b)) <= 0


def _overlaps_before(a: Interval, b: Interval) -> bool:
    starts_first = _order(_start(a), _start(b)) < 0
    return starts_first and _order(_end(a), _start(b)) >= 0 and _order(_end(a), _end(b)) <= 0


def _finishes(a: Interval, b: Interval) -> bool:
    return _order(_end(a), _end(b)) == 0 and _order(_start(a), _start(b)) >= 0


def _starts(a: Interval, b: Interval) -> bool:
    return _order(_start(a), _start(b)) == 0 and _order(_end(a), _end(b)) <= 0


def _includes(a: Interval, b: Interval) -> bool:
    return _order(_start(a), _start(b)) <= 0 and _order(_end(a), _end(b)) >= 0


def _coincides(a: Interval, b: Interval) -> bool:
    return _order(_start(a), _start(b)) == 0 and _order(_end(a), _end(b)) == 0


Relation = Callable[[Interval, Interval], bool]
_BOTH = {"range1": _RANGE, "range2": _RANGE}
_POINT_RANGE = {"point": ANY, "range": _RANGE}
_RANGE_POINT = {"range": _RANGE, "point": ANY}
_POINTS = {"point1": ANY, "point2": ANY}
_MIRRORED = {tuple(_POINT_RANGE): _RANGE_POINT, tuple(_RANGE_POINT): _POINT_RANGE}


def _declare(name: str, mirror: str, relation: Relation, *ways: Mapping[str, Type]) -> None:
    """Declare a relation, and the mirrored one with its arguments exchanged."""
    for way in ways:
        REGISTER.setdefault(name, []).append(_function(name, way, relation))
        if mirror:
            function = _function(
                mirror, _MIRRORED.get(tuple(way), way), lambda a, b: relation(b, a)
            )
            REGISTER.setdefault(mirror, []).append(function)


def _function(name: str, way: Mapping[str, Type], relation: Relation) -> Function:
    def call(left: object, right: object) -> bool | None:
        if left is None or right is None:
            return None
        first, second = _as_range(left), _as_range(right)
        try:
            return relation(first, second)
        except _Incomparable:
            return None

    return Function(name, tuple(way.values()), BOOLEAN, call, parameter_names=tuple(way))


def _as_range(value: object) -> Interval:
    return value if isinstance(value, Interval) else Interval(value, value)


_declare("before", "after", _before, _BOTH, _POINT_RANGE, _RANGE_POINT, _POINTS)
_declare("meets", "met by", _meets, _BOTH)
_declare("overlaps", "", _overlaps, _BOTH)
_declare("overlaps before", "overlaps after", _overlaps_before, _BOTH)
_declare("finishes", "finished by", _finishes, _BOTH, _POINT_RANGE)
_declare("includes", "during", _includes, _BOTH, _RANGE_POINT)
_declare("starts", "started by", _starts, _BOTH, _POINT_RANGE)
_declare("coincides", "", _coincides, _BOTH, _POINTS)


@built_in("range", {"from": STRING}, _RANGE, cost=25)
def _range(text: str) -> Interval | None:
    """Read a range written down with literal ends; null when it is not one."""
    try:
        found = tokens(text)
    except FeelError:
        return None
    signs = [token.text for token in found]
    if ".." not in signs or signs[0] not in ("[", "(", "]") or signs[-2] not in ("]", ")", "["):
        return None
    middle = signs.index("..")
    low, high = _literal(found[1:middle]), _literal(found[middle + 1 : -2])
    order = compare(low, high)
    if order is None or order > 0:
        return None
    return Interval(low, high, signs[0] == "[", signs[-2] == "]")


_READERS: Mapping[str, Callable[[str], object]] = {
    "": str,
    "@": temporal.parse_literal,
    "date(": temporal.parse_date,
    "time(": temporal.parse_time,
    "date and time(": temporal.parse_date_time,
    "duration(": temporal.parse_duration,
}


def _literal(found: Sequence[Token]) -> object:
    """Read an end of a range: a number, text, or a date, time or duration made from text."""
    kinds = [token.kind for token in found]
    if kinds in (["number"], ["symbol", "number"]) and found[0].text in ("-", found[-1].text):
        return number(Decimal("".join(token.text for token in found)))
    closing = [token.text for token in found[-1:]] == [")"]
    inner = found[:-1] if closing else found
    if not inner or inner[-1].kind != "string":
        return None
    head = " ".join(token.text for token in inner[:-1]).replace(" (", "(")
    reader = _READERS.get(head) if closing == head.endswith("(") else None
    return reader(inner[-1].value) if reader else None
