"""Limits that somebody asked to have lengthened: who asked, why, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow.models import Extension, Task, User


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish with the step it is about, the step of who decides, and the people's names."""

    extension: Extension
    request: Task
    step: Task | None
    asker: str
    decider: str | None


def of_case(session: Session, case_id: int) -> tuple[Asked, ...]:
    """All wishes of a case, the newest first."""
    step, asker, decider = aliased(Task), aliased(User), aliased(User)
    rows = session.execute(
        select(Extension, Task, step, asker.name, decider.name)
        .join(Task, Task.id == Extension.request_id)
        .outerjoin(step, step.id == Extension.task_id)
        .join(asker, asker.id == Extension.asked_by)
        .outerjoin(decider, decider.id == Extension.decided_by)
        .where(Extension.case_id == case_id)
        .order_by(Extension.id.desc())
    )
    return tuple(Asked(*row) for row in rows)
