"""An indicator in words: when it warns, against whom, what it may point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.detection.catalogue import Named
from caseflow.detection.thresholds import ThresholdType
from caseflow.detection.wording import ValueUnit
from caseflow.reads.indicators import Page
from caseflow.web import doubt_words, history, words
from caseflow.web.languages import capital, language, name_of
from caseflow.web.speech import _

Content = Mapping[str, Any]
_NONE = "None"


@dataclass(frozen=True, slots=True)
class Rule:
    """When an indicator warns: its formula, its limit, and its peers where it has any."""

    formula: str
    limit: str
    peers: str


@dataclass(frozen=True, slots=True)
class _Limit:
    """A threshold as the version noted it: type low high strict side factor."""

    type: ThresholdType
    low: float | None
    high: float | None
    is_strict: bool
    side: str
    factor: float


def rule(page: Page) -> Rule:
    """How it is computed and when its value is a warning."""
    noted = _noted(str(page.content.get("threshold", "")))
    indicator = page.indicator
    formula = name_of(indicator.formula_zh, indicator.formula_en)
    return Rule(capital(formula), _limit(page, noted), _peers(noted))


def facts(page: Page) -> tuple[tuple[str, str | None], ...]:
    """What it belongs to."""
    rules, content = history.rules(), page.content
    return (
        (_("指标编号"), page.indicator.code),
        (_("版本"), _("第 %(n)s 版，%(day)s 收录", n=page.indicator.version, day=_day(page))),
        (_("类别"), _named(rules.groups, page.indicator.group)),
        (_("分析方向"), _named(rules.aspects, str(content.get("aspect", "")))),
        (_("评价周期"), _spans().get(str(content.get("period")), words.NOTHING)),
        (_("发起的任务"), _named(rules.case_types, str(content.get("case_type", "")))),
        (_("数值单位"), _unit(page)),
    )


def risks(content: Content) -> tuple[tuple[str, str], ...]:
    """The risk points that it may point to."""
    known = history.rules().risk_points
    return tuple((key, _named(known, key)) for key in content.get("risk_points", ()))


def steps(content: Content) -> tuple[tuple[str, str], ...]:
    """The steps of verification that it asks for, as its version named them."""
    zh, en = content.get("step_names", {}), content.get("step_names_en", {})
    return tuple(
        (key, capital(name_of(zh.get(key, key), en.get(key, key))))
        for key in content.get("steps", ())
    )


def sources(content: Content) -> tuple[str, ...]:
    """Where the rule comes from."""
    known = history.rules().sources
    return tuple(
        str(known[key].more.get("title", known[key].zh)) if key in known else key
        for key in content.get("sources", ())
    )


def _noted(text: str) -> _Limit:
    kind, low, high, strict, side, factor = (*text.split(), *[_NONE] * 6)[:6]
    return _Limit(
        ThresholdType(kind) if kind in list(ThresholdType) else ThresholdType.MONITOR,
        None if low == _NONE else float(low),
        None if high == _NONE else float(high),
        strict != "False",
        side,
        0.0 if factor == _NONE else float(factor),
    )


def _limit(page: Page, noted: _Limit) -> str:
    def say(number: float | None) -> str:
        return doubt_words.value(page.indicator, number)

    if noted.type is ThresholdType.FIXED:
        return _fixed(noted, say(noted.low if noted.side == "low" else noted.high))
    between = {"low": say(noted.low), "high": say(noted.high)}
    plain = {
        ThresholdType.ABS_GT: _("升降幅度超过 %(high)s（高于 %(high)s 或低于 %(low)s）", **between),
        ThresholdType.OUTSIDE: _("低于 %(low)s 或高于 %(high)s", **between),
        ThresholdType.INSIDE: _("在 %(low)s 与 %(high)s 之间（含两端）", **between),
        ThresholdType.FLAG: _("上述条件成立"),
        ThresholdType.MONITOR: _("只监测，不预警"),
    }
    return plain.get(noted.type) or _against_peers(noted)


def _fixed(noted: _Limit, shown: str) -> str:
    if noted.side == "low":
        return (
            _("低于 %(limit)s", limit=shown)
            if noted.is_strict
            else _("不高于 %(limit)s", limit=shown)
        )
    if noted.is_strict:
        return _("高于 %(limit)s", limit=shown)
    return _("达到或高于 %(limit)s", limit=shown)


def _against_peers(noted: _Limit) -> str:
    factor = words.number(noted.factor)
    if noted.type is ThresholdType.PEER_RATIO:
        share = words.percent(noted.factor)
        if noted.side == "low":
            return _("低于同行均值的 %(share)s", share=share)
        return _("高于同行均值的 %(share)s", share=share)
    if noted.type is ThresholdType.PERCENTILE:
        if noted.side == "low":
            return _("低于同行第 %(n)s 百分位", n=factor)
        return _("高于同行第 %(n)s 百分位", n=factor)
    sides = {
        "low": _("低于同行均值减 %(n)s 倍标准差", n=factor),
        "high": _("高于同行均值加 %(n)s 倍标准差", n=factor),
    }
    return sides.get(noted.side) or _("偏离同行均值超过 %(n)s 倍标准差", n=factor)


def _peers(noted: _Limit) -> str:
    """Whom a taxpayer is held against, where the limit follows from others."""
    if noted.type not in (
        ThresholdType.PEER_SIGMA,
        ThresholdType.PEER_RATIO,
        ThresholdType.PERCENTILE,
    ):
        return ""
    law = history.rules().peers
    digits = (", " if language() == "en" else "、").join(str(each) for each in law.digits)
    return _(
        "同行为行业代码前 %(digits)s 位相同（先细后粗，直到不少于 %(least)s 户）、增值税身份相同、"
        "近 12 个月销售额档次相同的纳税人；两端各截去 %(trim)s%% 后计算均值和标准差。"
        "同行不足 %(least)s 户的不预警。",
        digits=digits,
        least=law.min_peers,
        trim=law.trim_percent,
    )


def _named(known: Mapping[str, Named], key: str) -> str:
    if key not in known:
        return key or words.NOTHING
    return capital(name_of(known[key].zh, known[key].en))


def _spans() -> dict[str, str]:
    return {"month": _("按月"), "quarter": _("按季"), "year": _("按年")}


def _unit(page: Page) -> str:
    units = {
        ValueUnit.PERCENT: _("百分比"),
        ValueUnit.YUAN: _("元"),
        ValueUnit.FLAG: _("条件成立与否"),
    }
    return units.get(page.indicator.unit, _("数值"))


def _day(page: Page) -> str:
    return words.day_long(page.recorded_at)
