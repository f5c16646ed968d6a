"""Forms that were posted and done: each carries a key, and the same key again does nothing more.

Claimed in the transaction of the act itself, so that both happen or neither; steps of cases do
not need it, their key is that of their event on the record.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import DonePost

_KEPT_FOR = timedelta(days=7)
_AT_ONCE = 1000


def claim(session: Session, user_id: int, key: uuid.UUID, *, endpoint: str) -> bool:
    """Note that a form is being done; False when it was done before.

    Posted twice at once, the second waits here for the first to be committed or given up.
    """
    row = insert(DonePost).values(
        user_id=user_id, key=key, endpoint=endpoint, at=clock.wall(), answered_with=None
    )
    done = session.execute(row.on_conflict_do_nothing().returning(DonePost.key))
    return done.one_or_none() is not None


def answer(session: Session, user_id: int, key: uuid.UUID, *, address: str) -> None:
    """Keep where the answer led, for whoever asks once more."""
    session.execute(update(DonePost).where(*_one(user_id, key)).values(answered_with=address))


def answered_with(session: Session, user_id: int, key: uuid.UUID) -> str | None:
    """Where the answer led; None when that is not known."""
    return session.scalar(select(DonePost.answered_with).where(*_one(user_id, key)))


def forget_old(session: Session) -> int:
    """Drop the keys of forms that nobody sends any more; how many."""
    old = (
        select(DonePost.user_id, DonePost.key)
        .where(DonePost.at < clock.wall() - _KEPT_FOR)
        .order_by(DonePost.at)
        .limit(_AT_ONCE)
        .subquery()
    )
    gone = delete(DonePost).where(DonePost.user_id == old.c.user_id, DonePost.key == old.c.key)
    return len(session.execute(gone.returning(DonePost.key)).all())


def _one(user_id: int, key: uuid.UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DonePost.user_id == user_id, DonePost.key == key
