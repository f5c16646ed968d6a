"""Until when tax can be recovered 追征期, by what made it short."""

from __future__ import annotations

from decimal import Decimal

from caseflow.bilingual import Words, same
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.figures import money
from caseflow.reckoning.questions import Question
from caseflow.working_days import Calendar

CAUSES = ("tax_office", "calculation_error", "evasion", "refusal", "refund_fraud")
_UNLIMITED = ("evasion", "refusal", "refund_fraud")
_YEARS, _MORE_YEARS = 3, 5
_LARGE = Decimal(100_000)

_BASIS = Words(
    "《税收征收管理法》第五十二条，实施细则第八十二条、第八十三条",
    "Tax Collection and Administration Law, article 52; Implementing Rules, articles 82 and 83",
)
_WORDS = {
    "tax_office": Words("税务机关责任", "the tax office's responsibility"),
    "calculation_error": Words(
        "纳税人非主观故意的计算错误", "taxpayer's calculation error without intent"
    ),
    "evasion": Words("偷税", "tax evasion"),
    "refusal": Words("抗税", "refusal to pay"),
    "refund_fraud": Words("骗税", "refund fraud"),
}


def statute(question: Question, calendar: Calendar) -> Answer:
    """Give the last day on which tax can be recovered, and whether surcharge is charged."""
    question.only("due", "cause", "amount", "on")
    cause, due_on = question.choice("cause", CAUSES), question.day("due")
    years, why = _limit(question, cause)
    bears = cause != "tax_office"
    values: dict[str, object] = {"years": years, "with_surcharge": bears}
    steps = [Step(_WORDS[cause], why, basis=_BASIS)]
    last = None if years is None else calendar.add_months(due_on, years * 12).on
    values["last_day"] = last.isoformat() if last else None
    told = Words(f"自 {due_on} 起，可以追征至", f"from {due_on}, to be recovered until")
    shown = same(last.isoformat()) if last else Words("无期限", "without limit")
    steps.append(Step(told, same(""), shown, is_total=True))
    on = question.day_or_none("on")
    if on is not None:
        values["recoverable"] = last is None or on <= last
        answer = Words("可以追征", "can be recovered")
        if not values["recoverable"]:
            answer = Words("已过追征期，不再追征", "too late to be recovered")
        steps.append(Step(Words(f"{on} 时", f"on {on}"), same(""), answer, is_total=True))
    charged = Words("加收滞纳金", "with surcharge") if bears else _NO_SURCHARGE
    return Answer(values, [*steps, Step(charged)])


def _limit(question: Question, cause: str) -> tuple[int | None, Words]:
    """So many years, None without limit, and why."""
    if cause in _UNLIMITED:
        return None, same("")
    if cause == "tax_office":
        return _YEARS, same("")
    amount = question.amount("amount")
    if amount >= _LARGE:
        return _MORE_YEARS, same(f"{money(amount)} ≥ {money(_LARGE)}")
    return _YEARS, same(f"{money(amount)} < {money(_LARGE)}")


_NO_SURCHARGE = Words("不加收滞纳金", "without surcharge")
