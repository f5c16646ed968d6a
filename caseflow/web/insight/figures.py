"""The figures of the insight as lines of tables; each number with the list that it counts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from caseflow.engine import SCOPES, Element, Process
from caseflow.reads.cases import ANY_STEP
from caseflow.reads.insight import Insight
from caseflow.vocabulary.choices import AssignReturnReason, RefusalReason, ReturnReason
from caseflow.web import listing, process_words, words
from caseflow.web.insight.settings import Heat, Settings
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _
from caseflow.web.term_filters import lane

_HEATS = 4
# From which share of overdue cases on a step is tinted by how much.
_LATE_FROM = (0.0001, 0.1, 0.25, 0.5)


class Links:
    """Leads from figures to the cases they count; nowhere for who may open none."""

    def __init__(self, settings: Settings, *, is_open: bool) -> None:
        """Keep the address that all of them begin with: a page has some hundred."""
        self.is_open = is_open
        self._kept: dict[str, Any] = settings.kept()
        self._base = url_for("cases.listing_page", **self._kept)

    def to(self, **further: str) -> str:
        """The list of the cases that are asked for and fit this as well."""
        if not self.is_open or not further:
            return self._base if self.is_open else ""
        return f"{self._base}&{urlencode(further)}"

    def of_unit(self, unit_id: int, **further: str) -> str:
        """The same of one unit."""
        if not self.is_open:
            return ""
        kept: dict[str, Any] = {**self._kept, "unit": unit_id, **further}
        return url_for("cases.listing_page", **kept)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of cases and the list of them."""

    value: int
    href: str

    @property
    def text(self) -> str:
        """The number as it is written."""
        return f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the drawing, a sub-process or a call; times and shares as they are written."""

    id: str
    name: str
    place: str
    is_around: bool
    waiting: Count
    # Open steps, where one case has several.
    steps: str
    age: str
    late: Count
    late_share: str
    done: Count
    median: str
    ninth: str
    again: Count
    heat: int


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One way out of a branching, and the share of the cases there that took it."""

    id: str
    source: str
    name: str
    target: str
    cases: Count
    share: str
    is_branch: bool
    # The share of all cases that took it.
    weight: float


@dataclass(frozen=True, slots=True)
class VariantLine:
    """One way that ended cases went, step by step."""

    steps: tuple[tuple[str, int], ...]
    cases: Count
    share: str
    median: str


