"""口径: what a figure counts, from which source, as of when; words of the glossary."""

from __future__ import annotations

from datetime import datetime

from caseflow.reads.report_figures import Rates
from caseflow.vocabulary import Rate
from caseflow.web import words
from caseflow.web.speech import _

Caliber = tuple[tuple[str, str], ...]
"""Pairs of a heading and what it says."""


def of_rate(rate: Rate, rates: Rates) -> Caliber:
    """The caliber of a rate that a screening run has computed from the facts."""
    definition = {
        Rate.FILING: _("按期申报户数÷应申报户数，每户计一次（指标 FIL-001）"),
        Rate.PAYMENT: _("按期入库税额÷申报应纳税额（指标 COL-001）"),
        Rate.ABNORMAL: _("非正常户÷（正常户＋停业户＋非正常户），按月末登记状态（指标 REG-002）"),
    }[rate]
    if rates.period is None:
        return (
            (_("定义"), definition),
            (_("来源"), _("综合征管系统；筛查一个月后才有")),
        )
    return (
        (_("定义"), definition),
        (_("来源"), _("综合征管系统的事实，筛查批次 %(run)s 计算", run=rates.run_id)),
        (
            _("截至"),
            _(
                "所属期 %(period)s；%(time)s 计算",
                period=words.period(rates.period),
                time=words.stamp_exact(rates.computed_at),
            ),
        ),
        (_("对比"), _("上年指上年同月；没有上年数据时对比上一个月")),
    )


def of_cases(definition: str, at: datetime) -> Caliber:
    """The caliber of a figure that is counted from cases at every look."""
    return (
        (_("定义"), definition),
        (_("来源"), _("本平台的核查任务，累计")),
        (_("截至"), words.stamp_exact(at)),
        (_("对比"), _("上月最后一天的同一数字")),
    )
