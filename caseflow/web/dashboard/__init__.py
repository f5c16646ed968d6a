"""The dashboard: figures, the funnel, units of the level below; every figure opens its rows."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from caseflow import clock
from caseflow.lake import calendar_months
from caseflow.reads import case_migrations, case_moves, drafts
from caseflow.reads import dashboard as reads
from caseflow.vocabulary import Outcome, Rate, UnitLevel
from caseflow.web import charts, words
from caseflow.web.dashboard import attention, calibers, kpis, levels, names, rank_lines, settings
from caseflow.web.dashboard.settings import Measure, Settings
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.speech import _

bp = Blueprint("dashboard", __name__)

_MONTHS = 12


@bp.get("/dashboard")
def page() -> str:
    """The board of a unit within the actor's reach."""
    wanted = settings.asked()
    with reading(counting=True) as session:
        board = reads.of(session, actor(), wanted.unit_id, period=wanted.period)
        tiles, bars = rank_lines.tiles(board, wanted), _bars(board)
        return render_template(
            "pages/dashboard.html",
            crumbs=[(_("看板"), None)],
            board=board,
            settings=wanted,
            title=_title(board),
            period=board.rates.period,
            months=_month_links(board, wanted),
            levels=levels.of(board, wanted),
            attention=[
                *attention.of_decisions(
                    drafts.to_decide(session, actor()),
                    case_migrations.to_decide(session, actor()),
                    case_moves.to_decide(session, actor()),
                ),
                *attention.of(board, tiles, wanted),
            ],
            kpis=kpis.of(board, wanted, clock.now()),
            rates=_rates_chart(board),
            rate_table=_rate_table(board),
            bars=bars,
            funnel=charts.funnel(bars, sentence=_("从指标筛出到税款入库的漏斗")),
            trend=_trend(board),
            outcomes=_outcomes(board),
            tiles=tiles,
            tile_columns=rank_lines.tile_columns(len(tiles)),
            measures=_measures(board, wanted),
            rate=None if board.unit.level is UnitLevel.SECTION else wanted.measure.rate,
            row_name=_("税收管理员") if board.unit.level is UnitLevel.SECTION else _("单位"),
            lines=rank_lines.lines(board, wanted),
            rate_lines=rank_lines.rate_lines(board, wanted, wanted.measure.rate or Rate.FILING),
            rate_total=rank_lines.rate_total(board, wanted.measure.rate or Rate.FILING),
            case_total=rank_lines.case_total(board),
            all_href=wanted.all_link(board.unit.id),
            big_href=wanted.big_link(board.unit.id),
            staff=sum(row.staff for row in board.rows),
            households=sum(row.households for row in board.rows),
            calibers={
                "rates": calibers.of_rates(board.rates),
                "funnel": calibers.of_funnel(clock.now()),
                "ranking": calibers.of_ranking(clock.now()),
            },
            as_of=clock.now(),
        )


def _title(board: reads.Board) -> str:
    if board.unit.level is UnitLevel.CITY:
        return _("全市看板")
    name = names.of_unit(board.unit.short_name, board.unit.name_en)
    return _("%(unit)s看板", unit=name)


def _month_links(board: reads.Board, wanted: Settings) -> dict[str, str | None]:
    """The months before and after the one whose rates are shown."""
    kept, period = board.rates.periods, board.rates.period
    if period is None:
        return {"before": None, "after": None}
    at = kept.index(period)
    return {
        "before": wanted.month_link(board.unit.id, kept[at - 1]) if at else None,
        "after": wanted.month_link(board.unit.id, kept[at + 1]) if at + 1 < len(kept) else None,
    }


def _measures(board: reads.Board, wanted: Settings) -> list[dict[str, object]]:
    """The measures of the ranking as links; officers are not measured by the rates of facts."""
    is_officers = board.unit.level is UnitLevel.SECTION
    return [
        {
            "name": measure.say(),
            "href": wanted.link(board.unit.id, measure=measure, anchor="ranking"),
            "is_current": measure is wanted.measure,
            "count": None,
        }
        for measure in Measure
        if not (is_officers and measure.rate)
    ]


