"""Directives on the shipped drawing: down five levels to the officers and up again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, directive_indicators
from caseflow.models import Case, CaseLink, Document, Notice, ScreeningRun, Taxpayer, Unit
from caseflow.reads import directive_lines
from caseflow.services import cases, extensions
from caseflow.services import directives as opens
from caseflow.services.directives import ActionItem
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    RunStatus,
)
from tests import cast, desk, directives, factories, transfers
from tests.cast import Cast
from tests.factories import tell
from tests.orders import MONDAY, at


def numbers(session: Session, case: Case) -> list[tuple[str, str]]:
    found = select(Document.kind, Document.number).where(
        Document.case_id == case.id, Document.number.is_not(None)
    )
    return [(kind, str(number)) for kind, number in session.execute(found.order_by(Document.id))]


def test_directive_goes_down_five_levels_and_up_again(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.drafted(session, people)
        assert case.number.startswith("00DR")
        directives.split(session, people, case)
        near, far = directives.unit(session, "0101"), directives.unit(session, "0201")
        directives.deployed(session, people.leader, case, {1: near})
        directives.deployed(session, people.far_leader, case, {2: far})  # the unit line is kept
        directives.distributed(
            session, people.chief, case, kind="WV", main=people.officer, second=people.partner
        )
        directives.distributed(
            session, people.far_chief, case, kind="simple", main=people.far_officer
        )
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.WV)).one()
        linked = session.scalars(select(CaseLink.other_id).where(CaseLink.case_id == case.id)).all()
        assert linked == [opened.id]
        assert desk.open_elements(session, opened) == {"accept_main", "accept_second"}
        directives.worked(session, people.far_officer, case)
        directives.section_answered(session, people.far_chief, case)
        _, second, third = directives.lines(session, case)
        kept = {"row": f"line:{third.id}", "measure": "已清理漏征漏管户", "outcome": "done"}
        directives.district_answered(
            session, people.far_info, people.far_leader, case, unit_lines=[kept]
        )
        directives.accepted(session, people, case, second)
    assert desk.open_elements(session, case) == set()  # the near section waits for its case
    with at(MONDAY):
        accept = {"recusal": "none", "accept_decision": "accept"}
        desk.do(session, people.officer, opened, "accept_main", accept)
        desk.do(session, people.partner, opened, "accept_second", accept)
        desk.check(session, people, opened)
        desk.do(session, people.officer, opened, "conclusion", desk.conclusion(session, opened))
        agreed = {"review_decision": "agree", "opinion": "同意，事实清楚。"}
        desk.do(session, people.chief, opened, "review", agreed)
        desk.do(session, people.officer, opened, "closing_check", {"sign_off": True})
        directives.work(session)
        directives.section_answered(session, people.chief, case)
        directives.district_answered(session, people.info, people.leader, case)
        directives.accepted(session, people, case, directives.lines(session, case)[0])
        directives.concluded(session, people, case)
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "completed")
    assert numbers(session, case) == [
        ("analysis_report", "大国税数析〔2010〕1号"),
        ("directive_notice", "大国税督〔2010〕1号"),
        ("directive_feedback", "大西国税督馈〔2010〕1号"),
        ("directive_evaluation", "大国税督评〔2010〕1号"),
        ("directive_feedback", "大中国税督馈〔2010〕1号"),
        ("directive_evaluation", "大国税督评〔2010〕2号"),
        ("directive_result", "大国税督结〔2010〕1号"),
    ]


def begun(
    session: Session,
    people: Cast | None = None,
    told: dict[str, Any] | None = None,
    payer: Taxpayer | None = None,
) -> tuple[Cast, Case]:
    """A directive whose near section has one simple line, given to the officer."""
    people = people or directives.enter(session)
    payer = payer or factories.taxpayer(session)
    case = directives.opened(session, people.analyst, "代开发票督办")
    found = [told or directives.asked("代开发票较多", payer.tin)]
    near = [directives.unit(session, "01")]
    answers = directives.report(session, lines=found, districts=near)
    directives.do(session, people.analyst, case, "draft_report", **answers)
    signed = {"report_decision": "sign", **directives.SIGNED}
    directives.do(session, people.division, case, "sign_report", **signed)
    leader = f"p{people.director.user_id}"
    told = directives.agreed(session, districts=near, responsible_leader=leader)
    directives.do(session, people.director, case, "instruct", **told)
    (line,) = directives.lines(session, case)
    given = [{"row": f"line:{line.id}", "district": near[0]}]
    directives.do(
        session, people.division, case, "split", lines=given, requirements=[], new_lines=[]
    )
    handed_down(session, people, case)
    return people, case


def handed_down(session: Session, people: Cast, case: Case) -> None:
    section = directives.unit(session, "0101")
    directives.deployed(session, people.leader, case, {1: section})
    directives.distributed(session, people.chief, case, kind="simple", main=people.officer)


def answered(session: Session, people: Cast, case: Case) -> None:
    directives.section_answered(session, people.chief, case)
    directives.district_answered(session, people.info, people.leader, case)


def evaluated(session: Session, people: Cast, case: Case, decision: str, **more: object) -> None:
    said = {"grade": "pass", "grade_reason": "尚需补充", "sample": [], **more}
    directives.do(session, people.division, case, "evaluate", evaluation_decision=decision, **said)


def test_lines_are_worked_again_twice_at_most(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        (line,) = directives.lines(session, case)
        directives.worked(session, people.officer, case)
        again = {"again_lines": [f"line:{line.id}"], "again_reason": "证据不够充分，请补充。"}
        directives.section_answered(session, people.chief, case, section_decision="again", **again)
        assert directives.lines(session, case)[0].outcome is None
        directives.worked(session, people.officer, case)
        answered(session, people, case)
        questions = {"questions": "请说明代开发票的原因和金额。"}
        evaluated(session, people, case, "ask_again", **questions)
        directives.district_answered(session, people.info, people.leader, case)
        evaluated(session, people, case, "work_again", **again)
        handed_down(session, people, case)
        directives.worked(session, people.officer, case)
        answered(session, people, case)
        with pytest.raises(Invalid) as refusal:
            evaluated(session, people, case, "ask_again", **questions)
        assert desk.refused(refusal.value) == {"evaluation_decision": "again_enough"}


def test_late_answers_are_listed_and_lines_stay_open(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
    with at(MONDAY + timedelta(days=60)):
        cases.wake_due(session)
        session.expire_all()
        assert desk.open_elements(session, case) == {"answer_section"}
    with at(MONDAY + timedelta(days=90)):
        cases.wake_due(session)
        session.expire_all()
        assert desk.open_elements(session, case) == {"write_result"}
        found = directive_lines.overview(session, people.director, case)
        assert [part.unit for part in found.late] == ["大连市中山区国家税务局", "税源管理一科"]
        (line,) = directives.lines(session, case)
        item = {"way": "meeting", "leader": "员director", "unit": "中山区局"}
        rows = [{"row": f"line:{line.id}", **item, "expected_on": "2010-06-30"}]
        directives.concluded(session, people, case, open_lines=rows)
        closed = session.get_one(Case, case.id)
        assert closed.outcome == "completed_with_open_items"
        assert directives.lines(session, case)[0].outcome is None


def own(session: Session) -> tuple[Cast, Case]:
    """A district's own directive whose section has one simple line, given to the officer."""
    people = directives.enter(session)
    payer = factories.taxpayer(session)
    case = directives.opened(session, people.info, "本局代开发票督办")
    line = directives.asked("代开发票较多", payer.tin)
    own = {"title": "本局代开发票督办", "period": "2009 年", "wish": "own", "lines": [line]}
    told = {"findings": directives.TEXT, "measures": directives.TEXT}
    directives.do(session, people.info, case, "draft_own", **own, **told)
    signed = {"own_decision": "own", **directives.SIGNED}
    directives.do(session, people.leader, case, "sign_own", **signed)
    handed_down(session, people, case)
    return people, case


