"""Calls of functions, with arguments by place or by name."""

from __future__ import annotations

from collections.abc import Sequence

from caseflow.feel import check, tree
from caseflow.feel.grammar import demands
from caseflow.feel.grammar.reader import Reader, place
from caseflow.feel.names import Names, written
from caseflow.feel.patterns import BadPattern, compile_pattern
from caseflow.feel.scope import Function
from caseflow.feel.tokens import Token
from caseflow.feel.typesystem import ANY, BOOLEAN, FUNCTION, NULL

# The functions that take a pattern as their second argument, and where its flags stand.
_FLAGS_AT = {"matches": 2, "replace": 3, "split": 2}


def call(r: Reader, name: str, length: int) -> tree.Node:
    """Read the call of a declared or built-in function, whose name has so many tokens."""
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
    if name in _FLAGS_AT and name not in r.scope.functions:
        _check_pattern(r, arguments, _FLAGS_AT[name])
    gives = check.result(chosen, arguments) if chosen else ANY
    return r.grow(tree.Call(name, arguments, type=gives, **place(token)))


def application(r: Reader, left: tree.Node) -> tree.Node:
    """Read the call of a function that is itself a value."""
    names, given = _arguments(r, Names(()))
    gives = FUNCTION if left.type.name in ("any", "function") else None
    r.typed(gives, "wrong_type", left, wanted=FUNCTION, found=left.type)
    result = left.type.of if left.type.name == "function" and left.type.of else ANY
    return r.grow(tree.Apply(left, tuple(given), names, type=result, **place(left)))


def _check_pattern(r: Reader, arguments: Sequence[tree.Node], flags_at: int) -> None:
    """Refuse a written pattern that is none here: a reference back to a group, an open bracket."""
    given = [*arguments, *(tree.Null(type=NULL) for _ in range(flags_at + 1))]
    pattern, flags = given[1], given[flags_at]
    if not isinstance(pattern, tree.Text) or not isinstance(flags, tree.Text | tree.Null):
        return
    try:
        compile_pattern(pattern.value, flags.value if isinstance(flags, tree.Text) else "")
    except BadPattern:
        r.typed(None, "bad_pattern", pattern, text=pattern.value[:60])


def _not(r: Reader, token: Token, of: tree.Node) -> tree.Node:
    demands.boolean(r, of)
    return r.grow(tree.Not(of, type=BOOLEAN, **place(token)))


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
        given.append(r.expression())
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
        by_name.get(each, tree.Null(type=NULL, **place(token)))
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
