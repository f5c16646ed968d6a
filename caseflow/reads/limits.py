"""Limits as lists show them: how many working days are left, by the city's calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from caseflow import calendars, clock
from caseflow.working_days import Calendar

DaysLeft = Callable[[datetime | None], int | None]


def days_left(session: Session) -> DaysLeft:
    """Read the calendar once; give a function from an instant to working days left today."""
    return left_by(calendars.of(session))


def left_by(days: Calendar) -> DaysLeft:
    """Give the function from an instant to working days left today by a calendar at hand."""
    today = clock.today()
    known: dict[date, int] = {}

    def left(at: datetime | None) -> int | None:
        if at is None:
            return None
        last = last_day(at)
        if last not in known:
            known[last] = _left(days, today, last)
        return known[last]

    return left


def last_day(at: datetime) -> date:
    """The day that a limit ends with: it runs out at its 24:00."""
    return clock.local_date(at - timedelta(microseconds=1))


def _left(days: Calendar, today: date, last: date) -> int:
    """Negative once the limit is over, even when no working day has passed since."""
    count = days.working_days_between(today, last)
    return count if last >= today else min(count, -1)
