"""The little FEEL that the drawings under test use, read anew: logic, comparisons, membership.

Values: numbers are Decimal, nothing is None, logic has three values as FEEL wants it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

_TOKEN = re.compile(r'\s*(?:(\d+(?:\.\d+)?)|("[^"]*")|([A-Za-z_]\w*)|(<=|>=|!=|[-+*/<>=()\[\],]))')
_PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_CONSTANTS = {"true": True, "false": False, "null": None}

# What a text may give: a word, an exact number, a truth, an instant, a length, a list, nothing.
Value: TypeAlias = Any
Limits = Callable[[int | str], datetime]


def value_of(text: str, values: Mapping[str, Value], limit: Limits | None = None) -> Value:
    """What a text says over these values; ``limit`` counts days from now."""
    reader = _Reader(text, values, limit)
    found = reader.whole()
    assert not reader.rest, f"unread: {reader.rest} in {text}"
    return found


def period(text: str) -> timedelta | None:
    """An ISO duration of weeks to seconds."""
    match = _PERIOD.fullmatch(text)
    if match is None or text[-1] in "PT":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def equal(one: Value, other: Value) -> bool | None:
    """Equality, where nothing equals only nothing and a word is no number."""
    if one is None or other is None:
        return one is other
    is_same = isinstance(one, bool) == isinstance(other, bool)
    return bool(one == other) if is_same else None


class _Reader:
    """Evaluates while it reads."""

    def __init__(self, text: str, values: Mapping[str, Value], limit: Limits | None) -> None:
        self.values, self.limit = values, limit
        self.rest: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            assert match, f"not understood: {text[place:]}"
            kind = ("number", "string", "name", "sign")[(match.lastindex or 0) - 1]
            self.rest.append((kind, str(match[match.lastindex or 0])))
            place = match.end()

    def takes(self, *words: str) -> str:
        """Take the next token if it is one of these."""
        if self.rest and self.rest[0][0] in {"name", "sign"} and self.rest[0][1] in words:
            return self.rest.pop(0)[1]
        return ""

    def whole(self) -> Value:
        if not self.takes("if"):
            return self.either()
        is_so = self.either()
        assert self.takes("then")
        found = self.whole()
        assert self.takes("else")
        other = self.whole()
        return found if is_so is True else other

    def either(self) -> Value:
        found = self.both()
        while self.takes("or"):
            other = self.both()
            found = True if True in (_logic(found), _logic(other)) else _all_known(found, other)
        return found

    def both(self) -> Value:
        found = self.compared()
        while self.takes("and"):
            other = self.compared()
            pair = (_logic(found), _logic(other))
            found = False if False in pair else (True if pair == (True, True) else None)
        return found

    def compared(self) -> Value:
        found = self.sum()
        if sign := self.takes("=", "!="):
            is_equal = equal(found, self.sum())
            return is_equal if sign == "=" or is_equal is None else not is_equal
        if sign := self.takes(*_ORDER):
            other = self.sum()
            return None if found is None or other is None else _ORDER[sign](found, other)
        if self.takes("in"):
            return self._member(found)
        return found

    def _member(self, found: Value) -> Value:
        options = self.listed(")") if self.takes("(") else self.sum()
        options = options if isinstance(options, list) else [options]
        flat = [x for each in options for x in (each if isinstance(each, list) else [each])]
        return any(equal(found, each) for each in flat)

    def sum(self) -> Value:
        found = self.single()
        while sign := self.takes(*_SUMS):
            other = self.single()
            found = None if found is None or other is None else _SUMS[sign](found, other)
        return found

    def single(self) -> Value:
        kind, text = self.rest.pop(0)
        if kind == "number":
            return Decimal(text)
        if kind == "string":
            return text[1:-1]
        if text == "(":
            return self.listed(")")[0]
        if text == "[":
            return self.listed("]")
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        assert kind == "name", f"not understood: {text}"
        return self._call(text) if self.takes("(") else number(self.values.get(text))

    def listed(self, close: str) -> list[Value]:
        found = []
        while not self.takes(close):
            found.append(self.either())
            self.takes(",")
        return found

    def _call(self, name: str) -> Value:
        (given,) = self.listed(")")
        if name == "not":
            return None if _logic(given) is None else not given
        if name == "count":
            return Decimal(len(given)) if isinstance(given, list) else None
        if name == "duration":
            return period(given)
        assert name in {"days", "working_days"}, f"not understood: {name}"
        assert self.limit is not None
        return self.limit(given if isinstance(given, str) else int(given))


def number(value: Value) -> Value:
    """A variable as FEEL sees it: every number is exact."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _logic(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _all_known(one: Value, other: Value) -> bool | None:
    return False if (_logic(one), _logic(other)) == (False, False) else None
