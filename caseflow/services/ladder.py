"""The ladder over a task's due time: reminders, then escalation; each rung fires once.

Source: procedures.md 0.2: at 50 % and 80 % of the limit to the holder, when it runs out to the
chief, three working days later to the district leader, ten later to the city division. Steps of
the inspection bureau, of data requests and of corrections in the city have other people on the
rungs: inspection-transfer.md, data-request.md and data-correction.md, "Clocks".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Reminder, Task
from caseflow.vocabulary import CaseKind, Role, UnitLevel
from caseflow.working_days import Calendar


class At(StrEnum):
    """The unit whose posts a rung tells."""

    SECTION = "section"
    DISTRICT = "district"
    CITY = "city"
    ANALYSIS = "analysis"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a rung tells: these posts of a unit."""

    at: At
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: its name, and when it is reached."""

    name: str
    reached: Callable[[datetime, datetime, Calendar], datetime]


def _share(percent: int) -> Callable[[datetime, datetime, Calendar], datetime]:
    return lambda opened, due, _calendar: opened + (due - opened) * percent / 100


def _over(days: int) -> Callable[[datetime, datetime, Calendar], datetime]:
    def reached(_opened: datetime, due: datetime, calendar: Calendar) -> datetime:
        last_day = clock.last_day_of(due)
        return clock.end_of(calendar.add_working_days(last_day, days).on)

    return reached


LADDER = (
    Rung("half", _share(50)),
    Rung("four_fifths", _share(80)),
    Rung("overdue", _share(100)),
    Rung("overdue_3", _over(3)),
    Rung("overdue_10", _over(10)),
)
_HOLDER = frozenset({"half", "four_fifths"})
_DISTRICT_LEADERS = (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)
_HEADS = (Role.DIVISION_CHIEF, *_DISTRICT_LEADERS)
_ANALYSIS_CHIEF = Told(At.ANALYSIS, (Role.DIVISION_CHIEF,))
_CITY_DEPUTY = Told(At.CITY, (Role.CITY_DEPUTY,))
_USUAL = {
    "overdue": Told(At.SECTION, (Role.SECTION_CHIEF,)),
    "overdue_3": Told(At.DISTRICT, _DISTRICT_LEADERS),
    "overdue_10": Told(At.CITY, (Role.DIVISION_CHIEF,)),
}
_OF_INSPECTION = {
    "overdue": Told(At.STEP, (Role.INSPECTION_LEADER,)),
    "overdue_3": _ANALYSIS_CHIEF,
    "overdue_10": _CITY_DEPUTY,
}
_OF_CORRECTIONS = {"overdue": _ANALYSIS_CHIEF, "overdue_3": _CITY_DEPUTY}
_OF_REQUESTS = {"overdue": Told(At.STEP, _HEADS), "overdue_3": _ANALYSIS_CHIEF}
# The unit that asks has the delivery and the destruction to see to.
_OF_ASKING_UNIT = {**_OF_REQUESTS, "overdue_3": Told(At.DISTRICT, _HEADS)}
_ASKING_STEPS = frozenset({"deliver", "destroy"})
_CITY_LEVELS = frozenset({UnitLevel.CITY, UnitLevel.DIVISION})


def is_holders(rung: Rung) -> bool:
    """Whether a rung tells whoever holds the step."""
    return rung.name in _HOLDER


def told(rung: Rung, kind: CaseKind, element: str, level: UnitLevel) -> Told | None:
    """Whom a rung above the holder tells of a step in a unit of this level; none: nobody."""
    if level == UnitLevel.INSPECTION:
        return _OF_INSPECTION[rung.name]
    if kind == CaseKind.RQ:
        is_asking = element in _ASKING_STEPS
        return (_OF_ASKING_UNIT if is_asking else _OF_REQUESTS).get(rung.name)
    if kind == CaseKind.DC and level in _CITY_LEVELS:
        return _OF_CORRECTIONS.get(rung.name)
    return _USUAL[rung.name]


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
