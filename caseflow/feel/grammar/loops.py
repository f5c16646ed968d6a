"""Choices, loops and functions made in an expression."""

from __future__ import annotations

from typing import Literal

from caseflow.feel import check, tree
from caseflow.feel.grammar import demands
from caseflow.feel.grammar.reader import Reader, place
from caseflow.feel.grammar.type_names import read_type
from caseflow.feel.names import written
from caseflow.feel.typesystem import ANY, BOOLEAN, Type, join, list_of


def choice(r: Reader) -> tree.Node:
    """Read ``if a then b else c``."""
    token = r.next()
    condition = r.expression()
    demands.boolean(r, condition)
    r.want("then")
    then = r.expression()
    r.want("else")
    otherwise = r.expression()
    gives = join(then.type, otherwise.type)
    return r.grow(tree.If(condition, then, otherwise, type=gives, **place(token)))


def iteration(r: Reader) -> tree.Node:
    """Read ``for x in xs return …``."""
    token = r.next()
    with r.seeing({}):
        bindings = _bindings(r)
        r.want("return")
        r.show("partial", list_of(ANY))
        result = r.expression()
    gives = list_of(result.type)
    return r.grow(tree.For(bindings, result, type=gives, **place(token)))


def quantified(r: Reader) -> tree.Node:
    """Read ``some x in xs satisfies …`` or ``every …``."""
    token = r.next()
    which: Literal["some", "every"] = "some" if token.text == "some" else "every"
    with r.seeing({}):
        bindings = _bindings(r)
        r.want("satisfies")
        condition = r.expression()
    demands.boolean(r, condition)
    return r.grow(tree.Quantified(which, bindings, condition, type=BOOLEAN, **place(token)))


def function(r: Reader) -> tree.Node:
    """Read ``function(a, b) …``."""
    token = r.next()
    r.want("(")
    parameters: dict[str, Type] = {}
    while not r.sees(")"):
        start = r.token
        name = _local_name(r, ",", ":", ")")
        if name in parameters:
            raise r.error("duplicate_name", start, name=name)
        parameters[name] = read_type(r) if r.take(":") else ANY
        if not r.take(","):
            break
    r.want(")")
    if r.sees("external"):
        raise r.error("external", r.token)
    with r.seeing(parameters):
        body = r.expression()
    gives = Type("function", body.type)
    return r.grow(tree.FunctionOf(tuple(parameters.items()), body, type=gives, **place(token)))


def _bindings(r: Reader) -> tuple[tuple[str, tree.Node], ...]:
    """Read ``x in xs, y in ys``; each name is known to what comes after it."""
    bindings: list[tuple[str, tree.Node]] = []
    while True:
        name = _local_name(r, "in")
        r.want("in")
        source = r.expression()
        if r.take(".."):
            source = _steps(r, source)
        bindings.append((name, source))
        r.show(name, check.element(source.type))
        if not r.take(","):
            return tuple(bindings)


def _steps(r: Reader, first: tree.Node) -> tree.Node:
    last = r.expression()
    of = demands.ordered(r, first, last)
    return r.grow(tree.Steps(first, last, type=list_of(of), **place(first)))


def _local_name(r: Reader, *ends: str) -> str:
    words = r.words()
    if not words or not r.sees(*ends):
        raise r.surprise(ends[0])
    return written(words)
