"""Acts across all streams of the record, as an auditor searches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select, true
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Task, Taxpayer, User
from caseflow.models.record import RecordEvent
from caseflow.reads import record, taxpayers
from caseflow.vocabulary import Actor, Verb
from caseflow.vocabulary.people import SYSTEM

LIMIT = 50
COUNT_CAP = 10_000
_CASE = "case:"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks for: of which case or household, by whom, which act, from when to when."""

    text: str = ""
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act with the case it belongs to, if it belongs to one."""

    event: record.Event
    case_id: int | None
    number: str
    taxpayer: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of acts, newest first, the count of the whole, and the names of their steps."""

    acts: tuple[Act, ...]
    names: Mapping[str, tuple[str, str]]
    count: int
    is_capped: bool
    next_before: int | None


def of(session: Session, actor: Actor, wish: Wish) -> Found:
    """Search the whole record; five statements."""
    policy.require(actor, Verb.READ_RECORD)
    condition = _condition(wish)
    query = select(RecordEvent).where(condition).order_by(RecordEvent.id.desc()).limit(LIMIT + 1)
    if wish.before:
        query = query.where(RecordEvent.id < wish.before)
    rows = session.scalars(query).all()
    capped = select(RecordEvent.id).where(condition).limit(COUNT_CAP + 1).subquery()
    count = session.scalar(select(func.count()).select_from(capped)) or 0
    shown = record.events(session, rows[:LIMIT])
    cases = _cases(session, shown)
    return Found(
        acts=tuple(Act(event, *cases.get(event.stream, (None, "", ""))) for event in shown),
        names=_step_names(session, [each[0] for each in cases.values()]),
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        next_before=shown[-1].id if len(rows) > LIMIT else None,
    )


def _condition(wish: Wish) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if wish.text:
        fits = or_(Case.number == wish.text.upper(), taxpayers.named(wish.text))
        found = (
            select(_CASE + cast(Case.id, Text))
            .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
            .where(fits)
        )
        parts.append(RecordEvent.stream.in_(found))
    if wish.person:
        parts.append(_by(wish.person))
    if wish.action:
        parts.append(RecordEvent.action == wish.action)
    if wish.since:
        parts.append(RecordEvent.at >= clock.start_of(wish.since))
    if wish.until:
        parts.append(RecordEvent.at < clock.end_of(wish.until))
    return and_(*parts)


def _by(person: str) -> ColumnElement[bool]:
    """Acts of people whose name holds these characters; of machines by the name of the system."""
    named = select("user:" + cast(User.id, Text)).where(User.name.contains(person, autoescape=True))
    by_people = RecordEvent.actor.in_(named)
    if person == SYSTEM.name:
        return or_(by_people, RecordEvent.actor.startswith("system:"))
    return by_people


def _cases(session: Session, events: Sequence[record.Event]) -> dict[str, tuple[int, str, str]]:
    """The cases of these streams: id, number, taxpayer."""
    ids = {int(event.stream.removeprefix(_CASE)) for event in events if _is_case(event.stream)}
    rows = session.execute(
        select(Case.id, Case.number, Taxpayer.name)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Case.id.in_(ids))
    )
    return {f"{_CASE}{row[0]}": (row[0], row[1], row[2]) for row in rows}


def _is_case(stream: str) -> bool:
    kind, _colon, key = stream.partition(":")
    return kind == "case" and key.isdigit()


def _step_names(session: Session, case_ids: Sequence[int]) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        select(Task.element, Task.name, Task.name_en).where(Task.case_id.in_(case_ids)).distinct()
    )
    return {row.element: (row.name, row.name_en) for row in rows}
