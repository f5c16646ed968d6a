"""People at work on a zero-filing investigation, step by step."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Task, Taxpayer
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseKind
from caseflow.vocabulary.choices.zero_filing import SiteItem
from tests import desk, factories
from tests.cast import Cast
from tests.desk import do

FACTS = "该户为制冰企业，冬季停产，厂房内设备封存，与电费单相符。"


def opened(session: Session, payer: Taxpayer, hits: Mapping[str, float]) -> Case:
    """An open case from hits of these indicators, each with its value."""
    factories.deploy(session, "zero_filing")
    warnings = []
    for code, value in hits.items():
        warning = factories.warning(session, payer, code=code)
        warning.value, warning.kind = value, "ZF"
        warnings.append(warning)
    return cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.ZF,
        warnings=warnings,
        score=Decimal("6.0"),
        grade=2,
        is_ti=False,
    )


def to_desk(session: Session, people: Cast, case: Case) -> None:
    """Dispatch, assign, accept twice."""
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    do(session, people.leader, case, "dispatching/dispatch", {**dispatched, "priority": "normal"})
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    do(session, people.chief, case, "dispatching/assign", named)
    accepted = {"recusal": "none", "accept_decision": "accept"}
    do(session, people.officer, case, "dispatching/accept_main", accepted)
    do(session, people.partner, case, "dispatching/accept_second", accepted)


def checked(session: Session, case: Case, then: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """Answers of the desk check: everything looked up, the doubts still unclear."""
    return {
        "steps": [
            {"row": step, "state": "done", "noted": "没有异常"}
            for step in ("V08", "V14", "V11", "V12", "V18", "V01")
        ],
        "sign_of_trade": "none",
        "doubts": [
            {"row": str(doubt), "result": "unclear"} for doubt in desk.doubts_of(session, case)
        ],
        "next_step": then,
        **more,
    }


def check(session: Session, people: Cast, case: Case, then: str, **more: Any) -> Task:  # noqa: ANN401 - answers hold any JSON
    """The desk check, handed in."""
    return do(session, people.officer, case, "desk", checked(session, case, then, **more))


TOLD = {"trade_begins": "2010年5月", "zero_reason": "冬季停产，没有销售。", "filed_by": "own_staff"}


def telephone(session: Session, people: Cast, case: Case, result: str = "answered") -> Task:
    """A call to the household."""
    check(session, people, case, "contact")
    called = {
        "inquiry_method": "phone",
        "contact": "样例会计",
        "number": "0411-80000000",
        "called_at": clock.now().isoformat(),
        "contact_result": result,
        "answer": "冬季停产，五月恢复生产。",
        "next_step": None if result in ("answered", "unreachable") else "onsite",
    }
    return do(session, people.officer, case, "inquiry/make_inquiry", called)


def apply(session: Session, people: Cast, case: Case) -> Task:
    """The application for a visit."""
    today = clock.today().isoformat()
    asked = {
        "reason": "零申报户按规定必须实地查看经营情况。",
        "places": ["business_premises"],
        "visit_from": today,
        "visit_to": today,
        "officers": [
            {"row": str(case.main_officer_id), "certificate_number": "辽税检 001"},
            {"row": str(case.second_officer_id), "certificate_number": "辽税检 002"},
        ],
    }
    return do(session, people.officer, case, "apply_onsite", asked)


def visit(session: Session, people: Cast, case: Case, found: str = "closed") -> Task:
    """A visit asked for, agreed to, made, written down and confirmed."""
    apply(session, people, case)
    do(session, people.chief, case, "approve_onsite", {"onsite_approval": "agree"})
    seen = {
        "started_at": clock.start_of(clock.today()).isoformat(),
        "ended_at": clock.now().isoformat(),
        "onsite_found": found,
        "site": [{"row": item.value, "state": "seen", "text": "见照片"} for item in SiteItem],
        "unused_invoices": "0",
        "photographs": [],
        "in_charge": "signed",
    }
    do(session, people.officer, case, "record_visit", seen)
    return do(session, people.partner, case, "confirm_visit", {"confirmation": "confirm"})


def found(session: Session, case: Case, cause: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """Answers that find a cause: every doubt explained, nothing due, no measure."""
    return {
        "cause": cause,
        "text": FACTS,
        "evidence": [],
        "doubts": [
            {"row": str(doubt), "finding": "explained", "indicator_verdict": "right"}
            for doubt in desk.doubts_of(session, case)
        ],
        "signs": ["none"],
        "amounts": [],
        "restart_expected": "no",
        "duty_not_met": "none",
        "invoice_measure": "none",
        "outcome_change": None,
        **more,
    }


def classify(session: Session, people: Cast, case: Case, cause: str, **more: Any) -> None:  # noqa: ANN401 - answers hold any JSON
    """The cause found by the main officer, signed by the second."""
    do(session, people.officer, case, "classify", found(session, case, cause, **more))
    do(session, people.partner, case, "classify_confirm", {"confirmation": "confirm"})


def reviewed(session: Session, people: Cast, case: Case) -> Task:
    """The chief agrees."""
    agreed = {"review_decision": "agree", "opinion": "原因清楚，同意"}
    return do(session, people.chief, case, "deciding/review", agreed)


def close(session: Session, people: Cast, case: Case) -> Case:
    """The last step; the case as it then stands."""
    do(session, people.officer, case, "close_check", {"sign_off": True})
    session.expire_all()
    return session.get_one(Case, case.id)


def visited(session: Session, people: Cast, case: Case) -> None:
    """A visit that found nobody, and then the cause is to be found."""
    check(session, people, case, "onsite")
    visit(session, people, case, "not_found")
    check(session, people, case, "classify")
