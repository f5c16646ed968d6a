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
    do(session, people.leader, case, "dispatch", {"dispatch_decision": "assign", "section": str(case.section_id), "priority": "normal"})
    do(session, people.chief, case, "assign", {"assign_decision": "assign", "main_officer": str(people.officer.user_id), "second_officer": str(people.partner.user_id)})
    doubt = session.scalars(select(TaxWarning.id).where(TaxWarning.case_id == case.id)).one()
    do(session, people.officer, case, "desk_check", {"steps": [{"row": f"{doubt}:V01", "state": "done"}], "doubts": [{"row": str(doubt), "result": "explained", "text": "x" * 12, "evidence": []}], "next_step": "conclude"})
    do(session, people.officer, case, "conclusion", {"doubts": [{"row": str(doubt), "finding": "explained", "cause": "seasonal_or_business", "reasons": "季节性停产，进项正常，附购销合同。", "evidence": [], "indicator_verdict": "right"}], "amounts": [], "signs": ["none"], "tax_computable": "yes", "zero_returns_trading": "no", "duty_not_met": "none", "invoice_stop": "no", "status_change": "no", "outcome_change": None})
    do(session, people.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})
    print([t.element for t in session.scalars(select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN))], case.status, case.facts)
    do(session, people.officer, case, "closing_check", {"sign_off": True})
    session.flush()
    print(case.status, case.outcome, session.scalars(select(Document.number)).all())
    for e in session.scalars(select(RecordEvent).where(RecordEvent.stream == f"case:{case.id}").order_by(RecordEvent.seq)): print(e.seq, e.actor, e.action, e.payload[:150])
