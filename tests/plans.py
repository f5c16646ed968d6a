"""Evaluation plans at work, step by step, as their journeys tell it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, OutboxMessage, PlanObject, Taxpayer, TaxWarning, Unit
from caseflow.services import evaluation_plans
from caseflow.services.evaluation_plans import Edit
from caseflow.services.kinds.evaluation_plan import calling
from caseflow.vocabulary import Actor, WarningStatus
from tests import cast, desk, factories, orders
from tests.cast import Cast

REASON = "本月名额已满，下月优先列入计划。"
NOTE = {"selection_note": "按风险分和重点税源先后选取，本月名额以内。"}
AGREED = {"plan_decision": "agree", "opinion": "同意下达。"}


def enter(session: Session) -> Cast:
    """The bureau with the drawings of plan, evaluation and verification."""
    people = cast.enter(session)
    for process in ("evaluation_plan", "tax_evaluation", "warning_verification"):
        orders.deploy(session, process)
    return people


def district(session: Session, code: str = "01") -> int:
    return session.scalars(select(Unit.id).where(Unit.code == code)).one()


def pooled(
    session: Session, payer: Taxpayer, *, code: str = "VAT-001", points: str = "7.0"
) -> TaxWarning:
    """A waiting hit of tax evaluation."""
    found = factories.warning(session, payer, code=code, points=points)
    found.status = WarningStatus.POOL
    session.flush()
    return found


def begun(session: Session, code: str = "01") -> Case:
    """The monthly plan of a district."""
    case = evaluation_plans.begin_monthly(session, district(session, code))
    assert case is not None
    return case


def objects(session: Session, case: Case) -> list[PlanObject]:
    session.expire_all()
    found = select(PlanObject).where(PlanObject.case_id == case.id)
    return list(session.scalars(found.order_by(PlanObject.number)))


def edit(row: PlanObject, **changes: Any) -> Edit:  # noqa: ANN401 - any field
    """A row as it stands, with changes."""
    said = {
        "object_id": row.id,
        "decision": row.decision,
        "reason": row.reason or "",
        "section_id": row.section_id,
        "taxes": tuple(row.taxes),
        "period_from": row.period_from,
        "period_to": row.period_to,
        "period_reason": row.period_reason or "",
        "priority": row.priority,
        "is_struck": row.struck_reason is not None,
        "struck_reason": row.struck_reason or "",
    }
    return Edit(**{**said, **changes})


def save(session: Session, who: Actor, case: Case, *edits: Edit, element: str = "draft") -> int:
    task = desk.open_task(session, case, element)
    return evaluation_plans.save(session, who, task.id, edits, {})


def drafted(session: Session, people: Cast, case: Case) -> None:
    desk.do(session, people.analyst, case, "draft", NOTE)
    session.expire_all()


def agreed(session: Session, people: Cast, case: Case) -> None:
    """The leader agrees and the worker opens the evaluations."""
    desk.do(session, people.leader, case, "approve", AGREED)
    work(session)


def work(session: Session) -> None:
    """The worker does what plans have left for later."""
    does = {
        calling.OPENING: evaluation_plans.open_share,
        evaluation_plans.BEGINNING: evaluation_plans.begin_some,
    }
    waiting = select(OutboxMessage).where(OutboxMessage.topic.in_(does)).order_by(OutboxMessage.id)
    while found := session.scalars(waiting).all():
        for message in found:
            does_it, payload = does[message.topic], message.payload
            session.delete(message)
            does_it(session, payload)
            session.flush()
    session.expire_all()
