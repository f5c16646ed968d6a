"""Orders to correct at work, step by step, as a journey or a rule tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import Case, Task, Taxpayer
from caseflow.services import definitions
from caseflow.vocabulary import SYSTEM, CaseKind
from tests import desk, factories
from tests.cast import Cast

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)
WHY = "该户未按期申报，经责令后办理，情况属实。"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside happens at this instant."""
    token = clock.set_moment(moment)
    try:
        yield
    finally:
        clock.reset_moment(token)


def deploy(session: Session, process: str = "order_to_correct") -> None:
    """Deploy a shipped drawing."""
    found = (
        factories.ROOT.glob(each)
        for each in ("workflows/*.bpmn", "workflows/*.dmn", "forms/*.form")
    )
    files = {path.name: path.read_bytes() for paths in found for path in paths}
    definitions.deploy(session, SYSTEM, engine.pick(files, f"{process}.bpmn"))


def opened(session: Session, payer: Taxpayer, *codes: str) -> Case:
    """An open order to correct from hits of these indicators."""
    deploy(session)
    return factories.case_of(session, CaseKind.OC, payer, *codes)


def accepted(session: Session, people: Cast, case: Case) -> None:
    """The chief names the main officer, who takes the case."""
    named = {"assign_decision": "assign", "main_officer": str(people.officer.user_id)}
    desk.do(session, people.chief, case, "assign", named)
    taken = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, people.officer, case, "accept_main", taken)


def not_done(row: int, duty: str = "filing", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """A line that nobody has met, with the paper that its duty asks for."""
    paper = "payment_demand" if duty == "payment" else "order_to_correct"
    return {
        "row": str(row),
        "duty": duty,
        "finding": "not_done",
        "deadline": "2010-01-18",
        "paper": paper,
        "tax": "vat",
        "period": "2009-12",
        "amount": "12000.00" if duty == "payment" else None,
        "requirement": "补报2009年12月增值税纳税申报表。",
        "limit_days": "10",
        **changes,
    }


def prepare(session: Session, people: Cast, case: Case, decision: str, *lines: Any) -> Task:  # noqa: ANN401 - answers hold any JSON
    """The main officer checks each line and proposes."""
    answers = {"lines": list(lines), "preparation": decision}
    return desk.do(session, people.officer, case, "prepare", answers)


def sign_order(session: Session, people: Cast, case: Case) -> None:
    """The chief signs."""
    signed = {"order_signature": "sign", "opinion": "同意"}
    desk.do(session, people.chief, case, "order_sign", signed)


def serve(session: Session, people: Cast, case: Case, on: str, *, element: str) -> None:
    """The paper is handed over in person."""
    served = {
        "service_result": "served",
        "served_on": on,
        "method": "direct",
        "receiver": "样例人",
        "receiver_relation": "法定代表人",
        "receipt": [],
    }
    desk.do(session, people.officer, case, element, served)


def comply(session: Session, people: Cast, case: Case, then: str, *lines: Any) -> Task:  # noqa: ANN401 - answers hold any JSON
    """The main officer notes what became of each line."""
    answers = {"lines": list(lines), "compliance_next": then}
    return desk.do(session, people.officer, case, "compliance", answers)


def conclude(session: Session, people: Cast, case: Case, **changes: Any) -> Task:  # noqa: ANN401 - answers hold any JSON
    """The main officer gives the grounds and says of each indicator that it was right."""
    answers = {
        "reasons": WHY,
        "evidence": [],
        "signs": ["none"],
        "doubts": [
            {"row": str(doubt), "indicator_verdict": "right"}
            for doubt in desk.doubts_of(session, case)
        ],
        "outcome_change": None,
        "penalty_change": None,
        **changes,
    }
    return desk.do(session, people.officer, case, "conclude", answers)


def review(session: Session, people: Cast, case: Case) -> None:
    """The chief agrees."""
    agreed = {"review_decision": "agree", "opinion": "同意"}
    desk.do(session, people.chief, case, "deciding/review", agreed)


def approve(session: Session, people: Cast, case: Case) -> None:
    """The leader agrees."""
    agreed = {"approval_decision": "agree", "opinion": "同意"}
    desk.do(session, people.leader, case, "deciding/approval", agreed)


def close(session: Session, people: Cast, case: Case) -> None:
    """The main officer closes."""
    desk.do(session, people.officer, case, "close_check", {"sign_off": True})
