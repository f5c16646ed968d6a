"""Whatever the text, nothing but a FeelError comes out of reading, saying or computing it.

``CASEFLOW_TRUST=long`` makes it a long count.
"""

import contextlib
import os
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseflow import feel
from caseflow.feel.library import BUILT_IN

COUNT = 20_000 if os.environ.get("CASEFLOW_TRUST") == "long" else 100
MANY = settings(
    max_examples=COUNT,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=COUNT == 100,
)
NAMES = {"n": feel.NUMBER, "s": feel.STRING, "b": feel.BOOLEAN, "d": feel.DATE, "o": feel.ANY}
SCOPES = [feel.Scope(NAMES), feel.Scope(NAMES, mismatch="null")]
VALUES: dict[str, object] = {
    "n": 5,
    "s": "大连",
    "b": None,
    "d": date(2009, 12, 31),
    "o": [1, "a", {"a": 1}, None],
    "?": 3,
}
LIMITS = feel.Limits(steps=5_000, size=2_000)

WORDS = st.sampled_from(
    ["if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not("]
    + ["between", "instance of", "function(", "null", "true", "1", "0.5", '"a"', '@"P1D"', "[", "]"]
    + ["(", ")", "{", "}", ":", ",", ".", "..", "=", "!=", "<", ">=", "+", "-", "*", "/", "**", "?"]
    + [*NAMES, "a", "item", "@", "number", "list<", ">", "＋", "（", "）", "“", "”", "\n", "\\"]
    + [f"{name}(" for name in sorted(BUILT_IN)],
)
ATOMS = st.sampled_from(
    [
        *(
            "1",
            "0",
            "-2",
            "0.5",
            "1e30",
            "1e6000",
            "-1e-6000",
            "null",
            "true",
            '"a"',
            '""',
            '"P1D"',
        ),
        *("n", "s", "b", "d", "o", '@"P9Y"', '@"-P1DT1S"', '@"2009-12-31"', '@"10:00:00Z"'),
        *('@"2009-12-31T00:00:00+08:00"', '@"9999-12-31"', '"2009-12-31"', "[1..2]", "(< 1)"),
        *('"[1..2]"', '"(a+)+$"'),
    ],
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    calls = st.tuples(st.sampled_from(sorted(BUILT_IN)), st.lists(inner, max_size=4))
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda part: f"({' '.join(part)})"),
        calls.map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        pairs.map(lambda pair: f"{{a: {pair[0]}, b: {pair[1]}}}"),
        pairs.map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        pairs.map(lambda pair: f"[{pair[0]}..{pair[1]}]"),
        pairs.map(lambda pair: f"(for a in {pair[0]} return {pair[1]})"),
        pairs.map(lambda pair: f"(some a in {pair[0]} satisfies {pair[1]})"),
        pairs.map(lambda pair: f"sort({pair[0]}, function(a, item) {pair[1]})"),
        inner.map(lambda part: f"(if {part} then {part} else 1)"),
        inner.map(lambda part: f"({part}).a"),
    )


def read(text: str, scope: feel.Scope) -> feel.Expression | feel.FeelError:
    try:
        return feel.parse(text, scope, LIMITS)
    except feel.FeelError as error:
        return error


def outcome(parsed: feel.Expression) -> str:
    try:
        parsed.evaluate(VALUES)
    except feel.FeelError as error:
        return error.code
    return ""


def harmless(text: str, scope: feel.Scope) -> None:
    parsed = read(text, scope)
    if isinstance(parsed, feel.FeelError):
        assert min(parsed.line, parsed.column) >= 1
        assert parsed.say("zh")
        return
    assert feel.say(parsed, "zh")
    assert feel.say(parsed, "en")
    assert outcome(parsed) in {"", "too_many_steps", "too_large", "too_deep", "not_computable"}


@MANY
@given(text=st.text(max_size=60))
def test_any_text(text: str) -> None:
    for scope in SCOPES:
        harmless(text, scope)


@MANY
@given(words=st.lists(WORDS, max_size=25))
def test_any_row_of_words(words: list[str]) -> None:
    for scope in SCOPES:
        harmless(" ".join(words), scope)


@MANY
@given(text=st.recursive(ATOMS, _grown, max_leaves=12))
def test_any_expression(text: str) -> None:
    for scope in SCOPES:
        harmless(text, scope)


@MANY
@given(
    words=st.lists(WORDS, max_size=12), kind=st.sampled_from([feel.NUMBER, feel.STRING, feel.ANY])
)
def test_any_cell(words: list[str], kind: feel.Type) -> None:
    with contextlib.suppress(feel.FeelError):
        cell = feel.parse_unary(" ".join(words), SCOPES[0], kind, LIMITS)
        assert feel.say(cell, "zh")
        assert cell.evaluate(VALUES) in (True, False, None)


@pytest.mark.parametrize("scope", SCOPES)
@MANY
@given(text=st.recursive(ATOMS, _grown, max_leaves=8))
def test_what_is_read_twice_is_the_same(text: str, scope: feel.Scope) -> None:
    first, second = read(text, scope), read(f"  {text} ", scope)
    if isinstance(first, feel.FeelError):
        assert isinstance(second, feel.FeelError)
        assert second.code == first.code
    else:
        assert isinstance(second, feel.Expression)
        assert second.tree == first.tree
