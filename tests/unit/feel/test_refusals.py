"""What is wrong is refused when it is parsed, with its place, in both languages."""

import pytest

from caseflow import feel
from caseflow.feel.sentences import SENTENCES

STATUS = feel.one_of("normal", "suspended", "abnormal")
SCOPE = feel.Scope(
    {
        "tax": feel.NUMBER,
        "name": feel.STRING,
        "status": STATUS,
        "other_status": STATUS,
        "filed": feel.BOOLEAN,
        "xs": feel.list_of(feel.NUMBER),
        "record": feel.context_of({"score": feel.NUMBER, "full name": feel.STRING}),
        "due": feel.DATE,
        "any": feel.ANY,
    },
    {"ytd": feel.Function("ytd", (feel.NUMBER,), feel.NUMBER)},
)

REFUSED = [
    ("", "empty", 1, 1),
    ("  \n ", "empty", 2, 2),
    ("tax +", "unexpected_end", 1, 6),
    ("(tax", "unexpected_end", 1, 5),
    ("tax)", "unexpected", 1, 4),
    ("tax tax", "unexpected", 1, 5),
    ("tax + ) 1", "unexpected", 1, 7),
    ("[1, 2", "unexpected_end", 1, 6),
    ("[1 2]", "wanted", 1, 4),
    ("{a 1}", "wanted", 1, 5),
    ("{: 1}", "wanted", 1, 2),
    ("{1: 1}", "wanted", 1, 3),
    ("{a: 1, a: 2}", "duplicate_name", 1, 8),
    ("tax = 1 = filed", "chained", 1, 9),
    ("1 < tax < 3", "chained", 1, 9),
    ('"abc', "open_string", 1, 1),
    ('"a\nb"', "open_string", 1, 1),
    ('"\\UFFFFFF"', "bad_escape", 1, 1),
    ('"\\uD83D"', "bad_escape", 1, 1),
    ("tax # 1", "bad_character", 1, 5),
    ("tax\u202e", "bad_character", 1, 4),
    ("tax; 1", "bad_character", 1, 4),
    ("/* open", "unexpected", 1, 1),
    ("1e99999", "bad_number", 1, 1),
    ("1e-99999", "bad_number", 1, 1),
    ("1234567890123456789012345678901234.5", "bad_number", 1, 1),
    ('@"2009-13-01"', "bad_temporal", 1, 2),
    ("@tax", "wanted", 1, 2),
    ('function(x) external {java: {class: "java.lang.Math"}}', "external", 1, 13),
    ('matches(name, "(a)\\1")', "bad_pattern", 1, 15),
    ('replace(name, "a", "b", "k")', "bad_pattern", 1, 15),
    ('split(name, "(")', "bad_pattern", 1, 13),
    ("matches()", "wrong_count", 1, 1),
    ("replace(name)", "wrong_count", 1, 1),
    ("1 +\n taxes", "unknown_name", 2, 2),
    ("full name", "unknown_name", 1, 1),
    ("ytdd(1)", "unknown_function", 1, 1),
    ("ytd(1, 2)", "wrong_count", 1, 1),
    ("substring(name)", "wrong_count", 1, 1),
    ("min()", "wrong_count", 1, 1),
    ("ytd(name)", "wrong_argument", 1, 5),
    ("substring(name, name)", "wrong_argument", 1, 17),
    ("sum(xs[item > 1], name) + count(name) + ytd(xs)", "wrong_argument", 1, 45),
    ("ytd(amount: 1)", "wrong_parameter", 1, 1),
    ("substring(string: name, begin: 1)", "wrong_parameter", 1, 1),
    ("substring(string: name, 1)", "wanted", 1, 25),
    ("substring(name, start position: 1)", "unexpected", 1, 11),
    ("substring(string: name, string: name)", "duplicate_name", 1, 33),
    ("tax + name", "wrong_operands", 1, 5),
    ("filed * 2", "wrong_operands", 1, 7),
    ("due + 1", "wrong_operands", 1, 5),
    ("tax = name", "wrong_operands", 1, 5),
    ("due > tax", "wrong_operands", 1, 5),
    ("filed > filed", "wrong_operands", 1, 7),
    ("xs > 1", "wrong_operands", 1, 4),
    ("tax between 1 and name", "wrong_operands", 1, 5),
    ("tax in (1, name)", "wrong_operands", 1, 12),
    ('tax in ["a".."b"]', "wrong_operands", 1, 8),
    ("name in xs", "wrong_operands", 1, 9),
    ("[1..name]", "wrong_operands", 1, 5),
    ("for i in 1..name return i", "wrong_operands", 1, 13),
    ("-name", "wrong_type", 1, 2),
    ("if tax then 1 else 2", "wrong_type", 1, 4),
    ("tax and filed", "wrong_type", 1, 1),
    ("filed or name", "wrong_type", 1, 10),
    ("not(tax)", "wrong_type", 1, 5),
    ("some x in xs satisfies x + 1", "wrong_type", 1, 24),
    ("xs[name]", "wrong_type", 1, 4),
    ("tax(1)", "wrong_type", 1, 1),
    ("record.colour", "unknown_entry", 1, 8),
    ("tax.year", "unknown_entry", 1, 5),
    ("due.hour", "unknown_entry", 1, 5),
    ("record.", "unexpected_end", 1, 8),
    ("record.1", "unexpected", 1, 7),
    ('status = "normla"', "not_one_of", 1, 10),
    ('"x" != status', "not_one_of", 1, 1),
    ('status in ("normal", "x")', "not_one_of", 1, 22),
    ('status in ["normal", "x"]', "not_one_of", 1, 22),
    ("if filed then 1", "unexpected_end", 1, 16),
    ("if filed 1 else 2", "wanted", 1, 10),
    ("for x xs return x", "wanted", 1, 10),
    ("for in xs return x", "wanted", 1, 5),
    ("some x in xs", "unexpected_end", 1, 13),
    ("tax between 1 or 2", "wanted", 1, 15),
    ("tax instance number", "wanted", 1, 14),
    ("tax instance of numbr", "unknown_type", 1, 17),
    ("tax instance of 1", "unknown_type", 1, 17),
    ("tax instance of list<number", "unexpected_end", 1, 28),
    ("tax instance of context<a: number", "unexpected_end", 1, 34),
    ("tax instance of function<number>", "unexpected_end", 1, 33),
    ("function(a, a) a", "duplicate_name", 1, 13),
    ("function(1) 1", "wanted", 1, 10),
    ("function(a b", "unexpected_end", 1, 13),
    ("(!= 5)", "unexpected", 1, 2),
    ("[1..2", "unexpected_end", 1, 6),
    ("[1..2}", "wanted", 1, 6),
    ("?", "unexpected", 1, 1),
    ("tax[", "unexpected", 1, 4),
    ("true(1)", "wrong_type", 1, 1),
    ("null.a = 1 b", "unexpected", 1, 12),
    ("..", "unexpected", 1, 1),
    ("in", "unexpected", 1, 1),
    ("then", "unexpected", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED)
def test_refused_with_its_place(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text, SCOPE)
    error = caught.value
    assert (error.code, error.line, error.column) == (code, line, column)
    assert error.say("zh").startswith(f"第{line}行第{column}列：")
    assert error.say("en").startswith(f"Line {line}, column {column}: ")


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (
            "taxs + 1",
            "第1行第1列：此处没有名为“taxs”的项，是否应为“tax”？",
            'Line 1, column 1: the name "taxs" is not declared here; did you mean "tax"?',
        ),
        (
            "tax + name",
            "第1行第5列：“+”不能用于数字和文本",
            'Line 1, column 5: "+" does not work on a number and a string',
        ),
        (
            'status = "x"',
            "第1行第10列：“x”不在允许的取值之中：normal、suspended、abnormal",
            'Line 1, column 10: "x" is none of the allowed values: normal, suspended, abnormal',
        ),
        (
            "rund up(1)",
            "第1行第1列：没有名为“rund up”的函数，是否应为“round up”？",
            'Line 1, column 1: there is no function "rund up"; did you mean "round up"?',
        ),
        (
            "min()",
            "第1行第1列：函数“min”需要1+个参数，现有0个",
            'Line 1, column 1: the function "min" takes 1+ arguments, not 0',
        ),
        (
            "substring(name)",
            "第1行第1列：函数“substring”需要2-3个参数，现有1个",
            'Line 1, column 1: the function "substring" takes 2-3 arguments, not 1',
        ),
        (
            "tax = \u200b1",
            "第1行第7列：不允许使用字符U+200B",
            "Line 1, column 7: the character U+200B is not allowed",
        ),
    ],
)
def test_the_sentence_says_what_to_mend(text: str, chinese: str, english: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text, SCOPE)
    assert caught.value.say("zh") == chinese
    assert str(caught.value) == english


