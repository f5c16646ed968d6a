"""口径: what a figure counts, from which source, as of when; words of the glossary."""

from __future__ import annotations

from datetime import datetime

from caseflow.reads.report_figures import Rates
from caseflow.vocabulary import Rate
from caseflow.web import words
from caseflow.web.languages import say
from caseflow.web.speech import _

Caliber = tuple[tuple[str, str], ...]
"""Pairs of a heading and what it says."""


def of_rate(rate: Rate, rates: Rates) -> Caliber:
    """The caliber of a rate that a screening run has computed from the facts."""
    return ((_("定义"), _definition(rate)), *_computed(rates))


def of_rates(rates: Rates) -> Caliber:
    """The caliber of the chart of both rates."""
    both = tuple((say(rate), _definition(rate)) for rate in (Rate.FILING, Rate.PAYMENT))
    return (*both, *_computed(rates))


def of_cases(definition: str, at: datetime) -> Caliber:
    """The caliber of a figure that is counted from cases at every look."""
    return (
        (_("定义"), definition),
        (_("来源"), _("本平台的核查任务，累计")),
        (_("截至"), words.stamp_exact(at)),
        (_("对比"), _("上月最后一天的同一数字")),
    )


def of_funnel(at: datetime) -> Caliber:
    """What each bar of the funnel counts."""
    return (
        (_("指标筛出"), _("筛查得出、您可以看到的疑点")),
        (_("有效疑点"), _("已并入核查任务的疑点")),
        (_("已分派"), _("已确定主办管理员的任务")),
        (_("核实完成"), _("已办结的任务，含已归档")),
        (_("评定有问题"), _("已办结且至少一个疑点属实的任务")),
        (_("税款入库"), _("认定税款已有入库的任务")),
        (_("截至"), words.stamp_exact(at)),
    )


def of_ranking(at: datetime) -> Caliber:
    """What the columns of the ranking count."""
    return (
        (_("管户"), _("登记在该单位或由该管理员管理的户")),
        (_("逾期率"), _("逾期的在办任务÷在办任务")),
        (_("逾期"), overdue()),
        (_("已结按期率"), on_time()),
        (_("已结命中率"), _hit()),
        (_("入库税款（万元）"), _("任务认定的税款中已经入库的部分，不含滞纳金")),
        (_("人均在办"), _("在办任务÷今日在岗的税收管理员")),
        (_("截至"), words.stamp_exact(at)),
    )


def overdue() -> str:
    """Which limit an open case is past."""
    return _("当前期限已过，中止的不计；提交核查结论前按办结期限，接收前和提交后按当前步骤的期限")


def on_time() -> str:
    """The share of closed cases in time; the indicator of the catalogue divides by all cases."""
    return _(
        "在办结期限内提交核查结论的已办结任务÷已办结任务，不含已作废；指标 ENF-004 则除以全部任务"
    )


def _hit() -> str:
    return _("评定有问题的任务÷已办结任务，不含已作废；指标 ENF-005 则除以全部任务")


def _definition(rate: Rate) -> str:
    return {
        Rate.FILING: _("按期申报户数÷应申报户数，每户计一次（指标 FIL-001）"),
        Rate.PAYMENT: _("按期入库税额÷申报应纳税额（指标 COL-001）"),
        Rate.ABNORMAL: _("非正常户÷（正常户＋停业户＋非正常户），按月末登记状态（指标 REG-002）"),
    }[rate]


def _computed(rates: Rates) -> Caliber:
    """Where a rate comes from, as of when, and against what it is held."""
    if rates.period is None:
        return ((_("来源"), _("综合征管系统；筛查一个月后才有")),)
    return (
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
