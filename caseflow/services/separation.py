"""Who is kept from a step by what was done before: incompatible duties 不相容岗位 of a case.

Whoever acted for somebody counts beside the principal, and so does who stood between.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Post, Recusal, RecusalRequest, Task
from caseflow.services import former_names
from caseflow.vocabulary import Role, TaskStatus
from caseflow.vocabulary.drawings import OFFICERS

_OTHER_OFFICER = dict(zip(OFFICERS, reversed(OFFICERS), strict=True))


def barred(session: Session, case: Case, task: Task) -> dict[int, str]:
    """Who may not do this step: the case's officers and the people of earlier elements named."""
    relations = {name for name in task.separation if name in OFFICERS}
    names = former_names.of(session, case.id, task.separation)
    found = {**_declared(session, case), **_officers(case, relations)}
    rows = session.execute(
        select(Task.done_by, Task.done_for, Task.done_through, Task.element, Task.relation).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.DONE,
            or_(Task.element.in_(names), Task.relation.in_(relations)),
        )
    )
    for *people, element, relation in rows:
        # A step of an officer bars as the officer's, whatever the step.
        because = relation if relation in relations else names[element]
        found = {**dict.fromkeys((each for each in people if each is not None), because), **found}
    return found


def opposed(session: Session, case: Case, task: Task) -> Mapping[int, str]:
    """Who may not act in an officer's name: the other officer, and whoever acted as that one."""
    other = _OTHER_OFFICER.get(task.relation or "")
    if other is None:
        return {}
    rows = session.execute(
        select(Task.done_by, Task.done_for, Task.done_through).where(
            Task.case_id == case.id, Task.status == TaskStatus.DONE, Task.relation == other
        )
    )
    acted = {each for row in rows for each in row if each is not None}
    return {**dict.fromkeys(acted - {task.assignee_id}, other), **_officers(case, {other})}


def recused(session: Session, case: Case) -> frozenset[int]:
    """Who may not take part in a case at all."""
    return frozenset(session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id)))


def stand_ins(session: Session, task: Task) -> frozenset[int]:
    """Who steps in for somebody recused whose post this step comes to."""
    rows = session.scalars(
        select(Recusal.replaced_by)
        .join(Post, Post.user_id == Recusal.user_id)
        .where(
            Recusal.case_id == task.case_id,
            Post.unit_id == task.unit_id,
            Post.role.in_([Role(role) for role in task.roles]),
            policy.held_today(),
        )
    )
    return frozenset(each for each in rows if each is not None)


def _declared(session: Session, case: Case) -> dict[int, str]:
    """Who declared a tie and waits for the decision: no step until then."""
    rows = session.scalars(
        select(RecusalRequest.user_id).where(
            RecusalRequest.case_id == case.id, RecusalRequest.status == "waiting"
        )
    )
    return dict.fromkeys(rows, "tie_declared")


def _officers(case: Case, relations: set[str]) -> dict[int, str]:
    officers = {"main_officer": case.main_officer_id, "second_officer": case.second_officer_id}
    return {
        user_id: relation
        for relation, user_id in officers.items()
        if relation in relations and user_id is not None
    }
