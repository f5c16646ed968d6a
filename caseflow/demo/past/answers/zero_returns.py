"""Zero-filing investigations: looked up, called, visited, and the one cause that was found."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from caseflow.demo.past.answers import conclusions
from caseflow.demo.past.evidence import extract, photograph
from caseflow.demo.past.scene import Scene
from caseflow.reads import step_choices

# The cause that is found, in so many of a hundred cases; what the officer writes of it.
_CAUSES = (
    ("seasonal", 26, "该户为季节性生产，停产期间无销售，设备封存，与用电情况相符。"),
    ("preparing", 14, "该户尚在筹建，厂房装修未完工，未发生经营业务。"),
    ("not_started", 12, "该户办理登记后未开业，经营场所空置，未领购发票。"),
    ("stopped", 18, "该户已停止生产经营，未办理停业手续，人员已遣散。"),
    ("only_local_business", 12, "该户仅从事营业税应税劳务，无增值税应税行为。"),
    ("relief_only", 6, "该户从事免税农产品销售，误按零销售额申报。"),
    ("agency_shell", 5, "该户由代理机构代办登记和申报，无实际经营。"),
    ("concealed", 7, "用电及发票开具情况表明该户有经营而零申报。"),
)
_RESTARTS = 3  # one in so many stopped firms does not


def look_up(scene: Scene) -> dict[str, Any]:
    """3: everything looked up; called first, then visited, then the cause is clear."""
    if scene.times("wv_inquiry") == 0:
        onward = "contact"
    elif scene.times("zf_onsite_record") == 0:
        onward = "onsite"
    else:
        onward = "classify"
    checks = step_choices.offers(scene.session, scene.case, "zero_filing_checks")
    is_concealed = cause(scene) == "concealed"
    is_clear = onward == "classify"
    result = ("confirmed" if is_concealed else "explained") if is_clear else "unclear"
    return {
        "steps": [
            {"row": check.key, "state": "done", "noted": "已查询核对，情况与申报一致。"}
            for check in checks
        ],
        "sign_of_trade": "power" if is_concealed else "none",
        "doubts": [{"row": str(doubt.id), "result": result} for doubt in scene.doubts],
        "trade_begins": "预计明年二季度",
        "zero_reason": _text(scene),
        "filed_by": "own_staff",
        "next_step": onward,
    }


def apply_visit(scene: Scene) -> dict[str, Any]:
    """4: the premises, within the next days."""
    until = scene.calendar.add_working_days(scene.today, 3).on
    return {
        "reason": "零申报户需实地查看经营场所、存货和用电情况。",
        "places": ["business_premises"],
        "visit_from": scene.today.isoformat(),
        "visit_to": until.isoformat(),
        "officers": [
            {"row": str(user_id), "certificate_number": number}
            for user_id, number in scene.certificates()
        ],
    }


def approve_visit(scene: Scene) -> dict[str, Any]:
    """4: the chief agrees."""
    del scene
    return {"onsite_approval": "agree"}


def record_visit(scene: Scene) -> dict[str, Any]:
    """4: what was seen, item by item."""
    found = "trading" if cause(scene) == "concealed" else "closed"
    state = "seen" if found == "trading" else "not_seen"
    items = step_choices.offers(scene.session, scene.case, "site_items")
    shot = photograph(f"{scene.case.number}-zf")
    return {
        "started_at": scene.ago(120),
        "ended_at": scene.ago(45),
        "onsite_found": found,
        "site": [{"row": item.key, "state": state, "text": "见现场照片"} for item in items],
        "unused_invoices": "0",
        "photographs": [scene.upload("photographs", shot)],
        "in_charge": "signed",
    }


def classify(scene: Scene) -> dict[str, Any]:
    """5: the cause, and what follows from it."""
    found, text = cause(scene), _text(scene)
    is_concealed = found == "concealed"
    restarts = found == "stopped" and not _ends_for_good(scene)
    finding = "confirmed" if is_concealed else "explained"
    answers: dict[str, Any] = {
        "files": [],
        "cause": found,
        "text": text,
        "evidence": scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text)),
        "doubts": [
            {"row": str(doubt.id), "finding": finding, "indicator_verdict": "right"}
            for doubt in scene.doubts
        ],
        "signs": ["none"],
        "amounts": [],
        "restart_expected": "yes" if restarts else "no",
        "duty_not_met": "none",
        "invoice_measure": "none",
        "outcome_change": None,
    }
    if is_concealed:
        lines = conclusions.amounts(scene, "self_corrected")
        sums = ("tax", "period", "declared", "recomputed", "due_on")
        answers["amounts"] = [{name: line[name] for name in sums} for line in lines]
        answers["concealment_proof"] = ["power"]
    if restarts:
        answers["restart_on"] = (scene.today + timedelta(days=120)).isoformat()
    return answers


def align(scene: Scene) -> dict[str, Any]:
    """7: the mark or the suspension is in the register."""
    day = scene.today.isoformat()
    answers: dict[str, Any] = {
        "before": "正常",
        "ctais_number": f"CT{scene.today:%Y%m%d}{scene.case.id:05}",
        "changed_on": day,
    }
    if cause(scene) == "only_local_business":
        return answers | {"tax_types_ended": "增值税", "after": "纯地税户"}
    until = (scene.today + timedelta(days=120)).isoformat()
    return answers | {"suspended_from": day, "suspended_until": until, "after": "停业"}


def file_anew(scene: Scene) -> dict[str, Any]:
    """7: the exempt sales are in a corrected return."""
    return {
        "return_number": f"GZ{scene.today:%Y%m%d}{scene.case.id:05}",
        "exempt_sales": f"{scene.fate.tax * 9}.00",
        "filed_on": scene.today.isoformat(),
        "person": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
    }


def ask_to_cancel(scene: Scene) -> dict[str, Any]:
    """7: a firm that is closed for good is told to apply for cancellation."""
    del scene
    return {
        "matter": "你单位已停止生产经营，应依法办理注销税务登记。",
        "requirement": "请自本通知送达之日起十五日内到办税服务厅申请注销税务登记。",
    }


def cancel(scene: Scene) -> dict[str, Any]:
    """7: it has applied."""
    return {
        "application_number": f"ZX{scene.today:%Y%m%d}{scene.case.id:05}",
        "applied_on": scene.today.isoformat(),
        "person": scene.taxpayer.legal_rep,
    }


def cause(scene: Scene) -> str:
    """Why this household files zero returns."""
    return _drawn(scene)[0]


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "zf_desk": look_up,
    "zf_onsite_application": apply_visit,
    "zf_onsite_approval": approve_visit,
    "zf_onsite_record": record_visit,
    "zf_classification": classify,
    "zf_alignment": align,
    "zf_corrected_return": file_anew,
    "zf_cancellation_notice": ask_to_cancel,
    "zf_cancellation": cancel,
}


def _text(scene: Scene) -> str:
    return _drawn(scene)[1]


def _ends_for_good(scene: Scene) -> bool:
    return scene.fate.chance(_RESTARTS) == 0


def _drawn(scene: Scene) -> tuple[str, str]:
    drawn = scene.fate.chance(100)
    for name, share, text in _CAUSES:
        if drawn < share:
            return name, text
        drawn -= share
    return _CAUSES[0][0], _CAUSES[0][2]
