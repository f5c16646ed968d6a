"""What somebody was told of cases: how much is unread, and the latest of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Notice, Task, User
from caseflow.vocabulary import Actor

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One notice, with the case and the step it tells of and who did it."""

    notice: Notice
    number: str
    step: str | None
    step_en: str | None
    by: str | None


def unread(session: Session, actor: Actor) -> int:
    """How many of the own notices are not read, of cases that still exist for the actor."""
    query = (
        select(func.count())
        .select_from(Notice)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Notice.user_id == actor.user_id,
            Notice.read_at.is_(None),
            policy.visible_cases(actor),
        )
    )
    return session.scalars(query).one()


def listing(session: Session, actor: Actor) -> tuple[Row, ...]:
    """The latest of the own notices, the newest first."""
    rows = session.execute(
        select(Notice, Case.number, Task.name, Task.name_en, User.name)
        .join(Case, Case.id == Notice.case_id)
        .outerjoin(Task, Task.id == Notice.task_id)
        .outerjoin(User, User.id == Notice.by_id)
        .where(Notice.user_id == actor.user_id, policy.visible_cases(actor))
        .order_by(Notice.id.desc())
        .limit(LIMIT)
    )
    return tuple(Row(*row) for row in rows)
