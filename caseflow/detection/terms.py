"""
What a formula becomes for one period: cells of facts and the operations on them.

Every operation says how its value is held: `exact` is a whole number, a multiple of 1/scale;
`double` an IEEE double; `truth` and `text` speak for themselves. All steps from exact to double are
written out as the operation `double`, so that SQL and plain Python do the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class How(StrEnum):
    """How a cell is made of the months it covers. Empty months are passed over."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    STATE = "state"
    """Not of months at all: the state at the end of the evaluated period."""


class Held(StrEnum):
    """How the value of a term is held."""

    EXACT = "exact"
    DOUBLE = "double"
    TRUTH = "truth"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field over the months `first` to `last` (YYYYMM, both included)."""

    field: str
    first: int
    last: int
    how: How
    held: Held
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text or a truth written in the formula; a number held exactly is scaled."""

    value: Decimal | str | bool
    held: Held
    scale: int = 1

    @property
    def scaled(self) -> int:
        """The whole number that stands for an exact constant."""
        return int(Decimal(str(self.value)) * self.scale)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation on terms; what each does is said once in `sql` and once in `evidence`."""

    name: str
    args: tuple[Term, ...]
    held: Held
    scale: int = 1


Term = Cell | Constant | Operation


def cells(term: Term) -> Iterator[Cell]:
    """Yield all cells of a term, left to right, repeated ones repeatedly."""
    if isinstance(term, Cell):
        yield term
    elif isinstance(term, Operation):
        for each in term.args:
            yield from cells(each)
