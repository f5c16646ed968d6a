"""委派: the work of a step done by colleagues; who delegated stays answerable and hands it in.

Each colleague has a step beside the drawing until it is given back or taken back; until all of them
are, the step itself is not handed in. Whoever was delegated to counts as having acted in the step,
and is none whom its separation, a tie or the post keeps from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models import Case, Task
from caseflow.services import asked, cases, drawn_verbs, tasks
from caseflow.vocabulary import Actor, AskedKind, Invalid, TaskStatus


def delegate(  # noqa: PLR0913 - whom, what and by when
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    seen_version: int,
    to: Sequence[int],
    text: str,
    until: date | None = None,
) -> tuple[Task, ...]:
    """Let colleagues do the work of the step on the own desk, by a day before its own limit.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``; the drawing does not offer it.
        Invalid: the text, the day, nobody, too many, or somebody who may not or works on it now.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    drawn_verbs.require(session, case, task, "delegate")
    wanted = asked.wanted(to)
    asked.require_text(text)
    limit = _limit(session, task)
    if until is not None:
        last_day = clock.last_day_of(limit) if limit else None
        if until < clock.today() or (last_day is not None and until > last_day):
            raise Invalid("delegated_until", latest=last_day or clock.today())
    if not set(wanted) <= set(who_may(session, actor, task)):
        raise Invalid("not_to_be_asked")
    due_at = clock.end_of(until) if until else limit
    rows = [
        asked.put(
            session,
            case,
            person,
            by=actor,
            kind=AskedKind.DELEGATION,
            text=text,
            origin=task,
            due_at=due_at,
        )
        for person in wanted
    ]
    payload = {
        "task": task.element,
        "step": task.id,
        "to": wanted,
        "to_name": asked.names(session, wanted),
        "until": clock.last_day_of(due_at).isoformat() if due_at else None,
        "reason": text.strip(),
    }
    cases.note(session, actor, case, action="task.delegated", payload=payload)
    return tuple(rows)


def _limit(session: Session, task: Task) -> datetime | None:
    """By when the work is given back at the latest: of a late step, on the next working day."""
    if task.due_at is None or task.due_at > clock.now():
        return task.due_at
    return clock.end_of(calendars.of(session).next_working_day(clock.today()))


def who_may(session: Session, actor: Actor, task: Task) -> Sequence[int]:
    """To whom a step can be delegated: who might have it, but who has it or works on it now.

    Nobody for a vote.
    """
    if task.form_key in policy.PERSONAL_FORMS:
        return ()
    case = session.get_one(Case, task.case_id)
    found = tasks.who_may_get(session, case, task)
    out = {actor.user_id, actor.acting_for, *_at_work(session, task)}
    return [each for each in found if each not in out]


def _at_work(session: Session, task: Task) -> Sequence[int | None]:
    """Who works on this step for another now."""
    return session.scalars(
        select(Task.assignee_id).where(
            Task.case_id == task.case_id,
            Task.asked_for_id == task.id,
            Task.asked_kind == AskedKind.DELEGATION,
            Task.status == TaskStatus.OPEN,
        )
    ).all()
