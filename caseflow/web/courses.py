"""The way of a case: the stepper and the course on the drawing, which say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from caseflow import clock
from caseflow.engine import SCOPES, Element
from caseflow.reads.cases import Page
from caseflow.vocabulary import CaseStatus, TaskStatus
from caseflow.vocabulary.drawings import STAGES
from caseflow.web import words
from caseflow.web.case_words import doer, holder
from caseflow.web.speech import _, ngettext
from caseflow.web.stages import stage_name

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class StageWords:
    """One stage of the stepper."""

    name: str
    state: str
    sub: str


@dataclass(frozen=True, slots=True)
class Course:
    """The way a case has gone over its drawing."""

    passed: frozenset[str]
    elements: Mapping[str, Element]

    def stages(self) -> frozenset[str]:
        """The stages that the case has gone through, with a person's step or without one."""
        return frozenset(
            self.elements[each].properties.get("stage", "")
            for each in self.passed
            if each in self.elements
        )

    def drawn_stages(self) -> frozenset[str]:
        """The stages that the drawing has."""
        return frozenset(each.properties.get("stage", "") for each in self.elements.values())

    def around(self, element: str) -> Iterator[str]:
        """The sub-processes around an element, the innermost first."""
        while element in self.elements:
            element = self.elements[element].scope
            if element in self.elements:
                yield element

    def idle(self, worked: frozenset[str]) -> tuple[str, ...]:
        """The sub-processes gone through in which nobody had anything to do."""
        busy = {scope for element in worked for scope in self.around(element)}
        return tuple(
            each
            for each in sorted(self.passed - busy)
            if each in self.elements and self.elements[each].type in SCOPES
        )


def stages(page: Page, course: Course) -> tuple[StageWords, ...]:
    """The stepper: done, current and coming stages with names and dates."""
    current = _current(page)
    through, drawn = course.stages(), course.drawn_stages()
    return tuple(
        _stage(page, stage, is_before=place < current, is_through=stage in through)
        for place, stage in enumerate(STAGES)
        if stage in drawn
    )


def drawn(page: Page, course: Course) -> str:
    """The course on the drawing as JSON: what was passed, what is open, how long it took."""
    waiting = [step.element for step in page.steps if step.status is TaskStatus.OPEN]
    around = [scope for element in waiting for scope in course.around(element)]
    current = list(dict.fromkeys([*waiting, *around]))
    done = sorted(course.passed - set(current))
    told = {"done": done, "current": current, "pills": _pills(page, course)}
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")


def _current(page: Page) -> int:
    places = [
        STAGES.index(step.stage)
        for step in page.steps
        if step.status is TaskStatus.OPEN and step.stage in STAGES
    ]
    return min(places) if places else len(STAGES)


def _stage(page: Page, stage: str, *, is_before: bool, is_through: bool) -> StageWords:
    """One stage; what the drawing shows as gone through is never called otherwise here."""
    name = stage_name(stage, page.case.kind)
    is_closed = page.case.closed_at is not None
    steps = [step for step in page.steps if step.stage == stage]
    waiting = [step for step in steps if step.status is TaskStatus.OPEN]
    done = [step for step in steps if step.status is TaskStatus.DONE]
    if waiting:
        holders = (holder(step) for step in waiting)
        return StageWords(name, "current", words.joined(dict.fromkeys(holders)))
    if done:
        who = doer(done[-1])
        day = words.day(done[-1].done_at)
        if is_before or is_closed:
            return StageWords(name, "done", f"{day} {who}")
        return StageWords(name, "todo", _("%(day)s 办过，待重办", day=day))
    if is_closed and page.case.status is not CaseStatus.VOIDED and stage == "closing":
        return StageWords(name, "done", words.day(page.case.closed_at))
    if is_through and (is_before or is_closed):
        return StageWords(name, "done", _("无须办理"))
    return StageWords(name, "todo", _("未经过") if is_closed else "")


def _pills(page: Page, course: Course) -> dict[str, str]:
    """How long each step took; a sub-process bears the pill of the step open in it longest."""
    pills = {}
    worked = [step for step in page.steps if step.status is not TaskStatus.WITHDRAWN]
    for step in worked:
        end = step.done_at or clock.now()
        pills[step.element] = _length(step.opened_at, end, is_open=step.done_at is None)
    for step in worked:
        if step.status is TaskStatus.OPEN:
            for scope in course.around(step.element):
                pills.setdefault(scope, pills[step.element])
    for scope in course.idle(frozenset(step.element for step in worked)):
        pills.setdefault(scope, _("无须办理"))
    return pills


def _length(start: datetime, end: datetime, *, is_open: bool) -> str:
    days = (end - start).total_seconds() / _DAY
    if is_open:
        return ngettext("已 %(num)d 天", "已 %(num)d 天", int(days))
    return _("%(days)s 天", days=f"{days:.1f}")
