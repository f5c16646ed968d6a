"""Who looked into a case, each reading with the event that tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import FileRead, Post, SeenCase, Task, User
from caseflow.models.record import RecordEvent
from caseflow.vocabulary import Actor, Reading, Role

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One reading: when, by whom, what, and where it stands in the reader's stream."""

    at: datetime
    user_id: int
    name: str
    role: Role | None
    what: Reading
    stream: str
    seq: int
    hash: str


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


def of_case(
    session: Session, case_id: int, *, since: date | None = None, until: date | None = None
) -> tuple[Row, ...]:
    """The latest readings of a case and refusals on it, newest first; one statement."""
    posts = (
        select(Post.user_id, Post.role)
        .order_by(Post.user_id, Post.id)
        .ext(distinct_on(Post.user_id))
        .subquery()
    )
    query = (
        select(
            RecordEvent.at,
            FileRead.user_id,
            User.name,
            posts.c.role,
            FileRead.what,
            RecordEvent.stream,
            RecordEvent.seq,
            RecordEvent.hash,
        )
        .join(RecordEvent, RecordEvent.idem == FileRead.idem)
        .join(User, User.id == FileRead.user_id)
        .outerjoin(posts, posts.c.user_id == FileRead.user_id)
        .where(FileRead.case_id == case_id)
        .order_by(FileRead.id.desc())
        .limit(LIMIT)
    )
    if since:
        query = query.where(FileRead.on >= since)
    if until:
        query = query.where(FileRead.on <= until)
    return tuple(
        Row(
            at=row.at,
            user_id=row.user_id,
            name=row.name,
            role=row.role,
            what=row.what,
            stream=row.stream,
            seq=row.seq,
            hash=row.hash.hex(),
        )
        for row in session.execute(query)
    )


def _today(actor: Actor, case_id: int, what: Reading) -> Select[int]:
    return select(FileRead.id).where(
        FileRead.case_id == case_id,
        FileRead.user_id == actor.user_id,
        FileRead.what == what,
        FileRead.on == clock.today(),
    )
