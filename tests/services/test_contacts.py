"""Letter, interview and visit: what the steps of a contact ask for, issue and move."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Document
from caseflow.services.bureau import put_limit
from caseflow.vocabulary import SYSTEM, CaseStatus, DocumentStatus, Invalid
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import MONDAY, at

QUESTIONS = "2009年第四季度进项税额增长的原因是什么？\n请说明主要供货单位。"


def begun(session: Session, then: str) -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case, then=then)
    return people, case


def papers(session: Session, case: Case) -> dict[str, Document]:
    rows = session.scalars(select(Document).where(Document.case_id == case.id))
    return {row.kind: row for row in rows}


def letter_signed(session: Session) -> tuple[Cast, Case]:
    people, case = begun(session, "inquiry")
    letter = {"inquiry_method": "letter", "questions": QUESTIONS}
    desk.do(session, people.officer, case, "make_inquiry", letter)
    signed = {"letter_signature": "sign", "opinion": "同意发函"}
    desk.do(session, people.chief, case, "sign_letter", signed)
    return people, case


def served(on: str) -> dict[str, object]:
    return {
        "letter_service": "served",
        "served_on": on,
        "method": "direct",
        "receiver": "财务负责人",
        "receipt": [],
    }


def test_signing_the_letter_issues_and_numbers_it(session: Session) -> None:
    _, case = letter_signed(session)
    letter = papers(session, case)["inquiry_letter"]
    assert letter.number == f"大中国税税函〔{clock.today().year}〕1号"
    assert letter.status == DocumentStatus.ISSUED


def test_a_served_letter_stops_the_clock_until_the_reply(session: Session) -> None:
    people, case = letter_signed(session)
    desk.do(session, people.officer, case, "serve_letter", served(clock.today().isoformat()))
    assert case.status == CaseStatus.WAITING_TAXPAYER
    assert papers(session, case)["inquiry_letter"].status == DocumentStatus.SERVED
    reply = {"contact_result": "answered", "answer": "系集中备货所致", "files": []}
    desk.do(session, people.officer, case, "reply", reply)
    assert (case.paused_at, desk.open_elements(session, case)) == (None, {"desk_check"})


def test_a_letter_cannot_be_served_before_it_was_issued(session: Session) -> None:
    people, case = letter_signed(session)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.officer, case, "serve_letter", served(yesterday))
    assert desk.refused(refusal.value)["served_on"] == "before_issue"


def test_no_reply_can_be_noted_only_once_the_reply_is_due(session: Session) -> None:
    silent = {"contact_result": "no_reply", "answer": "至期限届满未收到书面答复。", "files": []}
    with at(MONDAY):
        people, case = letter_signed(session)
        desk.do(session, people.officer, case, "serve_letter", served("2010-01-25"))
        reply = desk.open_task(session, case, "reply")
    early = MONDAY + timedelta(days=7, hours=14)
    with at(early), pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.hand_in(session, people.officer, reply, {**silent, "next_step": "interview"})
    assert desk.refused(refusal.value)["contact_result"] == "reply_not_due"
    with at(MONDAY + timedelta(days=7, hours=15)):
        desk.do(session, people.officer, case, "reply", {**silent, "next_step": "interview"})
    assert desk.open_elements(session, case) == {"apply_interview"}


def applied_for_visit(session: Session, *, books: str) -> tuple[Cast, Case]:
    people, case = begun(session, "onsite")
    today = clock.today().isoformat()
    application = {
        "reason": "书面资料不足以说明库存变动",
        "doubts": [str(each) for each in desk.doubts_of(session, case)],
        "place": "business_premises",
        "visit_from": today,
        "visit_to": today,
        "officers": [{"row": str(people.officer.user_id), "certificate_number": "辽国税检0001"}],
        "notify_in_advance": "yes",
        "examine_books": books,
    }
    desk.do(session, people.officer, case, "apply_onsite", application)
    desk.do(session, people.chief, case, "approve_onsite", {"onsite_approval": "agree"})
    return people, case


def visit() -> dict[str, object]:
    return {
        "started_at": clock.start_of(clock.today()).isoformat(),
        "ended_at": clock.now().isoformat(),
        "onsite_found": "trading",
        "facts": "现场清点库存与账面一致，生产线正常运转。",
        "counts": [],
        "photographs": [],
        "finance_signature": "signed",
        "next_step": "conclude",
    }


def served_on_the_spot() -> dict[str, object]:
    service = {"served_on": clock.today().isoformat(), "method": "direct", "receiver": "出纳"}
    return {**service, "receipt": []}


def test_the_second_officer_confirms_the_visit_from_the_own_account(session: Session) -> None:
    people, case = applied_for_visit(session, books="no")
    desk.do(session, people.officer, case, "serve_visit_notice", served_on_the_spot())
    desk.do(session, people.officer, case, "record_visit", visit())
    assert desk.open_task(session, case, "confirm_visit").assignee_id == people.partner.user_id
    desk.do(session, people.partner, case, "confirm_visit", {"confirmation": "confirm"})
    assert desk.open_elements(session, case) == {"conclusion"}


def test_examining_books_needs_the_leader_and_a_notice_of_inspection(session: Session) -> None:
    people, case = applied_for_visit(session, books="yes")
    desk.do(session, people.leader, case, "approve_books", {"books_approval": "agree"})
    desk.do(session, people.officer, case, "serve_visit_notice", served_on_the_spot())
    notices = papers(session, case)
    assert notices["inspection_notice"].status == DocumentStatus.SERVED
    assert "onsite_notice" not in notices
    assert desk.open_elements(session, case) == {"record_visit"}


def test_a_visit_does_not_begin_before_its_notice_was_served(session: Session) -> None:
    people, case = applied_for_visit(session, books="no")
    assert papers(session, case)["onsite_notice"].status == DocumentStatus.ISSUED
    desk.do(session, people.officer, case, "serve_visit_notice", served_on_the_spot())
    early = visit() | {"started_at": (clock.now() - timedelta(days=1)).isoformat()}
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.officer, case, "record_visit", early)
    assert desk.refused(refusal.value)["started_at"] == "before_service"


def test_the_record_of_a_visit_is_due_ten_working_days_after_the_agreement(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = applied_for_visit(session, books="no")
    with at(MONDAY + timedelta(days=2)):
        served = served_on_the_spot()
        desk.do(session, people.officer, case, "serve_visit_notice", served)
        step = desk.open_task(session, case, "record_visit")
        assert step.due_at == clock.end_of(date(2010, 2, 8))


def asked_for_interview(session: Session) -> tuple[Cast, Case]:
    people, case = begun(session, "interview")
    application = {
        "reason": "函询答复与账面不符",
        "doubts": [str(each) for each in desk.doubts_of(session, case)],
        "persons": ["finance_head"],
        "place": "税源管理一科约谈室",
        "questions": QUESTIONS,
        "announce": "yes",
        "materials": "第四季度明细账",
    }
    desk.do(session, people.officer, case, "apply_interview", application)
    desk.do(session, people.chief, case, "approve_interview", {"interview_approval": "agree"})
    return people, case


def test_an_interview_is_at_least_three_full_working_days_after_its_notice(
    session: Session,
) -> None:
    people, case = asked_for_interview(session)
    soon = clock.now() + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        desk.do(
            session,
            people.officer,
            case,
            "set_interview_time",
            {"interview_at": soon.isoformat()},
        )
    assert desk.refused(refusal.value)["interview_at"] == "three_full_working_days"


def test_the_notice_of_an_interview_follows_its_limit(session: Session) -> None:
    with at(MONDAY):
        put_limit(session, SYSTEM, "ta_interview_notice", "5", "wd", since=date(2010, 1, 1))
        people, case = asked_for_interview(session)
        # Full working days are 26 to 29 January and 1 February.
        soon = {"interview_at": "2010-02-01T09:00:00+08:00"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "set_interview_time", soon)
        assert desk.refused(refusal.value) == {"interview_at": "three_full_working_days"}
        later = {"interview_at": "2010-02-02T09:00:00+08:00"}
        desk.do(session, people.officer, case, "set_interview_time", later)


def interview_set(session: Session, interview_at: datetime) -> tuple[Cast, Case]:
    people, case = asked_for_interview(session)
    told = {"interview_at": interview_at.isoformat()}
    desk.do(session, people.officer, case, "set_interview_time", told)
    desk.do(session, people.officer, case, "serve_notice", served_on_the_spot())
    return people, case


def served_late(session: Session, interview_at: datetime) -> tuple[Cast, Case]:
    """The notice of an interview in nine days, served when two full working days are left."""
    with at(MONDAY):
        people, case = asked_for_interview(session)
        told = {"interview_at": interview_at.isoformat()}
        desk.do(session, people.officer, case, "set_interview_time", told)
    with at(interview_at - timedelta(days=2)):
        desk.do(session, people.officer, case, "serve_notice", served_on_the_spot())
    return people, case


def test_a_notice_served_too_late_is_noted_and_asks_for_another_time(session: Session) -> None:
    interview_at = MONDAY + timedelta(days=9)
    people, case = served_late(session, interview_at)
    assert desk.open_elements(session, case) == {"set_interview_time"}
    notice = papers(session, case)["interview_notice"]
    assert notice.status == DocumentStatus.SERVED
    assert notice.served_on == clock.local_date(interview_at - timedelta(days=2))
    assert (case.facts["notice_is_late"], case.paused_at) == (True, None)
    with at(interview_at - timedelta(days=1)):
        later = {"interview_at": (interview_at + timedelta(days=7)).isoformat()}
        desk.do(session, people.officer, case, "set_interview_time", later)
        desk.do(session, people.officer, case, "serve_notice", served_on_the_spot())
    assert desk.open_elements(session, case) == {"interview_outcome"}
    assert not case.facts["notice_is_late"]


def test_an_interview_is_held_recorded_and_confirmed(session: Session) -> None:
    held = {"contact_result": "held"}
    interview_at = MONDAY + timedelta(days=9)
    with at(MONDAY):
        people, case = interview_set(session, interview_at)
        outcome = desk.open_task(session, case, "interview_outcome")
    early = interview_at - timedelta(minutes=1)
    with at(early), pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.hand_in(session, people.officer, outcome, held)
    assert desk.refused(refusal.value)["contact_result"] == "interview_not_yet"
    with at(interview_at + timedelta(hours=2)):
        desk.do(session, people.officer, case, "interview_outcome", held)
        record = {
            "started_at": interview_at.isoformat(),
            "ended_at": (interview_at + timedelta(hours=1)).isoformat(),
            "officers": [str(people.officer.user_id), str(people.partner.user_id)],
            "interviewed": "王会计（财务负责人）",
            "agent": "no",
            "questions": [{"question": "为何进项增长？", "answer": "集中备货。"}],
            "signature": "signed",
        }
        desk.do(session, people.officer, case, "record_interview", record)
        desk.do(session, people.partner, case, "confirm_interview", {"confirmation": "confirm"})
    assert desk.open_elements(session, case) == {"desk_check"}


def postponement_asked(session: Session) -> tuple[Cast, Case]:
    people, case = interview_set(session, MONDAY + timedelta(days=9))
    asked = {"contact_result": "postponed", "note": "财务负责人出差，书面申请延期。"}
    wished = (MONDAY + timedelta(days=14)).isoformat()
    desk.do(session, people.officer, case, "interview_outcome", {**asked, "postponed_to": wished})
    return people, case


def test_a_refused_postponement_leaves_the_interview_as_it_was(session: Session) -> None:
    reason = "申请延期的理由不充分，请按原定时间约谈。"
    with at(MONDAY):
        people, case = postponement_asked(session)
        refused = {"postponement_decision": "refuse", "reason": reason}
        desk.do(session, people.chief, case, "approve_postponement", refused)
    outcome = desk.open_task(session, case, "interview_outcome")
    assert outcome.return_reason == reason
    assert outcome.due_at == MONDAY + timedelta(days=9)
    assert datetime.fromisoformat(case.facts["interview_at"]) == outcome.due_at
    assert datetime.fromisoformat(case.facts["paused_until"]) == outcome.due_at
    assert (case.paused_at, case.paused_days) == (MONDAY, 0)
    assert case.status == CaseStatus.WAITING_TAXPAYER


def test_a_postponement_agreed_to_needs_a_new_notice_for_the_new_time(session: Session) -> None:
    with at(MONDAY):
        people, case = postponement_asked(session)
        before = desk.open_elements(session, case)
        agreed = {"postponement_decision": "agree"}
        desk.do(session, people.chief, case, "approve_postponement", agreed)
        desk.do(session, people.officer, case, "serve_notice", served_on_the_spot())
    assert before == {"approve_postponement"}
    outcome = desk.open_task(session, case, "interview_outcome")
    assert outcome.due_at == MONDAY + timedelta(days=14)


def test_the_chief_cannot_agree_to_a_time_too_near_for_a_notice(session: Session) -> None:
    with at(MONDAY):
        people, case = postponement_asked(session)
    with at(MONDAY + timedelta(days=11)), pytest.raises(Invalid) as refusal:
        desk.do(
            session,
            people.chief,
            case,
            "approve_postponement",
            {"postponement_decision": "agree"},
        )
    assert desk.refused(refusal.value)["postponement_decision"] == "three_full_working_days"


def test_the_notice_names_the_certificates_of_the_application(session: Session) -> None:
    people, case = applied_for_visit(session, books="yes")
    desk.do(session, people.leader, case, "approve_books", {"books_approval": "agree"})
    officers = papers(session, case)["inspection_notice"].data["officers"]
    assert officers[0]["certificate"] == "辽国税检0001"


@pytest.mark.parametrize(
    "wrong",
    ["2010-02-06T10:00:00+08:00", "2010-02-15T10:00:00+08:00", "2010-02-03T03:00:00+08:00"],
)
def test_an_interview_is_in_office_hours_of_a_working_day(session: Session, wrong: str) -> None:
    with at(MONDAY):
        people, case = asked_for_interview(session)
        told = {"interview_at": wrong}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "set_interview_time", told)
        assert desk.refused(refusal.value) == {"interview_at": "not_in_office_hours"}
        # Make-up working days are working days.
        told = {"interview_at": "2010-02-20T18:00:00+08:00"}
        desk.do(session, people.officer, case, "set_interview_time", told)
        desk.do(session, people.officer, case, "serve_notice", served_on_the_spot())
        asked = {"contact_result": "postponed", "note": "财务负责人出差。", "postponed_to": wrong}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "interview_outcome", asked)
        assert desk.refused(refusal.value) == {"postponed_to": "not_in_office_hours"}
