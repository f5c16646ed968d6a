"""Guesses at the door: counted per account and per address, and when there were too many."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.door_rules import DoorRules
from caseflow.models import AddressFailure, SignInFailure
from caseflow.vocabulary import Forbidden, TooOften

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
_WINDOW = timedelta(minutes=1)
_FORGOTTEN_AFTER = timedelta(days=1)
_LONGEST_NAME = 100
_AT_ONCE = 100

log = logging.getLogger("caseflow.door")


def require_unlocked(session: Session, login: str) -> None:
    """Let one attempt at an account pass at a time, and none while it is locked.

    Raises:
        Forbidden: five failures; the account is locked for a quarter of an hour.
    """
    name = login[:_LONGEST_NAME]
    row = insert(SignInFailure).values(login=name, count=0, last_at=clock.wall())
    # The row is there before it is locked: attempts side by side wait for each other.
    session.execute(row.on_conflict_do_nothing())
    failure = session.get_one(SignInFailure, name, with_for_update=True, populate_existing=True)
    if failure.count < FAILURES_ALLOWED:
        return
    until = failure.last_at + LOCKED_FOR
    if clock.wall() < until:
        log.info("account locked until %s", until.isoformat(timespec="seconds"))
        raise Forbidden("account_locked", until=until)
    failure.count = 0
    session.flush()  # the count goes on by a statement


def require_quiet(session: Session, address: str | None, rules: DoorRules) -> None:
    """Refuse an address from which too many have failed in the last minute.

    Raises:
        TooOften: with the seconds until it is listened to again.
    """
    failure = session.get(AddressFailure, address) if address else None
    if failure is None or failure.count < rules.failures_per_address:
        return
    left = failure.since + _WINDOW - clock.wall()
    if left > timedelta():
        log.warning("address %s refused, %s failures", address, failure.count)
        raise TooOften("address_busy", seconds=int(left.total_seconds()) + 1)


def count(session: Session, login: str, address: str | None) -> bool:
    """Count one failure; True when it locks the account."""
    now = clock.wall()
    row = insert(SignInFailure).values(login=login[:_LONGEST_NAME], count=1, last_at=now)
    counted = session.scalar(
        row.on_conflict_do_update(
            index_elements=[SignInFailure.login],
            set_={"count": SignInFailure.count + 1, "last_at": now},
        ).returning(SignInFailure.count)
    )
    if address:
        _count_address(session, address)
    return counted == FAILURES_ALLOWED


def forget(session: Session, login: str) -> None:
    """Somebody came in: the account begins anew, and what is long past is dropped."""
    session.execute(delete(SignInFailure).where(SignInFailure.login == login[:_LONGEST_NAME]))
    before = clock.wall() - _FORGOTTEN_AFTER
    for table, key in (
        (SignInFailure, SignInFailure.login),
        (AddressFailure, AddressFailure.address),
    ):
        # Rows that others are at are left to them: two who wait for each other would both fail.
        old = select(key).where(table.last_at < before).with_for_update(skip_locked=True)
        session.execute(delete(table).where(key.in_(old.limit(_AT_ONCE))))


def _count_address(session: Session, address: str) -> None:
    now = clock.wall()
    row = insert(AddressFailure).values(address=address, count=1, since=now, last_at=now)
    is_over = AddressFailure.since <= now - _WINDOW
    session.execute(
        row.on_conflict_do_update(
            index_elements=[AddressFailure.address],
            set_={
                "count": case((is_over, 1), else_=AddressFailure.count + 1),
                "since": case((is_over, now), else_=AddressFailure.since),
                "last_at": now,
            },
        )
    )
