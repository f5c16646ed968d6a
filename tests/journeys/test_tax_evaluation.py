"""A tax evaluation as its officers work it in their browsers, from desk review to its report."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from caseflow import amounts
from caseflow.models import AssessedAmount, Case, Document, User
from caseflow.vocabulary import CaseStatus
from tests import evaluation, factories
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, pdf

TEXT = "已核对申报表、发票、一户式档案，逐项写明核对情况。"
SIGNED = {"opinion": "同意，事实清楚。"}


def opened(bureau: Bureau) -> tuple[int, str]:
    """An evaluation that two officers have accepted: its id and its taxpayer."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=901)
        case = factories.evaluation(session, payer)
        evaluation.assigned(session, bureau.people, case)
        return case.id, payer.name


def review_on_paper(company: Company, taxpayer: str) -> None:
    """3: what is confirmed without an estimate is refused in words; then the chief signs."""
    officer, chief = company.officer, company.chief
    officer.begin(taxpayer)
    officer.fill({"basic_data": TEXT, "data_checked": TEXT, "methods": "paper"})
    officer.fill({"steps-0-state": "done"})
    compared = ("warning_value", "peers", "own_history", "other_taxes")
    officer.fill({f"doubts-0-{name}": "done" for name in compared})
    officer.fill({"doubts-0-result": "confirmed", "doubts-0-text": TEXT})
    officer.fill({"doubts-0-error_kind": "calc_or_form_error", "signs": "none"})
    officer.fill({"doubts-0-evidence": pdf("一户式资料.pdf"), "next_step": "determine"})
    officer.submit()
    expect(officer.problems()).to_contain_text("疑点成立的须估算税额")
    officer.form.get_by_role("button", name="增加一行").first.click()
    officer.fill({"estimates-0-tax": "vat", "estimates-0-period": "2009-12"})
    officer.fill({"estimates-0-amount": "8,000.00"})
    officer.hand_in()
    chief.do(taxpayer, {"desk_signature": "agree", **SIGNED})


def determine(company: Company, taxpayer: str) -> None:
    """6: each doubt and sum; the chief sees what the table proposes, and agrees."""
    officer, chief = company.officer, company.chief
    officer.begin(taxpayer)
    officer.fill({"determination_next": "submit", "doubts-0-finding": "confirmed"})
    officer.fill({"doubts-0-cause": "calc_or_form_error", "doubts-0-reasons": TEXT})
    officer.fill({"doubts-0-proved_by": "paper", "doubts-0-indicator_verdict": "right"})
    officer.form.get_by_role("checkbox", name="一户式资料.pdf").first.check()
    officer.form.get_by_role("button", name="增加一行").click()
    officer.fill(
        {
            "amounts-0-tax": "vat",
            "amounts-0-period": "2009-12",
            "amounts-0-declared": "10,000.00",
            "amounts-0-recomputed": "18,000.00",
            "amounts-0-due_on": "2010-01-18",
            "amounts-0-recovery": "calculation_error",
        }
    )
    officer.fill({"signs": "none", "related_party": "no", "belongs_to": "none"})
    officer.fill({"ground": "none", "duties": "none", "fine_proposed": "no"})
    officer.hand_in()
    chief.begin(taxpayer)
    expect(chief.page.get_by_text("建议的处理结果", exact=True)).to_be_visible()
    chief.fill({"review_decision": "agree", **SIGNED})
    chief.hand_in()


def carry_out(bureau: Bureau, company: Company, taxpayer: str, case_id: int) -> None:
    """7: the self-check notice, signed and served; paid with its surcharge."""
    officer, chief = company.officer, company.chief
    drafted = {"exec_paper": "self_check_notice", "matters": TEXT, "term": "15"}
    officer.do(taxpayer, {**drafted, "consequence": "逾期依法处理。"})
    chief.do(taxpayer, {"paper_signature": "sign", **SIGNED})
    today = "2010-01-25"
    served = {"exec_service": "served", "method": "direct", "served_on": today}
    officer.do(taxpayer, {**served, "receiver": "王会计", "receipt": pdf("送达回证.pdf")})
    with bureau.database.reading() as session:
        row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case_id)).one()
        assert row.due_on is not None
        paid_on = session.scalars(select(Document.served_on).where(Document.case_id == case_id))
        day = next(each for each in paid_on if each is not None)
        surcharge = amounts.surcharge(row.recomputed - row.declared, row.due_on, day)
    paid = {"follow_up": "done", "return_number": "GZ-2010-1", "filed_on": today}
    paid |= {"payments-0-tax_paid": "8,000.00", "payments-0-surcharge_paid": str(surcharge)}
    officer.do(taxpayer, {**paid, "payments-0-paid_on": today, "accounts": "done"})


def report_and_close(bureau: Bureau, company: Company, taxpayer: str) -> None:
    """8, 9: the report, the reviewer that the leader names, the closing review."""
    officer, chief, leader = company.officer, company.chief, company.leader
    with bureau.database.reading() as session:
        reviewer = session.scalars(select(User.id).where(User.login == "other_chief")).one()
    report = {"course_told": TEXT, "conclusion": TEXT, "advice": TEXT}
    officer.do(taxpayer, {**report, "management_gap": "no", "case_library": "no"})
    chief.do(taxpayer, {"paper_signature": "sign", **SIGNED})
    leader.do(taxpayer, {"reviewer": str(reviewer)})
    scores = ("facts", "evidence", "calculation", "procedure", "documents")
    scored = {f"score_{name}": "18" for name in scores}
    company.other_chief.do(taxpayer, {"closing_decision": "agree", **scored, **SIGNED})


@pytest.mark.browser
def test_an_evaluation_is_worked_through_its_forms(bureau: Bureau, company: Company) -> None:
    case_id, taxpayer = opened(bureau)
    review_on_paper(company, taxpayer)
    determine(company, taxpayer)
    carry_out(bureau, company, taxpayer, case_id)
    report_and_close(bureau, company, taxpayer)
    with bureau.database.reading() as session:
        case = session.get_one(Case, case_id)
        assert (case.status, case.outcome) == (CaseStatus.CLOSED, "self_corrected")
    officer = company.officer
    officer.open_case(case_id)
    expect(officer.page.get_by_text("纳税评估报告").first).to_be_visible()
    assert officer.troubles == []
