"""Abnormal households: reminded, ordered, looked for; filed after all, or not to be found."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past.answers import conclusions
from caseflow.demo.past.evidence import Exhibit, extract, photograph
from caseflow.demo.past.scene import Scene
from caseflow.filing_deadlines import table
from caseflow.reads import step_choices

_FILES = 2  # one in so many files in the end
_LIMIT = "10"
_DECEMBER = 12
_GONE = "该户连续多期未申报，经催报、责令限期改正和实地核查，查无下落。"
_FILED = "该户经责令后已补办全部所属期的纳税申报。"
# Whom two officers ask about a household that they do not find, and what they are told.
_TOLD: Mapping[str, tuple[str, str]] = {
    "registered_address": ("物业值班人员", "该址已由其他单位使用，不认识该户。"),
    "business_address": ("门卫", "大门上锁，门内无人，数月未见有人经营。"),
    "neighbours": ("邻近商户", "该户早已搬走，去向不明。"),
    "telephone": ("无人应答", "登记的号码已停机。"),
    "aic": ("登记窗口人员", "登记的住所和电话与税务登记一致，没有新的线索。"),
    "local_tax": ("管理科人员", "同期也未申报，没有联系上。"),
    "bank": ("开户行柜员", "账户已久无往来，余额不足百元。"),
}


def remind(scene: Scene) -> dict[str, Any]:
    """3a: nobody answers, or promises and does not file."""
    return {
        "method": "phone",
        "contact": scene.taxpayer.finance_head or scene.taxpayer.legal_rep,
        "phone": scene.taxpayer.phone or "0411-84000000",
        "reminded_at": scene.ago(25),
        "answer": "电话无人接听。" if is_gone(scene) else "答应近期补办申报。",
        "remind_result": "not_filed",
    }


def order(scene: Scene) -> dict[str, Any]:
    """3b: the missing return is to be filed."""
    period = scene.doubts[0].period if scene.doubts else scene.case.period
    return {
        "periods": [
            {
                "tax": "vat",
                "period": conclusions.written(period),
                "deadline": _deadline(scene, period).isoformat(),
            }
        ],
        "requirement": "限期补报所列所属期的增值税纳税申报表及附报资料。",
        "limit_days": _LIMIT,
    }


def sign_order(scene: Scene) -> dict[str, Any]:
    """3c: the chief signs."""
    del scene
    return {"order_signature": "sign", "opinion": "同意责令限期改正。"}


def limit(scene: Scene) -> dict[str, Any]:
    """3f: filed within the limit, or nothing came."""
    rows = step_choices.offers(scene.session, scene.case, "missed_periods")
    if is_gone(scene):
        return {"periods": [{"row": row.key, "result": "not_filed"} for row in rows]}
    filed = {
        "result": "filed",
        "return_number": f"SB{scene.today:%Y%m%d}{scene.case.id:05}",
        "filed_on": scene.today.isoformat(),
        "tax_paid": "0.00",
        "surcharge_paid": "0.00",
    }
    return {"periods": [{"row": row.key, **filed} for row in rows]}


def apply_visit(scene: Scene) -> dict[str, Any]:
    """3g: the places where the household may be."""
    until = scene.calendar.add_working_days(scene.today, 3).on
    return {
        "place": "登记的注册地址和生产经营地址",
        "visit_from": scene.today.isoformat(),
        "visit_to": until.isoformat(),
        "officers": [
            {"row": str(user_id), "certificate": number} for user_id, number in scene.certificates()
        ],
    }


def record_visit(scene: Scene) -> dict[str, Any]:
    """3g: every place asked, nobody found, nothing left that could be seized."""
    sources = step_choices.offers(scene.session, scene.case, "abnormal_sources")
    return {
        "started_at": scene.ago(150),
        "ended_at": scene.ago(40),
        "places": [_asked(scene, source.key) for source in sources],
        "onsite_found": "not_found",
        "property_found": "none",
        "arrears": "0.00",
        "photos": [scene.upload("photos", photograph(f"{scene.case.number}-ab"))],
    }


def _asked(scene: Scene, source: str) -> dict[str, Any]:
    """What a place or source told of the household; nobody rents to all of them."""
    if source not in _TOLD:
        return {"row": source, "result": "not_possible", "reason": "经营场所系自有，没有出租人。"}
    person, answer = _TOLD[source]
    checked = {"result": "checked", "at": scene.ago(90), "person": person, "answer": answer}
    return {"row": source, **checked}


def conclude(scene: Scene) -> dict[str, Any]:
    """5: to be identified as abnormal, or corrected."""
    text = _GONE if is_gone(scene) else _FILED
    exhibit = extract(scene.taxpayer.name, scene.case.number, text)
    return {
        "files": [scene.upload("files", exhibit)],
        "doubts": [
            {
                "row": str(doubt.id),
                "finding": "confirmed",
                "cause": "registration_fault",
                "reasons": text,
                "indicator_verdict": "right",
            }
            for doubt in scene.doubts
        ],
        "facts": text,
        "signs": ["none"],
        "arrears": "0.00",
        "invoices_left": "无",
        "identification_text": _GONE,
        "penalty": "not_needed",
        "penalty_reason": "查无下落或已及时补办，暂不立案处罚。",
    }


def list_invoices(scene: Scene) -> dict[str, Any]:
    """7b: no special invoices are out."""
    del scene
    return {"has_ranges": "no"}


def announce(scene: Scene) -> dict[str, Any]:
    """7c: the household is named on the website and in the halls."""
    return {
        "public_notice": "announce",
        "text": f"{scene.taxpayer.name}经实地核查查无下落，现认定为非正常户，予以公告。",
        "public_places": ["website", "halls"],
    }


def sign_notice(scene: Scene) -> dict[str, Any]:
    """7d: the leader signs."""
    del scene
    return {"public_signature": "sign", "opinion": "同意公告。"}


def announced(scene: Scene) -> dict[str, Any]:
    """7e: where and when."""
    copy = Exhibit("公告样张.txt", f"非正常户公告（演练数据）\n{scene.taxpayer.name}\n".encode())
    return {
        "published_at": "区国税局网站",
        "published_on": scene.today.isoformat(),
        "copy": [scene.upload("copy", copy)],
    }


def is_gone(scene: Scene) -> bool:
    """Whether nobody will be found."""
    return scene.fate.chance(_FILES) != 0


def due_on(scene: Scene) -> date | None:
    """The last day of the order, for who does not file."""
    due_at = scene.task.due_at
    return _day(due_at) if due_at else None


FORMS: Mapping[str, Callable[[Scene], dict[str, Any]]] = {
    "ab_reminder": remind,
    "ab_order": order,
    "ab_order_signature": sign_order,
    "ab_limit": limit,
    "ab_onsite_application": apply_visit,
    "ab_onsite_record": record_visit,
    "ab_conclusion": conclude,
    "ab_invoice_list": list_invoices,
    "ab_public_notice": announce,
    "ab_public_notice_signature": sign_notice,
    "ab_public_notice_done": announced,
}


def _deadline(scene: Scene, period: int) -> date:
    year, month = divmod(period, 100)
    year, month = (year + 1, 1) if month in {0, _DECEMBER} else (year, month + 1)
    return min(table(scene.calendar, year)[month - 1].on, scene.today - timedelta(days=1))


def _day(at: datetime) -> date:
    return at.astimezone(BUREAU_ZONE).date()
