"""Tests of a value: what stands after ``in``, and the cells of decision tables."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.feel import check, tree
from caseflow.feel.grammar import demands
from caseflow.feel.grammar.operands import read_range
from caseflow.feel.grammar.reader import Reader, place
from caseflow.feel.grammar.signs import COMPARISON, COMPARISONS
from caseflow.feel.typesystem import BOOLEAN


def membership(r: Reader, left: tree.Node) -> tree.Node:
    """Read ``in`` and what the value before it is held against."""
    r.next()
    tests = _bracketed(r, left) if r.sees("(") else (_test(r, left, COMPARISON),)
    return r.grow(tree.In(left, tests, type=BOOLEAN, **place(left)))


def tests_of(r: Reader, subject: tree.Node) -> tuple[tree.UnaryTest, ...]:
    """Read tests of a value with commas between; one passed is enough."""
    tests = [_test(r, subject)]
    while r.take(","):
        tests.append(_test(r, subject))
    return tuple(tests)


def _bracketed(r: Reader, subject: tree.Node) -> tuple[tree.UnaryTest, ...]:
    """Read the tests ``(a, > b)`` or the range ``(a..b)``."""
    opening = r.next()
    if r.sees(*COMPARISONS):
        tests = tests_of(r, subject)
    else:
        asked = r.asked
        first = r.expression()
        if r.take(".."):
            return (_judge(r, subject, read_range(r, opening, first)),)
        tests = (_judge(r, subject, first, is_asked=r.asked > asked),)
        if r.take(","):
            tests += tests_of(r, subject)
    r.want(")")
    return tests


def _test(r: Reader, subject: tree.Node, power: int = 0) -> tree.UnaryTest:
    token = r.token
    if not r.sees(*COMPARISONS):
        asked = r.asked
        operand = r.expression(power)
        return _judge(r, subject, operand, is_asked=r.asked > asked)
    r.next()
    op = COMPARISONS[token.text]
    operand = r.expression(COMPARISON)
    demands.comparable(r, op, operand, subject, operand)
    return _unary(r, op, operand)


def _judge(
    r: Reader,
    subject: tree.Node,
    operand: tree.Node,
    *,
    is_asked: bool = False,
) -> tree.UnaryTest:
    """Find out how a value is held against an operand that stands alone."""
    of = operand.type.name
    known = subject.type.name not in ("any", "null")
    if is_asked or (of == "boolean" and known and subject.type != BOOLEAN):
        demands.boolean(r, operand)
        return _unary(r, "holds", operand)
    if of == "any" or (of == "list" and (not known or subject.type.name == "list")):
        return _unary(r, "matches", operand)
    if of in ("list", "range"):
        for sample in _samples(operand, subject):
            demands.comparable(r, "=", operand, subject, sample)
        return _unary(r, "in", operand)
    demands.comparable(r, "=", operand, subject, operand)
    return _unary(r, "=", operand)


def _samples(operand: tree.Node, subject: tree.Node) -> Iterator[tree.Node]:
    """Yield what a value is compared with: the items of a written list, the ends of a range."""
    for each in check.literals(operand):
        is_ranged = each.type.name == "range" and subject.type.name != "range"
        is_whole = each is operand or is_ranged
        yield tree.Name("?", type=check.element(each.type)) if is_whole else each


def _unary(r: Reader, op: tree.TestOp, operand: tree.Node) -> tree.UnaryTest:
    return r.grow(tree.UnaryTest(op, operand, type=BOOLEAN, **place(operand)))
