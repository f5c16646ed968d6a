"""Built-in functions on contexts: records of named values."""

from __future__ import annotations

from collections.abc import Sequence

from caseflow.feel.library.register import built_in
from caseflow.feel.typesystem import ANY, CONTEXT, STRING, context_of, list_of

Record = dict[str, object]
_ENTRY = context_of({"key": STRING, "value": ANY})


@built_in("get value", {"m": CONTEXT, "key": STRING}, ANY)
def _get_value(record: Record, key: str) -> object:
    return record.get(key)


@built_in("get value", {"context": CONTEXT, "keys": list_of(STRING)}, ANY)
def _get_nested_value(record: Record, keys: list[str]) -> object:
    found: object = record
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if keys else None


@built_in("get entries", {"m": CONTEXT}, list_of(_ENTRY))
def _get_entries(record: Record) -> list[Record]:
    return [{"key": key, "value": value} for key, value in record.items()]


@built_in("context", {"entries": list_of(CONTEXT)}, CONTEXT)
def _context(entries: list[Record | None]) -> Record | None:
    """Make a record of entries with ``key`` and ``value``; null when a key is given twice."""
    made: Record = {}
    for entry in entries:
        key = entry.get("key") if entry else None
        if not entry or not isinstance(key, str) or "value" not in entry or key in made:
            return None
        made[key] = entry["value"]
    return made


@built_in("context put", {"context": CONTEXT, "key": STRING, "value": ANY}, CONTEXT)
def _context_put(record: Record, key: str, value: object) -> Record:
    return {**record, key: value}


@built_in("context put", {"context": CONTEXT, "keys": list_of(STRING), "value": ANY}, CONTEXT)
def _context_put_nested(record: Record, keys: list[str], value: object) -> Record | None:
    return _put(record, keys, value)


@built_in("context merge", {"contexts": list_of(CONTEXT)}, CONTEXT)
def _context_merge(records: list[Record | None]) -> Record | None:
    merged: Record = {}
    for record in records:
        if record is None:
            return None
        merged |= record
    return merged


def _put(record: object, keys: Sequence[str | None], value: object) -> Record | None:
    """Put a value deep inside; null when the way there is not made of records."""
    if not isinstance(record, dict) or not keys or keys[0] is None:
        return None
    if len(keys) == 1:
        return {**record, keys[0]: value}
    inner = _put(record.get(keys[0]), keys[1:], value)
    return None if inner is None else {**record, keys[0]: inner}
