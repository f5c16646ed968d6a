"""Acts across all streams of the record, as an auditor searches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Task, Taxpayer, User
from caseflow.models.record import RecordEvent
from caseflow.reads import record, taxpayers
from caseflow.vocabulary import Actor, Verb
from caseflow.vocabulary.people import CLOCKWORK, SYSTEM

LIMIT = 50
COUNT_CAP = 10_000
_CASE = "case:"
_TEXTS = ARRAY(Text)
_SIDE_BY_SIDE = timedelta(days=1)
_LAST_ONES = 1_000


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
    """Search the whole record; five statements, and one each for a person and a last day."""
    policy.require(actor, Verb.READ_RECORD)
    condition = _condition(session, wish)
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


def _condition(session: Session, wish: Wish) -> ColumnElement[bool]:
    """What is asked, with people and dates looked up first.

    PostgreSQL then knows how much each part narrows, and walks the index on actor, on action or
    on the number, from the newest act asked for on.
    """
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
        parts.append(RecordEvent.actor == any_(literal(_actors(session, wish.person), _TEXTS)))
    if wish.action:
        parts.append(RecordEvent.action == wish.action)
    if wish.since or wish.until:
        parts += _period(session, wish)
    return and_(*parts)


def _actors(session: Session, person: str) -> list[str]:
    """The signatures of people whose name holds these characters; the machines' by their name."""
    named = session.scalars(select(User.id).where(User.name.contains(person, autoescape=True)))
    people = [f"user:{user_id}" for user_id in named]
    machines = [SYSTEM.signature, CLOCKWORK.signature] if person == SYSTEM.name else []
    return people + machines


def _period(session: Session, wish: Wish) -> list[ColumnElement[bool]]:
    """The period by the clock, and the highest number that its acts can have.

    Numbers follow the clock but for acts that were under way side by side, for less than a day,
    and for the few that were written before a demo's clock was put back: the highest of the last
    thousand holds for all.
    """
    parts: list[ColumnElement[bool]] = []
    if wish.since:
        parts.append(RecordEvent.at >= clock.start_of(wish.since))
    if wish.until:
        end = clock.end_of(wish.until)
        last = select(RecordEvent.id).where(RecordEvent.at < end + _SIDE_BY_SIDE)
        last_ones = last.order_by(RecordEvent.at.desc()).limit(_LAST_ONES).subquery()
        highest = session.scalar(select(func.max(last_ones.c.id)))
        parts += [RecordEvent.at < end, RecordEvent.id <= (highest or 0)]
    return parts


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
