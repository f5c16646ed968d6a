"""Simple penalties at work, step by step, as a journey or a rule tells it."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import penalty_acts
from caseflow.models import Case, CaseLink, Task
from caseflow.vocabulary import CaseKind
from tests import desk, factories, orders
from tests.cast import Cast

FACTS = "2009年12月增值税纳税申报逾期，经责令后办理。"


def called_for(
    session: Session,
    people: Cast,
    *,
    deadline: str = "2010-01-18",
    done_on: str = "2010-01-22",
    penalty_change: str | None = None,
    serial: int = 1,
) -> Case:
    """A penalty that an order to correct on a late return has called for."""
    orders.deploy(session, "simple_penalty")
    order = orders.opened(session, factories.taxpayer(session, serial=serial), "FIL-012")
    orders.accepted(session, people, order)
    (row,) = desk.doubts_of(session, order)
    late = {"row": str(row), "duty": "filing", "finding": "done_late", "deadline": deadline}
    orders.prepare(session, people, order, "already_corrected", {**late, "done_on": done_on})
    why = {"penalty_reason": "违法事实清楚，建议立案查处。"} if penalty_change else {}
    orders.conclude(session, people, order, penalty_change=penalty_change, **why)
    orders.review(session, people, order)
    orders.close(session, people, order)
    return session.scalars(
        select(Case)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(CaseLink.case_id == order.id, Case.kind == CaseKind.PN)
    ).one()


def accepted(session: Session, people: Cast, case: Case) -> None:
    """The chief names both officers, who take the case."""
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "dispatching/assign", named)
    taken = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, people.officer, case, "dispatching/accept_main", taken)
    desk.do(session, people.partner, case, "dispatching/accept_second", taken)


def act(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """The one act of the case as it is answered."""
    (known,) = penalty_acts.of_case(session, case)
    began = known.began or date(2010, 1, 19)
    return {
        "row": known.row,
        "facts": FACTS,
        "evidence": [],
        "act_on": began.isoformat(),
        "article": "L62",
        "circumstances": ["none"],
        "seriousness": "ordinary",
        "amount": "50",
        **changes,
    }


def investigate(
    session: Session,
    people: Cast,
    case: Case,
    proposal: str = "fine",
    **changes: Any,  # noqa: ANN401 - answers hold any JSON
) -> Task:
    """The main officer proposes, the second officer confirms."""
    why = {} if proposal == "fine" else {"reason": "违法行为轻微并及时改正，没有造成危害后果。"}
    answers = {"acts": [act(session, case, **changes)], "proposal": proposal, **why}
    if proposal == "drop":
        answers["drop_reason"] = "no_violation"
    task = desk.do(session, people.officer, case, "investigate", answers)
    desk.do(session, people.partner, case, "confirm_investigation", {"confirmation": "confirm"})
    return task


def agree(session: Session, people: Cast, case: Case, *elements: str) -> None:
    """Chief and leader agree to what is proposed."""
    for element in elements:
        who = people.leader if element == "notice_district" else people.chief
        agreed = {"notice_decision": "agree", "opinion": "同意"}
        desk.do(session, who, case, element, agreed)


def waive(session: Session, people: Cast, case: Case) -> None:
    """The party gives up its right to be heard."""
    desk.do(session, people.legal, case, "defence", {"defence_result": "waived", "waiver": []})


def decide(
    session: Session, people: Cast, case: Case, decision: str, *, element: str, amount: str = "50"
) -> None:
    """Whoever is competent decides."""
    who = people.leader if element == "decide_district" else people.chief
    answers: dict[str, Any] = {"decision": decision, "reason": "事实不清，请补充调查取证。"}
    if decision == "fine":
        (known,) = penalty_acts.of_case(session, case)
        answers = {"decision": "fine", "fines": [{"row": known.row, "amount": amount}]}
    desk.do(session, who, case, element, answers)
