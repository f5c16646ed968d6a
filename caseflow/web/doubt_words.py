"""A doubt in words: its verdict sentence, its values with units, its facts, its chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from caseflow.detection.wording import ValueUnit
from caseflow.reads.doubts import Doubt, Indicator
from caseflow.web import charts, words
from caseflow.web.languages import capital, language, name_of
from caseflow.web.speech import _

_WAN = 10_000
# Farther than so many times the median says nothing: the median is close to nothing.
_FAR = 10
_EQUAL_TOO = {"low": "≤", "high": "≥"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure beside the chart."""

    value: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same indicator in a period before the card's own."""

    id: int
    mark: str
    text: str
    finding: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One doubt as its card shows it; ``in_full`` with the numbers of people's papers."""

    mark: str
    doubt: Doubt
    name: str
    verdict: str
    facts: tuple[Fact, ...]
    chart: Markup
    points: tuple[charts.Point, ...]
    has_band: bool
    earlier: tuple[Earlier, ...]
    in_full: bool
    say: Callable[[float | None], str]


def indicator_name(indicator: Indicator) -> str:
    """The indicator's name in the language of the page."""
    return capital(name_of(indicator.zh, indicator.en))


def value(indicator: Indicator, number: float | None) -> str:
    """A value of an indicator with its unit."""
    if number is None:
        return words.NOTHING
    if indicator.unit == ValueUnit.FLAG:
        return _("成立") if number else _("不成立")
    if indicator.unit == ValueUnit.PERCENT:
        return words.percent(number)
    return _yuan(number) if indicator.unit == ValueUnit.YUAN else words.number(number)


def found(indicator: Indicator, number: float | None) -> str:
    """What a warning found: its value, or that the condition holds."""
    return _("成立") if indicator.unit == ValueUnit.FLAG else value(indicator, number)


def limit(indicator: Indicator, side: str, threshold: float | None) -> str:
    """The limit of a warning with its side; a condition has none."""
    if indicator.unit == ValueUnit.FLAG or threshold is None:
        return words.NOTHING
    sign = ("<" if side == "low" else ">") if indicator.is_strict else _EQUAL_TOO[side]
    return f"{sign} {value(indicator, threshold)}"


def short(doubt: Doubt) -> str:
    """A doubt in one line of a list."""
    name = indicator_name(doubt.indicator)
    shown = value(doubt.indicator, doubt.value)
    if doubt.indicator.unit == ValueUnit.FLAG:
        return name
    if doubt.threshold is None:
        return f"{name} {shown}"
    return _against(doubt, name=name, value=shown, limit=value(doubt.indicator, doubt.threshold))


def _against(doubt: Doubt, **said: str) -> str:
    """A value beside the limit that it went beyond or reached."""
    if doubt.side == "low":
        if doubt.indicator.is_strict:
            return _("%(name)s %(value)s，低于 %(limit)s", **said)
        return _("%(name)s %(value)s，不高于 %(limit)s", **said)
    if doubt.indicator.is_strict:
        return _("%(name)s %(value)s，高于 %(limit)s", **said)
    return _("%(name)s %(value)s，达到 %(limit)s", **said)


def verdict(doubt: Doubt) -> str:
    """The sentence above the chart: what was found, against what."""
    text = _("%(period)s：%(short)s", period=words.period(doubt.period), short=short(doubt))
    median = _peer(doubt, "p50")
    if doubt.value is not None and median and abs(doubt.value - median) <= _FAR * abs(median):
        away = abs(doubt.value - median) / abs(median)
        middle = value(doubt.indicator, median)
        text += _(
            "；偏离同行中位数 %(median)s 达 %(share)s", median=middle, share=words.percent(away)
        )
    return text + _("。")


def grouped(doubts: Sequence[Doubt]) -> list[list[tuple[int, Doubt]]]:
    """Doubts by indicator, the weightiest indicator first; in each the latest period first."""
    groups: dict[str, list[tuple[int, Doubt]]] = {}
    for place, doubt in enumerate(doubts, 1):
        groups.setdefault(doubt.indicator.code, []).append((place, doubt))
    return [sorted(group, key=lambda each: -each[1].period) for group in groups.values()]


