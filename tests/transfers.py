"""Transfers to inspection at work, step by step, as their journeys tell it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Taxpayer
from caseflow.services import bureau, cases
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.vocabulary import SYSTEM, Actor, CaseKind, Role, UnitLevel
from tests import cast, desk, factories, orders
from tests.cast import Cast

TEXT = "销项发票与申报收入相差较大，账外收款有银行流水为证。"
AGREED = {"opinion": "同意，事实清楚。"}
_INSPECTION = UnitRow("90", "00", "稽查局", "Inspection", "稽查局", UnitLevel.INSPECTION)
_POSTS = (
    PostRow("selects", Role.INSPECTION_SELECTION, "90"),
    PostRow("selects_too", Role.INSPECTION_SELECTION, "90"),
    PostRow("inspects", Role.INSPECTION_LEADER, "90"),
)


def enter(session: Session) -> Cast:
    """The bureau with its inspection bureau, and the drawings of this house that are needed."""
    cast.enter(session)
    inspection_bureau(session)
    orders.deploy(session, "inspection_transfer")
    return cast.people_on_file(session)


def inspection_bureau(session: Session) -> None:
    """The inspection bureau beside the cast's own offices: who selects, who signs."""
    bureau.put_units(session, SYSTEM, [_INSPECTION], since=cast.SINCE)
    officers = [
        OfficerRow(post.login, f"员{post.login}", post.login, f"证9{n:03d}", is_demo=True)
        for n, post in enumerate(_POSTS)
    ]
    bureau.put_officers(session, SYSTEM, officers, _POSTS, since=cast.SINCE)


def origin(session: Session, people: Cast) -> Case:
    """A warning verification that a collective review transfers to inspection: it is closed."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    concluded = desk.conclusion(session, case, signs=["evasion"], finding="confirmed")
    desk.do(session, people.officer, case, "conclusion", concluded)
    agreed = {"review_decision": "agree", **AGREED}
    desk.do(session, people.chief, case, "review", agreed)
    desk.before_the_review(session, people, case, "agree")
    approved = {"approval_decision": "agree", **AGREED}
    desk.do(session, people.leader, case, "approval", approved)
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    return case


def opened(session: Session, people: Cast) -> Case:
    """A transfer that a warning verification has called for."""
    origin(session, people)
    session.expire_all()
    return session.scalars(select(Case).where(Case.kind == CaseKind.TI)).one()


def told(session: Session, case: Case, fact: str) -> None:
    """A fact of a transfer as its step would set it at this hour."""
    cases.begin(case)
    case.facts = {**case.facts, fact: clock.now().isoformat()}
    cases.put_on_record(session, SYSTEM, case, action="case.noted", payload={})


def of(session: Session, payer: Taxpayer) -> Case:
    """A transfer about a hit of December 2009 of a household, at its proposal."""
    orders.deploy(session, "inspection_transfer")
    return factories.case_of(session, CaseKind.TI, payer, "INV-002")


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in a step and read the case anew, as another person would find it."""
    desk.do(session, who, case, element, answers)
    session.expire_all()


def proposal(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a whole proposal on every doubt of the case, its hits unless ``rows``."""
    rows = changes.pop("rows", desk.doubts_of(session, case))
    doubt = {
        "facts": TEXT,
        "tax": "vat",
        "period": "2009-12",
        "estimated_tax": changes.pop("estimated_tax", "1000.00"),
        "zero_reason": None,
        "evidence": [],
    }
    listed = {"item": "银行流水", "original": "certified_copy", "pages": 12, "place": "案卷"}
    return {
        "recusal": "none",
        "ground": ["evasion"],
        "doubts": [{"row": str(each), **doubt} for each in rows],
        "evidence_list": [listed],
        "contact_data": "财务负责人，电话见一户式档案",
        "told": "仅告知正在核实申报数据，未告知移送。",
        "news": None,
        "urgency": "normal",
        **changes,
    }


def proposed(session: Session, people: Cast, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """1, 2a: proposed by the main officer, agreed to by the chief."""
    do(session, people.officer, case, "propose", **proposal(session, case, **changes))
    do(session, people.chief, case, "review", transfer_review="agree", **AGREED)


def approved(session: Session, people: Cast, case: Case, element: str = "approval") -> None:
    """2c: the leader agrees."""
    do(session, people.leader, case, element, transfer_approval="agree", **AGREED)


def sent_on(session: Session, people: Cast, case: Case) -> None:
    """3, 4: handed over by the district, sorted and sent on by the division."""
    today = clock.today().isoformat()
    papers = [{"item": "移送稽查建议书", "number": None, "pages": 3}]
    carried = {"papers": papers, "carrier": "员info", "handed_on": today}
    do(session, people.info, case, "hand_over", pages_checked="yes", **carried)
    checked = {"complete": "yes", "ground_fits": "yes", "at_inspection": "no"}
    do(session, people.division, case, "sort", received_on=today, sorting="send_on", **checked)


def accepted(session: Session, people: Cast, case: Case) -> None:
    """5: accepted by the selection post, signed by the inspection leader."""
    source = {"selection_number": "案源20100001", "opened_on": clock.today().isoformat()}
    answer = {"recusal": "none", "source_answer": "accept", "joined": "no", **source}
    do(session, people.selects, case, "accept_source", **answer)
    do(session, people.inspects, case, "sign_answer", inspection_signature="sign")


def final(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a final feedback: evasion, every doubt confirmed, the tax paid."""
    tax = {"tax": "vat", "period": "2009-12", "insp_tax": "8000.00", "surcharge": "120.00"}
    paid = {"fine": "4000.00", "tax_paid": "8000.00", "surcharge_paid": "0", "fine_paid": "0"}
    doubts = desk.doubts_of(session, case)
    return {
        "feedback_kind": "final",
        "nature": "evasion",
        "doubts": [{"row": str(each), "finding": "confirmed"} for each in doubts],
        "taxes": [{**tax, **paid, "paid_on": clock.today().isoformat()}],
        "treatment_number": "大国税稽处〔2010〕1号",
        "judicial": "no",
        "advice": "加强对现金收款行业的票表比对。",
        "advice_unit": "税源管理一科",
        "closed_on": clock.today().isoformat(),
        **changes,
    }


def fed_back(session: Session, people: Cast, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """7, 7b: the result, signed by the inspection leader."""
    do(session, people.selects, case, "feedback", **final(session, case, **changes))
    do(session, people.inspects, case, "sign_feedback", inspection_signature="sign")


def registration(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a registration of the result."""
    doubts = desk.doubts_of(session, case)
    return {
        "file_updated": "yes",
        "credit": "D",
        "credit_reason": "偷税行为已经查实，建议调整。",
        "open_duties": ["none"],
        "advice_answer": "已将该行业纳入票表比对范围。",
        "doubts": [{"row": str(each), "indicator_verdict": "right"} for each in doubts],
        **changes,
    }


def registered(session: Session, people: Cast, case: Case) -> None:
    """8: registered by the main officer, confirmed by the chief: closed."""
    do(session, people.officer, case, "register", **registration(session, case))
    do(session, people.chief, case, "confirm_registration", registration_decision="agree")
