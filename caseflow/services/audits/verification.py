"""The verification of the whole record as work that shows how far it has come.

What each portion found is read elsewhere and handed in here: this only keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Run
from caseflow.models.base import Json
from caseflow.services import outbox, record
from caseflow.vocabulary import SYSTEM, Actor, Conflict, NotFound, Verb

TOPIC = "record.verify"
KIND = "record_check"
BEGUN, DONE, CANCELLED = "record.check_begun", "record.checked", "record.check_cancelled"
STREAM = "sys:checks"
# More than these are counted and not kept one by one.
MOST_KEPT = 200
# Work that has not moved for so long may be begun anew.
_STUCK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Found:
    """What one portion adds: events by day, problems in both languages with place and day."""

    events: int
    streams: int
    cases: int
    days: Mapping[date, int]
    problems: Sequence[Json]


def begin(session: Session, actor: Actor, *, total: int) -> Run:
    """Put the verification on show and leave its first portion to be done.

    Raises:
        Forbidden: the actor does not read the whole record.
        Conflict: another one is under way.
    """
    policy.require(actor, Verb.READ_RECORD)
    running = session.scalar(
        select(Run).where(Run.kind == KIND, Run.finished_at.is_(None)).order_by(Run.id.desc())
    )
    now = clock.wall()
    if running is not None:
        if now - running.updated_at < _STUCK:
            raise Conflict("check_running", id=running.id)
        running.finished_at, running.error = now, "stuck"
    detail: Json = {"by": actor.user_id, "name": actor.name, "at": clock.now().isoformat()}
    empty: Json = {"events": 0, "streams": 0, "cases": 0, "count": 0, "problems": [], "days": {}}
    run = Run(
        kind=KIND,
        stage="chains",
        done=0,
        total=total,
        detail={**detail, **empty, "roots": {}},
        started_at=now,
        updated_at=now,
    )
    session.add(run)
    session.flush()  # the work names it
    outbox.put(session, TOPIC, {"run": run.id, "stream": "", "seq": 0})
    payload = {"check": run.id, "events": total}
    record.append(session, actor, f"user:{actor.user_id}", action=BEGUN, payload=payload)
    return run


def cancel(session: Session, actor: Actor, run_id: int) -> None:
    """Break the verification off; what it found so far stays.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such verification.
        Conflict: it has ended.
    """
    policy.require(actor, Verb.READ_RECORD)
    run = session.get(Run, run_id, with_for_update=True)
    if run is None or run.kind != KIND:
        raise NotFound("record_check", id=run_id)
    if run.finished_at is not None:
        raise Conflict("check_ended", id=run_id)
    run.detail = {**run.detail, "cancelled": True}
    run.finished_at = run.updated_at = clock.wall()
    payload = {"check": run_id, "done": run.done}
    record.append(session, actor, f"user:{actor.user_id}", action=CANCELLED, payload=payload)


def under_way(session: Session, run_id: int) -> Run | None:
    """The verification, locked; None when it has ended or was broken off."""
    run = session.get(Run, run_id, with_for_update=True)
    return run if run is not None and run.finished_at is None else None


def add(run: Run, found: Found) -> None:
    """Keep what a portion of the chains found."""
    told = dict(run.detail)
    for name in ("events", "streams", "cases"):
        told[name] += getattr(found, name)
    told["count"] += len(found.problems)
    told["problems"] = [*told["problems"], *found.problems][:MOST_KEPT]
    days = {day: list(counts) for day, counts in told["days"].items()}
    for day, count in found.days.items():
        days.setdefault(day.isoformat(), [0, 0])[0] += count
    for each in found.problems:
        if each.get("day"):
            days.setdefault(each["day"], [0, 0])[1] += 1
    run.detail = {**told, "days": days}
    run.done, run.updated_at = run.done + found.events, clock.wall()
    run.total = max(run.total, run.done)


def add_roots(run: Run, fits: Mapping[int, bool], problems: Sequence[Json], done: int) -> None:
    """Keep of which sizes the root was computed anew, and whether it is the one that was signed."""
    roots = {**run.detail.get("roots", {}), **{str(size): ok for size, ok in fits.items()}}
    run.detail = {**run.detail, "roots": roots}
    add(run, Found(0, 0, 0, {}, problems))
    run.stage, run.done, run.updated_at = "log", done, clock.wall()
    run.total = max(run.total, done)


def end(session: Session, run: Run) -> None:
    """The verification is through: it is on show as done, and on the record."""
    run.stage, run.done = "done", run.total
    run.finished_at = run.updated_at = clock.wall()
    kept = ("events", "streams", "cases", "count")
    payload = {"check": run.id, **{name: run.detail[name] for name in kept}}
    record.append(session, SYSTEM, STREAM, action=DONE, payload=payload)
