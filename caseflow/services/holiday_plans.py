"""The holiday plan of a year: put on file when it is published, and what was counted without it.

Until then weekends and fixed holidays are taken; a limit counted so says that it is provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, extract, insert, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import Case, Task, WorkingDay
from caseflow.services import cases, definitions, ladder, limits, record
from caseflow.services.cases.acts import Act
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor, Invalid, TaskStatus
from caseflow.working_days import HOLIDAYS, Calendar, Due, SpecialDay, due_of, recounted

_STREAM = "sys:calendar"
_LONGEST_NAME = 20
_SATURDAY = 5


def load(session: Session, actor: Actor, year: int, days: Sequence[SpecialDay]) -> bool:
    """Put the plan of a year on file in place of what was there; False if it is there already.

    Raises:
        Invalid: a day of another year, twice, without a name, or worked though no weekend.
    """
    _require_sound(year, days)
    rows = [
        {
            "on": day.on,
            "is_working": day.is_working,
            "name": day.name,
            "name_en": HOLIDAYS.get(day.name, day.name),
            "may_end_deadline": day.may_end_deadline,
        }
        for day in sorted(days, key=lambda day: day.on)
    ]
    of_year = extract("year", WorkingDay.on) == year
    columns = (
        WorkingDay.on,
        WorkingDay.is_working,
        WorkingDay.name,
        WorkingDay.name_en,
        WorkingDay.may_end_deadline,
    )
    on_file = session.execute(select(*columns).where(of_year).order_by(WorkingDay.on)).mappings()
    if [dict(row) for row in on_file] == rows:
        return False
    session.execute(delete(WorkingDay).where(of_year))
    session.execute(insert(WorkingDay), rows)
    payload = {
        "year": year,
        "rest_days": [day.on.isoformat() for day in days if not day.is_working],
        "worked_days": [day.on.isoformat() for day in days if day.is_working],
        "ending_nothing": [day.on.isoformat() for day in days if not day.may_end_deadline],
    }
    record.append(session, actor, _STREAM, action="calendar.loaded", payload=payload)
    return True


def provisional(session: Session) -> list[int]:
    """The open cases with a limit that was counted before the plan of its year was published."""
    waits = select(Task.case_id).where(
        Task.status == TaskStatus.OPEN, Task.due_facts["provisional"].as_boolean()
    )
    found = session.scalars(
        select(Case.id)
        .where(
            Case.closed_at.is_(None),
            or_(Case.id.in_(waits), Case.facts["due"]["provisional"].as_boolean()),
        )
        .order_by(Case.id)
    )
    return list(found)


def recount(session: Session, actor: Actor, case_id: int) -> bool:
    """Count the provisional limits of a case anew; False if the calendar says the same.

    The case's clock, its steps on desks and the timers of its drawing that run out with them move
    together, and the case's record says from when to when.
    """
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        return False
    times = limits.of_today(session)
    tasks = session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    ).all()
    pauses = _pauses(case)
    moves = [
        move
        for facts in (case.facts.get("due"), *(task.due_facts for task in tasks))
        if facts and (move := _move(times.calendar, facts, pauses)) is not None
    ]
    if not moves:
        return False
    cases.begin(case)
    instants = {clock.end_of(move.old.on): clock.end_of(move.new.on) for move in moves}
    told = _move_case(case, moves) + _move_tasks(session, tasks, moves, times)
    process = definitions.process_of(session, case.definition_id)
    step = engine.retime(process, case.state, instants)
    act = Act("case.limits_recounted", {"limits": told})
    cases.apply(session, actor, case, step, act=act, times=times)
    return True


@dataclass(frozen=True, slots=True)
class _Move:
    """A limit as it was counted, and as the calendar counts it now."""

    old: Due
    new: Due


def _move(
    calendar: Calendar, facts: dict[str, Any], pauses: Sequence[tuple[date, date]]
) -> _Move | None:
    """A provisional limit counted anew; None for another one, or if nothing differs."""
    old = due_of(facts)  # type: ignore[arg-type]  # JSON of Due.facts
    new = recounted(calendar, old, pauses=pauses)
    return _Move(old, new) if old.provisional and new != old else None


def _move_case(case: Case, moves: Sequence[_Move]) -> list[dict[str, str]]:
    """Move the clock of the case itself; an earlier end that a leader set stays."""
    facts = case.facts.get("due")
    move = _of(facts, moves)
    if facts is None or move is None or case.due_at is None:
        return []
    is_own = case.due_at == clock.end_of(move.old.on)
    case.due_at = clock.end_of(move.new.on) if is_own else case.due_at
    case.facts = {**case.facts, "due": move.new.facts()}
    return [_told("", move)] if is_own else []


def _move_tasks(
    session: Session, tasks: Sequence[Task], moves: Sequence[_Move], times: Limits
) -> list[dict[str, str]]:
    told = []
    for task in tasks:
        move = _of(task.due_facts, moves)
        if move is None or task.due_at is None:
            continue
        task.due_at = _moved(task.due_at, move)
        task.due_facts = {**move.new.facts()}
        task.remind_at = ladder.next_at(session, task, times.calendar)
        told.append(_told(task.element, move))
    return told


def _moved(due_at: datetime, move: _Move) -> datetime:
    """The new instant; a limit that ends before its count, as one with the case, stays."""
    return clock.end_of(move.new.on) if due_at == clock.end_of(move.old.on) else due_at


def _of(facts: dict[str, Any] | None, moves: Sequence[_Move]) -> _Move | None:
    if not facts:
        return None
    old = due_of(facts)  # type: ignore[arg-type]  # JSON of Due.facts
    return next((move for move in moves if move.old == old), None)


def _told(step: str, move: _Move) -> dict[str, str]:
    return {"step": step, "from": move.old.on.isoformat(), "to": move.new.on.isoformat()}


def _pauses(case: Case) -> list[tuple[date, date]]:
    return [
        (date.fromisoformat(begun), date.fromisoformat(ended))
        for begun, ended in case.facts.get("pauses", [])
    ]


def _require_sound(year: int, days: Sequence[SpecialDay]) -> None:
    if not any(not day.is_working for day in days):
        raise Invalid("holiday_plan_empty", year=year)
    seen: set[date] = set()
    for day in days:
        fault = _fault(year, day, seen)
        if fault:
            raise Invalid(fault, on=day.on.isoformat(), year=year)
        seen.add(day.on)


def _fault(year: int, day: SpecialDay, seen: set[date]) -> str:
    if day.on.year != year:
        return "holiday_of_other_year"
    if day.on in seen:
        return "holiday_twice"
    if not 0 < len(day.name.strip()) <= _LONGEST_NAME:
        return "holiday_without_name"
    if day.is_working and day.on.weekday() < _SATURDAY:
        return "worked_day_on_weekday"
    return ""
