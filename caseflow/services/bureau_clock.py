"""The bureau's clock: locked to the machine's in production, moved forward only in a demo."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import BureauClock
from caseflow.services import record
from caseflow.vocabulary import Actor, Conflict, Invalid, Unavailable, Verb

_MICROSECOND = timedelta(microseconds=1)
_LONGEST = timedelta(days=366)


def begin_demo(session: Session, actor: Actor, at: datetime) -> None:
    """Make this installation a demo whose clock stands at an instant; only when it is empty.

    Raises:
        Conflict: something is on the record already.
    """
    if record.latest_at(session) is not None:
        raise Conflict("not_empty")
    row = _row(session)
    row.is_demo = True
    row.is_making_past = True
    _set(session, row, at)
    record.introduce(session)
    payload = {"at": at.isoformat()}
    record.append(session, actor, "sys:clock", action="clock.demo_begun", payload=payload)


def advance(session: Session, actor: Actor, by: timedelta) -> datetime:
    """Move the demo's clock forward; returns where it stands.

    Raises:
        Conflict: this is no demo; Invalid: not forward, or more than a year at once.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.ADVANCE_CLOCK)
    row = _row(session)
    if not row.is_demo:
        raise Conflict("clock_locked")
    if not timedelta() < by <= _LONGEST:
        raise Invalid("clock_forward_only", longest=_LONGEST.days)
    row.offset_us += by // _MICROSECOND
    session.flush()  # the record takes its time from the clock as it stands now
    at: datetime = session.execute(text("SELECT bureau_now()")).scalar_one()
    payload = {"to": at.isoformat()}
    record.append(session, actor, "sys:clock", action="clock.advanced", payload=payload)
    return at


def end_past(session: Session, actor: Actor) -> None:
    """The demo's past is made: acts are open to everybody."""
    row = _row(session)
    row.is_making_past = False
    record.append(session, actor, "sys:clock", action="clock.past_made", payload={})


def rebase(session: Session) -> None:
    """A demo's clock stood still while the house was down: go on from where it was last seen."""
    row = _row(session)
    if row.is_demo and row.seen_at is not None:
        last = record.latest_at(session)
        _set(session, row, max(row.seen_at, last or row.seen_at))


def see(session: Session) -> int:
    """Note the demo's time, so that it can go on from here; returns 0, nothing else is due."""
    row = session.get(BureauClock, 1)
    if row is not None and row.is_demo:
        row.seen_at = clock.now()
    return 0


def require_open(session: Session) -> None:
    """Refuse an act while the demo's past is being made.

    Raises:
        Unavailable: the past is still being made.
    """
    if is_making_past(session):
        raise Unavailable("making_past")


def is_making_past(session: Session) -> bool:
    """Whether the demo's past is still being made: its maker alone moves time and cases."""
    return bool(session.scalar(select(BureauClock.is_making_past).where(BureauClock.id == 1)))


def _row(session: Session) -> BureauClock:
    return session.get_one(BureauClock, 1, with_for_update=True)


def _set(session: Session, row: BureauClock, at: datetime) -> None:
    """Let the clock show an instant now, whatever the machine's clock says."""
    machine: datetime = session.execute(text("SELECT transaction_timestamp()")).scalar_one()
    row.offset_us = (at - machine) // _MICROSECOND
    session.flush()  # whatever follows in this transaction reads the clock as it stands now
