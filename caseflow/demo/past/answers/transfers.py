"""Transfers to inspection: proposed, approved, handed over, answered, registered."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from caseflow.demo.past.answers import conclusions
from caseflow.demo.past.evidence import extract
from caseflow.demo.past.scene import Scene
from caseflow.models import User
from caseflow.reads import step_choices
from caseflow.vocabulary import Role

_FACTS = "发票流与资金流不符，申报收入明显少于开票及收款金额，企业不能作出合理说明，涉嫌少缴税款。"
_RETURNED, _CLEARED = 7, 5  # one in so many comes back; one in so many turns out to be nothing
_FINE = Decimal("0.5")
_CENT = Decimal("0.01")
_ADVICE = "建议对同行业开票与收款情况开展比对，加强发票增购审核。"


def assign(scene: Scene) -> dict[str, Any]:
    """1: an officer of the section, where the case before had none."""
    officers = scene.holders(Role.TAX_ADMINISTRATOR, scene.case.section_id)
    able = [each for each in officers if each not in scene.barred()]
    wanted = scene.taxpayer.administrator_id
    return {"main_officer": str(wanted if wanted in able else able[0])}


def propose(scene: Scene) -> dict[str, Any]:
    """1: every doubt with its facts and the estimate of the case before."""
    rows = step_choices.offers(scene.session, scene.case, "transferred_doubts")
    text = scene.words.desk("confirmed")
    proof = extract(scene.taxpayer.name, scene.case.number, text)
    periods = {str(doubt.id): doubt.period for doubt in scene.doubts}
    payer = scene.taxpayer
    share = (_estimate(scene) / max(len(rows), 1)).quantize(_CENT)
    return {
        "recusal": "none",
        "files": scene.evidence("files", proof),
        "ground": ["invoice_offence" if scene.case.is_ti else "evasion"],
        "doubts": [
            {
                "row": row.key,
                "facts": f"{text}{_FACTS}",
                "tax": "vat",
                "period": conclusions.written(periods.get(row.key, scene.case.period)),
                "estimated_tax": f"{share}",
                "zero_reason": None if share else "账簿资料尚未取得，税额待稽查核定。",
                "evidence": scene.evidence("files", proof),
            }
            for row in rows
        ],
        "evidence_list": [
            {"item": "银行流水", "original": "certified_copy", "pages": 12, "place": "案卷"},
            {"item": "发票开具明细", "original": "certified_copy", "pages": 6, "place": "案卷"},
        ],
        "contact_data": f"{payer.finance_head or payer.legal_rep}，电话见一户式档案。",
        "told": "仅告知正在核实申报数据，未告知移送事宜。",
        "news": "已补充银行流水及购销合同，事实较上次清楚。",
        "urgency": "normal",
    }


def review(scene: Scene) -> dict[str, Any]:
    """2a: the chief agrees; a few are sent back once."""
    if scene.fate.returns and scene.times("ti_review") == 0:
        text = "证据目录不完整，请补充资金流向材料后重报。"
        back = {"return_reason": "evidence", "return_text": text}
        return {"transfer_review": "send_back", **back, "opinion": "退回补充。"}
    return {"transfer_review": "agree", "opinion": "事实清楚，同意移送。"}


def approve(scene: Scene) -> dict[str, Any]:
    """2c: the leader agrees."""
    del scene
    return {"transfer_approval": "agree", "opinion": "同意移送稽查局。"}


def hand_over(scene: Scene) -> dict[str, Any]:
    """3: the package, paper by paper."""
    begun = step_choices.default_values(scene.session, scene.case, "ti_handover")["papers"]
    papers = [{"number": None, **each, "pages": each.get("pages") or 3} for each in begun]
    return {
        "papers": papers or [{"item": "移送稽查建议书", "number": None, "pages": 3}],
        "pages_checked": "yes",
        "carrier": scene.session.get_one(User, scene.case.main_officer_id).name,
        "handed_on": scene.today.isoformat(),
    }


def sort(scene: Scene) -> dict[str, Any]:
    """4: whole and fitting."""
    return {
        "received_on": scene.today.isoformat(),
        "complete": "yes",
        "ground_fits": "yes",
        "at_inspection": "no",
        "sorting": "send_on",
    }


def accept(scene: Scene) -> dict[str, Any]:
    """5: accepted by the selection post; one in a few is returned with reasons."""
    if scene.fate.chance(_RETURNED) == 0:
        text = "银行流水与账面往来尚未逐笔核对，事实不清，请补充后另行移送。"
        back = {"source_reason": "facts_unclear", "source_text": text}
        return {"recusal": "none", "source_answer": "return", **back}
    return {
        "recusal": "none",
        "source_answer": "accept",
        "selection_number": f"案源{scene.today.year}{scene.case.id:05}",
        "opened_on": scene.today.isoformat(),
        "joined": "no",
    }


def sign(scene: Scene) -> dict[str, Any]:
    """5b, 7b: the inspection leader signs."""
    del scene
    return {"inspection_signature": "sign"}


def feed_back(scene: Scene) -> dict[str, Any]:
    """7: first a word on the way, then the result."""
    if scene.times("ti_feedback") == 0:
        since = (scene.today - timedelta(days=3)).isoformat()
        note = "已调取账簿凭证，正在核对往来款项。"
        return {"feedback_kind": "interim", "stage": "check", "since": since, "stage_note": note}
    rows = step_choices.offers(scene.session, scene.case, "transferred_doubts")
    is_nothing = scene.fate.chance(_CLEARED) == 0
    finding = "explained" if is_nothing else "confirmed"
    answers: dict[str, Any] = {
        "feedback_kind": "final",
        "nature": "no_violation" if is_nothing else _nature(scene),
        "doubts": [{"row": row.key, "finding": finding} for row in rows],
        "judicial": "no",
        "closed_on": scene.today.isoformat(),
    }
    if not is_nothing:
        answers |= {"taxes": [_found(scene)], "advice": _ADVICE, "advice_unit": "基层税源管理科"}
        answers["treatment_number"] = f"大国税稽处〔{scene.today.year}〕{scene.case.id}号"
        answers["penalty_number"] = f"大国税稽罚〔{scene.today.year}〕{scene.case.id}号"
        answers |= dict.fromkeys(("treatment_on", "penalty_on"), scene.today.isoformat())
    return answers


def register(scene: Scene) -> dict[str, Any]:
    """8: the file of the household and the indicator learn from it."""
    rows = step_choices.offers(scene.session, scene.case, "transferred_doubts")
    is_nothing = not Decimal(scene.case.facts.get("insp_tax") or 0)
    verdict = "too_tight" if is_nothing else "right"
    grade: dict[str, Any] = {"credit": "keep"}
    if not is_nothing:
        grade = {"credit": "D", "credit_reason": "违法行为已经稽查查实，建议下调信用等级。"}
    return {
        "file_updated": "yes",
        **grade,
        "open_duties": ["none"],
        "advice_answer": "已将该行业纳入开票与收款比对范围，并加强增购审核。",
        "doubts": [{"row": row.key, "indicator_verdict": verdict} for row in rows],
    }


def confirm(scene: Scene) -> dict[str, Any]:
    """8b: the chief agrees."""
    del scene
    return {"registration_decision": "agree"}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "ti_assign": assign,
    "ti_proposal": propose,
    "ti_review": review,
    "ti_approval": approve,
    "ti_handover": hand_over,
    "ti_sorting": sort,
    "ti_acceptance": accept,
    "ti_signature": sign,
    "ti_feedback": feed_back,
    "ti_registration": register,
    "ti_confirmation": confirm,
}


def _estimate(scene: Scene) -> Decimal:
    """What the warnings say, else what the fate has in store."""
    said = sum((Decimal(doubt.estimated_tax) for doubt in scene.doubts), Decimal(0))
    return said or Decimal(scene.fate.tax)


def _nature(scene: Scene) -> str:
    return "invoice_offence" if scene.case.is_ti else "evasion"


def _found(scene: Scene) -> dict[str, Any]:
    tax = Decimal(scene.fate.tax * 2)
    period = scene.doubts[0].period if scene.doubts else scene.case.period
    fine, late = (tax * _FINE).quantize(_CENT), (tax * Decimal("0.03")).quantize(_CENT)
    return {
        "tax": "vat",
        "period": conclusions.written(period),
        "insp_tax": f"{tax}",
        "surcharge": f"{late}",
        "fine": f"{fine}",
        "tax_paid": f"{tax}",
        "surcharge_paid": f"{late}",
        "fine_paid": f"{fine}",
        "paid_on": scene.today.isoformat(),
    }
