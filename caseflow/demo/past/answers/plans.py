"""Evaluation plans: a few households of each district, the others left for later."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from caseflow.demo.past.scene import Scene
from caseflow.services import evaluation_plans, limits
from caseflow.services.evaluation_plans import Edit
from caseflow.services.kinds.evaluation_plan import rows
from caseflow.vocabulary.choices.plan import PlanChoice, PlanDecision, PlanEligibility

_LATER = "风险较低，本月先不列入，继续监控。"
_EARLIER_YEAR = "疑点所属期在以前年度，尚在追征期内，一并评估。"
# How many households a plan takes in; most districts evaluate none or one a month.
_OF_HOME, _OF_ANOTHER = 3, (0, 0, 1)
_HOME = "01"


def draft(scene: Scene) -> dict[str, Any]:
    """2: the first candidates are taken in, the others stay in the pool with a reason."""
    evaluation_plans.save(scene.session, scene.actor, scene.task.id, _edits(scene), {})
    return {
        "selection_note": "按风险分和重点税源先后选取，每名管理员不超过当月名额。",
        "requirement": "先案头分析，疑点不能排除的再约谈或实地核查。",
    }


def decide(scene: Scene) -> dict[str, Any]:
    """3: agreed where there is anybody to evaluate."""
    if rows.included(scene.session, scene.case.id):
        return {"plan_decision": PlanDecision.AGREE.value, "opinion": "同意，按计划下达。"}
    return {
        "plan_decision": PlanDecision.NO_PLAN.value,
        "no_plan_reason": "本月可评估户疑点较轻，暂不安排评估，继续监控。",
        "opinion": "同意本月不作计划。",
    }


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "ep_draft": draft,
    "ep_approval": decide,
}


def _edits(scene: Scene) -> list[Edit]:
    times = limits.of_today(scene.session)
    is_home = scene.case.number.startswith(_HOME)
    left = _OF_HOME if is_home else _OF_ANOTHER[scene.fate.chance(len(_OF_ANOTHER))]
    quota = rows.quotas(scene.session, scene.case.district_id, times)
    room = {section: each.left for section, each in quota.items()}
    edits = []
    for row in rows.of(scene.session, scene.case.id):
        edit = Edit(
            object_id=row.id,
            decision=row.decision or PlanChoice.KEEP_IN_POOL.value,
            reason=_LATER,
            section_id=row.section_id,
            taxes=tuple(row.taxes),
            period_from=row.period_from,
            period_to=row.period_to,
            period_reason=row.period_reason or "",
            priority=row.priority,
        )
        if row.eligibility == PlanEligibility.ELIGIBLE:
            if left and row.doubts and room.get(row.section_id):
                is_old = row.period_from // 100 < rows.current_year(times)
                edit = replace(
                    edit,
                    decision=PlanChoice.INCLUDE.value,
                    reason="",
                    period_reason=_EARLIER_YEAR if is_old else "",
                )
                left -= 1
                room[row.section_id] -= 1
            else:
                edit = replace(edit, decision=PlanChoice.KEEP_IN_POOL.value)
        edits.append(edit)
    return edits
