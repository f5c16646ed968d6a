"""Zero-filing investigations on the shipped drawing, from opening to closing, and their rules."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Document, Referral, Taxpayer, TaxWarning
from caseflow.reads import step_choices
from caseflow.services import bureau, selection
from caseflow.services.kinds import zero_filing as rules
from caseflow.vocabulary import SYSTEM, CaseKind, CaseStatus, Invalid, WarningStatus
from tests import cast, desk, factories, transfers
from tests import zero_filing as work
from tests.cast import Cast

_SEASONAL: Mapping[str, float] = {"FIL-009": 5.0}
_MEASURE = {
    "invoice_measure": "stop",
    "stop_ground": "L72",
    "violation": "开具发票隐瞒收入，未按规定申报。",
    "stop_scope": "全部发票",
}


def begun(
    session: Session, hits: Mapping[str, float] = _SEASONAL, *, sample: str = "0"
) -> tuple[Cast, Case]:
    """A case accepted by both officers; nobody is drawn unless the share says so."""
    people = cast.enter(session)
    since = date(2000, 1, 2)
    bureau.put_limit(session, SYSTEM, "zf_sample", sample, "percent", since=since)
    case = work.opened(session, factories.taxpayer(session), hits)
    work.to_desk(session, people, case)
    return people, case


def to_cause(session: Session) -> tuple[Cast, Case]:
    """A household that answered the telephone: its cause is to be found."""
    people, case = begun(session)
    work.telephone(session, people, case)
    work.check(session, people, case, "classify", **work.TOLD)
    return people, case


def papers(session: Session, case: Case) -> dict[str, Document]:
    rows = session.scalars(select(Document).where(Document.case_id == case.id))
    return {row.kind: row for row in rows}


def stop(**more: str) -> dict[str, str]:
    return {**_MEASURE, "stop_from": clock.today().isoformat(), **more}


def estimate(tax: str) -> dict[str, object]:
    """One month's value-added tax that was not declared."""
    line = {"tax": "vat", "period": "2009-11", "declared": "0.00", "recomputed": tax}
    return {"amounts": [{**line, "due_on": "2009-12-15"}]}


def approved(session: Session, people: Cast, case: Case, **more: str) -> None:
    agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意"}
    desk.do(session, people.leader, case, "deciding/approval", {**agreed, **more})


def served(session: Session, people: Cast, case: Case, element: str) -> None:
    told = {"served_on": clock.today().isoformat(), "method": "direct", "receiver": "样例会计"}
    desk.do(session, people.officer, case, element, {**told, "receipt": []})


def test_a_seasonal_household_is_kept_and_gets_its_next_review(session: Session) -> None:
    people, case = to_cause(session)
    work.classify(session, people, case, "seasonal")
    work.reviewed(session, people, case)
    closed = work.close(session, people, case)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "cleared")
    assert closed.facts["decided_by"] == "section_chief"
    assert closed.facts["next_review_on"] > (clock.today() + timedelta(days=175)).isoformat()
    survey = papers(session, closed)["zero_filing_survey"]
    assert survey.number == f"大中国税零调〔{clock.today().year}〕1号"


def test_until_its_next_review_zero_returns_alone_open_no_new_case(session: Session) -> None:
    people, case = to_cause(session)
    work.classify(session, people, case, "seasonal")
    work.reviewed(session, people, case)
    work.close(session, people, case)
    again = factories.warning(session, session.get_one(Taxpayer, case.taxpayer_id), code="FIL-009")
    again.kind, again.status = "ZF", WarningStatus.POOL
    session.flush()
    selection.open_share(session)
    buys = factories.warning(session, session.get_one(Taxpayer, case.taxpayer_id), code="INV-002")
    buys.kind, buys.status = "ZF", WarningStatus.POOL
    session.flush()
    assert session.get_one(TaxWarning, again.id).case_id is None
    selection.open_share(session)
    session.expire_all()
    assert session.get_one(TaxWarning, buys.id).case_id == again.case_id != case.id


