"""Small-cell suppression: what of an aggregate table may leave the house, and what shows ``*``.

Pure: a table goes in, the same table with its hidden cells comes out. Rules and order are those of
data-request.md, "Small-cell suppression". Nothing that is hidden is ever replaced by 0.

1. Count: a cell of fewer households than ``min_cell`` hides its count and every amount; 0 is shown.
2. Dominance: amounts of a cell in which one household holds ``dominance`` or more are hidden, the
   count stays.
3. Secondary: a line with a shown total and exactly one hidden cell would give it away by
   subtraction; the smallest other cell is hidden too, until no such line is left. Where none can
   be hidden the total is; totals of the city and of districts never are, and the line is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

HIDDEN = "*"
GRAND = ("", "")
_Key = tuple[str, str]


class Rule(StrEnum):
    """Why something is hidden."""

    COUNT = "count"
    DOMINANCE = "dominance"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is: how many households, each amount, and of each the largest household's part.

    ``largest`` and ``absolute`` are of absolute values: one household's, and all households'.
    """

    households: int
    amounts: tuple[Decimal, ...] = ()
    largest: tuple[Decimal, ...] = ()
    absolute: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row and column; both names in the order of the table, missing cells are empty.

    ``kept_totals`` are the rows and columns whose totals are always shown: districts, the city.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[_Key, Cell]
    kept_totals: Collection[str] = ()

    def households(self, key: _Key) -> int:
        """How many households a cell holds."""
        cell = self.cells.get(key)
        return cell.households if cell else 0


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of ``data-request.md``; no parameters, as long as no delivery is suppressed."""

    min_cell: int = 3
    dominance: Decimal = Decimal("0.80")
    min_order: int = 10


@dataclass
class Suppressed:
    """What is hidden: counts and amounts of cells and of totals, with the rule that said so first.

    A total is named by its row and an empty column, or the other way round. ``open_lines`` would
    still give a cell away: their totals are always shown, and nothing else could be hidden.
    """

    counts: dict[_Key, Rule] = field(default_factory=dict)
    amounts: dict[_Key, Rule] = field(default_factory=dict)
    open_lines: tuple[_Key, ...] = ()

    @property
    def hidden(self) -> int:
        """How many cells, totals among them, show ``*`` somewhere."""
        return len(self.counts.keys() | self.amounts.keys())


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, a column, or all totals of rows or columns: its cells, and where its sum stands."""

    total: _Key
    keys: tuple[_Key, ...]


def suppress(table: Table, limits: Limits) -> Suppressed:
    """Say what of a table is hidden."""
    found = Suppressed()
    for key, cell in table.cells.items():
        if 0 < cell.households < limits.min_cell:
            found.counts[key] = found.amounts[key] = Rule.COUNT
        elif any(_dominates(*each, limits.dominance) for each in _shares(cell)):
            found.amounts[key] = Rule.DOMINANCE
    open_counts = _protect(table, found.counts)
    # Whose count is hidden, its amounts are as well.
    for key in found.counts:
        found.amounts.setdefault(key, Rule.SECONDARY)
    open_amounts = _protect(table, found.amounts)
    found.open_lines = tuple(dict.fromkeys((*open_counts, *open_amounts)))
    return found


def ratio_is_hidden(hidden: Collection[_Key], numerator: _Key, denominator: _Key) -> bool:
    """Whether a ratio or mean is hidden: its numerator or denominator is."""
    return numerator in hidden or denominator in hidden


def order_is_hidden(hidden: Collection[_Key], key: _Key, households: int, limits: Limits) -> bool:
    """Whether a maximum, minimum or median is hidden: its cell is, or holds too few households."""
    return key in hidden or households < limits.min_order


def differ_by_few(one: Collection[str], other: Collection[str], limits: Limits) -> bool:
    """Whether two populations give away single households by their difference.

    >>> differ_by_few({"1", "2", "3"}, {"1", "2"}, Limits()), differ_by_few({"1"}, {"1"}, Limits())
    (True, False)
    """
    return 0 < len(set(one) ^ set(other)) < limits.min_cell


def _shares(cell: Cell) -> Iterator[tuple[Decimal, Decimal]]:
    yield from zip(cell.largest, cell.absolute, strict=True)


def _dominates(largest: Decimal, absolute: Decimal, share: Decimal) -> bool:
    return absolute > 0 and largest >= share * absolute


def _lines(table: Table) -> list[_Line]:
    rows = [_Line((row, ""), tuple((row, each) for each in table.columns)) for row in table.rows]
    columns = [
        _Line(("", column), tuple((each, column) for each in table.rows))
        for column in table.columns
    ]
    totals = [
        _Line(GRAND, tuple(each.total for each in rows)),
        _Line(GRAND, tuple(each.total for each in columns)),
    ]
    return [*rows, *columns, *totals]


def _protect(table: Table, hidden: dict[_Key, Rule]) -> list[_Key]:
    """Hide more until no line gives a cell away; returns the totals of lines that still would."""
    lines = _lines(table)
    size = _sizes(table)
    left: set[_Line] = set()
    while True:
        line = next((each for each in lines if each not in left and _tells(each, hidden)), None)
        if line is None:
            return [each.total for each in lines if each in left and _tells(each, hidden)]
        other = _smallest(table, line, hidden, size)
        if other is not None:
            hidden[other] = Rule.SECONDARY
        elif _may_hide(table, line.total):
            hidden[line.total] = Rule.SECONDARY
        else:
            left.add(line)


def _tells(line: _Line, hidden: Mapping[_Key, Rule]) -> bool:
    """Whether the total of a line is shown and exactly one of its cells is not."""
    return line.total not in hidden and sum(key in hidden for key in line.keys) == 1


def _sizes(table: Table) -> Callable[[_Key], int]:
    def size(key: _Key) -> int:
        row, column = key
        if row and column:
            return table.households(key)
        keys: Sequence[_Key] = [
            (each_row, each_column)
            for each_row in ([row] if row else table.rows)
            for each_column in ([column] if column else table.columns)
        ]
        return sum(table.households(each) for each in keys)

    return size


def _smallest(
    table: Table, line: _Line, hidden: Mapping[_Key, Rule], size: Callable[[_Key], int]
) -> _Key | None:
    """The smallest other cell that can be hidden, by count, then in the order of the table.

    An empty cell hides nothing: everybody reads its 0 off the line.
    """
    free = [
        key for key in line.keys if key not in hidden and size(key) > 0 and _may_hide(table, key)
    ]
    return min(free, key=size, default=None)


def _may_hide(table: Table, key: _Key) -> bool:
    """Whether a cell or total may be hidden: totals of districts and of the city may not."""
    row, column = key
    if row and column:
        return True
    return key != GRAND and (row or column) not in table.kept_totals
