"""What the papers of an evaluation plan say of its objects: from the rows that were decided."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from caseflow import policy
from caseflow.models import EvaluationPlan, Taxpayer, Unit, User
from caseflow.models.base import Json, among
from caseflow.services.kinds.evaluation_plan import rows
from caseflow.services.papers import doubts
from caseflow.services.papers.outward import months
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.plan import PlanKind, PlanReason

_PAPERS = frozenset({PaperKind.EVALUATION_PLAN, PaperKind.EVALUATION_OBJECTS})


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with month and objects of the plan; other cases: unchanged."""
    if work.case.kind != CaseKind.EP or kind not in _PAPERS:
        return arguments
    plan = work.session.get_one(EvaluationPlan, work.case.id)
    objects = _objects(work)
    year, month = divmod(plan.month, 100)
    return {
        **arguments,
        "month": f"{year}年{month}月（{PlanKind(plan.kind).zh}）",
        "household_count": len(objects),
        "objects": objects,
    }


def _objects(work: Work) -> list[Json]:
    found = rows.included(work.session, work.case.id)
    payers = {
        row.id: row
        for row in work.session.execute(
            select(Taxpayer.id, Taxpayer.name, policy.printed_tin(), User.name.label("assessor"))
            .outerjoin(User, User.id == Taxpayer.administrator_id)
            .where(among(Taxpayer.id, [row.taxpayer_id for row in found]))
        )
    }
    units = dict(
        work.session.execute(
            select(Unit.id, Unit.name).where(among(Unit.id, [row.section_id for row in found]))
        ).all()
    )
    names = doubts.names_of(work.session, {each for row in found for each in row.indicators})
    told = []
    for row in found:
        payer = payers[row.taxpayer_id]
        told.append(
            {
                "name": payer.name,
                "tin": payer.tin,
                "section": units[row.section_id],
                "assessor": payer.assessor or "",
                "score": str(row.score),
                "reason": "、".join(PlanReason(each).zh for each in row.reasons),
                "indicators": "、".join(names.get(each, each) for each in row.indicators)
                or "、".join(Tax(each).zh for each in row.taxes),
                "period": months(row.period_from, row.period_to),
            }
        )
    return told
