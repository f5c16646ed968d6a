"""The ranking and the tiles: what stands below a unit, worst first, each figure a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import url_for
from markupsafe import Markup

from caseflow.lake import calendar_months
from caseflow.reads.dashboard import Board
from caseflow.reads.ranking import RankRow
from caseflow.reads.report_figures import Parts
from caseflow.vocabulary import Rate, UnitLevel
from caseflow.web import charts, history, words
from caseflow.web.dashboard import kpis, names
from caseflow.web.dashboard.kpis import CASES, Change, percent
from caseflow.web.dashboard.settings import Measure, Settings
from caseflow.web.speech import _

_SHOWN = 6
_MOST_COLUMNS = 5
_GOOD, _FAIR = Decimal("0.9"), Decimal("0.7")
# The indicators of the catalogue that the rates are.
_INDICATORS = {Rate.FILING: "FIL-001", Rate.PAYMENT: "COL-001", Rate.ABNORMAL: "REG-002"}
# From which share of overdue cases a tile is a shade darker.
_HEATS = (Decimal("0.02"), Decimal("0.05"), Decimal("0.07"), Decimal("0.10"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, its figures as written, and where each leads."""

    row: RankRow
    name: str
    href: str
    links: dict[str, str]
    on_time: str
    meter: Markup
    hit: str
    load: str
    late_share: str
    heat: int
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class RateLine:
    """One row of a rate: both parts, the rate, the year before."""

    name: str
    href: str
    part: str
    whole: str
    share: str
    meter: Markup
    before: str
    change: Change | None
    is_rest: bool


def tiles(board: Board, settings: Settings) -> list[Line]:
    """The rows in their official order, each with its share of overdue cases as a colour."""
    return [_line(board, settings, row) for row in at_work(board)]


def at_work(board: Board) -> list[RankRow]:
    """The rows that have anything to count."""
    return [row for row in board.rows if row.households or row.cases.open or row.cases.closed]


def tile_columns(count: int) -> int:
    """How many tiles stand in a row, so that the last row is as full as can be."""
    if count <= _MOST_COLUMNS:
        return max(count, 1)
    return min((4, _MOST_COLUMNS, 3), key=lambda columns: -count % columns)


def lines(board: Board, settings: Settings) -> list[Line]:
    """The rows by a measure of cases, worst first; a row without a value stands last."""
    ranked = sorted(tiles(board, settings), key=lambda line: _worst_first(line.row, settings))
    return [_as_rest(line, at, settings, len(ranked)) for at, line in enumerate(ranked)]


def case_total(board: Board) -> tuple[str, str]:
    """On-time and hit rate under the rows: the board's own."""
    figures = board.figures
    return share(figures.closed_in_time, figures.closed), share(figures.problem, figures.closed)


def rate_lines(board: Board, settings: Settings, rate: Rate) -> list[RateLine]:
    """The rows by a rate of the facts, worst first; officers have none of their own."""
    if board.unit.level is UnitLevel.SECTION:
        return []
    period = board.rates.period or 0
    known = [
        (row, board.rates.units[row.id, rate, period])
        for row in board.rows
        if row.id is not None and (row.id, rate, period) in board.rates.units
    ]
    sign = -1 if rate is Rate.ABNORMAL else 1
    known.sort(key=lambda pair: (sign * pair[1].share, pair[0].id))
    return [
        _rate_line(
            names.of_unit(row.name, row.name_en),
            settings.link(row.id),
            rate,
            (parts, board.rates.units.get((row.id or 0, rate, calendar_months.shift(period, -12)))),
            is_rest=_is_rest(at, len(known), settings),
        )
        for at, (row, parts) in enumerate(known)
    ]


def rate_total(board: Board, rate: Rate) -> RateLine | None:
    """The sum under the rows: the figure of the board's own unit."""
    period = board.rates.period or 0
    parts = board.rates.months.get((rate, period))
    if parts is None:
        return None
    before = board.rates.months.get((rate, calendar_months.shift(period, -12)))
    return _rate_line(_("合计"), "", rate, (parts, before), is_rest=False)


def late(row: RankRow) -> Decimal:
    """The share of running cases whose limit has passed."""
    return Decimal(row.cases.overdue) / row.cases.open if row.cases.open else Decimal(0)


