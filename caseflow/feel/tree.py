"""The typed tree of a checked expression, which every reader of FEEL walks.

Readers are the evaluator, the printer and compilers elsewhere. Nodes are plain values without
behaviour; the parser alone makes them.

Every node tells where it began (``line`` and ``column``, from 1) and the ``type`` of its value.
Positions do not count when two nodes are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from caseflow.feel.temporal import YearsMonths
from caseflow.feel.typesystem import Type

ArithmeticOp = Literal["+", "-", "*", "/", "**"]
ComparisonOp = Literal["=", "!=", "<", "<=", ">", ">="]
TestOp = Literal["=", "!=", "<", "<=", ">", ">=", "in", "matches", "holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all nodes have in common."""

    type: Type
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Null(Node):
    """``null``: the value is missing."""


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Node):
    """``0.17``."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """``"normal"``."""

    value: str


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """``@"2009-12-31"``: a date, time, date and time or duration written down."""

    value: date | datetime | time | timedelta | YearsMonths


@dataclass(frozen=True, slots=True)
class Name(Node):
    """``vat_payable``: a declared name, a local one, or ``?``, the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``case.score``: an entry of a context, or a part of a date, time, duration or range."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """``-x``."""

    of: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``a + b``: arithmetic."""

    op: ArithmeticOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``a < b``."""

    op: ComparisonOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """``a and b and c``: two parts or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """``a or b or c``: two parts or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not(a)``."""

    of: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if a then b else c``."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``x between a and b``: both ends included."""

    of: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    """``[a..b)``: None is an open end without a bound, as in ``(> 5)``."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class UnaryTest(Node):
    """One test of a value: how (``op``) it is held against the operand.

    ``in``: the operand is a list or range; ``matches``: its type is known only when it runs;
    ``holds``: it is a condition that speaks of the value as ``?``.
    """

    op: TestOp
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in ("a", "b")`` or ``x in [1..5]``: true when one test is passed."""

    of: Node
    tests: tuple[UnaryTest, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table, held against the name ``?``; no tests (``-``) pass always."""

    tests: tuple[UnaryTest, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``max(a, b)``: a declared or built-in function; arguments stand in the declared order.

    An argument left out of a call by name is a ``Null``.
    """

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """``f(a)`` where ``f`` is itself a value of the expression."""

    of: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """``{a: 1, b: a + 1}``: an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Steps(Node):
    """``1..10`` after ``in`` of a loop: whole numbers or days, upwards or downwards."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """``for x in xs, y in ys return x * y``; ``partial`` holds the results so far."""

    bindings: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some x in xs satisfies x > 3`` or ``every …``."""

    kind: Literal["some", "every"]
    bindings: tuple[tuple[str, Node], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``xs[item > 3]`` or ``xs[1]``."""

    of: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """``x instance of number``."""

    of: Node
    wanted: Type


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """``function(x, y) x + y``."""

    parameters: tuple[tuple[str, Type], ...]
    body: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below, in the order in which they are written."""
    for part in fields(node):
        if part.name != "type":
            yield from _nodes(getattr(node, part.name))


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, parents first."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(list(children(here))))


def names(node: Node) -> frozenset[str]:
    """Name everything the expression mentions, local names included."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _nodes(each)