def evidence(
    group: Sequence[tuple[int, Doubt]],
    history: Sequence[charts.Point],
    frame: charts.Frame,
    *,
    in_full: bool,
) -> Evidence:
    """
    One indicator's doubts as a card.

    Args:
        group: the doubts with their numbers, the latest period first: the card shows that one.
        history: the trend, oldest first.
        frame: where the chart stands.
        in_full: whether numbers of people's papers are shown whole, not masked.

    """
    place, doubt = group[0]
    points = tuple(history) or _single(doubt)
    indicator = doubt.indicator

    def say(number: float | None) -> str:
        return value(indicator, number)

    return Evidence(
        mark=f"E-{place:02}",
        doubt=doubt,
        name=indicator_name(indicator),
        verdict=verdict(doubt),
        facts=tuple(_facts(doubt)),
        chart=chart(doubt, points, frame)
        if len(points) > 1 and indicator.unit != ValueUnit.FLAG
        else Markup(),
        points=points,
        has_band=any(point.low is not None for point in points),
        earlier=tuple(
            Earlier(each.id, f"E-{number:02}", verdict(each), each.finding)
            for number, each in group[1:]
        ),
        in_full=in_full,
        say=say,
    )


def chart(
    doubt: Doubt, points: Sequence[charts.Point], frame: charts.Frame = charts.Frame.CARD
) -> Markup:
    """The indicator over time against its peers."""
    indicator = doubt.indicator
    beyond = sum(point.is_beyond for point in points)
    sentence = _(
        "%(name)s 最近 %(n)s 期走势，其中 %(beyond)s 期越过预警值；%(verdict)s",
        name=indicator_name(indicator),
        n=sum(point.value is not None for point in points),
        beyond=beyond,
        verdict=verdict(doubt),
    )
    limit = _("预警下限") if doubt.side == "low" else _("预警上限")
    return charts.indicator(
        points,
        sentence=sentence,
        say=lambda number: _axis(indicator, number),
        limit_name="" if frame is charts.Frame.PREVIEW else limit,
        frame=frame,
    )


def _yuan(number: float) -> str:
    amount = Decimal(str(number))
    if language() == "en":
        return f"CNY {words.number(amount, 0)}"
    if abs(number) >= _WAN:
        return _("%(amount)s 万元", amount=words.wan(amount))
    return _("%(amount)s 元", amount=words.money(amount))


def _axis(indicator: Indicator, number: float) -> str:
    if indicator.unit == ValueUnit.PERCENT:
        shown = number * 100
        text = f"{shown:.0f}%" if shown == round(shown) else f"{shown:.2f}%"
        return text.replace("-", words.MINUS)
    return words.yuan_short(number) if indicator.unit == ValueUnit.YUAN else words.number(number)


def _facts(doubt: Doubt) -> list[Fact]:
    if doubt.indicator.unit == ValueUnit.FLAG:
        return [Fact(_("成立"), _("%(period)s 条件", period=words.period(doubt.period)), "bad")]
    facts = [
        Fact(
            value(doubt.indicator, doubt.value),
            _("%(period)s 指标值", period=words.period(doubt.period)),
            "bad",
        )
    ]
    if doubt.threshold is not None:
        facts.append(
            Fact(
                value(doubt.indicator, doubt.threshold),
                _("预警下限") if doubt.side == "low" else _("预警上限"),
            )
        )
    count = doubt.peers.get("n")
    if _peer(doubt, "p25") is not None and count:
        low, high = (
            value(doubt.indicator, _peer(doubt, "p25")),
            value(doubt.indicator, _peer(doubt, "p75")),
        )
        facts.append(Fact(f"{low} – {high}", _("同行 P25–P75（%(n)s 户）", n=count)))
    if doubt.estimated_tax is not None:
        facts.append(Fact(words.money(doubt.estimated_tax), _("估算税额（元）")))
    return facts[:4]


def _peer(doubt: Doubt, name: str) -> float | None:
    found = doubt.peers.get(name)
    return float(found) if isinstance(found, (int, float)) else None


def _single(doubt: Doubt) -> tuple[charts.Point, ...]:
    label = words.period(doubt.period)
    return (
        charts.Point(
            label,
            doubt.value,
            _peer(doubt, "p25"),
            _peer(doubt, "p75"),
            doubt.threshold,
            is_beyond=True,
        ),
    )
