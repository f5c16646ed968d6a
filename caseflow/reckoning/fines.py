"""Fines as a question: the range, who decides, whether a hearing is offered, the days to keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from caseflow.amounts import rounded
from caseflow.bilingual import Words, same
from caseflow.reckoning import penalty_law
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.figures import money, percent, plain
from caseflow.reckoning.penalty_law import ACTS, HEARING_FROM, OFFICE_LIMIT, RULES, Bands, Range
from caseflow.reckoning.questions import Question
from caseflow.working_days import Calendar

PARTIES = ("enterprise", "organisation", "individual_household", "individual")
_NOTHING = Decimal("0.00")
_HEARING_DAYS, _HEARING_WORKING_DAYS = 3, 5
_MOST_OFFENCES = 99
_PENALTY_LAW = Words("《行政处罚法》", "Administrative Penalty Law")
_OFFICE_BASIS = Words(
    "《税收征收管理法》第七十四条", "Tax Collection and Administration Law, article 74"
)
_BAR_BASIS = Words(
    "《税收征收管理法》第八十六条", "Tax Collection and Administration Law, article 86"
)


def fine(question: Question, calendar: Calendar, bands: Bands | None = None) -> Answer:
    """Give the range of a fine and all that goes with it; ``bands`` is the office's table."""
    question.only(
        "act", "tax", "serious", "party", "days_late", "offence", "amount",
        "act_on", "found_on", "notified_on", "received_on", "paid_on",
    )  # fmt: skip
    name = question.choice("act", tuple(ACTS))
    act, party = ACTS[name], question.choice("party", PARTIES, PARTIES[0])
    is_individual = party.startswith("individual")
    act_on = question.day_or_none("act_on")
    steps = [Step(Words(f"违法行为：{act.words.zh}", f"act: {act.words.en}"), basis=act.article)]
    values: dict[str, object] = {"act": name, "article": act.code}
    if act_on and _is_barred(question, calendar, act_on, values, steps):
        return Answer(values, steps)
    found, how = _range(question, name, bands, is_individual=is_individual)
    steps += _range_steps(found, how)
    amount = _amount(question, found)
    if amount is not None:
        steps.append(Step(Words("拟处罚款", "intended fine"), same(""), same(money(amount))))
    measured = amount if amount is not None else found.proposed
    values |= {"lower": plain(found.lower), "upper": plain(found.upper)}
    values["proposed"] = None if found.proposed is None else plain(found.proposed)
    steps += _competence(measured, found, values)
    steps += _hearing(measured, found, values, is_individual=is_individual)
    if act_on:
        steps += _procedure(act_on, values)
        steps += _days(question, calendar, act_on, values)
        steps += _late(question, act_on, measured, values)
    return Answer(values, steps)


def _is_barred(
    question: Question,
    calendar: Calendar,
    act_on: date,
    values: dict[str, object],
    steps: list[Step],
) -> bool:
    """Whether the act was found too late for a fine; says until when it could be."""
    if penalty_law.text_of(act_on) is None:
        raise question.refusal(
            "act_on",
            "早于 1996-10-01，《行政处罚法》尚未施行：请核对日期",
            "is before 1996-10-01, when the penalty law came into force: look at the date",
        )
    last = calendar.add_months(act_on, penalty_law.BAR_YEARS * 12).on
    values["fine_until"] = last.isoformat()
    found_on = question.day_or_none("found_on")
    if found_on is not None and found_on < act_on:
        raise question.refusal(
            "found_on",
            f"发现日 {found_on} 早于行为日 {act_on}：请改正",
            f"{found_on} is before the act on {act_on}: mend it",
        )
    is_barred = found_on is not None and found_on > last
    values["fine_barred"] = is_barred
    told = (
        Words(
            f"{found_on} 发现，超过五年（{last} 止），不再给予处罚",
            f"found on {found_on}, more than five years on (up to {last}): no fine any more",
        )
        if is_barred
        else Words(f"{last} 以前发现的可以处罚", f"may be fined when found up to {last}")
    )
    steps.append(Step(told, basis=_BAR_BASIS, is_total=is_barred))
    return is_barred


def _range(
    question: Question, name: str, bands: Bands | None, *, is_individual: bool
) -> tuple[Range, Words]:
    act, is_serious = ACTS[name], question.flag("serious")
    if name == "late_return" and question.has("days_late"):
        return _of_late_return(question, bands, is_individual=is_individual)
    if act.shares is None:
        words = Words("情节严重", "serious") if is_serious else Words("一般情节", "not serious")
        return act.range(_NOTHING, is_serious=is_serious), words
    tax = question.amount("tax")
    low, high = act.shares
    shares = f"{money(tax)} × {percent(low)}～{percent(high)}"
    return act.range(tax, is_serious=False), same(shares)


def _of_late_return(
    question: Question, bands: Bands | None, *, is_individual: bool
) -> tuple[Range, Words]:
    """By the office's table: what a case of simple penalty would propose of the same act."""
    days, offence = question.count("days_late", least=1), 1
    if question.has("offence"):
        offence = question.count("offence", least=1, most=_MOST_OFFENCES)
    if bands is None:
        raise question.refusal(
            "days_late",
            "裁量表在“简易处罚”流程里，尚未部署：请不填逾期天数，按法定幅度计算",
            "the office's table stands in the process simple_penalty, which is not deployed: "
            "leave it out to get the range of the law",
        )
    is_serious = question.flag("serious")
    found = penalty_law.late_return(
        bands, days, offence=offence, is_individual=is_individual, is_serious=is_serious
    )
    return found, Words(
        f"逾期 {days} 天，一年内第 {offence} 次，按裁量表",
        f"{days} days late, offence no. {offence} in a year, by the office's table",
    )


