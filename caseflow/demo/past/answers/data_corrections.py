"""Data corrections: what was delivered wrongly, agreed to, laid over the facts, mended."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from caseflow.demo.past import wrong_values
from caseflow.demo.past.evidence import extract
from caseflow.demo.past.scene import Scene
from caseflow.reads import step_choices

_DECLARED, _SENT_BACK = 6, 7  # one in so many was declared so; one in so many goes back once
_REFUSED = 8
_WHY = "经与企业报送原件核对，来源系统采集时多录一位，应按原件更正。"


def request(scene: Scene) -> dict[str, Any]:
    """1: one value of one month, with the original that proves it."""
    begun = step_choices.default_values(scene.session, scene.case, "dc_request")
    values = wrong_values.of(scene) or wrong_values.of_household(scene)
    is_declared = scene.fate.chance(_DECLARED) == 0
    return {
        "recusal": "none",
        "source": values[0].field.source,
        "lines": [
            {
                "field": value.field.name,
                "period": f"{value.period // 100}-{value.period % 100:02d}",
                "after": value.after,
                "error_kind": "typed_by_taxpayer" if is_declared else "typed_by_office",
            }
            for value in values
        ],
        "found_by": begun.get("found_by", "comparison"),
        "found_number": begun.get("found_number"),
        "reason": _WHY,
        "evidence": [
            {
                "covers": "every",
                "evidence_kind": "original",
                "dated": (scene.today - timedelta(days=2)).isoformat(),
                "pages": 2,
                "files": [],
            }
        ],
    }


def review(scene: Scene) -> dict[str, Any]:
    """2: agreed; a few go back once for the original."""
    if scene.fate.chance(_SENT_BACK) == 0 and not scene.case.facts.get("sent_back"):
        text = "请补充企业报送原件的复印件并注明核对情况。"
        back = {"return_reason": "evidence", "return_text": text}
        return {"correction_review": "send_back", **back, "opinion": "退回补充。"}
    return {"correction_review": "agree", "opinion": "证据充分，同意更正。"}


def approve(scene: Scene) -> dict[str, Any]:
    """3: agreed."""
    del scene
    return {"correction_approval": "agree", "opinion": "同意更正。"}


def check(scene: Scene) -> dict[str, Any]:
    """4: seen, plausible, in force; the source is told."""
    return {
        "recusal": "none",
        "evidence_seen": True,
        "same_fault": "no",
        "notice_text": f"请按原件更正 {scene.case.number} 所列数值，并检查录入程序。",
        "correction_check": "apply",
    }


def touched(scene: Scene) -> dict[str, Any]:
    """6: closed cases that rested on the old value keep their conclusion."""
    rows = step_choices.offers(scene.session, scene.case, "touched_cases")
    why = "该任务已按数据差错办结，更正不影响其结论。"
    return {
        "touched": [{"row": row.key, "touched_decision": "no_effect", "why": why} for row in rows]
    }


def reply(scene: Scene) -> dict[str, Any]:
    """7a: the source has mended it in its next delivery; one in a few says it was right."""
    if scene.fate.chance(_REFUSED) == 0 and scene.times("dc_source_reply") == 0:
        text = "来源系统原始记录与报送一致，暂不更正，请提供原件再核。"
        proof = extract(scene.taxpayer.name, scene.case.number, text)
        return {
            "source_reply": "refused",
            "reply_reason": text,
            "files": [scene.upload("files", proof)],
        }
    return {
        "source_reply": "corrected",
        "corrected_on": scene.today.isoformat(),
        "batch": f"{scene.today:%Y%m}更正",
    }


def settle(scene: Scene) -> dict[str, Any]:
    """7b: the original decides."""
    del scene
    why = "企业报送原件清楚，与纳税人账簿一致，维持更正。"
    return {"dispute": "keep", "why": why, "opinion": "维持更正。"}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "dc_request": request,
    "dc_review": review,
    "dc_approval": approve,
    "dc_check": check,
    "dc_touched": touched,
    "dc_source_reply": reply,
    "dc_dispute": settle,
}
