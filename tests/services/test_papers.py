"""What papers say of a case: who decided it, and whom the taxpayer may ask."""

from sqlalchemy.orm import Session

from caseflow.models import Case
from caseflow.services import limits
from caseflow.services.papers import internal
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import SYSTEM
from tests import desk
from tests.services.test_decisions import (
    AGREED,
    BACK,
    DECIDED,
    before_the_review,
    concluded,
    review,
)


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
    before_the_review(session, people, case, "agree")
    desk.do(session, people.leader, case, "approval", AGREED)
    assert decided(session, case)[2:] == [("同意拟办意见", DECIDED), ("同意", "同意")]


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
