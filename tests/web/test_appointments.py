"""The page on which an interview gets its time, and why it gets another."""

from caseflow.services import cases
from caseflow.vocabulary import SYSTEM
from tests import desk, factories
from tests.web.conftest import Bureau


def test_form_for_another_appointment_says_that_the_notice_came_too_late(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=9))
        people = bureau.people
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case, then="interview")
        application = {
            "reason": "函询答复与账面不符",
            "doubts": [str(each) for each in desk.doubts_of(session, case)],
            "persons": ["finance_head"],
            "place": "税源管理一科约谈室",
            "questions": "为何进项增长？",
            "announce": "yes",
        }
        desk.do(session, people.officer, case, "apply_interview", application)
        desk.do(session, people.chief, case, "approve_interview", {"interview_approval": "agree"})
        case_id = case.id
    officer = bureau.visitor("officer")
    first = officer.get(f"/cases/{case_id}")
    assert first.status_code == 200
    assert "确定约谈时间" in first.text
    assert "不满三个完整工作日" not in first.text
    with bureau.database.transaction() as session:
        case = cases.locked(session, case_id)
        cases.begin(case)
        case.facts = {**case.facts, "notice_is_late": True}
        cases.put_on_record(session, SYSTEM, case, action="case.mended", payload={})
    assert "不满三个完整工作日" in officer.get(f"/cases/{case_id}").text
