"""What may follow an operand: arithmetic, comparisons, logic, paths and filters."""

from __future__ import annotations

from caseflow.feel import check, tree
from caseflow.feel.grammar import demands
from caseflow.feel.grammar.reader import Reader, place
from caseflow.feel.grammar.signs import AND, ARITHMETIC, COMPARISON, COMPARISONS, OR, POWERS
from caseflow.feel.grammar.type_names import read_type
from caseflow.feel.names import Names, written
from caseflow.feel.typesystem import ANY, BOOLEAN, NUMBER, Type, conforms, list_of


def arithmetic(r: Reader, left: tree.Node) -> tree.Node:
    """Read a sign of arithmetic and what stands right of it."""
    token = r.next()
    op, power = ARITHMETIC[token.text]
    right = r.expression(power)
    gives = check.arithmetic(op, left.type, right.type)
    gives = r.typed(gives, "wrong_operands", token, op=op, left=left.type, right=right.type)
    return r.grow(tree.Binary(op, left, right, type=gives, **place(left)))


def comparison(r: Reader, left: tree.Node) -> tree.Node:
    """Read a comparison, after which no other may follow."""
    token = r.next()
    op = COMPARISONS[token.text]
    right = r.expression(COMPARISON)
    demands.comparable(r, op, token, left, right)
    if POWERS.get(r.token.text) == COMPARISON and r.token.kind != "string":
        raise r.error("chained", r.token)
    return r.grow(tree.Compare(op, left, right, type=BOOLEAN, **place(left)))


def logic(r: Reader, left: tree.Node) -> tree.Node:
    """Read the parts of ``a and b and c`` or ``a or b or c``."""
    word = r.token.text
    power = AND if word == "and" else OR
    parts = [left]
    while r.take(word):
        parts.append(r.expression(power))
    for part in parts:
        demands.boolean(r, part)
    kind_of_node = tree.And if word == "and" else tree.Or
    return r.grow(kind_of_node(tuple(parts), type=BOOLEAN, **place(left)))


def between(r: Reader, left: tree.Node) -> tree.Node:
    """Read ``x between a and b``."""
    token = r.next()
    low = r.expression(COMPARISON)
    r.want("and")
    high = r.expression(COMPARISON)
    demands.comparable(r, "<=", token, left, low)
    demands.comparable(r, "<=", token, left, high)
    return r.grow(tree.Between(left, low, high, type=BOOLEAN, **place(left)))


def path(r: Reader, left: tree.Node) -> tree.Node:
    """Read ``.name``: an entry or part of what stands before it."""
    r.next()
    token = r.token
    if token.kind != "name":
        raise r.surprise()
    of = left.type.of if left.type.name == "list" and left.type.of else left.type
    known = dict(of.entries) or check.PARTS.get(of.name, {})
    found = Names(known).match(r.source, r.at)
    if found:
        r.at += found.length
        name = found.name
    else:
        name = written(r.words() or (r.next(),))
    of_part = check.part(left.type, name)
    gives = r.typed(of_part, "unknown_entry", token, type=left.type, name=name)
    return r.grow(tree.Path(left, name, type=gives, **place(left)))


def selection(r: Reader, left: tree.Node) -> tree.Node:
    """Read a filter ``[…]``, in which the entries of each item are names."""
    r.next()
    of = check.element(left.type)
    with r.seeing({"item": of, **dict(of.entries)}, is_open=_is_unknown(of)):
        condition = r.expression()
    r.want("]")
    is_allowed = any(conforms(condition.type, wanted) for wanted in (BOOLEAN, NUMBER))
    r.typed(
        BOOLEAN if is_allowed else None,
        "wrong_type",
        condition,
        wanted=BOOLEAN,
        found=condition.type,
    )
    kept = {NUMBER.name: of, BOOLEAN.name: list_of(of)}.get(condition.type.name, ANY)
    return r.grow(tree.Filter(left, condition, type=kept, **place(left)))


def _is_unknown(of: Type) -> bool:
    return of.name == "any" or (of.name == "context" and not of.entries)


def instance(r: Reader, left: tree.Node) -> tree.Node:
    """Read ``instance of`` and a type."""
    r.next()
    r.want("of")
    wanted = read_type(r)
    return r.grow(tree.InstanceOf(left, wanted, type=BOOLEAN, **place(left)))
