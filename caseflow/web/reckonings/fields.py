"""What the calculator asks: the fields of each calculation sheet, and how what is typed is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from caseflow.reckoning import BadQuestion, Question

# A page shows so many rows of a table that repeats, and one empty row after those that are filled.
_FEWEST_ROWS, _MOST_ROWS = 2, 60


@dataclass(frozen=True, slots=True)
class Field:
    """
    One input: its name in the question, its label, and what it takes.

    ``usual`` is offered where nothing was typed yet; ``today`` stands for the bureau's date.
    """

    name: str
    label: object
    kind: str = "amount"
    hint: object = ""
    is_required: bool = False
    usual: str = ""
    choices: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Inputs that repeat row by row; rows left blank count for nothing."""

    name: str
    label: object
    columns: tuple[Field, ...]
    hint: object = ""
    # At least one row has to be filled.
    is_required: bool = False


Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number on the page and what stands in it."""

    number: int
    values: Mapping[str, str]


def rows_of(table: Table, settings: Settings) -> list[Row]:
    """The rows to show: those filled, at least two, one empty one after the last."""
    last = max(
        (number for number in range(_MOST_ROWS) if _row(table, settings, number)), default=-1
    )
    shown = min(max(_FEWEST_ROWS, last + 2), _MOST_ROWS)
    return [Row(number, _row(table, settings, number)) for number in range(shown)]


def key_of(table: Table, number: int, column: str) -> str:
    """The name of an input in a row."""
    return f"{table.name}-{number}-{column}"


def values_of(fields: tuple[Field | Table, ...], settings: Settings) -> dict[str, object]:
    """The question as typed: texts by name, tables as lists of rows."""
    found: dict[str, object] = {}
    for field in fields:
        if isinstance(field, Table):
            found[field.name] = [row.values for row in _filled(field, settings)]
        elif text := settings.get(field.name, "").strip():
            found[field.name] = text
    return found


def misread(fields: tuple[Field | Table, ...], settings: Settings) -> dict[str, BadQuestion]:
    """What cannot be read or is missing, by the name of its input: all of it at once."""
    found: dict[str, BadQuestion] = {}
    for key, field, values in _inputs(fields, settings):
        try:
            if field.is_required or values.get(field.name):
                _READERS[field.kind](Question(values), field.name)
        except BadQuestion as error:
            found[key] = error
    return found


def key_of_place(
    fields: tuple[Field | Table, ...], settings: Settings, place: tuple[str | int, ...]
) -> str:
    """The input that a place of the question was typed into; nothing where it is no single one."""
    if not place:
        return ""
    tables = {field.name: field for field in fields if isinstance(field, Table)}
    name, *rest = place
    table = tables.get(str(name))
    if table is None:
        return str(name)
    if len(rest) != 2 or not isinstance(rest[0], int):  # noqa: PLR2004 -- a row and a column
        return ""
    if rest[1] not in {column.name for column in table.columns}:
        return str(rest[1])  # asked once for all rows
    return key_of(table, _filled(table, settings)[rest[0]].number, str(rest[1]))


def _inputs(
    fields: tuple[Field | Table, ...], settings: Settings
) -> Iterator[tuple[str, Field, Mapping[str, str]]]:
    """Every input with its key and the values that it stands among."""
    for field in fields:
        if not isinstance(field, Table):
            yield field.name, field, {field.name: settings.get(field.name, "").strip()}
            continue
        for row in _filled(field, settings):
            for column in field.columns:
                yield key_of(field, row.number, column.name), column, row.values


def _filled(table: Table, settings: Settings) -> list[Row]:
    rows = (Row(number, _row(table, settings, number)) for number in range(_MOST_ROWS))
    return [row for row in rows if row.values]


def _row(table: Table, settings: Settings, number: int) -> dict[str, str]:
    typed = {
        column.name: settings.get(key_of(table, number, column.name), "").strip()
        for column in table.columns
    }
    return {name: text for name, text in typed.items() if text}


_READERS: Mapping[str, Callable[[Question, str], object]] = {
    "amount": lambda question, name: question.amount(name),
    "signed": lambda question, name: question.amount(name, may_be_negative=True),
    "day": lambda question, name: question.day(name),
    "count": lambda question, name: question.count(name),
    "rate": lambda question, name: question.rate(name),
    "flag": lambda question, name: question.flag(name),
    "choice": lambda question, name: question.text(name),
    "text": lambda question, name: question.text(name),
}
