"""The record as people read it: who did what when, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, Text, case, cast, exists, func, literal, or_, select, true
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import policy
from caseflow.models import Answer, Case, Post, Taxpayer, Unit, User
from caseflow.models.record import RecordEvent
from caseflow.reads import case_names, case_numbers, directive_lines, taxpayers
from caseflow.reads.record_chain import payload_of
from caseflow.record_format import leaf_hash
from caseflow.vocabulary import Actor, Role, Verb

LIMIT = 50
# The kinds of streams are case, sys and user; what sorts behind this is none of a case.
_CASES, _BEHIND_CASES = "case:", "case;"
_PASSED = sql("""
    SELECT DISTINCT jsonb_path_query(
        CASE WHEN payload IS JSON OBJECT THEN CAST(payload AS jsonb) END, '$.passed[*]'
    ) #>> '{}'
    FROM record_events WHERE stream = :stream
""")


@dataclass(frozen=True, slots=True)
class Event:
    """One act of a stream."""

    id: int
    stream: str
    seq: int
    at: datetime
    actor: str
    user_id: int | None
    name: str
    role: Role | None
    unit: str
    action: str
    payload: Mapping[str, Any]
    prev: str
    hash: str
    size: int
    is_sound: bool
    # For whom a deputy did it, and who stood between.
    for_name: str = ""
    through_name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the record names, with a first post; ``principal`` is for whom they acted."""

    user_id: int | None
    name: str
    role: Role | None
    unit: str
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The events of a stream and whether each follows from the one before."""

    events: tuple[Event, ...]
    broken_at: int | None

    @property
    def is_sound(self) -> bool:
        """Whether every event is what was written."""
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class Recent:
    """The last acts of a stream, newest first, how many there are, and whether these hold."""

    events: tuple[Event, ...]
    count: int
    is_sound: bool


@dataclass(frozen=True, slots=True)
class OtherStream:
    """A stream that is no case's: of a part of the system or of a person."""

    name: str
    last_at: datetime
    last_action: str
    count: int
    last_hash: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A case's stream in the auditor's list, with its last act."""

    case_id: int
    number: str
    taxpayer: str
    last_id: int
    last_at: datetime
    last_action: str
    count: int
    last_hash: bytes


def of_case(session: Session, actor: Actor, case: Case) -> Chain:
    """All acts on a case that the actor may see, oldest first, each recomputed."""
    del actor  # the case was found for this actor
    return chain(session, f"case:{case.id}")


def chain(session: Session, stream: str) -> Chain:
    """A stream from its first event on, every hash recomputed from what is stored."""
    rows = session.scalars(
        select(RecordEvent).where(RecordEvent.stream == stream).order_by(RecordEvent.seq)
    ).all()
    people = _people(session, rows)
    events: list[Event] = []
    broken: int | None = None
    prev = "0" * 64
    for place, row in enumerate(rows, 1):
        sound = row.seq == place and row.prev.hex() == prev and leaf_hash(row) == row.hash
        if not sound and broken is None:
            broken = row.seq
        prev = row.hash.hex()
        events.append(_event(row, people, is_sound=broken is None))
    return Chain(tuple(events), broken)


def latest(session: Session, stream: str, count: int) -> tuple[Event, ...]:
    """The last acts of a stream, newest first, not recomputed."""
    rows = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == stream)
        .order_by(RecordEvent.seq.desc())
        .limit(count)
    ).all()
    return events(session, rows)


def events(session: Session, rows: Sequence[RecordEvent]) -> tuple[Event, ...]:
    """Acts in the order given with who did them, not recomputed."""
    people = _people(session, rows)
    return tuple(_event(row, people, is_sound=True) for row in rows)


def recent(session: Session, case_id: int, count: int) -> Recent:
    """The last acts on a case, each recomputed and held against the one before it."""
    rows = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == f"case:{case_id}")
        .order_by(RecordEvent.seq.desc())
        .limit(count + 1)
    ).all()
    follows = all(
        after.seq == before.seq + 1 and after.prev == before.hash
        for after, before in pairwise(rows)
    )
    shown = rows[:count]
    sound = follows and all(leaf_hash(row) == row.hash for row in shown)
    people = _people(session, shown)
    events = tuple(_event(row, people, is_sound=sound) for row in shown)
    return Recent(events, rows[0].seq if rows else 0, sound)


def passed(session: Session, case_id: int) -> frozenset[str]:
    """
    The nodes and flows of the drawing that a case has passed; one statement.

    PostgreSQL reads the payloads and hands on nothing but names. A payload that somebody made
    unreadable tells of none, as in ``payload_of``.
    """
    found = session.scalars(_PASSED, {"stream": f"case:{case_id}"})
    return frozenset(found)


def streams(session: Session, actor: Actor, *, before: int | None = None) -> tuple[Stream, ...]:
    """
    The cases that something was done to last, for the auditor; one statement.

    It goes down the record from its end (or from the act ``before``) and keeps each act that is
    the last of its case, so that a page costs what was done lately, however long the record is.
    """
    policy.require(actor, Verb.READ_RECORD)
    later = aliased(RecordEvent)
    is_last = ~exists().where(later.stream == RecordEvent.stream, later.seq > RecordEvent.seq)
    of_case = RecordEvent.stream.between(_CASES, _BEHIND_CASES)
    key = case((of_case, cast(func.substr(RecordEvent.stream, len(_CASES) + 1), BigInteger)))
    query = (
        select(*_STREAM, *_told(RecordEvent))
        .select_from(RecordEvent)
        .join(Case, Case.id == key)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(of_case, is_last)
        .order_by(RecordEvent.id.desc())
        .limit(LIMIT + 1)
    )
    if before:
        query = query.where(RecordEvent.id < before)
    return tuple(Stream(*row) for row in session.execute(query))


def streams_named(
    session: Session, actor: Actor, text: str, *, before: int | None = None
) -> tuple[Stream, ...]:
    """
    Cases by number or household with their last acts, the newest cases first; one statement.

    ``text`` is a case number or how one begins, a tax number, or a part of a taxpayer's name;
    ``before`` is a case.
    """
    policy.require(actor, Verb.READ_RECORD)
    latest = aliased(
        RecordEvent,
        select(RecordEvent)
        .where(RecordEvent.stream == _CASES + cast(Case.id, Text))
        .order_by(RecordEvent.seq.desc())
        .limit(1)
        .lateral("latest"),
    )
    query = (
        select(*_STREAM, *_told(latest))
        .select_from(Case)
        .join(latest, true())
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(or_(case_numbers.named(text), taxpayers.named(text)))
        .order_by(Case.id.desc())
        .limit(LIMIT + 1)
    )
    if before:
        query = query.where(Case.id < before)
    return tuple(Stream(*row) for row in session.execute(query))


_STREAM = (Case.id, Case.number, case_names.about())


def _told(act: type[RecordEvent]) -> tuple[InstrumentedAttribute[Any], ...]:
    return act.id, act.at, act.action, act.seq, act.hash


def other_streams(
    session: Session, actor: Actor, *, after: str | None = None
) -> tuple[OtherStream, ...]:
    """
    The streams that are no case's by name, each with its last act; one statement.

    It steps through the index from name to name instead of going over every act.
    """
    policy.require(actor, Verb.READ_RECORD)
    start = max(after or "", _BEHIND_CASES)
    names = (
        select(func.min(RecordEvent.stream).label("stream"), literal(1).label("place"))
        .where(RecordEvent.stream > start)
        .cte("names", recursive=True)
    )
    following = (
        select(func.min(RecordEvent.stream))
        .where(RecordEvent.stream > names.c.stream)
        .scalar_subquery()
    )
    names = names.union_all(
        select(following, names.c.place + 1).where(
            names.c.stream.is_not(None), names.c.place <= LIMIT
        )
    )
    latest = (
        select(RecordEvent)
        .where(RecordEvent.stream == names.c.stream)
        .order_by(RecordEvent.seq.desc())
        .limit(1)
        .lateral("latest")
    )
    rows = session.execute(
        select(names.c.stream, latest.c.at, latest.c.action, latest.c.seq, latest.c.hash)
        .select_from(names)
        .join(latest, true())
        .order_by(names.c.place)
    )
    return tuple(OtherStream(*row[:4], row.hash.hex()) for row in rows)


def owners(session: Session, streams: Iterable[str]) -> dict[str, str]:
    """The names of the people among these streams, by stream; one statement."""
    ids = {user for stream in streams if (user := user_of(stream)) is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{row.id}": row.name for row in rows}


def answers(
    session: Session, case_id: int, revisions: Sequence[int] | None = None
) -> dict[int, Answer]:
    """The canonical answers of a case's acts by revision: of all acts, or of these."""
    query = select(Answer).where(Answer.case_id == case_id)
    if revisions is not None:
        query = query.where(Answer.revision.in_(revisions))
    return {row.revision: row for row in session.scalars(query)}


