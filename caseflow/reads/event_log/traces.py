"""Cases as traces: the life of each step on a desk, and every other act, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow.models import Case, Definition, Task, Unit
from caseflow.models.record import RecordEvent
from caseflow.reads import insight
from caseflow.reads.insight import Wish
from caseflow.vocabulary import Actor, TaskStatus

_AT_ONCE = 200
# What the tasks tell already.
_TOLD = ("task.completed", "task.claimed")
_PERSON = "user:"

_Section = aliased(Unit)
_District = aliased(Unit)


@dataclass(frozen=True, slots=True)
class Event:
    """One moment in the life of a step, or an act that is none; names in both languages.

    ``transition`` is a word of the standard life cycle of XES; ``unit`` is where the step lies.
    """

    at: datetime
    name: str
    name_en: str
    transition: str
    element: str
    instance: str
    user_id: int | None = None
    system: str = ""
    role: str = ""
    unit: str = ""
    unit_en: str = ""
    is_sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """One case with its events, oldest first."""

    number: str
    version: int
    status: str
    outcome: str
    district: str
    district_en: str
    section: str
    section_en: str
    events: tuple[Event, ...]


def traces(session: Session, actor: Actor, wish: Wish) -> Iterator[Trace]:
    """The cases wished for within the actor's reach, oldest first, so many at a time."""
    last = 0
    while True:
        query = (
            select(Case, Definition.version, _District, _Section)
            .join(Definition, Definition.id == Case.definition_id)
            .join(_District, _District.id == Case.district_id)
            .join(_Section, _Section.id == Case.section_id)
            .where(insight.wanted(actor, wish), Case.id > last)
            .order_by(Case.id)
            .limit(_AT_ONCE)
        )
        rows = session.execute(query).all()
        if not rows:
            return
        events = _events(session, [row[0].id for row in rows])
        for case, version, district, section in rows:
            yield Trace(
                number=case.number,
                version=version,
                status=case.status.value,
                outcome=case.outcome or "",
                district=district.name,
                district_en=district.name_en,
                section=section.name,
                section_en=section.name_en,
                events=tuple(sorted(events.get(case.id, ()), key=lambda event: event.at)),
            )
        last = rows[-1][0].id
        session.expunge_all()  # a long log is not held as a whole


def _events(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[Event]]:
    """The events of these cases; acts first, so that at one instant an act comes before a step."""
    found: dict[int, list[Event]] = {}
    streams = {f"case:{case_id}": case_id for case_id in case_ids}
    acts = session.execute(
        select(RecordEvent.stream, RecordEvent.at, RecordEvent.action, RecordEvent.actor)
        .where(RecordEvent.stream.in_(streams), RecordEvent.action.not_in(_TOLD))
        .order_by(RecordEvent.id)
    )
    for stream, at, action, signature in acts:
        found.setdefault(streams[stream], []).append(_act(at, action, signature))
    steps = session.execute(
        select(Task, Unit)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.case_id.in_(case_ids))
        .order_by(Task.id)
    )
    for task, unit in steps:
        found.setdefault(task.case_id, []).extend(_life(task, unit))
    return found


def _act(at: datetime, action: str, signature: str) -> Event:
    person, _, _deputy = signature.removeprefix(_PERSON).partition("/")
    is_person = signature.startswith(_PERSON) and person.isdigit()
    return Event(
        at=at,
        name=action,
        name_en=action,
        transition="complete",
        element=action,
        instance="",
        user_id=int(person) if is_person else None,
        system="" if is_person else signature.partition(":")[2],
    )


def _life(task: Task, unit: Unit) -> Iterator[Event]:
    """A step is scheduled when it opens, starts when it is taken, and ends or is withdrawn."""

    def event(at: datetime, transition: str, user_id: int | None = None) -> Event:
        return Event(
            at=at,
            name=task.name,
            name_en=task.name_en,
            transition=transition,
            element=task.element,
            instance=f"{task.case_id}-{task.key}",
            user_id=user_id,
            role=task.roles[0] if task.roles else "",
            unit=unit.name,
            unit_en=unit.name_en,
            is_sent_back=task.return_reason is not None,
        )

    yield event(task.opened_at, "schedule")
    if task.claimed_at is not None:
        yield event(task.claimed_at, "start", task.assignee_id)
    if task.done_at is not None and task.status is TaskStatus.DONE:
        yield event(task.done_at, "complete", task.done_by)
    elif task.done_at is not None:
        yield event(task.done_at, "withdraw")
