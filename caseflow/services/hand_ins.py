"""What handing a step in asks and does, for one step and for many: the same decisions.

``tasks`` does one, ``many_hand_ins`` many, and they store it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.engine import Step
from caseflow.engine.forms import FormSpec
from caseflow.models import Attachment, Case, Task, User
from caseflow.models.base import Json, among
from caseflow.policy import Capacity, History, TaskFacts
from caseflow.services import approvals, kinds, mergers, record
from caseflow.services.cases import Act, begin
from caseflow.services.kinds import Desk
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    Conflict,
    Forbidden,
    Invalid,
    Stale,
    TaskStatus,
)

# What a step waits for before it is handed in, and with which refusal.
_WAITED_FOR = {
    AskedKind.OPINION: "opinions_open",
    AskedKind.DELEGATION: "delegated_open",
}
_A_MOMENT = timedelta(seconds=1)


def facts(known: History, task: Task) -> TaskFacts:
    """What the decision needs to know of one step of a case."""
    return policy.step_facts(known, next(step for step in known.steps if step.id == task.id))


def require_own(
    session: Session, actor: Actor, task: Task, known: History, *, seen_version: int
) -> Actor:
    """The actor in the name in which the step may be handed in now.

    Raises:
        Stale, Forbidden: as ``tasks.complete``.
    """
    check_unchanged(session, task, seen_version)
    require_drawn(task)
    return in_capacity(session, actor, task, policy.to_complete(actor, facts(known, task)))


def put_on_desk(actor: Actor, task: Task) -> None:
    """The step is the actor's, or held for the one in whose name the actor acts."""
    task.assignee_id = actor.user_id
    task.held_for = actor.acting_for
    task.claimed_at = clock.now()


def decide(desk: Desk, answers: Json, idem: uuid.UUID) -> tuple[Act, Step]:
    """Begin the act of handing in: what the record will say of it, and the engine's step.

    Raises:
        Invalid, Forbidden: as ``tasks.complete``.
    """
    case, task, process, times = desk.case, desk.task, desk.process, desk.times
    _require_own_files(desk.session, case, process.forms[task.form_key], answers)
    begin(case)
    keeper = policy.Keeper(case)
    handed = kinds.hand_in(desk, answers)
    if handed.merged_into is not None:
        mergers.merge(desk.session, desk.actor, task, handed.merged_into, times)
    variables = {**engine.routing(process, task.element, answers), **handed.variables}
    task.done_by = desk.actor.user_id
    step = engine.complete(process, case.state, task.key, variables, at=times.moment())
    approvals.require_within(desk.session, case, task, process=process, answers=answers, step=step)
    for limit in handed.moved.values():
        # A limit that has run out already fires at the next sweep, not inside this act.
        at = max(clock.end_of(limit.due.on), times.now + _A_MOMENT)
        moved = engine.move_timer(process, step.state, limit.timer, at)
        step = replace(step, state=moved.state, wake_at=moved.wake_at)
    act = Act(
        "task.completed",
        {
            "task": task.element,
            "routing": record.plain(variables),
            **handed.payload,
            **keeper.told(),
        },
        idem=idem,
        task=task,
        answers=answers,
        returned=handed.returned,
        limits={element: limit.due for element, limit in handed.moved.items()},
    )
    return act, step


def _require_own_files(session: Session, case: Case, form: FormSpec, answers: Json) -> None:
    """Files are named by ids that a browser sends: each must be a file of this case.

    Raises:
        Invalid: one is not, or was taken out.
    """
    named = dict(form.files(answers))
    if not any(named.values()):
        return
    kept = select(Attachment.id).where(
        Attachment.case_id == case.id, Attachment.removed_at.is_(None)
    )
    known = {str(file_id) for file_id in session.scalars(kept)}
    wrong: dict[str, tuple[str, Json]] = {
        place: ("unknown_file", {}) for place, ids in named.items() if set(ids) - known
    }
    if wrong:
        raise Invalid("answers", fields=wrong)


def require_drawn(task: Task) -> None:
    """What a colleague asked for is answered, not handed in: the drawing does not know it.

    Raises:
        Forbidden: it was asked for.
    """
    if task.asked_kind is not None:
        raise Forbidden("asked_step", task=task.element)


def require_nothing_asked(session: Session, tasks: Sequence[Task]) -> None:
    """Who asked for opinions or delegated the work goes on when it is there, or takes it back.

    Raises:
        Conflict: one of these steps waits for opinions, or a colleague works on it.
    """
    asked = select(Task.asked_for_id, Task.asked_kind).where(
        among(Task.case_id, sorted({task.case_id for task in tasks})),
        Task.asked_kind.in_(_WAITED_FOR),
        Task.status == TaskStatus.OPEN,
    )
    waiting = {row[0]: row[1] for row in session.execute(asked) if row[1] is not None}
    found = next((task for task in tasks if task.id in waiting), None)
    if found is not None:
        raise Conflict(_WAITED_FOR[waiting[found.id]], task=found.name)


def check_unchanged(session: Session, task: Task, seen_version: int) -> None:
    """Refuse what is no longer as it was shown.

    Raises:
        Stale: with who did what, and when.
    """
    if task.status != TaskStatus.OPEN:
        code = "already_done" if task.status == TaskStatus.DONE else "withdrawn"
        raise Stale(code, by=name_of(session, task.done_by), at=task.done_at, task=task.element)
    if task.version != seen_version:
        raise Stale("changed", task=task.element, at=None, by=None)


def in_capacity(session: Session, actor: Actor, task: Task, capacity: Capacity) -> Actor:
    """The actor in the name in which the step may be done.

    Raises:
        Stale: it is no longer open; Forbidden: with the reason of the refusal.
    """
    refusal = capacity.refusal
    if refusal is None:
        return actor.in_the_name_of(capacity.standing)
    if refusal == "not_open":
        code = "done_meanwhile" if task.status == TaskStatus.DONE else "withdrawn_meanwhile"
        raise Stale(code, by=name_of(session, task.done_by), at=task.done_at, task=task.element)
    values: dict[str, object] = {"task": task.element, "roles": task.roles}
    if refusal == "barred":
        values["because"] = capacity.because
        if capacity.as_whom != actor.user_id:
            values["as_whom"] = name_of(session, capacity.as_whom)
    if refusal == "not_yours":
        values["holder"] = name_of(session, task.assignee_id)
    if refusal == "deputyship_ended":
        values["principal"] = name_of(session, task.held_for)
    raise Forbidden(refusal, **values)


def name_of(session: Session, user_id: int | None) -> str | None:
    """The name of a person; none for nobody."""
    return session.scalar(select(User.name).where(User.id == user_id)) if user_id else None
