"""Every time measure in words 时限说明: the rules of counting, each limit, the dates of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template

from caseflow import calendars, clock, filing_deadlines
from caseflow.reads import parameters
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.limits import LIMITS
from caseflow.vocabulary.time_measures import BASES, PAUSES, TIME_MEASURES, TIME_UNITS
from caseflow.web import words
from caseflow.web.house import reading
from caseflow.web.languages import language, say
from caseflow.web.speech import _
from caseflow.working_days import HOLIDAYS, Calendar

bp = Blueprint("time_measures", __name__)


@dataclass(frozen=True, slots=True)
class Measure:
    """One limit in words."""

    name: str
    key: str
    value: str
    start: str
    pause: str
    basis: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to file and pay in a month."""

    month: int
    on: str
    note: str


@dataclass(frozen=True, slots=True)
class Block:
    """A rest block: its holidays, its first and last day, how many days it has."""

    name: str
    first: str
    last: str
    days: int


@bp.get("/time-measures")
def page() -> str:
    """The limits in force, how days are counted, and the dates of this year."""
    with reading() as session:
        calendar, year = calendars.of(session), clock.today().year
        return render_template(
            "pages/time_measures.html",
            crumbs=[(_("时限说明"), None)],
            groups=_groups(parameters.time_limits(session)),
            rules=_rules(),
            deadlines=_deadlines(calendar, year),
            settlement=words.day_long(filing_deadlines.of_annual_settlement(calendar, year - 1).on),
            blocks=_blocks(calendar, year),
            worked=_worked(calendar, year),
            is_provisional=calendar.is_provisional(date(year, 1, 1)),
            year=year,
        )


def _groups(limits: tuple[parameters.Limit, ...]) -> list[tuple[str, list[Measure]]]:
    """The limits by kind of case, in the order of the parameters; what all kinds share first."""
    order = {name: place for place, (name, _value, _unit) in enumerate(LIMITS)}
    found: dict[str, list[Measure]] = {}
    for limit in sorted(limits, key=lambda each: (order.get(each.name, len(order)), each.name)):
        found.setdefault(_kind(limit.name), []).append(_measure(limit))
    return list(found.items())


def _kind(name: str) -> str:
    """The kind of case that a limit belongs to, by its prefix."""
    prefix = name.partition("_")[0].upper()
    kind = next((each for each in CaseKind if each.value == prefix), None)
    return say(kind) if kind else _("各类任务通用")


def _measure(limit: parameters.Limit) -> Measure:
    value = _("%(n)s %(unit)s", n=limit.value, unit=say(TIME_UNITS[limit.unit]))
    known = TIME_MEASURES.get(limit.name)
    if known is None:
        return Measure(limit.name, limit.name, value, words.NOTHING, words.NOTHING, words.NOTHING)
    return Measure(
        say(known.name),
        limit.name,
        value,
        say(known.start),
        say(PAUSES[known.pause]),
        say(BASES[known.basis]),
    )


def _rules() -> list[tuple[str, str]]:
    """How days are counted: each rule with where it comes from."""
    law = _("《税收征收管理法实施细则》第一百零九条")
    return [
        (_("起算日不计入，从次日起算。"), _("通则")),
        (
            _(
                "法定期限按日历日计算。最后一日是休息日（含双休日）的，顺延到其后第一个工作日；"
                "期限内有连续三日以上休息日（同一假期）的，按这些日数延长。"
            ),
            law,
        ),
        (
            _("只按原期限内的假日天数延长一次，延长后的最后一日遇休息日再顺延一次。"),
            _("本系统约定"),
        ),
        (_("企业所得税汇算清缴的五个月只顺延最后一日，不按假期延长。"), law),
        (_("按月、按年的期限到同日为止；没有这一日的，到该月最后一日。"), _("通则")),
        (_("双休日调休上班的是工作日；日历表可以标明某个调休日不作法定期限的最后一日。"), law),
        (
            _(
                "内部办理期限只计工作日，从次日起算，到最后一日 24 时止；"
                "网上办理到 24 时，办税厅到下班。"
            ),
            _("内部办理期限规定"),
        ),
        (
            _(
                "要求纳税人补充材料、向其他部门函调协查、向上级请示期间，任务的内部期限中止；"
                "法定期限从不中止。中止从次日起算，恢复当日仍不计。"
            ),
            _("内部办理期限规定"),
        ),
        (
            _(
                "用去一半和八成时提醒经办人；到期提醒科长；"
                "逾期 3 个工作日报区局领导，10 个工作日报市局。"
            ),
            _("催办规定"),
        ),
        (
            _("放假安排公布以前的年份按双休日和固定节日暂定，日期旁注明“暂定”，公布后重算并留痕。"),
            _("日历规定"),
        ),
    ]


def _deadlines(calendar: Calendar, year: int) -> list[Deadline]:
    return [
        Deadline(
            each.month,
            words.day_long(each.on),
            each.notice
            if each.is_published
            else _("按规则推算")
            if not calendar.is_provisional(each.on)
            else _("按规则推算，暂定"),
        )
        for each in filing_deadlines.table(calendar, year)
    ]


def _blocks(calendar: Calendar, year: int) -> list[Block]:
    """The rest blocks that begin in a year."""
    found, day = [], date(year, 1, 1)
    while day.year == year:
        block = calendar.block(day)
        if block is None:
            day += timedelta(days=1)
            continue
        first, last = block
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        names = dict.fromkeys(name for each in span if (name := calendar.holiday(each)))
        shown = words.joined(_holiday(name) for name in names)
        found.append(Block(shown, words.day_long(first), words.day_long(last), len(span)))
        day = last + timedelta(days=1)
    return found


def _worked(calendar: Calendar, year: int) -> list[str]:
    """The weekend days of a year that are worked."""
    return [
        words.day_long(day)
        for day in sorted(calendar.special_days)
        if day.year == year and calendar.special_days[day].is_working
    ]


def _holiday(name: str) -> str:
    """A holiday in the language of the page."""
    return name if language() == "zh" else HOLIDAYS.get(name, name)
