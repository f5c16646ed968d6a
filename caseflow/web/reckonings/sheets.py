"""The sheets of the calculator, each with what it asks and an example from the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from caseflow.reckoning.penalty_law import ACTS
from caseflow.web.reckonings.fields import Field, Table
from caseflow.web.speech import later

Values = dict[str, object]
TODAY = "today"
_MEASURES = (
    ("working_days", later("个工作日（内部办理期限）")),
    ("days", later("日（法定期限）")),
    ("months", later("个月（法定期限）")),
    ("years", later("年（法定期限）")),
    ("full_working_days", later("个完整工作日以后（约谈通知）")),
)


def _as_asked(values: Values) -> Values:
    return values


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One calculation sheet: its address, its name, the reckoning behind it, what it asks.

    ``shape`` makes the question out of what was typed; ``keys`` says which input stands for a
    name of the question that no input carries.
    """

    slug: str
    name: object
    about: object
    reckoning: str
    fields: tuple[Field | Table, ...]
    example: Mapping[str, str]
    shape: Callable[[Values], Values] = _as_asked
    keys: Mapping[str, str] = field(default_factory=dict)


def _of_due(values: Values) -> Values:
    """The limit under the name of its measure; pauses as pairs of days."""
    measure, amount = str(values.pop("measure", "working_days")), values.pop("amount", None)
    pauses = values.pop("pauses", [])
    assert isinstance(pauses, list)  # noqa: S101 -- a table of the sheet
    pairs = [[pause.get("from"), pause.get("to")] for pause in pauses]
    return {**values, measure: amount, **({"pauses": pairs} if pairs else {})}


def _of_vat(values: Values) -> Values:
    """One rate for the sales found in every period."""
    rate, periods = values.pop("rate", None), values["periods"]
    assert isinstance(periods, list)  # noqa: S101 -- a table of the sheet
    rated = [{**period, "rate": rate} if rate else period for period in periods]
    return {**values, "periods": rated}


def _of_small_vat(values: Values) -> Values:
    return {**values, "kind": "small_scale"}


