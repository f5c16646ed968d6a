"""Asking the taxpayer: letter, telephone, interview, visit (4a, 4b, 4c)."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past.evidence import photograph, receipt
from caseflow.demo.past.scene import Scene

_FULL_DAYS, _SPARE_DAYS = 3, 3
_ONE_IN_MANY = 25
_POSTPONED = 12


def inquire(scene: Scene) -> dict[str, Any]:
    """4a: by telephone, or a letter for the chief to sign."""
    ways = scene.fate.ways if scene.is_verification else ("phone",)
    if "letter" in ways:
        return {"inquiry_method": "letter", "questions": scene.words.questions()}
    result = "unreachable" if ways[-1:] == ("onsite",) else "answered"
    answer = "多次拨打登记电话均无人接听。" if result == "unreachable" else scene.words.answer()
    return {
        "inquiry_method": "phone",
        "contact_name": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "phone_number": scene.taxpayer.phone or "0411-80000000",
        "called_at": scene.ago(25),
        "contact_result": result,
        "answer": answer,
        "files": [],
    }


def sign_letter(scene: Scene) -> dict[str, Any]:
    """4a: the chief signs; now and then a letter must be mended first."""
    if scene.fate.chance(_POSTPONED) == 1 and scene.times("wv_letter_signature") == 0:
        opinion = "询问事项应列明具体税款所属期，请修改后重报。"
        return {"letter_signature": "send_back", "opinion": opinion}
    return {"letter_signature": "sign", "opinion": "同意发出。"}


def serve_letter(scene: Scene) -> dict[str, Any]:
    """4a: served, or nobody was there to take it."""
    if scene.fate.chance(_ONE_IN_MANY) == 0:
        reason = "到登记地址送达，无人签收，邮寄被退回。"
        return {"letter_service": "failed", "failure_reason": reason}
    return {"letter_service": "served", **_served(scene)}


def reply(scene: Scene) -> dict[str, Any]:
    """4a: the taxpayer's answer, or none by the day it was due."""
    if is_silent(scene):
        return {
            "contact_result": "no_reply",
            "answer": "至答复期限届满未收到书面答复。",
            "files": [],
            "next_step": "interview",
        }
    return {"contact_result": "answered", "answer": scene.words.answer(), "files": []}


def is_silent(scene: Scene) -> bool:
    """Whether this taxpayer lets the time for an answer run out."""
    return scene.is_verification and scene.fate.ways == ("letter", "interview")


def apply_interview(scene: Scene) -> dict[str, Any]:
    """4b: the officer asks for an interview."""
    return {
        "reason": scene.words.reason_of_contact(),
        "doubts": [str(doubt.id) for doubt in scene.doubts],
        "persons": ["finance_head", "tax_clerk"],
        "place": "税源管理科约谈室",
        "questions": scene.words.asked(),
        "announce": "yes",
        "materials": "有关期间的账簿、凭证、购销合同及银行对账单复印件。",
    }


def approve_interview(scene: Scene) -> dict[str, Any]:
    """4b: the chief agrees."""
    del scene
    return {"interview_approval": "agree"}


def fix_interview(scene: Scene) -> dict[str, Any]:
    """4b: a time that leaves three full working days after service."""
    return {"interview_at": _meeting(scene)}


def serve_notice(scene: Scene) -> dict[str, Any]:
    """4b, 4c: a notice is served."""
    return _served(scene)


def interview_outcome(scene: Scene) -> dict[str, Any]:
    """4b: held, put off once, or nobody came."""
    is_missed = scene.fate.outcome.value == "opened_ta" and "interview" in scene.fate.ways
    if is_missed and scene.is_verification:
        return {"contact_result": "absent", "note": "约定时间纳税人未到场，电话催告后仍未前来。"}
    if scene.fate.chance(_POSTPONED) == 0 and scene.times("wv_interview_outcome") == 0:
        note = "企业财务负责人出差，书面申请延期接受约谈。"
        return {"contact_result": "postponed", "postponed_to": _meeting(scene), "note": note}
    return {"contact_result": "held"}


def postpone(scene: Scene) -> dict[str, Any]:
    """4b: the chief agrees to the new time."""
    del scene
    return {"postponement_decision": "agree"}


