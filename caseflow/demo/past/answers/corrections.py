"""Orders to correct: what is found of each duty, who signs, what the taxpayer does about it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from caseflow import duty_lines
from caseflow.demo.past.evidence import extract, receipt
from caseflow.demo.past.scene import Doubt, Scene
from caseflow.filing_deadlines import table
from caseflow.vocabulary import Role

_DECEMBER = 12
_MET = "逐项核对责令改正的事项，改正情况与征管系统的记录一致，资料齐全。"
_IGNORED = "逐项核对责令改正的事项，限期届满，征管系统中仍无申报、登记或缴款的记录。"
_LIMITS = {"filing": "10", "registration": "15", "payment": "15"}
_REQUIREMENTS = {
    "filing": "请补报{period}纳税申报表及附报资料，并到办税服务厅办理。",
    "registration": "请持有关证件到办税服务厅办理税务登记手续。",
    "payment": "请将{period}所欠税款及滞纳金缴入国库。",
}
# One in so many: no duty at all, reminded first, sent back, not corrected in the end.
_NO_DUTY, _REMINDED, _SENT_BACK, _IGNORES = 12, 4, 25, 6


def assign(scene: Scene) -> dict[str, Any]:
    """2b: the responsible administrator, else the first of the section who is not barred."""
    officers = scene.holders(Role.TAX_ADMINISTRATOR, scene.case.section_id)
    able = [each for each in officers if each not in scene.barred()] or officers
    wanted = scene.taxpayer.administrator_id
    main = wanted if wanted in able else able[0]
    return {"assign_decision": "assign", "main_officer": str(main), "note": None}


def prepare(scene: Scene) -> dict[str, Any]:
    """3: each duty looked into; a few were none, some were met late, the rest is ordered."""
    lines = [_line(scene, row, doubt) for row, doubt in _rows(scene)]
    found = {line["finding"] for line in lines}
    wants = "not_done" in found
    if not wants:
        decision = "already_corrected" if "done_late" in found else "no_violation"
    elif _is_reminded_first(scene, lines):
        decision = "remind"
    else:
        decision = "order"
    return {"lines": lines, "preparation": decision}


def remind(scene: Scene) -> dict[str, Any]:
    """3a: somebody of the taxpayer answers the telephone."""
    return {
        "method": "phone",
        "contact": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "number": scene.taxpayer.phone or "0411-84000000",
        "reminded_at": scene.ago(20),
        "remind_answer": "refused" if ignores(scene) else "done",
        "note": None,
    }


def keep_promise(scene: Scene) -> dict[str, Any]:
    """3a: taken up again before the promised day."""
    del scene
    return {"resume_reason": "纳税人已到厅办理，提前核对。"}


def sign_order(scene: Scene) -> dict[str, Any]:
    """4: the chief signs; a few go back once."""
    if scene.fate.chance(_SENT_BACK) == 0 and scene.times("oc_order_signature") == 0:
        reason = "改正要求表述不清，请写明应补报的税种和所属期。"
        return {"order_signature": "send_back", "reason": reason}
    return {"order_signature": "sign", "opinion": "同意。"}


def sign_demand(scene: Scene) -> dict[str, Any]:
    """4x: the leader signs the demand."""
    del scene
    return {"demand_signature": "sign", "opinion": "同意。"}


def serve(scene: Scene) -> dict[str, Any]:
    """5a: taken to the premises and signed for."""
    name, number = scene.taxpayer.name, scene.case.number
    return {
        "service_result": "served",
        "served_on": scene.today.isoformat(),
        "method": "direct",
        "receiver": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "receiver_relation": "财务负责人",
        "receipt": [scene.upload("receipt", receipt(name, number, scene.today.isoformat()))],
    }


def comply(scene: Scene) -> dict[str, Any]:
    """6: corrected in time, or nothing came until the time was over."""
    facts = scene.case.facts
    rows = duty_lines.ordered(facts["duty_lines"])
    if set(facts["duty_lines"]) != set(duty_lines.rows([doubt.id for doubt in scene.doubts])):
        return {"lines": [{"row": row} for row in rows], "compliance_next": "further_order"}
    if ignores(scene):
        lines: list[dict[str, Any]] = [{"row": row, "result": "not_corrected"} for row in rows]
    else:
        lines = [_corrected(scene, row, facts["duty_lines"][row]) for row in rows]
    return {"lines": lines, "compliance_next": "conclude"}


def conclude(scene: Scene) -> dict[str, Any]:
    """7: the grounds; outcome and penalty as the tables propose them."""
    text = _IGNORED if ignores(scene) else _MET
    exhibit = extract(scene.taxpayer.name, scene.case.number, text)
    return {
        "files": [],
        "reasons": text,
        "evidence": scene.evidence("files", exhibit),
        "signs": ["none"],
        "doubts": [{"row": str(doubt.id), "indicator_verdict": "right"} for doubt in scene.doubts],
        "outcome_change": None,
        "penalty_change": None,
    }


def sent_back(scene: Scene) -> str | None:
    """7: why it goes back to 6: a duty has joined that nobody has ordered to be met yet."""
    rows = duty_lines.rows([doubt.id for doubt in scene.doubts])
    if set(scene.case.facts["duty_lines"]) == set(rows):
        return None
    return "核对后又有新的未办事项并入本案，须再行责令改正后一并处理。"


def ignores(scene: Scene) -> bool:
    """Whether this taxpayer lets the time to correct run out."""
    return scene.fate.chance(_IGNORES) == 0


def due_on(scene: Scene) -> date | None:
    """The last day to correct of a taxpayer who does nothing about it."""
    lines = scene.case.facts.get("duty_lines", {})
    dues = [line["due"] for line in lines.values() if line.get("due")]
    return date.fromisoformat(max(dues)) if dues else None


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "oc_assign": assign,
    "oc_preparation": prepare,
    "oc_reminder": remind,
    "oc_promise": keep_promise,
    "oc_order_signature": sign_order,
    "oc_demand_signature": sign_demand,
    "oc_service": serve,
    "oc_compliance": comply,
    "oc_conclusion": conclude,
}


def _rows(scene: Scene) -> list[tuple[str, Doubt | None]]:
    found: list[tuple[str, Doubt | None]] = [(str(doubt.id), doubt) for doubt in scene.doubts]
    return found or [(duty_lines.ORIGIN, None)]


def _line(scene: Scene, row: str, doubt: Doubt | None) -> dict[str, Any]:
    duty = (duty_lines.duty(doubt.indicator) if doubt else None) or scene.case.facts.get("duty")
    duty = str(duty or "filing")
    period = doubt.period if doubt else scene.case.period
    first = duty_lines.first_finding(doubt.indicator) if doubt else None
    deadline = _deadline(scene, period)
    if scene.fate.chance(_NO_DUTY) == 1:
        return {
            "row": row,
            "duty": duty,
            "finding": "no_duty",
            "no_duty_reason": "suspended",
        }
    if first == "done_late":
        done_on = deadline + timedelta(days=1 + scene.fate.chance(5))
        line = {"row": row, "duty": duty, "finding": "done_late"}
        dates = {"deadline": deadline, "done_on": min(done_on, scene.today)}
        return line | {name: each.isoformat() for name, each in dates.items()}
    is_demand = duty == "payment"
    said = f"{period // 100}年{period % 100}月" if period % 100 else f"{period // 100}年"
    return {
        "row": row,
        "duty": duty,
        "finding": "not_done",
        "deadline": deadline.isoformat(),
        "paper": "payment_demand" if is_demand else "order_to_correct",
        "tax": None if duty == "registration" else "vat",
        "period": _written(period) if duty != "registration" else None,
        "amount": f"{scene.fate.tax}.00" if is_demand else None,
        "requirement": _REQUIREMENTS[duty].format(period=said),
        "limit_days": _LIMITS[duty],
    }


def _deadline(scene: Scene, period: int) -> date:
    """The filing deadline after a period; one that is not over yet makes way for yesterday."""
    year, month = divmod(period, 100)
    year, month = (year + 1, 1) if month in {0, _DECEMBER} else (year, month + 1)
    deadline = table(scene.calendar, year)[month - 1].on
    return min(deadline, scene.today - timedelta(days=2))


def _written(period: int) -> str:
    year, month = divmod(period, 100)
    return f"{year}-{month:02}" if month else f"{year}-Y"


def _is_reminded_first(scene: Scene, lines: list[dict[str, Any]]) -> bool:
    wanting = [line for line in lines if line["finding"] == "not_done"]
    return (
        scene.fate.chance(_REMINDED) == 0
        and not scene.case.facts.get("reminded")
        and all(line["duty"] != "registration" for line in wanting)
    )


def _corrected(scene: Scene, row: str, line: Mapping[str, Any]) -> dict[str, Any]:
    answer = {
        "row": row,
        "result": "corrected",
        "corrected_on": scene.today.isoformat(),
        "number": f"SB{scene.today:%Y%m%d}{scene.case.id:05}",
    }
    if line["duty"] == "payment":
        paid = {"tax_paid": line.get("amount") or "0.00", "surcharge_paid": "0.00"}
        return answer | paid
    return answer