def _range_steps(found: Range, how: Words) -> list[Step]:
    bounds = f"{money(found.lower)} ～ {money(found.upper)}"
    steps = [
        Step(
            Words("罚款幅度（含本数）", "range, bounds included"), how, same(bounds), is_total=True
        )
    ]
    if found.proposed is not None:
        proposed = Words("按裁量表建议", "proposed by the table")
        steps.append(Step(proposed, same(""), same(money(found.proposed))))
    return steps


def _amount(question: Question, found: Range) -> Decimal | None:
    if not question.has("amount"):
        return None
    amount = question.amount("amount")
    if not found.lower <= amount <= found.upper:
        bounds = f"{money(found.lower)} ～ {money(found.upper)}"
        raise question.refusal(
            "amount",
            f"罚款 {money(amount)} 元不在幅度 {bounds} 之内：请改正",
            f"a fine of {money(amount)} is not within {bounds}: mend it",
        )
    return amount


def _competence(measured: Decimal | None, found: Range, values: dict[str, object]) -> list[Step]:
    """Who decides: a tax office up to its limit, above it the district bureau."""
    amount = measured if measured is not None else found.upper
    decided_by = "tax_office" if amount <= OFFICE_LIMIT else "district_bureau"
    values["decided_by"] = decided_by
    told = (
        Words("税务所可以决定", "a tax office may decide")
        if decided_by == "tax_office"
        else Words("由区（市）局决定", "the district bureau decides")
    )
    sign = "≤" if decided_by == "tax_office" else ">"
    how = same(f"{money(amount)} {sign} {money(OFFICE_LIMIT)}")
    return [Step(told, how, basis=_OFFICE_BASIS)]


def _hearing(
    measured: Decimal | None, found: Range, values: dict[str, object], *, is_individual: bool
) -> list[Step]:
    amount = measured if measured is not None else found.upper
    limit = HEARING_FROM["individual" if is_individual else "organisation"]
    is_offered = amount >= limit
    values["hearing"] = is_offered
    told = (
        Words("应告知听证权利", "a hearing is to be offered")
        if is_offered
        else Words("不适用听证", "no hearing")
    )
    how = same(f"{money(amount)} {'≥' if is_offered else '<'} {money(limit)}")
    return [Step(told, how)]


def _procedure(act_on: date, values: dict[str, object]) -> list[Step]:
    """The rules of the penalty law in the text that held on the day of the act."""
    text = penalty_law.text_of(act_on) or 0
    values["articles"] = {name: rule.articles[text] for name, rule in RULES.items()}
    return [
        Step(
            Words(
                f"{rule.words.zh}：{rule.content[text].zh}",
                f"{rule.words.en}: {rule.content[text].en}",
            ),
            basis=_article(rule.articles[text]),
        )
        for rule in RULES.values()
    ]


def _article(number: str) -> Words:
    chinese = number.replace(", ", "、")
    return Words(f"{_PENALTY_LAW.zh}第 {chinese} 条", f"{_PENALTY_LAW.en}, article {number}")


def _days(
    question: Question, calendar: Calendar, act_on: date, values: dict[str, object]
) -> list[Step]:
    """Until when a hearing can be asked for, and the fine has to be paid."""
    steps = []
    is_new = act_on >= penalty_law.NEW_TEXT_SINCE
    notified = question.day_or_none("notified_on")
    if notified and values["hearing"]:
        asked = (
            calendar.add_working_days(notified, _HEARING_WORKING_DAYS)
            if is_new
            else calendar.add_days(notified, _HEARING_DAYS)
        )
        values["hearing_until"] = asked.on.isoformat()
        told = Words(f"{notified} 告知，可以申请听证至", f"notified {notified}, hearing until")
        steps.append(Step(told, same(""), same(asked.on.isoformat()), is_total=True))
    received = question.day_or_none("received_on")
    if received:
        payable = calendar.add_days(received, penalty_law.PAY_WITHIN_DAYS).on
        values["pay_until"] = payable.isoformat()
        told = Words(f"{received} 收到决定书，缴款期限", f"received {received}, to be paid by")
        steps.append(Step(told, same(""), same(payable.isoformat()), is_total=True))
    return steps


def _late(
    question: Question, act_on: date, measured: Decimal | None, values: dict[str, object]
) -> list[Step]:
    """What a late payment adds."""
    paid = question.day_or_none("paid_on")
    if paid is None:
        return []
    if "pay_until" not in values or measured is None:
        raise question.refusal(
            "paid_on",
            "要算逾期加处，请同时给出 received_on 和 amount",
            "to reckon late payment give received_on and amount too",
        )
    days = max(0, (paid - date.fromisoformat(str(values["pay_until"]))).days)
    added = penalty_law.late_penalty(measured, days, act_on)
    values["late_penalty"] = plain(added)
    how = f"{money(measured)} × {percent(penalty_law.LATE_RATE)} × {days}"
    is_capped = added < rounded(measured * penalty_law.LATE_RATE * days)
    shown = Words(f"{how}，以罚款为限", f"{how}, at most the fine") if is_capped else same(how)
    what = Words(f"逾期 {days} 天，加处罚款", f"{days} days late, added")
    return [Step(what, shown, same(money(added)), is_total=True)]
