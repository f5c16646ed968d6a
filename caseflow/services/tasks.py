"""Steps on desks: taking one, giving it back, keeping a draft, handing it in."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.engine.forms import FormSpec
from caseflow.models import Answer, Attachment, Case, Draft, Recusal, Task, User
from caseflow.models.base import Json
from caseflow.policy import CaseFacts, TaskFacts
from caseflow.services import cases, definitions, former_names, kinds, limits, people, record
from caseflow.services.cases import Act
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    Stale,
    TaskStatus,
)

_A_MOMENT = timedelta(seconds=1)


def claim(session: Session, actor: Actor, task_id: int) -> Task:
    """Take a step that waits for one of several people onto the own desk.

    Raises:
        Conflict: somebody else has taken it; Stale: it is no longer open;
        Forbidden: it does not come to the actor's posts, or separation of duties bars the actor.
    """
    case, task = _locked(session, actor, task_id)
    if task.assignee_id == actor.user_id and task.status == TaskStatus.OPEN:
        return task
    refusal = policy.may_claim(actor, _facts(session, case, task))
    if refusal == "taken":
        raise Conflict("taken", by=_name(session, task.assignee_id), at=task.claimed_at)
    _refuse(session, actor, case, task, refusal)
    task.assignee_id = actor.user_id
    task.claimed_at = clock.now()
    cases.note(session, actor, case, action="task.claimed", payload={"task": task.element})
    return task


def release(session: Session, actor: Actor, task_id: int) -> Task:
    """Give a step that was taken back to all who may take it; the draft stays."""
    case, task = _locked(session, actor, task_id)
    _refuse(session, actor, case, task, policy.may_complete(actor, _facts(session, case, task)))
    if task.relation is not None:
        raise Forbidden("named_officer", task=task.element)
    task.assignee_id = None
    task.claimed_at = None
    cases.note(session, actor, case, action="task.released", payload={"task": task.element})
    return task


def save_draft(session: Session, actor: Actor, task_id: int, content: Json) -> Draft:
    """Keep what the holder has typed so far; no event, replaced by the next draft."""
    task = held(session, actor, task_id)
    row = insert(Draft).values(
        task_id=task.id, user_id=actor.user_id, content=content, saved_at=clock.now()
    )
    return session.scalars(
        row.on_conflict_do_update(
            index_elements=[Draft.task_id, Draft.user_id],
            set_={"content": row.excluded.content, "saved_at": row.excluded.saved_at},
        ).returning(Draft),
        execution_options={"populate_existing": True},
    ).one()


def complete(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    seen_version: int,
    answers: Json,
    idem: uuid.UUID,
) -> Task:
    """Hand in a step: its answers move the case one step on.

    The same ``idem`` again changes nothing and answers as the first time did.

    Raises:
        Conflict: another act was done under this key.
        Stale: the step was handed in, moved or changed since the form was shown.
        Forbidden: it is not on the actor's desk, or separation of duties bars the actor.
        Invalid: the answers do not make a lawful act; ``values['fields']`` names the places.
    """
    case, task = _locked(session, actor, task_id)
    if _was_done_under(session, case, task, idem):
        return task
    _check_unchanged(session, task, seen_version)
    _refuse(session, actor, case, task, policy.may_complete(actor, _facts(session, case, task)))
    process = definitions.process_of(session, case.definition_id)
    _require_own_files(session, case, process.forms[task.form_key], answers)
    times = limits.of_today(session)
    cases.begin(case)
    handed = kinds.hand_in(kinds.Desk(session, actor, case, task, times), answers)
    variables = {**engine.routing(process, task.element, answers), **handed.variables}
    task.done_by = actor.user_id
    step = engine.complete(process, case.state, task.key, variables, at=times.moment())
    for limit in handed.moved.values():
        # A limit that has run out already fires at the next sweep, not inside this act.
        at = max(clock.end_of(limit.due.on), times.now + _A_MOMENT)
        moved = engine.move_timer(process, step.state, limit.timer, at)
        step = replace(step, state=moved.state, wake_at=moved.wake_at)
    act = Act(
        "task.completed",
        {"task": task.element, "routing": record.plain(variables), **handed.payload},
        idem=idem,
        task=task,
        answers=answers,
        returned=handed.returned,
        limits={element: limit.due for element, limit in handed.moved.items()},
    )
    session.execute(delete(Draft).where(Draft.task_id == task.id))
    cases.apply(session, actor, case, step, act=act, times=times)
    return task


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


def was_handed_in(session: Session, actor: Actor, task_id: int, idem: uuid.UUID) -> bool:
    """Whether this very step was handed in under this key, as a form sent twice asks.

    Raises:
        Conflict: another act was done under this key.
    """
    task = session.get(Task, task_id)
    if task is None:
        return False
    case = session.get_one(Case, task.case_id)
    is_seen = policy.may_see(actor, case_facts(session, case))
    return is_seen and _was_done_under(session, case, task, idem)


def held(session: Session, actor: Actor, task_id: int) -> Task:
    """The open step on the actor's own desk.

    Raises:
        NotFound: it does not exist for this actor; Forbidden: it is on another desk;
        Stale: it is no longer open.
    """
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound("task", id=task_id)
    case = session.get_one(Case, task.case_id)
    if not policy.may_see(actor, case_facts(session, case)):
        raise NotFound("task", id=task_id)
    _check_unchanged(session, task, task.version)
    _refuse(session, actor, case, task, policy.may_complete(actor, _facts(session, case, task)))
    return task


def could_take(session: Session, case: Case, task: Task, user_id: int) -> bool:
    """Whether a person might take this step today if it were on nobody's desk."""
    try:
        actor = people.actor_of(session, user_id)
    except Forbidden:
        return False
    return policy.may_claim(actor, replace(_facts(session, case, task), assignee_id=None)) is None


