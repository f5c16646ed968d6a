"""Whether a value is of a type, and the few conversions that FEEL makes by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from caseflow.feel.typesystem import Type
from caseflow.feel.values import Closure, Interval, kind


class NoFit(Exception):
    """The value is not of the type and cannot be made so."""


def fit(value: object, wanted: Type) -> object:
    """Make a value fit: one for a list of one and the reverse, a date for its midnight.

    >>> from caseflow.feel.typesystem import NUMBER, list_of
    >>> fit("a", list_of(NUMBER.__class__("string")))
    ['a']
    """
    if wanted.name == "any":
        return value
    if value is None:
        raise NoFit
    if wanted.name == "list":
        items = value if isinstance(value, list) else [value]
        return [_fit_item(each, wanted.of) for each in items] if wanted.of else items
    if isinstance(value, list) and len(value) == 1:
        return fit(value[0], wanted)
    if wanted.name == "date and time" and kind(value) == "date" and isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if is_instance(value, wanted):
        return value
    raise NoFit


def is_instance(value: object, wanted: Type) -> bool:
    """Tell whether a value is of a type as it stands; null is of no type but ``null`` and any."""
    if value is None:
        return wanted.name == "null"
    if wanted.name == "any":
        return True
    if wanted.name != kind(value):
        return False
    of = wanted.of
    match value:
        case list():
            return of is None or all(each is None or is_instance(each, of) for each in value)
        case dict():
            return all(
                name in value and (value[name] is None or is_instance(value[name], each))
                for name, each in wanted.entries
            )
        case Interval():
            ends = [end for end in (value.low, value.high) if end is not None]
            return of is None or all(is_instance(end, of) for end in ends)
        case Closure():
            return True
    return True


def _fit_item(value: object, wanted: Type) -> object:
    if value is not None and not is_instance(value, wanted):
        raise NoFit
    return value