def test_own_directive_is_evaluated_by_another_leader(session: Session) -> None:
    with at(MONDAY):
        people, case = own(session)
        assert case.number.startswith("01DR")
        directives.worked(session, people.officer, case)
        answered(session, people, case)
        assert desk.barred_by(session, people.leader, case, "evaluate_own") == "sign_own"
        (done,) = directives.lines(session, case)
        sample = [{"line": f"line:{done.id}", "result": "right"}]
        said = {"grade": "good", "grade_reason": "按期办结", "evaluation_decision": "accept"}
        directives.do(session, people.deputy, case, "evaluate_own", sample=sample, **said)
        closed = session.get_one(Case, case.id)
        assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "completed")


def test_own_directive_that_nobody_answers_ends_with_open_items(session: Session) -> None:
    with at(MONDAY):
        _, case = own(session)
    with at(MONDAY + timedelta(days=90)):
        cases.wake_due(session)
        cases.wake_due(session)
        session.expire_all()
        closed = session.get_one(Case, case.id)
        assert (closed.status, closed.outcome) == (
            CaseStatus.CLOSED,
            "completed_with_open_items",
        )
        (line,) = directives.lines(session, case)
        assert line.outcome is None


def test_objection_brings_the_report_back_once(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.opened(session, people.analyst, "代开发票督办")
        asked = [directives.unit(session, "D08")]
        told = directives.report(session, lines=[directives.asked("登记率偏低")], divisions=asked)
        signed = {"report_decision": "sign", **directives.SIGNED}
        objects = {"countersign_opinion": "object", "objection": "所用指标口径与我处不一致。"}
        for expected in ("draft_report", "instruct"):
            answers = {**told, "objection_answers": "已与贵处核对口径，修改了第二项发现。"}
            directives.do(session, people.analyst, case, "draft_report", **answers)
            directives.do(session, people.division, case, "sign_report", **signed)
            directives.do(session, people.goods, case, "countersign", **objects)
            assert desk.open_elements(session, case) == {expected}
        assert len(directives.lines(session, case)) == 2  # the second draft added one, none went


def test_a_household_goes_where_the_register_says(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.drafted(session, people)
        leader = f"p{people.director.user_id}"
        told = directives.agreed(session, responsible_leader=leader)
        directives.do(session, people.director, case, "instruct", **told)
        far = directives.unit(session, "02")
        given = [
            {"row": f"line:{line.id}", "district": far} for line in directives.lines(session, case)
        ]
        with pytest.raises(Invalid) as refusal:
            directives.do(session, people.division, case, "split", lines=given)
        assert desk.refused(refusal.value) == {"lines-0-district": "register_says_otherwise"}
        with pytest.raises(Invalid) as refusal:
            directives.do(session, people.division, case, "split", lines=given[1:])
        assert desk.refused(refusal.value) == {"lines": "every_listed_line"}


def moved_before_it_is_given(session: Session, to: str, **others: str) -> tuple[Cast, Case]:
    """A household with a hit goes to another section between deployment and distribution."""
    people = directives.enter(session)
    case = directives.drafted(session, people)
    directives.split(session, people, case)
    directives.deployed(session, people.leader, case, {1: directives.unit(session, "0101")})
    for login, section in others.items():
        who = getattr(people, login)
        directives.deployed(session, who, case, {2: directives.unit(session, section)})
    line = directives.lines(session, case)[0]
    payer = session.get_one(Taxpayer, line.taxpayer_id)
    payer.section_id = int(directives.unit(session, to))
    payer.district_id = session.get_one(Unit, payer.section_id).parent_id or 0
    tell(session, "sys:facts")
    directives.distributed(
        session, people.chief, case, kind="WV", main=people.officer, second=people.partner
    )
    return people, case


def test_a_line_whose_household_went_is_a_case_where_it_is_now(session: Session) -> None:
    with at(MONDAY):
        people, case = moved_before_it_is_given(session, "0102")
        line = directives.lines(session, case)[0]
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.WV)).one()
        section = int(directives.unit(session, "0102"))
        assert (line.section_id, line.line_case_id) == (section, opened.id)
        assert (opened.section_id, opened.main_officer_id) == (section, None)
        assert desk.open_elements(session, opened) == {"dispatch"}
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.LINE_MOVED)).one()
        assert told.user_id == people.division.user_id
        directives.work(session)  # no line is left to the section: it answers at once
        directives.section_answered(session, people.chief, case)