def test_a_concealed_household_is_visited_its_invoices_stopped_and_evaluated(
    session: Session,
) -> None:
    people, case = begun(session, {"FIL-009": 14.0, "INV-002": 1.0})
    work.check(session, people, case, "onsite")
    work.visit(session, people, case, "trading")
    work.check(session, people, case, "classify")
    found = {"concealment_proof": ["invoices_issued"], **stop(), **estimate("48000.00")}
    work.classify(session, people, case, "concealed", **found)
    work.reviewed(session, people, case)
    terms = {"stop_ground": "L72", "stop_scope": "全部发票", "stop_from": stop()["stop_from"]}
    approved(session, people, case, invoice_stop="yes", **terms)
    served(session, people, case, "serve_invoice_stop")
    closed = work.close(session, people, case)
    referral = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (closed.outcome, referral.kind) == ("opened_ta", CaseKind.TA)
    assert closed.facts["next_review_on"] is None
    issued = papers(session, closed)
    assert {"invoice_stop", "zero_filing_survey"} <= issued.keys()
    # Its hits have gone on to the evaluation; what they prescribed is still named.
    parts = {part["title"]: part for part in issued["zero_filing_survey"].data["parts"]}
    assert all(row[0] for row in parts["案头核对"]["table"]["rows"])


