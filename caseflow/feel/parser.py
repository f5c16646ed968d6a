"""Text into a checked tree: a Pratt parser that knows the scope.

So names may hold blanks, and every node has its type as soon as it is made. What goes wrong is told
with line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from caseflow.feel import check, tree
from caseflow.feel.names import KEYWORDS, Names, written
from caseflow.feel.reader import Reader, open_text
from caseflow.feel.scope import Function, Limits, Scope
from caseflow.feel.temporal import parse_literal
from caseflow.feel.tokens import Token
from caseflow.feel.typesystem import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    FUNCTION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    Type,
    conforms,
    context_of,
    join,
    list_of,
    range_of,
)
from caseflow.feel.values import ARITHMETIC, kind

OR, AND, COMPARISON, SUM, PRODUCT, POWER, SIGN, POSTFIX = range(1, 9)
_ARITHMETIC: Mapping[str, tuple[tree.ArithmeticOp, int]] = {
    "+": ("+", SUM),
    "-": ("-", SUM),
    "*": ("*", PRODUCT),
    "/": ("/", PRODUCT),
    "**": ("**", POWER),
}
_COMPARISONS: Mapping[str, tree.ComparisonOp] = {
    "=": "=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_POWERS = {
    "or": OR,
    "and": AND,
    "between": COMPARISON,
    "in": COMPARISON,
    "instance": POSTFIX,
    **dict.fromkeys(_COMPARISONS, COMPARISON),
    **{sign: power for sign, (_, power) in _ARITHMETIC.items()},
    **dict.fromkeys((".", "[", "("), POSTFIX),
}
_TYPES = {
    "Any": ANY,
    "any": ANY,
    "Null": NULL,
    **{
        each.name: each
        for each in (
            NUMBER,
            STRING,
            BOOLEAN,
            DATE,
            TIME,
            DATE_TIME,
            DAYS_DURATION,
            YEARS_DURATION,
            CONTEXT,
        )
    },
    "days and time": DAYS_DURATION,
    "day time duration": DAYS_DURATION,
    "year month duration": YEARS_DURATION,
    "list": list_of(ANY),
    "range": range_of(ANY),
    "function": FUNCTION,
}
_TYPE_INDEX = Names(_TYPES)


def parse_text(text: str, scope: Scope, limits: Limits) -> tree.Node:
    """Parse a whole expression."""
    r = open_text(text, scope, limits)
    if r.token.kind == "end":
        raise r.error("empty", r.token)
    return _to_the_end(r, expression(r))


def parse_cell(text: str, scope: Scope, input_type: Type, limits: Limits) -> tree.Node:
    """Parse a cell of a decision table: unary tests of the name ``?``."""
    r = open_text(text, scope, limits)
    if r.token.kind == "end" or (r.sees("-") and r.peek().kind == "end"):
        return tree.UnaryTests((), negated=False, type=BOOLEAN)
    with r.seeing({"?": input_type}):
        subject = tree.Name("?", type=input_type, line=r.token.line, column=r.token.column)
        negated = r.sees("not") and r.peek().text == "(" and _is_whole(r)
        if negated:
            r.next()
            r.next()
        tests = _tests(r, subject)
        if negated:
            r.want(")")
        return _to_the_end(r, r.grow(tree.UnaryTests(tests, negated=negated, type=BOOLEAN)))


def parse_type(text: str) -> Type:
    """Read the name of a type, such as ``list<number>``; FeelError if there is none."""
    r = open_text(text, Scope(), Limits())
    found = _type(r)
    if r.token.kind != "end":
        raise r.surprise()
    return found


def expression(r: Reader, power: int = 0) -> tree.Node:
    """Parse an expression whose operators bind tighter than ``power``."""
    with r.deeper():
        left = _prefix(r)
        while (binding := _binding(r)) > power:
            left = _infix(r, left, binding)
        return left


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


def _binding(r: Reader) -> int:
    if r.token.kind not in ("symbol", "name"):
        return 0
    if r.token.text == "[" and not _starts_operand(r.peek()):
        return 0  # The end of a range such as ]1..5[, not a filter.
    return _POWERS.get(r.token.text, 0)


def _starts_operand(token: Token) -> bool:
    if token.kind == "symbol":
        return token.text in ("(", "[", "{", "-", "@", "?")
    if token.kind == "name":
        return token.text not in KEYWORDS - {"if", "for", "some", "every", "true", "false", "null"}
    return token.kind != "end"


# What begins an operand


def _prefix(r: Reader) -> tree.Node:
    token = r.token
    if token.kind == "number":
        return r.grow(_number(r))
    if token.kind == "string":
        r.next()
        return r.grow(tree.Text(token.value, type=STRING, line=token.line, column=token.column))
    if token.kind in ("name", "symbol"):
        named = r.find_name()
        rule = _PREFIX.get(token.text)
        if rule and not (named and named[0].length > 1):
            return rule(r)
        if token.kind == "name" or named:
            return _name_or_call(r)
    raise r.surprise()


def _number(r: Reader) -> tree.Number:
    token = r.next()
    value = ARITHMETIC.create_decimal(token.text)
    mantissa = token.text.lower().partition("e")[0]
    is_lost = not value and any(digit in "123456789" for digit in mantissa)
    if (
        not value.is_finite()
        or is_lost
        or len(mantissa.replace(".", "").strip("0")) > ARITHMETIC.prec
    ):
        raise r.error("bad_number", token, text=token.text[:40])
    return tree.Number(value, type=NUMBER, line=token.line, column=token.column)


def _constant(r: Reader) -> tree.Node:
    token = r.next()
    if token.text == "null":
        return r.grow(tree.Null(type=NULL, line=token.line, column=token.column))
    value = token.text == "true"
    return r.grow(tree.Boolean(value, type=BOOLEAN, line=token.line, column=token.column))


def _negation(r: Reader) -> tree.Node:
    token = r.next()
    of = expression(r, POWER)
    gives = r.typed(check.negation(of.type), "wrong_type", of, wanted=NUMBER, found=of.type)
    return r.grow(tree.Negate(of, type=gives, line=token.line, column=token.column))


def _literal(r: Reader) -> tree.Node:
    token = r.next()
    if r.token.kind != "string":
        raise r.surprise('"…"')
    text = r.next()
    value = parse_literal(text.value)
    if value is None:
        if r.scope.mismatch == "refuse":
            raise r.error("bad_temporal", text, text=text.value)
        return r.grow(tree.Null(type=NULL, line=token.line, column=token.column))
    gives = _TYPES[kind(value)]
    return r.grow(tree.Temporal(value, type=gives, line=token.line, column=token.column))


def _brackets(r: Reader) -> tree.Node:
    """Read ``(a)``, the range ``(a..b)`` or the half-open range ``(> a)``."""
    token = r.next()
    if r.token.text in _COMPARISONS and r.token.kind == "symbol":
        return _half_open(r, token)
    inner = expression(r)
    if r.take(".."):
        return _range(r, token, inner)
    r.want(")")
    return inner


def _square(r: Reader) -> tree.Node:
    """Read the list ``[a, b]`` or the range ``[a..b]``."""
    token = r.next()
    items: list[tree.Node] = []
    while not r.sees("]"):
        items.append(expression(r))
        if len(items) == 1 and r.take(".."):
            return _range(r, token, items[0])
        if not r.take(","):
            break
    r.want("]")
    gives = check.listed(items)
    return r.grow(tree.ListOf(tuple(items), type=gives, line=token.line, column=token.column))


def _reversed_square(r: Reader) -> tree.Node:
    token = r.next()
    low = expression(r)
    r.want("..")
    return _range(r, token, low)


def _range(r: Reader, opening: Token, low: tree.Node) -> tree.Node:
    high = expression(r)
    if not r.sees("]", ")", "["):
        raise r.surprise("]")
    closing = r.next()
    of = _range_type(r, low, high)
    return r.grow(
        tree.Range(
            low,
            high,
            opening.text == "[",
            closing.text == "]",
            type=range_of(of),
            line=opening.line,
            column=opening.column,
        ),
    )


def _range_type(r: Reader, low: tree.Node, high: tree.Node) -> Type:
    ordered = check.comparison("<", low.type, high.type)
    r.typed(ordered, "wrong_operands", high, op="..", left=low.type, right=high.type)
    return join(low.type, high.type)


def _half_open(r: Reader, opening: Token) -> tree.Node:
    sign = r.next()
    end = expression(r, COMPARISON)
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
    low, high, low_closed, high_closed = ends[sign.text]
    place = {"line": opening.line, "column": opening.column}
    return r.grow(
        tree.Range(low, high, low_closed, high_closed, type=range_of(end.type), **place),
    )


def _context(r: Reader) -> tree.Node:
    token = r.next()
    entries: dict[str, tree.Node] = {}
    with r.seeing({}):
        while not r.sees("}"):
            start = r.token
            name = _entry_name(r)
            if name in entries:
                r.typed(None, "duplicate_name", start, name=name)
            r.want(":")
            entries[name] = expression(r)
            r.show(name, entries[name].type)
            if not r.take(","):
                break
    r.want("}")
    gives = context_of({name: entry.type for name, entry in entries.items()})
    return r.grow(
        tree.ContextOf(tuple(entries.items()), type=gives, line=token.line, column=token.column),
    )


def _entry_name(r: Reader) -> str:
    if r.token.kind == "string":
        return r.next().value
    start = r.at
    while r.token.kind != "end" and not r.sees(":", "}", ","):
        r.next()
    if r.at == start or r.source[start].kind != "name":
        raise r.surprise(":")
    return written(r.source[start : r.at])


def _name_or_call(r: Reader) -> tree.Node:
    named = r.find_name()
    function = r.find_function()
    if function and r.peek(function.length).text == "(":
        is_local = (
            named and named[0].length >= function.length and named[1].name in ("any", "function")
        )
        if not is_local:
            return _call(r, function.name, function.length)
    token = r.token
    if named:
        found, kind_found = named
        r.at += found.length
        r.asked += found.name == "?"
        return r.grow(
            tree.Name(found.name, type=kind_found, line=token.line, column=token.column),
        )
    return _unknown(r, token)


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
    return r.grow(tree.Name(name, type=ANY, line=token.line, column=token.column))


# Calls


def _call(r: Reader, name: str, length: int) -> tree.Node:
    token = r.token
    r.at += length
    functions = r.functions(name)
    known = Names(each for function in functions for each in function.parameter_names)
    names, given = _arguments(r, known)
    if name == "not" and len(given) == 1 and not names and "not" not in r.scope.functions:
        return _not(r, token, given[0])
    arguments = _in_order(r, token, name, names, given) if names else tuple(given)
    chosen = check.fitting(functions, arguments)
    if chosen is None:
        _refuse_call(r, token, functions, arguments)
    gives = check.result(chosen, arguments) if chosen else ANY
    return r.grow(
        tree.Call(name, arguments, type=gives, line=token.line, column=token.column),
    )


def _not(r: Reader, token: Token, of: tree.Node) -> tree.Node:
    _boolean(r, of)
    return r.grow(tree.Not(of, type=BOOLEAN, line=token.line, column=token.column))


def _arguments(r: Reader, known: Names) -> tuple[tuple[str, ...], list[tree.Node]]:
    """Read arguments by place or by name."""
    r.want("(")
    names: list[str] = []
    given: list[tree.Node] = []
    while not r.sees(")"):
        name = _argument_name(r, known)
        if name:
            if name in names:
                raise r.error("duplicate_name", r.token, name=name)
            names.append(name)
        elif names:
            raise r.surprise(":")
        given.append(expression(r))
        if not r.take(","):
            break
    r.want(")")
    if names and len(names) != len(given):
        raise r.error("unexpected", given[0], found=names[0])
    return tuple(names), given


def _argument_name(r: Reader, known: Names) -> str:
    """Read the name before an argument, if there is one; a known one may hold any sign."""
    found = known.match(r.source, r.at)
    length = found.length if found else 0
    if not found or r.peek(length).text != ":":
        length = 0
        while r.peek(length).kind == "name":
            length += 1
    if not length or r.peek(length).text != ":":
        return ""
    words = r.source[r.at : r.at + length]
    r.at += length + 1
    return found.name if found else written(words)


def _in_order(
    r: Reader,
    token: Token,
    name: str,
    names: tuple[str, ...],
    given: Sequence[tree.Node],
) -> tuple[tree.Node, ...]:
    """Put arguments given by name into the order of the function that knows all the names."""
    functions = r.functions(name)
    known = next((each for each in functions if set(names) <= set(each.parameter_names)), None)
    if known is None:
        strange = next(
            (each for each in names if all(each not in f.parameter_names for f in functions)),
            names[0],
        )
        r.typed(None, "wrong_parameter", token, name=name, parameter=strange)
        return (tree.Null(type=NULL),) * (len(functions[0].parameters) + 1)
    by_name = dict(zip(names, given, strict=True))
    last = max(known.parameter_names.index(each) for each in names)
    return tuple(
        by_name.get(each, tree.Null(type=NULL, line=token.line, column=token.column))
        for each in known.parameter_names[: last + 1]
    )


def _refuse_call(
    r: Reader,
    token: Token,
    functions: Sequence[Function],
    arguments: Sequence[tree.Node],
) -> None:
    counted = [each for each in functions if check.takes_count(each, len(arguments))]
    name = functions[0].name
    if not counted:
        wanted = _counts(functions)
        r.typed(None, "wrong_count", token, name=name, wanted=wanted, found=len(arguments))
        return
    position = check.wrong_argument(counted[0], arguments) or 0
    r.typed(
        None,
        "wrong_argument",
        arguments[position],
        name=name,
        position=position + 1,
        wanted=check.parameter(counted[0], position),
        found=arguments[position].type,
    )


def _counts(functions: Sequence[Function]) -> str:
    lows, highs = zip(*(check.counts(each) for each in functions), strict=True)
    if None in highs:
        return f"{min(lows)}+"
    least, most = min(lows), max(high for high in highs if high is not None)
    return str(least) if least == most else f"{least}-{most}"


# What follows an operand


def _infix(r: Reader, left: tree.Node, power: int) -> tree.Node:
    sign = r.token.text
    if sign in _ARITHMETIC:
        return _arithmetic(r, left, power)
    if sign in _COMPARISONS:
        return _comparison(r, left)
    return _INFIX[sign](r, left)


def _arithmetic(r: Reader, left: tree.Node, power: int) -> tree.Node:
    token = r.next()
    op = _ARITHMETIC[token.text][0]
    right = expression(r, power)
    gives = r.typed(
        check.arithmetic(op, left.type, right.type),
        "wrong_operands",
        token,
        op=op,
        left=left.type,
        right=right.type,
    )
    return r.grow(tree.Binary(op, left, right, type=gives, line=left.line, column=left.column))


def _comparison(r: Reader, left: tree.Node) -> tree.Node:
    token = r.next()
    op = _COMPARISONS[token.text]
    right = expression(r, COMPARISON)
    _comparable(r, op, token, left, right)
    if _binding(r) == COMPARISON:
        raise r.error("chained", r.token)
    return r.grow(tree.Compare(op, left, right, type=BOOLEAN, line=left.line, column=left.column))


def _comparable(
    r: Reader,
    op: tree.ComparisonOp,
    token: Token | tree.Node,
    left: tree.Node,
    right: tree.Node,
) -> None:
    gives = check.comparison(op, left.type, right.type)
    r.typed(gives, "wrong_operands", token, op=op, left=left.type, right=right.type)
    strange = check.stranger(left, right)
    if strange:
        choices = left.type.choices or right.type.choices
        r.typed(None, "not_one_of", strange, value=strange.value, choices=choices)


def _logic(r: Reader, left: tree.Node) -> tree.Node:
    word = r.token.text
    power = AND if word == "and" else OR
    parts = [left]
    while r.take(word):
        parts.append(expression(r, power))
    for part in parts:
        _boolean(r, part)
    kind_of_node = tree.And if word == "and" else tree.Or
    return r.grow(
        kind_of_node(tuple(parts), type=BOOLEAN, line=left.line, column=left.column),
    )


def _boolean(r: Reader, node: tree.Node) -> None:
    gives = BOOLEAN if conforms(node.type, BOOLEAN) else None
    r.typed(gives, "wrong_type", node, wanted=BOOLEAN, found=node.type)


def _between(r: Reader, left: tree.Node) -> tree.Node:
    token = r.next()
    low = expression(r, COMPARISON)
    r.want("and")
    high = expression(r, COMPARISON)
    _comparable(r, "<=", token, left, low)
    _comparable(r, "<=", token, left, high)
    return r.grow(
        tree.Between(left, low, high, type=BOOLEAN, line=left.line, column=left.column),
    )


def _path(r: Reader, left: tree.Node) -> tree.Node:
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
    gives = r.typed(
        check.part(left.type, name),
        "unknown_entry",
        token,
        type=left.type,
        name=name,
        near="",
    )
    return r.grow(tree.Path(left, name, type=gives, line=left.line, column=left.column))


def _filter(r: Reader, left: tree.Node) -> tree.Node:
    r.next()
    of = check.element(left.type)
    with r.seeing({"item": of, **dict(of.entries)}, is_open=_is_unknown(of)):
        condition = expression(r)
    r.want("]")
    allowed = any(conforms(condition.type, kind_of) for kind_of in (BOOLEAN, NUMBER))
    gives = BOOLEAN if allowed else None
    r.typed(gives, "wrong_type", condition, wanted=BOOLEAN, found=condition.type)
    kept = {NUMBER.name: of, BOOLEAN.name: list_of(of)}.get(condition.type.name, ANY)
    return r.grow(tree.Filter(left, condition, type=kept, line=left.line, column=left.column))


def _is_unknown(of: Type) -> bool:
    return of.name == "any" or (of.name == "context" and not of.entries)


def _apply(r: Reader, left: tree.Node) -> tree.Node:
    names, given = _arguments(r, Names(()))
    gives = FUNCTION if left.type.name in ("any", "function") else None
    r.typed(gives, "wrong_type", left, wanted=FUNCTION, found=left.type)
    result = left.type.of if left.type.name == "function" and left.type.of else ANY
    return r.grow(
        tree.Apply(left, tuple(given), names, type=result, line=left.line, column=left.column),
    )


def _instance(r: Reader, left: tree.Node) -> tree.Node:
    r.next()
    r.want("of")
    wanted = _type(r)
    return r.grow(
        tree.InstanceOf(left, wanted, type=BOOLEAN, line=left.line, column=left.column),
    )


def _type(r: Reader) -> Type:
    token = r.token
    own = r.scope.type_index.match(r.source, r.at)
    if own:
        r.at += own.length
        return r.scope.types[own.name]
    found = _TYPE_INDEX.match(r.source, r.at)
    if found is None:
        name = written(r.words() or (token,))
        raise r.error("unknown_type", token, name=name)
    r.at += found.length
    if found.name in ("list", "range") and r.take("<"):
        inner = Type(found.name, _type(r))
        r.want(">")
        return inner
    if found.name == "context" and r.take("<"):
        return _context_type(r)
    if found.name == "function" and r.take("<"):
        return _function_type(r)
    return _TYPES[found.name]


def _context_type(r: Reader) -> Type:
    entries: dict[str, Type] = {}
    while not r.sees(">"):
        name = _entry_name(r)
        r.want(":")
        entries[name] = _type(r)
        if not r.take(","):
            break
    r.want(">")
    return context_of(entries)


def _function_type(r: Reader) -> Type:
    while not r.sees(">"):
        _type(r)
        if not r.take(","):
            break
    r.want(">")
    r.want("->")
    return Type("function", _type(r))


# Tests of a value: ``in`` and the cells of decision tables


def _in(r: Reader, left: tree.Node) -> tree.Node:
    r.next()
    tests = _bracketed(r, left) if r.sees("(") else (_test(r, left, COMPARISON),)
    return r.grow(tree.In(left, tests, type=BOOLEAN, line=left.line, column=left.column))


def _bracketed(r: Reader, subject: tree.Node) -> tuple[tree.UnaryTest, ...]:
    """Read the tests ``(a, > b)`` or the range ``(a..b)``."""
    opening = r.next()
    if r.sees(*_COMPARISONS):
        tests = _tests(r, subject)
    else:
        asked = r.asked
        first = expression(r)
        if r.take(".."):
            return (_judge(r, subject, _range(r, opening, first)),)
        tests = (_judge(r, subject, first, is_asked=r.asked > asked),)
        if r.take(","):
            tests += _tests(r, subject)
    r.want(")")
    return tests


def _tests(r: Reader, subject: tree.Node) -> tuple[tree.UnaryTest, ...]:
    tests = [_test(r, subject)]
    while r.take(","):
        tests.append(_test(r, subject))
    return tuple(tests)


def _test(r: Reader, subject: tree.Node, power: int = 0) -> tree.UnaryTest:
    token = r.token
    if not r.sees(*_COMPARISONS):
        asked = r.asked
        operand = expression(r, power)
        return _judge(r, subject, operand, is_asked=r.asked > asked)
    r.next()
    op = _COMPARISONS[token.text]
    operand = expression(r, COMPARISON)
    _comparable(r, op, operand, subject, operand)
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
        _boolean(r, operand)
        return _unary(r, "holds", operand)
    if of == "any" or (of == "list" and (not known or subject.type.name == "list")):
        return _unary(r, "matches", operand)
    if of in ("list", "range"):
        for each in check.literals(operand):
            of_each = check.element(each.type)
            is_ranged = each.type.name == "range" and subject.type.name != "range"
            sample = tree.Name("?", type=of_each) if each is operand or is_ranged else each
            _comparable(r, "=", operand, subject, sample)
        return _unary(r, "in", operand)
    _comparable(r, "=", operand, subject, operand)
    return _unary(r, "=", operand)


def _unary(r: Reader, op: tree.TestOp, operand: tree.Node) -> tree.UnaryTest:
    return r.grow(
        tree.UnaryTest(op, operand, type=BOOLEAN, line=operand.line, column=operand.column),
    )


# Choices, loops and functions


def _if(r: Reader) -> tree.Node:
    token = r.next()
    condition = expression(r)
    _boolean(r, condition)
    r.want("then")
    then = expression(r)
    r.want("else")
    otherwise = expression(r)
    gives = join(then.type, otherwise.type)
    return r.grow(
        tree.If(condition, then, otherwise, type=gives, line=token.line, column=token.column),
    )


def _for(r: Reader) -> tree.Node:
    token = r.next()
    with r.seeing({}):
        bindings = _bindings(r)
        r.want("return")
        r.show("partial", list_of(ANY))
        result = expression(r)
    gives = list_of(result.type)
    return r.grow(
        tree.For(bindings, result, type=gives, line=token.line, column=token.column),
    )


def _quantified(r: Reader) -> tree.Node:
    token = r.next()
    which: Literal["some", "every"] = "some" if token.text == "some" else "every"
    with r.seeing({}):
        bindings = _bindings(r)
        r.want("satisfies")
        condition = expression(r)
    _boolean(r, condition)
    place = {"line": token.line, "column": token.column}
    return r.grow(tree.Quantified(which, bindings, condition, type=BOOLEAN, **place))


def _bindings(r: Reader) -> tuple[tuple[str, tree.Node], ...]:
    """Read ``x in xs, y in ys``; each name is known to what comes after it."""
    bindings: list[tuple[str, tree.Node]] = []
    while True:
        name = _local_name(r, "in")
        r.want("in")
        source = expression(r)
        if r.take(".."):
            source = _steps(r, source)
        bindings.append((name, source))
        r.show(name, check.element(source.type))
        if not r.take(","):
            return tuple(bindings)


def _steps(r: Reader, first: tree.Node) -> tree.Node:
    last = expression(r)
    of = _range_type(r, first, last)
    return r.grow(
        tree.Steps(first, last, type=list_of(of), line=first.line, column=first.column),
    )


def _local_name(r: Reader, *ends: str) -> str:
    words = r.words()
    if not words or not r.sees(*ends):
        raise r.surprise(ends[0])
    return written(words)


def _function(r: Reader) -> tree.Node:
    token = r.next()
    r.want("(")
    parameters: dict[str, Type] = {}
    while not r.sees(")"):
        start = r.token
        name = _local_name(r, ",", ":", ")")
        if name in parameters:
            raise r.error("duplicate_name", start, name=name)
        parameters[name] = _type(r) if r.take(":") else ANY
        if not r.take(","):
            break
    r.want(")")
    with r.seeing(parameters):
        body = expression(r)
    gives = Type("function", body.type)
    place = {"line": token.line, "column": token.column}
    return r.grow(tree.FunctionOf(tuple(parameters.items()), body, type=gives, **place))


_PREFIX: Mapping[str, Callable[[Reader], tree.Node]] = {
    **dict.fromkeys(("null", "true", "false"), _constant),
    **dict.fromkeys(("some", "every"), _quantified),
    "-": _negation,
    "@": _literal,
    "(": _brackets,
    "[": _square,
    "]": _reversed_square,
    "{": _context,
    "if": _if,
    "for": _for,
    "function": _function,
}
_INFIX: Mapping[str, Callable[[Reader, tree.Node], tree.Node]] = {
    **dict.fromkeys(("and", "or"), _logic),
    "between": _between,
    "in": _in,
    "instance": _instance,
    ".": _path,
    "[": _filter,
    "(": _apply,
}
