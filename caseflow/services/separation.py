"""Who is kept from a step by what was done before: incompatible duties 不相容岗位 of a case.

Whoever acted for somebody counts beside the principal, and so does who stood between.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, CaseMove, Post, Recusal, RecusalRequest, Task
from caseflow.services import former_names
from caseflow.vocabulary import CaseMoveStatus, Role, TaskStatus
from caseflow.vocabulary.drawings import OFFICERS

_OTHER_OFFICER = dict(zip(OFFICERS, reversed(OFFICERS), strict=True))


def barred(session: Session, case: Case, task: Task) -> dict[int, str]:
    """Who may not do this step: the case's officers and the people of earlier elements named.

    Where officers are kept from it, so are the two who put the case on another step.
    """
    relations = {name for name in task.separation if name in OFFICERS}
    names = former_names.of(session, case.id, task.separation)
    found = {
        **_declared(session, case),
        **(_movers(session, case) if relations else {}),
        **_officers(case, relations),
    }
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
    """Who may not act in another's name in a step.

    Whoever did a step that is kept from this one, as the approval is from the officers' steps;
    in a step of an officer the other officer too, and whoever acted as that one.
    """
    names = former_names.of(session, case.id, [task.element])
    found = _kept_from(session, case, {*names, task.relation or task.element})
    other = _OTHER_OFFICER.get(task.relation or "")
    if other is None:
        return found
    rows = session.execute(
        select(Task.done_by, Task.done_for, Task.done_through).where(
            Task.case_id == case.id, Task.status == TaskStatus.DONE, Task.relation == other
        )
    )
    acted = {each for row in rows for each in row if each is not None}
    rivals = {**dict.fromkeys(acted - {task.assignee_id}, other), **_officers(case, {other})}
    return {**found, **rivals}


def may_be_officer(session: Session, case: Case, relation: str, user_id: int) -> bool:
    """Whether somebody did nothing in a case that is kept from this officer of it."""
    return user_id not in _kept_from(session, case, {relation})


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


def _kept_from(session: Session, case: Case, words: set[str]) -> dict[int, str]:
    """Who did steps whose separation names one of these, each with such a step."""
    rows = session.execute(
        select(Task.done_by, Task.done_for, Task.done_through, Task.element).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.DONE,
            Task.separation.overlap(sorted(words)),
        )
    )
    return {each: element for *people, element in rows for each in people if each is not None}


def _declared(session: Session, case: Case) -> dict[int, str]:
    """Who declared a tie and waits for the decision: no step until then."""
    rows = session.scalars(
        select(RecusalRequest.user_id).where(
            RecusalRequest.case_id == case.id, RecusalRequest.status == "waiting"
        )
    )
    return dict.fromkeys(rows, "tie_declared")


def _movers(session: Session, case: Case) -> dict[int, str]:
    """Who asked for and who agreed to the moves of a case."""
    rows = session.execute(
        select(CaseMove.asked_by, CaseMove.decided_by).where(
            CaseMove.case_id == case.id, CaseMove.status == CaseMoveStatus.DONE
        )
    )
    return {each: "case_move" for row in rows for each in row if each is not None}


def _officers(case: Case, relations: set[str]) -> dict[int, str]:
    officers = {"main_officer": case.main_officer_id, "second_officer": case.second_officer_id}
    return {
        user_id: relation
        for relation, user_id in officers.items()
        if relation in relations and user_id is not None
    }
