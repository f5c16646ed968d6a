"""Batches of zero filers beside their steps: begun by a district, dispatched case by case."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import batch_counts, clock
from caseflow.models import BatchLine, Case, Task, Unit
from caseflow.models.base import Json
from caseflow.services import cases, outbox, people, tasks
from caseflow.services.kinds.zero_filing_batch import DISPATCHING
from caseflow.vocabulary import Actor, CaseKind, Forbidden, Refused, Role, TaskStatus

_AT_ONCE = 100


def may_begin(actor: Actor) -> bool:
    """Whether somebody holds the post from which a district composes its batches."""
    return any(post.role is Role.POST_INFO_ADMIN for post in actor.posts)


def begin(session: Session, actor: Actor) -> Case:
    """Begin a batch of the actor's district; its list is the first step.

    Raises:
        Forbidden: the actor holds no such post. NotFound: no process is deployed for the kind.
    """
    post = next((each for each in actor.posts if each.role is Role.POST_INFO_ADMIN), None)
    if post is None:
        roles = [Role.POST_INFO_ADMIN.value]
        raise Forbidden("not_your_post", verb="begin_batch", roles=roles)
    unit = session.get_one(Unit, post.unit_id)
    return cases.open_titled(
        session,
        actor,
        kind=CaseKind.ZB,
        title=f"{unit.name} {clock.today():%Y-%m-%d} 零申报批次",
        unit=unit,
        said={},
    )


def dispatch(session: Session, payload: Json) -> None:
    """Dispatch a share of an approved batch to the responsible sections, each case by its act.

    A case that cannot be dispatched with the others is told on its line and holds up nobody; done
    twice it does no harm.
    """
    batch = cases.locked(session, int(payload["case"]))
    lines = session.scalars(
        select(BatchLine)
        .where(
            BatchLine.case_id == batch.id,
            BatchLine.left_at.is_(None),
            BatchLine.left_out_reason.is_(None),
            BatchLine.dispatched_at.is_(None),
            BatchLine.problem.is_(None),
        )
        .order_by(BatchLine.id)
        .limit(_AT_ONCE)
    ).all()
    if not lines:
        return
    leader = people.actor_of(session, int(payload["by"]))
    cases.begin(batch)
    for line in lines:
        try:
            with session.begin_nested():
                _dispatch(session, leader, batch, line)
        except Refused as refusal:
            line.problem = refusal.code
        else:
            line.dispatched_at = clock.now()
    told: Json = {
        "dispatched": sum(line.problem is None for line in lines),
        "problems": {str(line.line_case_id): line.problem for line in lines if line.problem},
    }
    cases.put_on_record(session, leader, batch, action="batch.dispatched", payload=told)
    outbox.put(session, DISPATCHING, payload)


def _dispatch(session: Session, leader: Actor, batch: Case, line: BatchLine) -> None:
    """What the leader would have answered at the desk of this one case."""
    case = cases.locked(session, line.line_case_id)
    task = session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.OPEN,
            Task.form_key == batch_counts.DISPATCH,
        )
    ).one_or_none()
    if task is None:
        raise Forbidden("dispatched_before", number=case.number)
    cases.begin(case)
    case.facts = {**case.facts, "batch": batch.number, "is_sampled": line.is_sampled}
    told: Json = {"batch": batch.number, "sampled": line.is_sampled, "visit": line.visit_reason}
    cases.put_on_record(session, leader, case, action="case.batched", payload=told)
    if task.assignee_id is None:
        tasks.claim(session, leader, task.id)
    answers: Json = {
        "dispatch_decision": "assign",
        "section": str(case.section_id),
        "priority": "normal",
    }
    if batch.facts.get("requirement"):
        answers["requirement"] = batch.facts["requirement"]
    tasks.complete(
        session, leader, task.id, seen_version=task.version, answers=answers, idem=uuid.uuid4()
    )
