"""Doubts that officers add to an evaluation: none is lost, on paper, on site or at inspection."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import added_doubts, clock
from caseflow.models import Case
from caseflow.services import cases, closing
from caseflow.services.kinds import contact_ban
from caseflow.vocabulary import SYSTEM, CaseKind, CaseStatus, Invalid
from tests import desk, evaluation, factories, transfers
from tests.cast import Cast
from tests.services.test_tax_evaluation import MONDAY, begun, refused
from tests.services.test_tax_evaluation_roads import new_doubt
from tests.services.test_time import at

AGREED = transfers.AGREED
ON_PAPER, ON_SITE = "发出商品未确认收入，金额较大。", "仓库内存放的存货与账面数量不一致。"


def texts(session: Session, case: Case) -> list[str]:
    return [doubt.text for doubt in added_doubts.of_case(session, case)]


def visited(session: Session) -> tuple[Cast, Case]:
    """A doubt added on paper, another one on site; the case is back on paper."""
    people, case = begun(session)
    evaluation.reviewed(session, people, case, "onsite", new_doubts=[new_doubt(ON_PAPER)])
    evaluation.signed(session, people, case)
    evaluation.visited(session, people, case, new_doubts=[new_doubt(ON_SITE)])
    return people, case


def test_an_added_doubt_stays_until_a_determination_concludes_it(session: Session) -> None:
    with at(MONDAY):
        people, case = visited(session)
        cleared = evaluation.review(session, case, "cleared")
        codes = refused(session, people.officer, case, "desk_review", **cleared)
        assert codes == {"next_step": "added_doubts_determined"}
        evaluation.reviewed(session, people, case, "determine")
        assert texts(session, case) == [ON_PAPER, ON_SITE]


def test_a_case_is_not_closed_while_an_added_doubt_has_no_finding(session: Session) -> None:
    with at(MONDAY):
        _, case = visited(session)
        missing = closing.missing(session, case, but=0)
    unsaid = [each.subject for each in missing if each.code == "added_doubt_without_finding"]
    assert unsaid == [ON_PAPER, ON_SITE]


def concluded(session: Session, case: Case, *findings: str) -> dict[str, object]:
    """Answers of a determination on nothing but added doubts, with signs of evasion."""
    said = {"cause": "calc_or_form_error", "reasons": evaluation.TEXT, "proved_by": ["paper"]}
    added = added_doubts.of_case(session, case)
    lines = [
        {"row": each.row, "finding": finding, "evidence": [], **said}
        for each, finding in zip(added, findings, strict=True)
    ]
    return evaluation.determination(session, case, added_doubts=lines, signs=["evasion"])


def transferred(session: Session) -> tuple[Cast, Case, Case]:
    """An evaluation of added doubts, one explained and one not, goes to inspection."""
    people = transfers.enter(session)
    case = factories.evaluation(session, factories.taxpayer(session), hits=())
    evaluation.assigned(session, people, case)
    told = [new_doubt(ON_PAPER, period="2009-Q3"), new_doubt(ON_SITE)]
    evaluation.reviewed(session, people, case, "determine", new_doubts=told, signs=["evasion"])
    evaluation.signed(session, people, case)
    answers = concluded(session, case, "confirmed", "explained")
    evaluation.do(session, people.officer, case, "determination", **answers)
    evaluation.agreed(session, people, case)
    members = [people.deputy, people.legal, people.other_chief]
    evaluation.convened(session, people, case, members)
    evaluation.put(session, people.deputy, case)
    evaluation.voted(session, case, dict.fromkeys(members, "for"))
    evaluation.minuted(session, case, members)
    agreed = {"approval_decision": "agree", "opinion": evaluation.OPINION}
    evaluation.do(session, people.leader, case, "approval", **agreed)
    transfer = session.scalars(select(Case).where(Case.kind == CaseKind.TI)).one()
    return people, case, transfer


def test_what_officers_added_goes_to_inspection_with_its_tax_and_period(session: Session) -> None:
    with at(MONDAY):
        people, _, transfer = transferred(session)
        assert texts(session, transfer) == [ON_PAPER]
        assert contact_ban.periods_of(session, transfer) == {200907, 200908, 200909}
        proposed = transfers.proposal(session, transfer)
        codes = refused(session, people.officer, transfer, "propose", **proposed)
        assert codes == {"doubts": "every_doubt"}


def handed_back(session: Session) -> tuple[Cast, Case]:
    """The leader does not transfer what the panel had decided on: a new evaluation determines."""
    people, first, transfer = transferred(session)
    (row,) = (each.row for each in added_doubts.of_case(session, transfer))
    cases.begin(first)
    first.closed_at, first.status = clock.now(), CaseStatus.CLOSED
    first.outcome = first.facts["outcome"]
    cases.put_on_record(session, SYSTEM, first, action="case.noted", payload={})
    proposed = transfers.proposal(session, transfer, rows=[row])
    transfers.do(session, people.officer, transfer, "propose", **proposed)
    transfers.do(session, people.chief, transfer, "review", transfer_review="agree", **AGREED)
    refusal = {"transfer_approval": "refuse", "reason": "审议后纳税人已经补缴，情况有变。"}
    transfers.do(session, people.leader, transfer, "approval", **refusal, **AGREED)
    found = select(Case).where(Case.kind == CaseKind.TA, Case.id != first.id)
    return people, session.scalars(found).one()


def test_what_inspection_does_not_take_comes_back_and_a_second_transfer_is_the_directors(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = handed_back(session)
        assert texts(session, case) == [ON_PAPER]
        named = (("main_officer", people.officer), ("second_officer", people.partner))
        officers = {name: str(who.user_id) for name, who in named}
        evaluation.do(
            session, people.chief, case, "assign", assign_decision="assign", note=None, **officers
        )
        accepted = {"recusal": "none", "accept_decision": "accept"}
        evaluation.do(session, people.officer, case, "accept_main", **accepted)
        evaluation.do(session, people.partner, case, "accept_second", **accepted)
        answers = concluded(session, case, "confirmed")
        evaluation.do(session, people.officer, case, "determination", **answers)
        evaluation.agreed(session, people, case)
        members = [people.deputy, people.leader, people.legal]
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            evaluation.convened(session, people, case, members)
        assert desk.refused(refusal.value) == {"members": "director_approves"}
