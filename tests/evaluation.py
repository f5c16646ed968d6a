"""People at work on a tax evaluation, step by step, as its journeys tell it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case
from caseflow.vocabulary import Actor
from tests import desk
from tests.cast import Cast

OPINION = "同意，事实清楚。"
TEXT = "已核对申报表、发票和一户式档案，逐项写明。"
VAT = {
    "tax": "vat",
    "period": "2009-12",
    "declared": "10000.00",
    "recomputed": "18000.00",
    "due_on": "2010-01-18",
    "recovery": "calculation_error",
    "income_adjustment": None,
    "loss_offset": None,
    "credit_reduced": None,
}
SERVED = {"method": "direct", "receiver": "财务负责人", "receipt": []}


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in a step and read the case anew, as another person would find it."""
    desk.do(session, who, case, element, answers)
    session.expire_all()


def assigned(session: Session, people: Cast, case: Case) -> None:
    """2: dispatched, assigned, accepted by both."""
    dispatched = {"section": str(case.section_id), "priority": "normal"}
    do(
        session,
        people.leader,
        case,
        "dispatching/dispatch",
        dispatch_decision="assign",
        **dispatched,
    )
    named = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    do(
        session,
        people.chief,
        case,
        "dispatching/assign",
        assign_decision="assign",
        note="人员熟悉该行业。",
        **named,
    )
    accepted = {"recusal": "none", "accept_decision": "accept"}
    do(session, people.officer, case, "dispatching/accept_main", **accepted)
    do(session, people.partner, case, "dispatching/accept_second", **accepted)


