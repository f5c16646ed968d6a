"""Names: declared ones alone, with blanks and signs, in Chinese, through full-width typing."""

import pytest

from caseflow import feel
from tests.support.full_width import wide

LABELS = {
    "tax": ("增值税应纳税额", "VAT payable"),
    "sales": ("应税销售额", "taxable sales"),
    "exp": ("营业(销售)费用", "selling expense"),
    "fee": ("费用", "fee"),
    "cost": ("费用", "cost"),
    "rate": ("100%", "rate"),
    "gone": ("不在此处", "not here"),
    "same": ("tax", "same"),
}
NUMBERS = ["tax", "sales", "exp", "fee", "cost", "rate", "same", "date", "payment for services"]
MORE = [
    "first-quarter sales",
    "sales 12m",
    "a+b",
    "owner's share",
    "税率",
    "in stock",
    "x and y",
    "🐎",
]
SCOPE = feel.Scope(dict.fromkeys(NUMBERS + MORE, feel.NUMBER), {}, LABELS)
VALUES = {name: place for place, name in enumerate(NUMBERS + MORE, start=1)}


def value_of(text: str) -> object:
    return feel.parse(text, SCOPE).evaluate(VALUES)


@pytest.mark.parametrize("name", NUMBERS + MORE)
def test_a_declared_name_may_hold_blanks_signs_and_keywords(name: str) -> None:
    assert value_of(f"{name} + 0") == VALUES[name]


def test_the_longest_name_wins() -> None:
    scope = feel.Scope({"a": feel.NUMBER, "b": feel.NUMBER, "a - b": feel.NUMBER})
    assert feel.parse("a - b", scope).evaluate({"a": 5, "b": 3, "a - b": 9}) == 9
    assert feel.parse("b - a", scope).evaluate({"a": 5, "b": 3}) == -2


def test_a_chinese_label_that_one_name_alone_bears_stands_for_it() -> None:
    assert value_of("增值税应纳税额 ÷ 应税销售额") == value_of("tax / sales")
    assert value_of("营业（销售）费用＋1") == value_of("exp + 1")
    assert value_of("税率 + 0") == VALUES["税率"]
    for label in ("费用", "不在此处"):
        with pytest.raises(feel.FeelError, match="not declared"):
            feel.parse(label, SCOPE)
    assert value_of("tax") == VALUES["tax"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("（tax＋1）×2", "(tax + 1) * 2"),
        ("tax÷2－1", "tax / 2 - 1"),
        ("tax ≥ 1", "tax >= 1"),
        ("tax ≤ 1", "tax <= 1"),
        ("tax ≠ 1", "tax != 1"),
        ("tax　＝　１", "tax = 1"),
        ("max（tax，２）", "max(tax, 2)"),
        ("“甲，（乙）”", '"甲，（乙）"'),
        ("\uff02甲\uff02", '"甲"'),
        ('"全角（）＋"', '"全角（）＋"'),
        (wide("[1,2]"), "[1, 2]"),
        (wide("{a:1}"), "{a: 1}"),
        ("owner’s share", "owner's share"),
        (wide("tax"), "tax"),
    ],
)
def test_full_width_signs_mean_their_narrow_forms_outside_text(typed: str, meant: str) -> None:
    assert value_of(typed) == value_of(meant)


def test_comments_and_line_ends_are_blanks() -> None:
    assert value_of('1 + // a "comment"\n 2 /* and "another */ + 3 // end') == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b\\c\/"', 'a"b\\c\\/'),
        (r'"\n\r\t\u5927\U01F40E"', "\n\r\t大🐎"),
        (r'"\uD83D\uDC0E"', "🐎"),
        (r'"\d+"', "\\d+"),
        ('""', ""),
    ],
)
def test_escapes_in_text(text: str, expected: str) -> None:
    assert value_of(text) == expected


def test_a_local_name_hides_a_declared_one_and_a_name_hides_no_function() -> None:
    assert value_of("for tax in [7] return tax") == [7]
    assert value_of('date("2009-12-31").year + date') == 2009 + VALUES["date"]
    assert value_of("{max: function(a, b) 42, r: max(1, 2)}.r") == 42
    assert feel.parse("count([count])", feel.Scope({"count": feel.ANY})).evaluate() == 1


def test_the_scope_may_replace_a_built_in_function_and_add_its_own() -> None:
    largest = feel.Function("max", (feel.NUMBER, feel.NUMBER), feel.NUMBER, lambda a, b: a * b)
    refuse = feel.Function("not", (feel.NUMBER,), feel.NUMBER, lambda a: -a)
    scope = feel.Scope({}, {"max": largest, "not": refuse})
    assert feel.parse("max(3, 4) + not(2)", scope).evaluate() == 10


def test_a_function_may_be_computed_by_the_caller_of_one_run() -> None:
    days = feel.Function("working_days", (feel.STRING,), feel.NUMBER)
    due = feel.parse('working_days("wv_desk") + 1', feel.Scope({}, {"working_days": days}))
    assert due.evaluate({}, {"working_days": {"wv_desk": 5}.get}) == 6
    with pytest.raises(feel.FeelError) as caught:
        due.evaluate()
    assert caught.value.say("zh") == "第1行第1列：函数“working_days”不能在此计算"


def test_a_function_is_not_called_with_null_where_it_wants_a_value() -> None:
    scope = feel.Scope(
        {"n": feel.STRING}, {"f": feel.Function("f", (feel.STRING,), feel.STRING, len)}
    )
    assert feel.parse("f(n)", scope).evaluate({}) is None


def test_a_scope_can_be_widened_by_a_name() -> None:
    wider = SCOPE.with_name("?", feel.NUMBER)
    assert feel.parse("? + tax", wider).evaluate({"?": 1, "tax": 1}) == 2


def test_types_of_the_scope_are_known_to_instance_of() -> None:
    scope = feel.Scope(types={"tax payer": feel.context_of({"name": feel.STRING})})
    assert feel.parse('{name: "甲"} instance of tax payer', scope).evaluate() is True


def test_the_names_of_an_expression_can_be_asked_for() -> None:
    parsed = feel.parse("if tax > 1 then [sales, (1..exp)] else {a: fee}", SCOPE)
    assert feel.tree.names(parsed.tree) == {"tax", "sales", "exp", "fee"}
