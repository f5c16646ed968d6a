"""Value-added tax as a question: general taxpayers period by period, small-scale taxpayers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from caseflow import amounts, filing_deadlines
from caseflow.amounts import Difference, rounded
from caseflow.bilingual import Words, same
from caseflow.reckoning import surcharges
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.due_dates import month_end
from caseflow.reckoning.figures import money, percent, plain
from caseflow.reckoning.questions import Question
from caseflow.reckoning.value_added_tax import (
    GENERAL_RATE,
    THRESHOLD_OPEN_SINCE,
    THRESHOLD_UNTIL_OCTOBER_2011,
    Period,
    Recomputed,
    recomputed,
    small_scale_rate,
    tax_within,
)
from caseflow.working_days import Calendar

KINDS = ("general", "small_scale")
TRADES = ("industry", "commerce")
_NOTHING = Decimal("0.00")

_GENERAL_RULE = Words(
    "应纳税额 = 销项税额 −（进项税额 − 进项转出 + 上期留抵），为负的留抵下期；"
    "逐期重算，留抵税额逐期结转",
    "payable = output − (input − input transferred out + credit brought in), a negative value is"
    " carried forward as a credit; recomputed period by period",
)
_SMALL_RULE = Words(
    "应纳税额 = 含税销售额 ÷（1 + 征收率）× 征收率",
    "payable = sales with tax ÷ (1 + rate) × rate",
)
_BASIS = Words(
    "《增值税暂行条例》第二条、第四条至第十二条",
    "Provisional Regulations on Value-Added Tax, articles 2 and 4 to 12",
)
_THRESHOLD_BASIS = Words(
    "《增值税暂行条例》第十七条", "Provisional Regulations on Value-Added Tax, article 17"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A period as declared and as recomputed, and what else is told of it."""

    end: date
    declared: Decimal
    recomputed: Decimal
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal:
        return self.recomputed - self.declared


def vat(question: Question, calendar: Calendar) -> Answer:
    """Recompute value-added tax over periods that follow each other."""
    if question.choice("kind", KINDS, KINDS[0]) == "small_scale":
        return _small_scale(question, calendar)
    question.only("kind", "periods", "until")
    periods = _periods(question)
    found = recomputed(periods)
    steps = [Step(_GENERAL_RULE, basis=_BASIS)]
    for asked, each in zip(question.items("periods"), found, strict=True):
        steps += [_head(each.period.end), *_found_steps(asked, each.period), *_steps(each)]
    lines = [
        _Line(
            each.period.end,
            each.payable_before,
            each.payable_after,
            {
                "credit_declared": plain(each.credit_before),
                "credit_recomputed": plain(each.credit_after),
            },
        )
        for each in found
    ]
    values, sums = _settled(question, calendar, lines)
    return Answer(values, [*steps, *sums])


def _settled(
    question: Question, calendar: Calendar, lines: Sequence[_Line]
) -> tuple[dict[str, object], list[Step]]:
    """The assessed tax of all periods, the day each fell due, the surcharge up to a day."""
    due = [filing_deadlines.of_period(calendar, end).on for end in (line.end for line in lines)]
    total = max(_NOTHING, sum((line.difference for line in lines), _NOTHING))
    values: dict[str, object] = {"assess_tax": plain(total)}
    steps = [
        Step(
            Words(f"{line.end:%Y-%m} 申报缴款期限", f"{line.end:%Y-%m} to be filed and paid by"),
            same(""),
            same(on.isoformat()),
        )
        for line, on in zip(lines, due, strict=True)
    ]
    what = Words("评估税款", "assessed tax")
    parts = " + ".join(_addend(line.difference) for line in lines)
    how = f"max(0, {parts})" if len(lines) > 1 else ""
    steps.append(Step(what, same(how), same(money(total)), is_total=True))
    until = question.day_or_none("until")
    if until is not None:
        differences = [
            Difference(on, line.difference, index)
            for index, (on, line) in enumerate(zip(due, lines, strict=True))
        ]
        runs = amounts.surcharge_lines(differences, [], until)
        values["surcharge"] = plain(surcharges.total_of(runs))
        steps += [surcharges.RULE_STEP, *(surcharges.step_of(run) for run in runs)]
        steps.append(surcharges.total_step(runs))
    values["periods"] = [
        {
            "period": f"{line.end:%Y-%m}",
            "declared": plain(line.declared),
            "recomputed": plain(line.recomputed),
            "difference": plain(line.difference),
            "due": on.isoformat(),
            **line.more,
        }
        for line, on in zip(lines, due, strict=True)
    ]
    return values, steps


def _addend(amount: Decimal) -> str:
    return f"({money(amount)})" if amount < 0 else money(amount)


def _periods(question: Question) -> list[Period]:
    found: list[Period] = []
    for each in question.items("periods"):
        each.only(
            "period", "output", "input", "transfer_out", "credit_in",
            "found_sales", "rate", "false_input",
        )  # fmt: skip
        end = month_end(each, "period")
        if found:
            _require_next(each, found[-1].end, end)
        found.append(_period(each, end, found[-1] if found else None))
    if not found:
        raise question.refusal(
            "periods", "没有填写：请至少给出一期", "is not given: give one period or more"
        )
    return found


def _period(question: Question, end: date, before: Period | None) -> Period:
    """One period; its credit brought in is what the one before declared to leave."""
    left = max(_NOTHING, -before.declared()) if before else _NOTHING
    credit_in = question.amount("credit_in", left)
    if before and credit_in != left:
        raise question.refusal(
            "credit_in",
            f"上期申报留抵 {money(left)} 元，本期上期留抵是 {money(credit_in)} 元："
            "请核对，或者不填，由系统结转",
            f"the period before left a credit of {money(left)}, here {money(credit_in)} is"
            " brought in: mend it, or leave it out to have it carried",
        )
    found_sales = question.amount("found_sales", _NOTHING)
    return Period(
        end,
        question.amount("output"),
        question.amount("input"),
        question.amount("transfer_out", _NOTHING),
        credit_in,
        tax_within(found_sales, question.rate("rate", GENERAL_RATE)),
        question.amount("false_input", _NOTHING),
    )


