"""Lists: their filters in the address, their pages, their links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from caseflow.reads import cases, tax_warnings, taxpayers, units
from caseflow.vocabulary import CaseKind, CaseStatus, Invalid, Outcome, WarningStatus
from caseflow.vocabulary.drawings import STAGES
from caseflow.web import doubt_words, words
from caseflow.web.house import actor
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _
from caseflow.web.stages import stage_name

Enum = TypeVar("Enum", bound=StrEnum)
# What an address asks for, by name.
Settings = Mapping[str, str]
# What the address says of how the list is shown, not of what is in it.
NOT_FILTERS = frozenset({"before", "after", "part", "preview", "task"})
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a list as a select box."""

    name: str
    label: str
    any: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the list goes on, and back to its beginning."""

    first: str | None
    next: str | None


def link(**changes: object) -> str:
    """This page with other settings; None takes a setting out."""
    kept = {name: value for name, value in request.args.items() if name not in ("before", "after")}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return request.path + (f"?{urlencode(kept)}" if kept else "")


def pages(cursor: object, name: str) -> Pages:
    """The links under a list whose next page begins at a cursor."""
    is_first = name not in request.args
    return Pages(
        None if is_first else link(**{name: None}),
        None if cursor is None else link(**{name: cursor}),
    )


def has_filters() -> bool:
    """Whether the address narrows the list."""
    return any(
        value for name, value in request.args.items() if name not in ("before", "after", "part")
    )


def case_wish(kept: Settings | None = None) -> cases.Wish:
    """What the address, or settings kept from one, ask of the list of cases."""
    asked = request.args if kept is None else kept
    state = asked.get("state", "")
    return cases.Wish(
        status=term(CaseStatus, "status", asked),
        kind=term(CaseKind, "kind", asked),
        is_open={"open": True, "closed": False}.get(state),
        unit_id=number("unit", asked),
        grade=number("grade", asked),
        stage=asked.get("stage", ""),
        outcome=asked.get("outcome", ""),
        indicator=asked.get("indicator", ""),
        run_id=number("run", asked),
        is_late=asked.get("late") == "1",
        is_problem=asked.get("problem") == "1",
        has_paid=asked.get("paid") == "1",
        is_dispatched={"1": True, "0": False}.get(asked.get("dispatched", "")),
        is_in_time=asked.get("in_time") == "1",
        officer_id=number("officer", asked),
        batch_id=number("batch", asked),
        campaign_id=number("campaign", asked),
        cause=asked.get("cause", ""),
        course=_course(asked),
        text=asked.get("text", "").strip(),
        before=number("before", asked),
    )


def _course(asked: Settings) -> cases.Course:
    """What a figure of the insight into a process brings along."""
    return cases.Course(
        process=asked.get("process", ""),
        version_id=number("version", asked),
        since=day("since", asked),
        until=day("until", asked),
        is_ended=asked.get("ended") == "1",
        at=_elements("at", asked),
        is_late_there=asked.get("at_late") == "1",
        passed=asked.get("passed", ""),
        variant_id=number("variant", asked),
        repeated=asked.get("repeated", ""),
        reason=asked.get("reason", ""),
        sent_to=asked.get("sent_to", ""),
    )


def _elements(name: str, asked: Settings) -> tuple[str, ...]:
    return tuple(each for each in asked.get(name, "").split(",") if each)


def case_filters(session: Session, wish: cases.Wish) -> tuple[Filter, ...]:
    """The select boxes above the list of cases."""
    return (
        Filter(
            "state",
            _("在办或已结"),
            _("在办和已结"),
            (("open", _("在办")), ("closed", _("已结"))),
            {True: "open", False: "closed", None: ""}[wish.is_open],
        ),
        Filter(
            "kind",
            _("任务类别"),
            _("全部类别"),
            tuple((kind.value, say(kind)) for kind in CaseKind),
            wish.kind.value if wish.kind else "",
        ),
        Filter(
            "status",
            _("任务状态"),
            _("全部状态"),
            tuple((status.value, say(status)) for status in CaseStatus),
            wish.status.value if wish.status else "",
        ),
        Filter(
            "stage",
            _("阶段"),
            _("全部阶段"),
            tuple((stage, stage_name(stage)) for stage in STAGES),
            wish.stage,
        ),
        _grades(wish.grade),
        Filter(
            "outcome",
            _("处理结果"),
            _("全部结果"),
            tuple((outcome.value, say(outcome)) for outcome in Outcome),
            wish.outcome,
        ),
        unit_filter(session, wish.unit_id),
    )


def taxpayer_wish() -> taxpayers.Wish:
    """What the address asks of the list of households."""
    after = request.args.get("after", "")
    key, _sep, last = after.rpartition("~")
    if after and not last.isdigit():
        raise Invalid("bad_page")
    return taxpayers.Wish(
        text=request.args.get("text", "").strip(),
        kind=request.args.get("kind", ""),
        reg_status=request.args.get("reg_status", ""),
        vat_class=request.args.get("vat_class", ""),
        unit_id=number("unit"),
        administrator_id=number("officer"),
        is_managed={"1": True, "0": False}.get(request.args.get("managed", "")),
        is_mine=request.args.get("mine") == "1",
        has_doubts=request.args.get("doubts") == "1",
        after=(key, int(last)) if after else None,
    )


def warning_wish() -> tax_warnings.Wish:
    """What the address asks of the list of warnings."""
    return tax_warnings.Wish(
        run_id=number("run"),
        indicator=request.args.get("indicator", ""),
        status=term(WarningStatus, "status"),
        severity=number("severity"),
        unit_id=number("unit"),
        period=_period("period"),
        has_joined=request.args.get("joined") == "1",
        text=request.args.get("text", "").strip(),
        before=number("before"),
    )


def warning_filters(session: Session, wish: tax_warnings.Wish) -> tuple[Filter, ...]:
    """The select boxes above the list of warnings."""
    indicators = tax_warnings.indicators(session)
    return (
        Filter(
            "indicator",
            _("指标"),
            _("全部指标"),
            tuple(
                (each.code, f"{each.code} {doubt_words.indicator_name(each)}")
                for each in indicators
            ),
            wish.indicator,
        ),
        Filter(
            "status",
            _("处理情况"),
            _("全部情况"),
            tuple((status.value, say(status)) for status in WarningStatus),
            wish.status.value if wish.status else "",
        ),
        Filter(
            "severity",
            _("严重程度"),
            _("全部程度"),
            tuple((str(severity), words.severity(severity)) for severity in (3, 2, 1)),
            str(wish.severity or ""),
        ),
        unit_filter(session, wish.unit_id),
    )


def unit_filter(session: Session, chosen: int | None) -> Filter:
    """The units within the actor's reach."""
    found = list(units.within_reach(session, actor()))
    if chosen and chosen not in [unit.id for unit in found]:
        # A figure leads to the list of a section, whose boxes offer districts.
        found += [unit for unit in [units.one(session, chosen)] if unit]
    return Filter(
        "unit",
        _("单位"),
        _("全部单位"),
        tuple((str(unit.id), name_of(unit.name, unit.name_en)) for unit in found),
        str(chosen or ""),
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that a link brought along and that no select box shows."""

    words: str
    name: str
    value: str
    cleared: str


def said(filters: Iterable[Filter], text: str, chips: Iterable[Chip]) -> list[str]:
    """Everything that narrows the list, in words."""
    chosen = [
        _(
            "%(filter)s：%(words)s",
            filter=each.label,
            words=dict(each.choices).get(each.chosen, each.chosen),
        )
        for each in filters
        if each.chosen
    ]
    return [*([text] if text else []), *chosen, *(chip.words for chip in chips)]


def export_link(endpoint: str) -> str:
    """The list as a file, by the filters of this page."""
    kept = {name: value for name, value in request.args.items() if name not in NOT_FILTERS}
    return url_for(endpoint) + (f"?{urlencode(kept)}" if kept else "")


def count_words(count: int, *, is_capped: bool) -> str:
    """How many rows there are; a very long list says "more than"."""
    shown = f"{count:,}"
    return _("超过 %(count)s 条", count=shown) if is_capped else _("共 %(count)s 条", count=shown)


def day(name: str, kept: Settings | None = None) -> date | None:
    """A date of the address, or of settings kept from one; none when it is left out."""
    text = (request.args if kept is None else kept).get(name, "")
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_page", why="not_a_date") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Invalid("bad_page", why="not_a_date")
    return found


def number(name: str, kept: Settings | None = None) -> int | None:
    """A whole number of the address, or of settings kept from one; none when it is left out."""
    text = (request.args if kept is None else kept).get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 -- a bigint
        raise Invalid("bad_page", why="not_whole")
    return int(text)


def year(name: str) -> int | None:
    """A year of the address; none when it is left out."""
    found = number(name)
    if found is not None and not _FIRST_YEAR <= found <= _LAST_YEAR:
        raise Invalid("bad_page")
    return found


def term(terms: type[Enum], name: str, kept: Settings | None = None) -> Enum | None:
    """One of these terms; none when it is left out."""
    text = (request.args if kept is None else kept).get(name, "")
    if not text:
        return None
    try:
        return terms(text)
    except ValueError:
        raise Invalid("bad_page", why="not_a_choice") from None


def _grades(chosen: int | None) -> Filter:
    grades = tuple((str(grade), words.grade(grade)) for grade in (1, 2, 3))
    return Filter("grade", _("风险等级"), _("全部等级"), grades, str(chosen or ""))


def _period(name: str) -> int | None:
    """A month YYYYMM or a year of the address."""
    found = number(name)
    if found is None:
        return None
    year, month = divmod(found, 100) if found > _LAST_YEAR else (found, 0)
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and month <= _MONTHS):
        raise Invalid("bad_page")
    return found
