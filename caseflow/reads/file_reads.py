"""Who looked into a case, each reading with the event that tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import FileRead, Post, SeenCase, Task, User
from caseflow.models.record import RecordEvent
from caseflow.reads.record_chain import payload_of
from caseflow.vocabulary import Actor, Reading, Role, Verb

LIMIT = 50
COUNT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks for: looks or refusals, by whom, from when to when, where to go on."""

    is_of_refusals: bool = False
    # As the record signs acts: ``user:7``.
    actor: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One reading: when, by whom, what, and where it stands in the reader's stream."""

    id: int
    at: datetime
    user_id: int
    name: str
    role: Role | None
    what: Reading
    # The part of the case as ``file:7``, the code of a refusal, the name of what was taken.
    thing: str | None
    why: str | None
    told: str
    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of readings, newest first, and where the next one begins."""

    rows: tuple[Row, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Readers:
    """The people by id, and how often they looked and were refused, up to one beyond the cap."""

    names: Mapping[int, str]
    looked: int
    refused: int


def is_noted(session: Session, actor: Actor, case_id: int, what: Reading) -> bool:
    """Whether today's reading of this by the actor is on record already."""
    return session.scalar(_today(actor, case_id, what).limit(1)) is not None


def is_seen(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether today's look at the case is on record and every step of it was there by then."""
    newest = select(func.max(Task.opened_at)).where(Task.case_id == case_id).scalar_subquery()
    known = select(SeenCase.at).where(
        SeenCase.user_id == actor.user_id,
        SeenCase.case_id == case_id,
        SeenCase.at >= func.coalesce(newest, SeenCase.at),
        _today(actor, case_id, Reading.CASE).exists(),
    )
    return session.scalar(known) is not None


def of_case(session: Session, actor: Actor, case_id: int, wish: Wish) -> Found:
    """
    Readings of a case or refusals on it, newest first; one statement.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    posts = (
        select(Post.user_id, Post.role)
        .order_by(Post.user_id, Post.id)
        .ext(distinct_on(Post.user_id))
        .subquery()
    )
    query = (
        select(FileRead, RecordEvent, User.name, posts.c.role)
        .join(RecordEvent, RecordEvent.idem == FileRead.idem)
        .join(User, User.id == FileRead.user_id)
        .outerjoin(posts, posts.c.user_id == FileRead.user_id)
        .where(FileRead.case_id == case_id, *_conditions(wish))
        .order_by(FileRead.id.desc())
        .limit(LIMIT + 1)
    )
    rows = [
        Row(
            id=read.id,
            at=event.at,
            user_id=read.user_id,
            name=name,
            role=role,
            what=read.what,
            thing=read.thing,
            why=read.why,
            told=str(payload_of(event).get("name", "")),
            stream=event.stream,
            seq=event.seq,
            hash=event.hash.hex(),
        )
        for read, event, name, role in session.execute(query)
    ]
    shown = tuple(rows[:LIMIT])
    return Found(shown, shown[-1].id if len(rows) > LIMIT else None)


def readers(session: Session, actor: Actor, case_id: int) -> Readers:
    """
    Who ever looked into a case or was refused, and how often; two statements.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    of_this = FileRead.case_id == case_id
    names = session.execute(
        select(User.id, User.name)
        .where(User.id.in_(select(FileRead.user_id).where(of_this)))
        .order_by(User.id)
    )
    refused = FileRead.what == Reading.REFUSED
    looked, turned_away = session.execute(
        select(_count(of_this, ~refused), _count(of_this, refused))
    ).one()
    return Readers({row.id: row.name for row in names}, looked=looked, refused=turned_away)


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    refused = FileRead.what == Reading.REFUSED
    parts = [refused if wish.is_of_refusals else ~refused]
    if wish.actor:
        parts.append(literal("user:") + cast(FileRead.user_id, Text) == wish.actor)
    if wish.since:
        parts.append(FileRead.on >= wish.since)
    if wish.until:
        parts.append(FileRead.on <= wish.until)
    if wish.before:
        parts.append(FileRead.id < wish.before)
    return parts


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many there are, one more than the cap at most."""
    capped = select(FileRead.id).where(*conditions).limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


def _today(actor: Actor, case_id: int, what: Reading) -> Select[int]:
    return select(FileRead.id).where(
        FileRead.case_id == case_id,
        FileRead.user_id == actor.user_id,
        FileRead.what == what,
        FileRead.on == clock.today(),
    )
