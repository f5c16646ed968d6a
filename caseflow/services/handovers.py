"""管户交接: households of one administrator given to others, by the head of section or district.

What would happen is a plan, which the page shows beforehand; carried out is the very same plan,
worked out anew under lock. What becomes of the open cases follows one rule (docs/decisions/0027):
a case whose main officer is the giver goes along while its conclusion has not been handed in;
afterwards it stays, unless the giver leaves for good. Who may not be its officer does not get it.
A handover is never undone, only followed by another.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Handover, HandoverCase, HandoverTaker, Task
from caseflow.models.base import Json
from caseflow.services import cases, handover_plans, notices, record, responsibilities
from caseflow.services.handover_plans import CaseLine, Plan, Wish
from caseflow.services.loads import Load
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import (
    Actor,
    Conflict,
    FollowFate,
    NotFound,
    ResponsibilityBasis,
    Stale,
    TaskStatus,
)

STREAM = "sys:households"
_LOCK = "handovers"


def carry_out(session: Session, actor: Actor, wish: Wish, *, seal: str) -> Handover:
    """Hand households over as the plan with this seal says, with the open cases that go along.

    Raises:
        As ``handover_plans.plan``; Stale: the plan would be another one by now.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))
    found = handover_plans.plan(session, actor, wish)
    if found.seal != seal:
        raise Stale("handover_changed")
    row = Handover(
        unit_id=handover_plans.heading(actor).unit_id,
        giver_id=found.giver.id,
        reason=wish.reason,
        note=wish.note.strip() or None,
        on=clock.today(),
        done_by=actor.user_id,
        done_at=clock.now(),
        households=len(found.lines),
        loads=_told_loads(found),
    )
    session.add(row)
    session.flush()  # its people, households and cases name it by its id
    _keep(session, row, found)
    sections = {each.id: each.section_id or 0 for each in found.takers}
    managed = [
        Managed(each.taxpayer_id, each.taker_id, sections[each.taker_id]) for each in found.lines
    ]
    basis = ResponsibilityBasis.HANDOVER
    responsibilities.put(session, actor, managed, basis=basis, handover_id=row.id)
    for line in sorted(found.cases, key=lambda each: each.case_id):
        if line.fate is FollowFate.FOLLOWS:
            _follow(session, actor, row, found, line, section_id=sections[line.taker_id])
    payload = _told(row, found)
    record.append(session, actor, STREAM, action="households.handed_over", payload=payload)
    taking = [each.id for each in found.takers if found.count(each.id)]
    notices.tell_of_handover(session, actor, row, takers=taking)
    return row


def confirm(session: Session, actor: Actor, handover_id: int) -> Handover:
    """Confirm that one has what was handed over: the taker's own signature in the product.

    Raises:
        NotFound: nothing of it came to the actor. Conflict: confirmed before.
    """
    taker = session.get(HandoverTaker, (handover_id, actor.user_id or 0), with_for_update=True)
    if taker is None:
        raise NotFound("handover", id=handover_id)
    if taker.confirmed_at is not None:
        raise Conflict("handover_confirmed", at=taker.confirmed_at)
    taker.confirmed_at = clock.now()
    payload = {"handover": handover_id, "households": taker.households}
    record.append(session, actor, STREAM, action="handover.confirmed", payload=payload)
    return session.get_one(Handover, handover_id)


def _follow(
    session: Session, actor: Actor, row: Handover, found: Plan, line: CaseLine, *, section_id: int
) -> None:
    """Make the taker the main officer of a case, with the officer's own steps.

    Where the household changes its section the case does too, with the steps that wait there;
    a step that somebody of the old section had taken is free again.
    """
    case = cases.locked(session, line.case_id)
    fate = handover_plans.fate(session, case, line.taker_id, row.reason)
    if fate is not line.fate or case.main_officer_id not in (None, row.giver_id):
        raise Stale("handover_changed")  # somebody was faster than the lock
    steps = _steps(session, case, row.giver_id, section_id=section_id)
    cases.begin(case)
    keeper = policy.Keeper(case, steps)
    was, case.section_id = case.section_id, section_id
    if case.main_officer_id is not None:
        case.main_officer_id = line.taker_id
    accepted = case.facts.get("accepted", [])
    if row.giver_id in accepted:
        # The one who goes on has taken over what was accepted, and may declare a tie at any time.
        kept = sorted({*accepted, line.taker_id} - {row.giver_id})
        case.facts = {**case.facts, "accepted": kept}
    for task in steps:
        _move(task, line.taker_id, giver_id=row.giver_id, was=was, section_id=section_id)
    taker = next(each for each in found.takers if each.id == line.taker_id)
    payload: Json = {
        "handover": row.id,
        "from_name": found.giver.name,
        "to": taker.id,
        "to_name": taker.name,
        "steps": [task.element for task in steps],
        "section": section_id,
        "reason": row.reason.zh,
        **keeper.told(),
    }
    cases.put_on_record(session, actor, case, action="case.followed_household", payload=payload)


def _steps(session: Session, case: Case, giver_id: int, *, section_id: int) -> list[Task]:
    """The open steps that a change of main officer and section concerns."""
    rows = session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.asked_kind.is_(None))
        .order_by(Task.id)
        .with_for_update()
    )
    moves = case.section_id != section_id
    return [
        task
        for task in rows
        if (task.relation == "main_officer" and task.assignee_id == giver_id)
        or (moves and task.unit_id == case.section_id)
    ]


def _move(task: Task, taker_id: int, *, giver_id: int, was: int, section_id: int) -> None:
    if task.relation == "main_officer" and task.assignee_id == giver_id:
        task.assignee_id, task.held_for, task.claimed_at = taker_id, None, clock.now()
    elif task.relation is None and was != section_id:
        task.assignee_id = task.held_for = task.claimed_at = None
    if task.unit_id == was:
        task.unit_id = section_id
    task.version += 1


def _keep(session: Session, row: Handover, found: Plan) -> None:
    followed = Counter(each.taker_id for each in found.cases if each.fate is FollowFate.FOLLOWS)
    for taker in found.takers:
        count = found.count(taker.id)
        if count:
            session.add(
                HandoverTaker(
                    handover_id=row.id,
                    user_id=taker.id,
                    households=count,
                    cases=followed[taker.id],
                    confirmed_at=None,
                )
            )
    session.add_all(
        HandoverCase(
            handover_id=row.id, case_id=each.case_id, taker_id=each.taker_id, fate=each.fate
        )
        for each in found.cases
    )


def _told_loads(found: Plan) -> Json:
    def words(load: Load) -> Json:
        return {"households": load.households, "work": str(load.work)}

    return {
        str(user_id): {"before": words(found.before[user_id]), "after": words(found.after[user_id])}
        for user_id in found.before
    }


def _told(row: Handover, found: Plan) -> Json:
    return {
        "handover": row.id,
        "from": found.giver.id,
        "from_name": found.giver.name,
        "to": {
            str(each.id): [line.taxpayer_id for line in found.lines if line.taker_id == each.id]
            for each in found.takers
        },
        "to_names": [each.name for each in found.takers if found.count(each.id)],
        "why": row.reason.value,
        "note": row.note,
        "households": row.households,
        "followed": [e.number for e in found.cases if e.fate is FollowFate.FOLLOWS],
        "stayed": [e.number for e in found.cases if e.fate is not FollowFate.FOLLOWS],
    }