def answers_seen(session: Session, actor: Actor, case: Case) -> dict[int, Answer]:
    """As ``answers``, as far as the actor sees what was handed in."""
    readable = directive_lines.readable_answers(session, actor, case)
    rows = session.scalars(select(Answer).where(Answer.case_id == case.id, readable))
    return {row.revision: row for row in rows}


def last_answers(session: Session, case_id: int, elements: Sequence[str]) -> Mapping[str, Answer]:
    """What was handed in last at each of these steps of the drawing, one statement for all."""
    if not elements:
        return {}
    newest = (
        select(func.max(Answer.revision))
        .where(Answer.case_id == case_id, Answer.element.in_(elements))
        .group_by(Answer.element)
    )
    rows = session.scalars(
        select(Answer).where(Answer.case_id == case_id, Answer.revision.in_(newest))
    )
    return {row.element: row for row in rows}


def people_of(session: Session, signatures: Iterable[str]) -> dict[str, Person]:
    """Who signed so, by signature: ``user:7``, ``user:7/for:3``; one statement."""
    asked = set(signatures)
    ids = {user for each in asked for user in _users_of(each)}
    known = _names(session, ids)
    found = {}
    for each in asked:
        users = _users_of(each)
        name, role, unit = known.get(users[0], ("", None, "")) if users else ("", None, "")
        principal = known.get(users[1], ("",))[0] if len(users) > 1 else ""
        found[each] = Person(users[0] if users else None, name, role, unit, principal)
    return found


