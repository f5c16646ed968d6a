"""Directives on the shipped drawing: down five levels to the officers and up again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, CaseLink, Document
from caseflow.vocabulary import CaseKind, CaseStatus
from tests import desk, directives
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
