"""What cases have been through, read for one or for many in as many statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.engine import Process
from caseflow.models import Answer, Case, Referral, Task
from caseflow.models.base import among
from caseflow.policy import History
from caseflow.services import definitions, people, record
from caseflow.vocabulary import Actor, Forbidden


@dataclass(frozen=True, slots=True)
class Past:
    """A case with its steps and acts until now.

    ``rows`` are its drawn steps, the oldest first; ``handed_in`` the act in which each of them
    was; ``referred_at`` when it last called for another case. ``actor`` looks up a person, once
    for all cases that were read together; None is nobody in service.
    """

    case: Case
    process: Process
    rows: Sequence[Task]
    acts: Sequence[record.Told]
    handed_in: Mapping[int, int]
    referred_at: datetime | None
    known: History
    actor: Callable[[int], Actor | None]


def of(session: Session, case: Case) -> Past:
    """What one case has been through."""
    return of_each(session, [case])[case.id]


def of_each(session: Session, cases: Sequence[Case]) -> dict[int, Past]:
    """What cases have been through, by id."""
    ids = [case.id for case in cases]
    drawn = select(Task).where(among(Task.case_id, ids), Task.asked_kind.is_(None))
    rows: dict[int, list[Task]] = {}
    for task in session.scalars(drawn.order_by(Task.id)):
        rows.setdefault(task.case_id, []).append(task)
    handed_in: dict[int, dict[int, int]] = {}
    for case_id, task_id, revision in session.execute(
        select(Answer.case_id, Answer.task_id, Answer.revision)
        .where(among(Answer.case_id, ids))
        .order_by(Answer.id)
    ):
        if task_id is not None:
            handed_in.setdefault(case_id, {})[task_id] = revision
    referred = {
        row[0]: row[1]
        for row in session.execute(
            select(Referral.case_id, func.max(Referral.created_at))
            .where(among(Referral.case_id, ids))
            .group_by(Referral.case_id)
        )
    }
    acts = record.told_each(session, [f"case:{case_id}" for case_id in ids])
    known = policy.cases_now(session, cases)

    @cache
    def actor(user_id: int) -> Actor | None:
        try:
            return people.actor_of(session, user_id)
        except Forbidden:
            return None

    return {
        case.id: Past(
            case=case,
            process=definitions.process_of(session, case.definition_id),
            rows=rows.get(case.id, ()),
            acts=acts.get(f"case:{case.id}", ()),
            handed_in=handed_in.get(case.id, {}),
            referred_at=referred.get(case.id),
            known=known[case.id],
            actor=actor,
        )
        for case in cases
    }
