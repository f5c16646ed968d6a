"""What colleagues have asked of each other in a case: 加签, 抄送, 协查, 委派."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from caseflow.models import Task, User
from caseflow.vocabulary import AskedKind

_MOST = 50
# Re-checks have pages of their own.
_SHOWN = (AskedKind.OPINION, AskedKind.COPY, AskedKind.ASSISTANCE, AskedKind.DELEGATION)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the names of who asked, who is asked, and who answered."""

    task: Task
    asker: str
    asked: str
    doer: str | None
    principal: str | None
    # Who has the step for whose sake it was asked.
    holder_id: int | None


def of_case(session: Session, case_id: int) -> tuple[Asked, ...]:
    """The latest questions of a case, the newest first."""
    asker, asked, doer, principal = (aliased(User) for _ in range(4))
    origin = aliased(Task)
    is_delegated = Task.asked_kind == AskedKind.DELEGATION
    rows = session.execute(
        select(Task, asker.name, asked.name, doer.name, principal.name, origin.assignee_id)
        .join(asker, asker.id == Task.asked_by)
        .join(asked, asked.id == Task.assignee_id)
        .outerjoin(doer, doer.id == Task.done_by)
        .outerjoin(principal, principal.id == Task.done_for)
        .outerjoin(origin, and_(origin.id == Task.asked_for_id, is_delegated))
        .where(Task.case_id == case_id, Task.asked_kind.in_(_SHOWN))
        .order_by(Task.id.desc())
        .limit(_MOST)
    )
    return tuple(Asked(*row) for row in rows)
