"""逾期风险: steps and whole cases that are likely to be late, for who watches over the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from caseflow import policy
from caseflow.reads import at_risk as reads
from caseflow.reads.at_risk import AT_RISK, Band, Listing, Row, Sort, Wish
from caseflow.vocabulary import CaseKind, Verb
from caseflow.web import charts, listing, words
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.listing import Filter
from caseflow.web.speech import _
from caseflow.web.stages import stage_name
from caseflow.web.timeline import rung_name

bp = Blueprint("at_risk", __name__)

_KINDS = {
    Band.LATE: "bad",
    Band.NEAR: "warn",
    Band.HALF: "warn",
    Band.EASY: "ok",
    Band.PAUSED: "plain",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One band, with how many are in it."""

    name: str
    href: str
    count: int
    is_current: bool
    kind: str = ""
    icon: str = ""
    count_key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words."""

    row: Row
    name: str
    section: str
    due: words.DueWords
    share: str
    meter: Markup
    band: str
    band_kind: str
    rung: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with its counts and its share of all that is at risk as a bar."""

    name: str
    href: str
    counts: tuple[int, ...]
    at_risk: int
    meter: Markup


@bp.get("/at-risk")
def page() -> str:
    """What is likely to be late, the most pressing first."""
    policy.require(actor(), Verb.DASHBOARD)
    wish = _wish()
    with reading() as session:
        found = reads.listing(session, actor(), wish)
        return render_template(
            "pages/at_risk.html",
            crumbs=[(_("逾期风险"), None)],
            wish=wish,
            scopes=_scopes(wish),
            tabs=list(_tabs(found, wish)),
            lines=[_line(row, wish) for row in found.rows],
            units=_unit_lines(found),
            heads=[_band_name(band) for band in _SHOWN],
            filters=(listing.unit_filter(session, wish.unit_id), _kinds(wish), _sorts(wish)),
            has_filters=listing.has_filters(),
            at_risk=sum(found.counts.get(band, 0) for band in AT_RISK),
            most=reads.LIMIT,
        )


_SHOWN = (Band.LATE, Band.NEAR, Band.HALF, Band.EASY, Band.PAUSED)


def _wish() -> Wish:
    return Wish(
        of_cases=request.args.get("of") == "cases",
        band=listing.term(Band, "band"),
        unit_id=listing.number("unit"),
        kind=listing.term(CaseKind, "kind"),
        sort=listing.term(Sort, "sort") or Sort.SHARE,
    )


def _scopes(wish: Wish) -> list[Tab]:
    return [
        Tab(_("步骤"), listing.link(of=None), 0, not wish.of_cases),
        Tab(_("全程"), listing.link(of="cases"), 0, wish.of_cases),
    ]


def _tabs(found: Listing, wish: Wish) -> Iterator[Tab]:
    at_risk = sum(found.counts.get(band, 0) for band in AT_RISK)
    yield Tab(_("有风险"), listing.link(band=None), at_risk, wish.band is None)
    for band in _SHOWN:
        kind = "bad" if band is Band.LATE else ""
        count = found.counts.get(band, 0)
        yield Tab(
            _band_name(band), listing.link(band=band.value), count, wish.band is band, kind=kind
        )


def _band_name(band: Band) -> str:
    return {
        Band.LATE: _("已逾期"),
        Band.NEAR: _("剩余不足两成"),
        Band.HALF: _("剩余不足一半"),
        Band.EASY: _("时间充裕"),
        Band.PAUSED: _("中止计时"),
    }[band]


def _line(row: Row, wish: Wish) -> Line:
    return Line(
        row=row,
        name=stage_name(row.name) if wish.of_cases else name_of(row.name, row.name_en),
        section=name_of(row.section, row.section_en),
        due=words.due(row.due_at, row.left),
        share=_share(row),
        meter=charts.meter(row.share, _KINDS[row.band]),
        band=_band_name(row.band),
        band_kind={"plain": ""}.get(_KINDS[row.band], _KINDS[row.band]),
        rung=rung_name(row.rung) if row.rung else "",
    )


def _share(row: Row) -> str:
    """How much of the time is left, in whole per cent."""
    return _("无") if row.share <= 0 else f"{max(round(row.share * 100), 1)}%"


def _unit_lines(found: Listing) -> list[UnitLine]:
    most = max((unit.at_risk for unit in found.units), default=0) or 1
    return [
        UnitLine(
            name=name_of(unit.name, unit.name_en),
            href=listing.link(unit=unit.id),
            counts=tuple(unit.counts.get(band, 0) for band in _SHOWN),
            at_risk=unit.at_risk,
            meter=charts.meter(
                unit.at_risk / most, "bad" if unit.counts.get(Band.LATE) else "warn", is_wide=True
            ),
        )
        for unit in found.units
    ]


def _kinds(wish: Wish) -> Filter:
    kinds = tuple((kind.value, say(kind)) for kind in CaseKind)
    return Filter("kind", _("任务类型"), _("全部类型"), kinds, wish.kind.value if wish.kind else "")


def _sorts(wish: Wish) -> Filter:
    sorts = ((Sort.DUE.value, _("期限近的在前")),)
    chosen = wish.sort.value if wish.sort is Sort.DUE else ""
    return Filter("sort", _("排序"), _("剩余比例少的在前"), sorts, chosen)
