"""Single steps: whose desk they are on, what was drafted for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Draft, Task
from caseflow.vocabulary import Actor, NotFound


def case_of(session: Session, actor: Actor, task_id: int) -> int:
    """
    The case that a step belongs to.

    Raises:
        NotFound: there is no such step for this actor.

    """
    found = session.scalar(
        select(Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id == task_id, policy.visible_cases(actor))
    )
    if found is None:
        raise NotFound("task", id=task_id)
    return found


def desk_of(session: Session, actor: Actor, case_id: int) -> dict[int, int | None]:
    """The steps of a case that are on the actor's desk or free to be taken, and for whom.

    The value is the principal for whom the actor stands; none in the own name.
    """
    rows = session.execute(
        select(Task.id, policy.on_desk_for_whom(actor)).where(
            Task.case_id == case_id, policy.on_desk(actor)
        )
    )
    return dict(rows.all())


def draft(session: Session, actor: Actor, task_id: int) -> Draft | None:
    """What the actor has typed for a step and not handed in."""
    return session.scalar(
        select(Draft).where(Draft.task_id == task_id, Draft.user_id == actor.user_id)
    )
