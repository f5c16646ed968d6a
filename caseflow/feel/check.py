"""The rules of types: which operands go together and what type comes out.

Each rule answers with a type or, when the operands can never go together, with None; the parser
then refuses the text (or, where the scope wants the bare standard, lets it be null).
"""

from __future__ import annotations

from collections.abc import Sequence

from caseflow.feel.arithmetic import OPERATIONS
from caseflow.feel.scope import Function
from caseflow.feel.tree import ArithmeticOp, ComparisonOp, ListOf, Node, Text
from caseflow.feel.typesystem import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_DURATION,
    NULL,
    NUMBER,
    ORDERED,
    STRING,
    TIME,
    YEARS_DURATION,
    Type,
    conforms,
    join,
)

_UNKNOWN = frozenset({ANY.name, NULL.name})
_DATE_PARTS = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "weekday": NUMBER}
_TIME_PARTS = {
    "hour": NUMBER,
    "minute": NUMBER,
    "second": NUMBER,
    "time offset": DAYS_DURATION,
    "timezone": STRING,
}
PARTS: dict[str, dict[str, Type]] = {
    "date": _DATE_PARTS,
    "time": _TIME_PARTS,
    "date and time": {**_DATE_PARTS, **_TIME_PARTS, "date": DATE, "time": TIME},
    "years and months duration": {"years": NUMBER, "months": NUMBER},
    "days and time duration": {
        "days": NUMBER,
        "hours": NUMBER,
        "minutes": NUMBER,
        "seconds": NUMBER,
    },
    "range": {
        "start": ANY,
        "end": ANY,
        "start included": BOOLEAN,
        "end included": BOOLEAN,
    },
}


def arithmetic(op: ArithmeticOp, left: Type, right: Type) -> Type | None:
    """Find the type of ``left op right``.

    >>> arithmetic("/", NUMBER, NUMBER) == NUMBER, arithmetic("*", STRING, NUMBER)
    (True, None)
    """
    possible = {
        gives
        for (sign, first, second), gives in OPERATIONS.items()
        if sign == op and _may_be(left, first) and _may_be(right, second)
    }
    if not possible:
        return None
    return possible.pop() if len(possible) == 1 else ANY


def negation(of: Type) -> Type | None:
    """Find the type of ``-x``."""
    signed = {NUMBER.name, DAYS_DURATION.name, YEARS_DURATION.name, ANY.name, NULL.name}
    return of if of.name in signed else None


def comparison(op: ComparisonOp, left: Type, right: Type) -> Type | None:
    """Find the type of ``left op right``; equality wants like kinds, order such as have one."""
    if op in ("=", "!="):
        alike = conforms(left, right) or conforms(right, left)
        return BOOLEAN if alike or left.name == right.name == "context" else None
    if not {left.name, right.name} <= ORDERED | _UNKNOWN:
        return None
    alike = left.name == right.name or not _UNKNOWN.isdisjoint({left.name, right.name})
    return BOOLEAN if alike else None


def stranger(left: Node, right: Node) -> Text | None:
    """Find the literal that is none of the words its other side is limited to."""
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Text) and other.type.choices and not isinstance(other, Text):
            return None if value.value in other.type.choices else value
    return None


def part(of: Type, name: str) -> Type | None:
    """Find the type of ``of.name``: an entry of a context, a part of a date, or such of a list."""
    if of.name in _UNKNOWN:
        return ANY
    if of.name == "list":
        element = part(of.of or ANY, name)
        return Type("list", element) if element else None
    if of.name == "context":
        return of.entry(name) if of.entries else ANY
    found = PARTS.get(of.name, {}).get(name)
    return of.of if of.name == "range" and name in ("start", "end") else found


def element(of: Type) -> Type:
    """Find the type of what a list holds; a single value counts as a list of one."""
    if of.name in ("list", "range"):
        return of.of or ANY
    return ANY if of.name in _UNKNOWN else of


def listed(items: Sequence[Node]) -> Type:
    """Find the type of a list with these items."""
    if not items:
        return Type("list", NULL)
    common = items[0].type
    for item in items[1:]:
        common = join(common, item.type)
    return Type("list", common)


def fitting(functions: Sequence[Function], arguments: Sequence[Node]) -> Function | None:
    """Choose the first of the functions of one name that takes these arguments."""
    return next((each for each in functions if _takes(each, arguments)), None)


def parameter(function: Function, position: int) -> Type:
    """Find the type wanted at a position; the last parameter of a variadic function repeats."""
    return function.parameters[min(position, len(function.parameters) - 1)]


def counts(function: Function) -> tuple[int, int | None]:
    """Tell how many arguments at least and at most; None is no limit."""
    least = len(function.parameters) if function.required is None else function.required
    return least, None if function.variadic else len(function.parameters)


def takes_count(function: Function, count: int) -> bool:
    """Tell whether a function may be called with so many arguments."""
    least, most = counts(function)
    return least <= count and (most is None or count <= most)


def result(function: Function, arguments: Sequence[Node]) -> Type:
    """Find the type that a call gives."""
    if isinstance(function.result, Type):
        return function.result
    return function.result(tuple(each.type for each in arguments))


def wrong_argument(function: Function, arguments: Sequence[Node]) -> int | None:
    """Find the position (from 0) of the first argument of the wrong type."""
    for position, argument in enumerate(arguments):
        if not conforms(argument.type, parameter(function, position)):
            return position
    return None


def _takes(function: Function, arguments: Sequence[Node]) -> bool:
    fits = takes_count(function, len(arguments))
    return fits and wrong_argument(function, arguments) is None


def _may_be(actual: Type, wanted: str) -> bool:
    return actual.name in _UNKNOWN or actual.name == wanted


def literals(node: Node) -> Sequence[Node]:
    """List the items of a written list, or the node alone."""
    return node.items if isinstance(node, ListOf) else (node,)
