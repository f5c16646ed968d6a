"""What an expression begins with: literals, brackets, lists, ranges, contexts and names."""

from __future__ import annotations

from caseflow.feel import check, tree
from caseflow.feel.grammar import demands
from caseflow.feel.grammar.calls import call
from caseflow.feel.grammar.reader import Reader, place
from caseflow.feel.grammar.signs import COMPARISON, COMPARISONS, POWER
from caseflow.feel.grammar.type_names import TYPES
from caseflow.feel.names import Found, written
from caseflow.feel.temporal import parse_literal
from caseflow.feel.tokens import Token
from caseflow.feel.typesystem import ANY, BOOLEAN, NULL, NUMBER, STRING, context_of, range_of
from caseflow.feel.values import ARITHMETIC, kind


def text(r: Reader) -> tree.Node:
    """Read a text in quotation marks."""
    token = r.next()
    return r.grow(tree.Text(token.value, type=STRING, **place(token)))


def number(r: Reader) -> tree.Node:
    """Read a number; one that does not fit into 34 digits is refused, not rounded."""
    token = r.next()
    value = ARITHMETIC.create_decimal(token.text)
    mantissa = token.text.lower().partition("e")[0]
    digits = mantissa.replace(".", "").strip("0")
    is_lost = not value and digits
    if is_lost or not value.is_finite() or len(digits) > ARITHMETIC.prec:
        raise r.error("bad_number", token, text=token.text[:40])
    return r.grow(tree.Number(value, type=NUMBER, **place(token)))


def constant(r: Reader) -> tree.Node:
    """Read ``null``, ``true`` or ``false``."""
    token = r.next()
    if token.text == "null":
        return r.grow(tree.Null(type=NULL, **place(token)))
    value = token.text == "true"
    return r.grow(tree.Boolean(value, type=BOOLEAN, **place(token)))


def negation(r: Reader) -> tree.Node:
    """Read ``-x``, which binds tighter than any sign between two operands."""
    token = r.next()
    of = r.expression(POWER)
    gives = r.typed(check.negation(of.type), "wrong_type", of, wanted=NUMBER, found=of.type)
    return r.grow(tree.Negate(of, type=gives, **place(token)))


def literal(r: Reader) -> tree.Node:
    """Read ``@"2009-12-31"``."""
    token = r.next()
    if r.token.kind != "string":
        raise r.surprise('"…"')
    written_down = r.next()
    value = parse_literal(written_down.value)
    if value is None:
        if r.scope.mismatch == "refuse":
            raise r.error("bad_temporal", written_down, text=written_down.value)
        return r.grow(tree.Null(type=NULL, **place(token)))
    gives = TYPES[kind(value)]
    return r.grow(tree.Temporal(value, type=gives, **place(token)))


def brackets(r: Reader) -> tree.Node:
    """Read ``(a)``, the range ``(a..b)`` or the half-open range ``(> a)``."""
    token = r.next()
    if r.token.text in COMPARISONS and r.token.kind == "symbol":
        return _half_open(r, token)
    inner = r.expression()
    if r.take(".."):
        return read_range(r, token, inner)
    r.want(")")
    return inner


def square(r: Reader) -> tree.Node:
    """Read the list ``[a, b]`` or the range ``[a..b]``."""
    token = r.next()
    items: list[tree.Node] = []
    while not r.sees("]"):
        items.append(r.expression())
        if len(items) == 1 and r.take(".."):
            return read_range(r, token, items[0])
        if not r.take(","):
            break
    r.want("]")
    gives = check.listed(items)
    return r.grow(tree.ListOf(tuple(items), type=gives, **place(token)))


def reversed_square(r: Reader) -> tree.Node:
    """Read a range that begins with ``]``: without its first value."""
    token = r.next()
    low = r.expression()
    r.want("..")
    return read_range(r, token, low)


def read_range(r: Reader, opening: Token, low: tree.Node) -> tree.Node:
    """Read the rest of a range after its ``..``."""
    high = r.expression()
    if not r.sees("]", ")", "["):
        raise r.surprise("]")
    closing = r.next()
    of = demands.ordered(r, low, high)
    closed = (opening.text == "[", closing.text == "]")
    return r.grow(tree.Range(low, high, *closed, type=range_of(of), **place(opening)))


def _half_open(r: Reader, opening: Token) -> tree.Node:
    sign = r.next()
    end = r.expression(COMPARISON)
    r.want(")")
    ends = {
        "=": (end, end, True, True),
        "<": (None, end, False, False),
        "<=": (None, end, False, True),
        ">": (end, None, False, False),
        ">=": (end, None, True, False),
    }
    if sign.text not in ends:
        raise r.error("unexpected", sign, found=sign.text)
    return r.grow(tree.Range(*ends[sign.text], type=range_of(end.type), **place(opening)))


def context(r: Reader) -> tree.Node:
    """Read ``{a: 1, b: a + 1}``; an entry sees those before it."""
    token = r.next()
    entries: dict[str, tree.Node] = {}
    with r.seeing({}):
        while not r.sees("}"):
            start = r.token
            name = r.entry_name()
            if name in entries:
                r.typed(None, "duplicate_name", start, name=name)
            r.want(":")
            entries[name] = r.expression()
            r.show(name, entries[name].type)
            if not r.take(","):
                break
    r.want("}")
    gives = context_of({name: entry.type for name, entry in entries.items()})
    return r.grow(tree.ContextOf(tuple(entries.items()), type=gives, **place(token)))


def name_or_call(r: Reader) -> tree.Node:
    """Read a declared name or the call of a function, whichever is longer."""
    named = r.find_name()
    function = r.find_function()
    if function and r.peek(function.length).text == "(" and not _is_hidden(r, function):
        return call(r, function.name, function.length)
    token = r.token
    if named:
        found, kind_found = named
        r.at += found.length
        r.asked += found.name == "?"
        return r.grow(tree.Name(found.name, type=kind_found, **place(token)))
    return _unknown(r, token)


def _is_hidden(r: Reader, function: Found) -> bool:
    """Tell whether the expression has made a function of that name itself."""
    local = r.find_local_name()
    if local is None or local[0].length < function.length:
        return False
    return local[1].name in ("any", "function")


def _unknown(r: Reader, token: Token) -> tree.Node:
    """A name that nobody declared: refused, unless the running expression may know it."""
    words = r.words()
    if not words:
        raise r.surprise()
    name = written(words)
    if r.sees("(") and not r.is_open():
        r.typed(None, "unknown_function", token, name=name, near=r.near_function(name))
    elif not r.is_open():
        r.typed(None, "unknown_name", token, name=name, near=r.near_name(name))
    return r.grow(tree.Name(name, type=ANY, **place(token)))
