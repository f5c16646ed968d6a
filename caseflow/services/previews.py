"""Route preview: what handing in a step would open, and who would get it; nothing is done.

The very verb is carried out behind a savepoint and undone, so that preview and outcome are one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.models import Case, Task, User
from caseflow.models.base import Json
from caseflow.services import tasks
from caseflow.vocabulary import Actor, TaskStatus


@dataclass(frozen=True, slots=True)
class Next:
    """A step that would open: whose it would be, or ``may_take``: who could take it."""

    name: str
    name_en: str
    holder: str | None
    may_take: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow; ``waits`` when others must hand in first, ``ends`` when it is over."""

    steps: tuple[Next, ...]
    ends: bool
    waits: bool


def after(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, answers: Json
) -> Preview:
    """What handing in these answers would lead to.

    Raises:
        Whatever handing them in would be refused with.
    """
    with session.begin_nested() as tried:
        newest = session.scalar(select(func.max(Task.id))) or 0
        task = tasks.complete(
            session,
            actor,
            task_id,
            seen_version=seen_version,
            answers=answers,
            idem=uuid.uuid4(),
        )
        session.flush()  # what would open is asked of the database
        found = _preview(session, session.get_one(Case, task.case_id), newest)
        tried.rollback()
    session.expire_all()
    return found


def _preview(session: Session, case: Case, newest: int) -> Preview:
    opened = session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.id > newest, Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    ).all()
    steps = tuple(_next(session, case, task) for task in opened)
    ends = case.closed_at is not None
    return Preview(steps, ends, waits=not steps and not ends)


def _next(session: Session, case: Case, task: Task) -> Next:
    ids = [task.assignee_id] if task.assignee_id else tasks.who_may_get(session, case, task)
    rows = select(User.name).where(User.id.in_(ids)).order_by(User.name_key, User.id)
    names = tuple(session.scalars(rows))
    holder = names[0] if task.assignee_id else None
    return Next(task.name, task.name_en, holder, () if holder else names)
