"""批量派发: many waiting dispatches and assignments handed in at once, each by its own verb.

Each case is an act of its own with its own events: one that cannot be done is told and holds up
nobody. What was done at once can be taken back at once for a while, as far as nobody has touched
what followed; each case again by its own act (拿回).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import BulkAssignment, Case, Task
from caseflow.models.base import Json, among
from caseflow.services import limits, many_hand_ins, record, suggestions, take_backs, tasks
from caseflow.services.many_hand_ins import Hand
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound, Refused, TaskStatus, Verb


@dataclass(frozen=True, slots=True)
class Order:
    """One step and what is decided for it: a section, or the officers."""

    task_id: int
    version: int
    section_id: int | None = None
    main_id: int | None = None
    second_id: int | None = None


def carry_out(session: Session, actor: Actor, orders: Sequence[Order]) -> BulkAssignment:
    """Hand in each of the steps; what could not be done is kept with its reason.

    Raises:
        Forbidden: the actor heads nothing. Invalid: nothing chosen, or more than at once.
    """
    policy.require(actor, Verb.ASSIGN_MANY)
    if not 1 <= len(orders) <= suggestions.MOST:
        raise Invalid("assignments_how_many", most=suggestions.MOST)
    done, failed = _handed_in(session, actor, orders)
    row = BulkAssignment(
        user_id=actor.user_id,
        at=clock.now(),
        done=done,
        failed=failed,
        undone_at=None,
        kept=None,
    )
    session.add(row)
    session.flush()  # the record names it by its id
    _note(session, actor, row, "assignments.carried_out", done, failed)
    return row


def undo(session: Session, actor: Actor, bulk_id: int) -> BulkAssignment:
    """Take back what was done at once, as far as nobody has touched what followed.

    Raises:
        NotFound: it is none of the actor's. Conflict: undone before, or too long ago.
    """
    row = session.get(BulkAssignment, bulk_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("assignments", id=bulk_id)
    if row.undone_at is not None:
        raise Conflict("assignments_undone", at=row.undone_at)
    if clock.now() > undo_until(session, row):
        raise Conflict("assignments_too_late", at=undo_until(session, row))
    ids = [int(each["task"]) for each in row.done]
    back, kept = _told(session, ids, take_backs.take_back_each(session, actor, ids))
    row.undone_at, row.kept = clock.now(), kept
    _note(session, actor, row, "assignments.undone", back, kept)
    return row


def undo_until(session: Session, row: BulkAssignment) -> datetime:
    """Until when it can be taken back at once."""
    minutes = int(limits.of_today(session).value("assign_undo"))
    return row.at + timedelta(minutes=minutes)


def _told(
    session: Session, task_ids: Sequence[int], refused: Mapping[int, Refused]
) -> tuple[list[Json], list[Json]]:
    """What was done and what was not, in the order given, as it is kept."""
    numbers = _numbers(session, task_ids)
    done: list[Json] = []
    failed: list[Json] = []
    for task_id in task_ids:
        told: Json = {"task": task_id, **numbers.get(task_id, {})}
        if task_id in refused:
            failed.append({**told, **_why(refused[task_id])})
        else:
            done.append(told)
    return done, failed


def _handed_in(
    session: Session, actor: Actor, orders: Sequence[Order]
) -> tuple[list[Json], list[Json]]:
    """Hand in all of them together; what was done, and what was not, in the order given."""
    ids = [each.task_id for each in orders]
    forms = {
        row[0]: row[1]
        for row in session.execute(select(Task.id, Task.form_key).where(among(Task.id, ids)))
    }
    refused: dict[int, Refused] = {}
    hands: list[Hand] = []
    for order in orders:
        try:
            answers = _answers(forms.get(order.task_id), order)
            hands.append(Hand(order.task_id, order.version, answers))
        except Refused as refusal:
            refused[order.task_id] = refusal
    refused |= many_hand_ins.hand_in(
        session, actor, hands, alone=lambda hand: hand_in_alone(session, actor, hand)
    )
    return _told(session, ids, refused)


def hand_in_alone(session: Session, actor: Actor, hand: Hand) -> None:
    """Hand in one step by itself, from the desk or from where it waits for the actor's post.

    Raises:
        NotFound, Forbidden, Stale, Conflict, Invalid: as ``tasks.claim`` and ``tasks.complete``.
    """
    task = session.get(Task, hand.task_id)
    if task is not None and task.assignee_id is None and task.status is TaskStatus.OPEN:
        tasks.claim(session, actor, hand.task_id)
    tasks.complete(
        session,
        actor,
        hand.task_id,
        seen_version=hand.version,
        answers=hand.answers,
        idem=uuid.uuid4(),
    )


def _answers(form_key: str | None, order: Order) -> Json:
    """What the form of the step would have said.

    Raises:
        NotFound: it is no dispatch and no assignment; Invalid: nobody is chosen.
    """
    if form_key is None or form_key not in suggestions.DISPATCH | suggestions.ASSIGN:
        raise NotFound("task", id=order.task_id)
    chosen = order.section_id if form_key in suggestions.DISPATCH else order.main_id
    is_short = form_key in suggestions.TWO_OFFICERS and order.second_id is None
    if chosen is None or is_short:
        raise Invalid("assignments_nobody")
    named = str(chosen)
    assigned: Json = {"assign_decision": "assign", "main_officer": named}
    dispatched: Json = {"dispatch_decision": "assign", "section": named}
    answers: Mapping[str, Json] = {
        "wv_dispatch": {**dispatched, "priority": "normal"},
        "oc_dispatch": dispatched,
        "wv_assign": {**assigned, "second_officer": str(order.second_id)},
        "oc_assign": assigned,
        "ti_assign": {"main_officer": named},
        "ab_release_assignment": {"administrator": named},
    }
    return answers[form_key]


def _why(refusal: Refused) -> Json:
    """The refusal as it is kept; of refused fields the first, with the word that it is one."""
    fields = refusal.values.get("fields")
    if isinstance(fields, dict) and fields:
        code, values = next(iter(fields.values()))
        return {"code": code, "values": record.plain(values), "is_field": True}
    return {"code": refusal.code, "values": record.plain(refusal.values), "is_field": False}


def _numbers(session: Session, task_ids: Sequence[int]) -> dict[int, Json]:
    rows = session.execute(
        select(Task.id, Case.id, Case.number)
        .join(Case, Case.id == Task.case_id)
        .where(Task.id.in_(task_ids))
    )
    return {row[0]: {"case": row[1], "number": row[2]} for row in rows}


def _note(
    session: Session,
    actor: Actor,
    row: BulkAssignment,
    action: str,
    done: Sequence[Json],
    failed: Sequence[Json],
) -> None:
    payload = {
        "assignments": row.id,
        "done": [each.get("number") for each in done],
        "failed": [{"number": each.get("number"), "code": each["code"]} for each in failed],
    }
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload)
