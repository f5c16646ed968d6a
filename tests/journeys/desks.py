"""A bureau with a case at every kind of step, laid out by the verbs."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case
from tests import desk, factories
from tests.cast import Cast

TAXED = {
    "tax": "vat",
    "period": "2009-12",
    "declared": "4200.00",
    "recomputed": "24200.00",
    "due_on": "2010-01-18",
}

_SERIALS = count(1)
Walk = Callable[[Session, Cast, Case], None]


def lay_out(session: Session, people: Cast) -> dict[str, int]:
    """Bring one case to each of the steps below; gives the case that waits there."""
    return {step: case_at(session, people, step).id for step in WALKS}


def case_at(session: Session, people: Cast, step: str) -> Case:
    """Bring a case of a new taxpayer to a step."""
    case = factories.case(session, factories.taxpayer(session, serial=next(_SERIALS)))
    WALKS[step](session, people, case)
    return case


def _to_the_chief(session: Session, people: Cast, case: Case) -> None:
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})


def _to_the_contact(then: str) -> Walk:
    def walk(session: Session, people: Cast, case: Case) -> None:
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case, then=then)

    return walk


def _to_the_signature(session: Session, people: Cast, case: Case) -> None:
    _to_the_contact("inquiry")(session, people, case)
    questions = "2009年第四季度进项税额增长的原因是什么？请说明主要供货单位。"
    letter = {"inquiry_method": "letter", "questions": questions}
    desk.do(session, people.officer, case, "make_inquiry", letter)


def _to_the_taxpayer(session: Session, people: Cast, case: Case) -> None:
    _to_the_signature(session, people, case)
    desk.do(
        session, people.chief, case, "sign_letter", {"letter_signature": "sign", "opinion": "同意"}
    )
    desk.do(
        session, people.officer, case, "serve_letter", {"letter_service": "served", **_served()}
    )


def _to_the_review(session: Session, people: Cast, case: Case) -> None:
    _to_the_contact("conclude")(session, people, case)
    answers = desk.conclusion(session, case, finding="confirmed", amounts=[TAXED])
    desk.do(session, people.officer, case, "conclusion", answers)


def _sent_back(session: Session, people: Cast, case: Case) -> None:
    _to_the_review(session, people, case)
    back = {
        "review_decision": "send_back",
        "next_step": "conclude",
        "return_reason": "evidence",
        "return_text": "请补充第四季度购销合同。",
        "opinion": "退回补证。",
    }
    desk.do(session, people.chief, case, "review", back)


def _to_the_approval(session: Session, people: Cast, case: Case) -> None:
    _to_the_review(session, people, case)
    desk.do(session, people.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})


def _to_the_payment(session: Session, people: Cast, case: Case) -> None:
    _to_the_approval(session, people, case)
    agreed = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}
    desk.do(session, people.leader, case, "approval", agreed)
    desk.do(session, people.officer, case, "serve_self_check", _served())


def _to_the_closing(session: Session, people: Cast, case: Case) -> None:
    _to_the_contact("conclude")(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, people.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})


def _to_the_end(session: Session, people: Cast, case: Case) -> None:
    _to_the_closing(session, people, case)
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})


def _served() -> dict[str, Any]:
    today = clock.today().isoformat()
    return {"method": "direct", "served_on": today, "receiver": "王会计", "receipt": []}


WALKS: Mapping[str, Walk] = {
    "dispatch": lambda _session, _people, _case: None,
    "assign": _to_the_chief,
    "desk_check": desk.to_desk_check,
    "make_inquiry": _to_the_contact("inquiry"),
    "apply_interview": _to_the_contact("interview"),
    "apply_onsite": _to_the_contact("onsite"),
    "sign_letter": _to_the_signature,
    "reply": _to_the_taxpayer,
    "conclusion": _sent_back,
    "review": _to_the_review,
    "approval": _to_the_approval,
    "record_payment": _to_the_payment,
    "closing_check": _to_the_closing,
    "closed": _to_the_end,
}
