"""A directive as its people work it in their browsers: down five levels and up again."""

import os
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import select

from caseflow.models import Case, DirectiveLine, Document, Taxpayer
from caseflow.services import directives
from caseflow.vocabulary import CaseKind, CaseStatus
from tests import directives as steps
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


WIDE = "批发企业增值税税负督办"
# Who has a part: by section its chief and officer, by district its leader and information post.
SECTIONS = {"0101": ("chief", "officer"), "0102": ("other_chief", "other_officer")}
FAR = {"0201": ("far_chief", "far_officer")}
DISTRICTS = {"01": ("leader", "info", SECTIONS), "02": ("far_leader", "far_info", FAR)}


def spread(bureau: Bureau) -> tuple[list[str], dict[str, str]]:
    """A household in each of three sections of two districts; units by code."""
    with bureau.database.transaction() as session:
        steps.join(session)
        orders.deploy(session, "directive")
        payers = [
            factories.taxpayer(session, section=code, serial=950 + at)
            for at, code in enumerate((*SECTIONS, *FAR))
        ]
        codes = ("D07", *DISTRICTS, *SECTIONS, *FAR)
        return [payer.tin for payer in payers], {code: unit(session, code) for code in codes}


def drafted_wide(company: Company, tins: list[str], units: dict[str, str]) -> None:
    """1, 2a, 3: three households and a unit line, signed and instructed as proposed."""
    analyst = company.analyst
    analyst.page.goto(f"{analyst.address}/cases")
    analyst.page.get_by_role("link", name="起草督办").click()
    analyst.page.get_by_label("督办标题").fill(WIDE)
    analyst.page.get_by_role("button", name="起草督办").click()
    analyst.begin(WIDE)
    analyst.fill({"report_kind": "analysis", "period": "2009 年第四季度", "findings": TEXT})
    analyst.fill({"advice": "逐户核实，并加强日常辅导。", "leading_unit": units["D07"]})
    analyst.fill({"districts": [units["01"], units["02"]], "deadline": "2010-03-15"})
    for at, tin in enumerate((*tins, "")):
        analyst.form.get_by_role("button", name="增加一行").click()
        analyst.fill({f"lines-{at}-tin": tin, f"lines-{at}-verify": "no"})
        analyst.fill({f"lines-{at}-finding": "税负偏低" if tin else "登记率偏低"})
    analyst.hand_in()
    company.division.do(WIDE, {"report_decision": "sign", **SIGNED})
    director = company.director
    director.begin(WIDE)
    leader = director.form.locator("[name=responsible_leader] option").nth(1)
    director.fill({"instruction_decision": "agree", "requirement": "逐户核实到位。"})
    director.fill({"responsible_leader": leader.get_attribute("value") or "", **SIGNED})
    director.hand_in()


def handed_down(bureau: Bureau, company: Company, units: dict[str, str]) -> None:
    """4 to 6: households go where the register says, the unit line to the far district."""
    company.division.do(WIDE, {"lines-3-district": units["02"]})
    for login, _, sections in DISTRICTS.values():
        getattr(company, login).do(WIDE, {"requirement": "按期办结。"})
        for chief, officer in sections.values():
            user = str(getattr(bureau.people, officer).user_id)
            given = {"lines-0-kind": "simple", "lines-0-main_officer": user}
            getattr(company, chief).do(WIDE, given)


def worked_everywhere(bureau: Bureau, company: Company, case_id: int) -> None:
    """7: each officer closes the own line with evidence."""
    for _, _, sections in DISTRICTS.values():
        for _, officer in sections.values():
            person = getattr(company, officer)
            person.begin(WIDE)
            person.fill({"recusal": "none", "lines-0-outcome": "done", "lines-0-done_text": TEXT})
            person.fill({"lines-0-cause": "seasonal_or_business"})
            person.fill({"lines-0-evidence": pdf("核对记录.pdf")})
            person.hand_in()
    with bureau.database.transaction() as session:
        directives.settle(session, {"case": case_id})


def answered_everywhere(bureau: Bureau, company: Company, case_id: int) -> None:
    """8 to 10: every section, both districts; the far one with what it did about the unit line."""
    for code, (leader, info, sections) in DISTRICTS.items():
        for chief, _ in sections.values():
            said = {"problems": TEXT, "measures": TEXT, "section_decision": "submit"}
            getattr(company, chief).do(WIDE, said)
        kept = {"unit_lines-0-measure": "已清理漏征漏管户。", "unit_lines-0-outcome": "done"}
        told = {"summary": LONG, "problems": TEXT, "measures": TEXT}
        getattr(company, info).do(WIDE, (kept if code == "02" else {}) | told)
        getattr(company, leader).do(WIDE, {"answer_signature": "sign", **SIGNED})
        evaluated(bureau, company, case_id, code)


def evaluated(bureau: Bureau, company: Company, case_id: int, code: str) -> None:
    """10: a line of the district is looked at again, its part accepted."""
    with bureau.database.reading() as session:
        found = select(DirectiveLine.id).where(
            DirectiveLine.case_id == case_id, DirectiveLine.district_id == int(unit(session, code))
        )
        line = session.scalars(found.order_by(DirectiveLine.number).limit(1)).one()
    division = company.division
    division.begin(WIDE)
    division.form.get_by_role("button", name="增加一行").click()
    division.fill({"sample-0-line": f"line:{line}", "sample-0-result": "right", "grade": "good"})
    division.fill({"grade_reason": "按期办结", "evaluation_decision": "accept"})
    division.hand_in()


def test_directive_of_two_districts_adds_up_from_three_sections(
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    bureau, company = fresh_bureau, fresh_company
    tins, units = spread(bureau)
    drafted_wide(company, tins, units)
    with bureau.database.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.kind == CaseKind.DR)).one()
    handed_down(bureau, company, units)
    worked_everywhere(bureau, company, case_id)
    answered_everywhere(bureau, company, case_id)
    company.director.open_case(case_id)
    sums = company.director.page.get_by_role("region", name="办理单位和汇总")
    rows = [row.inner_text().split() for row in sums.get_by_role("row").all()]
    figures = {row[0]: row[1:3] for row in rows if len(row) > 2}
    assert figures["合计"] == ["4", "4"]
    if folder := os.environ.get("CASEFLOW_PICTURES"):
        page = company.director.page
        page.screenshot(path=Path(folder) / "directive.png", full_page=True)
    company.analyst.do(WIDE, {"findings": LONG})
    company.division.do(WIDE, {"result_signature": "sign", **SIGNED})
    company.director.do(WIDE, {"directive_closing": "close", **SIGNED})
    with bureau.database.reading() as session:
        closed = session.get_one(Case, case_id)
        assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "completed")
