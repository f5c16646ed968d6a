"""Late-payment surcharge 滞纳金 by runs: what was paid when, what is still unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from caseflow import amounts
from caseflow.amounts import SURCHARGE_RATE, Difference, Payment, SurchargeLine, rounded
from caseflow.bilingual import Words, same
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.figures import money, percent, plain
from caseflow.reckoning.questions import Question
from caseflow.working_days import Calendar

_NOTHING = Decimal("0.00")
# The law of 2001 with 0.05 % a day; the sources name no rate for the days before.
_RATE_SINCE = date(2001, 5, 1)
_EARLIER_RATE = Words(
    f"{_RATE_SINCE} 以前的加收率未收录，此前的天数也按 0.05% 计算，请核对当时的规定",
    f"no rate is known before {_RATE_SINCE}: earlier days are reckoned at 0.05 % too; check them",
)
MOST_DEFERRED = 3
"""The months for which payment is deferred at most (征管法 article 31)."""
# Longer sums are not written out: the lines above them are.
_MOST_ADDENDS = 12

_RULE = Words(
    "自缴款期限届满次日起至实际缴纳当日止，按日加收所欠税款万分之五；每笔缴款各算一段，"
    "逐段四舍五入到分，节假日照计，不计复利",
    "from the day after the deadline up to and with the day of payment, 0.05% of the unpaid tax a"
    " day; each payment closes its own run, rounded to fen; holidays count, no compound interest",
)
_BASIS = Words(
    "《税收征收管理法》第三十二条，实施细则第七十五条",
    "Tax Collection and Administration Law, article 32; Implementing Rules, article 75",
)
RULE_STEP = Step(_RULE, basis=_BASIS)
_FAULT = Words(
    "因税务机关责任少缴的，三年内可以要求补缴，不加收滞纳金",
    "short through the tax office's fault: to be paid up within three years, without surcharge",
)
_FAULT_BASIS = Words(
    "《税收征收管理法》第五十二条", "Tax Collection and Administration Law, article 52"
)
_DEFERRED_BASIS = Words(
    "《税收征收管理法》第三十一条", "Tax Collection and Administration Law, article 31"
)


def surcharge(question: Question, calendar: Calendar) -> Answer:
    """Give the surcharge of one debt with its payments, or of several periods, the oldest first."""
    question.only(
        "due", "payments", "tax", "unpaid", "until", "periods",
        "deferred_to", "tax_office_fault", "cap_ratio",
    )  # fmt: skip
    if question.flag("tax_office_fault"):
        values = {"surcharge": "0.00", "unpaid": "0.00", "lines": []}
        return Answer(values, [Step(_FAULT, same(""), same("0.00"), _FAULT_BASIS, is_total=True)])
    paid = _payments(question)
    cap = question.rate("cap_ratio") if question.has("cap_ratio") else None
    if question.has("periods"):
        return _of_periods(question, paid, cap)
    due_on, notes = _due(question, calendar)
    lines = [_run(due_on, each.on, each.amount, cap, is_paid=True) for each in paid]
    unpaid = _unpaid(question, paid)
    until = question.day_or_none("until")
    if unpaid:
        if until is None:
            raise question.refusal(
                "until",
                f"没有填写：尚欠 {money(unpaid)} 元，滞纳金还在加收，请给出算到哪一天",
                f"is not given: {money(unpaid)} is unpaid still; give the day to reckon to",
            )
        lines.append(_run(due_on, until, unpaid, cap, is_paid=False))
    if not any(name in question.values for name in ("payments", "unpaid", "tax")):
        raise question.refusal(
            "payments",
            "没有填写：请给出缴款的日期和金额；尚未缴的，请给出 unpaid 和 until",
            "are not given: give days and amounts; for what is not paid yet, unpaid and until",
        )
    return _answer(lines, unpaid, cap, notes, until)


def step_of(line: SurchargeLine, cap: Decimal | None = None) -> Step:
    """One run as a line of a sheet."""
    until = Words(
        f"{line.due_on} 到期，{line.until} {'缴纳' if line.is_paid else '仍未缴'}，{line.days} 天",
        f"due {line.due_on}, {'paid' if line.is_paid else 'unpaid until'} {line.until},"
        f" {line.days} day{'' if line.days == 1 else 's'}",
    )
    how = f"{money(line.amount)} × {percent(SURCHARGE_RATE)} × {line.days}"
    is_capped = cap is not None and line.surcharge < rounded(
        line.amount * SURCHARGE_RATE * line.days
    )
    most = percent(cap or _NOTHING)
    limited = Words(f"{how}，不超过税款的 {most}", f"{how}, at most {most}")
    shown = limited if is_capped else same(how)
    return Step(until, shown, same(money(line.surcharge)))


def total_of(lines: Sequence[SurchargeLine]) -> Decimal:
    """The surcharge of all runs: the sum of rounded lines."""
    return sum((line.surcharge for line in lines), _NOTHING)


def total_step(lines: Sequence[SurchargeLine]) -> Step:
    """The sum of the runs as a line of a sheet."""
    parts = " + ".join(money(line.surcharge) for line in lines)
    shown = same(parts if 1 < len(lines) <= _MOST_ADDENDS else "")
    what = Words("滞纳金合计", "surcharge in all")
    return Step(what, shown, same(money(total_of(lines))), is_total=True)


def line_values(line: SurchargeLine) -> dict[str, object]:
    """One run as plain values."""
    return {
        "due": line.due_on.isoformat(),
        "until": line.until.isoformat(),
        "amount": plain(line.amount),
        "days": line.days,
        "surcharge": plain(line.surcharge),
        "paid": line.is_paid,
    }


def _of_periods(question: Question, paid: list[Payment], cap: Decimal | None) -> Answer:
    """Several periods of one tax: money counts first towards the oldest."""
    question.only("periods", "payments", "until", "cap_ratio", "tax_office_fault")
    differences = []
    for index, each in enumerate(question.items("periods")):
        each.only("due", "amount")
        amount = each.amount("amount", may_be_negative=True)
        differences.append(Difference(each.day("due"), amount, index))
    if not differences:
        raise question.refusal(
            "periods",
            "没有填写：请给出各期的 due 和 amount",
            "is empty: give due and amount of each period",
        )
    until = question.day_or_none("until") or max(
        [*(each.on for each in paid), *(each.due_on for each in differences)]
    )
    lines = amounts.surcharge_lines(differences, paid, until, cap_ratio=cap)
    left = amounts.outstanding(differences, paid, until)
    found = _answer(lines, left, cap, [], until)
    assessed = max(_NOTHING, sum((each.amount for each in differences), _NOTHING))
    total = Step(Words("应补税款", "tax to be made up"), same(""), same(money(assessed)))
    steps = [*found.steps[:-1], total, found.steps[-1]]
    return Answer({**found.values, "assess_tax": plain(assessed)}, steps)


def _answer(
    lines: Sequence[SurchargeLine],
    unpaid: Decimal,
    cap: Decimal | None,
    notes: list[Step],
    until: date | None,
) -> Answer:
    steps = [RULE_STEP, *notes, *_warned(lines), *(step_of(line, cap) for line in lines)]
    if unpaid:
        told = Words(f"至 {until} 仍未缴", f"still unpaid on {until}")
        steps.append(Step(told, same(""), same(money(unpaid))))
    steps.append(total_step(lines))
    values = {"surcharge": plain(total_of(lines)), "unpaid": plain(unpaid)}
    return Answer({**values, "lines": [line_values(line) for line in lines]}, steps)


def _run(
    due_on: date, until: date, amount: Decimal, cap: Decimal | None, *, is_paid: bool
) -> SurchargeLine:
    owed = amounts.surcharge(amount, due_on, until, cap_ratio=cap)
    return SurchargeLine(due_on, until, amount, max(0, (until - due_on).days), owed, is_paid)


def _warned(lines: Sequence[SurchargeLine]) -> list[Step]:
    """What to say of runs that begin before the law whose rate is known was in force."""
    if any(line.days and line.due_on + timedelta(days=1) < _RATE_SINCE for line in lines):
        return [Step(_EARLIER_RATE)]
    return []


def _payments(question: Question) -> list[Payment]:
    found = []
    for each in question.items("payments"):
        each.only("on", "amount")
        found.append(Payment(each.day("on"), each.amount("amount")))
    return sorted(found, key=lambda payment: payment.on)


def _unpaid(question: Question, paid: list[Payment]) -> Decimal:
    """What is still owed: given as such, or the tax less what was paid."""
    if not question.has("tax"):
        return question.amount("unpaid", _NOTHING)
    if question.has("unpaid"):
        raise question.refusal(
            "unpaid",
            "tax 和 unpaid 只写一项：tax 是应缴总额，unpaid 是尚欠的余额",
            "give either tax, all that was owed, or unpaid, what is left of it",
        )
    left = question.amount("tax") - sum((each.amount for each in paid), _NOTHING)
    if left < 0:
        raise question.refusal(
            "tax",
            f"缴款比税款多 {money(-left)} 元：请核对；多缴的不计滞纳金",
            f"{money(-left)} more is paid than owed: look at the amounts",
        )
    return left


def _due(question: Question, calendar: Calendar) -> tuple[date, list[Step]]:
    """The day to pay by, moved to the end of an approved deferral."""
    due_on = question.day("due")
    if not question.has("deferred_to"):
        return due_on, []
    deferred = question.day("deferred_to")
    latest = calendar.add_months(due_on, MOST_DEFERRED).on
    if not due_on < deferred <= latest:
        raise question.refusal(
            "deferred_to",
            f"延期缴纳最长三个月，应在 {due_on} 之后、{latest} 及以前：请改正",
            f"a deferral is for three months at most, after {due_on} and up to {latest}: mend it",
        )
    told = Words("经批准延期缴纳，期限移至", "deferral approved: the deadline moves to")
    return deferred, [Step(told, same(""), same(deferred.isoformat()), _DEFERRED_BASIS)]
