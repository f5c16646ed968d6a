"""催办: whoever waits for a step asks its holder to get on with it; once a day and person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Task
from caseflow.services import cases, notices, record, tasks
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NoticeKind,
    Role,
    Stale,
    TaskStatus,
)

LONGEST = 200
# Who watches over the work of others without waiting for it.
_WATCH_ONLY = frozenset({Role.AUDITOR, Role.SYS_ADMIN})


def nudge(session: Session, actor: Actor, task_id: int, *, text: str) -> Task:
    """Ask for a step to be done; it is told on its form and in the course of the case.

    Raises:
        NotFound: it does not exist for the actor; Stale: it is done.
        Forbidden: it is the actor's own, or the actor only watches.
        Conflict: asked for today already; Invalid: the text is too long.
    """
    case, task = tasks.locked(session, actor, task_id)
    if task.status is not TaskStatus.OPEN:
        raise Stale("already_done", task=task.element, at=task.done_at, by=None)
    if not may_nudge(actor, task.assignee_id):
        raise Forbidden("not_to_nudge", task=task.element)
    if len(text.strip()) > LONGEST:
        raise Invalid("text_too_long", longest=LONGEST)
    if _nudged_today(session, actor, case, task):
        raise Conflict("nudged_today", task=task.name)
    payload = {"task": task.element, "step": task.id, "reason": text.strip()}
    cases.note(session, actor, case, action="task.nudged", payload=payload)
    holder = [task.assignee_id]
    notices.tell(session, actor, case, kind=NoticeKind.NUDGED, to=holder, task=task, text=text)
    return task


def may_nudge(actor: Actor, holder: int | None) -> bool:
    """Whether somebody who sees a step may ask for it: not its holder, and nobody who watches."""
    return actor.user_id != holder and not actor.roles & _WATCH_ONLY


def _nudged_today(session: Session, actor: Actor, case: Case, task: Task) -> bool:
    today = clock.start_of(clock.today())
    return any(
        told.action == "task.nudged"
        and told.actor == actor.signature
        and told.payload["step"] == task.id
        and told.at >= today
        for told in record.told(session, f"case:{case.id}")
    )
