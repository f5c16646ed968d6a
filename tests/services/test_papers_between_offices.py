"""Papers that go from one office to another: who signs them, what they answer to, whose words."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Document
from tests import corrections, data_requests, directives, transfers
from tests.orders import MONDAY, at


def papers(session: Session, case: Case, kind: str) -> list[dict[str, Any]]:
    """What the papers of a kind say, in the order of their issue."""
    found = select(Document.data).where(Document.case_id == case.id, Document.kind == kind)
    return list(session.scalars(found.order_by(Document.id)))


def signers(paper: dict[str, Any]) -> list[str]:
    return [each["name"] for each in paper["opinions"]]


def pairs(paper: dict[str, Any]) -> dict[str, str]:
    return {pair["name"]: pair["value"] for part in paper["parts"] for pair in part["pairs"]}


def table(paper: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = [part["table"] for part in paper["parts"] if part["title"] == title]
    return {"names": found["names"], "rows": found["rows"], "sums": found["sums"]}


def test_a_transfer_names_its_signers_and_the_inspection_bureau_its_proposal(
    session: Session,
) -> None:
    with at(MONDAY):
        people = transfers.enter(session)
        case = transfers.opened(session, people)
        urgent = {"urgency": "urgent", "urgent_reason": "flight"}
        transfers.proposed(session, people, case, **urgent)
        transfers.approved(session, people, case)
        transfers.sent_on(session, people, case)
        transfers.accepted(session, people, case)
        paid = {"surcharge_paid": "120.00", "fine_paid": "4000.00"}
        taxes = [{**transfers.final(session, case)["taxes"][0], **paid}]
        transfers.fed_back(session, people, case, taxes=taxes)
    (proposal,) = papers(session, case, "transfer_proposal")
    assert signers(proposal) == [people.officer.name, people.chief.name, people.leader.name]
    said = pairs(proposal)
    assert (said["紧急程度"], said["紧急原因"]) == ("紧急", "可能逃匿")
    assert said["已告知纳税人的内容"] == "仅告知正在核实申报数据，未告知移送。"
    (listed,) = papers(session, case, "transfer_list")
    number = proposal["head"]["number"]
    assert table(listed, "移送案件")["rows"][0][3] == number
    (accepted,) = papers(session, case, "source_acceptance")
    assert pairs(accepted)["移送文书"] == f"《移送稽查建议书》{number}"
    (result,) = papers(session, case, "inspection_feedback")
    assert table(result, "逐个疑点的检查结论")["rows"][0][1] == "疑点成立"
    assert (
        table(result, "分税种、所属期")["rows"][0][5]
        == pairs(result)["已入库（元）"]
        == "12,120.00"
    )
    assert signers(result) == [people.selects.name, people.inspects.name]


def test_each_unit_of_a_directive_signs_and_answers_for_itself_alone(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.drafted(session, people)
        directives.split(session, people, case)
        near, far = directives.unit(session, "0101"), directives.unit(session, "0201")
        directives.deployed(session, people.leader, case, {1: near})
        directives.deployed(session, people.far_leader, case, {2: far})
        directives.distributed(session, people.chief, case, kind="simple", main=people.officer)
        directives.distributed(
            session, people.far_chief, case, kind="simple", main=people.far_officer
        )
        directives.worked(session, people.officer, case)
        directives.worked(session, people.far_officer, case)
        own = {"problems": "我科所管户数较多，人员不足，进度偏慢。"}
        directives.section_answered(session, people.chief, case, **own)
        directives.section_answered(session, people.far_chief, case)
    report, notice = (papers(session, case, each)[0] for each in _GIVEN)
    assert signers(report) == [people.analyst.name, people.division.name]
    assert signers(notice) == [people.division.name]
    assert pairs(notice)["督办依据"] == f"《数据分析报告》{report['head']['number']}"
    sheets = papers(session, case, "deployment_sheet")
    assert [signers(each) for each in sheets] == [[people.leader.name], [people.far_leader.name]]
    assert [row[-1] for row in table(sheets[1], "清册")["rows"]] == ["一科", "西岗"]
    answers = {signers(each)[0]: each for each in papers(session, case, "section_feedback")}
    assert set(answers) == {people.chief.name, people.far_chief.name}
    told = [line for part in answers[people.far_chief.name]["parts"] for line in part["lines"]]
    # Neither what the other section wrote nor the advice of the city's report.
    assert told == [directives.TEXT, "加强日常巡查和纳税辅导工作。"]
    assert table(answers[people.chief.name], "结果分布")["rows"] == [["已办理", "1"]]


_GIVEN = ("analysis_report", "directive_notice")


def test_a_request_bears_both_signatures_and_its_delivery_the_request(session: Session) -> None:
    with at(MONDAY):
        people = data_requests.enter(session)
        case, file = data_requests.delivered(session, people)
    (request,) = papers(session, case, "data_request")
    rows = table(request, "需求单位签字")["rows"]
    assert [row[1] for row in rows] == [people.asks.name, people.vat.name]
    said = pairs(request)
    assert (said["字段"], said["所属期"]) == ("应税销售额", "2009年7月至2009年12月")
    (delivery,) = papers(session, case, "data_delivery")
    given = pairs(delivery)
    assert given["需求文号"] == f"《数据需求单》{request['head']['number']}"
    assert given["数据包哈希"].replace(" ", "") == file.sha256
    assert (given["整理人"], given["质检人"]) == (people.prepares.name, people.quality.name)
    assert given["使用人"] == f"{people.asks.name}、{people.reads.name}"
    assert table(delivery, "控制总数")["rows"] == [["销售额合计", "600", "与申报汇总表一致"]]
    assert signers(delivery) == [people.analyst.name]


def test_a_correction_shows_amounts_and_what_proves_them(session: Session, tmp_path: Path) -> None:
    with at(MONDAY), corrections.lake(tmp_path):
        people = corrections.enter(session, tmp_path)
        case = corrections.applied(session, people)
    (sheet,) = papers(session, case, "data_correction")
    changed = table(sheet, "更正内容")
    assert changed["names"] == ["字段", "所属期", "更正前", "更正后"]
    assert changed["rows"][0][2:] == ["85,000.00", "5,000.00"]
    assert table(sheet, "证据")["rows"] == [["原件", "全部各行", "2010-01-20", "2"]]
    assert "申报有无应回避情形" not in pairs(sheet)
