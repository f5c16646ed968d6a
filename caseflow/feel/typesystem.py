"""The types of FEEL values: what a name may hold, what a function takes and gives.

A type is a plain value. Who declares names writes ``NUMBER``, ``list_of(STRING)`` or
``context_of({"amount": NUMBER})``; ``one_of("normal", "suspended")`` is text from a closed list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """One FEEL type; ``of`` is the element of a list or range and the result of a function."""

    name: str
    of: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the type as FEEL does.

        >>> str(list_of(NUMBER))
        'list<number>'
        """
        if self.entries:
            inner = ", ".join(f"{name}: {kind}" for name, kind in self.entries)
        else:
            inner = str(self.of) if self.of else ""
        return f"{self.name}<{inner}>" if inner else self.name

    def entry(self, name: str) -> Type | None:
        """Find the type of a context's entry; None when it has no such entry."""
        return dict(self.entries).get(name)


ANY = Type("any")
NULL = Type("null")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
DAYS_DURATION = Type("days and time duration")
YEARS_DURATION = Type("years and months duration")
CONTEXT = Type("context")
FUNCTION = Type("function", ANY)

TEMPORAL = frozenset({DATE.name, TIME.name, DATE_TIME.name})
DURATIONS = frozenset({DAYS_DURATION.name, YEARS_DURATION.name})
ORDERED = TEMPORAL | DURATIONS | {NUMBER.name, STRING.name}


def list_of(element: Type) -> Type:
    """Make the type of a list with such elements."""
    return Type("list", element)


def range_of(element: Type) -> Type:
    """Make the type of an interval between two such values."""
    return Type("range", element)


def context_of(entries: Mapping[str, Type]) -> Type:
    """Make the type of a record with exactly these entries."""
    return Type("context", entries=tuple(entries.items()))


def one_of(*choices: str) -> Type:
    """Make the type of text that is one of these words; a literal outside them is refused."""
    return Type("string", choices=choices)


def conforms(actual: Type, wanted: Type) -> bool:
    """Tell whether a value of one type may stand where another is wanted.

    Unknown types pass: what they hold is judged when the expression runs. A single value passes
    for a list, and a date for a date and time, because FEEL converts them.

    >>> conforms(NUMBER, list_of(NUMBER)), conforms(NUMBER, STRING)
    (True, False)
    """
    if ANY in (actual, wanted) or actual in (NULL, wanted):
        return True
    if wanted.name == "list":
        element = actual.of if actual.name == "list" else actual
        return conforms(element or ANY, wanted.of or ANY)
    if wanted.name == "context":
        return actual.name == "context" and _entries_conform(actual, wanted)
    if wanted.name == "range":
        return actual.name == "range" and conforms(actual.of or ANY, wanted.of or ANY)
    return actual.name == wanted.name or (actual, wanted) == (DATE, DATE_TIME)


def join(first: Type, second: Type) -> Type:
    """Find the narrowest type that holds the values of both.

    >>> join(NUMBER, NULL) == NUMBER, join(NUMBER, STRING) == ANY
    (True, True)
    """
    if second in (first, NULL):
        return first
    if first == NULL:
        return second
    if first.name == second.name == "string":
        return STRING
    if first.name == second.name and first.of and second.of:
        return Type(first.name, join(first.of, second.of))
    return ANY


def _entries_conform(actual: Type, wanted: Type) -> bool:
    """An open context (no entries declared) may hold anything."""
    if not actual.entries:
        return True
    found = dict(actual.entries)
    return all(name in found and conforms(found[name], kind) for name, kind in wanted.entries)
