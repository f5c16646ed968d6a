"""Forms compared field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from caseflow.engine.differences.changes import Change, Detail, Kind

# What form-js writes for its own picture.
_LAYOUT = frozenset({"layout", "id", "spaceTop", "spaceBottom"})
_OF_THE_MODELER = frozenset(
    {"exporter", "schemaVersion", "executionPlatform", "executionPlatformVersion", "versionTag"}
)
_NESTED = frozenset({"components", "key"})

_Fields = dict[str, Mapping[str, Any]]


def compare_forms(file: str, old: bytes, new: bytes) -> list[Change]:
    """The changes of one form; one that cannot be read is one change of the whole file."""
    try:
        before, after = (_form(data) for data in (old, new))
        fields = [_fields(each) for each in (before, after)]
        changes = [*_whole(file, before, after), *_each(file, *fields)]
    except (ValueError, RecursionError):
        return [
            Change("changed", "file", file, file, file, details=(Detail("unreadable", "", ""),))
        ]
    return changes or [Change("moved", "form", file, str(after.get("id", file)), file)]


def _form(data: bytes) -> Mapping[str, Any]:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("a form is a JSON object")  # noqa: TRY004 - as for JSON that is none
    return found


def _whole(file: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What is said of the form itself."""
    skipped = _NESTED | _OF_THE_MODELER
    said, says = (
        _flat({name: value for name, value in each.items() if name not in skipped})
        for each in (old, new)
    )
    details = _details(said, says)
    if details:
        key = str(new.get("id", file))
        yield Change("changed", "form", file, key, key, details=details)


def _each(file: str, old: _Fields, new: _Fields) -> Iterator[Change]:
    for name in [*new, *(key for key in old if key not in new)]:
        field = new.get(name) or old[name]
        words, words_en = _names(field, name)
        kind_of_field = str(field.get("type", ""))
        if name not in old or name not in new:
            kind: Kind = "added" if name not in old else "removed"
            said, says = (_said(each[name]) if name in each else {} for each in (old, new))
            details = _details(said, says)
        else:
            details = _details(_said(old[name]), _said(field))
            kind = "changed" if details else "moved"
            if not details and not _is_moved(name, old, new):
                continue
        yield Change(kind, "field", file, name, words, words_en, kind_of_field, details)


def _is_moved(name: str, old: _Fields, new: _Fields) -> bool:
    """Whether the field stands elsewhere among those that both sides have, or looks different."""
    common = [[key for key in each if key in old and key in new] for each in (old, new)]
    before, after = old[name].get("layout"), new[name].get("layout")
    return common[0].index(name) != common[1].index(name) or before != after


def _fields(form: Mapping[str, Any]) -> _Fields:
    """The fields of a form by path, groups and lists opened."""
    found: _Fields = {}
    waiting = [("", each) for each in _components(form)]
    while waiting:
        above, field = waiting.pop(0)
        name = str(field.get("key") or field.get("path") or field.get("id") or len(found))
        found[f"{above}{name}"] = field
        inside = f"{above}{name}." if field.get("type") == "dynamiclist" else above
        waiting[:0] = [(inside, each) for each in _components(field)]
    return found


def _components(owner: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = owner.get("components")
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, dict)]


def _names(field: Mapping[str, Any], name: str) -> tuple[str, str]:
    words = str(field.get("label") or field.get("dateLabel") or field.get("text") or name)
    properties = field.get("properties")
    english = properties.get("label_en") if isinstance(properties, dict) else None
    return words, str(english or words)


def _said(field: Mapping[str, Any]) -> dict[str, str]:
    skipped = _NESTED | _LAYOUT
    return _flat({name: value for name, value in field.items() if name not in skipped})


def _flat(value: object, above: str = "") -> dict[str, str]:
    """Nested values as paths with texts; the choices of a list in one line."""
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for name, inner in value.items():
            found |= _flat(inner, f"{above}.{name}" if above else str(name))
        return found
    if isinstance(value, list):
        return {above: ", ".join(_choice(each) for each in value)}
    if isinstance(value, bool):
        return {above: "true" if value else "false"}
    return {above: "" if value is None else str(value)}


def _choice(value: object) -> str:
    if isinstance(value, dict) and "value" in value:
        return f"{value.get('label', '')} ({value['value']})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _details(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Detail, ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        Detail(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    )
