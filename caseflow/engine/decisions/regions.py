"""The inputs of a table cut into pieces that its cells cannot tell apart.

A column of numbers, dates or durations falls into points and open stretches between them, a column
of words into its words and all others, a column of truth values into two. A cell is then a set of
pieces, a rule one set for each column, and all questions about rules are questions about sets. A
cell that cannot be cut so (it calls a function, speaks of other names) is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from caseflow import feel
from caseflow.engine import expressions
from caseflow.engine.decisions.tables import Input, Table
from caseflow.engine.decisions.types import words
from caseflow.feel import tree
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.values import compare, kind, text

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """Values that no cell of a column tells apart: an example, and how a reader is shown it."""

    example: object
    zh: str
    en: str


@dataclass(frozen=True)
class Cut:
    """A column in pieces; ``cells`` holds for each rule the pieces it takes, None if unknown."""

    label: str
    pieces: tuple[Piece, ...]
    cells: tuple[frozenset[int] | None, ...]

    @property
    def all(self) -> frozenset[int]:
        """Every piece."""
        return frozenset(range(len(self.pieces)))


def cut(table: Table) -> list[Cut] | None:
    """Cut all columns of a table; None where two of them ask about the same thing."""
    mentioned: set[str] = set()
    for column in table.inputs:
        names = tree.names(column.expression.tree)
        if names & mentioned:
            return None
        mentioned |= names
    return [_column(table, at) for at in range(len(table.inputs))]


def _column(table: Table, at: int) -> Cut:
    column = table.inputs[at]
    tests = [rule.tests[at] for rule in table.rules]
    pieces = _pieces(column, [test for test in tests if test is not None])
    every = frozenset(range(len(pieces)))
    cells = tuple(every if test is None else _taken(test, pieces) for test in tests)
    return Cut(column.label, pieces, cells)


def _taken(test: feel.Expression, pieces: Sequence[Piece]) -> frozenset[int] | None:
    """The pieces that a cell takes, found by trying it on the example of each."""
    if not _is_closed(test.tree) or any(piece.example is None for piece in pieces):
        return None
    try:
        verdicts = [test.evaluate({"?": piece.example}) for piece in pieces]
    except feel.FeelError:
        return None
    return frozenset(at for at, verdict in enumerate(verdicts) if verdict is True)


def _pieces(column: Input, tests: Sequence[feel.Expression]) -> tuple[Piece, ...]:
    """Cut a column; those that its list of allowed values leaves out are not asked about."""
    kinds = column.item.type.name
    allowed = column.allowed
    found = _constants([*tests, allowed] if allowed else tests)
    if kinds == feel.ANY.name and len({kind(each) for each in found}) == 1:
        kinds = kind(found[0])
    found = [each for each in found if kind(each) == kinds]
    if kinds == feel.BOOLEAN.name:
        pieces: tuple[Piece, ...] = _TRUTH
    elif kinds == feel.STRING.name:
        pieces = _words(column, found)
    else:
        pieces = _stretches(found, kinds)
    taken = _taken(allowed, pieces) if allowed else None
    return tuple(pieces[at] for at in sorted(taken)) if taken else pieces


def _words(column: Input, found: Sequence[object]) -> tuple[Piece, ...]:
    """Each word, and a word that is none of them unless the column allows no other."""
    listed = column.item.type.choices or (words(column.allowed) if column.allowed else ())
    named = [each for each in found if isinstance(each, str)]
    pieces = [Piece(word, word, word) for word in dict.fromkeys((*listed, *named))]
    if listed:
        return tuple(each for each in pieces if each.example in listed)
    other = "".join(named) + "…"
    return (*pieces, Piece(other, "其他", "any other"))


def _stretches(found: Sequence[object], kinds: str) -> tuple[Piece, ...]:
    """The points that cells mention and the stretches before, between and behind them."""
    points = _sorted(found)
    if not points:
        return (Piece(_ANY_OF.get(kinds), "任意值", "anything"),)
    pieces: list[Piece] = []
    first = _beside(points[0], -1)
    if first is not None:
        pieces.append(_piece(first))
    for low, high in pairwise(points):
        pieces.append(_piece(low))
        middle = _between(low, high)
        if middle is not None:
            pieces.append(_piece(middle))
    pieces.append(_piece(points[-1]))
    last = _beside(points[-1], 1)
    return (*pieces, _piece(last)) if last is not None else tuple(pieces)


def _piece(value: object) -> Piece:
    return Piece(value, text(value), text(value))


def _sorted(found: Sequence[object]) -> list[object]:
    """The points in order, each once; nothing when they cannot be compared."""
    if any(compare(each, found[0]) is None for each in found):
        return []
    points: list[object] = []
    for each in sorted(found, key=cmp_to_key(lambda one, other: compare(one, other) or 0)):
        if not points or compare(points[-1], each) != 0:
            points.append(each)
    return points


def _beside(value: object, side: int) -> object:
    """A value a little below or above all that were mentioned; None where there is none."""
    if isinstance(value, YearsMonths):
        return YearsMonths(value.months + side)
    try:
        match value:
            case Decimal():
                return value + side
            case date() | timedelta():
                return value + side * _DAY
    except OverflowError:
        return None
    return None


def _between(low: object, high: object) -> object:
    """A value between two; None when nothing lies between them."""
    match low, high:
        case Decimal(), Decimal():
            whole = low.to_integral_value(rounding="ROUND_FLOOR") + 1
            return whole if whole < high else (low + high) / 2
        case datetime(), datetime():
            return low + (high - low) / 2
        case date(), date():
            return low + _DAY if high - low > _DAY else None
        case timedelta(), timedelta():
            return low + (high - low) / 2
        case YearsMonths(), YearsMonths():
            middle = YearsMonths(low.months + 1)
            return middle if middle < high else None
    return None


def _constants(tests: Sequence[feel.Expression]) -> list[object]:
    """The values written down in cells: words, points, and the ends of ranges."""
    found: list[object] = []
    for test in tests:
        if _is_closed(test.tree):
            for node in tree.walk(test.tree):
                found += _constant(test, node)
    return [each for each in found if each is not None and not isinstance(each, bool)]


def _constant(test: feel.Expression, node: tree.Node) -> list[object]:
    is_value = node.type.name in _SIMPLE and not isinstance(
        node, tree.UnaryTest | tree.UnaryTests | tree.Name
    )
    if not is_value or "?" in tree.names(node):
        return []
    try:
        return [replace(test, tree=node).evaluate()]
    except feel.FeelError:
        return []


def _is_closed(node: tree.Node) -> bool:
    """Tell whether a cell speaks of nothing but its input and what is written down, simply."""
    if not tree.names(node) <= {"?"}:
        return False
    for each in tree.walk(node):
        if isinstance(each, tree.UnaryTest) and each.op == "holds":
            return False
        if isinstance(each, tree.Call) and each.name not in _CONSTRUCTORS:
            return False
        # Of words only those written down are told apart, not what comes before or after them.
        if isinstance(each, tree.UnaryTest) and each.op in _ORDER and each.operand.type == _TEXT:
            return False
        if isinstance(each, tree.Range) and each.type.of == _TEXT:
            return False
    return True


_TEXT = feel.STRING
_ORDER = frozenset({"<", "<=", ">", ">="})
_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"}) - set(
    expressions.TIME_FUNCTIONS
)
_SIMPLE = frozenset(
    each.name
    for each in (
        *(feel.NUMBER, feel.STRING, feel.DATE, feel.TIME, feel.DATE_TIME),
        *(feel.DAYS_DURATION, feel.YEARS_DURATION, feel.ANY),
    )
)
_TRUTH = (Piece(True, "是", "true"), Piece(False, "否", "false"))  # noqa: FBT003 - values
_ANY_OF: dict[str, object] = {
    feel.NUMBER.name: Decimal(0),
    feel.DATE.name: date(2000, 1, 1),
    feel.STRING.name: "…",
}