def test_a_household_that_cannot_be_reached_must_be_visited(session: Session) -> None:
    people, case = begun(session)
    work.telephone(session, people, case, "unreachable")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.check(session, people, case, "classify")
    assert desk.refused(refusal.value) == {"next_step": "visit_not_recorded"}
    work.check(session, people, case, "onsite")
    work.apply(session, people, case)
    offered = step_choices.offers(session, case, "visit_decisions")
    assert [offer.key for offer in offered] == ["agree"]
    refused = {"onsite_approval": "refuse", "reason": "人手不足，暂不实地核查。"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.do(session, people.chief, case, "approve_onsite", refused)
    assert desk.refused(refusal.value) == {"onsite_approval": "visit_required"}


def test_no_visit_while_a_transfer_is_open_but_at_the_wish_of_inspection(session: Session) -> None:
    people, case = begun(session)
    work.check(session, people, case, "onsite")
    work.apply(session, people, case)
    transfer = transfers.of(session, session.get_one(Taxpayer, case.taxpayer_id))

    def agree() -> None:
        desk.do(session, people.chief, case, "approve_onsite", {"onsite_approval": "agree"})

    with pytest.raises(Invalid) as refusal, session.begin_nested():
        agree()
    assert desk.refused(refusal.value) == {"onsite_approval": "contact_ban"}
    session.refresh(transfer)
    transfers.told(session, transfer, "source_accepted_at")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        agree()
    assert desk.refused(refusal.value) == {"onsite_approval": "contact_ban_accepted"}
    session.refresh(transfer)
    transfers.told(session, transfer, "contact_asked_at")
    agree()


def test_no_visit_is_applied_for_while_a_transfer_is_open(session: Session) -> None:
    people, case = begun(session)
    work.check(session, people, case, "onsite")
    transfers.of(session, session.get_one(Taxpayer, case.taxpayer_id))
    with pytest.raises(Invalid) as refusal:
        work.apply(session, people, case)
    assert desk.refused(refusal.value) == {"places": "contact_ban"}


def test_no_cause_is_found_before_anybody_was_asked(session: Session) -> None:
    people, case = begun(session)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.check(session, people, case, "classify")
    assert desk.refused(refusal.value) == {"next_step": "no_contact_tried"}


@pytest.mark.parametrize(
    ("hits", "reason"),
    [
        ({"FIL-009": 5.0}, "none"),
        ({"FIL-009": 13.0}, "over_12_months"),
        ({"TPD-015": 1000.0}, "none"),
        ({"TPD-015": 1000.5}, "power"),
        ({"INV-003": 2.0}, "invoices"),
    ],
)
def test_figures_say_whether_a_visit_is_required(
    session: Session, hits: dict[str, float], reason: str
) -> None:
    people, case = begun(session, hits)
    work.check(session, people, case, "contact")
    assert case.facts["visit_reason"] == reason


def test_whoever_is_drawn_must_be_visited(session: Session) -> None:
    people, case = begun(session, sample="100")
    work.check(session, people, case, "contact")
    assert case.facts["visit_reason"] == "sample"


def test_a_fifth_of_the_cases_without_a_batch_is_drawn_always_the_same(session: Session) -> None:
    del session
    numbers = [f"03ZF2010{serial:06d}" for serial in range(1, 2001)]
    drawn = [number for number in numbers if rules.is_drawn(number, Decimal(20))]
    assert 340 < len(drawn) < 460
    assert drawn == [number for number in numbers if rules.is_drawn(number, Decimal(20))]


def test_moving_away_is_found_only_after_a_visit_that_found_nobody(session: Session) -> None:
    people, case = to_cause(session)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.classify(session, people, case, "moved_away")
    assert desk.refused(refusal.value) == {"cause": "moved_away_unseen"}


def test_a_stop_goes_with_some_causes_and_needs_a_violation_or_the_status(
    session: Session,
) -> None:
    people, case = to_cause(session)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.classify(session, people, case, "seasonal", **stop())
    assert desk.refused(refusal.value) == {"invoice_measure": "measure_not_for_cause"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.classify(session, people, case, "agency_shell", **stop(stop_ground="abnormal"))
    assert desk.refused(refusal.value) == {"stop_ground": "not_abnormal"}


def test_another_cause_is_told_at_length(session: Session) -> None:
    people, case = to_cause(session)
    short = {"text": "原因不明，无法查实的零申报户", "verifiable": "no"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        work.classify(session, people, case, "other", **short)
    assert desk.refused(refusal.value) == {"text": "too_short"}


def test_the_second_officer_may_object_to_the_survey(session: Session) -> None:
    people, case = to_cause(session)
    desk.do(session, people.officer, case, "classify", work.found(session, case, "preparing"))
    objection = {"confirmation": "object", "objection": "厂房已完工，不是筹建期。"}
    desk.do(session, people.partner, case, "classify_confirm", objection)
    assert desk.open_elements(session, case) == {"classify"}
    assert desk.open_task(session, case, "classify").return_reason == objection["objection"]


def test_an_invoice_limit_goes_to_the_leader_and_is_served(session: Session) -> None:
    people, case = to_cause(session)
    limit = {"invoice_measure": "limit", "limit_quantity": "5"}
    terms = {**stop(), **limit}
    terms.pop("stop_ground")
    work.classify(session, people, case, "agency_shell", **terms)
    work.reviewed(session, people, case)
    approved(session, people, case)
    served(session, people, case, "serve_invoice_stop")
    guided = {
        "guided_on": clock.today().isoformat(),
        "person": "样例代理",
        "text": "建议办理注销税务登记。",
    }
    desk.do(session, people.officer, case, "record_guidance", guided)
    assert work.close(session, people, case).outcome == "guided"


def test_a_household_that_stopped_is_told_to_cancel_and_does(session: Session) -> None:
    people, case = to_cause(session)
    work.classify(session, people, case, "stopped")
    work.reviewed(session, people, case)
    proposed = step_choices.default_values(session, case, "zf_cancellation_notice")
    desk.do(session, people.officer, case, "draft_cancellation_notice", proposed)
    served(session, people, case, "serve_cancellation_notice")
    applied = {"application_number": "注申2010-1", "person": "样例人"}
    on = {"applied_on": clock.today().isoformat()}
    desk.do(session, people.officer, case, "record_cancellation", {**applied, **on})
    closed = work.close(session, people, case)
    assert (closed.outcome, papers(session, closed)["matter_notice"].status) == ("guided", "served")


def test_a_suspension_is_approved_by_the_leader_and_has_an_end(session: Session) -> None:
    people, case = to_cause(session)
    restart = {"restart_expected": "yes", "restart_on": "2099-05-01"}
    work.classify(session, people, case, "stopped", **restart)
    work.reviewed(session, people, case)
    approved(session, people, case)
    today = clock.today()
    changed = {
        "suspended_from": today.isoformat(),
        "suspended_until": today.isoformat(),
        "before": "正常",
        "after": "停业",
        "ctais_number": "CT-1",
        "changed_on": today.isoformat(),
    }
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.do(session, people.officer, case, "record_alignment", changed)
    assert desk.refused(refusal.value) == {"suspended_until": "before_start"}
    until = (today + timedelta(days=90)).isoformat()
    desk.do(
        session, people.officer, case, "record_alignment", {**changed, "suspended_until": until}
    )
    assert work.close(session, people, case).outcome == "status_aligned"
