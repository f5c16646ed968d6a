"""The dashboard: figures, the funnel, units of the level below; every figure opens its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from caseflow import clock
from caseflow.reads import dashboard as reads
from caseflow.vocabulary import UnitLevel
from caseflow.vocabulary.choices import WvOutcome
from caseflow.web import charts, words
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _

bp = Blueprint("dashboard", __name__)

_GOOD, _FAIR = 0.95, 0.9


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure above the funnel, and the list that it counts."""

    name: str
    value: str
    unit: str
    note: str
    kind: str
    href: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the level below."""

    row: reads.UnitRow
    name: str
    href: str
    cases_href: str
    late_href: str
    rate: str
    meter: Markup
    heat: int
    late_share: str


@bp.get("/dashboard")
def page() -> str:
    """The board of a unit within the actor's reach."""
    with reading() as session:
        board = reads.of(session, actor(), request.args.get("unit", None, int))
        lines = _lines(board)
        return render_template(
            "pages/dashboard.html",
            crumbs=[(_("看板"), None)],
            board=board,
            title=_("%(unit)s看板", unit=name_of(board.unit.short_name, board.unit.name_en + " ")),
            levels=_levels(board),
            kpis=_kpis(board),
            bars=_bars(board),
            funnel=charts.funnel(_bars(board), sentence=_("从指标筛出到税款入库的漏斗")),
            trend=_trend(board),
            lines=sorted(lines, key=lambda line: (_rate(line.row), line.row.id)),
            tiles=lines,
            outcomes=_outcomes(board),
            attention=_attention(board, lines),
            as_of=clock.now(),
        )


def _scope(board: reads.Board) -> dict[str, Any]:
    """The setting that narrows a list to the board's unit."""
    return {} if board.unit.level is UnitLevel.CITY else {"unit": board.unit.id}


def _levels(board: reads.Board) -> list[dict[str, object]]:
    chain = [*board.parents, board.unit]
    found: list[dict[str, object]] = [
        {
            "name": name_of(unit.short_name, unit.name_en),
            "note": say(unit.level),
            "href": url_for("dashboard.page", unit=unit.id),
            "is_current": unit.id == board.unit.id,
        }
        for unit in chain
    ]
    missing = {
        UnitLevel.CITY: [_("区（市）局"), _("科（所）"), _("税收管理员")],
        UnitLevel.DISTRICT: [_("科（所）"), _("税收管理员")],
    }.get(board.unit.level, [_("税收管理员")])
    notes = {
        UnitLevel.CITY: [_("在下方选择"), _("先选择区（市）局"), _("先选择科（所）")],
        UnitLevel.DISTRICT: [_("在下方选择"), _("先选择科（所）")],
    }.get(board.unit.level, [_("见核查任务的主办")])
    found += [
        {"name": name, "note": note, "href": None, "is_current": False}
        for name, note in zip(missing, notes, strict=True)
    ]
    return found


def _kpis(board: reads.Board) -> tuple[Kpi, ...]:
    figures, scope = board.figures, _scope(board)
    cases = "cases.listing_page"
    closed, in_time = figures.closed, figures.closed_in_time
    rate = in_time / closed if closed else None
    rate_kind = (
        "" if rate is None else "ok" if rate >= _GOOD else "warn" if rate >= _FAIR else "bad"
    )
    return (
        Kpi(
            _("在办任务"),
            f"{figures.open:,}",
            _("件"),
            _("已逾期 %(n)s 件", n=figures.overdue),
            "bad" if figures.overdue else "ok",
            url_for(cases, state="open", **scope),
        ),
        Kpi(
            _("已逾期"),
            f"{figures.overdue:,}",
            _("件"),
            _("办结期限已过、尚未办结"),
            "",
            url_for(cases, late=1, **scope),
        ),
        Kpi(
            _("待纳税人"),
            f"{figures.waiting:,}",
            _("件"),
            _("期限中止，等待答复"),
            "",
            url_for(cases, status="waiting_taxpayer", **scope),
        ),
        Kpi(
            _("已办结"),
            f"{figures.closed:,}",
            _("件"),
            _("含已归档"),
            "",
            url_for(cases, state="closed", **scope),
        ),
        Kpi(
            _("按期办结率"),
            f"{rate * 100:.1f}" if rate is not None else words.NOTHING,
            "%",
            _("按期 %(n)s / %(all)s 件", n=in_time, all=closed),
            rate_kind,
            url_for(cases, state="closed", **scope),
        ),
        Kpi(
            _("入库税款"),
            words.wan(figures.tax_paid),
            _("万元"),
            _("核定应补 %(sum)s 万元", sum=words.wan(figures.tax_found)),
            "",
            url_for(cases, paid=1, **scope),
        ),
    )


