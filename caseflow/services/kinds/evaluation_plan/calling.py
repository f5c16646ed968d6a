"""What the drawing of a plan calls for: its pool, and the opening of what was decided."""

from __future__ import annotations

from caseflow.models import EvaluationPlan
from caseflow.models.base import Json
from caseflow.services import outbox
from caseflow.services.kinds.evaluation_plan import rows
from caseflow.services.work import Work

# Later work: open the evaluations of a plan that was signed, a share in each transaction.
OPENING = "plans.open"
OPENED = "plan_objects_opened"


def gather(work: Work) -> Json:
    """1: list the candidates of the plan with their reasons."""
    plan = work.session.get_one(EvaluationPlan, work.case.id)
    assert work.process is not None  # noqa: S101 - only a drawing asks for it
    count = rows.gather(work.session, plan, work.process, work.times)
    return {"candidates": count, "unlisted": plan.unlisted, "seed": plan.seed}


def open_objects(work: Work) -> Json:
    """4: leave the opening for later; the plan waits until all of them are open."""
    outbox.put(work.session, OPENING, {"case": work.case.id})
    return {"objects": len(rows.included(work.session, work.case.id))}
