"""The six figures above the charts: value, change against a named month, course, caliber."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import url_for
from markupsafe import Markup

from caseflow.lake import calendar_months
from caseflow.reads.dashboard import Board
from caseflow.vocabulary import Rate, UnitLevel
from caseflow.web import charts, words
from caseflow.web.dashboard import calibers
from caseflow.web.dashboard.calibers import Caliber
from caseflow.web.dashboard.settings import Measure, Settings
from caseflow.web.languages import say
from caseflow.web.speech import _

_SHOWN = 12
_YI = Decimal(100_000_000)
# The list that most figures open.
CASES = "cases.listing_page"


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure has moved; the arrow says where to, the colour whether that is good."""

    text: str
    icon: str
    kind: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure, and the rows that it counts."""

    name: str
    value: str
    unit: str
    href: str
    change: Change | None
    note: str
    spark: Markup
    caliber: Caliber


def of(board: Board, settings: Settings, at: datetime) -> tuple[Kpi, ...]:
    """The figures of a board as of a moment."""
    return (
        *(_rate(board, settings, rate) for rate in Rate),
        _open(board, at),
        _on_time(board, at),
        _paid(board, at),
    )


def percent(share: Decimal, digits: str = "0.01") -> Decimal:
    """A share in percent as it is shown: rounded half up."""
    return (share * 100).quantize(Decimal(digits), ROUND_HALF_UP)


def points(now: Decimal, before: Decimal, *, is_more_good: bool, named: str = "") -> Change:
    """The change between two percentages as they are shown, in percentage points."""
    moved = now - before
    kind = "" if not moved else "ok" if (moved > 0) is is_more_good else "bad"
    text = _("%(n)s 个百分点", n=_signed(moved))
    if named:
        text = _("%(named)s %(moved)s", named=named, moved=text)
    return Change(text, _arrow(moved), kind)


def scope(board: Board) -> dict[str, Any]:
    """The setting that narrows a list to the board's unit."""
    return {} if board.unit.level is UnitLevel.CITY else {"unit": board.unit.id}


def _rate(board: Board, settings: Settings, rate: Rate) -> Kpi:
    rates = board.rates
    # Below a section stand officers, who have no rates: there the months are what the rate opens.
    anchor = "rates" if board.unit.level is UnitLevel.SECTION else "ranking"
    href = settings.link(board.unit.id, measure=Measure(rate.value), anchor=anchor)
    caliber = calibers.of_rate(rate, rates)
    shown = rates.months.get((rate, rates.period)) if rates.period else None
    if rates.period is None or shown is None:
        note = _("尚无已筛查的月份")
        return Kpi(say(rate), words.NOTHING, "", href, None, note, Markup(), caliber)
    value = percent(shown.share)
    course = [
        rates.months.get((rate, period)) for period in calendar_months.back(rates.period, _SHOWN)
    ]
    return Kpi(
        name=say(rate),
        value=f"{value}",
        unit="%",
        href=href,
        change=_against(board, rate, value),
        note=_parts_words(rate, shown.part, shown.whole),
        spark=charts.sparkline(
            [float(each.share) if each else None for each in course],
            sentence=_("%(name)s最近 12 个月", name=say(rate)),
        ),
        caliber=caliber,
    )


def _against(board: Board, rate: Rate, value: Decimal) -> Change | None:
    """The change against the same month of the year before, or else the month before."""
    rates, period = board.rates, board.rates.period or 0
    for before, named in (
        (calendar_months.shift(period, -12), _("较上年")),
        (calendar_months.shift(period, -1), _("较上月")),
    ):
        parts = rates.months.get((rate, before))
        if parts is not None:
            good = rate is not Rate.ABNORMAL
            return points(value, percent(parts.share), is_more_good=good, named=named)
    return None


def _parts_words(rate: Rate, part: int, whole: int) -> str:
    if rate is Rate.PAYMENT:
        # Fen to ten thousands of yuan; the cents stand in the ranking.
        paid, declared = (f"{number / 1_000_000:,.0f}" for number in (part, whole))
        return _("%(part)s / %(whole)s 万元", part=paid, whole=declared)
    return _("%(part)s / %(whole)s 户", part=f"{part:,}", whole=f"{whole:,}")