@dataclass(frozen=True, slots=True)
class Line:
    """A name with a number of cases, how many times in all, and what is said beside it."""

    name: str
    note: str
    cases: Count
    times: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit beside the others, and the same page for it alone."""

    name: str
    href: str
    cases: Count
    open: Count
    late: Count
    late_share: str
    ended: Count
    median: str
    again: Count
    again_share: str


def totals(found: Insight, links: Links) -> list[tuple[str, Count | None, str]]:
    """The cases in all: name, count, text of what is no count."""
    total = found.totals
    return [
        (_("任务"), Count(total.cases, links.to()), ""),
        (_("在办"), Count(total.open, links.to(state="open")), ""),
        (_("已结（含作废）"), Count(total.ended, links.to(ended="1")), ""),
        (_("已结任务历时中位"), None, days(total.median)),
        (_("不同路径"), None, f"{found.variant_count:,}"),
    ]


def steps(process: Process, found: Insight, links: Links, heat: Heat) -> list[StepLine]:
    """Every step, sub-process and call that cases came to, in the order of the drawing."""
    known = _known(found)
    shown = [key for key in process.elements if key in known]
    unknown = sorted(known - set(process.elements))
    values = {each: _value(found, each, heat) for each in [*shown, *unknown]}
    most = max(values.values(), default=0.0)
    return [
        _step(process, found, links, each, heat=_level(value, most, heat))
        for each, value in values.items()
    ]


def _known(found: Insight) -> set[str]:
    return {*found.waiting, *found.worked, *found.repeated}


def unseen(process: Process, found: Insight) -> str:
    """The steps that no case has come to, in words."""
    known = _known(found)
    return words.joined(
        process_words.of(process, element.id)
        for element in process.elements.values()
        if element.form_key and element.id not in known
    )


def _step(process: Process, found: Insight, links: Links, key: str, *, heat: int) -> StepLine:
    element = process.elements.get(key)
    waiting, worked = found.waiting.get(key), found.worked.get(key)
    again = found.repeated.get(key)
    inside = ",".join(_inside(process, key))
    return StepLine(
        id=key,
        name=process_words.of(process, key),
        place=_place(process, element) if element else "",
        is_around=bool(element and element.type in SCOPES),
        waiting=Count(waiting.cases if waiting else 0, links.to(at=inside)),
        steps=f"{waiting.steps:,}" if waiting and waiting.steps > waiting.cases else "",
        age=days(waiting.age if waiting else None),
        late=Count(waiting.late if waiting else 0, links.to(at=inside, at_late="1")),
        late_share=percent(waiting.late_share) if waiting else words.NOTHING,
        done=Count(found.passed.get(key, 0), links.to(passed=key)),
        median=days(worked.median if worked else None),
        ninth=days(worked.ninth if worked else None),
        again=Count(again.cases if again else 0, links.to(repeated=key)),
        heat=heat,
    )


def _place(process: Process, element: Element) -> str:
    """What is around a step, since steps of two may share a name, and whose step it is."""
    around = process_words.of(process, element.scope) if element.scope else ""
    return " · ".join(each for each in (around, lane(element.lane)) if each)


def _inside(process: Process, key: str) -> Iterator[str]:
    """The element itself, or of a sub-process the steps and calls inside it.

    A call stands for what is inside it.
    """
    element = process.elements.get(key)
    if element is None or element.type != "subProcess":
        yield key
        return
    for each in process.elements.values():
        if each.scope == key and (each.needs_person or each.type in SCOPES):
            yield from _inside(process, each.id)


def _value(found: Insight, key: str, heat: Heat) -> float:
    """The figure that a step is tinted by."""
    waiting, worked, again = (
        found.waiting.get(key),
        found.worked.get(key),
        found.repeated.get(key),
    )
    values = {
        Heat.CASES: waiting.cases if waiting else 0,
        Heat.AGE: waiting.age if waiting else 0,
        Heat.LATE: waiting.late_share if waiting else 0,
        Heat.TIME: worked.median if worked else 0,
        Heat.AGAIN: again.cases if again else 0,
    }
    return float(values[heat])


def _level(value: float, most: float, heat: Heat) -> int:
    """0 to 4: shares by fixed steps, all else by its part of the largest, small ones told apart."""
    if value <= 0 or most <= 0:
        return 0
    if heat is Heat.LATE:
        return sum(value >= limit for limit in _LATE_FROM)
    return max(1, math.ceil(_HEATS * math.sqrt(value / most) - 0.5))


def flows(process: Process, found: Insight, links: Links) -> list[FlowLine]:
    """Every flow that was or could be taken; those out of a branching come first in tables."""
    leaving: dict[str, int] = {}
    for flow in process.flows.values():
        leaving[flow.source] = leaving.get(flow.source, 0) + 1
    total = max(found.totals.cases, 1)
    lines = []
    for flow in process.flows.values():
        cases, there = found.passed.get(flow.id, 0), found.passed.get(flow.source, 0)
        lines.append(
            FlowLine(
                id=flow.id,
                source=process_words.of(process, flow.source),
                name=name_of(flow.name, flow.name_en),
                target=process_words.of(process, flow.target),
                cases=Count(cases, links.to(passed=flow.id)),
                share=percent(cases / there) if there else words.NOTHING,
                is_branch=leaving[flow.source] > 1 and not _is_parallel(process, flow.source),
                weight=cases / total,
            )
        )
    return lines


def _is_parallel(process: Process, key: str) -> bool:
    element = process.elements.get(key)
    return element is not None and element.type == "parallelGateway"


def variants(process: Process, found: Insight, links: Links) -> list[VariantLine]:
    """The ways most often gone; the same step several times in a row is told once, with a count."""
    lines = []
    for row in found.variants:
        told: list[tuple[str, int]] = []
        for step in row.steps:
            text = " + ".join(process_words.of(process, each) for each in step.split("+"))
            if told and told[-1][0] == text:
                told[-1] = (text, told[-1][1] + 1)
            else:
                told.append((text, 1))
        cases = Count(row.cases, links.to(variant=str(row.id), ended="1"))
        share = percent(row.cases / max(found.totals.ended, 1))
        lines.append(VariantLine(tuple(told), cases, share, days(row.median)))
    return lines


def units(found: Insight, links: Links) -> list[UnitLine]:
    """The units side by side, those with the largest part of overdue cases first."""
    rows = sorted(found.units, key=lambda row: (-row.late / max(row.open, 1), row.unit.code))
    return [
        UnitLine(
            name=name_of(row.unit.name, row.unit.name_en),
            href=listing.link(unit=row.unit.id),
            cases=Count(row.cases, links.of_unit(row.unit.id)),
            open=Count(row.open, links.of_unit(row.unit.id, state="open")),
            late=Count(row.late, links.of_unit(row.unit.id, at_late="1")),
            late_share=percent(row.late / row.open) if row.open else words.NOTHING,
            ended=Count(row.ended, links.of_unit(row.unit.id, ended="1")),
            median=days(row.median),
            again=Count(row.again, links.of_unit(row.unit.id, repeated=ANY_STEP)),
            again_share=percent(row.again / row.cases),
        )
        for row in rows
    ]


def repeated(process: Process, found: Insight, links: Links) -> list[Line]:
    """The steps done over again, those of most cases first."""
    rows = sorted(found.repeated.items(), key=lambda item: (-item[1].cases, item[0]))
    return [
        Line(
            process_words.of(process, key),
            percent(each.cases / max(found.passed.get(key, each.cases), each.cases)),
            Count(each.cases, links.to(repeated=key)),
            f"{each.again:,}",
        )
        for key, each in rows
    ]


def returned(process: Process, found: Insight, links: Links) -> list[Line]:
    """The reasons for which cases were sent back, and to which step."""
    return [
        Line(
            _reason(each.reason),
            process_words.of(process, each.element),
            Count(each.cases, links.to(reason=each.reason, sent_to=each.element)),
            f"{each.times:,}",
        )
        for each in found.returned
    ]


def _reason(told: str) -> str:
    """What was typed, else the choice that was made."""
    for choices in (ReturnReason, AssignReturnReason, RefusalReason):
        if told in set(choices):
            return say(choices(told))
    return told


def days(value: float | None) -> str:
    """A length of time in days, one place; nothing for none."""
    return words.NOTHING if value is None else f"{value:,.1f}"


def percent(share: float) -> str:
    """A share in whole percent; the smallest and the largest are not rounded away."""
    whole = round(share * 100)
    if share > 0 and whole == 0:
        return "<1%"
    if share < 1 and whole == 100:  # noqa: PLR2004 -- per cent
        return ">99%"
    return f"{whole}%"