def record_interview(scene: Scene) -> dict[str, Any]:
    """4b: the record of the interview, both officers present."""
    return {
        "started_at": scene.ago(110),
        "ended_at": scene.ago(35),
        "officers": [str(scene.case.main_officer_id), str(scene.case.second_officer_id)],
        "interviewed": f"{scene.taxpayer.finance_head or scene.taxpayer.legal_rep}（财务负责人）",
        "agent": "no",
        "questions": [{"question": scene.words.asked(), "answer": scene.words.replied()}],
        "signature": "signed",
    }


def apply_onsite(scene: Scene) -> dict[str, Any]:
    """4c: the officer asks for a visit."""
    last = scene.calendar.add_working_days(scene.today, 4).on
    return {
        "reason": scene.words.reason_of_contact(),
        "doubts": [str(doubt.id) for doubt in scene.doubts],
        "place": "business_premises",
        "visit_from": scene.today.isoformat(),
        "visit_to": last.isoformat(),
        "officers": [
            {"row": str(officer), "certificate_number": number}
            for officer, number in scene.certificates()
        ],
        "notify_in_advance": "yes",
        "examine_books": "yes" if scene.fate.chance(3) == 0 else "no",
    }


def approve_onsite(scene: Scene) -> dict[str, Any]:
    """4c: the chief agrees."""
    del scene
    return {"onsite_approval": "agree"}


def approve_books(scene: Scene) -> dict[str, Any]:
    """4c: the leader agrees to an examination of the books."""
    del scene
    return {"books_approval": "agree"}


def record_visit(scene: Scene) -> dict[str, Any]:
    """4c: what was found at the premises."""
    outcome = scene.fate.outcome.value if scene.is_verification else ""
    found = {"opened_ab": "not_found", "not_verifiable": "closed"}.get(outcome, "trading")
    facts = {
        "not_found": "登记地址已无该户经营，物业证实搬离数月，法定代表人电话停机。",
        "closed": "经营场所大门上锁，停业告示已贴出，邻近商户不知负责人去向。",
        "trading": "现场正常经营，查看库存及出入库记录，盘点数与账面基本一致。",
    }
    is_present = found == "trading"
    shot = photograph(f"{scene.case.number}-{scene.times('wv_onsite_record')}")
    return {
        "started_at": scene.ago(130),
        "ended_at": scene.ago(40),
        "onsite_found": found,
        "facts": facts[found],
        "counts": [],
        "photographs": [scene.upload("photographs", shot)],
        "finance_signature": "signed" if is_present else "refused",
        **({} if is_present else {"witness": "物业管理人员"}),
        "new_doubts": None,
        "next_step": "desk" if is_present else "conclude",
    }


def confirm(scene: Scene) -> dict[str, Any]:
    """4b, 4c: the second officer confirms; now and then a record is objected to first."""
    if scene.fate.chance(_ONE_IN_MANY) == 1 and scene.times("wv_second_confirmation") == 0:
        return {"confirmation": "object", "objection": "笔录中在场时间填写有误，请更正后再确认。"}
    return {"confirmation": "confirm"}


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "wv_inquiry": inquire,
    "wv_letter_signature": sign_letter,
    "wv_letter_service": serve_letter,
    "wv_reply": reply,
    "wv_interview_application": apply_interview,
    "wv_interview_approval": approve_interview,
    "wv_interview_notice": fix_interview,
    "wv_notice_service": serve_notice,
    "wv_interview_outcome": interview_outcome,
    "wv_postponement": postpone,
    "wv_interview_record": record_interview,
    "wv_onsite_application": apply_onsite,
    "wv_onsite_approval": approve_onsite,
    "wv_books_approval": approve_books,
    "wv_onsite_record": record_visit,
    "wv_second_confirmation": confirm,
}


def _served(scene: Scene) -> dict[str, Any]:
    exhibit = receipt(scene.taxpayer.name, scene.case.number, scene.today.isoformat())
    return {
        "served_on": scene.today.isoformat(),
        "method": "direct",
        "receiver": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "receipt": [scene.upload("receipt", exhibit)],
    }


def _meeting(scene: Scene) -> str:
    earliest = scene.calendar.day_after_full_working_days(scene.today, _FULL_DAYS).on
    day = scene.calendar.add_working_days(earliest, _SPARE_DAYS).on
    return datetime.combine(day, time(9, 30), BUREAU_ZONE).isoformat()