def _require_next(question: Question, before: date, end: date) -> None:
    months = (end.year - before.year) * 12 + end.month - before.month
    if months != 1:
        raise question.refusal(
            "period",
            f"{before:%Y-%m} 的下一期不是 {end:%Y-%m}：请按月连续填写，没有问题的月份也要写",
            f"{end:%Y-%m} does not follow {before:%Y-%m}: give every month in order, those"
            " without a finding too",
        )


def _head(end: date) -> Step:
    return Step(Words(f"所属期 {end:%Y-%m}", f"Period {end:%Y-%m}"), is_heading=True)


def _found_steps(asked: Question, period: Period) -> list[Step]:
    """What was found: sales without their tax, input that may not be credited."""
    steps = []
    if period.found_output:
        sales, rate = asked.amount("found_sales"), asked.rate("rate", GENERAL_RATE)
        steps.append(
            Step(
                Words("查出的销项税额", "output tax found"),
                same(f"{money(sales)} ÷ {1 + rate} × {percent(rate)}"),
                same(money(period.found_output)),
            )
        )
    if period.false_input:
        steps.append(
            Step(
                Words(
                    "不得抵扣的进项税额，计入进项转出", "input not to be credited, transferred out"
                ),
                same(""),
                same(money(period.false_input)),
            )
        )
    return steps


def _steps(found: Recomputed) -> list[Step]:
    period = found.period
    before = _sum(period.output, period.input, period.transfer_out, period.credit_in)
    after = _sum(
        period.output + period.found_output,
        period.input,
        period.transfer_out + period.false_input,
        found.credit_in,
    )
    return [
        Step(Words("申报", "as declared"), same(before), _outcome(found.before)),
        Step(Words("重算", "recomputed"), same(after), _outcome(found.after)),
        Step(
            Words("差额", "difference"),
            same(f"{money(found.payable_after)} − {money(found.payable_before)}"),
            same(money(found.difference)),
        ),
    ]


def _sum(output: Decimal, credit: Decimal, transfer_out: Decimal, credit_in: Decimal) -> str:
    return f"{money(output)} − ({money(credit)} − {money(transfer_out)} + {money(credit_in)})"


def _outcome(value: Decimal) -> Words:
    """What a period comes to: tax to pay, or a credit carried forward."""
    if value >= 0:
        return same(money(value))
    return Words(
        f"{money(value)}，应纳 0.00，留抵下期 {money(-value)}",
        f"{money(value)}: 0.00 to pay, {money(-value)} carried forward",
    )


def _small_scale(question: Question, calendar: Calendar) -> Answer:
    question.only("kind", "periods", "until", "trade", "individual", "threshold")
    trade = question.choice("trade", TRADES, TRADES[0])
    steps, lines = [Step(_SMALL_RULE, basis=_BASIS)], list[_Line]()
    for each in question.items("periods"):
        each.only("period", "sales_incl_tax", "declared")
        end = month_end(each, "period")
        rate = small_scale_rate(end, trade)
        received, declared = each.amount("sales_incl_tax"), each.amount("declared", _NOTHING)
        sales = received / (1 + rate)
        steps += [
            _head(end),
            Step(
                Words("不含税销售额", "sales without tax"),
                same(f"{money(received)} ÷ {1 + rate}"),
                same(money(rounded(sales))),
            ),
        ]
        threshold = _threshold(question, end)
        is_exempt = threshold is not None and sales < threshold
        tax = _NOTHING if is_exempt else tax_within(received, rate)
        if threshold is not None:
            steps.append(_threshold_step(sales, threshold))
        if not is_exempt:
            how = f"{money(received)} ÷ {1 + rate} × {percent(rate)}"
            steps.append(Step(Words("应纳税额", "payable"), same(how), same(money(tax))))
        steps.append(
            Step(
                Words("差额", "difference"),
                same(f"{money(tax)} − {money(declared)}"),
                same(money(tax - declared)),
            )
        )
        lines.append(_Line(end, declared, tax))
    if not lines:
        raise question.refusal(
            "periods", "没有填写：请至少给出一期", "is not given: give one period or more"
        )
    values, sums = _settled(question, calendar, lines)
    return Answer(values, [*steps, *sums])


def _threshold(question: Question, end: date) -> Decimal | None:
    """The monthly sales below which an individual pays nothing; None for everybody else."""
    if not question.flag("individual"):
        return None
    if question.has("threshold"):
        return question.amount("threshold")
    if end >= THRESHOLD_OPEN_SINCE:
        raise question.refusal(
            "threshold",
            f"{THRESHOLD_OPEN_SINCE} 起起征点由各地在 5,000 至 20,000 元内确定：请填写",
            f"since {THRESHOLD_OPEN_SINCE} it is fixed locally between 5,000 and 20,000: give it",
        )
    return THRESHOLD_UNTIL_OCTOBER_2011


def _threshold_step(sales: Decimal, threshold: Decimal) -> Step:
    is_below = sales < threshold
    told = (
        Words("未达起征点，免税", "below the threshold: exempt")
        if is_below
        else Words("达到起征点，全额计税", "threshold reached: taxed on the whole")
    )
    sign = "<" if is_below else "≥"
    how = same(f"{money(rounded(sales))} {sign} {money(threshold)}")
    return Step(told, how, basis=_THRESHOLD_BASIS)
