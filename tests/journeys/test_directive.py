"""A directive as its people work it in their browsers: down five levels and up again."""

from playwright.sync_api import expect
from sqlalchemy import select

from caseflow.models import Case, DirectiveLine, Document, Taxpayer
from caseflow.services import directives
from caseflow.vocabulary import CaseKind, CaseStatus
from tests import factories, orders
from tests.directives import LONG, TEXT, unit
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, pdf

TITLE = "加油站增值税税负督办"
SIGNED = {"opinion": "同意，请抓紧办理。"}


def prepared(bureau: Bureau) -> tuple[str, dict[str, str]]:
    """The drawing deployed and a household on file: its tax number, and units by code."""
    with bureau.database.transaction() as session:
        orders.deploy(session, "directive")
        payer = factories.taxpayer(session, serial=941)
        units = {code: unit(session, code) for code in ("D07", "01", "0101")}
        return payer.tin, units


def draft(company: Company, tin: str, units: dict[str, str]) -> None:
    """1, 2a: the post begins a directive from the list of cases; the chief signs its report."""
    analyst = company.analyst
    analyst.page.goto(f"{analyst.address}/cases")
    analyst.page.get_by_role("link", name="起草督办").click()
    analyst.page.get_by_label("督办标题").fill(TITLE)
    analyst.page.get_by_role("button", name="起草督办").click()
    expect(analyst.page.get_by_role("heading", name=TITLE)).to_be_visible()
    analyst.begin(TITLE)
    analyst.fill({"report_kind": "analysis", "period": "2009 年第四季度", "findings": TEXT})
    analyst.fill({"advice": "逐户核实，并加强日常辅导。", "leading_unit": units["D07"]})
    analyst.fill({"districts": units["01"], "deadline": "2010-03-15"})
    analyst.form.get_by_role("button", name="增加一行").click()
    analyst.fill({"lines-0-tin": "000", "lines-0-finding": "税负偏低", "lines-0-verify": "no"})
    analyst.submit()
    expect(analyst.problems()).to_contain_text("没有这个纳税人识别号的纳税人")
    analyst.fill({"lines-0-tin": tin})
    analyst.hand_in()
    company.division.do(TITLE, {"report_decision": "sign", **SIGNED})


def hand_down(bureau: Bureau, company: Company, units: dict[str, str]) -> None:
    """3 to 6: instructed as proposed, split by the register, deployed, given to an officer."""
    director = company.director
    director.begin(TITLE)
    director.fill({"instruction_decision": "agree", "requirement": "逐户核实到位。"})
    leader = f"p{bureau.people.director.user_id}"
    director.fill({"responsible_leader": leader, **SIGNED})
    director.hand_in()
    company.division.do(TITLE, {"lines-0-district": units["01"]})
    company.leader.do(TITLE, {"requirement": "按期办结。", "lines-0-section": units["0101"]})
    officer = str(bureau.people.officer.user_id)
    company.chief.do(TITLE, {"lines-0-kind": "simple", "lines-0-main_officer": officer})


def work_line(bureau: Bureau, company: Company, case_id: int) -> None:
    """7: the officer closes the line with evidence; the worker tells the section."""
    officer = company.officer
    officer.begin(TITLE)
    officer.fill({"recusal": "none"})
    officer.fill({"lines-0-outcome": "done", "lines-0-done_text": TEXT})
    officer.fill({"lines-0-cause": "seasonal_or_business"})
    officer.submit()
    expect(officer.problems()).to_contain_text("请至少上传一份证据")
    officer.fill({"lines-0-evidence": pdf("核对记录.pdf")})
    officer.hand_in()
    with bureau.database.transaction() as session:
        directives.settle(session, {"case": case_id})


def answer(bureau: Bureau, company: Company, case_id: int) -> None:
    """8 to 10: the section, the district and the leading division."""
    chief = company.chief
    chief.do(TITLE, {"problems": TEXT, "measures": TEXT, "section_decision": "submit"})
    company.info.do(TITLE, {"summary": LONG, "problems": TEXT, "measures": TEXT})
    company.leader.do(TITLE, {"answer_signature": "sign", **SIGNED})
    division = company.division
    division.begin(TITLE)
    division.form.get_by_role("button", name="增加一行").click()
    with bureau.database.reading() as session:
        found = select(DirectiveLine.id).where(DirectiveLine.case_id == case_id)
        line = session.scalars(found).one()
    division.fill({"sample-0-line": f"line:{line}", "sample-0-result": "right", "grade": "good"})
    division.fill({"grade_reason": "按期办结", "evaluation_decision": "accept"})
    division.hand_in()


def test_directive_goes_down_and_up_in_browsers(bureau: Bureau, company: Company) -> None:
    tin, units = prepared(bureau)
    draft(company, tin, units)
    with bureau.database.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.kind == CaseKind.DR)).one()
        name = session.scalars(select(Taxpayer.name).where(Taxpayer.tin == tin)).one()
    hand_down(bureau, company, units)
    work_line(bureau, company, case_id)
    company.director.open_case(case_id)
    listed = company.director.page.get_by_role("region", name="清册")
    expect(listed).to_contain_text(name)
    expect(listed).to_contain_text("已办理")
    sums = company.director.page.get_by_role("region", name="办理单位和汇总")
    expect(sums.get_by_role("row").last).to_contain_text("合计")
    answer(bureau, company, case_id)
    company.analyst.do(TITLE, {"findings": LONG})
    company.division.do(TITLE, {"result_signature": "sign", **SIGNED})
    company.director.do(TITLE, {"directive_closing": "close", **SIGNED})
    with bureau.database.reading() as session:
        closed = session.get_one(Case, case_id)
        assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "completed")
        papers = select(Document.kind).where(Document.case_id == case_id).order_by(Document.id)
        assert session.scalars(papers).all() == [
            "analysis_report",
            "instruction_sheet",
            "directive_notice",
            "deployment_sheet",
            "section_feedback",
            "directive_feedback",
            "directive_evaluation",
            "directive_result",
        ]
