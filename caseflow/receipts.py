"""Receipts of acts under way: kept with the transaction, given out when it is committed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_KEY = "caseflow_receipts"


def note(session: Session, receipt: str) -> None:
    """Keep the receipt of an act until its transaction ends."""
    inside = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_KEY, []).append((inside, receipt))


def take(session: Session) -> list[str]:
    """The receipts of what was just committed, in their order."""
    return [receipt for _, receipt in session.info.pop(_KEY, ())]


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    """What a savepoint takes back was not done: its receipts are none."""
    kept = session.info.get(_KEY)
    if kept:
        kept[:] = [pair for pair in kept if ended not in _around(pair[0])]


def _around(inside: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while inside is not None:
        yield inside
        inside = inside.parent