def _users_of(signature: str) -> tuple[int, ...]:
    """The person who signed and, for a deputy, the one whose name was signed."""
    if not signature.startswith("user:"):
        return ()
    deputy, _for, principal = signature.removeprefix("user:").partition("/for:")
    return tuple(int(part) for part in (deputy, principal) if part.isdigit())


def user_of(actor: str) -> int | None:
    """The person behind a signature; of a deputy, the one who acted."""
    users = _users_of(actor)
    return users[0] if users else None


def _event(
    row: RecordEvent, people: Mapping[int, tuple[str, Role | None, str]], *, is_sound: bool
) -> Event:
    user_id = user_of(row.actor)
    name, role, unit = people.get(user_id or 0, ("", None, ""))
    others = (*_users_of(row.actor)[1:], *_between(row))
    names = (*(people.get(each, ("",))[0] for each in others), "", "")
    return Event(
        id=row.id,
        stream=row.stream,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        user_id=user_id,
        name=name,
        role=role,
        unit=unit,
        action=row.action,
        payload=payload_of(row),
        prev=row.prev.hex(),
        hash=row.hash.hex(),
        size=len(row.payload.encode()),
        is_sound=is_sound,
        for_name=names[0],
        through_name=names[1],
    )


def _people(
    session: Session, rows: Sequence[RecordEvent]
) -> dict[int, tuple[str, Role | None, str]]:
    return _names(
        session, {each for row in rows for each in (*_users_of(row.actor), *_between(row))}
    )


def _names(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, Role | None, str]]:
    found = session.execute(
        select(User.id, User.name, Post.role, Unit.name)
        .outerjoin(Post, Post.user_id == User.id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(User.id.in_(set(ids)))
        .order_by(User.id, Post.id)
        .ext(distinct_on(User.id))
    )
    return {row[0]: (row[1], row[2], row[3] or "") for row in found}


def _between(row: RecordEvent) -> tuple[int, ...]:
    """Who stood between a deputy of a deputy and the one acted for."""
    through = payload_of(row).get("through") if "/for:" in row.actor else None
    return (through,) if isinstance(through, int) else ()
