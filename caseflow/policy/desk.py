"""What may be done with a step on a desk: one decision for a step, one condition for lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_

from caseflow.models import Task
from caseflow.policy.sight import is_recused
from caseflow.vocabulary import Actor, Role, TaskStatus


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the decision needs to know of a step on a desk."""

    is_open: bool
    roles: frozenset[Role]
    unit_id: int
    relation: str | None
    assignee_id: int | None
    # People who may not do this step, with the reason (a relation or an earlier element).
    barred: Mapping[int, str]


def may_claim(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may take the step onto the own desk, else the code of the reason."""
    if not task.is_open:
        return "not_open"
    if actor.user_id is None or task.relation is not None:
        return "not_yours"
    if task.assignee_id is not None:
        return "taken"
    if not any(p.role in task.roles and p.unit_id == task.unit_id for p in actor.posts):
        return "not_your_post"
    return "barred" if actor.user_id in task.barred else None


def may_complete(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may hand the step in, else the code of the reason."""
    if not task.is_open:
        return "not_open"
    if actor.user_id is None or task.assignee_id != actor.user_id:
        return "not_yours"
    return "barred" if actor.user_id in task.barred else None


def on_desk(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Task``: open, and assigned to the actor or free to be taken."""
    seats = [
        and_(Task.unit_id == post.unit_id, Task.roles.contains([post.role.value]))
        for post in actor.posts
    ]
    free = and_(Task.assignee_id.is_(None), Task.relation.is_(None), or_(false(), *seats))
    mine = or_(Task.assignee_id == actor.user_id, free)
    recused = is_recused(actor.user_id, Task.case_id)
    return and_(Task.status == TaskStatus.OPEN, mine, ~recused)
