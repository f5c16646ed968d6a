"""Review, approval, the third sending back, the collective review (6, 6x, 7, 7b)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from caseflow.demo.past.scene import Scene
from caseflow.vocabulary import Role

_SENT_BACK = (
    ("evidence", "证据材料不足，请补充发票明细及送货凭证后重新报审。", "desk"),
    ("calculation", "应补税额计算口径有误，请按所属期分别列示并重新计算。", "conclude"),
    ("facts", "疑点原因表述不清，请补充说明核查过程和依据。", "conclude"),
)
_APPROVER_SENDS_BACK, _TO_COLLECTIVE = 18, 40
_LAST_RETURNS, _RETURNED_AT_LAST = date(2010, 1, 19), 3


def review(scene: Scene) -> dict[str, Any]:
    """6: the chief sends back as often as this case deserves, then agrees."""
    returns = scene.fate.returns
    if scene.today >= _LAST_RETURNS and scene.fate.chance(_RETURNED_AT_LAST) == 0:
        returns = max(returns, 1)  # so that some are on their way back when the past ends
    if scene.times("wv_review") < returns:
        return {"review_decision": "send_back", **_back(scene), "opinion": "退回补充。"}
    return {"review_decision": "agree", "opinion": "事实清楚，证据充分，同意核查结论。"}


def third_return(scene: Scene) -> dict[str, Any]:
    """6x: the leader ends it."""
    del scene
    reason = "多次退回后证据已基本齐备，按拟办意见处理。"
    return {"third_return_decision": "decide_as_proposed", "reason": reason}


def approve(scene: Scene) -> dict[str, Any]:
    """7: the leader agrees; a few go back, a few to the collective review."""
    is_first = scene.times("wv_approval") == 0
    if is_first and scene.fate.chance(_APPROVER_SENDS_BACK) == 0:
        return {"approval_decision": "send_back", **_back(scene), "opinion": "请补充后再报。"}
    if is_first and scene.fate.chance(_TO_COLLECTIVE) == 1 and not scene.times("wv_vote"):
        return {"approval_decision": "to_collective", "opinion": "情况较复杂，提请集体审议。"}
    answers: dict[str, Any] = {
        "approval_decision": "agree",
        **_invoices(scene),
        "ti_flag": scene.case.is_ti,
        "opinion": "同意。",
    }
    if scene.case.is_ti:
        moves = scene.fate.outcome.value == "transferred_inspection"
        answers["ti_transfer"] = "yes" if moves else "no"
        if not moves:
            answers["no_transfer_reason"] = "失控发票已作进项税额转出并补税，无主观故意证据。"
    return answers


def convene(scene: Scene) -> dict[str, Any]:
    """7b: two deputies and the legal reviewer."""
    district = scene.case.district_id
    members = [
        *scene.holders(Role.DISTRICT_DEPUTY, district)[:2],
        *scene.holders(Role.LEGAL_REVIEWER, district)[:1],
    ]
    return {
        "members": [str(member) for member in members],
        "meeting_at": scene.ago(0),
        "report": "主办人员汇报核查经过、证据及拟办意见，提请集体审议。",
    }


def vote(scene: Scene) -> dict[str, Any]:
    """7b: each member from the own account."""
    del scene
    return {"vote": "agree", "opinion": "同意拟办意见。"}


def minutes(scene: Scene) -> dict[str, Any]:
    """7b: the decision and the minutes."""
    del scene
    return {
        "collective_decision": "agree",
        "decision_text": "经集体审议，同意拟办意见。",
        "minority_opinion": None,
        "minutes": "会议听取案情汇报，审阅证据材料，与会人员逐一发表意见并表决。",
    }


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "wv_review": review,
    "wv_third_return": third_return,
    "wv_approval": approve,
    "wv_collective_convening": convene,
    "wv_vote": vote,
    "wv_collective_minutes": minutes,
}


def _invoices(scene: Scene) -> dict[str, Any]:
    """Who identifies a household as abnormal stops its invoices in the same act."""
    if scene.case.facts.get("outcome") != "identified":
        return {"invoice_stop": "no"}
    return {
        "invoice_stop": "yes",
        "stop_ground": "abnormal",
        "stop_scope": "全部发票",
        "stop_from": scene.today.isoformat(),
    }


def _back(scene: Scene) -> dict[str, Any]:
    reason, text, place = _SENT_BACK[scene.fate.chance(len(_SENT_BACK))]
    return {"next_step": place, "return_reason": reason, "return_text": text}
