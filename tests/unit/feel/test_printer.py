"""Expressions in words, in Chinese and English."""

import pytest

from caseflow import feel

LABELS = {
    "vat_payable": ("增值税应纳税额", "VAT payable"),
    "sales_taxable": ("应税销售额", "taxable sales"),
    "burden": ("行业税负预警值", "burden reference"),
    "reg_status": ("纳税人状态", "registration status"),
    "filed": ("已申报标志", "return filed"),
    "zero_filing": ("零申报标志", "zero return"),
    "case": ("案件", "case"),
    "case.score": ("案件风险分", "risk score of the case"),
    "ytd": ("本年累计", "year to date"),
}
CHG = feel.Function(
    "chg",
    (feel.NUMBER,),
    feel.NUMBER,
    zh="〔{0}〕较基期变动率",
    en="rate of change of [{0}]",
)
YTD = feel.Function("ytd", (feel.NUMBER,), feel.NUMBER)
SCOPE = feel.Scope(
    {
        **dict.fromkeys(("vat_payable", "sales_taxable", "burden", "n"), feel.NUMBER),
        **dict.fromkeys(("filed", "zero_filing"), feel.BOOLEAN),
        "reg_status": feel.STRING,
        "case": feel.context_of({"score": feel.NUMBER, "tax": feel.NUMBER}),
        "xs": feel.list_of(feel.NUMBER),
        "f": feel.ANY,
    },
    {"chg": CHG, "ytd": YTD},
    LABELS,
)

SAID = [
    (
        "vat_payable / sales_taxable",
        "(增值税应纳税额)÷(应税销售额)",
        "(VAT payable) divided by (taxable sales)",
    ),
    ("(vat_payable - n) / 2", "(增值税应纳税额-n)÷2", "(VAT payable - n) / 2"),
    (
        "n - vat_payable / burden",
        "n-增值税应纳税额÷行业税负预警值",
        "n - VAT payable / burden reference",
    ),
    ("n - (n - n) * -n", "n-(n-n)×(-n)", "n - (n - n) x (-n)"),
    ("n / n / n", "((n)÷(n))÷(n)", "((n) divided by (n)) divided by (n)"),
    ("n * (n / n)", "n×n÷n", "n x n / n"),
    ("n - n / (n / n)", "n-n÷(n÷n)", "n - n / (n / n)"),
    ("n ** 2 ** n", "(n^2)^n", "(n ^ 2) ^ n"),
    ("n != 3 and n <= 4", "n ≠ 3 且 n ≤ 4", "n is not 3 and n <= 4"),
    (
        'reg_status in ("normal", "suspended") and not(filed)',
        "纳税人状态 属于 normal/suspended 且 非(已申报标志)",
        "registration status is one of normal/suspended and not (return filed)",
    ),
    (
        "(filed or zero_filing) and n > 1",
        "(已申报标志 或 零申报标志) 且 n > 1",
        "(return filed or zero return) and n > 1",
    ),
    (
        "chg(vat_payable / n) > 0.5",
        "〔(增值税应纳税额)÷(n)〕较基期变动率 > 0.5",
        "rate of change of [(VAT payable) divided by (n)] > 0.5",
    ),
    ("filed or n > 1 and n < 3", "已申报标志 或 n > 1 且 n < 3", "return filed or n > 1 and n < 3"),
    ("ytd(n)", "本年累计(n)", "year to date(n)"),
    ("case.score >= 10", "案件风险分 ≥ 10", "risk score of the case >= 10"),
    ("case.tax", "案件的tax", "tax of case"),
    ("count(xs) + max(xs)", "xs的个数+xs中最大者", "number of xs + largest of xs"),
    ("max(1, 2, n)", "max(1, 2, n)", "max(1, 2, n)"),
    (
        "if filed then 1 else null",
        "如果 已申报标志，则 1，否则 空",
        "if return filed, then 1, otherwise nothing",
    ),
    ("n between 1 and 5", "n 介于 1 与 5 之间", "n is between 1 and 5"),
    ("n in [1..5)", "n 在 [1, 5) 之内", "n is in [1, 5)"),
    ("n in (1, > 5)", "n = 1 或 n > 5", "n = 1 or n > 5"),
    ("n in xs", "n 属于 xs", "n is one of xs"),
    ("(> 5)", "(5, )", "(5, )"),
    ("(<= 5)", "(, 5]", "(, 5]"),
    ("xs[1]", "xs的第1项", "item 1 of xs"),
    ("xs[item > n]", "xs中符合〔item > n〕者", "those of xs where [item > n]"),
    (
        "some x in xs satisfies x > 1",
        "至少一组 x（取自xs） 符合〔x > 1〕",
        "for at least one x in xs: [x > 1]",
    ),
    (
        "every x in xs satisfies x > 1",
        "每一组 x（取自xs） 均符合〔x > 1〕",
        "for every x in xs: [x > 1]",
    ),
    ("for x in 1..3 return x", "逐一取 x（取自1至3），得〔x〕", "for each x in 1 to 3: [x]"),
    ("n instance of number", "n 是数字", "n is a number"),
    ("function(a, b) a", "函数(a, b)〔a〕", "function(a, b) [a]"),
    (
        "(if filed then 1 else 2) + 1",
        "(如果 已申报标志，则 1，否则 2)+1",
        "(if return filed, then 1, otherwise 2) + 1",
    ),
    ("f(1, 2)", "f(1, 2)", "f(1, 2)"),
    ("[n, true]", "[n, 是]", "[n, yes]"),
    ("{a: n, filed: false}", "{a: n, 已申报标志: 否}", "{a: n, return filed: no}"),
    ('@"2009-12-31" + @"P5D"', "2009-12-31+P5D", "2009-12-31 + P5D"),
]


@pytest.mark.parametrize(("text", "chinese", "english"), SAID)
def test_said_in_words(text: str, chinese: str, english: str) -> None:
    parsed = feel.parse(text, SCOPE)
    assert (feel.say(parsed, "zh"), feel.say(parsed, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("cell", "chinese", "english"),
    [
        ("-", "任意", "any"),
        ("5", "5", "5"),
        ("1, > 5", "1 或 > 5", "1 or > 5"),
        ("not(1)", "非(1)", "not (1)"),
        ("[1..5]", "在 [1, 5] 之内", "is in [1, 5]"),
        ("? > n", "? > n", "? > n"),
        ("xs", "属于 xs", "is one of xs"),
    ],
)
def test_cells_are_said_without_their_subject(cell: str, chinese: str, english: str) -> None:
    parsed = feel.parse_unary(cell, SCOPE, feel.NUMBER)
    assert (feel.say(parsed, "zh"), feel.say(parsed, "en")) == (chinese, english)
