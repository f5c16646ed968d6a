"""Desk check, conclusion and what follows from it (3, 5, 8, 9)."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from caseflow import assessed
from caseflow.demo.past import wrong_values
from caseflow.demo.past.evidence import extract
from caseflow.demo.past.scene import Doubt, Scene
from caseflow.filing_deadlines import table

_NOTHING = Decimal("0.00")
_FORM_OF_WAY = {
    "phone": "wv_inquiry",
    "letter": "wv_inquiry",
    "interview": "wv_interview_application",
    "onsite": "wv_onsite_application",
}
_STEP_OF_WAY = {"phone": "inquiry", "letter": "inquiry"}
# Prescribed steps that are done outside the office, with the contact that does them.
_PLANNED = {"V02": "inquiry", "V04": "interview", "V05": "onsite", "V06": "onsite"}
_CONFIRMED = frozenset(
    {
        "self_corrected",
        "adjusted",
        "guided",
        "opened_ta",
        "transferred_inspection",
        "opened_zf",
        "opened_oc",
    }
)
_CAUSES = {
    "concealed": ("concealed",),
    "error": ("calc_or_form_error", "policy_misread", "invoice_fault"),
    "legitimate": ("seasonal_or_business", "timing"),
    "data_error": ("source_data",),
}
_DECEMBER = 12
_ALWAYS = "V01"
_OF_INCOME = 3  # one in so many corrections is of income tax
_QUARTERS = 4  # income is so many times its tax of 25 %
_CORRECTED = {"source": "CTAIS", "before": "采集值有误", "after": "按申报表更正"}


def desk_check(scene: Scene) -> dict[str, Any]:
    """3: read the file; ask the taxpayer as often as this case needs; then conclude."""
    way = next((way for way in scene.fate.ways if not scene.times(_FORM_OF_WAY[way])), None)
    onward = _STEP_OF_WAY.get(way, way) if way else "conclude"
    result = "unclear" if way else _desk_result(scene)
    text = scene.words.desk(result)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    return {
        "files": [],
        "steps": [_step(doubt, step, onward) for doubt in scene.doubts for step in steps(doubt)],
        "doubts": [_desk_doubt(scene, doubt, result, evidence) for doubt in scene.doubts],
        "next_step": onward,
    }


def conclude(scene: Scene) -> dict[str, Any]:
    """5: a finding for each doubt, the sums, and what the table of outcomes asks."""
    outcome = scene.fate.outcome.value
    finding = _finding(outcome)
    text = scene.words.finding(finding)
    evidence = scene.evidence("files", extract(scene.taxpayer.name, scene.case.number, text))
    return {
        "files": [],
        "doubts": [finding_of(scene, doubt, finding, evidence) for doubt in scene.doubts],
        "amounts": amounts(scene, outcome),
        "signs": ["invoice_offence" if scene.case.is_ti else "evasion"]
        if outcome == "transferred_inspection"
        else ["none"],
        "tax_computable": "no" if outcome == "opened_ta" else "yes",
        "zero_returns_trading": "yes" if outcome == "opened_zf" else "no",
        "duty_not_met": "filing" if outcome == "opened_oc" else "none",
        "invoice_stop": "no",
        "status_change": "no",
        "outcome_change": None,
    }


def pay(scene: Scene) -> dict[str, Any]:
    """8: the taxpayer has filed and paid what was found, to the fen."""
    rows = scene.amounts()
    due = assessed.to_pay(rows)
    surcharges = assessed.surcharges(rows, scene.today)
    return {
        "return_number": f"GZ{scene.today:%Y%m%d}{scene.case.id:05}",
        "filed_on": scene.today.isoformat(),
        "payments": [
            {
                "row": str(row.id),
                "tax_paid": str(tax),
                "surcharge_paid": str(surcharge),
                "paid_on": scene.today.isoformat(),
            }
            for row, tax, surcharge in zip(rows, due, surcharges, strict=True)
        ],
    }


def guide(scene: Scene) -> dict[str, Any]:
    """8: the taxpayer was shown how to do it right."""
    return {
        "guided_on": scene.today.isoformat(),
        "person": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "text": "辅导企业更正申报表填列口径，讲解发票开具与申报要求，企业已改正。",
    }


def correct(scene: Scene) -> dict[str, Any]:
    """8: what the source delivered wrongly, before and after."""
    return {
        "corrections": [
            {
                "source": value.field.source,
                "field": value.field.zh,
                "before": value.before,
                "after": value.after,
            }
            for value in wrong_values.of(scene)
        ]
        or [{"field": doubt.name, **_CORRECTED} for doubt in scene.doubts],
        "reason": "来源系统采集差错，已与企业报送原始报表核对一致。",
    }


def approve_correction(scene: Scene) -> dict[str, Any]:
    """8: the chief agrees to the correction."""
    del scene
    return {"correction_decision": "agree"}


def close(scene: Scene) -> dict[str, Any]:
    """9: nothing is missing any more."""
    del scene
    return {"sign_off": True, "note": None}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "wv_desk_check": desk_check,
    "wv_conclusion": conclude,
    "wv_payment": pay,
    "wv_guidance": guide,
    "wv_correction": correct,
    "wv_correction_approval": approve_correction,
    "wv_closing": close,
}


def steps(doubt: Doubt) -> list[str]:
    """The steps that are done for a doubt, the one-household file always among them."""
    return [_ALWAYS, *(step for step in doubt.steps if step != _ALWAYS)]


def _step(doubt: Doubt, step: str, onward: str) -> dict[str, Any]:
    row = {"row": f"{doubt.id}:{step}"}
    contact = _PLANNED.get(step)
    if contact is None:
        return {**row, "state": "done"}
    if contact == onward:
        return {**row, "state": "planned", "planned_for": contact}
    return {**row, "state": "skipped", "skip_reason": "现有资料已足以说明，暂不需要。"}


def _desk_result(scene: Scene) -> str:
    finding = _finding(scene.fate.outcome.value)
    return "explained" if finding == "not_verifiable" else finding


def _desk_doubt(scene: Scene, doubt: Doubt, result: str, evidence: list[str]) -> dict[str, Any]:
    answers = {
        "row": str(doubt.id),
        "result": result,
        "text": scene.words.desk(result, (doubt.name, doubt.period)),
        "evidence": evidence,
    }
    if result == "confirmed":
        answers["estimated_tax"] = f"{doubt.estimated_tax or scene.fate.tax}.00"
    if result == "data_error":
        answers |= {"field": doubt.name, **_CORRECTED}
    return answers


def _finding(outcome: str) -> str:
    if outcome in _CONFIRMED:
        return "confirmed"
    if outcome in {"data_error", "not_verifiable"}:
        return outcome
    return "not_verifiable" if outcome == "opened_ab" else "explained"


def finding_of(scene: Scene, doubt: Doubt, finding: str, evidence: list[str]) -> dict[str, Any]:
    """What is concluded on one doubt."""
    causes = _CAUSES[scene.fate.cause]
    verdicts = {
        "confirmed": "right",
        "data_error": "bad_data",
        "not_verifiable": "right",
        "explained": ("too_tight", "wrong")[scene.fate.chance(2)],
    }
    return {
        "row": str(doubt.id),
        "finding": finding,
        "cause": causes[scene.fate.chance(len(causes))],
        "reasons": scene.words.finding(finding, (doubt.name, doubt.period)),
        "evidence": evidence,
        "indicator_verdict": verdicts[finding],
    }


def amounts(scene: Scene, outcome: str, *, times: int = 1) -> list[dict[str, Any]]:
    """The sums of one tax and period, so many times those of a verification."""
    if outcome not in {"self_corrected", "adjusted"}:
        return []
    period = scene.doubts[0].period if scene.doubts else scene.case.period
    is_loss = outcome == "adjusted"
    is_income = is_loss or scene.fate.chance(_OF_INCOME) == 0
    declared = _NOTHING if is_loss else Decimal(scene.fate.tax * 3 * times)
    found = _NOTHING if is_loss else Decimal(scene.fate.tax * times)
    adjusted = f"{scene.fate.tax * _QUARTERS * times}.00" if is_income else None
    line = {
        "tax": "cit" if is_income else "vat",
        "period": written(period),
        "declared": f"{declared:.2f}",
        "recomputed": f"{declared + found:.2f}",
        "due_on": _due_on(scene, period).isoformat(),
        "income_adjustment": adjusted,
        # What is found in a year of loss makes the loss smaller and bears no tax.
        "loss_offset": adjusted if is_loss else None,
        "credit_reduced": None,
    }
    return [line]


def written(period: int) -> str:
    """A period as a form takes it; of a year its last month, for which the forms ask."""
    year, month = divmod(period, 100)
    return f"{year}-{month or _DECEMBER:02}"


def _due_on(scene: Scene, period: int) -> date:
    year, month = divmod(period, 100)
    year, month = (year + 1, 1) if month in {0, _DECEMBER} else (year, month + 1)
    return table(scene.calendar, year)[month - 1].on