ACCEPTED = [
    "tax = null",
    "status = name",
    "status = other_status",
    '"x" = "y"',
    "any + tax",
    "any.whatever.x > 3",
    "any[colour = 1]",
    "record.full name = name",
    "xs = []",
    'due < due + @"P1D"',
    "count(any) > 0 and any",
    "{a: 1} = {b: 1}",
    "if filed then tax else name",
    '(if filed then status else "other") = name',
    "(if filed then xs else [null]) = xs",
    "{f: function(r: context<score: number>) r.score, s: f(record)}",
    "any instance of context or record instance of context",
    'get value(if filed then record else {}, "score")',
    "xs[1] + ytd(tax)",
    "sum(5) + sum(xs)",
    "tax in xs",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_may_be_right_is_not_refused(text: str) -> None:
    feel.parse(text, SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "tax + name",
        "taxes",
        "foo(1)",
        "ytd(name)",
        "ytd(1, 2, 3)",
        "ytd(amount: 1)",
        "tax.year",
        'if name then "x" else null',
        "-name",
        "tax = name",
        "xs[name][1]",
        "tax(1)",
        '@"no"',
        "tax and filed and null",
        "substring(begin: 1)",
    ],
)
def test_a_scope_that_wants_the_bare_standard_gets_null_instead(text: str) -> None:
    bare = feel.Scope(SCOPE.names, SCOPE.functions, mismatch="null")
    values = {"tax": 1, "name": "x", "filed": True, "xs": [1]}
    assert feel.parse(text, bare).evaluate(values, {"ytd": lambda amount: amount}) is None


def test_every_sentence_exists_in_both_languages_with_the_same_values() -> None:
    for chinese, english in SENTENCES.values():
        named = [
            {part.split("}")[0] for part in each.split("{")[1:]} for each in (chinese, english)
        ]
        assert named[0] == named[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number", feel.NUMBER),
        ("list<string>", feel.list_of(feel.STRING)),
        ("days and time duration", feel.DAYS_DURATION),
        ("context<a: number>", feel.context_of({"a": feel.NUMBER})),
        ("range<date>", feel.range_of(feel.DATE)),
    ],
)
def test_types_can_be_read(text: str, expected: feel.Type) -> None:
    assert feel.parse_type(text) == expected
    assert feel.parse_type(str(expected)) == expected


def test_a_type_with_something_behind_it_is_none() -> None:
    with pytest.raises(feel.FeelError):
        feel.parse_type("number number")


def test_two_equals_signs_are_told_to_be_one() -> None:
    with pytest.raises(feel.FeelError) as raised:
        feel.parse('name == "boss"', SCOPE)
    assert (raised.value.code, raised.value.column) == ("double_equals", 6)
    assert "=" in raised.value.say("zh")
