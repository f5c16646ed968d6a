"""Transfers to inspection on the shipped drawing: from the case that calls for one to its end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import AssessedAmount, Case, Document, Referral, Taxpayer, TaxWarning
from caseflow.reads import step_choices, transfer_supplements
from caseflow.services import attachments, cases, sights, tasks
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    WarningStatus,
)
from tests import desk, evaluation, factories, orders, transfers
from tests.cast import Cast
from tests.orders import MONDAY, at

REVIEW = "collective_review/"


def begun(session: Session) -> tuple[Cast, Case]:
    people = transfers.enter(session)
    return people, transfers.opened(session, people)


def numbers(session: Session, case: Case) -> list[str | None]:
    found = select(Document.number).where(Document.case_id == case.id).order_by(Document.id)
    return list(session.scalars(found))


def with_inspection(session: Session) -> tuple[Cast, Case]:
    """A transfer that the inspection bureau has accepted."""
    people, case = begun(session)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    transfers.sent_on(session, people, case)
    transfers.accepted(session, people, case)
    return people, case


def test_transfer_goes_from_the_proposal_to_the_registered_result(session: Session) -> None:
    with at(MONDAY):
        people, case = with_inspection(session)
        interim = {"feedback_kind": "interim", "stage": "check", "since": "2010-01-25"}
        transfers.do(session, people.selects, case, "feedback", **interim)
    with at(MONDAY + timedelta(days=20)):
        transfers.fed_back(session, people, case)
        transfers.registered(session, people, case)
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "inspection_confirmed")
    assert [each and each.split("〔")[0] for each in numbers(session, case)] == [
        "大中国税移建",
        "大中国税移单",
        "大国税稽源受",
        "大国税稽稽馈",
    ]
    warning = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).one()
    assert (warning.finding, warning.verdict) == ("confirmed", "right")
    assert warning.status == WarningStatus.CONCLUDED


def test_results_of_inspection_are_no_assessed_amounts(session: Session) -> None:
    people, case = with_inspection(session)
    transfers.fed_back(session, people, case)
    kept = session.get_one(Case, case.id).facts
    assert (kept["insp_tax"], kept["insp_fine"], kept["insp_paid"]) == (
        "8000.00",
        "4000.00",
        "8000.00",
    )
    rows = select(AssessedAmount).where(AssessedAmount.case_id == case.id)
    assert session.scalars(rows).all() == []


def test_main_officer_and_unsettled_doubts_come_along(session: Session) -> None:
    people, case = begun(session)
    assert case.facts["origin"] == "wv"
    assert case.main_officer_id == people.officer.user_id
    assert desk.open_elements(session, case) == {"propose"}
    assert len(desk.doubts_of(session, case)) == 1


def test_estimate_beyond_the_minutes_goes_before_the_collective(session: Session) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case, estimated_tax="900000.00")
    desk.before_the_review(session, people, case, "agree", within=REVIEW)
    transfers.approved(session, people, case)
    assert desk.open_elements(session, case) == {"hand_over"}


def test_after_a_vote_against_the_leader_cannot_agree(session: Session) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case, estimated_tax="900000.00")
    desk.before_the_review(session, people, case, "reject", within=REVIEW)
    with pytest.raises(Invalid) as refusal:
        transfers.approved(session, people, case)
    assert desk.refused(refusal.value) == {"transfer_approval": "collective_against"}


def test_leader_who_refuses_sends_the_doubts_to_an_evaluation(session: Session) -> None:
    people, case = begun(session)
    orders.deploy(session, "tax_evaluation")
    transfers.proposed(session, people, case)
    refused = {"transfer_approval": "refuse", "reason": "审议后纳税人已经补缴，情况有变。"}
    transfers.do(session, people.leader, case, "approval", **refused, **transfers.AGREED)
    assert session.get_one(Case, case.id).outcome == "not_transferred"
    evaluation = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
    assert evaluation.facts["origin"] == "ti_return"
    assert desk.open_elements(session, evaluation) == {"assign"}
    assert len(desk.doubts_of(session, evaluation)) == 1


def test_return_by_inspection_waits_for_the_evaluation_and_counts_as_an_attempt(
    session: Session,
) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    transfers.sent_on(session, people, case)
    answer = {"recusal": "none", "source_answer": "return", "source_reason": "facts_unclear"}
    text = {"source_text": "账外收款的事实不清，请补充。"}
    transfers.do(session, people.selects, case, "accept_source", **answer, **text)
    transfers.do(session, people.inspects, case, "sign_answer", inspection_signature="sign")
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "returned_by_inspection")
    waiting = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (waiting.kind, waiting.said["origin"]) == ("TA", "ti_return")


def test_third_sending_back_is_passed_up_instead(session: Session) -> None:
    people, case = begun(session)
    back = {"transfer_review": "send_back", "return_reason": "facts", "return_text": "事实不清。"}
    for _ in range(2):
        whole = transfers.proposal(session, case)
        transfers.do(session, people.officer, case, "propose", **whole)
        early = {"transfer_review": "pass_up", **transfers.AGREED}
        with pytest.raises(Invalid), session.begin_nested():
            transfers.do(session, people.chief, case, "review", **early)
        transfers.do(session, people.chief, case, "review", **back, **transfers.AGREED)
    transfers.do(session, people.officer, case, "propose", **transfers.proposal(session, case))
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        transfers.do(session, people.chief, case, "review", **back, **transfers.AGREED)
    assert desk.refused(refusal.value) == {"transfer_review": "sent_back_enough"}
    passed = {"transfer_review": "pass_up", **transfers.AGREED}
    transfers.do(session, people.chief, case, "review", **passed)


def test_handed_over_by_the_next_25th_an_urgent_one_the_next_working_day(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        transfers.proposed(session, people, case)
        transfers.approved(session, people, case)
        # 25 January is today: the next is 25 February, to its end.
        step = desk.open_task(session, case, "hand_over")
        assert step.due_at == MONDAY.replace(month=2, day=25, hour=16)
        assert step.due_facts is not None
        assert step.due_facts["rule"] == "day_of_month"


def test_feedback_is_due_a_month_after_the_opening_then_a_month_after_each(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = with_inspection(session)
        first = desk.open_task(session, case, "feedback")
        assert first.due_at == MONDAY.replace(month=2, day=25, hour=16)
        assert first.due_facts is not None
        assert first.due_facts["rule"] == "months"
    with at(MONDAY + timedelta(days=18)):
        interim = {"feedback_kind": "interim", "stage": "trial", "since": "2010-02-10"}
        transfers.do(session, people.selects, case, "feedback", **interim)
        # A month from 12 February is 12 March.
        then = desk.open_task(session, case, "feedback").due_at
        assert then == MONDAY.replace(month=3, day=12, hour=16)


def test_inspection_sees_the_case_only_once_it_is_sent_on(session: Session) -> None:
    people, case = begun(session)
    other = factories.taxpayer(session, serial=7)
    section_only = factories.case_on(session, other)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    assert not sights.sees(session, people.selects, case.id)
    transfers.sent_on(session, people, case)
    assert sights.sees(session, people.selects, case.id)
    assert not sights.sees(session, people.selects, section_only.id)
    step = desk.open_task(session, case, "accept_source")
    with pytest.raises((Forbidden, NotFound)):
        tasks.claim(session, people.officer, step.id)


def test_tie_of_the_selection_post_is_decided_by_the_inspection_leader(session: Session) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    transfers.sent_on(session, people, case)
    transfers.do(session, people.selects, case, "accept_source", recusal="in_law")
    decided = {"recusal_decision": "replace"}
    transfers.do(session, people.inspects, case, "decide_selection_recusal", **decided)
    assert not sights.sees(session, people.selects, case.id)
    tasks.claim(session, people.selects_too, desk.open_task(session, case, "accept_source").id)


def test_proposal_says_what_it_lacks(session: Session) -> None:
    people, case = begun(session)
    bad = transfers.proposal(session, case, estimated_tax="0", evidence_list=[])
    with pytest.raises(Invalid) as refusal:
        transfers.do(session, people.officer, case, "propose", **bad)
    assert desk.refused(refusal.value) == {
        "doubts-0-zero_reason": "zero_estimate_reason",
        "evidence_list": "evidence_listed",
    }


def test_package_that_is_not_whole_is_not_sent_on(session: Session) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    papers = [{"item": "移送稽查建议书", "number": None, "pages": 3}]
    today = {"carrier": "员info", "handed_on": case.opened_at.date().isoformat()}
    carried = {"papers": papers, "pages_checked": "yes", **today}
    transfers.do(session, people.info, case, "hand_over", **carried)
    sorting = {"complete": "no", "ground_fits": "yes", "at_inspection": "no"}
    received = {"received_on": today["handed_on"], "sorting": "send_on"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        transfers.do(session, people.division, case, "sort", **sorting, **received)
    assert desk.refused(refusal.value) == {"complete": "not_fit_to_send_on"}
    back = {**received, "sorting": "send_back", "missing": "缺约谈笔录和银行流水原件。"}
    transfers.do(session, people.division, case, "sort", **sorting, **back)
    assert desk.open_task(session, case, "propose").return_reason == back["missing"]


def test_payments_beyond_what_was_found_are_refused(session: Session) -> None:
    people, case = with_inspection(session)
    result = transfers.final(session, case, advice_unit=None)
    result["taxes"][0] |= {"tax_paid": "9000.00", "paid_on": None}
    with pytest.raises(Invalid) as refusal:
        transfers.do(session, people.selects, case, "feedback", **result)
    assert desk.refused(refusal.value) == {
        "advice_unit": "advice_for_whom",
        "taxes-0-tax_paid": "more_than_found",
        "taxes-0-paid_on": "paid_when",
    }


def beside(session: Session, people: Cast, case: Case, period: int = 200912) -> Case:
    """Another case on the same taxpayer with a doubt of a period, at its desk check."""
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    doubt = factories.warning(session, payer, code="INV-002")
    doubt.period = period
    other = cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.WV,
        warnings=[doubt],
        score=Decimal("2.0"),
        grade=3,
        is_ti=False,
    )
    desk.to_desk_check(session, people, other)
    return other


LETTER = {"inquiry_method": "letter", "questions": "进项税额增长的原因是什么？"}
CALL = {
    "inquiry_method": "phone",
    "called_at": "2010-01-25T09:00",
    "called_person": "财务负责人",
    "contact_result": "answered",
    "answer": "进项税额系年底集中认证。",
}


def test_no_letter_goes_to_a_taxpayer_whose_doubts_are_transferred(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        other = beside(session, people, case)
        desk.check(session, people, other, then="inquiry")
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, other, "make_inquiry", LETTER)
        fields = refusal.value.values["fields"]
        assert isinstance(fields, dict)
        code, values = fields["inquiry_method"]
        assert (code, values["number"]) == ("contact_ban", case.number)
        # A call stays free until the inspection bureau has accepted.
        desk.do(session, people.officer, other, "make_inquiry", CALL)


def test_from_the_acceptance_to_the_result_there_is_no_contact_at_all(session: Session) -> None:
    with at(MONDAY):
        people, case = with_inspection(session)
        other = beside(session, people, case)
        desk.check(session, people, other, then="inquiry")
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, other, "make_inquiry", CALL)
        assert desk.refused(refusal.value) == {"inquiry_method": "contact_ban_accepted"}
        session.refresh(case)
        transfers.fed_back(session, people, case)
        desk.do(session, people.officer, other, "make_inquiry", CALL)


def test_what_inspection_asks_in_writing_frees_visits_and_no_letter(session: Session) -> None:
    with at(MONDAY):
        people, case = with_inspection(session)
        other = beside(session, people, case)
        desk.check(session, people, other, then="inquiry")
        interim = {"feedback_kind": "interim", "stage": "check", "since": "2010-01-25"}
        asked = {"visit_request": "请到该户实地查看库存商品并回复。"}
        transfers.do(session, people.selects, case, "feedback", **interim, **asked)
        for answers in (LETTER, CALL):
            with pytest.raises(Invalid) as refusal, session.begin_nested():
                desk.do(session, people.officer, other, "make_inquiry", answers)
            assert desk.refused(refusal.value) == {"inquiry_method": "contact_ban_accepted"}


def test_other_periods_stay_free(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        other = beside(session, people, case, period=200906)
        desk.check(session, people, other, then="inquiry")
        desk.do(session, people.officer, other, "make_inquiry", LETTER)


def test_hand_over_begins_with_the_papers_and_the_evidence_of_the_file(session: Session) -> None:
    people, case = begun(session)
    transfers.proposed(session, people, case)
    transfers.approved(session, people, case)
    begun_with = step_choices.default_values(session, case, "ti_handover")["papers"]
    named = [each["item"] for each in begun_with]
    assert named[-2:] == ["移送稽查建议书", "银行流水"]
    assert begun_with[-1]["pages"] == 12
    assert "预警核查反馈单" in named


def evaluation_transferred(session: Session) -> tuple[Cast, Case]:
    """The transfer that the panel of an evaluation has decided on."""
    people = transfers.enter(session)
    waiting = factories.evaluation(session, factories.taxpayer(session))
    evaluation.assigned(session, people, waiting)
    evaluation.reviewed(session, people, waiting, "determine", signs=["evasion"])
    evaluation.signed(session, people, waiting)
    evaluation.determined(session, people, waiting, signs=["evasion"])
    evaluation.agreed(session, people, waiting)
    members = [people.deputy, people.legal, people.other_chief]
    evaluation.convened(session, people, waiting, members)
    evaluation.put(session, people.deputy, waiting)
    evaluation.voted(session, waiting, dict.fromkeys(members, "for"))
    evaluation.minuted(session, waiting, members)
    agreed = {"approval_decision": "agree", "opinion": evaluation.OPINION}
    evaluation.do(session, people.leader, waiting, "approval", **agreed)
    transfer = session.scalars(select(Case).where(Case.kind == CaseKind.TI)).one()
    return people, transfer


def test_minutes_of_the_panel_of_an_evaluation_cover_the_proposal(session: Session) -> None:
    people, case = evaluation_transferred(session)
    transfers.do(session, people.officer, case, "propose", **transfers.proposal(session, case))
    facts = session.get_one(Case, case.id).facts
    assert (facts["origin"], facts["minutes_cover"]) == ("ta", True)


def supplemented(session: Session, who: Actor, case: Case) -> tuple[list[str], list[str]]:
    found = transfer_supplements.of(session, who, case)
    return (
        [hit.indicator.code for hit in found.hits],
        [f"{file.case_number} {file.name}" for file in found.evidence],
    )


def test_what_comes_to_light_after_the_proposal_is_listed_and_changes_no_clock(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        early = beside(session, people, case)
        assert supplemented(session, people.selects, case) == ([], [])
        transfers.proposed(session, people, case)
        transfers.approved(session, people, case)
        transfers.sent_on(session, people, case)
        assert supplemented(session, people.selects, case) == ([], [])
        due_at = desk.open_task(session, case, "accept_source").due_at
    with at(MONDAY + timedelta(days=9)):
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        run = factories.screening(session)
        for code, period in (("INV-003", 200912), ("INV-004", 200801)):
            hit = factories.warning(session, payer, code=code)
            hit.period, hit.run_id = period, run.id
        task = desk.open_task(session, early, "desk_check")
        attachments.add(
            session,
            people.officer,
            task.id,
            field="evidence",
            name="银行流水.txt",
            chunks=[b"2009-12-30 50000.00\n"],
        )
        factories.tell(session, "sys:facts")
        session.flush()
        assert supplemented(session, people.selects, case) == (
            ["INV-003"],
            [f"{early.number} 银行流水.txt"],
        )
        assert desk.open_task(session, case, "accept_source").due_at == due_at
        assert supplemented(session, people.selects, early) == ([], [])
