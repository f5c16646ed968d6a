"""The ladder over a task's due time: reminders, then escalation; each rung fires once.

Source: procedures.md 0.2: at 50 % and 80 % of the limit to the holder, when it runs out to the
chief, three working days later to the district leader, ten later to the city division.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Reminder, Task
from caseflow.vocabulary import Role
from caseflow.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: when it is reached, and who is told (none: the holder)."""

    name: str
    reached: Callable[[datetime, datetime, Calendar], datetime]
    roles: tuple[Role, ...] = ()


def _share(percent: int) -> Callable[[datetime, datetime, Calendar], datetime]:
    return lambda opened, due, _calendar: opened + (due - opened) * percent / 100


def _over(days: int) -> Callable[[datetime, datetime, Calendar], datetime]:
    def reached(_opened: datetime, due: datetime, calendar: Calendar) -> datetime:
        last_day = clock.local_date(due - timedelta(microseconds=1))
        return clock.end_of(calendar.add_working_days(last_day, days).on)

    return reached


LADDER = (
    Rung("half", _share(50)),
    Rung("four_fifths", _share(80)),
    Rung("overdue", _share(100), (Role.SECTION_CHIEF,)),
    Rung("overdue_3", _over(3), (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)),
    Rung("overdue_10", _over(10), (Role.DIVISION_CHIEF,)),
)


def first_at(opened_at: datetime, due_at: datetime | None, calendar: Calendar) -> datetime | None:
    """When the first rung of a task is reached; None for a task without a limit."""
    return None if due_at is None else LADDER[0].reached(opened_at, due_at, calendar)


def next_at(session: Session, task: Task, calendar: Calendar) -> datetime | None:
    """When the next rung that has not fired is reached, after the limit was moved."""
    if task.due_at is None:
        return None
    fired = set(session.scalars(select(Reminder.rung).where(Reminder.task_id == task.id)))
    rungs = [rung for rung in LADDER if rung.name not in fired]
    return rungs[0].reached(task.opened_at, task.due_at, calendar) if rungs else None
