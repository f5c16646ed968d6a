"""Tax estimated from outside data 外部数据测算, and the ratios that findings are measured by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from caseflow.amounts import rounded
from caseflow.bilingual import Words, same
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.figures import money, percent, plain
from caseflow.reckoning.questions import Question
from caseflow.working_days import Calendar

_NOTHING = Decimal("0.00")
_INCOME_TAX_RATE = Decimal("0.25")
_VAT_RATE = Decimal("0.17")


def estimate(question: Question, calendar: Calendar) -> Answer:
    """Give what outside data imply, and the tax that may be missing."""
    del calendar  # quantities have no days to count
    return _METHODS[question.choice("method", tuple(_METHODS))](question)


def ratio(question: Question, calendar: Calendar) -> Answer:
    """Give a ratio in percent with two decimals; limits are compared with it unrounded."""
    del calendar
    measure = question.choice("measure", tuple(_RATIOS))
    words, upper, lower = _RATIOS[measure]
    question.only("measure", upper, lower)
    above, below = question.amount(upper, may_be_negative=True), question.amount(lower)
    if below == 0:
        raise question.refusal(
            lower, "为 0，没有比率：请核对分母", "is 0: there is no ratio; look at it again"
        )
    is_change = measure == "burden_difference"
    how = f"({money(above)} − {money(below)}) ÷ {money(below)}"
    how = how if is_change else f"{money(above)} ÷ {money(below)}"
    share = (above - below) / below if is_change else above / below
    shown = plain(rounded(share)) if measure == "elasticity" else f"{plain(rounded(share * 100))}%"
    return Answer({"ratio": shown}, [Step(words, same(how), same(shown), is_total=True)])


def _by_energy(question: Question) -> Answer:
    question.only("method", "energy", "norm", "opening", "closing", "price", "declared", "rate")
    energy, norm = question.quantity("energy"), question.quantity("norm")
    if norm == 0:
        raise question.refusal(
            "norm", "单位产品能耗不能为 0：请填写定额", "cannot be 0: give the energy of one unit"
        )
    output = energy / norm
    step = Step(
        Words("产量 = 能耗 ÷ 单位能耗", "output = energy ÷ norm"),
        same(f"{_figure(energy)} ÷ {_figure(norm)}"),
        same(_figure(output)),
    )
    return _of_output(question, output, step)


def _by_capacity(question: Question) -> Answer:
    question.only("method", "capacity", "days", "opening", "closing", "price", "declared", "rate")
    capacity, days = question.quantity("capacity"), question.count("days")
    output = capacity * days
    step = Step(
        Words("产量 = 日产能 × 正常工作日", "output = daily capacity × working days"),
        same(f"{_figure(capacity)} × {days}"),
        same(_figure(output)),
    )
    return _of_output(question, output, step)


def _of_output(question: Question, output: Decimal, first: Step) -> Answer:
    """From an output by way of the stock to implied sales and the tax on what was not declared."""
    opening, closing = (question.quantity(name, _NOTHING) for name in ("opening", "closing"))
    price, rate = question.amount("price"), question.rate("rate", _VAT_RATE)
    declared = question.amount("declared")
    sold = opening + output - closing
    if sold < 0:
        raise question.refusal(
            "closing",
            "期末库存多于期初库存与产量之和：请核对",
            "is more than the opening stock and the output: look at it again",
        )
    sales = rounded(sold * price)
    tax = rounded((sales - declared) * rate)
    steps = [
        first,
        Step(
            Words("销售数量 = 期初 + 产量 − 期末", "sold = opening + output − closing"),
            same(f"{_figure(opening)} + {_figure(output)} − {_figure(closing)}"),
            same(_figure(sold)),
        ),
        Step(
            Words("测算销售额", "implied sales"),
            same(f"{_figure(sold)} × {money(price)}"),
            same(money(sales)),
        ),
        Step(
            Words("差异", "difference"),
            same(f"{money(sales)} − {money(declared)}"),
            same(money(sales - declared)),
        ),
        _tax_step(sales - declared, rate, tax),
    ]
    values = {"output": _figure(output, ""), "sold": _figure(sold, "")}
    return Answer(
        {
            **values,
            "implied_sales": plain(sales),
            "difference": plain(sales - declared),
            "tax": plain(tax),
        },
        steps,
    )


def _by_local_tax(question: Question) -> Answer:
    question.only("method", "turnover", "declared", "profit_rate", "rate")
    turnover, declared = question.amount("turnover"), question.amount("declared")
    profit, rate = question.rate("profit_rate"), question.rate("rate", _INCOME_TAX_RATE)
    difference = turnover - declared
    tax = rounded(difference * profit * rate)
    steps = [
        Step(
            Words(
                "差异 = 地税营业税营业额 − 所得税申报收入",
                "difference = turnover − revenue declared",
            ),
            same(f"{money(turnover)} − {money(declared)}"),
            same(money(difference)),
        ),
        Step(
            Words(
                "可能少缴的所得税（差异须乘行业利润率，成本也属于它）",
                "income tax that may be missing (costs belong to the difference: by profit rate)",
            ),
            same(f"{money(difference)} × {percent(profit)} × {percent(rate)}"),
            same(money(tax)),
            is_total=True,
        ),
    ]
    return Answer({"difference": plain(difference), "tax": plain(tax)}, steps)


def _by_card(question: Question) -> Answer:
    question.only("method", "received", "declared", "rate")
    received, declared = question.amount("received"), question.amount("declared")
    rate = question.rate("rate", _VAT_RATE)
    sales = rounded(received / (1 + rate))
    tax = rounded((sales - declared) * rate)
    steps = [
        Step(
            Words("刷卡销售额（不含税，仅为下限）", "card sales without tax, a lower bound"),
            same(f"{money(received)} ÷ {1 + rate}"),
            same(money(sales)),
        ),
        Step(
            Words("差异", "difference"),
            same(f"{money(sales)} − {money(declared)}"),
            same(money(sales - declared)),
        ),
        _tax_step(sales - declared, rate, tax),
    ]
    values = {"implied_sales": plain(sales), "difference": plain(sales - declared)}
    return Answer({**values, "tax": plain(tax)}, steps)


def _tax_step(difference: Decimal, rate: Decimal, tax: Decimal) -> Step:
    return Step(
        Words("问题值（可能少缴的税额）", "problem value, tax that may be missing"),
        same(f"{money(difference)} × {percent(rate)}"),
        same(money(tax)),
        is_total=True,
    )


def _figure(number: Decimal, thousands: str = ",") -> str:
    """A quantity with at most four decimals."""
    text = f"{number:{thousands}.4f}"
    return text.rstrip("0").rstrip(".")


_METHODS: Mapping[str, Callable[[Question], Answer]] = {
    "energy": _by_energy,
    "capacity": _by_capacity,
    "local_tax": _by_local_tax,
    "card": _by_card,
}

_RATIOS: Mapping[str, tuple[Words, str, str]] = {
    "vat_burden": (Words("增值税税负率", "VAT burden"), "tax", "sales"),
    "burden_difference": (Words("税负差异幅度", "burden difference"), "own", "reference"),
    "income_tax_contribution": (
        Words("所得税贡献率", "income tax contribution rate"),
        "tax",
        "revenue",
    ),
    "income_tax_burden": (Words("所得税税收负担率", "income tax burden"), "tax", "profit"),
    "elasticity": (Words("弹性系数", "elasticity"), "tax_growth", "base_growth"),
    "on_time_filing": (Words("申报率", "on-time filing rate"), "on_time", "due"),
    "on_time_payment": (Words("入库率", "on-time payment rate"), "on_time", "declared"),
}
