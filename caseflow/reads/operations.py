"""How the running of the system does, for who looks after it: later work, processes, the record.

Shows numbers of cases and never a taxpayer: an administrator has no business with their data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, OutboxMessage
from caseflow.vocabulary import Actor, Verb

LIMIT = 50
HOURS = 24
# As ``services.outbox.MOST_ATTEMPTS``; a test holds them equal.
MOST_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Queue:
    """The outbox in figures: what is due now, later, given to a person; since when; how fast."""

    due: int
    later: int
    dead: int
    oldest_at: datetime | None
    done_last_hour: int
    # Pieces done in each of the last hours, oldest first.
    hourly: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """Work that did not go: what it is, how often it was tried, what it concerns."""

    id: int
    topic: str
    since: datetime
    attempts: int
    error: str
    next_at: datetime
    is_dead: bool
    case_ids: tuple[int, ...]
    case_numbers: tuple[str, ...]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Database:
    """The database as it runs: who is connected, and how old the oldest open transaction is."""

    size: int
    connections: int
    at_work: int
    oldest_transaction: timedelta


@dataclass(frozen=True, slots=True)
class Digests:
    """The daily digests of the last day on which there were any: put, and done of them."""

    on: date
    put: int
    done: int


def queue(session: Session) -> Queue:
    """The outbox in figures."""
    now = clock.wall()
    is_open = (OutboxMessage.done_at.is_(None), OutboxMessage.discarded_at.is_(None))
    is_dead = OutboxMessage.attempts >= MOST_ATTEMPTS
    is_due = OutboxMessage.available_at <= now
    row = session.execute(
        select(
            func.count().filter(~is_dead, is_due),
            func.count().filter(~is_dead, ~is_due),
            func.count().filter(is_dead),
            func.min(OutboxMessage.put_at).filter(~is_dead),
        ).where(*is_open)
    ).one()
    hourly = _hourly(session, now)
    return Queue(row[0], row[1], row[2], row[3], hourly[-1], hourly)


def digests(session: Session) -> Digests | None:
    """The daily digests of notices of the last day that the outbox still has."""
    on = OutboxMessage.payload["on"].astext
    row = session.execute(
        select(on, func.count(), func.count(OutboxMessage.done_at))
        .where(OutboxMessage.topic == "digest")
        .group_by(on)
        .order_by(on.desc())
        .limit(1)
    ).one_or_none()
    return Digests(date.fromisoformat(row[0]), row[1], row[2]) if row else None


def dead_count(session: Session) -> int:
    """How many pieces of work wait for a person."""
    return session.scalars(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.discarded_at.is_(None),
            OutboxMessage.attempts >= MOST_ATTEMPTS,
        )
    ).one()


def letters(session: Session, actor: Actor) -> tuple[Letter, ...]:
    """Work that failed at least once and is not done, what waits for a person first.

    Raises:
        Forbidden: the actor does not look after the running of the system.
    """
    policy.require(actor, Verb.OPERATE)
    return failed(session)


def failed(session: Session) -> tuple[Letter, ...]:
    """As ``letters``, for an operator at the machine itself."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.discarded_at.is_(None),
            OutboxMessage.attempts > 0,
        )
        .order_by((OutboxMessage.attempts < MOST_ATTEMPTS), OutboxMessage.id)
        .limit(LIMIT)
    ).all()
    ids = {row.id: _cases_of(row.payload) for row in rows}
    numbers = _numbers(session, [each for found in ids.values() for each in found])
    return tuple(
        Letter(
            id=row.id,
            topic=row.topic,
            since=row.put_at,
            attempts=row.attempts,
            error=row.error or "",
            next_at=row.available_at,
            is_dead=row.attempts >= MOST_ATTEMPTS,
            case_ids=ids[row.id],
            case_numbers=tuple(numbers[each] for each in ids[row.id] if each in numbers),
            payload=row.payload,
        )
        for row in rows
    )


def database(session: Session) -> Database:
    """How the database runs, as far as the role that asks may see."""
    row = session.execute(
        sql(
            "SELECT pg_database_size(current_database()), count(*),"
            " count(*) FILTER (WHERE state = 'active'),"
            " coalesce(max(clock_timestamp() - xact_start), interval '0')"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
    ).one()
    return Database(*row)


def _hourly(session: Session, now: datetime) -> tuple[int, ...]:
    """Pieces done in each of the last hours, counted back from now, oldest first."""
    hour = func.floor(func.extract("epoch", now - OutboxMessage.done_at) / 3600)
    rows = session.execute(
        select(hour, func.count())
        .where(OutboxMessage.done_at > now - timedelta(hours=HOURS))
        .group_by(hour)
    )
    found = {int(back): count for back, count in rows}
    return tuple(found.get(back, 0) for back in reversed(range(HOURS)))


def _cases_of(payload: Mapping[str, Any]) -> tuple[int, ...]:
    """The ids of the cases that a piece of work names."""
    named = [payload.get("sender"), payload.get("case"), *(payload.get("cases") or ())]
    return tuple(each for each in named if isinstance(each, int))[:5]


def _numbers(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of those cases that the reader may know."""
    if not case_ids:
        return {}
    rows = session.execute(select(Case.id, cast(Case.number, Text)).where(Case.id.in_(case_ids)))
    return {row[0]: row[1] for row in rows}
