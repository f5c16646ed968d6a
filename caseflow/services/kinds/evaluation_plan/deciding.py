"""Steps 2 and 3 of a plan: drafted by the analysis post, decided by the leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models import EvaluationPlan, PlanObject
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.kinds.evaluation_plan import rows
from caseflow.vocabulary.choices.plan import PlanChoice, PlanDecision, PlanEligibility


def draft(desk: Desk, answers: Json) -> Handed:
    """2: every candidate is decided; what may not be assessed any more goes back to the pool."""
    del answers
    objects = rows.of(desk.session, desk.case.id)
    out = _put_back(desk, [row for row in objects if row.decision == PlanChoice.INCLUDE])
    for row in objects:
        row.struck_reason = None
        row.is_changed = False
    lacking = [row.number for row in objects if rows.missing(row, desk.times)]
    if lacking:
        shown = "、".join(str(number) for number in lacking[:10])
        refuse("selection_note", "plan_rows_open", count=len(lacking), numbers=shown)
    plan = desk.session.get_one(EvaluationPlan, desk.case.id)
    _require_quota(desk, plan, objects, "selection_note")
    planned = [row for row in objects if row.decision == PlanChoice.INCLUDE]
    return Handed(payload={"objects": len(planned), "back_to_pool": out})


def decide(desk: Desk, answers: Json) -> Handed:
    """3: agreed, sent back, or no plan; what was struck off stays in the pool."""
    decision = answers["plan_decision"]
    if decision == PlanDecision.SEND_BACK:
        return Handed(returned=answers["return_text"])
    if decision == PlanDecision.NO_PLAN:
        return Handed(payload={"reason": answers["no_plan_reason"]})
    objects = rows.included(desk.session, desk.case.id)
    out = _put_back(desk, objects)
    planned = [row for row in objects if row.decision == PlanChoice.INCLUDE]
    if not planned:
        refuse("plan_decision", "plan_is_empty")
    lacking = [row.number for row in planned if rows.missing(row, desk.times)]
    if lacking:
        shown = "、".join(str(number) for number in lacking[:10])
        refuse("plan_decision", "plan_rows_open", count=len(lacking), numbers=shown)
    plan = desk.session.get_one(EvaluationPlan, desk.case.id)
    _require_quota(desk, plan, planned, "plan_decision")
    told = [row.number for row in planned]
    return Handed(payload={"objects": told, "back_to_pool": out})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ep_draft": draft,
    "ep_approval": decide,
}


def _put_back(desk: Desk, planned: list[PlanObject]) -> list[int]:
    """Ask the table again: what is excluded by now leaves the plan by itself."""
    out = rows.judge_again(desk.session, desk.process, planned, desk.times)
    for row in out:
        waits = row.eligibility in (PlanEligibility.OPEN_TA, PlanEligibility.DEADLINE_OPEN)
        row.decision = (PlanChoice.KEEP_IN_POOL if waits else PlanChoice.EXCLUDE).value
    return [row.number for row in out]


def _require_quota(desk: Desk, plan: EvaluationPlan, objects: list[PlanObject], at: str) -> None:
    quota = rows.quotas(desk.session, plan.district_id, desk.times)
    over = rows.over_quota(objects, quota)
    if any(str(section) not in plan.quota_reasons for section in over):
        refuse(at, "plan_over_quota", count=len(over))
