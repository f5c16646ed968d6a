"""Orders to correct on the shipped drawing: from the hit to the closing paper and what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Document, Referral, Taxpayer, TaxWarning
from caseflow.reads import step_choices
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseStatus, DocumentStatus, Invalid
from tests import cast, desk, factories, orders
from tests.cast import Cast
from tests.orders import MONDAY, at, not_done


def begun(session: Session, *codes: str) -> tuple[Cast, Case, list[int]]:
    people = cast.enter(session)
    case = orders.opened(session, factories.taxpayer(session), *(codes or ("FIL-011",)))
    orders.accepted(session, people, case)
    return people, case, desk.doubts_of(session, case)


def ordered(session: Session, people: Cast, case: Case, row: int) -> None:
    orders.prepare(session, people, case, "order", not_done(row))
    orders.sign_order(session, people, case)
    orders.serve(session, people, case, "2010-01-25", element="serving/serve")


def numbers(session: Session, case: Case) -> list[str | None]:
    found = select(Document.number).where(Document.case_id == case.id).order_by(Document.id)
    return list(session.scalars(found))


def referred(session: Session, case: Case) -> list[str]:
    found = select(Referral.kind).where(Referral.case_id == case.id).order_by(Referral.id)
    return [kind.value for kind in session.scalars(found)]


def test_a_return_filed_after_the_order_is_closed_as_corrected_and_calls_for_a_penalty(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        ordered(session, people, case, row)
    with at(MONDAY + timedelta(days=4)):
        filed = {"result": "corrected", "corrected_on": "2010-01-28", "number": "申20100128"}
        orders.comply(session, people, case, "conclude", {"row": str(row), **filed})
        orders.conclude(session, people, case)
        orders.review(session, people, case)
        orders.close(session, people, case)
    session.expire_all()
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "corrected")
    assert numbers(session, case) == ["大中国税限改〔2010〕1号", "大中国税限结〔2010〕1号"]
    assert referred(session, case) == ["PN"]
    finding = session.scalars(select(TaxWarning.finding).where(TaxWarning.id == row)).one()
    assert finding == "confirmed"


def test_the_limit_runs_from_the_day_of_service_and_is_the_taxpayers(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        orders.prepare(session, people, case, "order", not_done(row))
        orders.sign_order(session, people, case)
    with at(MONDAY + timedelta(days=2)):
        orders.serve(session, people, case, "2010-01-25", element="serving/serve")
        step = desk.open_task(session, case, "compliance")
        session.refresh(case)
        assert case.status == CaseStatus.WAITING_TAXPAYER
        # Ten days from the 25th: 4 February, to its end.
        assert step.due_at == MONDAY.replace(month=2, day=4, hour=16)


def test_not_corrected_can_be_said_once_the_limit_is_over(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        ordered(session, people, case, row)
        nothing = {"row": str(row), "result": "not_corrected"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.comply(session, people, case, "conclude", nothing)
        assert desk.refused(refusal.value) == {"lines-0-result": "correction_not_due"}
    with at(MONDAY + timedelta(days=11)):
        assert cases.wake_due(session) == 1
        step = desk.open_task(session, case, "compliance")
        assert step.due_at is not None
        assert (step.case_status, step.due_at > MONDAY + timedelta(days=11)) == (
            CaseStatus.IN_PROGRESS,
            True,
        )
        orders.comply(session, people, case, "conclude", nothing)
        orders.conclude(session, people, case)
        session.refresh(case)
        assert case.facts["outcome"] == "opened_ab"


def test_unpaid_tax_is_demanded_by_the_leader_and_goes_to_enforcement(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "COL-008")
        orders.prepare(session, people, case, "order", not_done(row, "payment", limit_days="15"))
        orders.sign_order(session, people, case)
        signed = {"demand_signature": "sign", "opinion": "同意"}
        desk.do(session, people.leader, case, "demand_sign", signed)
        orders.serve(session, people, case, "2010-01-25", element="serving_demand/serve")
    with at(MONDAY + timedelta(days=30)):
        cases.wake_due(session)
        partly = {"result": "corrected_partly", "tax_paid": "2000.00", "missing": "尚欠一万元"}
        orders.comply(session, people, case, "conclude", {"row": str(row), **partly})
        orders.conclude(session, people, case)
        orders.review(session, people, case)
        orders.approve(session, people, case)
        orders.close(session, people, case)
    session.expire_all()
    assert session.get_one(Case, case.id).outcome == "opened_enforcement"
    assert numbers(session, case)[0] == "大中国税催缴〔2010〕1号"
    assert referred(session, case) == ["EN"]


def test_announcement_serves_the_paper_and_begins_the_limit(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        orders.prepare(session, people, case, "order", not_done(row))
        orders.sign_order(session, people, case)
        tried = [
            {"attempted_on": "2010-01-25", "place": place, "attempt_note": "无人应答"}
            for place in ("registered_address", "business_address")
        ]
        failed = {"service_result": "failed", "attempts": tried}
        desk.do(session, people.officer, case, "serving/serve", failed)
        notice = {
            "notice_text": "责令限期改正通知书，自公告之日起满三十日视为送达。",
            "medium": "district_website",
            "notice_from": "2010-01-26",
        }
        desk.do(session, people.officer, case, "serving/service_notice", notice)
        signed = {"service_notice_signature": "sign", "opinion": "同意公告送达"}
        desk.do(session, people.leader, case, "serving/service_notice_sign", signed)
    with at(MONDAY + timedelta(days=60)):
        assert cases.wake_due(session) == 1
        session.expire_all()
        paper = session.scalars(
            select(Document).where(Document.case_id == case.id, Document.kind == "order_to_correct")
        ).one()
        assert paper.status == DocumentStatus.SERVED
        assert desk.open_elements(session, case) == {"compliance"}


def test_an_approved_extension_waits_for_the_new_date(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        ordered(session, people, case, row)
        extended = {
            "result": "lawful_extension",
            "approval_number": "大中国税延〔2010〕3号",
            "new_date": "2010-02-26",
        }
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.comply(session, people, case, "conclude", {"row": str(row), **extended})
        assert desk.refused(refusal.value) == {"compliance_next": "still_extended"}
        orders.comply(session, people, case, "wait", {"row": str(row), **extended})
        step = desk.open_task(session, case, "compliance")
    assert step.due_at == MONDAY.replace(month=2, day=26, hour=16)


def test_payment_is_deferred_for_three_months_after_its_deadline_at_most(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "COL-008")
        orders.prepare(session, people, case, "order", not_done(row, "payment", limit_days="15"))
        orders.sign_order(session, people, case)
        signed = {"demand_signature": "sign", "opinion": "同意"}
        desk.do(session, people.leader, case, "demand_sign", signed)
        orders.serve(session, people, case, "2010-01-25", element="serving_demand/serve")
        deferred = {
            "row": str(row),
            "result": "lawful_extension",
            "approval_number": "大国税缓〔2010〕3号",
        }
        # Due on 18 January: 18 April is a Sunday.
        longer = {**deferred, "new_date": "2010-04-20"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.comply(session, people, case, "wait", longer)
        assert desk.refused(refusal.value) == {"lines-0-new_date": "deferral_longest"}
        orders.comply(session, people, case, "wait", {**deferred, "new_date": "2010-04-19"})
        assert desk.open_task(session, case, "compliance").due_at == datetime(
            2010, 4, 19, 16, tzinfo=UTC
        )


def test_a_duty_that_is_none_is_cleared_and_calls_for_nothing(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        suspended = {"row": str(row), "duty": "filing", "finding": "no_duty"}
        orders.prepare(
            session, people, case, "no_violation", {**suspended, "no_duty_reason": "suspended"}
        )
        orders.conclude(session, people, case)
        orders.review(session, people, case)
        orders.close(session, people, case)
    session.expire_all()
    assert session.get_one(Case, case.id).outcome == "cleared"
    assert referred(session, case) == []


def test_a_case_that_the_section_sends_back_is_voided_by_the_leader(session: Session) -> None:
    people = cast.enter(session)
    case = orders.opened(session, factories.taxpayer(session), "FIL-011")
    back = {"assign_decision": "send_back", "return_reason": "duplicate"}
    desk.do(session, people.chief, case, "assign", back)
    voided = {"dispatch_decision": "void_duplicate", "reason": "与在办任务重复，作废处理。"}
    desk.do(session, people.leader, case, "dispatch", voided)
    session.expire_all()
    assert session.get_one(Case, case.id).status == CaseStatus.VOIDED


@pytest.mark.parametrize(
    ("decision", "changes", "place", "code"),
    [
        ("order", {"deadline": "2010-01-25"}, "lines-0-deadline", "deadline_not_over"),
        ("order", {"paper": "payment_demand"}, "lines-0-paper", "paper_for_duty"),
        ("order", {"limit_days": "11"}, "lines-0-limit_days", "too_large"),
        ("already_corrected", {}, "preparation", "not_all_corrected"),
        ("no_violation", {}, "preparation", "not_all_without_duty"),
        (
            "already_corrected",
            {"finding": "done_late", "done_on": "2010-01-17"},
            "lines-0-done_on",
            "not_late",
        ),
        (
            "order",
            {"finding": "done_late", "done_on": "2010-01-20"},
            "preparation",
            "no_line_not_done",
        ),
        (
            "remind",
            {"duty": "registration", "limit_days": "15"},
            "preparation",
            "remind_filing_or_payment",
        ),
    ],
)
def test_a_proposal_that_the_lines_do_not_bear_is_refused(
    session: Session, decision: str, changes: dict[str, str], place: str, code: str
) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.prepare(session, people, case, decision, not_done(row, **changes))
    assert desk.refused(refusal.value) == {place: code}


def test_a_reminder_is_given_once_and_a_promise_is_short(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        orders.prepare(session, people, case, "remind", not_done(row))
        called = {
            "method": "phone",
            "contact": "出纳",
            "number": "0411-86650000",
            "reminded_at": "2010-01-25T08:30:00+08:00",
            "remind_answer": "promised",
        }
        late = {**called, "promised_on": "2010-01-29"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "remind", late)
        assert desk.refused(refusal.value) == {"promised_on": "promise_range"}
        desk.do(session, people.officer, case, "remind", {**called, "promised_on": "2010-01-27"})
    with at(MONDAY + timedelta(days=3)):
        assert cases.wake_due(session) == 1
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.prepare(session, people, case, "remind", not_done(row))
        assert desk.refused(refusal.value) == {"preparation": "reminded_before"}


def test_an_order_is_due_three_working_days_after_the_opening(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = orders.opened(session, factories.taxpayer(session), "FIL-011")
    with at(MONDAY + timedelta(days=1)):
        orders.accepted(session, people, case)
        step = desk.open_task(session, case, "prepare")
        assert step.due_at == MONDAY.replace(day=28, hour=16)
        row = desk.doubts_of(session, case)[0]
        orders.prepare(session, people, case, "order", not_done(row))
        orders.sign_order(session, people, case)
        session.refresh(case)
        assert case.due_at is None


def test_waiving_a_penalty_by_hand_goes_to_the_leader(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session, "FIL-012")
        late = {"duty": "filing", "finding": "done_late", "deadline": "2010-01-18"}
        orders.prepare(
            session,
            people,
            case,
            "already_corrected",
            {"row": str(row), **late, "done_on": "2010-01-20"},
        )
        why = {"penalty_change": "not_needed", "penalty_reason": "系统故障所致，不予立案处罚。"}
        orders.conclude(session, people, case, **why)
        orders.review(session, people, case)
        assert desk.open_elements(session, case) == {"approval"}
        orders.approve(session, people, case)
        orders.close(session, people, case)
    assert referred(session, case) == []


def test_what_joins_after_the_order_needs_a_further_order(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        ordered(session, people, case, row)
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        joined = factories.warning(session, payer, code="FIL-014")
        joined.case_id = case.id
        cases.note(session, SYSTEM, case, action="case.noted", payload={})
        filed = {"result": "corrected", "corrected_on": "2010-01-25", "number": "申1"}
        done = {"row": str(row), **filed}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            orders.comply(session, people, case, "conclude", done)
        assert desk.refused(refusal.value) == {"compliance_next": "line_without_finding"}
        orders.comply(session, people, case, "further_order", done)
        further = [not_done(row), not_done(joined.id)]
        orders.prepare(session, people, case, "order", *further)
        orders.sign_order(session, people, case)
        session.refresh(case)
    assert case.facts["to_order"] == [str(joined.id)]


def test_the_preparation_begins_with_duty_paper_and_longest_limit(session: Session) -> None:
    people, case, (late, unpaid) = begun(session, "FIL-012", "COL-008")
    del people
    first = step_choices.default_values(session, case, "oc_preparation")["lines"]
    assert first == [
        {
            "row": str(late),
            "duty": "filing",
            "paper": "order_to_correct",
            "limit_days": "10",
            "finding": "done_late",
            "period": "2009-12",
        },
        {
            "row": str(unpaid),
            "duty": "payment",
            "paper": "payment_demand",
            "limit_days": "15",
            "finding": "not_done",
            "period": "2009-12",
        },
    ]


def test_what_newer_data_no_longer_show_is_proposed_as_corrected(session: Session) -> None:
    with at(MONDAY):
        people, case, (row,) = begun(session)
        ordered(session, people, case, row)
        session.get_one(TaxWarning, row).recovered_at = MONDAY
        cases.note(session, SYSTEM, case, action="case.noted", payload={})
        first = step_choices.default_values(session, case, "oc_compliance")
    assert first == {
        "lines": [{"row": str(row), "result": "corrected", "corrected_on": "2010-01-25"}]
    }
    assert desk.open_elements(session, case) == {"compliance"}
