"""Steps on desks: taking one, giving it back, keeping a draft, handing it in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Answer, Case, Draft, Post, Task, User
from caseflow.models.base import Json, among
from caseflow.policy import History, TaskFacts
from caseflow.services import (
    cases,
    definitions,
    hand_ins,
    kinds,
    limits,
    people,
    record,
    sights,
)
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    NotFound,
    TaskStatus,
)

_A_MOMENT = timedelta(seconds=1)


def claim(session: Session, actor: Actor, task_id: int) -> Task:
    """Take a step that waits for one of several people onto the own desk.

    Raises:
        Conflict: somebody else has taken it; Stale: it is no longer open;
        Forbidden: it does not come to the actor's posts, or separation of duties bars the actor.
    """
    case, task = locked(session, actor, task_id)
    if task.assignee_id == actor.user_id and task.status == TaskStatus.OPEN:
        return task
    capacity = policy.to_claim(actor, _facts(session, case, task))
    if capacity.refusal == "taken":
        raise Conflict("taken", by=hand_ins.name_of(session, task.assignee_id), at=task.claimed_at)
    actor = hand_ins.in_capacity(session, actor, task, capacity)
    keeper = policy.Keeper(case, [task])
    hand_ins.put_on_desk(actor, task)
    payload = {"task": task.element, **keeper.told()}
    cases.note(session, actor, case, action="task.claimed", payload=payload)
    return task


def release(session: Session, actor: Actor, task_id: int) -> Task:
    """Give a step that was taken back to all who may take it; the draft stays."""
    case, task = locked(session, actor, task_id)
    actor = hand_ins.in_capacity(
        session, actor, task, policy.to_complete(actor, _facts(session, case, task))
    )
    if task.relation is not None:
        raise Forbidden("named_officer", task=task.element)
    hand_ins.require_nothing_asked(session, [task])
    keeper = policy.Keeper(case, [task])
    task.assignee_id = task.held_for = task.claimed_at = None
    payload = {"task": task.element, **keeper.told()}
    cases.note(session, actor, case, action="task.released", payload=payload)
    return task


def free_if_ended(session: Session, actor: Actor, task_id: int) -> bool:
    """Free a step that a deputy holds for somebody for whom the deputy no longer stands."""
    case_id = session.scalars(select(Task.case_id).where(Task.id == task_id)).one()
    case = cases.locked(session, case_id)
    task = session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    if task.status != TaskStatus.OPEN or task.held_for is None or task.assignee_id is None:
        return False
    if _still_stands(session, case, task, task.assignee_id):
        return False
    payload = {"task": task.element, "holder": task.assignee_id, "held_for": task.held_for}
    keeper = policy.Keeper(case, [task])
    task.assignee_id = task.held_for = task.claimed_at = None
    payload |= keeper.told()
    cases.note(session, actor, case, action="task.released", payload=payload)
    return True


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
    case, task = locked(session, actor, task_id)
    if _was_done_under(session, case, task, idem):
        return task
    known = policy.case_now(session, case)
    actor = hand_ins.require_own(session, actor, task, known, seen_version=seen_version)
    hand_ins.require_nothing_asked(session, [task])
    desk = kinds.Desk(
        session,
        actor,
        case,
        task,
        definitions.process_of(session, case.definition_id),
        limits.of_today(session),
        known,
    )
    act, step = hand_ins.decide(desk, answers, idem)
    session.execute(delete(Draft).where(Draft.task_id == task.id))
    cases.apply(session, actor, case, step, act=act, times=desk.times)
    return task


def was_handed_in(session: Session, actor: Actor, task_id: int, idem: uuid.UUID) -> bool:
    """Whether this very step was handed in under this key, as a form sent twice asks.

    Raises:
        Conflict: another act was done under this key.
    """
    task = session.get(Task, task_id)
    if task is None:
        return False
    case = session.get_one(Case, task.case_id)
    is_seen = sights.sees(session, actor, case.id)
    return is_seen and _was_done_under(session, case, task, idem)


def held(session: Session, actor: Actor, task_id: int) -> Task:
    """The open step on the actor's own desk; refused as by ``holding``."""
    return holding(session, actor, task_id)[0]


def holding(session: Session, actor: Actor, task_id: int) -> tuple[Task, Actor]:
    """The open step on the actor's own desk, and the actor in the name in which it is there.

    Raises:
        NotFound: it does not exist for this actor; Forbidden: it is on another desk;
        Stale: it is no longer open.
    """
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound("task", id=task_id)
    case = session.get_one(Case, task.case_id)
    if not sights.sees(session, actor, case.id):
        raise NotFound("task", id=task_id)
    hand_ins.check_unchanged(session, task, task.version)
    hand_ins.require_drawn(task)
    capacity = policy.to_complete(actor, _facts(session, case, task))
    return task, hand_ins.in_capacity(session, actor, task, capacity)


