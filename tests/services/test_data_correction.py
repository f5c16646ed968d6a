"""Data corrections: from the request to the answer of the source, with the facts of a lake."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Document, ImportBatch, Notice, Referral, TaxWarning
from caseflow.reads import step_choices
from caseflow.services import cases
from caseflow.services.rechecks import plans
from caseflow.vocabulary import (
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    RecheckLevel,
)
from tests import corrections, desk, factories
from tests.cast import Cast
from tests.corrections import AGREED, BEFORE, WHY, do, line, request
from tests.orders import MONDAY, at


@pytest.fixture
def people(session: Session, tmp_path: Path) -> Iterator[Cast]:
    with at(MONDAY), corrections.lake(tmp_path):
        yield corrections.enter(session, tmp_path)


def requested(session: Session, people: Cast, **changes: object) -> Case:
    case = corrections.opened(session, people.officer)
    do(session, people.officer, case, "request_section", **request(line(**changes)))
    return case


def verification(session: Session, people: Cast) -> Case:
    """A warning verification of the household, from the warning of the run."""
    factories.deploy(session)
    warning = session.scalars(select(TaxWarning)).one()
    return cases.open_case(
        session,
        people.info,
        corrections.household(session),
        kind=CaseKind.WV,
        warnings=[warning],
        score=warning.points,
        grade=3,
        is_ti=False,
    )


def refused(session: Session, people: Cast, case: Case, **changes: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.officer, case, "request_section", **request(**changes))
    return desk.refused(refusal.value)


def test_correction_changes_the_facts_and_lifts_the_warning(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.officer)
    do(session, people.officer, case, "request_section", **request())
    impact = session.get_one(Case, case.id).facts["impact"]
    warning = session.scalars(select(TaxWarning)).one()
    assert impact["warnings"] == [[warning.id, "TIC-002", 200912, 2, "falls"]]
    assert impact["amount"] == "80000.00"
    do(session, people.chief, case, "review_section", correction_review="agree", **AGREED)
    do(session, people.leader, case, "approve_district", correction_approval="agree", **AGREED)
    assert corrections.standing(session) == BEFORE
    corrections.checked(session, people.quality, case)
    corrections.work_off(session)
    assert corrections.standing(session) == corrections.AFTER
    assert session.scalars(select(TaxWarning)).one().recovered_at is not None
    sheet = session.scalars(select(Document).where(Document.case_id == case.id)).one()
    assert sheet.kind == "data_correction"
    batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    assert (batch.source, batch.file_name, batch.row_count) == ("correction:CTAIS", case.number, 1)
    assert len(batch.supersedes) == 1


def test_what_its_source_has_mended_closes_the_correction(
    session: Session, people: Cast, tmp_path: Path
) -> None:
    case = corrections.applied(session, people)
    assert desk.open_elements(session, case) == {"source_reply"}
    corrections.delivered(session, tmp_path, "5000.00")
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "data_corrected")
    assert corrections.standing(session) == corrections.AFTER


def test_old_value_delivered_again_does_not_win(
    session: Session, people: Cast, tmp_path: Path
) -> None:
    case = corrections.applied(session, people)
    corrections.delivered(session, tmp_path, "85000.00")
    assert corrections.standing(session) == corrections.AFTER
    assert len(session.get_one(Case, case.id).facts["batches"]) == 2
    assert desk.open_elements(session, case) == {"source_reply"}


def test_third_value_wins_and_is_told(session: Session, people: Cast, tmp_path: Path) -> None:
    case = corrections.applied(session, people)
    corrections.delivered(session, tmp_path, "7000.00")
    assert corrections.standing(session) == "7000"
    assert session.get_one(Case, case.id).facts["overlay"] == "ended"
    told = session.scalars(select(Notice).where(Notice.case_id == case.id)).all()
    assert [each.kind for each in told] == [NoticeKind.DATA_CORRECTED]


def test_withdrawn_after_a_dispute_the_old_value_holds_again(
    session: Session, people: Cast
) -> None:
    case = corrections.applied(session, people)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.quality, case, "source_reply", source_reply="no_reply")
    assert desk.refused(refusal.value) == {"source_reply": "source_not_due"}
    with at(MONDAY + timedelta(days=30)):
        do(session, people.quality, case, "source_reply", source_reply="no_reply")
        withdrawn = {"dispute": "withdraw", "why": "来源提供了缴款书的更正联，原值无误。"}
        do(session, people.division, case, "settle_dispute", **withdrawn, **AGREED)
        corrections.work_off(session)
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "reversed")
    assert corrections.standing(session) == BEFORE
    assert session.scalars(select(TaxWarning)).one().recovered_at is None


def test_source_is_asked_again_at_most_twice(session: Session, people: Cast) -> None:
    case = corrections.applied(session, people)
    again = {"dispute": "ask_again", "why": "请来源单位书面说明理由并附缴款书。", **AGREED}
    with at(MONDAY + timedelta(days=60)):
        for _ in range(2):
            do(session, people.quality, case, "source_reply", source_reply="no_reply")
            do(session, people.division, case, "settle_dispute", **again)
            moved = desk.open_task(session, case, "source_reply")
            moved.due_at = MONDAY
            cases.note(session, people.quality, case, action="case.noted", payload={})
        do(session, people.quality, case, "source_reply", source_reply="no_reply")
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            do(session, people.division, case, "settle_dispute", **again)
    assert desk.refused(refusal.value) == {"dispute": "asked_often"}


def test_what_a_taxpayer_declared_is_not_corrected_here(session: Session, people: Cast) -> None:
    case = requested(session, people, error_kind="typed_by_taxpayer")
    closed = session.get_one(Case, case.id)
    assert (closed.outcome, closed.facts["way"]) == ("not_correctable", "corrected_return")
    assert corrections.standing(session) == BEFORE


def test_request_says_where_it_is_wrong(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.officer)
    assert refused(session, people, case, source="DY") == {
        "lines-0-field": "field_of_another_source"
    }
    wrong = [line(after="很多"), line(after="85000.00"), line(period="2011-01")]
    assert refused(session, people, case, lines=wrong) == {
        "lines-0-after": "not_such_a_value",
        "lines-1-after": "nothing_changes",
        "lines-2-period": "no_such_period",
    }
    proof = {"covers": "one", "line_number": 1, "evidence_kind": "original"}
    two = {"lines": [line(), line(field="vat_input", after="1")], "evidence": [proof]}
    assert refused(session, people, case, **two) == {"evidence": "line_without_evidence"}
    ahead = {"covers": "every", "evidence_kind": "original", "dated": "2099-01-01", "pages": 2}
    assert refused(session, people, case, evidence=[ahead]) == {"evidence-0-dated": "in_the_future"}
    assert refused(session, people, case, recusal="spouse") == {"recusal": "recusal_first"}


def test_case_that_led_here_is_one_that_the_requester_sees(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.officer)
    seen = verification(session, people)
    desk.to_desk_check(session, people, seen)
    hidden = factories.case(session, factories.taxpayer(session, serial=77, section="0201"))
    told = {"found_number": "no_such_case_number"}
    for number in (hidden.number, "01WV2010999999", "无此编号"):
        asked = {"found_by": "case", "found_number": number}
        assert refused(session, people, case, **asked) == told
    known = {"found_by": "case", "found_number": seen.number}
    do(session, people.officer, case, "request_section", **request(**known))
    assert desk.open_elements(session, case) == {"review_section"}


def test_a_value_is_corrected_in_one_open_case_at_a_time(session: Session, people: Cast) -> None:
    first = requested(session, people)
    second = corrections.opened(session, people.info)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.info, second, "request_district", **request())
    fields = refusal.value.values["fields"]
    assert isinstance(fields, dict)
    assert fields["lines"] == ("corrected_elsewhere", {"number": first.number})


def test_changed_meanwhile_it_is_filled_in_again(
    session: Session, people: Cast, tmp_path: Path
) -> None:
    case = requested(session, people)
    do(session, people.chief, case, "review_section", correction_review="agree", **AGREED)
    do(session, people.leader, case, "approve_district", correction_approval="agree", **AGREED)
    corrections.delivered(session, tmp_path, "84000.00")
    corrections.checked(session, people.quality, case)
    assert desk.open_elements(session, case) == {"request_section"}
    assert "海关完税凭证抵扣进项" in (
        desk.open_task(session, case, "request_section").return_reason or ""
    )
    assert corrections.standing(session) == "84000"


def test_after_two_returns_it_is_passed_up(session: Session, people: Cast) -> None:
    case = requested(session, people)
    back = {"return_reason": "evidence", "return_text": "缺少缴款书原件的复印件。", **AGREED}
    early = {"correction_review": "pass_up", **AGREED}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.chief, case, "review_section", **early)
    assert desk.refused(refusal.value) == {"correction_review": "pass_up_later"}
    for _ in range(2):
        do(session, people.chief, case, "review_section", correction_review="send_back", **back)
        do(session, people.officer, case, "request_section", **request())
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, people.chief, case, "review_section", correction_review="send_back", **back)
    assert desk.refused(refusal.value) == {"correction_review": "sent_back_enough"}
    do(session, people.chief, case, "review_section", **early)
    assert desk.open_elements(session, case) == {"approve_district"}


def test_four_people_request_review_approve_and_release(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.quality)
    do(session, people.quality, case, "request_city", **request())
    do(session, people.division, case, "review_division", correction_review="agree", **AGREED)
    do(session, people.leader, case, "approve_district", correction_approval="agree", **AGREED)
    assert desk.barred_by(session, people.quality, case, "check") == "request_city"
    corrections.checked(session, people.quality_too, case)
    assert desk.open_elements(session, case) == {"source_reply"}


def test_only_the_own_households_data(session: Session, people: Cast) -> None:
    with pytest.raises(Forbidden, match="not_own_household"):
        corrections.opened(session, people.chief)
    with pytest.raises(NotFound):  # who does not see a household is not told that there is one
        corrections.opened(session, people.partner)


def test_open_case_that_rests_on_the_value_is_told(session: Session, people: Cast) -> None:
    other = verification(session, people)
    desk.to_desk_check(session, people, other)
    corrections.applied(session, people)
    told = session.scalars(select(Notice).where(Notice.case_id == other.id)).all()
    assert [(each.kind, each.user_id) for each in told] == [
        (NoticeKind.DATA_CORRECTED, people.officer.user_id)
    ]
    assert "TIC-002" in (told[0].text or "")


def test_form_offers_what_sources_deliver_of_households(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.officer)
    offered = {each.key for each in step_choices.offers(session, case, "fact_fields")}
    assert {"input_customs", "credit_grade"} <= offered
    assert not {"sales_12m", "area_gdp"} & offered
    sources = {each.key for each in step_choices.offers(session, case, "fact_sources")}
    assert "CTAIS" in sources
    assert "STAT" not in sources


def test_case_of_data_error_calls_for_the_correction_that_its_chief_has_agreed_to(
    session: Session, people: Cast
) -> None:
    origin = verification(session, people)
    desk.to_desk_check(session, people, origin)
    (doubt,) = desk.doubts_of(session, origin)
    steps = step_choices.offers(session, origin, "verification_steps")
    checked = {
        "steps": [{"row": each.key, "state": "done"} for each in steps],
        "doubts": [{"row": str(doubt), "result": "data_error", "text": WHY, "evidence": []}],
    }
    do(session, people.officer, origin, "desk_check", next_step="conclude", **checked)
    concluded = desk.conclusion(session, origin, finding="data_error")
    concluded["doubts"][0] |= {"cause": "source_data", "indicator_verdict": "bad_data"}
    do(session, people.officer, origin, "conclusion", **concluded)
    do(session, people.chief, origin, "review", review_decision="agree", **AGREED)
    typed = {"source": "CTAIS", "field": "海关完税凭证抵扣进项", "before": BEFORE, "after": "5,000"}
    correction = {"corrections": [typed], "reason": WHY}
    do(session, people.officer, origin, "correct_data", **correction)
    do(session, people.chief, origin, "approve_correction", correction_decision="agree")
    case = session.scalars(select(Case).where(Case.kind == CaseKind.DC)).one()
    assert (case.main_officer_id, case.facts["origin_case"]) == (people.officer.user_id, origin.id)
    referral = session.scalars(select(Referral)).one()
    assert (referral.reason, referral.opened_case_id) == ("data_correction", case.id)
    begun = step_choices.default_values(session, case, "dc_request")
    assert begun["lines"] == [{"after": "5,000"}]
    do(session, people.officer, case, "request_section", **request())
    do(session, people.officer, origin, "closing_check", sign_off=True)
    district = plans.Place(RecheckLevel.DISTRICT, origin.district_id)
    assert plans.proposed(session, district) == []
    # The chief has agreed already: the leader decides, since it is about 80,000 yuan.
    assert desk.open_elements(session, case) == {"approve_district"}
    rejected = {
        "correction_approval": "reject",
        "return_text": "缴款书原件载明税额无误，不予更正。",
    }
    do(session, people.leader, case, "approve_district", **rejected, **AGREED)
    assert session.get_one(Case, case.id).outcome == "rejected"
    told = session.scalars(select(Notice).where(Notice.case_id == origin.id)).all()
    assert [each.kind for each in told if each.kind == NoticeKind.CORRECTION_ENDED] != []
    # What the closed case concluded from does not hold: it is proposed to the re-check plan.
    assert plans.proposed(session, district) == [(origin.id, origin.number)]


def test_correction_begins_with_the_value_that_was_named(session: Session, people: Cast) -> None:
    case = corrections.opened(session, people.officer, field=corrections.FIELD)
    assert step_choices.default_values(session, case, "dc_request") == {
        "source": "CTAIS",
        "lines": [{"field": corrections.FIELD, "period": "2009-12"}],
        "reason": WHY,
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"field": "area_gdp"}, "no_such_field"),
        ({"field": ""}, "no_such_field"),
        ({"period": "2011-01"}, "no_such_period"),
        ({"period": "去年"}, "no_such_period"),
        ({"why": "错了"}, "reason_length"),
    ],
)
def test_what_is_wrong_is_named_before_a_correction_opens(
    session: Session, people: Cast, said: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        corrections.opened(session, people.officer, **said)
    assert session.scalars(select(Case).where(Case.kind == CaseKind.DC)).all() == []


def test_value_that_an_open_correction_names_opens_no_second(
    session: Session, people: Cast
) -> None:
    first = corrections.opened(session, people.officer)
    with pytest.raises(Invalid, match="corrected_elsewhere") as refusal, session.begin_nested():
        corrections.opened(session, people.info)
    assert refusal.value.values == {"number": first.number}
    corrections.opened(session, people.info, period="2009-11")
    do(session, people.officer, first, "request_section", **request())
    # What its form corrects counts from now on, no more what it was begun with.
    with pytest.raises(Invalid, match="corrected_elsewhere"), session.begin_nested():
        corrections.opened(session, people.info, field=corrections.FIELD)
    corrections.opened(session, people.info)
