"""What needs looking at: the subject, the reason in figures, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask import url_for

from caseflow import clock
from caseflow.lake import calendar_months
from caseflow.models import CaseMigration, DefinitionDraft
from caseflow.reads.case_moves import Waiting
from caseflow.reads.dashboard import Board
from caseflow.vocabulary import Rate
from caseflow.web import words
from caseflow.web.dashboard import kpis, names, rank_lines
from caseflow.web.dashboard.rank_lines import Line
from caseflow.web.dashboard.settings import Measure, Settings
from caseflow.web.languages import say
from caseflow.web.speech import _

Reason = tuple[str, str, str]
_FLOOR = Decimal("0.7")
_ENOUGH = 5
# Below so many households a rate says little of a unit.
_MANY = 50


def of(board: Board, lines: list[Line], settings: Settings) -> list[Reason]:
    """The reasons in the order in which they press."""
    return [
        *_late(lines),
        *_slow(lines),
        *_rates(board, settings),
        *_pending(board),
        *_stale(board),
    ]


def of_decisions(
    versions: Iterable[DefinitionDraft],
    plans: Iterable[CaseMigration],
    moves: Iterable[Waiting],
) -> Iterator[Reason]:
    """What waits for this person's decision: next versions, migrations, moves of cases."""
    for draft in versions:
        href = url_for("drafts.page", draft_id=draft.id)
        yield _("流程新版本待您审批"), draft.title, href
    for plan in plans:
        href = url_for("case_migrations.page", migration_id=plan.id)
        yield _("迁移计划待您审批"), plan.reason, href
    for each in moves:
        href = url_for("case_moves.page", case_id=each.case_id)
        yield _("调整环节待您批准"), f"{each.taxpayer} {each.number}", href


def _late(lines: list[Line]) -> Iterator[Reason]:
    worst = max(lines, key=lambda line: rank_lines.late(line.row), default=None)
    if worst is not None and worst.row.cases.overdue:
        text = _(
            "在办任务逾期 %(share)s（%(n)s 件）", share=worst.late_share, n=worst.row.cases.overdue
        )
        yield worst.name, text, worst.links["late"]


def _slow(lines: list[Line]) -> Iterator[Reason]:
    """The unit that closes the fewest cases in time, once there are enough to judge by."""
    judged = [
        (rate, line)
        for line in lines
        if line.row.cases.closed >= _ENOUGH
        and (rate := rank_lines.on_time(line.row)) is not None
        and rate < _FLOOR
    ]
    if judged:
        _rate, line = min(judged, key=lambda pair: pair[0])
        text = _("已结按期率 %(share)s，低于 70%%", share=line.on_time)
        yield line.name, text, line.links["closed"]


def _rates(board: Board, settings: Settings) -> Iterator[Reason]:
    """The unit that stands worst in a rate, when it is beyond the indicator's threshold."""
    for rate in Rate:
        lines = [
            (parts.share, row)
            for row in board.rows
            if row.households >= _MANY
            and (parts := board.rates.units.get((row.id or 0, rate, board.rates.period or 0)))
        ]
        beyond = [pair for pair in lines if rank_lines.rate_kind(rate, pair[0]) != "ok"]
        if beyond:
            pick = max if rate is Rate.ABNORMAL else min
            share, row = pick(beyond, key=lambda pair: pair[0])
            text = _(
                "%(rate)s %(share)s%%，超出预警线",
                rate=say(rate),
                share=kpis.percent(share),
            )
            href = settings.link(board.unit.id, measure=Measure(rate.value), anchor="ranking")
            yield names.of_unit(row.name, row.name_en), text, href


def _pending(board: Board) -> Iterator[Reason]:
    scope = kpis.scope(board)
    if board.figures.returned:
        href = url_for("cases.listing_page", status="returned", **scope)
        yield _("退回"), _("%(n)s 件任务被退回，待重新办理", n=board.figures.returned), href
    if board.warned.pooled:
        href = url_for("tax_warnings.listing_page", status="pool", **scope)
        text = _("%(n)s 个疑点在备选库等待生成任务", n=f"{board.warned.pooled:,}")
        yield _("备选库"), text, href


def _stale(board: Board) -> Iterator[Reason]:
    """The month before this one, when it has not been screened yet."""
    today = clock.today()
    due = calendar_months.shift(today.year * 100 + today.month, -1)
    if board.rates.periods and board.rates.periods[-1] < due:
        yield _("数据"), _("%(period)s 尚未筛查", period=words.period(due)), ""
