"""Text into a checked tree: a Pratt parser that knows the scope.

So names may hold blanks, and every node has its type as soon as it is made. What goes wrong is told
with line and column. What an operand begins with, and what may follow it, is a table each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.feel import tree
from caseflow.feel.grammar import calls, loops, operands, operators, unary_tests
from caseflow.feel.grammar.reader import Reader, open_text, place
from caseflow.feel.grammar.signs import ARITHMETIC, COMPARISONS, POWERS
from caseflow.feel.grammar.type_names import read_type
from caseflow.feel.names import KEYWORDS
from caseflow.feel.scope import Limits, Scope
from caseflow.feel.tokens import Token
from caseflow.feel.typesystem import BOOLEAN, Type

Prefix = Callable[[Reader], tree.Node]
Infix = Callable[[Reader, tree.Node], tree.Node]

_PREFIX: Mapping[str, Prefix] = {
    **dict.fromkeys(("null", "true", "false"), operands.constant),
    **dict.fromkeys(("some", "every"), loops.quantified),
    "-": operands.negation,
    "@": operands.literal,
    "(": operands.brackets,
    "[": operands.square,
    "]": operands.reversed_square,
    "{": operands.context,
    "if": loops.choice,
    "for": loops.iteration,
    "function": loops.function,
}
_INFIX: Mapping[str, Infix] = {
    **dict.fromkeys(ARITHMETIC, operators.arithmetic),
    **dict.fromkeys(COMPARISONS, operators.comparison),
    **dict.fromkeys(("and", "or"), operators.logic),
    "between": operators.between,
    "in": unary_tests.membership,
    "instance": operators.instance,
    ".": operators.path,
    "[": operators.selection,
    "(": calls.application,
}


def parse_text(text: str, scope: Scope, limits: Limits) -> tree.Node:
    """Parse a whole expression."""
    r = open_text(text, scope, limits, _expression)
    if r.token.kind == "end":
        raise r.error("empty", r.token)
    return _to_the_end(r, r.expression())


def parse_cell(text: str, scope: Scope, input_type: Type, limits: Limits) -> tree.Node:
    """Parse a cell of a decision table: unary tests of the name ``?``."""
    r = open_text(text, scope, limits, _expression)
    if r.token.kind == "end" or (r.sees("-") and r.peek().kind == "end"):
        return tree.UnaryTests((), negated=False, type=BOOLEAN)
    with r.seeing({"?": input_type}):
        subject = tree.Name("?", type=input_type, **place(r.token))
        negated = r.sees("not") and r.peek().text == "(" and _is_whole(r)
        if negated:
            r.next()
            r.next()
        tests = unary_tests.tests_of(r, subject)
        if negated:
            r.want(")")
        return _to_the_end(r, r.grow(tree.UnaryTests(tests, negated=negated, type=BOOLEAN)))


def parse_type(text: str) -> Type:
    """Read the name of a type, such as ``list<number>``; FeelError if there is none."""
    r = open_text(text, Scope(), Limits(), _expression)
    found = read_type(r)
    if r.token.kind != "end":
        raise r.surprise()
    return found


def _expression(r: Reader, power: int) -> tree.Node:
    with r.deeper():
        left = _prefix(r)
        while _binding(r) > power:
            left = _INFIX[r.token.text](r, left)
        return left


def _prefix(r: Reader) -> tree.Node:
    token = r.token
    if token.kind == "number":
        return operands.number(r)
    if token.kind == "string":
        return operands.text(r)
    if token.kind in ("name", "symbol"):
        named = r.find_name()
        rule = _PREFIX.get(token.text)
        if rule and not (named and named[0].length > 1):
            return rule(r)
        if token.kind == "name" or named:
            return operands.name_or_call(r)
    raise r.surprise()


def _binding(r: Reader) -> int:
    if r.token.kind not in ("symbol", "name"):
        return 0
    if r.token.text == "[" and not _starts_operand(r.peek()):
        return 0  # The end of a range such as ]1..5[, not a filter.
    return POWERS.get(r.token.text, 0)


def _starts_operand(token: Token) -> bool:
    if token.kind == "symbol":
        return token.text in ("(", "[", "{", "-", "@", "?")
    if token.kind == "name":
        return token.text not in KEYWORDS - {"if", "for", "some", "every", "true", "false", "null"}
    return token.kind != "end"


def _to_the_end(r: Reader, node: tree.Node) -> tree.Node:
    if r.token.kind != "end":
        raise r.surprise()
    return node


def _is_whole(r: Reader) -> bool:
    """Tell whether the bracket that opens after ``not`` closes at the end of the cell."""
    level = 0
    for position in range(r.at + 1, len(r.source)):
        level += {"(": 1, ")": -1}.get(r.source[position].text, 0)
        if level == 0:
            return r.source[position + 1].kind == "end"
    return True
