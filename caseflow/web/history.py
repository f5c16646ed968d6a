"""Trends for pages: an indicator beside its peers, a household's returns month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from markupsafe import Markup

from caseflow import policy
from caseflow.detection import catalogue, histories
from caseflow.detection.catalogue import Catalogue
from caseflow.lake import calendar_months, households
from caseflow.lake.fields import Registry
from caseflow.models import Taxpayer
from caseflow.reads.doubts import Doubt
from caseflow.services import place
from caseflow.web import charts, words
from caseflow.web.languages import name_of
from caseflow.web.speech import _

_INDICATORS = Path(__file__).parents[2] / "indicators"
_PERIODS = 24
_MONTHS = 12
Value = Decimal | bool | None
_ON_TIME = "filed_on_time"
# What a household declares by its VAT class: the two amounts of the chart, then the rest.
_GENERAL = ("sales_taxable", "vat_payable", "vat_output", "vat_input", _ON_TIME)
_SMALL = ("sales_simple", "vat_payable", "sales_exempt", _ON_TIME)
_NO_VAT = ("cit_revenue", "cit_payable", _ON_TIME)
_DECLARED = {
    "small_scale": _SMALL,
    "fixed_quota": _SMALL,
    "non_vat": _NO_VAT,
    "none": _NO_VAT,
}


@dataclass(frozen=True, slots=True)
class Returns:
    """The returns of a household: a chart and a table; no chart where every amount is nothing."""

    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    chart: Markup


def of(doubts: Sequence[Doubt]) -> tuple[tuple[charts.Point, ...], ...]:
    """
    The trend of each doubt of one household: two years to its period, oldest first.

    A period between that was not screened is a gap; a trend is empty where nothing was screened.
    """
    shipped = rules()
    known = [each for each in doubts if each.indicator.code in shipped.indicators]
    if not known:
        return ((),) * len(doubts)
    asked: dict[str, set[int]] = {}
    for doubt in known:
        asked.setdefault(doubt.indicator.code, set()).update(_months_of(doubt))
    found = histories.of_taxpayer(shipped, known[0].taxpayer_id, asked, root=place.here().lake)
    return tuple(
        tuple(
            _point(each, doubt)
            for each in found.get(doubt.indicator.code, ())
            if each.period in _months_of(doubt)
        )
        for doubt in doubts
    )


def declared(vat_class: str, lines: Sequence[str]) -> tuple[str, ...]:
    """The figures to show of a household; with lines, those of the taxes they answer for."""
    names = _DECLARED.get(vat_class, _GENERAL)
    if not lines:
        return names
    every = [name for name in (*names, *_NO_VAT) if name != _ON_TIME]
    return policy.figures_seen(lines, dict.fromkeys([*every, _ON_TIME]))


def returns(taxpayer: Taxpayer, *, until: int, by_lines: Sequence[str] = ()) -> Returns | None:
    """The declared figures of the last months; None where nothing was taken in.

    ``by_lines`` are the lines by which alone the reader sees the household; none: all is shown.
    """
    known = registry().fields
    names = declared(taxpayer.vat_class, by_lines)
    fields = [known[name] for name in names if name in known]
    months = households.months(place.here().lake, taxpayer.id, fields, until=until, count=_MONTHS)
    if not months:
        return None
    labels = tuple(month_label(month.period) for month in months)
    rows = tuple(
        (
            name_of(field.zh, field.en),
            tuple(_shown(month.values[field.name]) for month in months),
        )
        for field in fields
    )
    charted = [field for field in fields[:2] if field.name != _ON_TIME]
    lines = [
        charts.Line(
            name_of(field.zh, field.en), [_number(month.values[field.name]) for month in months]
        )
        for field in charted
    ]
    if not any(value for line in lines for value in line.values):
        return Returns(labels, rows, Markup())
    sentence = _(
        "最近 %(n)s 个月的%(one)s和%(two)s", n=len(months), one=lines[0].name, two=lines[1].name
    )
    chart = charts.trend(labels, lines, sentence=sentence, say=words.yuan_short, size=(620, 180))
    return Returns(labels, rows, chart)


def month_label(period: int) -> str:
    """A month under a chart: the year stands with each January."""
    year, month = divmod(period, 100)
    return f"{year}-{month:02}" if month == 1 else words.month(month)


def _months_of(doubt: Doubt) -> list[int]:
    return calendar_months.back(doubt.period, _PERIODS)


def _point(found: histories.Point, doubt: Doubt) -> charts.Point:
    limit = found.low if doubt.side == "low" else found.high
    beyond = (
        found.value is not None
        and limit is not None
        and (found.value < limit if doubt.side == "low" else found.value > limit)
    )
    return charts.Point(
        month_label(found.period),
        _number(found.value),
        _number(found.p25),
        _number(found.p75),
        _number(limit),
        is_beyond=beyond or found.period == doubt.period,
    )


def registry() -> Registry:
    """The fields of facts and their sources."""
    return rules().registry


@cache
def rules() -> Catalogue:
    """The catalogue as this version of the product has it."""
    return catalogue.load(_INDICATORS)


def _number(value: Value) -> float | None:
    return None if value is None else float(value)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return words.money(value)
