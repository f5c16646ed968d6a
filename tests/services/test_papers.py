"""What papers say of a case: who decided it, and whom the taxpayer may ask."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import amounts, clock
from caseflow.documents import PAPERS, PaperKind
from caseflow.models import Case, Referral
from caseflow.services import limits
from caseflow.services.papers import internal
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import SYSTEM
from tests import desk
from tests.services.test_decisions import AGREED, BACK, DUE, concluded, review, taxed
from tests.services.test_time import at


def subject(session: Session, case: Case) -> Subject:
    times = limits.of_today(session)
    return Subject.of(Work(session, SYSTEM, case, times, task=None, answers=None))


def decided(session: Session, case: Case) -> list[tuple[str, str]]:
    """Decision and opinion of each signature on the closing paper."""
    paper = internal.warning_feedback(subject(session, case))
    return [(opinion.decision, opinion.opinion) for opinion in paper.opinions]


def test_the_closing_paper_shows_the_decision_of_the_collective_review(session: Session) -> None:
    people, case = concluded(session, score="15.0")
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.before_the_review(session, people, case, "agree")
    desk.do(session, people.leader, case, "approval", AGREED)
    assert decided(session, case)[2:] == [("同意拟办意见", desk.DECIDED), ("同意", "同意")]


def test_the_closing_paper_shows_the_leader_who_decided_as_proposed(session: Session) -> None:
    people, case = concluded(session)
    for _ in range(2):
        desk.do(session, people.chief, case, "review", review("send_back", **BACK))
        answers = desk.conclusion(session, case)
        desk.do(session, people.officer, case, "conclusion", answers)
    desk.do(session, people.chief, case, "review", review("send_back", **BACK))
    reason = "事实已经清楚，按核查结论办理。"
    proposed = {"third_return_decision": "decide_as_proposed", "reason": reason}
    desk.do(session, people.leader, case, "third_return", proposed)
    signed = internal.warning_feedback(subject(session, case)).opinions
    assert [opinion.decision for opinion in signed] == [
        "提出处理意见",
        "退回",
        "按拟办意见决定",
    ]
    assert (signed[-1].name, signed[-1].opinion) == (people.leader.name, reason)


def test_a_contact_without_a_telephone_names_none(session: Session) -> None:
    _, case = concluded(session)
    assert subject(session, case).contact.phone == ""


def test_the_closing_paper_tells_each_act_with_its_result(session: Session) -> None:
    people, case = concluded(session)
    told = {step.step: step for step in internal.warning_feedback(subject(session, case)).steps}
    assert told["分派"].result == "分派至税源管理一科"
    assert told["派员"].result == f"派员；主办{people.officer.name}；协办{people.partner.name}"
    assert told["案头核查"].result == "已排除 1 项；下一步：作出核查结论"
    assert told["核查结论"].result == "疑点排除 1 项"
    assert not told["案头核查"].is_return


def test_the_closing_paper_shows_what_was_sent_back_and_why(session: Session) -> None:
    people, case = concluded(session)
    desk.do(session, people.chief, case, "review", review("send_back", **BACK))
    paper = internal.warning_feedback(subject(session, case))
    back = paper.steps[-1]
    assert (back.step, back.person, back.is_return) == ("复核", people.chief.name, True)
    assert back.result == "退回至核查结论；证据不足；请补充第四季度购销合同"
    assert paper.returns == 1


def test_the_closing_paper_names_both_officers_and_who_decided(session: Session) -> None:
    people, case = concluded(session)
    desk.do(session, people.chief, case, "review", review("agree"))
    paper = internal.warning_feedback(subject(session, case))
    assert (paper.main_officer, paper.second_officer) == (people.officer.name, people.partner.name)
    assert paper.decided_by == "科（所）长"


def test_the_closing_paper_shows_value_limit_peers_and_steps_of_a_doubt(session: Session) -> None:
    _, case = concluded(session)
    (doubt,) = internal.warning_feedback(subject(session, case)).doubts
    assert (doubt.value, doubt.threshold, doubt.severity) == ("1.00%", "低于 2.00%", "中")
    assert doubt.peers is not None
    assert (doubt.peers.number, doubt.peers.p25) == (52, "1.20%")
    assert doubt.steps == ("V01 调阅一户式资料（已完成）",)


def test_an_outcome_for_another_kind_leaves_its_tax_to_the_referral(session: Session) -> None:
    people, case = concluded(session, duty_not_met="payment", **taxed("3200"))
    desk.do(session, people.chief, case, "review", review("agree"))
    told = internal.warning_feedback(subject(session, case)).execution.splitlines()
    number = session.scalars(select(Referral.id).where(Referral.case_id == case.id)).one()
    assert told[0] == f"已转责令限期改正（待立第 {number} 号）继续办理。"
    assert told[1].startswith("核实应补税款 3,200.00 元、滞纳金 ")
    assert told[1].endswith(f"未在本任务中缴纳，由待立第 {number} 号征收。")


def test_the_surcharge_left_to_another_case_is_counted_to_the_conclusion_that_stands(
    session: Session,
) -> None:
    people, case = concluded(session, duty_not_met="payment", **taxed("3200"))
    desk.do(session, people.chief, case, "review", review("send_back", **BACK))
    again = clock.now() + timedelta(days=3)
    with at(again):
        answers = desk.conclusion(session, case, duty_not_met="payment", **taxed("3200"))
        desk.do(session, people.officer, case, "conclusion", answers)
    with at(again + timedelta(days=1)):
        desk.do(session, people.chief, case, "review", review("agree"))
        told = internal.warning_feedback(subject(session, case)).execution.splitlines()
    concluded_on = clock.local_date(again)
    surcharge = amounts.surcharge(Decimal(3200), date.fromisoformat(DUE), concluded_on)
    assert f"滞纳金 {surcharge:,.2f} 元（计至 {concluded_on}，" in told[1]


@pytest.mark.parametrize(
    ("kind", "agency", "word"),
    [
        (PaperKind.INQUIRY_LETTER, "大连市中山区国家税务局税源管理一科", "大中国税一科"),
        (PaperKind.INSPECTION_NOTICE, "大连市中山区国家税务局", "大中国税"),
        (PaperKind.WARNING_FEEDBACK, "大连市中山区国家税务局", "大中国税"),
    ],
)
def test_a_tax_office_issues_what_its_head_signs_to_the_taxpayer(
    session: Session, kind: PaperKind, agency: str, word: str
) -> None:
    _, case = concluded(session)
    about = subject(session, case)
    about.section.is_tax_office, about.section.short_name = True, "一科"
    issued = about.issuing(PAPERS[kind])
    assert (issued.head.agency, issued.agency_word) == (agency, word)