def test_a_line_goes_to_a_section_that_has_yet_to_distribute(session: Session) -> None:
    with at(MONDAY):
        _, case = moved_before_it_is_given(session, "0201", far_leader="0201")
        line = directives.lines(session, case)[0]
        assert (line.district_id, line.kind) == (int(directives.unit(session, "02")), None)
        assert session.scalars(select(Case).where(Case.kind == CaseKind.WV)).all() == []
        far = rows.to_distribute(session, case.id, line.section_id or 0)
        assert [each.number for each in far] == [1, 2]  # on the form of the section that has it


def screened(session: Session, period: int, hits: int) -> None:
    """An accepted screening of a period that finds so many households of the near district."""
    at_now = clock.now()
    run = ScreeningRun(
        period=period,
        status=RunStatus.ACCEPTED,
        engine="duckdb",
        catalogue_sha256="0" * 64,
        batches=[],
        figures={"VAT-001": {}},
        warning_count=hits,
        case_count=0,
        started_at=at_now,
        finished_at=at_now,
    )
    session.add(run)
    session.flush()
    for at_place in range(hits):
        payer = factories.taxpayer(session, serial=period % 100 * 20 + at_place)
        found = factories.warning(session, payer)
        found.run_id, found.period = run.id, period
    factories.tell(session, "sys:screening")


