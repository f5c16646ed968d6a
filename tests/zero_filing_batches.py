"""People at work on a batch of zero filers, step by step."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, OutboxMessage, Taxpayer
from caseflow.services import zero_filing_batches
from caseflow.services.kinds.zero_filing_batch import DISPATCHING
from caseflow.vocabulary import Actor
from tests import desk, factories, orders, zero_filing
from tests.cast import Cast

FINDINGS = "本批户以季节性停产为主，未发现隐瞒收入的情形。"
ADVICE = "建议对停产户按月核对用电量，列入下次复查。"


def waiting(session: Session, count: int, *, first: int = 1, **more: Any) -> list[Case]:  # noqa: ANN401 - columns of any type
    """Cases of zero filers that wait for dispatch, of as many households."""
    orders.deploy(session, "zero_filing")
    return [
        zero_filing.opened(
            session, factories.taxpayer(session, serial=number, **more), {"FIL-009": 4}
        )
        for number in range(first, first + count)
    ]


def begun(session: Session, people: Cast) -> Case:
    """B1: a batch begun by the district's post."""
    orders.deploy(session, "zero_filing_batch")
    return zero_filing_batches.begin(session, people.info)


def listed(case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """B2: answers of a list of a section."""
    return {
        "title": "一科零申报户第一批",
        "criterion": "area",
        "area": str(case.section_id),
        "left_out": [],
        "requirement": "逐户查清原因，九月底前办结。",
        "sample_rate": 20,
        **changes,
    }


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in a step and read the case anew."""
    desk.do(session, who, case, element, answers)
    session.expire_all()


def approved(
    session: Session,
    people: Cast,
    count: int,
    *,
    first: int = 1,
    **changes: Any,  # noqa: ANN401 - any JSON
) -> tuple[Case, list[Case]]:
    """A batch that the leader has approved, its cases dispatched."""
    held = waiting(session, count, first=first)
    batch = begun(session, people)
    do(session, people.info, batch, "batch_list", **listed(held[0], **changes))
    agreed = {"batch_approval": "agree", "opinion": "同意，按清册分派。"}
    do(session, people.leader, batch, "batch_approve", **agreed)
    work_off(session)
    return batch, held


def reported(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """B5: answers of a report."""
    return {"open_households": [], "findings": FINDINGS, "advice": ADVICE, **changes}


def work_off(session: Session) -> int:
    """Do what the acts have left in the outbox; how many pieces it was."""
    done = 0
    while True:
        session.flush()
        found = session.scalars(
            select(OutboxMessage).where(OutboxMessage.topic == DISPATCHING).limit(1)
        ).one_or_none()
        if found is None:
            session.expire_all()
            return done
        session.delete(found)
        EFFECTS[found.topic](session, found.payload)
        done += 1


def household(session: Session, case: Case) -> Taxpayer:
    """The household of a case."""
    return session.get_one(Taxpayer, case.taxpayer_id)
