"""Every kind of paper has a step or an act that makes it, and says what that step holds."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.documents import PAPERS
from caseflow.lake import corrections, fields
from caseflow.lake.corrections import Correction
from caseflow.models import Case, Document
from caseflow.services.kinds import serving
from caseflow.services.papers import households
from caseflow.services.rechecks import checks
from caseflow.vocabulary import PaperKind
from tests import cast, desk, evaluation, factories
from tests import corrections as facts_of
from tests.cast import Cast
from tests.services import test_contacts as contacts
from tests.services import test_simple_penalty as penalties_of
from tests.services import test_tax_evaluation as evaluations
from tests.services.test_papers import subject
from tests.services.test_time import MONDAY, at
from tests.workflows import scenarios

# Made by an act outside the drawings.
BY_AN_ACT = {
    PaperKind.RECHECK_REPORT: checks,
    PaperKind.SERVICE_RECEIPT: serving,
}
# Written by the taxpayer: received as a file in the field of that name, with the step's answers.
FROM_THE_TAXPAYER = {
    PaperKind.POWER_OF_ATTORNEY: ("wv_interview_record", "agent_proof"),
    PaperKind.SELF_CHECK_REPORT: ("ta_follow_up", "self_check_report"),
}
# Applications without a blank of the bureau, received likewise.
RECEIVED = {
    ("wv_interview_outcome", "postponement_application"),
    ("ta_follow_up", "objection_evidence"),
}
# No process of this house has a step that makes them: acts beside a case, or of another bureau.
WITHOUT_A_STEP = {
    PaperKind.FILING_REMINDER,  # the reminder is a call or a message, noted on its form
    PaperKind.TREATMENT_DECISION,  # by the inspection bureau, outside this house
    PaperKind.TAX_GUARANTEE,
    PaperKind.PRESERVATION_DECISION,
    PaperKind.ARREARS_ANNOUNCEMENT,
    PaperKind.MEETING_MINUTES,
    PaperKind.ACTION_ITEMS,
    PaperKind.APPRAISAL_SHEET,
    PaperKind.AWARD_APPROVAL,
    PaperKind.WORK_LOG,
    PaperKind.PATROL_RECORD,
    PaperKind.HOUSEHOLD_HANDOVER,
}
# Named by the verb itself, from what the case decided.
FROM_THE_CASE = {
    PaperKind.ANALYSIS_REPORT,
    PaperKind.WARNING_REPORT,
    PaperKind.COUNTERSIGN_SHEET,
    PaperKind.INSTRUCTION_SHEET,
    PaperKind.DIRECTIVE_NOTICE,
    PaperKind.DEPLOYMENT_SHEET,
    PaperKind.SECTION_FEEDBACK,
    PaperKind.DIRECTIVE_FEEDBACK,
    PaperKind.DIRECTIVE_EVALUATION,
    PaperKind.DIRECTIVE_RESULT,
}


def drawn() -> set[PaperKind]:
    """The kinds that some step of a drawing of the house issues."""
    text = "".join(path.read_text("utf-8") for path in scenarios.WORKFLOWS.glob("*.bpmn"))
    named = re.findall(r'<camunda:property name="kind" value="([^"]*)"', text)
    words = {word for value in named for word in re.findall(r"&quot;(\w+)&quot;", value)}
    return {kind for kind in PaperKind if kind.value in words}


def test_every_kind_of_paper_is_made_by_somebody_or_known_not_to_be() -> None:
    made = drawn() | set(BY_AN_ACT) | FROM_THE_CASE
    others = set(FROM_THE_TAXPAYER) | WITHOUT_A_STEP
    assert made | others == set(PAPERS)
    assert not made & others


@pytest.mark.parametrize(("form", "field"), sorted({*FROM_THE_TAXPAYER.values(), *RECEIVED}))
def test_what_the_taxpayer_writes_is_received_on_a_field_of_its_own(form: str, field: str) -> None:
    drawing = "tax_evaluation.bpmn" if form.startswith("ta") else "warning_verification.bpmn"
    spec = scenarios.process(drawing).forms[form].field(field)
    assert spec is not None
    assert spec.type == "filepicker"


def said(session: Session, case: Case, kind: PaperKind) -> str:
    """The newest paper of a kind in a case, as words; it must be there, and in force."""
    paper = session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind == kind.value)
        .order_by(Document.id.desc())
        .limit(1)
    ).one()
    assert paper.issued_at is not None
    return str(paper.data)


def visited(session: Session, **changes: object) -> tuple[Cast, Case]:
    """A case whose visit was applied for, approved, recorded and confirmed."""
    people, case = contacts.applied_for_visit(session, books="no")
    desk.do(session, people.officer, case, "serve_visit_notice", contacts.served_on_the_spot())
    desk.do(session, people.officer, case, "record_visit", {**contacts.visit(), **changes})
    desk.do(session, people.partner, case, "confirm_visit", {"confirmation": "confirm"})
    return people, case


def test_the_task_names_doubts_officers_and_who_dispatched(session: Session) -> None:
    people, case = contacts.begun(session, "inquiry")
    task = said(session, case, PaperKind.WARNING_TASK)
    for name in (people.officer.name, people.partner.name, people.leader.name, people.chief.name):
        assert name in task
    assert "低于 2.00%" in task


def test_the_working_paper_tells_what_the_desk_found_of_each_doubt(session: Session) -> None:
    _, case = contacts.begun(session, "inquiry")
    paper = said(session, case, PaperKind.WORKING_PAPER)
    assert "VAT-001" in paper
    assert "V01 调阅一户式资料（已完成）" in paper


def test_the_approval_of_a_visit_tells_what_was_applied_for(session: Session) -> None:
    people, case = contacts.applied_for_visit(session, books="no")
    sheet = said(session, case, PaperKind.ONSITE_APPROVAL)
    for words in (
        "书面资料不足以说明库存变动",
        "VAT-001",
        "生产经营场所",
        people.chief.name,
        "同意",
    ):
        assert words in sheet


def test_a_visit_makes_its_record_and_a_count_of_stock_its_sheet(session: Session) -> None:
    counted = {"item": "离心泵", "unit": "台", "book_quantity": "120", "counted_quantity": "86"}
    _, case = visited(session, counts=[counted])
    assert "现场清点库存与账面一致" in said(session, case, PaperKind.ONSITE_RECORD)
    assert "−34" in said(session, case, PaperKind.STOCK_COUNT)


def test_a_visit_without_a_count_makes_no_sheet(session: Session) -> None:
    _, case = visited(session)
    kinds = session.scalars(select(Document.kind).where(Document.case_id == case.id)).all()
    assert PaperKind.ONSITE_RECORD.value in kinds
    assert PaperKind.STOCK_COUNT.value not in kinds


INTERVIEW = {
    "reason": "书面资料不足以说明税负变动",
    "persons": ["finance_head"],
    "place": "税源管理一科",
    "questions": "十二月销售收入的构成是什么？",
    "announce": "no",
    "materials": "十二月明细账",
}


def noticed(session: Session) -> tuple[Cast, Case]:
    """A case whose interview was applied for, approved and told to the taxpayer."""
    with at(MONDAY):
        people, case = contacts.begun(session, "interview")
        asked = {**INTERVIEW, "doubts": [str(each) for each in desk.doubts_of(session, case)]}
        desk.do(session, people.officer, case, "apply_interview", asked)
        desk.do(session, people.chief, case, "approve_interview", {"interview_approval": "agree"})
        when = {"interview_at": "2010-01-29T09:00:00+08:00"}
        desk.do(session, people.officer, case, "set_interview_time", when)
        told = {"served_on": "2010-01-25", "method": "direct", "receiver": "出纳", "receipt": []}
        desk.do(session, people.officer, case, "serve_notice", told)
    return people, case


def test_the_approval_of_an_interview_tells_reason_persons_and_questions(session: Session) -> None:
    people, case = noticed(session)
    sheet = said(session, case, PaperKind.INTERVIEW_APPROVAL)
    told = (INTERVIEW["reason"], "财务负责人", INTERVIEW["questions"], people.chief.name)
    assert all(str(words) in sheet for words in told)


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ({"postponement_decision": "agree"}, "2010年2月4日9时"),
        (
            {"postponement_decision": "refuse", "reason": "已经延期过一次，应按期到场。"},
            "2010年1月29日9时",
        ),
    ],
)
def test_the_reply_on_a_postponement_names_the_time_that_holds(
    session: Session, decided: dict[str, object], words: str
) -> None:
    people, case = noticed(session)
    with at(MONDAY + timedelta(days=1)):
        asked = {
            "contact_result": "postponed",
            "postponed_to": "2010-02-04T09:00:00+08:00",
            "note": "财务负责人出差，请求延期。",
        }
        desk.do(session, people.officer, case, "interview_outcome", asked)
        desk.do(session, people.chief, case, "approve_postponement", decided)
    reply = said(session, case, PaperKind.INTERVIEW_POSTPONEMENT)
    assert words in reply
    assert "财务负责人出差" in reply


def test_an_interview_makes_its_record(session: Session) -> None:
    people, case = noticed(session)
    with at(MONDAY + timedelta(days=5)):
        desk.do(session, people.officer, case, "interview_outcome", {"contact_result": "held"})
        record = {
            "started_at": "2010-01-29T09:00:00+08:00",
            "ended_at": "2010-01-29T10:00:00+08:00",
            "officers": [str(people.officer.user_id), str(people.partner.user_id)],
            "interviewed": "孙梅，财务负责人",
            "agent": "no",
            "questions": [{"question": "收入何时确认？", "answer": "收到货款时确认。"}],
            "signature": "signed",
        }
        desk.do(session, people.officer, case, "record_interview", record)
        desk.do(session, people.partner, case, "confirm_interview", {"confirmation": "confirm"})
    paper = said(session, case, PaperKind.INTERVIEW_RECORD)
    assert "'name': '孙梅', 'post': '财务负责人'" in paper
    assert "收到货款时确认。" in paper


def test_a_statement_in_defence_makes_its_record(session: Session) -> None:
    with at(MONDAY):
        people, case = penalties_of.begun(session)
        penalties_of.noticed(session, people, case, "notice_review", "notice_district")
        statement = {
            "defence_result": "statement",
            "statement": "因财务人员更换未能按时申报，请求从轻处罚。",
            "accepted": "no",
            "accepted_reason": "逾期事实清楚，理由不足以从轻。",
            "advised_amount": "50",
        }
        desk.do(session, people.legal, case, "defence", statement)
    assert "因财务人员更换未能按时申报" in said(session, case, PaperKind.DEFENCE_RECORD)


def test_the_sheet_of_sums_reckons_each_surcharge_by_its_days(session: Session) -> None:
    with at(MONDAY):
        people, case = evaluations.begun(session)
        evaluation.reviewed(session, people, case, "determine")
        evaluation.signed(session, people, case)
        evaluation.determined(session, people, case)
        evaluation.agreed(session, people, case)
    sheet = said(session, case, PaperKind.SURCHARGE_SHEET)
    # Due on the 18th, reckoned to the 25th of January 2010.
    assert "['增值税', '2009年12月', '8,000.00', '2010-01-19', '2010-01-25', '7', '28.00']" in sheet


def test_the_public_is_told_a_masked_identity_number(session: Session, tmp_path: Path) -> None:
    cast.enter(session)
    payer = factories.taxpayer(session)
    case = factories.case(session, payer)
    held = Correction("legal_rep_id", payer.id, 200912, "210202197001011234")
    with facts_of.lake(tmp_path) as lake:
        corrections.lay(fields.shipped(), lake, case.number, [held], attempt="1")
        work = subject(session, case).work
        told = households.told(work, PaperKind.ABNORMAL_ANNOUNCEMENT, {})
    assert "'identity_number': '210*************34'" in str(told["households"])
