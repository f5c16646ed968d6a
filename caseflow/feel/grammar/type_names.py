"""The names of types, as ``instance of`` and the parameters of functions use them."""

from __future__ import annotations

from caseflow.feel.grammar.reader import Reader
from caseflow.feel.names import Names, written
from caseflow.feel.typesystem import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    FUNCTION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    Type,
    context_of,
    list_of,
    range_of,
)

_NAMED = (
    *(NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME),
    *(DAYS_DURATION, YEARS_DURATION, CONTEXT),
)
TYPES = {
    **{each.name: each for each in _NAMED},
    "Any": ANY,
    "any": ANY,
    "Null": NULL,
    "days and time": DAYS_DURATION,
    "day time duration": DAYS_DURATION,
    "year month duration": YEARS_DURATION,
    "list": list_of(ANY),
    "range": range_of(ANY),
    "function": FUNCTION,
}
_INDEX = Names(TYPES)


def read_type(r: Reader) -> Type:
    """Read the name of a type, one of the scope's own first."""
    token = r.token
    own = r.scope.type_index.match(r.source, r.at)
    if own:
        r.at += own.length
        return r.scope.types[own.name]
    found = _INDEX.match(r.source, r.at)
    if found is None:
        name = written(r.words() or (token,))
        raise r.error("unknown_type", token, name=name)
    r.at += found.length
    if found.name in ("list", "range") and r.take("<"):
        inner = Type(found.name, read_type(r))
        r.want(">")
        return inner
    if found.name == "context" and r.take("<"):
        return _context_type(r)
    if found.name == "function" and r.take("<"):
        return _function_type(r)
    return TYPES[found.name]


def _context_type(r: Reader) -> Type:
    entries: dict[str, Type] = {}
    while not r.sees(">"):
        name = r.entry_name()
        r.want(":")
        entries[name] = read_type(r)
        if not r.take(","):
            break
    r.want(">")
    return context_of(entries)


def _function_type(r: Reader) -> Type:
    while not r.sees(">"):
        read_type(r)
        if not r.take(","):
            break
    r.want(">")
    r.want("->")
    return Type("function", read_type(r))
