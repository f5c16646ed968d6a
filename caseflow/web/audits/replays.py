"""Replay (回放): a case act by act, on its drawing, with what stood on the desks then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Answer
from caseflow.reads import cases as case_reads
from caseflow.reads import preview as preview_reads
from caseflow.reads import record as reads
from caseflow.reads.audits import replay
from caseflow.services import definitions
from caseflow.vocabulary import CaseStatus, Invalid, Reading, Role, Verb
from caseflow.web import answer_words, readings, record_words, timeline
from caseflow.web import listing as lists
from caseflow.web.courses import Course
from caseflow.web.faults import Faults
from caseflow.web.house import actor
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _
from caseflow.web.term_filters import outcome
from caseflow.web.words import joined

bp = Blueprint("replays", __name__)


@dataclass(frozen=True, slots=True)
class DeskWords:
    """A step that was on a desk, in words."""

    name: str
    where: str
    who: str
    is_taken: bool
    since: datetime
    due: datetime | None
    is_due_recorded: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """What was last handed in at a step by then."""

    name: str
    seq: int
    pairs: tuple[tuple[str, str], ...]


@bp.get("/cases/<int:case_id>/replay")
def page(case_id: int) -> tuple[str, int]:
    """The case after one of its acts; the first one unless the address names another."""
    policy.require(actor(), Verb.READ_RECORD)
    with readings.noted(case_id, Reading.RECORD) as session:
        shown = case_reads.page(session, actor(), case_id)
        events = reads.of_case(session, actor(), shown.case).events
        if not events:
            raise Invalid("bad_page")
        faults = Faults()
        event = faults.read("step", lambda name: _chosen(events, name), events[0])
        names = preview_reads.step_names(session, case_id)
        answers = reads.answers(session, case_id)
        lines = record_words.lines(events, names, answers)
        told = replay.state(events, event.seq)
        definition_id, file, version = replay.definition(session, shown.case, told.version)
        desks = replay.desks(session, shown.case, told, event.at)
        course = Course(
            frozenset(told.passed), definitions.process_of(session, definition_id).elements
        )
        shown_page = render_template(
            "pages/case_replay.html",
            crumbs=[
                (_("办理留痕"), url_for("record.listing")),
                (shown.case.number, url_for("record.page", case_id=case_id)),
                (_("回放"), None),
            ],
            shown=shown,
            faults=faults,
            lines=lines,
            line=next(each for each in lines if each.event.seq == event.seq),
            place=events.index(event) + 1,
            first=lists.link(step=events[0].seq),
            previous=_beside(events, event, -1),
            next=_beside(events, event, 1),
            told=told,
            status=_status(told.status),
            outcome=outcome(told.outcome) if told.outcome else "",
            desks=[_desk(each, names) for each in desks],
            answers=_answers(session, shown, told, answers, names),
            own=record_words.handed_in(session, shown, answers, _line(lines, event)),
            course=_drawn(told, course),
            drawing=url_for("definitions.file", definition_id=definition_id, name=file),
            definition_id=definition_id,
            version=version,
        )
        return faults.answer(shown_page)


def _chosen(events: Sequence[reads.Event], name: str) -> reads.Event:
    wanted = lists.number(name)
    if wanted is None:
        return events[0]
    found = next((event for event in events if event.seq == wanted), None)
    if found is None:
        raise Invalid("bad_page", why="no_such_step", first=events[0].seq, last=events[-1].seq)
    return found


def _line(lines: Sequence[record_words.Line], event: reads.Event) -> record_words.Line:
    return next(each for each in lines if each.event.seq == event.seq)


def _beside(events: Sequence[reads.Event], event: reads.Event, way: int) -> str | None:
    place = events.index(event) + way
    return lists.link(step=events[place].seq) if 0 <= place < len(events) else None


def _status(text: str) -> str:
    return say(CaseStatus(text)) if text in set(CaseStatus) else text


def _desk(desk: replay.Desk, names: timeline.Names) -> DeskWords:
    step = desk.step
    people = joined(
        f"{each.name}（{say(each.role)}）" if isinstance(each.role, Role) else each.name
        for each in desk.who
    )
    taken = step.taken_by is not None or (desk.task is not None and desk.task.relation is not None)
    return DeskWords(
        name=name_of(*names.get(step.element, (step.element, step.element))),
        where=name_of(desk.unit, desk.unit_en),
        who=people or _("没有人"),
        is_taken=taken,
        since=step.since,
        due=step.due_at or (desk.task.due_at if desk.task else None),
        is_due_recorded=step.is_due_recorded,
    )


def _answers(
    session: Session,
    shown: case_reads.Page,
    told: replay.State,
    answers: Mapping[int, Answer],
    names: timeline.Names,
) -> list[Handed]:
    """What had been handed in by then, the latest of each step, the newest first."""
    return [
        Handed(
            name_of(*names.get(element, (element, element))),
            seq,
            answer_words.of(session, shown, answers[seq]),
        )
        for element, seq in sorted(told.answered.items(), key=lambda pair: -pair[1])
        if seq in answers
    ]


def _drawn(told: replay.State, course: Course) -> str:
    """The course on the drawing: passed before, passed by this act, standing open."""
    waiting = [step.element for step in told.open]
    around = [scope for element in waiting for scope in course.around(element)]
    current = list(dict.fromkeys([*waiting, *around]))
    done = sorted(told.passed - set(current))
    pills = {each: _("这一步") for each in told.fresh if each in current or each in waiting}
    picture = {"done": done, "current": current, "pills": pills}
    return json.dumps(picture, ensure_ascii=False).replace("<", "\\u003c")
