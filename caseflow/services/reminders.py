"""Climbing the ladder of reminders: what is due is noted once, with the people it tells."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models import Case, Reminder, Task, Unit
from caseflow.services import cases, ladder, notices, seats
from caseflow.vocabulary import CLOCKWORK, NoticeKind, TaskStatus
from caseflow.working_days import Calendar

AT_ONCE = 50


def climb_due(session: Session, *, at_once: int = AT_ONCE) -> int:
    """Fire the rungs that are reached, missed ones in order, of at most so many tasks.

    Returns how many tasks were moved on. Tasks of a paused case wait until it goes on.
    """
    now = clock.now()
    case_ids = session.scalars(
        select(Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.status == TaskStatus.OPEN, Task.remind_at <= now, Case.paused_at.is_(None))
        .order_by(Task.remind_at, Task.id)
        .limit(at_once)
        .with_for_update(of=Case, skip_locked=True)
    ).all()
    calendar = calendars.of(session) if case_ids else None
    moved = 0
    for case_id in sorted(set(case_ids)):
        case = cases.locked(session, case_id)
        tasks = session.scalars(
            select(Task)
            .where(Task.case_id == case_id, Task.status == TaskStatus.OPEN, Task.remind_at <= now)
            .order_by(Task.id)
            .with_for_update()
        ).all()
        for task in tasks:
            if calendar is not None:
                _climb(session, case, task, calendar, now)
                moved += 1
    return moved


def _climb(session: Session, case: Case, task: Task, calendar: Calendar, now: datetime) -> None:
    fired = set(session.scalars(select(Reminder.rung).where(Reminder.task_id == task.id)))
    task.remind_at = None
    for rung in ladder.LADDER:
        if rung.name in fired or task.due_at is None:
            continue
        reached = rung.reached(task.opened_at, task.due_at, calendar)
        if reached > now:
            task.remind_at = reached
            return
        told = None
        if not ladder.is_holders(rung):
            level = session.get_one(Unit, task.unit_id).level
            told = ladder.told(rung, case.kind, task.element, level)
            if told is None:
                continue
        session.add(
            Reminder(
                task_id=task.id,
                rung=rung.name,
                due_at=reached,
                at=now,
                roles=[role.value for role in told.roles] if told else task.roles,
                unit_id=_unit(session, case, told.at, task) if told else task.unit_id,
                user_id=None if told else task.assignee_id,
            )
        )
        payload = {
            "task": task.element,
            "rung": rung.name,
            "due_at": task.due_at.isoformat(),
            "reached_at": reached.isoformat(),
        }
        cases.note(session, CLOCKWORK, case, action="task.reminded", payload=payload)
        if rung.name == "overdue":
            kind, holder = NoticeKind.OVERDUE, [task.assignee_id]
            notices.tell(session, CLOCKWORK, case, kind=kind, to=holder, task=task)


def _unit(session: Session, case: Case, at: ladder.At, task: Task) -> int:
    if at in (ladder.At.CITY, ladder.At.ANALYSIS):
        units = seats.city_units(session)
        # Without a division for it, what the rest belongs to is told to the whole city.
        wanted = policy.OWNER_OF_THE_REST if at == ladder.At.ANALYSIS else "city"
        return units.get(wanted, units["city"])
    return {
        ladder.At.SECTION: case.section_id,
        ladder.At.DISTRICT: case.district_id,
        ladder.At.STEP: task.unit_id,
    }[at]