def _rates_chart(board: reads.Board) -> Markup:
    """Filing and payment rate of a year, the filing rate of the year before dashed."""
    if board.rates.period is None:
        return Markup()
    year = calendar_months.back(board.rates.period, _MONTHS)
    lines = [
        charts.Line(say(Rate.FILING), _course(board, Rate.FILING, year)),
        charts.Line(say(Rate.PAYMENT), _course(board, Rate.PAYMENT, year)),
    ]
    before = _course(board, Rate.FILING, [calendar_months.shift(period, -12) for period in year])
    if any(value is not None for value in before):
        lines.append(charts.Line(_("上年申报率"), before, is_dashed=True))
    return charts.trend(
        [words.month(period % 100) for period in year],
        lines,
        sentence=_(
            "%(period)s 止 12 个月的申报率与入库率，虚线是上年申报率",
            period=words.period(board.rates.period),
        ),
        say=lambda share: f"{share * 100:.2f}%",
        size=(620, 285),
        floor=None,
    )


def _course(board: reads.Board, rate: Rate, periods: list[int]) -> list[float | None]:
    found = [board.rates.months.get((rate, period)) for period in periods]
    return [None if each is None else float(each.share) for each in found]


def _rate_table(board: reads.Board) -> list[tuple[str, list[str]]]:
    """The months of the chart as a table: each rate, and the filing rate of the year before."""
    if board.rates.period is None:
        return []
    return [
        (
            words.period(period),
            [
                _written(board, rate, month)
                for rate, month in (
                    (Rate.FILING, period),
                    (Rate.PAYMENT, period),
                    (Rate.FILING, calendar_months.shift(period, -12)),
                )
            ],
        )
        for period in calendar_months.back(board.rates.period, _MONTHS)
    ]


def _written(board: reads.Board, rate: Rate, period: int) -> str:
    parts = board.rates.months.get((rate, period))
    return f"{kpis.percent(parts.share)}%" if parts else words.NOTHING


def _bars(board: reads.Board) -> tuple[charts.Bar, ...]:
    figures, warned, scope = board.figures, board.warned, kpis.scope(board)
    warnings = "tax_warnings.listing_page"
    return (
        charts.Bar(
            _("指标筛出"),
            warned.detected,
            url_for(warnings, **scope),
            _("并入任务 %(share)s", share=rank_lines.share(warned.in_cases, warned.detected)),
        ),
        charts.Bar(
            _("有效疑点"),
            warned.in_cases,
            url_for(warnings, joined=1, **scope),
            _(
                "合并成 %(n)s 件任务，分派 %(share)s",
                n=f"{figures.all:,}",
                share=rank_lines.share(figures.dispatched, figures.all),
            ),
        ),
        charts.Bar(
            _("已分派"),
            figures.dispatched,
            url_for(kpis.CASES, dispatched=1, **scope),
            _("核实 %(share)s", share=rank_lines.share(figures.closed, figures.dispatched)),
        ),
        charts.Bar(
            _("核实完成"),
            figures.closed,
            url_for(kpis.CASES, state="closed", **scope),
            _("已结命中率 %(share)s", share=rank_lines.share(figures.problem, figures.closed)),
        ),
        charts.Bar(
            _("评定有问题"),
            figures.problem,
            url_for(kpis.CASES, problem=1, **scope),
            _(
                "入库 %(share)s，%(sum)s 万元",
                share=rank_lines.share(figures.paid, figures.problem),
                sum=words.wan(figures.tax_paid),
            ),
        ),
        charts.Bar(_("税款入库"), figures.paid, url_for(kpis.CASES, paid=1, **scope)),
    )


def _trend(board: reads.Board) -> Markup:
    """Cases opened and closed by month."""
    months = board.months[-_MONTHS:]
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


def _outcomes(board: reads.Board) -> list[tuple[str, int, str, Markup]]:
    """How cases ended: the outcome, how many, their list, and their share as a bar."""
    scope = kpis.scope(board)
    names = {outcome.value: say(outcome) for outcome in Outcome}
    most = max((count for _outcome, count in board.outcomes), default=1)
    return [
        (
            names.get(outcome, outcome),
            count,
            url_for("cases.listing_page", outcome=outcome, **scope),
            charts.meter(count / most, "plain", is_wide=True),
        )
        for outcome, count in board.outcomes
    ]
