"""Third-party verifications on the shipped drawing: a variant each, its rules and its road."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Document, Referral, TaxWarning
from caseflow.models.record import RecordEvent
from caseflow.reads import step_choices
from caseflow.vocabulary import Invalid, PaperKind
from caseflow.vocabulary.choices.third_party import Variant
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services import test_paper_contents as paper_contents
from tests.services.test_time import at
from tests.third_party import opened, verified, verify


def begun(session: Session, code: str, *, status: str = "normal") -> tuple[Cast, Case]:
    """A case of one doubt, accepted by both officers."""
    people = cast.enter(session)
    payer = factories.taxpayer(session)
    payer.reg_status = status
    return people, opened(session, people, code, payer)


def concluded(session: Session, case: Case, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    answers = desk.conclusion(session, case, **more)
    return {"feedback": "yes", **answers, "status_change": more.get("status_change", "none")}


def conclude(session: Session, people: Cast, case: Case, **more: Any) -> None:  # noqa: ANN401 - answers hold any JSON
    desk.do(session, people.officer, case, "conclude", concluded(session, case, **more))


def reviewed(session: Session, people: Cast, case: Case) -> None:
    agreed = {"review_decision": "agree", "opinion": "核实清楚，同意"}
    desk.do(session, people.chief, case, "deciding/review", agreed)


def approved(session: Session, people: Cast, case: Case) -> None:
    agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意"}
    desk.do(session, people.leader, case, "deciding/approval", agreed)


def closed(session: Session, people: Cast, case: Case) -> Case:
    desk.do(session, people.officer, case, "close_check", {"sign_off": True})
    session.expire_all()
    return session.get_one(Case, case.id)


def test_a_difference_that_is_explained_closes_with_its_feedback_form(session: Session) -> None:
    people, case = begun(session, "TPD-001")
    verify(session, people, case, "conclude", explanation="recognition_time")
    conclude(session, people, case)
    reviewed(session, people, case)
    ended = closed(session, people, case)
    paper = session.scalars(select(Document).where(Document.case_id == case.id)).one()
    assert (ended.outcome, ended.facts["decided_by"]) == ("cleared", "section_chief")
    assert paper.number == f"大中国税核馈〔{clock.today().year}〕1号"


def test_the_feedback_form_shows_what_both_sides_said(session: Session) -> None:
    people, case = begun(session, "TPD-001")
    hit = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).one()
    months = {"first": 200901, "last": 200912, "how": "sum"}
    hit.inputs = {
        "ds_bt_revenue": {"field": "ds_bt_revenue", **months, "value": "1250000.5"},
        "cit_revenue": {"field": "cit_revenue", **months, "value": "1000000"},
    }
    factories.tell(session, "sys:people")
    verify(session, people, case, "conclude", explanation="recognition_time")
    conclude(session, people, case)
    reviewed(session, people, case)
    closed(session, people, case)
    form = paper_contents.paper(session, case, PaperKind.THIRD_PARTY_FEEDBACK)
    theirs, ours = paper_contents.table(form, "双方数据")
    assert theirs[-2:] == ["1,250,000.50", "地税局"]
    assert ours[-3:] == ["1,000,000.00", "", ""]
    assert "收入确认时间不同" in paper_contents.table(form, "核实情况")[0]


@pytest.mark.parametrize(
    ("code", "limit"), [("TPD-001", "tp_total"), ("REG-010", "tp_d3"), ("REG-024", "tp_d4")]
)
def test_the_limit_of_the_whole_is_that_of_the_variant(
    session: Session, code: str, limit: str
) -> None:
    _, case = begun(session, code)
    days = {"tp_total": 30, "tp_d3": 15, "tp_d4": 10}[limit]
    assert case.facts["due"]["amount"] == days


@pytest.mark.parametrize(
    ("code", "variant"),
    [
        ("TPD-001", "d1"),
        ("TPD-012", "d2"),
        ("REG-010", "d3"),
        ("REG-024", "d4"),
        ("TPD-013", "d5"),
        ("TIC-007", "d6"),
        ("TPD-002", "d7"),
        ("TPD-016", "d8"),
    ],
)
def test_each_variant_is_verified_by_its_own_fields(
    session: Session, code: str, variant: str
) -> None:
    people, case = begun(session, code)
    offered = [each for each in Variant if step_choices.offers(session, case, f"doubts_{each}")]
    assert offered == [Variant(variant)]
    verify(session, people, case, "conclude")
    assert desk.open_elements(session, case) == {"conclude"}


def test_power_implies_sales_by_norm_and_price(session: Session) -> None:
    people, case = begun(session, "TPD-013")
    verify(session, people, case, "conclude")
    answer = step_choices.default_values(session, case, "tp_verification")
    assert answer["meters"][0]["kwh"] == "10000.00"
    told = session.scalars(
        select(RecordEvent.payload)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one()
    (figures,) = json.loads(told)["implied"].values()
    # 80 % of 10,000 kWh by 2 kWh a piece: 4,000 pieces at 10.00; 20,000.00 were declared.
    assert figures == {"output": "4000.00", "implied_sales": "40000.00", "difference": "20000.00"}


def test_a_large_estimate_from_power_goes_to_evaluation(session: Session) -> None:
    people, case = begun(session, "TPD-013")
    verify(session, people, case, "conclude", result="confirmed", estimated_tax="10000.00")
    conclude(session, people, case, finding="confirmed")
    reviewed(session, people, case)
    assert closed(session, people, case).outcome == "opened_ta"


def test_a_household_held_abnormal_that_trades_is_released(session: Session) -> None:
    people, case = begun(session, "TPD-002", status="abnormal")
    verify(session, people, case, "conclude", result="confirmed", own_status="abnormal")
    conclude(session, people, case, finding="confirmed")
    reviewed(session, people, case)
    approved(session, people, case)
    ended = closed(session, people, case)
    referral = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (ended.outcome, referral.kind, referral.said["entry"]) == ("opened_ab", "AB", "release")


def test_what_fits_besides_opens_its_case_too(session: Session) -> None:
    people, case = begun(session, "TPD-012", status="abnormal")
    verify(session, people, case, "conclude", result="confirmed")
    conclude(session, people, case, finding="confirmed", duty_not_met="registration")
    reviewed(session, people, case)
    approved(session, people, case)
    ended = closed(session, people, case)
    rows = session.scalars(select(Referral).where(Referral.case_id == case.id))
    found = {row.kind.value: row.said for row in rows}
    assert (ended.outcome, set(found)) == ("opened_ab", {"AB", "OC"})
    assert (found["AB"]["entry"], found["OC"]["duty"]) == ("later", "registration")


def test_a_cancellation_needs_everything_cleared(session: Session) -> None:
    people, case = begun(session, "REG-009")
    verify(session, people, case, "conclude")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        conclude(session, people, case, status_change="cancel_cleared")
    assert desk.refused(refusal.value) == {"status_change": "cancel_not_cleared"}


def test_a_cancelled_registration_is_aligned_with_its_receipts(session: Session) -> None:
    people, case = begun(session, "REG-009")
    verify(session, people, case, "conclude", all_cleared="yes")
    conclude(session, people, case, status_change="cancel_cleared")
    reviewed(session, people, case)
    approved(session, people, case)
    receipts = ("tax_receipt", "fine_receipt", "invoice_receipt", "certificate_receipt")
    aligned = {
        **dict.fromkeys(receipts, "凭证 1 号"),
        "before": "正常",
        "after": "注销",
        "ctais_number": "CT-2",
        "changed_on": clock.today().isoformat(),
    }
    desk.do(session, people.officer, case, "record_alignment", aligned)
    assert closed(session, people, case).outcome == "status_aligned"


def test_a_forged_certificate_is_concluded_at_once_and_goes_to_collective_review(
    session: Session,
) -> None:
    people, case = begun(session, "TIC-007")
    answers = verified(session, case, "contact", result="confirmed", estimated_tax="0.00")
    answers["certificates"] = [{**answers["certificates"][0], "forged": "yes"}]
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.do(session, people.officer, case, "verify", answers)
    assert desk.refused(refusal.value) == {"next_step": "forged_concludes"}
    desk.do(session, people.officer, case, "verify", {**answers, "next_step": "conclude"})
    conclude(session, people, case, finding="confirmed")
    reviewed(session, people, case)
    assert case.facts["outcome"] == "transferred_inspection"
    assert desk.open_elements(session, case) == {"convene_review"}


def test_a_record_of_another_taxpayer_is_an_error_of_data(session: Session) -> None:
    people, case = begun(session, "TPD-016")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        verify(session, people, case, "conclude", match="wrong_taxpayer")
    assert desk.refused(refusal.value) == {"d8-0-result": "wrong_taxpayer_is_data_error"}


def test_an_unclear_doubt_is_not_concluded_before_somebody_was_asked(session: Session) -> None:
    people, case = begun(session, "TPD-001")
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        verify(session, people, case, "conclude", result="unclear")
    assert desk.refused(refusal.value) == {"d1-0-result": "unclear_untried"}


def test_an_authority_is_asked_by_letter_and_its_silence_told_once_due(session: Session) -> None:
    people, case = begun(session, "TPD-012")
    verify(session, people, case, "authority", result="unclear")
    asked = {
        "authority": "aic",
        "questions": "该户吊销日期及清算情况。",
        "record_asked": "吊销名单第 3 行",
    }
    desk.do(session, people.officer, case, "draft_authority_inquiry", asked)
    signed = {"authority_signature": "sign"}
    desk.do(session, people.chief, case, "sign_authority_inquiry", signed)
    letter = session.scalars(select(Document).where(Document.case_id == case.id)).one()
    assert (letter.kind, letter.number) == (
        "assistance_letter",
        f"大中国税协查〔{clock.today().year}〕1号",
    )
    assert case.paused_at is not None
    assert "回复" in json.dumps(letter.data, ensure_ascii=False)
    silent = {"authority_result": "no_reply"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        desk.do(session, people.officer, case, "authority_answer", silent)
    assert desk.refused(refusal.value) == {"authority_result": "answer_not_due"}
    with at(clock.now() + timedelta(days=30)):
        desk.do(session, people.officer, case, "authority_answer", silent)
        verify(session, people, case, "conclude", result="unclear")
    assert desk.open_elements(session, case) == {"conclude"}
