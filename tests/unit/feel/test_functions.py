"""The built-in functions of the standard, on numbers, text, lists, contexts and ranges."""

from decimal import Decimal

import pytest

from caseflow import feel
from caseflow.feel.library import BUILT_IN

NAMES = ("xs", "ts", "x", "long", "words")
SCOPE = feel.Scope(dict.fromkeys(NAMES, feel.ANY))
VALUES: dict[str, object] = {
    "xs": [3, 1, 2],
    "ts": [True, False],
    "x": None,
    "long": [1, [2, [3]]],
    "words": ["b", "a", None],
}


def value_of(text: str) -> object:
    return feel.parse(text, SCOPE).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1 / 3, 2)", "0.33"),
        ("decimal(2.5, 0)", "2"),
        ("decimal(1234, -2)", "1200"),
        ("decimal(0.001, 1)", "0"),
        ("decimal(1, 1.5)", None),
        ("decimal(1, 9999)", None),
        ("floor(-1.5)", "-2"),
        ("floor(1.56, 1)", "1.5"),
        ("ceiling(-1.5)", "-1"),
        ("ceiling(0.001)", "1"),
        ("round up(5.01, 1)", "5.1"),
        ("round down(5.09, 1)", "5.0"),
        ("round down(5.5, 6176)", "5.5"),
        ("round half up(2.5, 0)", "3"),
        ("round half down(2.5, 0)", "2"),
        ("round up(1e-6000, 6000)", "1e-6000"),
        ("floor(1e-200)", "0"),
        ("floor(-1e-200)", "-1"),
        ("abs(-4)", "4"),
        ("modulo(12, -5)", "-3"),
        ("modulo(-12, 5)", "3"),
        ("modulo(10.1, 4.5)", "1.1"),
        ("modulo(1, 0)", None),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", None),
        ("log(1)", "0"),
        ("log(0)", None),
        ("exp(0)", "1"),
        ("exp(1e9)", None),
        ('number("1,000.5", ",", ".")', "1000.5"),
        ('number("1.000,5", ".", ",")', "1000.5"),
        ('number("1 000", " ", null)', "1000"),
        ('number("1000", null, ".")', "1000"),
        ('number("1e2")', "100"),
        ('number("1_000")', None),
        ('number("0x10")', None),
        ('number("1", ",", ",")', None),
        ('number("1", ";", ".")', None),
        ('number("1", ",", ";")', None),
        ('number(from: "7")', "7"),
    ],
)
def test_functions_on_numbers(text: str, expected: str | None) -> None:
    assert value_of(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odd(3)", True),
        ("odd(2.5)", False),
        ("even(-2)", True),
        ("even(1e40)", None),
        ("odd(1e40)", None),
        ("even(1)", False),
        ("odd(-1)", True),
    ],
)
def test_odd_and_even(text: str, expected: object) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('abs(@"-P1D") = @"P1D"', True),
        ('abs(@"-P1M") = @"P1M"', True),
        ("string(1.50)", "1.5"),
        ("string(100)", "100"),
        ("string(0.00)", "0"),
        ("string(1e-30)", "1E-30"),
        ('string("a")', "a"),
        ('string(["a", 1, null, true])', '["a", 1, null, true]'),
        ('string({a: "b\\"c"})', '{a: "b\\"c"}'),
        ("string([1..3))", "[1..3)"),
        ('string(@"PT0S")', "PT0S"),
        ("string(false)", "false"),
        ("string(function(a) a)", "function"),
        ("string(x)", None),
        ('string length("大连")', 2),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("foobar", 0)', None),
        ('substring("foobar", 9)', None),
        ('substring("foobar", 1, 0)', None),
        ('substring("foobar", 1, 1e9)', "foobar"),
        ('substring(string: "foobar", start position: 4)', "bar"),
        ('upper case("ab")', "AB"),
        ('lower case("AB")', "ab"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("foobar", "x")', ""),
        ('substring after("foobar", "")', "foobar"),
        ('contains("foobar", "ob")', True),
        ('starts with("foobar", "ob")', False),
        ('ends with("foobar", "bar")', True),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", "b"])', "ab"),
        ('string join(["a"], 1)', None),
        ('matches("ABC", "b", "i")', True),
        ('matches("ABC", "" + "(b", "i")', None),
        ('matches("ABC", "b", 1)', None),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("a.b", "\\.", "\\$")', "a$b"),
        ('replace("abc", "b", "$9")', "ac"),
        ('replace("abc", "b", "$x")', None),
        ('replace("abc", "b", "\\x")', None),
        ('replace("abc", "b*", "x")', None),
        ('replace("abc", "b", "x", "" + "z")', None),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('split("a1b22c", "\\d+")', ["a", "b", "c"]),
        ('split("abc", "")', ["abc"]),
        ('split("abc", "" + "(")', None),
    ],
)
def test_functions_on_text(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains(xs, 3)", True),
        ("list contains(xs, null)", False),
        ("list contains(words, null)", True),
        ("count(xs)", 3),
        ("count(1, 2)", 2),
        ("count(x)", None),
        ("min(xs)", 1),
        ("max(3, 5, 4)", 5),
        ('min("b", "a")', "a"),
        ("max([])", None),
        ('max(1, "a")', None),
        ("max(1, null)", None),
        ("sum(xs)", 6),
        ("sum(1, 2)", 3),
        ("sum([])", None),
        ('sum(["a", "b"])', None),
        ("mean(xs)", 2),
        ("mean(1, 2)", Decimal("1.5")),
        ("mean([])", None),
        ("product(xs)", 6),
        ("product(2, 3)", 6),
        ("product(2, null)", None),
        ("product([])", None),
        ("product([1, null])", None),
        ("abs(sublist(xs, 1, 1))", 3),
        ('string join(xs, "-")', None),
        ("count(append([function(a) a], xs))", 2),
        ("median(xs)", 2),
        ("median(1, 2)", Decimal("1.5")),
        ("median([])", None),
        ("median(1, null)", None),
        ("stddev(2, 4, 7, 5) * 0 + 1", 1),
        ("stddev([47])", None),
        ("stddev([1, null])", None),
        ("stddev(1e6000, 1, 2)", None),
        ("mode(6, 3, 9, 6, 3)", [3, 6]),
        ("mode([])", []),
        ("mode([1, null])", None),
        ("all(ts)", False),
        ("all(true, null)", None),
        ("all([])", True),
        ("any(ts)", True),
        ("any(false, null)", None),
        ("any([])", False),
        ("sublist(xs, 2)", [1, 2]),
        ("sublist(xs, -2, 1)", [1]),
        ("sublist(xs, 9)", None),
        ("sublist(xs, 1, -1)", None),
        ("append(xs, 9, null)", [3, 1, 2, 9, None]),
        ("concatenate(xs, [9], 8)", [3, 1, 2, 9, 8]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ('distinct values([1, 1.0, "1", true, [1], [1], {a: 1}, {a: 1}, [1..2], [1..2]])[3]', True),
        (
            "count(distinct values([1, 1.0, [1], [1], {a: 1}, {a: 1}, [1..2], [1..2]]))",
            4,
        ),
        ("insert before(xs, 1, 9)", [9, 3, 1, 2]),
        ("insert before(xs, 9, 9)", None),
        ("remove(xs, -1)", [3, 1]),
        ("remove(xs, 0)", None),
        ("list replace(xs, 2, 9)", [3, 9, 2]),
        ("list replace(xs, 9, 9)", None),
        (
            "list replace(xs, function(item, newItem) item < newItem, 2.5)",
            [3, Decimal("2.5")] * 1 + [Decimal("2.5")],
        ),
        ("list replace(xs, function(item, newItem) 1, 2.5)", None),
        ("reverse(xs)", [2, 1, 3]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("flatten(long)", [1, 2, 3]),
        ("sort(xs)", [1, 2, 3]),
        ("sort(words)", None),
        ("sort(xs, function(a, b) a > b)", [3, 2, 1]),
        ("sort(list: xs, precedes: function(a, b) a < b)", [1, 2, 3]),
    ],
)
def test_functions_on_lists(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 1}}, ["a", "b"])', 1),
        ('get value({a: 1}, ["a", "b"])', None),
        ("get value({a: 1}, [])", None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context([{key: "a"}])', None),
        ("context([{key: 1, value: 1}])", None),
        ("context([null])", None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ('context put({a: 1}, ["a", "b"], 2)', None),
        ("context put({a: 1}, [], 2)", None),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ("context merge([{a: 1}, null])", None),
    ],
)
def test_functions_on_contexts(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 10)", True),
        ("before([1..10], 10)", False),
        ("before([1..10), 10)", True),
        ("before(1, (1..10])", True),
        ("after([5..9], [1..5))", True),
        ("after(5, [1..10])", False),
        ("after(11, [1..10])", True),
        ("after([2..3], 1)", True),
        ("meets([1..5], [5..10])", True),
        ("met by([5..10], [1..5))", False),
        ("overlaps([1..5], [5..8])", True),
        ("overlaps([1..5), [5..8])", False),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(10, [1..10])", True),
        ("finished by([1..10], (5..10])", True),
        ("includes([1..10], 5)", True),
        ("during(5, (5..10])", False),
        ("starts([1..5], [1..10])", True),
        ("started by([1..10], 1)", True),
        ("coincides([1..5], [1..5))", False),
        ("coincides(5, 5)", True),
        ("before(1, x)", None),
        ('before(1, "a")', None),
        ("includes((> 5), 1000)", True),
        ("includes((<= 5), [1..5])", True),
        ("during([1..2], (< 2))", False),
        ('2 in range("[1..3]")', True),
        ('range("(-5..3[") = (-5..3)', True),
        ('range("[@\\"2009-01-01\\"..date(\\"2010-01-01\\")]").end = date(2010, 1, 1)', True),
        ('range("[\\"a\\"..\\"b\\"]").start', "a"),
        ('range("[1..x]")', None),
        ('range("[3..1]")', None),
        ('range("[1..\\"a\\"]")', None),
        ('range("1..3")', None),
        ('range("[1, 3]")', None),
        ('range("[1..3")', None),
        ('range("[now(\\"1\\")..3]")', None),
        ('range("[date \\"1\\"..3]")', None),
        ('range("[..3]")', None),
        ('range("#")', None),
    ],
)
def test_functions_on_ranges(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"now", "today", "not", "string", "is"}))
def test_null_in_place_of_everything_gives_null_or_an_answer_but_no_error(name: str) -> None:
    for function in BUILT_IN[name]:
        arguments = ", ".join(["x"] * len(function.parameters))
        value_of(f"{name}({arguments})")