def test_indicators_stand_before_and_after_by_the_screenings(session: Session) -> None:
    with at(MONDAY - timedelta(days=1)):
        people = directives.enter(session)
        screened(session, 200911, 3)
    with at(MONDAY):
        line = {**directives.asked("税负低于同行业"), "indicator": "VAT-001"}
        people, case = begun(session, people, line)
        (before,) = directive_indicators.of(session, case)
        assert before.before == directive_indicators.Snapshot(3, 200911)
        assert before.after is None
    with at(MONDAY + timedelta(days=10)):
        screened(session, 200912, 1)
        (since,) = directive_indicators.of(session, case)
        assert since.after == directive_indicators.Snapshot(1, 200912)
        directives.worked(session, people.officer, case)
        answered(session, people, case)
        sample = [{"line": f"line:{directives.lines(session, case)[0].id}", "result": "right"}]
        evaluated(session, people, case, "accept", sample=sample)
        paper = session.scalars(
            select(Document).where(Document.kind == "directive_evaluation")
        ).one()
        assert "3户（2009年11月）" in str(paper.data)
        assert "1户（2009年12月）" in str(paper.data)
        page = directive_lines.overview(session, people.director, case)
        assert page.compared == (since,)


def item(session: Session, **changes: Any) -> ActionItem:  # noqa: ANN401 - any field
    """An action item for two districts."""
    said = {
        "title": "零申报户核实",
        "minutes": "大国税会〔2010〕1号",
        "requirement": "三月底前逐户核实并反馈。",
        "leading_unit": directives.unit(session, "D07"),
        "districts": [directives.unit(session, "01"), directives.unit(session, "02")],
        "deadline": directives.DUE,
    }
    return ActionItem(**{**said, **changes})


