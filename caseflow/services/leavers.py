"""Steps that rest on people who have left: each night back to who may take them, or told of.

Somebody has left whose account is closed or who holds no post today. What such a one had taken is
free again for the unit; what only a named officer may do stays, and the head of the unit is told
once that it must be given to somebody. Steps of somebody who is away for some days come to the
deputy by the deputyship itself, and go back when it ends (``deputies.release_ended``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Notice, Post, ProcessBeat, Task, User
from caseflow.services import beats, bureau_clock, cases, notices
from caseflow.vocabulary import CLOCKWORK, NoticeKind, Role, TaskStatus

AT_ONCE = 50
_BEAT = "leavers"


def sweep_nightly(session: Session) -> int:
    """Look once each day of the bureau after steps of people who have left; how many were found.

    A share at a time: the day is noted when nothing is left.
    """
    today = clock.today()
    if _looked_on(session) == today or bureau_clock.is_making_past(session):
        return 0
    moved = release_resting(session)
    if moved == 0:
        beats.note(session, _BEAT, {"on": today.isoformat()})
    return moved


def release_resting(session: Session, *, at_once: int = AT_ONCE) -> int:
    """Free, or tell of, the steps that rest on people who have left; how many there were."""
    case_ids = session.scalars(
        select(Task.case_id).where(*_rests()).order_by(Task.case_id).distinct().limit(at_once)
    ).all()
    return sum(_see_to(session, case_id) for case_id in case_ids)


def _see_to(session: Session, case_id: int) -> int:
    case = cases.locked(session, case_id)
    steps = session.scalars(
        select(Task).where(Task.case_id == case_id, *_rests()).order_by(Task.id).with_for_update()
    ).all()
    for task in steps:
        _release(session, case, task)
    return len(steps)


def _release(session: Session, case: Case, task: Task) -> None:
    """Free one step, or leave it with whom it names; the head of the unit is told of either."""
    heads = list(_heads(session, case, task))
    payload = {"task": task.element, "holder": task.assignee_id, "why": "left"}
    action = "task.rests_on_leaver"
    if task.relation is None:
        keeper = policy.Keeper(case, [task])
        task.assignee_id = task.held_for = task.claimed_at = None
        task.version += 1
        action, payload = "task.released", {**payload, **keeper.told()}
    cases.note(session, CLOCKWORK, case, action=action, payload=payload)
    kind = NoticeKind.RESTS_ON_LEAVER
    notices.tell(session, CLOCKWORK, case, kind=kind, to=heads or [task.assignee_id], task=task)


def _rests() -> tuple[ColumnElement[bool], ...]:
    """Open steps of people who have left; what was told of before is left out."""
    has_post = exists().where(Post.user_id == User.id, policy.held_today())
    gone = select(User.id).where(or_(~User.is_active, ~has_post))
    told = exists().where(Notice.task_id == Task.id, Notice.kind == NoticeKind.RESTS_ON_LEAVER)
    return (
        Task.status == TaskStatus.OPEN,
        Task.asked_kind.is_(None),
        Task.assignee_id.in_(gone),
        or_(Task.relation.is_(None), ~told),
    )


def _heads(session: Session, case: Case, task: Task) -> Iterator[int]:
    """Who is told: the chief of the section; where there is none, the leaders of the district."""
    for unit_id, roles in (
        (case.section_id, (Role.SECTION_CHIEF,)),
        (case.district_id, tuple(policy.LEADING_SEATS)),
    ):
        rows = session.scalars(
            select(Post.user_id)
            .join(User, User.id == Post.user_id)
            .where(
                User.is_active,
                Post.unit_id == unit_id,
                Post.role.in_(roles),
                policy.held_today(),
                Post.user_id != task.assignee_id,
            )
            .distinct()
        ).all()
        if rows:
            yield from rows
            return


def _looked_on(session: Session) -> date | None:
    row = session.get(ProcessBeat, _BEAT)
    return date.fromisoformat(row.detail["on"]) if row else None
