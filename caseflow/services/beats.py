"""Signs of life: each process of the installation says now and then that it is there, and how.

Times are the machine's. The web asks these rows how the others do, instead of asking the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import ProcessBeat

CLOCKWORK = "clockwork"
# How often a process says so, and after how long a silence it counts as away.
EVERY, SILENCE = timedelta(seconds=10), timedelta(seconds=60)
_FORGOTTEN = timedelta(days=7)


def note(session: Session, name: str, detail: Mapping[str, object]) -> None:
    """Say that the process of this name is there, and how it does."""
    values = {"at": clock.wall(), "detail": dict(detail)}
    row = insert(ProcessBeat).values(name=name, **values)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def forget_old(session: Session) -> None:
    """Drop the rows of processes that have not been there for a week."""
    session.execute(delete(ProcessBeat).where(ProcessBeat.at < clock.wall() - _FORGOTTEN))
