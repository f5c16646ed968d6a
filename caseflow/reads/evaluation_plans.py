"""The candidates of an evaluation plan as its page shows them, with the quota of each section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, EvaluationPlan, PlanObject, Task, Taxpayer, Unit, User
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, NotFound, TaskStatus
from caseflow.vocabulary.choices.plan import PlanEligibility

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate; ``tin`` is as the reader may see it.

    ``open_evaluations`` are those of its administrator.
    """

    object: PlanObject
    taxpayer: str
    tin: str
    administrator: str
    open_evaluations: int
    evaluation: str | None
    # How far that evaluation has got.
    status: CaseStatus | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A plan with one page of its candidates and the counts of all of them."""

    case: Case
    plan: EvaluationPlan
    task: Task | None
    lines: Sequence[Line]
    counts: Mapping[str, int]
    planned: Mapping[int, int]
    sections: Mapping[int, Unit]
    page: int
    pages: int


def one(session: Session, actor: Actor, case_id: int, *, which: str, page: int) -> Overview:
    """A plan that the actor sees, with the candidates of the actor's sight.

    Raises:
        NotFound: there is no such plan for the actor.
    """
    case = session.scalar(
        select(Case).where(
            Case.id == case_id, Case.kind == CaseKind.EP, policy.visible_cases(actor)
        )
    )
    if case is None:
        raise NotFound("case", id=case_id)
    plan = session.get_one(EvaluationPlan, case_id)
    every = session.scalars(select(PlanObject).where(PlanObject.case_id == case_id)).all()
    sight = (PlanObject.case_id == case_id, policy.visible_taxpayers(actor), _which(which))
    count = select(func.count()).select_from(PlanObject)
    count = count.join(Taxpayer, Taxpayer.id == PlanObject.taxpayer_id)
    pages = max(-(-(session.scalar(count.where(*sight)) or 0) // PAGE), 1)
    page = min(max(page, 1), pages)
    return Overview(
        case,
        plan,
        _task(session, case_id),
        _lines(session, actor, sight, (page - 1) * PAGE),
        _counts(every),
        Counter(row.section_id for row in every if _is_planned(row)),
        _sections(session, plan.district_id),
        page,
        pages,
    )


def _lines(
    session: Session, actor: Actor, sight: tuple[ColumnElement[bool], ...], skip: int
) -> list[Line]:
    rows = session.execute(
        select(PlanObject, Taxpayer, User.name, Case.number, Case.status, Case.outcome)
        .join(Taxpayer, Taxpayer.id == PlanObject.taxpayer_id)
        .outerjoin(User, User.id == Taxpayer.administrator_id)
        .outerjoin(Case, Case.id == PlanObject.evaluation_id)
        .where(*sight)
        .order_by(PlanObject.number)
        .offset(skip)
        .limit(PAGE)
    ).all()
    officers = [row[1].administrator_id for row in rows if row[1].administrator_id]
    held = dict(
        session.execute(
            select(Case.main_officer_id, func.count())
            .where(
                Case.main_officer_id.in_(officers),
                Case.kind == CaseKind.TA,
                Case.closed_at.is_(None),
            )
            .group_by(Case.main_officer_id)
        ).all()
    )
    return [
        Line(
            row,
            payer.name,
            policy.tin_for(actor, payer),
            name or "",
            held.get(payer.administrator_id, 0),
            number,
            status,
            outcome,
        )
        for row, payer, name, number, status, outcome in rows
    ]


def _which(which: str) -> ColumnElement[bool]:
    conditions: Mapping[str, ColumnElement[bool]] = {
        "open": PlanObject.decision.is_(None),
        "mandatory": PlanObject.is_mandatory.is_(True),
        "key": PlanObject.is_key_source.is_(True),
        "included": PlanObject.decision == "include",
        "barred": PlanObject.eligibility != PlanEligibility.ELIGIBLE,
    }
    return conditions.get(which, true())


def _counts(every: Sequence[PlanObject]) -> Mapping[str, int]:
    return {
        "all": len(every),
        "open": sum(row.decision is None for row in every),
        "mandatory": sum(row.is_mandatory for row in every),
        "key": sum(row.is_key_source for row in every),
        "included": sum(row.decision == "include" for row in every),
        "barred": sum(row.eligibility != PlanEligibility.ELIGIBLE for row in every),
    }


def _is_planned(row: PlanObject) -> bool:
    return row.decision == "include" and row.struck_reason is None


def _task(session: Session, case_id: int) -> Task | None:
    return session.scalar(
        select(Task)
        .where(
            Task.case_id == case_id,
            Task.status == TaskStatus.OPEN,
            Task.asked_kind.is_(None),
        )
        .order_by(Task.id)
        .limit(1)
    )


def _sections(session: Session, district_id: int) -> Mapping[int, Unit]:
    found = select(Unit).where(Unit.parent_id == district_id).order_by(Unit.code)
    return {unit.id: unit for unit in session.scalars(found)}
