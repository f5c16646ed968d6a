"""
The bureau's calendar from its table, kept by each process as long as the table says the same.

Every act counts days, and the table is read a thousand times as often as it is edited. What is
asked each time, in the act's own transaction, is a digest of the rows: an edit by whichever
process is seen by the next act.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.models import WorkingDay
from caseflow.working_days import Calendar, SpecialDay, calendar_of

# How many rows there are and the sum of their hashes, for which no order is needed.
_DIGEST = text("SELECT count(*), sum(hashtextextended(working_days::text, 0)) FROM working_days")
_kept: dict[tuple[object, ...], Calendar] = {}


def of(session: Session) -> Calendar:
    """The calendar as the table holds it in this transaction."""
    digest = _digest(session)
    kept = _kept.get(digest)
    if kept is not None:
        return kept
    rows = session.execute(select(WorkingDay.on, WorkingDay.is_working, WorkingDay.name)).all()
    days = [SpecialDay(on=on, is_working=working, name=name) for on, working, name in rows]
    read = calendar_of(days, {day.on.year for day in days})
    if _digest(session) == digest:  # nobody has edited it between the two statements
        _kept.clear()
        _kept[digest] = read
    return read


def _digest(session: Session) -> tuple[object, ...]:
    return tuple(session.execute(_DIGEST).one())