def _open(board: Board, at: datetime) -> Kpi:
    figures = board.figures
    course = _back(figures.open, [month.opened - month.ended for month in board.months])
    moved = course[-1] - course[-2] if len(course) > 1 else None
    return Kpi(
        name=_("在办任务"),
        value=f"{figures.open:,}",
        unit=_("件"),
        href=url_for(CASES, state="open", **scope(board)),
        change=None
        if moved is None
        else Change(_("较上月末 %(n)s 件", n=_signed(moved)), _arrow(moved), ""),
        note=_("逾期 %(late)s，待纳税人 %(n)s", late=figures.overdue, n=figures.waiting),
        spark=_spark(course, _("在办任务各月末")),
        caliber=calibers.of_cases(
            _(
                "尚未结束的核查任务，含中止和待纳税人；逾期指%(overdue)s",
                overdue=calibers.overdue(),
            ),
            at,
        ),
    )


def _on_time(board: Board, at: datetime) -> Kpi:
    figures = board.figures
    closed = _back(figures.closed, [month.closed for month in board.months])
    in_time = _back(figures.closed_in_time, [month.closed_in_time for month in board.months])
    course = [
        percent(Decimal(part) / whole, "0.1") if whole else None
        for part, whole in zip(in_time, closed, strict=True)
    ]
    now, before = course[-1], course[-2] if len(course) > 1 else None
    return Kpi(
        name=_("已结按期率"),
        value=words.NOTHING if now is None else f"{now}",
        unit="" if now is None else "%",
        href=url_for(CASES, state="closed", **scope(board)),
        change=None
        if now is None or before is None
        else points(now, before, is_more_good=True, named=_("较上月末")),
        note=_("按期 %(n)s / %(all)s 件", n=figures.closed_in_time, all=figures.closed),
        spark=_spark(course, _("已结按期率各月末")),
        caliber=calibers.of_cases(calibers.on_time(), at),
    )


def _paid(board: Board, at: datetime) -> Kpi:
    figures = board.figures
    course = _back(figures.tax_paid, [month.tax_paid for month in board.months])
    moved = course[-1] - course[-2] if len(course) > 1 else None
    is_large = figures.tax_paid >= _YI
    return Kpi(
        name=_("核查入库税款"),
        value=f"{figures.tax_paid / _YI:,.2f}" if is_large else words.wan(figures.tax_paid),
        unit=_("亿元") if is_large else _("万元"),
        href=url_for(CASES, paid=1, **scope(board)),
        change=None
        if moved is None
        else Change(
            _("较上月末 %(sum)s 万元", sum=_plus(moved) + words.wan(moved)),
            _arrow(moved),
            "ok" if moved > 0 else "",
        ),
        note=_("核定应补 %(sum)s 万元", sum=words.wan(figures.tax_found)),
        spark=_spark(course, _("核查入库税款各月末")),
        caliber=calibers.of_cases(_("任务认定的税款中已经入库的部分，不含滞纳金"), at),
    )


def _back(total: int | Decimal, flows: Sequence[int | Decimal]) -> list[Decimal]:
    """What a total was at the end of each month, from what each month added; the last is now."""
    course = [Decimal(total)]
    for flow in reversed(flows[1:]):
        course.append(course[-1] - flow)
    return course[::-1]


def _spark(course: Sequence[Decimal | None], sentence: str) -> Markup:
    values = [None if each is None else float(each) for each in course[-_SHOWN:]]
    return charts.sparkline(values, sentence=sentence)


def _signed(moved: Decimal) -> str:
    return _plus(moved) + f"{moved:,}".replace("-", words.MINUS)


def _plus(moved: Decimal) -> str:
    return "+" if moved > 0 else ""


def _arrow(moved: Decimal) -> str:
    if not moved:
        return "minus"
    return "trending-up" if moved > 0 else "trending-down"
