"""Lists, contexts, loops, filters and functions made in the expression."""

from datetime import date
from decimal import Decimal

import pytest

from caseflow import feel

HOUSEHOLD = feel.context_of({"name": feel.STRING, "tax due": feel.NUMBER, "item": feel.NUMBER})
SCOPE = feel.Scope(
    {
        "xs": feel.list_of(feel.NUMBER),
        "households": feel.list_of(feel.context_of({"name": feel.STRING, "tax due": feel.NUMBER})),
        "one": feel.context_of({"name": feel.STRING, "tax due": feel.NUMBER}),
        "things": feel.ANY,
        "x": feel.ANY,
        "boxes": feel.list_of(HOUSEHOLD),
    },
)
VALUES: dict[str, object] = {
    "xs": [3, 1, 2],
    "households": [{"name": "甲", "tax due": 3}, {"name": "乙", "tax due": 9}],
    "one": {"name": "甲", "tax due": 3},
    "things": [{"colour": "red"}, {"colour": "blue"}, 7],
    "x": None,
    "boxes": [{"item": 4}],
}


def value_of(text: str) -> object:
    return feel.parse(text, SCOPE).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xs[1]", 3),
        ("xs[-1]", 2),
        ("xs[4]", None),
        ("xs[0]", None),
        ("xs[1.5]", None),
        ("xs[count(xs)]", 2),
        ("xs[item > 1]", [3, 2]),
        ("xs[x]", []),
        ("xs[x > 1]", []),
        ("households[tax due > 5].name", ["乙"]),
        ("households[1].name", "甲"),
        ("households.tax due", [3, 9]),
        ("households[item.tax due > 5][1].name", "乙"),
        ('things[colour = "red"].colour', ["red"]),
        ("things[colour]", []),
        ("things[x]", []),
        ('things[get value({n: 2}, "n")].colour', "blue"),
        ("boxes[item = 4].item", [4]),
        ("one[1].name", "甲"),
        ("5[1]", 5),
        ("5[item > 6]", []),
        ("x[1]", None),
        ("x[item = 1]", []),
        ("[]", []),
        ("[1, [2]]", [1, [2]]),
    ],
)
def test_filters_and_paths(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for a in xs return a * 2", [6, 2, 4]),
        ("for a in 1..3, b in a..3 return a * b", [1, 2, 3, 4, 6, 9]),
        ("for a in 3..1 return a", [3, 2, 1]),
        ("for a in [1..3] return a", [1, 2, 3]),
        ("for a in [1..3) return a", None),
        ("for a in x return a", None),
        ("for a in x..3 return a", None),
        ("for a in 1.5..3 return a", None),
        ("for a in 7 return a", [7]),
        ("for a in [] return a", []),
        ("for a in 1..4 return if a = 1 then 1 else sum(partial)", [1, 1, 2, 4]),
        ('for d in @"2009-12-31"..@"2010-01-01" return d.day', [31, 1]),
        ('for d in @"2009-12-31T00:00:00"..@"2010-01-01T00:00:00" return d', None),
        ("some a in xs satisfies a > 2", True),
        ("some a in xs satisfies a > 5", False),
        ("some a in [1, null] satisfies a > 5", None),
        ("every a in xs satisfies a > 0", True),
        ("every a in [null, 1] satisfies a > 5", False),
        ("every a in [] satisfies false", True),
        ("some a in x satisfies true", None),
        ("some a in xs, b in xs satisfies a + b = 5", True),
    ],
)
def test_loops(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
        ('{"full name": "甲", n: full name}.n', "甲"),
        ("{first-quarter tax: 2, twice: first-quarter tax * 2}.twice", 4),
        ("{a: {b: {c: 1}}}.a.b.c", 1),
        ("{}", {}),
        ("{a: 1}.a", 1),
        ("[{a: 1}, {a: 2}].a", [1, 2]),
    ],
)
def test_contexts_see_the_entries_before(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a) a + 1)(2)", 3),
        ("(function(a, b) a - b)(b: 1, a: 5)", 4),
        ("(function(a, b) a - b)(a: 1, c: 5)", None),
        ("(function(a) a)(1, 2)", None),
        ('(function(a: number) a)("t")', None),
        ("(function(a: number) a)(null)", None),
        ("(function(a: list<number>) count(a))(7)", 1),
        ("(function() 7)()", 7),
        ("{f: function(a) a * 2, r: f(4)}.r", 8),
        ("{f: function(a) function(b) a + b, r: f(1)(2)}.r", 3),
        ("things(1)", None),
    ],
)
def test_functions_made_in_the_expression(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("null instance of number", False),
        ("null instance of Null", True),
        ("1 instance of Any", True),
        ("[1, null] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("[1] instance of list", True),
        ("{a: 1} instance of context", True),
        ("{a: 1} instance of context<a: number>", True),
        ('{a: "x"} instance of context<a: number>', False),
        ("{} instance of context<a: number>", False),
        ("[1..2] instance of range<number>", True),
        ("[1..2] instance of range<string>", False),
        ("(function(a) a) instance of function<Any> -> Any", True),
        ("(function(a) a) instance of function", True),
        ("(function(a) a) instance of function<number, string> -> number", True),
        ("(function() 1) instance of function<> -> number", True),
        ("{a: 1, b: 2} instance of context<a: number, b: number>", True),
        ("{} instance of context<>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of years and months duration', True),
        ('@"2009-12-31T00:00:00" instance of date and time', True),
        ('@"2009-12-31" instance of date and time', False),
    ],
)
def test_instance_of(text: str, expected: bool) -> None:  # noqa: FBT001 - the expected answer
    assert value_of(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..5].start", 1),
        ("[1..5).end included", False),
        ("(1..5].start included", False),
        ("[1..5].end", 5),
        ('[@"2009-01-01"..@"2010-01-01"].start', date(2009, 1, 1)),
    ],
)
def test_parts_of_ranges(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 in (1, 3)", True),
        ("3 in (1, > 5)", False),
        ("3 in (> 2, 1)", True),
        ("3 in [1..3]", True),
        ("3 in [1..3)", False),
        ("3 in ]1..3[", False),
        ("3 in (1..5)", True),
        ("3 in (!= 3)", False),
        ("3 in [1..null]", None),
        ("3 in xs", True),
        ("3 in ([1..2], [3..4])", True),
        ("3 in ((< 5), (> 9))", True),
        ("3 in [[1..2], [3..4]]", True),
        ("xs in [[3, 1, 2]]", True),
        ("xs in things", False),
        ("3 in things", False),
        ("3 in x", False),
        ("null in (null, 1)", True),
        ("x in [1..2]", None),
        ("[1..2] in [[1..2]]", True),
        ("3 in (3) and true", True),
        ("3 in (> 2) or x", True),
    ],
)
def test_in_holds_a_value_against_values_lists_and_ranges(text: str, expected: object) -> None:
    assert value_of(text) is expected


def test_values_of_the_caller_become_values_of_the_language() -> None:
    scope = feel.Scope({"v": feel.ANY})
    given = {"v": (1, 2.5, float("nan"), {"a": Decimal("1e9999")}, "t", feel.YearsMonths(3))}
    expected = [1, Decimal("2.5"), None, {"a": None}, "t", feel.YearsMonths(3)]
    assert feel.parse("v", scope).evaluate(given) == expected


def test_a_value_of_no_known_kind_is_refused_by_name() -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse("1 + v", feel.Scope({"v": feel.ANY})).evaluate({"v": object()})
    assert caught.value.say("zh") == "第1行第5列：“v”的值无法用于表达式"


def test_a_range_whose_ends_do_not_go_together_is_null() -> None:
    scope = feel.Scope({"a": feel.ANY, "b": feel.ANY})
    assert feel.parse("[a..b]", scope).evaluate({"a": 1, "b": "x"}) is None
    assert feel.parse("(>= a)", scope).evaluate({}) is None
    assert feel.parse("5 in (= a)", scope).evaluate({"a": 5}) is True
