"""What handing in a step would open and issue, and who would get it; nothing is done.

The very verb is carried out behind a savepoint and undone, so that preview and outcome are one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.documents import PaperKind
from caseflow.models import Case, Document, Task, User
from caseflow.models.base import Json
from caseflow.services import files, tasks
from caseflow.vocabulary import Actor, TaskStatus

# What stands on the sheet in place of a number that is not taken.
NO_NUMBER = "（签发时编号）"


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper that would be issued: what it would say, without its number."""

    kind: PaperKind
    data: Json


def after(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, answers: Json
) -> Preview:
    """What handing in these answers would lead to.

    Raises:
        Whatever handing them in would be refused with.
    """
    newest = session.scalar(select(func.max(Task.id))) or 0
    with _tried(session, actor, task_id, seen_version=seen_version, answers=answers) as case:
        return _preview(session, case, newest)


def papers(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, answers: Json
) -> tuple[Sheet, ...]:
    """What the papers would say that handing in these answers would issue, in their order.

    No number is taken and no file is kept: neither outlives the trial.

    Raises:
        Whatever handing them in would be refused with.
    """
    newest = session.scalar(select(func.max(Document.id))) or 0
    with _tried(session, actor, task_id, seen_version=seen_version, answers=answers) as case:
        rows = session.scalars(
            select(Document)
            .where(
                Document.case_id == case.id, Document.id > newest, Document.issued_at.is_not(None)
            )
            .order_by(Document.id)
        ).all()
        numbers = tuple(row.number for row in rows if row.number)
        return tuple(Sheet(PaperKind(row.kind), _unnumbered(row.data, numbers)) for row in rows)


@contextmanager
def _tried(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, answers: Json
) -> Iterator[Case]:
    """Hand in the answers, look at what came of it, and undo everything."""
    try:
        with session.begin_nested() as tried, files.on_trial():
            task = tasks.complete(
                session,
                actor,
                task_id,
                seen_version=seen_version,
                answers=answers,
                idem=uuid.uuid4(),
            )
            session.flush()  # what would come of it is asked of the database
            yield session.get_one(Case, task.case_id)
            tried.rollback()
    finally:
        session.expire_all()


def _unnumbered(data: Any, numbers: tuple[str, ...]) -> Any:  # noqa: ANN401 - a paper holds any JSON
    """The data of a paper without the numbers that were taken on trial, whichever names them."""
    if isinstance(data, str):
        for number in numbers:
            data = data.replace(number, NO_NUMBER)
        return data
    if isinstance(data, list):
        return [_unnumbered(each, numbers) for each in data]
    if isinstance(data, dict):
        return {name: _unnumbered(each, numbers) for name, each in data.items()}
    return data


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