def locked(session: Session, actor: Actor, task_id: int) -> tuple[Case, Task]:
    """A step and its case, both locked, if the case exists for the actor.

    Raises:
        NotFound: it does not.
    """
    case_id = session.scalar(select(Task.case_id).where(Task.id == task_id))
    if case_id is None:
        raise NotFound("task", id=task_id)
    case = cases.locked(session, case_id)
    task = session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    if not sights.sees(session, actor, case.id):
        raise NotFound("task", id=task_id)
    return case, task


def locked_each(
    session: Session, actor: Actor, task_ids: Sequence[int]
) -> dict[int, tuple[Case, Task]]:
    """Steps and their cases, locked in one order whoever asks, that exist for the actor."""
    is_fresh = {"populate_existing": True}
    of_steps = select(Task.case_id).where(among(Task.id, task_ids))
    rows = select(Case).where(Case.id.in_(of_steps)).order_by(Case.id).with_for_update()
    found = {case.id: case for case in session.scalars(rows, execution_options=is_fresh)}
    own = select(Task).where(among(Task.id, task_ids)).order_by(Task.id).with_for_update()
    steps = session.scalars(own, execution_options=is_fresh).all()
    seen = set(
        session.scalars(
            select(Case.id).where(among(Case.id, list(found)), policy.visible_cases(actor))
        )
    )
    return {task.id: (found[task.case_id], task) for task in steps if task.case_id in seen}


def on_desk(
    session: Session, actor: Actor, task_id: int, *, seen_version: int
) -> tuple[Case, Task, Actor]:
    """The open step on the actor's desk and its case, both locked, and in which name it is there.

    Raises:
        NotFound: it does not exist for this actor; Forbidden: it is on another desk;
        Stale: it is no longer open, or was changed since it was shown.
    """
    case, task = locked(session, actor, task_id)
    capacity = policy.to_complete(actor, _facts(session, case, task))
    actor = hand_ins.in_capacity(session, actor, task, capacity)
    hand_ins.require_drawn(task)
    hand_ins.check_unchanged(session, task, seen_version)
    return case, task, actor


def taken_on_desk(session: Session, actor: Actor, task_id: int) -> tuple[Case, Task, Actor]:
    """As ``on_desk``, taking the step first when nobody has it: for pages that work beside it.

    Raises:
        NotFound, Forbidden, Stale: as ``on_desk`` and ``claim``.
    """
    task = session.get(Task, task_id)
    if task is None or not sights.sees(session, actor, task.case_id):
        raise NotFound("task", id=task_id)
    if task.assignee_id is None and task.status is TaskStatus.OPEN:
        claim(session, actor, task_id)
    return on_desk(session, actor, task_id, seen_version=task.version)


def could_be_given(known: History, task_id: int, actor: Actor) -> bool:
    """Whether a step, were it open, could be given to a person: the post and the duties."""
    step = replace(next(each for each in known.steps if each.id == task_id), status=TaskStatus.OPEN)
    sits = any(post.unit_id == step.unit_id and post.role in step.roles for post in actor.posts)
    is_kept = policy.bar(actor, policy.case_facts(known)) is not None
    is_free = actor.user_id is not None and policy.may_be_given(known, step, actor.user_id)
    return sits and not is_kept and is_free


def who_may_get(session: Session, case: Case, task: Task) -> tuple[int, ...]:
    """Everybody to whom an open step could be given, but who has it."""
    seats = select(Post.user_id).join(User, User.id == Post.user_id)
    held = seats.where(
        Post.unit_id == task.unit_id, Post.role.in_(task.roles), policy.held_today(), User.is_active
    )
    found = sorted(set(session.scalars(held)) - {task.assignee_id})
    known = policy.case_now(session, case)
    return tuple(
        each for each in found if could_be_given(known, task.id, people.actor_of(session, each))
    )


def could_be_taken(known: History, task_id: int, actor: Actor) -> bool:
    """Whether a person might take this step today if it were on nobody's desk."""
    step = next(each for each in known.steps if each.id == task_id)
    free = replace(policy.step_facts(known, step), assignee_id=None, held_for=None)
    return policy.may_claim(actor, free) is None


def could_take(session: Session, case: Case, task: Task, user_id: int) -> bool:
    """As ``could_be_taken``, for one step; somebody no longer in service takes nothing."""
    try:
        actor = people.actor_of(session, user_id)
    except Forbidden:
        return False
    return could_be_taken(policy.case_now(session, case), task.id, actor)


def _still_stands(session: Session, case: Case, task: Task, user_id: int) -> bool:
    try:
        holder = people.actor_of(session, user_id)
    except Forbidden:
        return False
    return policy.may_complete(holder, _facts(session, case, task)) != "deputyship_ended"


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
    return hand_ins.facts(policy.case_now(session, case), task)
