"""The preview beside the inbox: why a step is here, and what happened last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Task, Taxpayer, TaxWarning, Unit, User
from caseflow.reads import doubts, limits, record
from caseflow.vocabulary import Actor, CaseStatus, NotFound

EVENTS = 4


@dataclass(frozen=True, slots=True)
class Preview:
    """One step of the inbox with what one wants to know before opening it."""

    task_id: int
    case_id: int
    number: str
    name: str
    name_en: str
    form_key: str
    stage: str
    due_at: datetime | None
    due_facts: dict[str, object] | None
    left: int | None
    is_paused: bool
    is_free: bool
    return_reason: str | None
    status: CaseStatus
    score: Decimal
    grade: int
    # Of a case about no household: its title, and no numbers.
    taxpayer_id: int | None
    taxpayer: str
    tin: str | None
    industry: str | None
    section: str
    section_en: str
    main_officer: str | None
    amount: Decimal | None
    doubts: tuple[doubts.Doubt, ...]
    events: tuple[record.Event, ...]
    names: dict[str, tuple[str, str]]


def of(session: Session, actor: Actor, task_id: int) -> Preview:
    """
    One step on the actor's desk.

    Raises:
        NotFound: it is not on this desk.

    """
    row = session.execute(
        select(Task, Case, Taxpayer, Unit, User.name)
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(Unit, Unit.id == Case.section_id)
        .outerjoin(User, User.id == Case.main_officer_id)
        .where(Task.id == task_id, policy.on_desk(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("task", id=task_id)
    task, case, _household, section, officer = row
    household: Taxpayer | None = _household
    found = doubts.where(session, TaxWarning.case_id == case.id)
    known = [doubt.estimated_tax for doubt in found if doubt.estimated_tax is not None]
    return Preview(
        task_id=task.id,
        case_id=case.id,
        number=case.number,
        name=task.name,
        name_en=task.name_en,
        form_key=task.form_key,
        stage=task.stage,
        due_at=task.due_at,
        due_facts=task.due_facts,
        left=limits.days_left(session)(task.due_at),
        is_paused=case.paused_at is not None,
        is_free=task.assignee_id is None,
        return_reason=task.return_reason,
        status=case.status,
        score=case.score,
        grade=case.grade,
        taxpayer_id=case.taxpayer_id,
        taxpayer=household.name if household else str(case.title),
        tin=policy.tin_for(actor, household) if household else None,
        industry=household.industry_name if household else None,
        section=section.name,
        section_en=section.name_en,
        main_officer=officer,
        amount=sum(known, Decimal(0)) if known else None,
        doubts=tuple(found),
        events=record.latest(session, f"case:{case.id}", EVENTS),
        names=step_names(session, case.id),
    )


def step_names(session: Session, case_id: int) -> dict[str, tuple[str, str]]:
    """The Chinese and English names of the steps that a case has had, by element."""
    rows = session.execute(
        select(Task.element, Task.name, Task.name_en).where(Task.case_id == case_id)
    )
    return {row.element: (row.name, row.name_en) for row in rows}
