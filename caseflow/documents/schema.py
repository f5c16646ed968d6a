"""From a paper's data to plain JSON values and back, with the place of whatever does not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, TypeVar, Union, get_args, get_origin, get_type_hints

from caseflow.clock import BUREAU_ZONE
from caseflow.vocabulary import Invalid

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


def plain(data: object) -> object:
    """Give JSON values: amounts as text, ISO dates, the bureau's time, objects."""
    if is_dataclass(data):
        return {field.name: plain(getattr(data, field.name)) for field in fields(data)}
    if isinstance(data, Decimal):
        return format(data, "f")
    if isinstance(data, datetime):
        return data.astimezone(BUREAU_ZONE).isoformat(timespec="seconds")
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, tuple):
        return [plain(each) for each in data]
    return data


def read(record: type[R], values: object, path: str = "") -> R:
    """
    Build a paper's data from JSON values.

    Raises Invalid `document.data` with `field` (a path such as `questions.2`) and `problem`:
    `missing`, `unknown`, or the type that was expected.
    """
    if not isinstance(values, Mapping):
        raise _problem(path, "object")
    kinds = _hints(record)
    for name in values:
        if name not in kinds:
            raise _problem(_join(path, name), "unknown")
    found: dict[str, object] = {}
    for field in fields(record):
        place = _join(path, field.name)
        if field.name in values:
            found[field.name] = _value(kinds[field.name], values[field.name], place)
        elif field.default is MISSING:
            raise _problem(place, "missing")
    return record(**found)


def _value(kind: object, value: object, path: str) -> object:
    if get_origin(kind) in {UnionType, Union}:
        first = get_args(kind)[0]
        return None if value is None else _value(first, value, path)
    if get_origin(kind) is tuple:
        return _several(get_args(kind)[0], value, path)
    if isinstance(kind, type) and is_dataclass(kind):
        return read(kind, value, path)
    if kind in {Decimal, date, datetime}:
        return _parsed(kind, value, path)
    if isinstance(kind, type) and type(value) is kind:
        return value
    raise _problem(path, getattr(kind, "__name__", str(kind)))


def _several(kind: object, value: object, path: str) -> tuple[object, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _problem(path, "list")
    return tuple(_value(kind, each, _join(path, str(n))) for n, each in enumerate(value, 1))


def _parsed(kind: object, value: object, path: str) -> object:
    text = value if isinstance(value, str) else ""
    try:
        if kind is Decimal:
            return _finite(text)
        return datetime.fromisoformat(text) if kind is datetime else date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        raise _problem(path, getattr(kind, "__name__", "")) from None


def _finite(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount


@cache
def _hints(record: "type[DataclassInstance]") -> Mapping[str, object]:
    return get_type_hints(record)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _problem(path: str, problem: str) -> Invalid:
    return Invalid("document.data", field=path, problem=problem)
