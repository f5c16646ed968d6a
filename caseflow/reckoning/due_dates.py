"""When a limit ends, counted day by day; the statutory deadlines of filing and settlement."""

from __future__ import annotations

from datetime import date, timedelta

from caseflow import filing_deadlines
from caseflow.bilingual import Words, same
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.questions import FIRST_DAY, LAST_DAY, Question
from caseflow.working_days import Calendar, Day, Due, Reason, Rule, with_weekday

MEASURES = ("days", "working_days", "full_working_days", "months", "years")
"""How a limit may be given; one of them."""

_MOST = {"days": 3_660, "working_days": 2_600, "full_working_days": 250, "months": 240, "years": 30}
_MONTHS = 12


def due(question: Question, calendar: Calendar) -> Answer:
    """Give the last day of a limit.

    Statutory limits (days, months, years) never stand still; those in working days do, on the
    days after a pause begins up to and with its last day.
    """
    question.only("from", *MEASURES, "pauses")
    measure = _measure(question)
    start, amount = question.day("from"), question.count(measure, most=_MOST[measure])
    pauses = question.spans("pauses")
    found = _counted(calendar, measure, start, amount, pauses)
    if not found.on <= LAST_DAY:
        raise question.refusal(
            measure,
            f"期限到了 {LAST_DAY:%Y} 年以后：请改短，或核对起算日",
            f"the limit ends after {LAST_DAY:%Y}: make it shorter, or look at the first day",
        )
    steps = sheet(found)
    if pauses and measure not in ("working_days", "full_working_days"):
        steps.insert(1, Step(_NEVER_PAUSED))
    values = {"due": found.on.isoformat(), "rule": found.rule.value, "from": start.isoformat()}
    return Answer({**values, "provisional": found.provisional}, steps)


def filing(question: Question, calendar: Calendar) -> Answer:
    """Give the deadline to file and pay for a tax month or, for income tax, a year."""
    question.only("period", "year")
    if question.has("year"):
        year = question.count("year", least=FIRST_DAY.year, most=LAST_DAY.year - 1)
        settled = filing_deadlines.of_annual_settlement(calendar, year)
        values = {"due": settled.on.isoformat(), "provisional": settled.provisional}
        return Answer({**values, "published": False}, sheet(settled))
    end = month_end(question, "period")
    found = filing_deadlines.of_period(calendar, end)
    counted = filing_deadlines.propose(calendar, found.year, found.month)
    steps = sheet(counted)
    if found.is_published:
        steps.append(
            Step(
                Words("以公布的征期为准", "the published list wins"),
                same(found.notice),
                same(found.on.isoformat()),
                is_total=True,
            )
        )
    values = {"due": found.on.isoformat(), "provisional": counted.provisional}
    return Answer({**values, "published": found.is_published}, steps)


def month_end(question: Question, name: str) -> date:
    """The last day of a tax month written ``2009-09`` or 200909."""
    text = question.text(name)
    digits = "".join(sign for sign in text if sign.isdecimal())
    try:
        first = date(int(digits[:4]), int(digits[4:6]), 1) if len(digits) in (5, 6) else None
    except ValueError:
        first = None
    if first is None or not FIRST_DAY <= first < LAST_DAY.replace(month=1):
        raise question.refusal(
            name,
            f"“{text[:20]}”不是所属期：请写成 2009-09",
            f'"{text[:20]}" is no tax month: write 2009-09',
        )
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def sheet(found: Due) -> list[Step]:
    """The way to a date: the rule, each day of the count, the result."""
    steps, counted = [Step(Words(found.rule_words("zh"), found.rule_words("en")))], 0
    for day in found.days:
        counted += day.counted
        steps.append(_day_step(day, _number(found, day, counted)))
    on = Words(with_weekday(found.on, "zh"), with_weekday(found.on, "en"))
    if found.provisional:
        why = Words(found.provisional_words("zh"), found.provisional_words("en"))
        on = Words(f"{on.zh}，{why.zh}", f"{on.en}, {why.en}")
    return [*steps, Step(Words("到期日", "due on"), same(""), on, is_total=True)]


def _number(found: Due, day: Day, counted: int) -> Words:
    """The how manieth day it is, if it is one of those that the limit counts."""
    if not day.counted:
        return _NOT_COUNTED
    if day.reason is Reason.ROLLED_TO:
        return _COUNTED
    if found.rule is Rule.MONTHS:
        months = f"{found.amount} month{'' if found.amount == 1 else 's'}"
        return Words(f"满 {found.amount} 个月", f"end of {months}")
    return Words(f"第 {counted} 日", f"day {counted}")


def _day_step(day: Day, number: Words) -> Step:
    """One day of the count: what day it is, and how it counts."""
    on = Words(with_weekday(day.on, "zh"), with_weekday(day.on, "en"))
    return Step(on, Words(day.why("zh"), day.why("en")), number, is_sum=False)


def _measure(question: Question) -> str:
    given = [name for name in MEASURES if question.has(name)]
    if len(given) == 1:
        return given[0]
    zh, en = "、".join(MEASURES), ", ".join(MEASURES)
    raise question.refusal(
        None,
        f"期限只能给一种：请在 {zh} 中写一项，如 “days”: 15",
        f'give one limit: one of {en}, as "days": 15',
    )


def _counted(
    calendar: Calendar, measure: str, start: date, amount: int, pauses: list[tuple[date, date]]
) -> Due:
    if measure == "working_days":
        return calendar.add_working_days(start, amount, pauses=pauses)
    if measure == "full_working_days":
        return calendar.day_after_full_working_days(start, amount)
    if measure == "days":
        return calendar.add_days(start, amount)
    return calendar.add_months(start, amount * (_MONTHS if measure == "years" else 1))


_NOT_COUNTED = Words("不计", "not counted")
_COUNTED = Words("计入", "counted")
_NEVER_PAUSED = Words(
    "法定期限不因中止而停，所列中止期间不影响到期日",
    "statutory limits never stand still: the pauses given do not move the date",
)
