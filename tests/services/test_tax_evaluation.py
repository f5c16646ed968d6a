"""Tax evaluation on the shipped drawing: its main road and its side roads, rule by rule."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import AssessedAmount, Case, Document, Post, Referral, Task, TaxWarning
from caseflow.services import limits
from caseflow.vocabulary import Actor, AskedKind, CaseKind, CaseStatus, Invalid, TaskStatus
from tests import cast, desk, evaluation, factories
from tests.cast import Cast
from tests.services.test_time import at

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)


def begun(session: Session, *, score: str = "6.0") -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.evaluation(session, factories.taxpayer(session), score=score)
    evaluation.assigned(session, people, case)
    return people, case


def papers(session: Session, case: Case) -> list[str]:
    rows = session.scalars(
        select(Document.kind).where(Document.case_id == case.id).order_by(Document.id)
    )
    return list(rows)


def interview(session: Session, people: Cast, case: Case) -> None:
    asked = {
        "reason": evaluation.TEXT,
        "doubts": [str(each) for each in desk.doubts_of(session, case)],
        "persons": ["finance_head"],
        "place": "税源管理一科",
        "questions": "十二月销售收入的构成是什么？",
        "announce": "yes",
        "materials": "十二月明细账",
    }
    evaluation.do(session, people.officer, case, "interview/apply_interview", **asked)
    evaluation.do(
        session, people.chief, case, "interview/approve_interview", interview_approval="agree"
    )
    when = "2010-01-29T09:00:00+08:00"
    evaluation.do(session, people.officer, case, "interview/set_interview_time", interview_at=when)
    evaluation.do(
        session,
        people.officer,
        case,
        "interview/serve_notice",
        served_on="2010-01-25",
        **evaluation.SERVED,
    )


def held(session: Session, people: Cast, case: Case) -> None:
    evaluation.do(
        session, people.officer, case, "interview/interview_outcome", contact_result="held"
    )
    record = {
        "started_at": "2010-01-29T09:00:00+08:00",
        "ended_at": "2010-01-29T10:30:00+08:00",
        "officers": [str(people.officer.user_id), str(people.partner.user_id)],
        "interviewed": "财务负责人 样例人",
        "agent": "no",
        "questions": [{"question": "收入构成？", "answer": "批发收入。"}],
        "signature": "signed",
    }
    evaluation.do(session, people.officer, case, "interview/record_interview", **record)
    evaluation.do(
        session, people.partner, case, "interview/confirm_interview", confirmation="confirm"
    )
    told = {"duty_told": "yes", "pages_signed": "yes", "agent": "no", "outside_finance": "no"}
    listed = [{"name": "十二月明细账", "pages": 12, "original": "no"}]
    evaluation.do(
        session,
        people.officer,
        case,
        "interview_material",
        **told,
        group_interview="no",
        material="yes",
        materials=listed,
    )


def paid(session: Session, case: Case, **changes: object) -> dict[str, object]:
    row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).one()
    line = {
        "row": str(row.id),
        "tax_paid": "8000.00",
        "surcharge_paid": str(changes.pop("surcharge", "104.00")),
        "paid_on": changes.pop("paid_on", "2010-02-13"),
    }
    return {
        "follow_up": "done",
        "return_number": "ZZSB-2010-1",
        "filed_on": "2010-02-10",
        "payments": [line],
        "accounts": "done",
        **changes,
    }


def test_evaluation_from_dispatch_to_its_report_by_five_different_people(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "interview")
        evaluation.signed(session, people, case)
        interview(session, people, case)
    with at(MONDAY + timedelta(days=4, hours=2)):
        held(session, people, case)
        evaluation.reviewed(session, people, case, "onsite")
        evaluation.visited(session, people, case)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.determined(session, people, case)
        assert case.facts["outcome"] == "self_corrected"
        evaluation.do(
            session,
            people.chief,
            case,
            "review",
            review_decision="differ",
            own_outcome="guided",
            own_amounts=[],
            difference=evaluation.TEXT,
            opinion=evaluation.OPINION,
        )
        members = [people.leader, people.deputy, people.legal]
        evaluation.convened(session, people, case, members)
        evaluation.put(session, people.leader, case)
        evaluation.voted(
            session, case, {people.leader: "for", people.deputy: "against", people.legal: "for"}
        )
        evaluation.minuted(session, case, members)
        evaluation.paper_served(
            session, people, case, "self_check_notice", people.chief, on="2010-01-29"
        )
        assert case.status == CaseStatus.WAITING_TAXPAYER
    with at(MONDAY + timedelta(days=19)):
        evaluation.do(session, people.officer, case, "follow_up", **paid(session, case))
        evaluation.reported(session, people, case)
        evaluation.closed(session, people, case, people.other_chief)
        evaluation.do(
            session,
            people.leader,
            case,
            "closing_approval",
            closing_decision="agree",
            opinion=evaluation.OPINION,
        )
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "self_corrected")
    assert papers(session, case) == [
        "evaluation_task",
        "evaluation_paper",
        "interview_approval",
        "interview_notice",
        "interview_record",
        "material_receipt",
        "evaluation_paper",
        "onsite_approval",
        "onsite_record",
        "evaluation_paper",
        "collective_minutes",
        "evaluation_determination",
        "surcharge_sheet",
        "self_check_notice",
        "evaluation_report",
    ]
    report = session.scalars(
        select(Document).where(Document.case_id == case.id, Document.kind == "evaluation_report")
    ).one()
    assert report.number == "大中国税评报〔2010〕1号"
    minutes = session.scalars(
        select(Document).where(Document.case_id == case.id, Document.kind == "collective_minutes")
    ).one()
    # The chair, and every other member under a post of its own.
    assert len({each["name"] for each in minutes.data["opinions"]}) == 3
    assert [part["title"] for part in report.data["parts"]].count("质量评分（每项满分20分）") == 1
    done = session.scalars(
        select(Task.done_by).where(Task.case_id == case.id, Task.status == TaskStatus.DONE)
    )
    assert len(set(done)) >= 5


def test_cleared_on_paper_the_chief_ends_it_and_nothing_goes_out(session: Session) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "cleared")
    evaluation.signed(session, people, case)
    evaluation.reported(session, people, case)
    evaluation.closed(session, people, case, people.other_chief)
    warning = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).one()
    assert (case.status, case.outcome, warning.finding) == (
        CaseStatus.CLOSED,
        "cleared",
        "explained",
    )
    assert papers(session, case) == [
        "evaluation_task",
        "evaluation_paper",
        "evaluation_determination",
        "evaluation_report",
    ]


def test_signs_lead_to_the_panel_then_a_leader_who_did_not_vote_and_a_referral(
    session: Session,
) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "determine", signs=["evasion"])
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case, signs=["evasion"])
    evaluation.agreed(session, people, case)
    members = [people.deputy, people.legal, people.other_chief]
    evaluation.convened(session, people, case, members)
    evaluation.put(session, people.deputy, case)
    evaluation.voted(session, case, dict.fromkeys(members, "for"))
    evaluation.minuted(session, case, members)
    assert desk.barred_by(session, people.deputy, case, "approval") == "vote"
    evaluation.do(
        session,
        people.leader,
        case,
        "approval",
        approval_decision="agree",
        opinion=evaluation.OPINION,
    )
    referral = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (referral.kind, referral.opened_case_id) == (CaseKind.TI, None)
    assert desk.open_elements(session, case) == {"report"}


def test_an_objection_is_reviewed_by_another_and_decided_by_the_panel(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.signed(session, people, case)
        evaluation.determined(session, people, case)
        evaluation.agreed(session, people, case)
        evaluation.paper_served(
            session, people, case, "self_check_notice", people.chief, on="2010-01-25"
        )
        objection = {"objected_on": "2010-01-25", "objection_reasons": evaluation.TEXT}
        evaluation.do(
            session,
            people.officer,
            case,
            "follow_up",
            follow_up="objection",
            objection_evidence=[],
            **objection,
        )
        named = {"reviewer": str(people.other_chief.user_id)}
        evaluation.do(session, people.leader, case, "name_objection_reviewer", **named)
        task = desk.own_task(session, people.other_chief, case, "objection_review")
        # The ten days of `objection` are the taxpayer's; the reviewer has those of an opinion.
        two_days = limits.of_today(session).calendar.add_working_days(clock.today(), 2)
        assert task.due_at == clock.end_of(two_days.on)
        found = {
            "in_time": "yes",
            "points": evaluation.TEXT,
            "evidence_checked": evaluation.TEXT,
            "objection_opinion": "maintain",
        }
        desk.hand_in(session, people.other_chief, task, found)
        session.expire_all()
        evaluation.determined(session, people, case)
        evaluation.agreed(session, people, case)
        assert case.facts["decided_by"] == "collective"
        members = [people.deputy, people.leader, people.legal]
        evaluation.convened(session, people, case, members)
        evaluation.put(session, people.deputy, case)
        evaluation.voted(session, case, dict.fromkeys(members, "for"))
        evaluation.minuted(session, case, members)
        demand = {"matters": evaluation.TEXT, "term": 15, "consequence": "依法处理。"}
        codes = refused(session, people.officer, case, "exec_notice", exec_paper="demand", **demand)
        assert codes == {"exec_paper": "objection_first"}
        evaluation.paper_served(
            session, people, case, "objection_reply", people.leader, on="2010-01-25"
        )
    with at(MONDAY + timedelta(days=10)):
        answers = paid(
            session, case, surcharge="68.00", paid_on="2010-02-04", filed_on="2010-02-04"
        )
        evaluation.do(session, people.officer, case, "follow_up", **answers)
        evaluation.reported(session, people, case)
        evaluation.closed(session, people, case, people.other_chief)
        agrees = {"closing_decision": "agree", "opinion": evaluation.OPINION}
        evaluation.do(session, people.leader, case, "closing_approval", **agrees)
    assert case.outcome == "assessed_and_paid"


def test_a_demand_that_is_not_met_is_determined_anew_as_a_refusal(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.signed(session, people, case)
        evaluation.determined(session, people, case)
        evaluation.agreed(session, people, case)
        evaluation.paper_served(
            session, people, case, "self_check_notice", people.chief, on="2010-01-25"
        )
    late = MONDAY + timedelta(days=30)
    with at(late):
        evaluation.do(
            session, people.officer, case, "follow_up", follow_up="unpaid", note=evaluation.TEXT
        )
        evaluation.paper_served(
            session, people, case, "demand", people.leader, on=clock.today().isoformat()
        )
    with at(late + timedelta(days=30)):
        evaluation.do(
            session, people.officer, case, "follow_up", follow_up="unpaid", note=evaluation.TEXT
        )
        evaluation.determined(session, people, case)
    assert case.facts["outcome"] == "transferred_inspection"


def refused(
    session: Session, who: Actor, case: Case, element: str, **answers: object
) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        evaluation.do(session, who, case, element, **answers)
    session.expire_all()
    return desk.refused(refusal.value)


def test_desk_review_clears_nothing_unclear_and_notices_own_errors_only(session: Session) -> None:
    people, case = begun(session)

    def tried(then: str, **changes: object) -> dict[str, str]:
        answers = evaluation.review(session, case, then, **changes)
        return refused(session, people.officer, case, "desk_review", **answers)

    assert tried("cleared", result="unclear") == {"doubts-0-result": "still_unclear"}
    assert tried("cleared", result="confirmed") == {"next_step": "not_all_cleared"}
    assert tried("risk_notice", result="explained") == {"next_step": "only_own_errors"}
    assert tried("interview", signs=["evasion"]) == {"next_step": "signs_determine"}
    assert tried("determine", signs=["none", "evasion"]) == {"signs": "none_with_others"}
    assert tried("determine", estimates=[]) == {"estimates": "estimate_needed"}


def test_no_motion_that_failed_is_put_again_and_only_the_chair_puts_one(session: Session) -> None:
    people, case = begun(session, score="12.0")
    evaluation.reviewed(session, people, case, "cleared")
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case, finding="explained", amounts=[])
    evaluation.agreed(session, people, case)
    members = [people.leader, people.deputy, people.legal]
    told = {"officers_left": "九时退场", "discussion": evaluation.TEXT, "motion": "as_proposed"}
    evaluation.convened(session, people, case, members)
    assert refused(session, people.deputy, case, "motion", **told) == {"motion": "not_the_chair"}


def test_a_panel_of_two_or_with_an_officer_is_refused(session: Session) -> None:
    people, case = begun(session, score="12.0")
    evaluation.reviewed(session, people, case, "cleared")
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case, finding="explained", amounts=[])
    evaluation.agreed(session, people, case)
    report = dict.fromkeys(("facts", "evidence", "disputed", "law", "proposal"), evaluation.TEXT)
    evaluation.do(session, people.officer, case, "panel_report", **report)

    def tried(*members: Actor) -> dict[str, str]:
        ids = [str(each.user_id) for each in members]
        meeting = {"meeting_at": clock.now().isoformat(), "place": "会议室", "members": ids}
        return refused(session, people.leader, case, "convene", **meeting)

    assert tried(people.deputy, people.legal, people.other_chief) == {"members": "chair_is_member"}
    assert tried(people.leader) == {"members": "below_quorum"}
    with_chief = tried(people.leader, people.legal, people.chief)
    assert with_chief == {"members": "member_acted_before"}


@pytest.mark.parametrize("registered_after", [4, 14])
def test_the_record_of_an_interview_is_due_by_its_limit_without_the_time_of_the_notice(
    session: Session, registered_after: int
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "interview")
        evaluation.signed(session, people, case)
        interview(session, people, case)
    with at(MONDAY + timedelta(days=registered_after)):
        evaluation.do(
            session, people.officer, case, "interview/interview_outcome", contact_result="held"
        )
        step = desk.open_task(session, case, "interview/record_interview")
        # Agreed to and served on the 25th: ten days from the interview on the 29th, however
        # late it is registered.
        assert step.due_at == clock.end_of(date(2010, 2, 12))


def test_an_interview_is_postponed_once(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "interview")
        evaluation.signed(session, people, case)
        interview(session, people, case)
        asked = {"contact_result": "postponed", "note": evaluation.TEXT}
        first = {**asked, "postponed_to": "2010-02-08T09:00:00+08:00"}
        evaluation.do(session, people.officer, case, "interview/interview_outcome", **first)
        agreed = {"postponement_decision": "agree"}
        evaluation.do(session, people.chief, case, "interview/approve_postponement", **agreed)
        served = {"served_on": "2010-01-25", **evaluation.SERVED}
        evaluation.do(session, people.officer, case, "interview/serve_notice", **served)
        again = {**asked, "postponed_to": "2010-02-22T09:00:00+08:00"}
        codes = refused(session, people.officer, case, "interview/interview_outcome", **again)
    assert codes == {"contact_result": "postponed_twice"}


def test_refused_access_is_a_refusal_until_a_daily_check_is_let_in(session: Session) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "onsite")
    evaluation.signed(session, people, case)
    evaluation.visited(session, people, case, access="refused")
    evaluation.determined(session, people, case)
    assert case.facts["outcome"] == "transferred_inspection"
    back = {"next_step": "determine", "return_reason": "facts", "return_text": evaluation.TEXT}
    evaluation.do(
        session,
        people.chief,
        case,
        "review",
        review_decision="send_back",
        opinion=evaluation.OPINION,
        **back,
    )
    evaluation.do(
        session,
        people.officer,
        case,
        "determination",
        determination_next="daily_check",
        next_step=None,
        next_reason=evaluation.TEXT,
    )
    assert case.facts["daily_check"] == "asked"
    assert desk.open_elements(session, case) == {"apply_onsite"}


def test_sums_are_the_larger_of_tax_and_a_quarter_of_the_income(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.signed(session, people, case)
        income = {**evaluation.VAT, "tax": "cit", "period": "2008-Y", "due_on": "2009-06-01"}
        income |= {"recomputed": "10000.00", "income_adjustment": "50000.00"}
        evaluation.determined(session, people, case, amounts=[income])
        evaluation.agreed(session, people, case)
        assert (case.facts["outcome"], case.facts["decided_by"]) == ("adjusted", "district_leader")
        row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).one()
        assert row.income_adjusted == Decimal("50000.00")


def test_a_line_beyond_its_time_of_recovery_shows_nothing(session: Session) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "determine")
    evaluation.signed(session, people, case)
    old = {**evaluation.VAT, "period": "2001-03", "due_on": "2001-04-10"}
    old |= {"income_adjustment": "900.00", "loss_offset": "900.00"}
    evaluation.determined(session, people, case, amounts=[old])
    row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).one()
    assert (row.recomputed, case.facts["outcome"]) == (row.declared, "guided")
    assert row.loss_offset == 0


def test_evasion_of_one_line_lengthens_the_time_of_no_other(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.signed(session, people, case)
        error = {**evaluation.VAT, "period": "2006-03", "due_on": "2006-04-10"}
        evaded = {**evaluation.VAT, "recomputed": "210000.00", "recovery": "evasion"}
        evaluation.determined(session, people, case, amounts=[error, evaded])
        found = select(AssessedAmount.period, AssessedAmount.recomputed - AssessedAmount.declared)
        rows = session.execute(found.where(AssessedAmount.case_id == case.id)).all()
        assert dict(rows) == {200603: 0, 200912: 200000}


def test_closing_waits_for_what_is_missing_and_for_a_reviewer_apart(session: Session) -> None:
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "cleared")
    evaluation.signed(session, people, case)
    evaluation.reported(session, people, case)
    chief = {"reviewer": str(people.officer.user_id)}
    codes = refused(session, people.leader, case, "name_reviewer", **chief)
    assert codes == {"reviewer": "not_eligible"}
    back = {"next_step": "report", "return_reason": "document", "return_text": evaluation.TEXT}
    named = {"reviewer": str(people.other_chief.user_id)}
    evaluation.do(session, people.leader, case, "name_reviewer", **named)
    task = desk.own_task(session, people.other_chief, case, "closing_review")
    answers = {"closing_decision": "send_back", "opinion": evaluation.OPINION, **back}
    desk.hand_in(session, people.other_chief, task, answers)
    session.expire_all()
    assert desk.open_elements(session, case) == {"report"}
    assert desk.open_task(session, case, "report").return_reason == evaluation.TEXT


@pytest.mark.parametrize(("recomputed", "copies"), [("1010000.00", 1), ("1009999.00", 0)])
def test_a_panel_on_a_million_sends_a_copy_to_the_division_of_the_tax(
    session: Session, recomputed: str, copies: int
) -> None:
    people, case = begun(session)
    post = session.scalars(select(Post).where(Post.user_id == people.division.user_id)).one()
    post.line = case.lines[0]
    factories.tell(session, "sys:people")
    evaluation.reviewed(session, people, case, "determine", signs=["evasion"])
    evaluation.signed(session, people, case)
    # 10,000 are declared; evasion is never beyond the time of recovery.
    sums = [{**evaluation.VAT, "recomputed": recomputed, "recovery": "evasion"}]
    evaluation.determined(session, people, case, signs=["evasion"], amounts=sums)
    evaluation.agreed(session, people, case)
    members = [people.deputy, people.legal, people.other_chief]
    evaluation.convened(session, people, case, members)
    evaluation.put(session, people.deputy, case)
    evaluation.voted(session, case, dict.fromkeys(members, "for"))
    evaluation.minuted(session, case, members)
    laid = select(Task.assignee_id).where(Task.asked_kind == AskedKind.COPY)
    assert session.scalars(laid).all() == [people.division.user_id] * copies
    assert "approval" in {each.split("/")[-1] for each in desk.open_elements(session, case)}