def test_what_a_meeting_decided_is_split_at_once(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = opens.of_meeting(session, people.analyst, item(session))
        assert desk.open_elements(session, case) == {"split"}
        near, far = directives.unit(session, "01"), directives.unit(session, "02")
        added = [{**directives.asked("登记率偏低"), "district": near}]
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            directives.do(session, people.division, case, "split", lines=[], new_lines=added)
        assert desk.refused(refusal.value) == {"new_lines": "a_line_for_each_district"}
        added.append({**directives.asked("登记率偏低"), "district": far})
        directives.do(session, people.division, case, "split", lines=[], new_lines=added)
        assert numbers(session, case) == [("directive_notice", "大国税督〔2010〕1号")]
        paper = session.scalars(select(Document).where(Document.case_id == case.id)).one()
        assert "三月底前逐户核实并反馈。" in str(paper.data)


def test_an_item_needs_its_minutes_units_and_a_day_to_come(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        for changes, code in (
            ({"minutes": ""}, "meeting_item_text"),
            ({"leading_unit": directives.unit(session, "01")}, "meeting_item_unit"),
            ({"districts": []}, "meeting_item_districts"),
            ({"deadline": "2010-01-25"}, "meeting_item_deadline"),
        ):
            with pytest.raises(Invalid) as refusal:
                opens.of_meeting(session, people.analyst, item(session, **changes))
            assert refusal.value.code == code
        with pytest.raises(Forbidden):
            opens.of_meeting(session, people.info, item(session))


def test_a_division_does_not_countersign_for_itself(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.opened(session, people.analyst, "代开发票督办")
        found = [directives.asked("登记率偏低")]
        itself = [directives.unit(session, "D07")]
        answers = directives.report(session, lines=found, divisions=itself)
        with pytest.raises(Invalid) as refusal:
            directives.do(session, people.analyst, case, "draft_report", **answers)
    assert desk.refused(refusal.value) == {"divisions": "not_for_itself"}


def test_directive_goes_on_once_with_the_open_lines(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
    with at(MONDAY + timedelta(days=90)):
        for _ in ("the deadline of the lines", "late answers"):
            cases.wake_due(session)
            session.expire_all()
        (line,) = directives.lines(session, case)
        rows = [{"row": f"line:{line.id}", "way": "follow"}]
        longer = {"directive_closing": "continue", "new_deadline": "2010-06-30"}
        directives.concluded(session, people, case, open_lines=rows, **longer)
        again = [{"row": f"line:{line.id}", "district": directives.unit(session, "01")}]
        directives.do(session, people.division, case, "split", lines=again)
        directives.do(session, people.leader, case, "deploy", lines=[])
        directives.do(session, people.chief, case, "distribute", lines=[])
        directives.worked(session, people.officer, case)
        answered(session, people, case)
        directives.accepted(session, people, case, directives.lines(session, case)[0])
        with pytest.raises(Invalid) as refusal:
            directives.concluded(session, people, case, **longer)
        assert desk.refused(refusal.value) == {"directive_closing": "continued_once"}


@pytest.mark.parametrize(
    ("period", "road"),
    [
        ("2009-12", "inspection"),
        ("2009-Q4", "inspection"),
        ("2009-Y", "inspection"),
        ("2009-06", "simple"),
        ("2009-Q2", "simple"),
        ("2008-Y", "simple"),
        ("", "inspection"),
    ],
)
def test_only_lines_of_the_inspected_period_go_to_inspection(
    session: Session, period: str, road: str
) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        payer = factories.taxpayer(session)
        transfers.told(session, transfers.of(session, payer), "source_accepted_at")
        told = {**directives.asked("代开发票较多", payer.tin), "period": period}
        _, case = begun(session, people, told, payer)
        (line,) = directives.lines(session, case)
        assert (line.told["road"], line.outcome) == (
            road,
            "transferred_inspection" if road == "inspection" else None,
        )


def lengthened(session: Session, who: Actor, case: Case, element: str, decider: Actor) -> list[int]:
    """One asks for a day more of the own step and another grants it; the old and new day's gap."""
    units = {post.unit_id for post in who.posts}
    (task,) = [each for each in desk.open_tasks(session, case, element) if each.unit_id in units]
    desk.take(session, who, task)
    old = task.due_at
    row = extensions.ask(
        session, who, task.id, seen_version=task.version, days=1, reason="须先核对清册再部署。"
    )
    people = cast.people_on_file(session)
    for other in {who, people.far_leader, people.far_chief, people.officer} - {decider}:
        with pytest.raises((Forbidden, NotFound)):
            extensions.decide(session, other, row.id, grants=True, note="")
    extensions.decide(session, decider, row.id, grants=True, note="")
    assert old is not None
    assert task.due_at is not None
    return [clock.last_day_of(each).day for each in (old, task.due_at)]


def test_the_leading_division_lengthens_a_district_s_limit_the_district_its_section_s(
    session: Session,
) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.drafted(session, people)
        directives.split(session, people, case)
        assert lengthened(session, people.leader, case, "deploy", people.division) == [27, 28]
        directives.deployed(session, people.leader, case, {1: directives.unit(session, "0101")})
        assert lengthened(session, people.chief, case, "distribute", people.leader) == [26, 27]
