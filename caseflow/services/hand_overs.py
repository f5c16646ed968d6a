"""转办: a step given to another eligible person, by who has it or by who stands above."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Task, Unit, User
from caseflow.services import cases, drawn_verbs, hand_ins, notices, people, tasks
from caseflow.vocabulary import (
    Actor,
    Forbidden,
    Invalid,
    NoticeKind,
    PostHeld,
    Role,
    Stale,
    TaskStatus,
    Verb,
)

SHORTEST_REASON, LONGEST_REASON = 2, 500


def hand_over(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, to: int, reason: str
) -> Task:
    """Give a step to another person; the draft of who had it stays theirs.

    Raises:
        NotFound, Stale: as ``tasks.on_desk``.
        Forbidden: it is neither the actor's nor of anybody below, or nobody does it for another.
        Invalid: the reason; somebody who could not do it.
    """
    case, task = tasks.locked(session, actor, task_id)
    by = _giver(session, actor, case, task)
    if task.status is not TaskStatus.OPEN or task.version != seen_version:
        raise Stale("changed", task=task.element, at=None, by=None)
    hand_ins.require_nothing_asked(session, [task])
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    if to not in tasks.who_may_get(session, case, task):
        raise Invalid("not_eligible", task=task.name)
    who = select(User.id, User.name).where(User.id.in_([to, task.assignee_id or to]))
    names = dict(session.execute(who).all())
    told = {
        "task": task.element,
        "from_name": names.get(task.assignee_id or 0),
        "to": to,
        "to_name": names[to],
        "reason": reason.strip(),
    }
    keeper = policy.Keeper(case, [task])
    task.assignee_id, task.held_for, task.claimed_at = to, None, clock.now()
    task.version += 1
    cases.note(session, by, case, action="task.handed_over", payload={**told, **keeper.told()})
    kind = NoticeKind.HANDED_OVER
    notices.tell(session, actor, case, kind=kind, to=[to], task=task, text=reason)
    return task


def may_hand_over(session: Session, actor: Actor, case: Case, task: Task) -> bool:
    """Whether somebody may give this step to another."""
    try:
        _giver(session, actor, case, task)
    except Forbidden:
        return False
    return True


def _giver(session: Session, actor: Actor, case: Case, task: Task) -> Actor:
    """The actor in the name in which the step may be given away."""
    if task.form_key in policy.PERSONAL_FORMS or task.asked_kind is not None:
        raise Forbidden("personal_step", task=task.element)
    drawn_verbs.require(session, case, task, "hand_over")
    known = policy.case_now(session, case)
    step = next(each for each in known.steps if each.id == task.id)
    capacity = policy.to_complete(actor, policy.step_facts(known, step))
    if capacity.refusal is None:
        return actor.in_the_name_of(capacity.standing)
    if not _is_above(session, actor, case, task):
        raise Forbidden("not_to_hand_over", task=task.element)
    return actor


def _is_above(session: Session, actor: Actor, case: Case, task: Task) -> bool:
    """Whether a post of the actor, over this case, heads whoever has the step or may take it.

    Of somebody who has left, or has gone to another unit, the seat stays behind with its head.
    """
    units = (case.section_id, case.district_id)
    heads = [
        post
        for post in actor.posts
        if post.role in policy.VERBS[Verb.HAND_OVER] and post.unit_id in units
    ]
    if task.assignee_id is not None:
        held = people.posts_of(session, task.assignee_id)
        if policy.is_above_one(heads, held):
            return True
        if any(each.unit_id == task.unit_id and each.role in task.roles for each in held):
            return False
    unit = session.get_one(Unit, task.unit_id)
    seats = [PostHeld(Role(role), unit.id, unit.path, unit.name, None) for role in task.roles]
    return policy.is_superior(heads, seats)
