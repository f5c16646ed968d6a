"""The inputs of a table cut into pieces that its cells cannot tell apart.

A column of numbers, dates or durations falls into points and open stretches between them, a column
of words into its words and all others, a column of truth values into two. A cell is then a set of
pieces, a rule one set for each column, and all questions about rules are questions about sets. A
cell that cannot be cut so (it calls a function, speaks of other names) is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key, reduce
from itertools import pairwise
from operator import or_

from caseflow import feel
from caseflow.engine import expressions
from caseflow.engine.decisions.tables import Input, Table
from caseflow.engine.decisions.types import words
from caseflow.feel import tree
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.values import Interval, compare, key, kind, text

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """Values that no cell of a column tells apart: an example, and how a reader is shown it."""

    example: object
    zh: str
    en: str


@dataclass(frozen=True)
class Cut:
    """A column in pieces; ``cells`` holds for each rule the pieces it takes, None if unknown.

    A set of pieces is a whole number, its bits the pieces.
    """

    label: str
    pieces: tuple[Piece, ...]
    cells: tuple[int | None, ...]

    @property
    def all(self) -> int:
        """Every piece."""
        return (1 << len(self.pieces)) - 1


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
    taker = _Taker(pieces)
    cells = tuple(taker.all if test is None else taker.taken(test) for test in tests)
    return Cut(column.label, pieces, cells)


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
    taken = _Taker(pieces).taken(allowed) if allowed else None
    return tuple(each for at, each in enumerate(pieces) if taken >> at & 1) if taken else pieces


class _Taker:
    """Finds the pieces that a cell takes, from the places of the values it names."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.is_known = all(piece.example is not None for piece in pieces)
        self.all = (1 << len(pieces)) - 1
        self.places = {key(piece.example): at for at, piece in enumerate(pieces)}

    def taken(self, test: feel.Expression) -> int | None:
        """The pieces of a cell; None when it cannot be told."""
        tests = test.tree
        if not self.is_known or not isinstance(tests, tree.UnaryTests) or not _is_closed(tests):
            return None
        found = 0
        for each in tests.tests:
            try:
                value = replace(test, tree=each.operand).evaluate()
            except feel.FeelError:
                return None
            taken = self._one(each.op, value)
            if taken is None:
                return None
            found |= taken
        return self.all & ~found if tests.negated else found

    def _one(self, op: tree.TestOp, value: object) -> int | None:
        if op in ("=", "in", "matches"):
            return self._held(value)
        if op == "!=":
            held = self._held(value)
            return None if held is None else self.all & ~held
        place = self._place(value)
        if place is None:
            return None
        up_to = (2 << place) - 1
        return {
            "<": up_to >> 1,
            "<=": up_to,
            ">": self.all & ~up_to,
            ">=": self.all & ~(up_to >> 1),
        }.get(op)

    def _held(self, value: object) -> int | None:
        """The pieces that equal a value, lie in a range, or do so with an item of a list."""
        match value:
            case None:
                return 0
            case Interval(low, high, low_closed, high_closed):
                above = self.all if low is None else self._one(_ABOVE[low_closed], low)
                below = self.all if high is None else self._one(_BELOW[high_closed], high)
                return None if above is None or below is None else above & below
            case list():
                held = [self._held(each) for each in value]
                return None if None in held else reduce(or_, (each or 0 for each in held), 0)
        place = self._place(value)
        return None if place is None else 1 << place

    def _place(self, value: object) -> int | None:
        return None if isinstance(value, dict) else self.places.get(key(value))


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
_ABOVE: Mapping[bool, tree.TestOp] = {True: ">=", False: ">"}
_BELOW: Mapping[bool, tree.TestOp] = {True: "<=", False: "<"}
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
