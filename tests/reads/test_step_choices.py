"""What the form of a step begins with and offers."""

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment
from caseflow.reads import step_choices
from tests import cast, desk, factories


def test_desk_check_goes_on_from_what_was_found_before(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    assert step_choices.default_values(session, case, "wv_desk_check") == {}
    desk.check(session, people, case, then="inquiry")
    begun = step_choices.default_values(session, case, "wv_desk_check")
    assert begun["doubts"][0]["text"] == desk.REASONS
    assert "next_step" not in begun


def test_chief_who_amends_an_interview_begins_with_what_was_applied_for(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case, then="interview")
    asked = {
        "persons": ["finance_head"],
        "place": "税源管理一科",
        "questions": "说明存货变动原因。",
    }
    application = {**asked, "reason": desk.REASONS, "doubts": ["1"], "announce": "no"}
    desk.do(session, people.officer, case, "apply_interview", application)
    begun = step_choices.default_values(session, case, "wv_interview_approval")
    assert begun["questions"] == "说明存货变动原因。"
    assert "reason" not in begun


def test_conclusion_offers_the_files_of_the_case_but_those_taken_out(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    files = [
        Attachment(
            case_id=case.id,
            task_id=None,
            field="doubts-0-evidence",
            name=name,
            media_type="application/pdf",
            size=9,
            sha256="0" * 64,
            uploaded_at=clock.now(),
            uploaded_by=people.officer.user_id,
            removed_at=removed_at,
        )
        for name, removed_at in (("购销合同.pdf", None), ("误传.pdf", clock.now()))
    ]
    session.add_all(files)
    session.flush()  # the offers are read by a query
    at = clock.now().astimezone(clock.BUREAU_ZONE)
    assert [offer.zh for offer in step_choices.offers(session, case, "attachments")] == [
        f"购销合同.pdf（— {at:%m-%d %H:%M}）"
    ]
