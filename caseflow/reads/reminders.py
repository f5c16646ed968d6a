"""Reminders and escalations that reached a person: by name, or through a post of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Reminder, Task, Taxpayer, User
from caseflow.reads import case_names, limits
from caseflow.vocabulary import Actor, PostHeld, TaskStatus

LIMIT = 100
# A rung that fired longer after it was reached came late: nothing ran, or a clock has jumped. What
# is reached after work and told on the next morning did not.
_IN_TIME = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Row:
    """One rung that was reached, when it was and when it fired, with the step it is about."""

    task_id: int
    rung: str
    reached_at: datetime
    at: datetime
    is_late: bool
    due_at: datetime | None
    left: int | None
    is_open: bool
    case_id: int
    number: str
    name: str
    name_en: str
    taxpayer: str
    holder: str | None


def listing(session: Session, actor: Actor) -> tuple[Row, ...]:
    """The latest reminders, those of open steps first."""
    is_open = Task.status == TaskStatus.OPEN
    rows = session.execute(
        select(
            Reminder.task_id,
            Reminder.rung,
            Reminder.due_at.label("reached_at"),
            Reminder.at,
            Task.due_at,
            is_open.label("is_open"),
            Case.id.label("case_id"),
            Case.number,
            Task.name,
            Task.name_en,
            case_names.about().label("taxpayer"),
            User.name.label("holder"),
        )
        .join(Task, Task.id == Reminder.task_id)
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(User, User.id == Task.assignee_id)
        .where(_reached(actor), policy.visible_cases(actor))
        .order_by(is_open.desc(), Reminder.due_at.desc(), Reminder.task_id, Reminder.rung)
        .limit(LIMIT)
    )
    left = limits.days_left(session)
    return tuple(
        Row(
            task_id=row.task_id,
            rung=row.rung,
            reached_at=row.reached_at,
            at=row.at,
            is_late=is_late(row.reached_at, row.at),
            due_at=row.due_at,
            left=left(row.due_at),
            is_open=row.is_open,
            case_id=row.case_id,
            number=row.number,
            name=row.name,
            name_en=row.name_en,
            taxpayer=row.taxpayer,
            holder=row.holder,
        )
        for row in rows
    )


def is_late(reached_at: datetime, at: datetime) -> bool:
    """Whether a rung fired noticeably later than it was reached."""
    return at - reached_at > _IN_TIME


def open_count(session: Session, actor: Actor) -> int:
    """How many open steps have had the actor reminded."""
    query = (
        select(func.count(Reminder.task_id.distinct()))
        .join(Task, Task.id == Reminder.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(_reached(actor), policy.visible_cases(actor), Task.status == TaskStatus.OPEN)
    )
    return session.scalar(query) or 0


def _reached(actor: Actor) -> ColumnElement[bool]:
    by_post = [
        and_(
            Reminder.unit_id.in_(_unit_and_above(post)),
            Reminder.roles.contains([post.role.value]),
        )
        for post in actor.posts
    ]
    unnamed = and_(Reminder.user_id.is_(None), or_(false(), *by_post))
    return or_(Reminder.user_id == actor.user_id, unnamed)


def _unit_and_above(post: PostHeld) -> list[int]:
    """What is told to the city reaches its divisions: the units on the way from the root down."""
    return [int(part) for part in post.unit_path.split("/") if part]
