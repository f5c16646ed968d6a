"""
The bureau's calendar from its tables, kept by each process as long as they say the same.

Every act counts days, and the tables are read a thousand times as often as they are edited. What is
asked each time, in the act's own transaction, is a digest of the rows: an edit by whichever
process is seen by the next act.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.models import FilingDeadlineRow, WorkingDay
from caseflow.working_days import Calendar, FilingDeadline, SpecialDay, calendar_of

# How many rows there are and the sum of their hashes, for which no order is needed.
_DIGEST = text(
    "SELECT count(*), sum(hashtextextended(working_days::text, 0)),"
    " (SELECT sum(hashtextextended(filing_deadlines::text, 0)) FROM filing_deadlines)"
    " FROM working_days"
)
_kept: dict[tuple[object, ...], Calendar] = {}


def of(session: Session) -> Calendar:
    """The calendar as the tables hold it in this transaction."""
    digest = _digest(session)
    kept = _kept.get(digest)
    if kept is not None:
        return kept
    days = [
        SpecialDay(row.on, row.is_working, row.name, row.may_end_deadline)
        for row in session.scalars(select(WorkingDay))
    ]
    deadlines = [
        FilingDeadline(row.year, row.month, row.on, row.notice)
        for row in session.scalars(select(FilingDeadlineRow))
    ]
    read = calendar_of(days, {day.on.year for day in days}, deadlines)
    if _digest(session) == digest:  # nobody has edited it between the two statements
        _kept.clear()
        _kept[digest] = read
    return read


def _digest(session: Session) -> tuple[object, ...]:
    return tuple(session.execute(_DIGEST).one())