def _bars(board: reads.Board) -> tuple[charts.Bar, ...]:
    funnel, scope = board.funnel, _scope(board)
    cases, warnings = "cases.listing_page", "tax_warnings.listing_page"
    return (
        charts.Bar(
            _("指标筛出"),
            funnel.detected,
            url_for(warnings, **scope),
            _("并入任务的疑点 %(n)s 个", n=f"{funnel.in_cases:,}"),
        ),
        charts.Bar(
            _("生成任务"),
            funnel.opened,
            url_for(cases, **scope),
            _("已派员 %(share)s", share=_share(funnel.dispatched, funnel.opened)),
        ),
        charts.Bar(
            _("已派员"),
            funnel.dispatched,
            url_for(cases, dispatched=1, **scope),
            _("已办结 %(share)s", share=_share(funnel.closed, funnel.dispatched)),
        ),
        charts.Bar(
            _("已办结"),
            funnel.closed,
            url_for(cases, state="closed", **scope),
            _("有问题 %(share)s", share=_share(funnel.problem, funnel.closed)),
        ),
        charts.Bar(
            _("核实有问题"),
            funnel.problem,
            url_for(cases, problem=1, **scope),
            _("税款入库 %(share)s", share=_share(funnel.paid, funnel.problem)),
        ),
        charts.Bar(_("税款入库"), funnel.paid, url_for(cases, paid=1, **scope)),
    )


def _lines(board: reads.Board) -> list[UnitLine]:
    most = max((_late(row) for row in board.units), default=0.0) or 1.0
    lines = []
    for row in (each for each in board.units if each.households or each.open or each.closed):
        rate = _rate(row)
        kind = "ok" if rate >= _GOOD else "warn" if rate >= _FAIR else "bad"
        lines.append(
            UnitLine(
                row=row,
                name=name_of(row.name, row.name_en),
                href=url_for("dashboard.page", unit=row.id),
                cases_href=url_for("cases.listing_page", unit=row.id, state="open"),
                late_href=url_for("cases.listing_page", unit=row.id, late=1),
                rate=f"{rate * 100:.1f}%" if row.closed else words.NOTHING,
                meter=charts.meter(rate if row.closed else 0, kind, is_wide=True),
                heat=min(4, round(4 * _late(row) / most)),
                late_share=f"{_late(row) * 100:.1f}%" if row.open else words.NOTHING,
            )
        )
    return lines


def _trend(board: reads.Board) -> Markup:
    """Cases opened and closed by month."""
    months = board.months
    if len(months) < 2:  # noqa: PLR2004 -- a line needs two points
        return Markup()
    return charts.trend(
        [words.month(month.first.month) for month in months],
        [
            charts.Line(_("生成"), [float(month.opened) for month in months]),
            charts.Line(_("已办结"), [float(month.closed) for month in months]),
        ],
        sentence=_(
            "最近 %(n)s 个月的任务：最后一个月生成 %(opened)s 件，办结 %(closed)s 件",
            n=len(months),
            opened=months[-1].opened,
            closed=months[-1].closed,
        ),
        say=lambda number: f"{number:,.0f}",
    )


def _outcomes(board: reads.Board) -> list[tuple[str, int, str]]:
    scope = _scope(board)
    names = {outcome.value: say(outcome) for outcome in WvOutcome}
    return [
        (
            names.get(outcome, outcome),
            count,
            url_for("cases.listing_page", outcome=outcome, **scope),
        )
        for outcome, count in board.outcomes
    ]


def _attention(board: reads.Board, lines: list[UnitLine]) -> list[tuple[str, str, str]]:
    """What needs looking at, each with its reason and the rows behind it."""
    found = []
    worst = max(lines, key=lambda line: _late(line.row), default=None)
    if worst is not None and worst.row.overdue:
        text = _("在办任务逾期 %(share)s（%(n)s 件）", share=worst.late_share, n=worst.row.overdue)
        found.append((worst.name, text, worst.late_href))
    if board.figures.returned:
        href = url_for("cases.listing_page", status="returned", **_scope(board))
        found.append(
            (_("退回"), _("%(n)s 件任务被退回，待重新办理", n=board.figures.returned), href)
        )
    if board.pooled:
        href = url_for("tax_warnings.listing_page", status="pool", **_scope(board))
        found.append(
            (_("备选库"), _("%(n)s 个疑点超出月度限额，等待生成任务", n=f"{board.pooled:,}"), href)
        )
    return found


def _rate(row: reads.UnitRow) -> float:
    return row.closed_in_time / row.closed if row.closed else 1.0


def _late(row: reads.UnitRow) -> float:
    return row.overdue / row.open if row.open else 0.0


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%" if whole else words.NOTHING
