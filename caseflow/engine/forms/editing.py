"""A form as a list of fields for whoever edits it, and edits that keep all else of the file.

The JSON keeps its order, its indent and every key that is not edited here. A field is found by its
``path``: its places in ``components``, from the outside in, such as ``2.0`` for the first field of
the third component.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.engine.errors import EngineError
from caseflow.engine.forms.reading import CHOOSING

NESTED = frozenset({"group", "dynamiclist"})
_INDENT = re.compile(r"^\{\r?\n( +|\t+)\S")
_PLACE = re.compile(r"[0-9]{1,4}")
_WHOLE = re.compile(r"-?\d{1,15}")
_MOST_CHOICES = 200

Json = dict[str, Any]


class BadFormEdit(EngineError):
    """The file cannot be edited so; ``code`` says why."""


@dataclass(frozen=True)
class Item:
    """One component as the list shows it; every value as text."""

    path: str
    depth: int
    kind: str
    is_last: bool
    values: Mapping[str, str]

    @property
    def is_choosing(self) -> bool:
        """Whether one chooses among answers."""
        return self.kind in CHOOSING


def items(data: bytes) -> tuple[Item, ...]:
    """
    All components in order, those of groups and lists below theirs.

    Raises:
        BadFormEdit: the file is no form.

    """
    return tuple(_items(_components(_content(data)), "", 0))


def edited(data: bytes, changes: Mapping[str, Mapping[str, str]]) -> bytes:
    """Give the fields at these paths these values; a value that is not named stays."""
    content = _content(data)
    for path, values in changes.items():
        item = _at(content, path)
        for name, text in values.items():
            if _value(item, name) != text:
                _put(item, name, text)
    return _written(data, content)


def with_field(data: bytes, path: str, *, copied: bool = False) -> bytes:
    """Add a field behind the one at ``path`` (at the end for ``""``): new, or a copy of it."""
    content = _content(data)
    siblings, place = (_components(content), -1) if not path else _place(content, path)
    keys = {str(each.get("key", "")) for each in _flat(_components(content))}
    like = copy.deepcopy(siblings[place]) if copied and path else {"label": "", "type": "textfield"}
    number = 1
    while f"field_{number}" in keys:
        number += 1
    like["key"] = f"field_{number}"
    like["id"] = f"Field_{number}_new"
    siblings.insert(len(siblings) if not path else place + 1, like)
    return _written(data, content)


def without_field(data: bytes, path: str) -> bytes:
    """Take a field away, with what it holds."""
    content = _content(data)
    siblings, place = _place(content, path)
    del siblings[place]
    return _written(data, content)


def with_field_moved(data: bytes, path: str, by: int) -> bytes:
    """Move a field among its neighbours; at the end of them it stays."""
    content = _content(data)
    siblings, place = _place(content, path)
    to = min(max(place + by, 0), len(siblings) - 1)
    siblings.insert(to, siblings.pop(place))
    return _written(data, content)


def _content(data: bytes) -> Json:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise BadFormEdit("form_broken") from None
    if not isinstance(content, dict):
        raise BadFormEdit("form_broken")
    return content


def _written(before: bytes, content: Json) -> bytes:
    """Write the file as it was written: its indent, its last newline."""
    text = before.decode()
    found = _INDENT.match(text)
    indent = found[1] if found else (2 if "\n" in text else None)
    return (
        json.dumps(content, ensure_ascii=False, indent=indent) + "\n" * text.endswith("\n")
    ).encode()


def _components(holder: Json) -> list[Json]:
    found = holder.get("components")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadFormEdit("form_broken")
    return found


def _items(components: list[Json], above: str, depth: int) -> Iterator[Item]:
    for number, each in enumerate(components):
        path = f"{above}{number}"
        kind = str(each.get("type", ""))
        values = {name: _value(each, name) for name in _KEPT_AT}
        yield Item(path, depth, kind, number == len(components) - 1, values)
        if kind in NESTED and "components" in each:
            yield from _items(_components(each), f"{path}.", depth + 1)


def _flat(components: list[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        if each.get("type") in NESTED and "components" in each:
            yield from _flat(_components(each))


def _place(content: Json, path: str) -> tuple[list[Json], int]:
    siblings = _components(content)
    *around, last = path.split(".")
    for part in around:
        siblings = _components(_entry(siblings, part))
    _entry(siblings, last)
    return siblings, int(last)


def _at(content: Json, path: str) -> Json:
    siblings, place = _place(content, path)
    return siblings[place]


def _entry(siblings: list[Json], part: str) -> Json:
    if not _PLACE.fullmatch(part) or int(part) >= len(siblings):
        raise BadFormEdit("form_moved")
    return siblings[int(part)]


# Where each value lives: in which part of its field, at the top for "", and by what key.
_KEPT_AT = {
    "label": ("", "label"),
    "description": ("", "description"),
    "type": ("", "type"),
    "min_length": ("validate", "minLength"),
    "max_length": ("validate", "maxLength"),
    "min": ("validate", "min"),
    "max": ("validate", "max"),
    "label_en": ("properties", "label_en"),
    "description_en": ("properties", "description_en"),
    "vocabulary": ("properties", "vocabulary"),
    "key": ("", "key"),
    "required": ("validate", "required"),
    "routing": ("properties", "routing"),
    "choices": ("", "values"),
    "choices_key": ("", "valuesKey"),
    "digits": ("", "decimalDigits"),
    "hide": ("conditional", "hide"),
}


def _value(item: Json, name: str) -> str:
    if name == "choices":
        return _choices(item)
    if name == "key":
        return _text(item.get("path") if item.get("type") == "dynamiclist" else item.get("key"))
    if name == "label" and "label" not in item:
        return _text(item.get("text") or item.get("dateLabel"))
    part, key = _KEPT_AT[name]
    value = _part(item, part).get(key)
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _part(item: Json, name: str) -> Mapping[str, Any]:
    found = item.get(name) if name else item
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _choices(item: Json) -> str:
    values = item.get("values")
    found = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    return "\n".join(f"{each.get('value', '')} = {each.get('label', '')}" for each in found)


def _put(item: Json, name: str, text: str) -> None:
    if name == "choices":
        _put_choices(item, text)
    elif name == "key":
        item["path" if item.get("type") == "dynamiclist" else "key"] = text
    elif name == "label" and item.get("type") == "text":
        item["text"] = text
    elif name == "label" and "dateLabel" in item and "label" not in item:
        item["dateLabel"] = text
    else:
        _put_plain(item, name, text)


def _put_plain(item: Json, name: str, text: str) -> None:
    part, key = _KEPT_AT[name]
    holder = item.setdefault(part, {}) if part else item
    if not isinstance(holder, dict):
        raise BadFormEdit("form_broken")
    if name == "type" and text in NESTED:
        item.setdefault("components", [])
    if text == "" or (text == "false" and name in {"required", "routing"}):
        holder.pop(key, None)
    else:
        holder[key] = _typed(name, text)
    if part and not holder:
        del item[part]


def _typed(name: str, text: str) -> object:
    if name == "required":
        return text == "true"
    if name in {"min_length", "max_length", "digits", "min", "max"} and _WHOLE.fullmatch(text):
        return int(text)
    return text


def _put_choices(item: Json, text: str) -> None:
    """One choice a line, ``value = label``; what else a choice carries stays with its value."""
    kept = {
        str(each.get("value")): each for each in item.get("values") or [] if isinstance(each, dict)
    }
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_CHOICES:
        raise BadFormEdit("form_choices_many")
    values = []
    for line in lines:
        value, _equals, label = (part.strip() for part in line.partition("="))
        values.append({**kept.get(value, {}), "label": label or value, "value": value})
    if values:
        item["values"] = values
    else:
        item.pop("values", None)
