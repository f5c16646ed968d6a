"""委派: the work of a step done by a colleague; who delegated stays answerable and hands it in.

The colleague has a step beside the drawing until it is given back or taken back; until then the
step itself is not handed in. Whoever was delegated to counts as having acted in the step, and is
none whom its separation, a tie or the post keeps from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Task
from caseflow.services import asked, cases, tasks
from caseflow.vocabulary import Actor, AskedKind, Conflict, Invalid, TaskStatus


def delegate(  # noqa: PLR0913 - whom, what and by when
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    seen_version: int,
    to: int,
    text: str,
    until: date | None = None,
) -> Task:
    """Let a colleague do the work of the step on the own desk, by a day before its own limit.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``. Conflict: it is delegated already.
        Invalid: the text, the day, or somebody who may not.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    if open_one(session, task) is not None:
        raise Conflict("delegated_open", task=task.name)
    asked.require_text(text)
    if until is not None:
        last_day = clock.last_day_of(task.due_at) if task.due_at else None
        if until < clock.today() or (last_day is not None and until > last_day):
            raise Invalid("delegated_until", latest=last_day or clock.today())
    if to not in who_may(session, actor, task):
        raise Invalid("not_to_be_asked")
    row = asked.put(
        session,
        case,
        to,
        by=actor,
        kind=AskedKind.DELEGATION,
        text=text,
        origin=task,
        due_at=clock.end_of(until) if until else task.due_at,
    )
    payload = {
        "task": task.element,
        "step": task.id,
        "to": [to],
        "to_name": asked.names(session, [to]),
        "until": clock.last_day_of(row.due_at).isoformat() if row.due_at else None,
        "reason": text.strip(),
    }
    cases.note(session, actor, case, action="task.delegated", payload=payload)
    return row


def who_may(session: Session, actor: Actor, task: Task) -> Sequence[int]:
    """To whom a step can be delegated: who might have it, but who has it; nobody for a vote."""
    if task.form_key in policy.PERSONAL_FORMS:
        return ()
    case = session.get_one(Case, task.case_id)
    found = tasks.who_may_get(session, case, task)
    return [each for each in found if each not in {actor.user_id, actor.acting_for}]


def open_one(session: Session, task: Task) -> Task | None:
    """The step of the colleague who works on this one now."""
    return session.scalar(
        select(Task).where(
            Task.case_id == task.case_id,
            Task.asked_for_id == task.id,
            Task.asked_kind == AskedKind.DELEGATION,
            Task.status == TaskStatus.OPEN,
        )
    )