def reviewed(session: Session, people: Cast, case: Case, then: str, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """3: the desk review of every doubt, without the chief's signature."""
    do(session, people.officer, case, "desk_review", **review(session, case, then, **changes))


def review(session: Session, case: Case, then: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a desk review: cleared, every doubt is explained, else confirmed."""
    result = changes.pop("result", "explained" if then == "cleared" else "confirmed")
    doubts = desk.doubts_of(session, case)
    compared = dict.fromkeys(("warning_value", "peers", "own_history", "other_taxes"), "done")
    doubt = {
        **compared,
        "result": result,
        "text": TEXT,
        "evidence": [],
        "error_kind": "calc_or_form_error" if result == "confirmed" else None,
    }
    estimate = {"tax": "vat", "period": "2009-12", "amount": "8000.00"}
    return {
        "basic_data": TEXT,
        "data_checked": TEXT,
        "usual_problems": None,
        "methods": ["paper"],
        "steps": [{"row": f"{each}:V01", "state": "done"} for each in doubts],
        "doubts": [{"row": str(each), **doubt} for each in doubts],
        "estimates": [estimate] if result == "confirmed" else [],
        "new_doubts": [],
        "signs": ["none"],
        "next_step": then,
        **changes,
    }


def signed(session: Session, people: Cast, case: Case) -> None:
    """3: the chief agrees to the desk review."""
    do(session, people.chief, case, "sign_desk", desk_signature="agree", opinion=OPINION)


def determination(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a determination: every doubt confirmed, VAT of one month made up."""
    doubt = {
        "finding": changes.pop("finding", "confirmed"),
        "cause": "calc_or_form_error",
        "reasons": TEXT,
        "proved_by": ["paper"],
        "evidence": [],
        "indicator_verdict": "right",
    }
    return {
        "determination_next": "submit",
        "next_step": None,
        "doubts": [{"row": str(each), **doubt} for each in desk.doubts_of(session, case)],
        "amounts": [VAT],
        "signs": ["none"],
        "related_party": "no",
        "belongs_to": "none",
        "ground": "none",
        "explained": None,
        "refused_with_reason": None,
        "duties": ["none"],
        "fine_proposed": "no",
        "outcome_change": None,
        **changes,
    }


def determined(session: Session, people: Cast, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """6: the main officer submits a determination."""
    do(session, people.officer, case, "determination", **determination(session, case, **changes))


def agreed(session: Session, people: Cast, case: Case) -> None:
    """6a: the chief agrees."""
    do(session, people.chief, case, "review", review_decision="agree", opinion=OPINION)


def convened(session: Session, people: Cast, case: Case, members: Sequence[Actor]) -> None:
    """6d: reported, and the chair, the first of the members, convenes them."""
    report = dict.fromkeys(("facts", "evidence", "disputed", "law", "proposal"), TEXT)
    do(session, people.officer, case, "panel_report", **report)
    meeting = {"meeting_at": clock.now().isoformat(), "place": "三楼会议室"}
    ids = [str(member.user_id) for member in members]
    do(session, members[0], case, "convene", members=ids, replaced_reason=None, **meeting)


def put(
    session: Session, chair: Actor, case: Case, motion: str = "as_proposed", **more: object
) -> None:
    """6d: the chair puts a motion."""
    told = {"officers_left": "九时十分汇报，九时三十分退场", "discussion": TEXT}
    do(session, chair, case, "motion", motion=motion, **told, **more)


def voted(session: Session, case: Case, ballots: dict[Actor, str]) -> None:
    """6d: each member votes."""
    for member, ballot in ballots.items():
        task = desk.own_task(session, member, case, "vote")
        desk.hand_in(
            session,
            member,
            task,
            {"tie": "none", "vote": ballot, "opinion": "已阅案卷，意见如上。"},
        )
        session.expire_all()


def minuted(session: Session, case: Case, members: Sequence[Actor]) -> None:
    """6d: minutes by the chair, signed by all others."""
    do(session, members[0], case, "minutes", summary=TEXT, decision_text=TEXT)
    for member in members[1:]:
        task = desk.own_task(session, member, case, "minutes_sign")
        desk.hand_in(session, member, task, {"minutes_signature": "sign"})
        session.expire_all()


def paper_served(
    session: Session, people: Cast, case: Case, paper: str, by: Actor, *, on: str
) -> None:
    """7: a paper drafted, signed and served on a day."""
    drafted = {"matters": TEXT, "term": 15, "consequence": "逾期依法处理。"}
    do(session, people.officer, case, "exec_notice", exec_paper=paper, **drafted)
    element = "notice_sign" if by is people.chief else "notice_sign_leader"
    do(session, by, case, element, paper_signature="sign", opinion=OPINION)
    service = {"exec_service": "served", "served_on": on, **SERVED}
    do(session, people.officer, case, "notice_serve", **service)


def reported(session: Session, people: Cast, case: Case) -> None:
    """8: the report, signed by the chief."""
    told = dict.fromkeys(("course_told", "conclusion", "advice"), TEXT)
    do(
        session,
        people.officer,
        case,
        "report",
        **told,
        lesson=None,
        management_gap="no",
        case_library="no",
    )
    do(session, people.chief, case, "sign_report", paper_signature="sign", opinion=OPINION)


def scored(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a closing review that agrees."""
    scores = dict.fromkeys(("facts", "evidence", "calculation", "procedure", "documents"), 18)
    named = {f"score_{name}": score for name, score in scores.items()}
    return {"closing_decision": "agree", "opinion": OPINION, **named, **changes}


def closed(session: Session, people: Cast, case: Case, reviewer: Actor) -> None:
    """9: a reviewer is named and agrees."""
    do(session, people.leader, case, "name_reviewer", reviewer=str(reviewer.user_id))
    task = desk.own_task(session, reviewer, case, "closing_review")
    desk.hand_in(session, reviewer, task, scored())
    session.expire_all()


def visited(
    session: Session,
    people: Cast,
    case: Case,
    *,
    access: str = "allowed",
    **changes: object,
) -> None:
    """5: an on-site check today, applied for, agreed to, recorded and confirmed."""
    asked = {
        "reason": TEXT,
        "doubts": [str(each) for each in desk.doubts_of(session, case)],
        "place": "business_premises",
        "visit_from": clock.today().isoformat(),
        "visit_to": clock.today().isoformat(),
        "officers": [
            {"row": str(each.user_id), "certificate_number": "证0010"}
            for each in (people.officer, people.partner)
        ],
        "notify_in_advance": "no",
        "no_notice_reason": TEXT,
        "examine_books": "no",
    }
    do(session, people.officer, case, "onsite/apply_onsite", **asked)
    do(session, people.chief, case, "onsite/approve_onsite", onsite_approval="agree")
    ended = clock.now() - timedelta(minutes=1)
    record = {
        "started_at": (ended - timedelta(hours=1)).isoformat(),
        "ended_at": ended.isoformat(),
        "onsite_found": "trading",
        "facts": TEXT,
        "counts": [],
        "photographs": [],
        "finance_signature": "signed",
        "next_step": "desk",
    }
    do(session, people.officer, case, "onsite/record_visit", **record)
    do(session, people.partner, case, "onsite/confirm_visit", confirmation="confirm")
    refusal = {"refusal_words": "不让进", "witness": "物业人员"} if access == "refused" else {}
    more = {"stock_count": "no", "take_books": "no", "ask_inspection": "no", "new_doubts": []}
    supplement = {**more, **refusal, **changes}
    do(session, people.officer, case, "visit_supplement", access=access, **supplement)