def case_facts(session: Session, case: Case) -> CaseFacts:
    """What the policy needs to know of a case."""
    participants = session.scalars(
        select(Task.assignee_id).where(Task.case_id == case.id, Task.assignee_id.is_not(None))
    )
    recused = session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id))
    officers = {case.main_officer_id, case.second_officer_id} - {None}
    return CaseFacts(
        district_id=case.district_id,
        section_id=case.section_id,
        officers=frozenset(user_id for user_id in officers if user_id is not None),
        participants=frozenset(user_id for user_id in participants if user_id is not None),
        recused=frozenset(recused),
    )


def _locked(session: Session, actor: Actor, task_id: int) -> tuple[Case, Task]:
    case_id = session.scalar(select(Task.case_id).where(Task.id == task_id))
    if case_id is None:
        raise NotFound("task", id=task_id)
    case = cases.locked(session, case_id)
    task = session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    if not policy.may_see(actor, case_facts(session, case)) and task.assignee_id != actor.user_id:
        raise NotFound("task", id=task_id)
    return case, task


def _was_done_under(session: Session, case: Case, task: Task, idem: uuid.UUID) -> bool:
    """Whether this very step was handed in under this key; another act's key is refused."""
    receipt = record.find(session, idem)
    if receipt is None:
        return False
    done = session.scalar(
        select(Answer.task_id).where(Answer.case_id == case.id, Answer.revision == receipt.seq)
    )
    if receipt.stream != f"case:{case.id}" or done != task.id:
        raise Conflict("key_used", task=task.element)
    return True


def _facts(session: Session, case: Case, task: Task) -> TaskFacts:
    return TaskFacts(
        is_open=task.status == TaskStatus.OPEN,
        roles=frozenset(Role(role) for role in task.roles),
        unit_id=task.unit_id,
        relation=task.relation,
        assignee_id=task.assignee_id,
        barred=_barred(session, case, task),
    )


def _barred(session: Session, case: Case, task: Task) -> dict[int, str]:
    """Who may not do this step: the case's officers and the people of earlier elements named."""
    officers = {"main_officer": case.main_officer_id, "second_officer": case.second_officer_id}
    barred = {
        user_id: relation
        for relation, user_id in officers.items()
        if relation in task.separation and user_id is not None
    }
    names = former_names.of(session, case.id, task.separation)
    acted = session.execute(
        select(Task.done_by, Task.element).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.DONE,
            Task.element.in_(names),
            Task.done_by.is_not(None),
        )
    )
    barred.update((user_id, names[element]) for user_id, element in acted if user_id is not None)
    recused = session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id))
    return {**barred, **dict.fromkeys(recused, "recused")}


def _check_unchanged(session: Session, task: Task, seen_version: int) -> None:
    if task.status != TaskStatus.OPEN:
        code = "already_done" if task.status == TaskStatus.DONE else "withdrawn"
        raise Stale(code, by=_name(session, task.done_by), at=task.done_at, task=task.element)
    if task.version != seen_version:
        raise Stale("changed", task=task.element, at=None, by=None)


def _refuse(session: Session, actor: Actor, case: Case, task: Task, refusal: str | None) -> None:
    if refusal is None:
        return
    if refusal == "not_open":
        code = "done_meanwhile" if task.status == TaskStatus.DONE else "withdrawn_meanwhile"
        raise Stale(code, by=_name(session, task.done_by), at=task.done_at, task=task.element)
    values: dict[str, object] = {"task": task.element, "roles": task.roles}
    if refusal == "barred" and actor.user_id is not None:
        values["because"] = _barred(session, case, task).get(actor.user_id)
    if refusal == "not_yours":
        values["holder"] = _name(session, task.assignee_id)
    raise Forbidden(refusal, **values)


def _name(session: Session, user_id: int | None) -> str | None:
    return session.scalar(select(User.name).where(User.id == user_id)) if user_id else None