_SHEETS = (
    Sheet(
        "due",
        later("期限"),
        later("从一天起算若干日、工作日或月，到哪一天为止，逐日说明"),
        "due",
        (
            Field(
                "from",
                later("起算日"),
                "day",
                later("送达日或事件日，次日起算"),
                is_required=True,
            ),
            Field("amount", later("期限"), "count", is_required=True),
            Field("measure", later("单位"), "choice", usual="working_days", choices=_MEASURES),
            Table(
                "pauses",
                later("中止期间"),
                (
                    Field("from", later("中止日"), "day", is_required=True),
                    Field("to", later("恢复日"), "day", is_required=True),
                ),
                later("中止日的次日起至恢复日止不计；只影响工作日期限，法定期限不停"),
            ),
        ),
        {"from": "2009-09-25", "amount": "15", "measure": "days"},
        _of_due,
        dict.fromkeys(("days", "working_days", "full_working_days", "months", "years"), "amount"),
    ),
    Sheet(
        "surcharge",
        later("滞纳金"),
        later("从缴款期限届满次日起，到每笔税款缴纳当日止"),
        "surcharge",
        (
            Field(
                "due",
                later("缴款期限"),
                "day",
                later("遇节假日顺延后的日期"),
                is_required=True,
            ),
            Field("tax", later("应缴税款"), hint=later("选填；填了就算出尚欠的余额")),
            Table(
                "payments",
                later("缴款"),
                (
                    Field("on", later("缴款日"), "day", is_required=True),
                    Field("amount", later("金额（元）"), is_required=True),
                ),
            ),
            Field("until", later("余额算至"), "day", usual=TODAY),
            Field("deferred_to", later("批准延期缴纳至"), "day", later("选填，最长三个月")),
            Field("tax_office_fault", later("因税务机关责任少缴"), "flag"),
        ),
        {
            "due": "2009-10-23",
            "tax": "120,000.00",
            "payments-0-on": "2009-11-02",
            "payments-0-amount": "70,000.00",
            "payments-1-on": "2009-11-30",
            "payments-1-amount": "50,000.00",
        },
    ),
    Sheet(
        "loss-offset",
        later("弥补亏损"),
        later("查增所得先抵减亏损，再算应补的企业所得税；结转到以后年度的亏损逐年重算"),
        "loss-offset",
        (
            Table(
                "years",
                later("年度"),
                (
                    Field("year", later("年度"), "count", is_required=True),
                    Field(
                        "declared",
                        later("申报所得（弥补前，亏损为负）"),
                        "signed",
                        is_required=True,
                    ),
                    Field("adjustment", later("调整所得")),
                    Field("relief", later("减免税额")),
                    Field("credit", later("抵免税额")),
                ),
                later("按年份连续填写，没有调整的年份也要填"),
                is_required=True,
            ),
            Table(
                "losses",
                later("以前年度尚可弥补的亏损"),
                (
                    Field("year", later("亏损年度"), "count", is_required=True),
                    Field("amount", later("余额（元）"), is_required=True),
                ),
                later("选填；五年内有效，先用较早的"),
            ),
            Field("rate", later("税率"), "rate", usual="25%"),
            Field("small_low_profit", later("人数和资产符合小型微利条件"), "flag"),
            Field(
                "on",
                later("处理日期"),
                "day",
                later("决定查增所得能否弥补以前年度亏损（2010-12-01 起可以）"),
                usual=TODAY,
            ),
            Field("until", later("滞纳金算至"), "day", later("选填")),
        ),
        {
            "years-0-year": "2007",
            "years-0-declared": "-900,000",
            "years-0-adjustment": "500,000",
            "years-1-year": "2008",
            "years-1-declared": "600,000",
            "rate": "25%",
            "on": "2010-12-01",
            "until": "2009-12-02",
        },
    ),
    Sheet(
        "vat",
        later("增值税（一般）"),
        later("一般纳税人逐月重算，留抵税额逐月结转"),
        "vat",
        (
            Table(
                "periods",
                later("所属期"),
                (
                    Field("period", later("所属期"), "text", is_required=True),
                    Field("output", later("销项税额"), is_required=True),
                    Field("input", later("进项税额"), is_required=True),
                    Field("transfer_out", later("进项转出")),
                    Field("credit_in", later("上期留抵")),
                    Field("found_sales", later("查出的含税销售额")),
                    Field("false_input", later("不得抵扣的进项")),
                ),
                later("所属期如 2009-03，按月连续填写；上期留抵只填第一期，以后由系统结转"),
                is_required=True,
            ),
            Field("rate", later("查出销售的税率"), "rate", usual="17%"),
            Field("until", later("滞纳金算至"), "day", later("选填")),
        ),
        {
            "periods-0-period": "2009-03",
            "periods-0-output": "170,000",
            "periods-0-input": "200,000",
            "periods-0-found_sales": "585,000",
            "periods-1-period": "2009-04",
            "periods-1-output": "150,000",
            "periods-1-input": "100,000",
            "rate": "17%",
            "until": "2009-12-02",
        },
        _of_vat,
    ),
    Sheet(
        "vat-small",
        later("增值税（小规模）"),
        later("小规模纳税人按含税销售额换算；个人未达起征点的免税"),
        "vat",
        (
            Table(
                "periods",
                later("所属期"),
                (
                    Field("period", later("所属期"), "text", is_required=True),
                    Field("sales_incl_tax", later("含税销售额"), is_required=True),
                    Field("declared", later("已申报税额")),
                ),
                later("所属期如 2009-03，按月连续填写"),
                is_required=True,
            ),
            Field(
                "trade",
                later("行业"),
                "choice",
                later("2009 年以前征收率不同"),
                usual="commerce",
                choices=(("commerce", later("商业")), ("industry", later("工业"))),
            ),
            Field("individual", later("个人（适用起征点）"), "flag"),
            Field("threshold", later("月销售额起征点"), hint=later("选填；2011-11-01 起必填")),
            Field("until", later("滞纳金算至"), "day", later("选填")),
        ),
        {
            "periods-0-period": "2009-03",
            "periods-0-sales_incl_tax": "51,500",
            "periods-1-period": "2009-04",
            "periods-1-sales_incl_tax": "5,149.99",
            "individual": "true",
        },
        _of_small_vat,
    ),
    Sheet(
        "fine",
        later("罚款"),
        later("罚款幅度、由谁决定、是否听证、各个日期，按行为日适用的法条"),
        "fine",
        (
            Field(
                "act",
                later("违法行为"),
                "choice",
                is_required=True,
                usual="late_return",
                choices=tuple((name, act.words) for name, act in ACTS.items()),
            ),
            Field(
                "party",
                later("当事人"),
                "choice",
                usual="enterprise",
                choices=(
                    ("enterprise", later("企业或其他单位")),
                    ("individual_household", later("个体工商户")),
                    ("individual", later("个人")),
                ),
            ),
            Field("tax", later("涉及税款"), hint=later("按税款倍数处罚的必填")),
            Field("serious", later("情节严重"), "flag"),
            Field("days_late", later("逾期天数"), "count", later("逾期申报的选填，适用裁量表")),
            Field("offence", later("一年内第几次"), "count"),
            Field("amount", later("拟处罚款"), hint=later("选填，须在幅度以内")),
            Field("act_on", later("行为日"), "day", later("决定适用哪个文本的行政处罚法")),
            Field("found_on", later("发现日"), "day", later("超过五年的不再处罚")),
            Field("notified_on", later("告知日"), "day"),
            Field("received_on", later("收到决定书日"), "day"),
            Field("paid_on", later("缴纳罚款日"), "day"),
        ),
        {
            "act": "evasion",
            "party": "enterprise",
            "tax": "85,000.00",
            "amount": "42,500.00",
            "act_on": "2009-03-31",
            "notified_on": "2009-11-09",
        },
    ),
    Sheet(
        "statute",
        later("追征期"),
        later("少缴的税款到哪一天为止可以追征，是否加收滞纳金"),
        "statute",
        (
            Field("due", later("缴款期限"), "day", is_required=True),
            Field(
                "cause",
                later("原因"),
                "choice",
                is_required=True,
                usual="calculation_error",
                choices=(
                    ("tax_office", later("税务机关责任")),
                    ("calculation_error", later("纳税人计算错误，非主观故意")),
                    ("evasion", later("偷税")),
                    ("refusal", later("抗税")),
                    ("refund_fraud", later("骗税")),
                ),
            ),
            Field("amount", later("累计金额"), hint=later("计算错误的必填，十万元以上的为五年")),
            Field("on", later("在这一天"), "day", usual=TODAY),
        ),
        {
            "due": "2009-04-20",
            "cause": "calculation_error",
            "amount": "100,000.00",
            "on": "2010-01-25",
        },
    ),
    Sheet(
        "check-number",
        later("号码校验"),
        later("纳税人识别号、统一社会信用代码、组织机构代码、身份证号是否正确"),
        "check-number",
        (
            Field(
                "number",
                later("号码"),
                "text",
                later("末位写“?”可以求出校验位"),
                is_required=True,
            ),
        ),
        {"number": "210202736401253"},
    ),
)

SHEETS: Mapping[str, Sheet] = {sheet.slug: sheet for sheet in _SHEETS}
"""The sheets by address, in the order of their tabs."""
