"""From the leader's desk to the officers: dispatch, assignment, acceptance, recusal (2a to 2c)."""

from collections.abc import Callable, Mapping
from typing import Any

from caseflow.demo.past.scene import EVE, Scene
from caseflow.vocabulary import Role

_HELD_FOR = 8
_HELD_ON_THE_EVE = 8  # one in so many
_FEWEST_TO_REPLACE = 3


def dispatch(scene: Scene) -> dict[str, Any]:
    """2a: to the section that manages the household; a few are held or voided."""
    decision = scene.fate.dispatch
    if scene.today >= EVE and scene.fate.chance(_HELD_ON_THE_EVE) == 0:
        decision = "hold"
    if decision == "hold" and scene.times("wv_dispatch") == 0:
        until = scene.calendar.add_working_days(scene.today, _HELD_FOR).on
        return {
            "dispatch_decision": "hold",
            "hold_until": until.isoformat(),
            "reason": "该户正在办理注销清算前的资料补正，待资料齐备后再行分派。",
        }
    if decision == "void_duplicate":
        reason = "经核对，该疑点已在上期核查任务中处理完毕，本任务重复，予以作废。"
        return {"dispatch_decision": decision, "reason": reason}
    if decision == "void_data_error":
        reason = "信息管税岗核实系采集数据重复导入所致，任务依据不成立，予以作废。"
        return {"dispatch_decision": decision, "reason": reason}
    is_urgent = scene.case.is_ti or scene.case.grade == 1
    return {
        "dispatch_decision": "assign",
        "section": str(scene.case.section_id),
        "priority": "urgent" if is_urgent else "normal",
        "requirement": "请结合发票流与资金流重点核查。" if is_urgent else None,
        "due_on": None,
    }


def resume(scene: Scene) -> dict[str, Any]:
    """2a: a held case is taken up again before its day."""
    del scene
    return {"resume_reason": "纳税人资料已补正齐备，恢复分派。"}


def assign(scene: Scene) -> dict[str, Any]:
    """2b: the responsible administrator first, a colleague of the section second."""
    officers = scene.holders(Role.TAX_ADMINISTRATOR, scene.case.section_id)
    barred = scene.barred()
    able = [each for each in officers if each not in barred]
    if len(able) <= 1:
        able = [each for each in officers if each not in scene.recused()]
    wanted = (scene.case.main_officer_id, scene.taxpayer.administrator_id)
    main = next((each for each in wanted if each in able), able[0])
    others = [each for each in able if each != main]
    second = scene.case.second_officer_id
    if second not in others:
        second = others[scene.fate.chance(len(others))]
    return {
        "assign_decision": "assign",
        "main_officer": str(main),
        "second_officer": str(second),
        "note": None if scene.is_verification else "本月任务较多，请合理安排进度，按期办结。",
    }


def accept(scene: Scene) -> dict[str, Any]:
    """2c: accepted, but for a few refusals and ties."""
    trouble = scene.fate.trouble
    officers = scene.holders(Role.TAX_ADMINISTRATOR, scene.case.section_id)
    is_main = "main" in scene.task.element
    is_first = not scene.barred() and scene.times("wv_recusal") == 0
    if trouble and is_first and len(officers) >= _FEWEST_TO_REPLACE:
        if trouble == "refused" and is_main:
            return {
                "recusal": "none",
                "accept_decision": "refuse",
                "refusal_reason": "absent",
            }
        if trouble.startswith("tie") and not is_main:
            note = "纳税人财务负责人系本人亲属，申请回避。"
            return {"recusal": "in_law", "recusal_note": note}
    return {"recusal": "none", "accept_decision": "accept"}


def decide_recusal(scene: Scene) -> dict[str, Any]:
    """2c: replaced, or kept with a reason."""
    if scene.fate.trouble == "tie_replaced":
        return {"recusal_decision": "replace"}
    reason = "所述亲属关系不属于应当回避的情形，且不参与该户财务管理，继续办理。"
    return {"recusal_decision": "keep", "reason": reason}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "wv_dispatch": dispatch,
    "wv_hold": resume,
    "wv_assign": assign,
    "wv_acceptance": accept,
    "wv_recusal": decide_recusal,
}
