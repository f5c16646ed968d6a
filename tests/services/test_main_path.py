"""One warning verification by hand: dispatch, assignment, desk check, conclusion, closure."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.models import Case, Document, Task, TaxWarning
from caseflow.models.record import RecordEvent
from caseflow.services import definitions, tasks
from caseflow.vocabulary import Actor, CaseStatus, Forbidden, Stale, TaskStatus
from tests import cast, factories


def open_task(session: Session, case: Case, element: str) -> Task:
    return session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.element == element, Task.status == TaskStatus.OPEN
        )
    ).one()


def do(
    session: Session, who: Actor, case: Case, element: str, answers: dict[str, Any]
) -> Task:
    task = open_task(session, case, element)
    if task.assignee_id is None:
        tasks.claim(session, who, task.id)
    return tasks.complete(
        session, who, task.id, seen_version=task.version, answers=answers, idem=uuid.uuid4()
    )


def test_smoke(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    assert case.number == f"01WV{case.opened_at.year}000001"
    do(session, people.leader, case, "dispatch", {"dispatch_decision": "assign", "section": str(case.section_id), "priority": "normal"})
    do(session, people.chief, case, "assign", {"assign_decision": "assign", "main_officer": str(people.officer.user_id), "second_officer": str(people.partner.user_id)})
    print([t.element for t in session.scalars(select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN))], case.status, case.stage, case.due_at)
