"""What papers say of a contact, a visit and a panel: who decided, when, and for what reason."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Document
from caseflow.models.base import Json
from caseflow.services import signers
from tests import cast, desk
from tests.services.test_contacts import applied_for_visit, postponement_asked
from tests.services.test_tax_evaluation import begun
from tests.services.test_time import MONDAY, at


def paper(session: Session, case: Case, kind: str) -> Json:
    newest = select(Document).where(Document.case_id == case.id, Document.kind == kind)
    return session.scalars(newest.order_by(Document.id.desc()).limit(1)).one().data


def said(paper: Json) -> dict[str, str]:
    """The names and values of a paper."""
    return {pair["name"]: pair["value"] for part in paper["parts"] for pair in part["pairs"]}


def test_a_postponement_agreed_to_gives_no_reason_for_refusing(session: Session) -> None:
    with at(MONDAY):
        people, case = postponement_asked(session)
        agreed = {"postponement_decision": "agree"}
        desk.do(session, people.chief, case, "approve_postponement", agreed)
    told = said(paper(session, case, "interview_postponement"))
    assert told["批复"] == "同意"
    assert "不同意的理由" not in told


def test_a_refused_postponement_gives_the_reason_of_the_chief(session: Session) -> None:
    reason = "申请延期的理由不充分，请按原定时间约谈。"
    with at(MONDAY):
        people, case = postponement_asked(session)
        refused = {"postponement_decision": "refuse", "reason": reason}
        desk.do(session, people.chief, case, "approve_postponement", refused)
    assert said(paper(session, case, "interview_postponement"))["不同意的理由"] == reason


def test_the_sheet_of_a_visit_with_books_has_the_opinion_of_the_leader_too(
    session: Session,
) -> None:
    people, case = applied_for_visit(session, books="yes")
    sheets = select(Document.id).where(Document.kind == "onsite_approval")
    assert session.scalars(sheets).all() == []
    desk.do(session, people.leader, case, "approve_books", {"books_approval": "agree"})
    signed = [each["name"] for each in paper(session, case, "onsite_approval")["opinions"]]
    assert signed == [people.chief.name, people.leader.name]


def test_a_visit_agreed_to_after_its_first_day_begins_with_the_notice(session: Session) -> None:
    people, case = applied_for_visit(session, books="yes")
    later = clock.now() + timedelta(days=3)
    with at(later):
        desk.do(session, people.leader, case, "approve_books", {"books_approval": "agree"})
    notice = paper(session, case, "inspection_notice")
    assert notice["inspection_from"] == notice["head"]["dated_on"]


def test_a_signature_names_the_post_that_was_held_not_the_first_that_may_sign(
    session: Session,
) -> None:
    people = cast.enter(session)
    roles = ("district_director", "district_deputy")
    told = signers.post_zh(session, people.deputy.user_id, roles, clock.today())
    assert told == "基层局副局长"
    assert signers.post_zh(session, people.chief.user_id, (), clock.today()) == "科（所）长"


def test_a_task_sheet_tells_the_last_day_of_its_limit(session: Session) -> None:
    with at(MONDAY):
        _people, case = begun(session)
    assert case.due_at is not None
    last_day = clock.last_day_of(case.due_at)
    told = said(paper(session, case, "evaluation_task"))
    assert told["完成期限"] == f"{last_day.year}年{last_day.month}月{last_day.day}日"