def on_time(row: RankRow) -> Decimal | None:
    """The share of closed cases that kept their limit."""
    return Decimal(row.cases.closed_in_time) / row.cases.closed if row.cases.closed else None


def share(part: int, whole: int) -> str:
    """A part of a whole in percent as tables and bars write it."""
    return f"{percent(Decimal(part) / whole, '0.1')}%" if whole else words.NOTHING


def rate_kind(rate: Rate, share: Decimal) -> str:
    """The colour of a rate: beyond the threshold of its indicator it is a warning."""
    limit = history.rules().indicators[_INDICATORS[rate]].threshold
    is_low = limit.low is not None and share < limit.low
    is_high = limit.high is not None and share > limit.high
    return "warn" if is_low or is_high else "ok"


def _line(board: Board, settings: Settings, row: RankRow) -> Line:
    kept = on_time(row)
    kind = "ok" if kept is None or kept >= _GOOD else "warn" if kept >= _FAIR else "bad"
    name = names.of_unit(row.name, row.name_en) if row.id is not None else _("未定管理员")
    links = _links(board, row)
    is_unit = board.unit.level is not UnitLevel.SECTION
    return Line(
        row=row,
        name=name,
        href=settings.link(row.id) if is_unit else links["open"],
        links=links,
        on_time=share(row.cases.closed_in_time, row.cases.closed),
        meter=charts.meter(float(kept or 0), kind, is_wide=True),
        hit=share(row.cases.problem, row.cases.closed),
        load=f"{row.cases.open / row.staff:.1f}" if row.staff else words.NOTHING,
        late_share=share(row.cases.overdue, row.cases.open),
        heat=sum(late(row) > step for step in _HEATS),
    )


def _links(board: Board, row: RankRow) -> dict[str, str]:
    """Where each count of a row leads: the list that it counts."""
    whose: dict[str, Any] = {"unit": row.id}
    homes = whose
    if board.unit.level is UnitLevel.SECTION:
        whose = homes = {"unit": board.unit.id, "officer": row.id}
        if row.id is None:
            whose, homes = {**whose, "dispatched": 0}, {**homes, "managed": 0}
    return {
        "homes": url_for("taxpayers.listing_page", **homes),
        "open": url_for(CASES, state="open", **whose),
        "late": url_for(CASES, late=1, **whose),
        "closed": url_for(CASES, state="closed", **whose),
        "in_time": url_for(CASES, in_time=1, **whose),
        "problem": url_for(CASES, problem=1, **whose),
        "paid": url_for(CASES, paid=1, **whose),
    }


def _worst_first(row: RankRow, settings: Settings) -> tuple[bool, Decimal, int]:
    value = {
        Measure.HIT: _hit(row),
        Measure.PAID: row.tax_paid,
    }.get(settings.measure, on_time(row))
    return value is None, value or Decimal(0), row.id or 0


def _hit(row: RankRow) -> Decimal | None:
    """The share of closed cases in which a doubt was confirmed."""
    return Decimal(row.cases.problem) / row.cases.closed if row.cases.closed else None


def _is_rest(at: int, count: int, settings: Settings) -> bool:
    """Whether a row waits behind "all": one or two rows more are shown at once."""
    return at >= _SHOWN and count > _SHOWN + 2 and not settings.has_all


def _as_rest(line: Line, at: int, settings: Settings, count: int) -> Line:
    return replace(line, is_rest=_is_rest(at, count, settings))


def _rate_line(
    name: str, href: str, rate: Rate, pair: tuple[Parts, Parts | None], *, is_rest: bool
) -> RateLine:
    parts, before = pair
    value = percent(parts.share)
    is_more_good = rate is not Rate.ABNORMAL
    return RateLine(
        name=name,
        href=href,
        part=_amount(rate, parts.part),
        whole=_amount(rate, parts.whole),
        share=f"{value}%",
        meter=charts.meter(float(parts.share), rate_kind(rate, parts.share), is_wide=True),
        before=f"{percent(before.share)}%" if before else words.NOTHING,
        change=kpis.points(value, percent(before.share), is_more_good=is_more_good)
        if before
        else None,
        is_rest=is_rest,
    )


def _amount(rate: Rate, number: int) -> str:
    return words.wan(Decimal(number) / 100) if rate is Rate.PAYMENT else f"{number:,}"
