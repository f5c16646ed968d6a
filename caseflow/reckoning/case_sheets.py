"""The calculation sheet of a case: what it assessed by tax, line by line, and the surcharge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from caseflow import assessed
from caseflow.bilingual import Words, same
from caseflow.reckoning import surcharges
from caseflow.reckoning.answers import Step
from caseflow.reckoning.figures import money

_NOTHING = Decimal("0.00")
_MONTHLY = 9999


class Line(assessed.Line, Protocol):
    """One tax and period as a case assessed it, with its adjustment and loss offset."""

    @property
    def income_adjusted(self) -> Decimal:
        """The adjustment of taxable income, in yuan."""

    @property
    def loss_offset(self) -> Decimal:
        """The part of it that losses absorbed, in yuan."""


def of_tax(lines: Sequence[Line], until: date, paid: assessed.Paid | None = None) -> list[Step]:
    """The sheet of one tax: each period, their sum, the runs of surcharge, what is unpaid."""
    steps = [step for line in lines for step in _of_line(line)]
    differences = [line.recomputed - line.declared for line in lines]
    parts = " + ".join(f"({money(each)})" if each < 0 else money(each) for each in differences)
    how = f"max(0, {parts})" if len(lines) > 1 or differences[0] < 0 else ""
    total = money(assessed.total_tax(lines))
    steps.append(Step(_ASSESSED, same(how), same(total), is_total=True))
    runs = assessed.runs(lines, until, paid)
    if runs:
        steps += [surcharges.RULE_STEP, *(surcharges.step_of(run) for run in runs)]
        steps.append(surcharges.total_step(runs))
    return [*steps, *_payments(lines, paid)]


def total(lines: Sequence[Line], until: date, paid: assessed.Paid | None = None) -> list[Step]:
    """The sums of the whole case: a tax with a negative sum reduces no other."""
    owed = sum(assessed.surcharges(lines, until, paid), _NOTHING)
    steps = [
        Step(_ASSESSED, _NO_OTHER, same(money(assessed.total_tax(lines))), is_total=True),
        Step(
            Words(f"滞纳金合计（算至 {until}）", f"surcharge in all, to {until}"),
            same(""),
            same(money(owed)),
            is_total=True,
        ),
    ]
    sums = (
        (_ADJUSTED, sum((line.income_adjusted for line in lines), _NOTHING)),
        (_OFFSET, sum((line.loss_offset for line in lines), _NOTHING)),
    )
    steps += [
        Step(what, same(""), same(money(amount)), is_total=True) for what, amount in sums if amount
    ]
    unpaid = Words("尚未入库的税款", "tax not paid yet")
    return [
        *steps,
        Step(unpaid, same(""), same(money(assessed.unpaid(lines, paid))), is_total=True),
    ]


def _of_line(line: Line) -> list[Step]:
    period = _period(line.period)
    due = line.due_on
    told = (
        Words(f"{period.zh}，{due} 到期", f"{period.en}, due {due}")
        if due
        else Words(f"{period.zh}，不计滞纳金", f"{period.en}, bears no surcharge")
    )
    how = f"{money(line.recomputed)} − {money(line.declared)}"
    steps = [Step(told, same(how), same(money(line.recomputed - line.declared)))]
    for what, amount in ((_ADJUSTED, line.income_adjusted), (_OFFSET, line.loss_offset)):
        if amount:
            named = Words(f"{period.zh} {what.zh}", f"{period.en}, {what.en}")
            steps.append(Step(named, same(""), same(money(amount))))
    return steps


def _payments(lines: Sequence[Line], paid: assessed.Paid | None) -> list[Step]:
    receipts = (paid or {}).get(lines[0].tax)
    if receipts:
        return [
            Step(
                Words(f"{each.on} 税款入库", f"tax paid on {each.on}"),
                same(""),
                same(money(each.amount)),
                is_sum=False,
            )
            for each in receipts
        ]
    return [
        Step(
            Words(f"{line.paid_on} 税款入库", f"tax paid on {line.paid_on}"),
            _period(line.period),
            same(money(line.tax_paid)),
            is_sum=False,
        )
        for line in lines
        if line.tax_paid
    ]


def _period(period: int) -> Words:
    """A tax period: 200912 is a month, 2009 a year."""
    if period <= _MONTHLY:
        return Words(f"{period} 年度", f"year {period}")
    year, month = divmod(period, 100)
    return Words(f"{year} 年 {month} 月", f"{year}-{month:02d}")


_ASSESSED = Words("应补税款", "tax to be made up")
_ADJUSTED = Words("调整应纳税所得额", "adjustment of taxable income")
_OFFSET = Words("弥补亏损", "loss offset")
_NO_OTHER = Words(
    "各税种之和，负数不抵其他税种", "sum of the taxes; a negative one reduces no other"
)
