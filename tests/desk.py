"""People and the worker at work on cases, step by step, as a journey or a rule tells it."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseMigration, Task, TaxWarning
from caseflow.services import case_migrations, tasks
from caseflow.vocabulary import Actor, Forbidden, Invalid, TaskStatus
from tests.cast import Cast

DECIDED = "经集体审议，多数成员的意见如上。"
REASONS = "季节性停产所致，附购销合同与电费单。"


def own_names() -> ColumnElement[str]:
    """The names of steps as their own process has them, without the calls before them."""
    return func.regexp_replace(Task.element, "^.*/", "")


def named(element: str) -> ColumnElement[bool]:
    """The steps of that element, whether the calls before it are given or not."""
    return or_(Task.element == element, own_names() == element)


def open_task(session: Session, case: Case, element: str) -> Task:
    """The open step of that element."""
    return session.scalars(
        select(Task).where(Task.case_id == case.id, named(element), Task.status == TaskStatus.OPEN)
    ).one()


def open_tasks(session: Session, case: Case, element: str) -> list[Task]:
    """All open steps of that element, where several units have one."""
    found = select(Task).where(
        Task.case_id == case.id, named(element), Task.status == TaskStatus.OPEN
    )
    return list(session.scalars(found.order_by(Task.id)))


def take(session: Session, who: Actor, task: Task) -> None:
    """Take the step if it waits for one of several."""
    if task.assignee_id is None:
        tasks.claim(session, who, task.id)


def open_elements(session: Session, case: Case) -> set[str]:
    """The names of all open steps, as ``own_names`` gives them."""
    found = session.scalars(
        select(own_names()).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    )
    return set(found)


def do(session: Session, who: Actor, case: Case, element: str, answers: dict[str, Any]) -> Task:
    """Take the step if it waits for one of several, and hand it in."""
    task = open_task(session, case, element)
    if task.assignee_id is None:
        tasks.claim(session, who, task.id)
    return hand_in(session, who, task, answers)


def refused(refusal: Invalid) -> dict[str, str]:
    """Which places of the answers were refused, and the code of each refusal."""
    fields = refusal.values["fields"]
    assert isinstance(fields, dict)
    return {place: code for place, (code, _) in fields.items()}


def barred_by(session: Session, who: Actor, case: Case, element: str) -> object:
    """What keeps somebody from taking a step."""
    with pytest.raises(Forbidden) as refusal:
        tasks.claim(session, who, open_task(session, case, element).id)
    assert refusal.value.code == "barred"
    return refusal.value.values["because"]


def own_task(session: Session, who: Actor, case: Case, element: str) -> Task:
    """The open step of that element which stands in the person's own name."""
    return session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            named(element),
            Task.status == TaskStatus.OPEN,
            Task.assignee_id == who.user_id,
        )
    ).one()


def hand_in(session: Session, who: Actor, task: Task, answers: dict[str, Any]) -> Task:
    """Hand in a step as it stands."""
    return tasks.complete(
        session, who, task.id, seen_version=task.version, answers=answers, idem=uuid.uuid4()
    )


def doubts_of(session: Session, case: Case) -> list[int]:
    """The warnings of a case, by id."""
    found = session.scalars(
        select(TaxWarning.id).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    )
    return list(found)


def to_desk_check(session: Session, cast: Cast, case: Case) -> None:
    """Dispatch, assign, accept twice."""
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    do(session, cast.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    named = {
        "main_officer": str(cast.officer.user_id),
        "second_officer": str(cast.partner.user_id),
    }
    do(session, cast.chief, case, "assign", {"assign_decision": "assign", **named})
    accepted = {"recusal": "none", "accept_decision": "accept"}
    do(session, cast.officer, case, "accept_main", accepted)
    do(session, cast.partner, case, "accept_second", accepted)


def check(
    session: Session,
    cast: Cast,
    case: Case,
    *,
    then: str = "conclude",
    evidence: Sequence[str] = (),
) -> Task:
    """The desk check, every doubt explained (unclear when the work goes on)."""
    result = "explained" if then == "conclude" else "unclear"
    doubts = doubts_of(session, case)
    answers = {
        "steps": [{"row": f"{doubt}:V01", "state": "done"} for doubt in doubts],
        "doubts": [
            {"row": str(doubt), "result": result, "text": REASONS, "evidence": list(evidence)}
            for doubt in doubts
        ],
        "next_step": then,
    }
    return do(session, cast.officer, case, "desk_check", answers)


def to_letter_served(session: Session, cast: Cast, case: Case) -> None:
    """Bring a case to the day on which the taxpayer got a letter of inquiry."""
    to_letter_signed(session, cast, case)
    serve_letter(session, cast, case)


def to_letter_signed(session: Session, cast: Cast, case: Case) -> None:
    """Bring a case to a letter of inquiry that waits to be served."""
    to_desk_check(session, cast, case)
    check(session, cast, case, then="inquiry")
    letter = {"inquiry_method": "letter", "questions": "进项税额增长的原因是什么？"}
    do(session, cast.officer, case, "make_inquiry", letter)
    do(session, cast.chief, case, "sign_letter", {"letter_signature": "sign", "opinion": "同意"})


def serve_letter(session: Session, cast: Cast, case: Case) -> None:
    """The taxpayer gets the letter today."""
    service = {"letter_service": "served", "served_on": clock.today().isoformat()}
    told = {**service, "method": "direct", "receiver": "出纳", "receipt": []}
    do(session, cast.officer, case, "serve_letter", told)


def conclusion(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """Answers of a conclusion: every doubt explained, nothing due."""
    doubt = {
        "finding": changes.pop("finding", "explained"),
        "cause": "seasonal_or_business",
        "reasons": REASONS,
        "evidence": [],
        "indicator_verdict": "right",
    }
    return {
        "doubts": [{"row": str(each), **doubt} for each in doubts_of(session, case)],
        "amounts": [],
        "signs": ["none"],
        "tax_computable": "yes",
        "zero_returns_trading": "no",
        "duty_not_met": "none",
        "invoice_stop": "no",
        "status_change": "no",
        "outcome_change": None,
        **changes,
    }


def convene(
    session: Session, cast: Cast, case: Case, members: Sequence[Actor], *, within: str = ""
) -> None:
    """The leader convenes a collective review of these members, in the part ``within``."""
    convened = {
        "members": [str(member.user_id) for member in members],
        "meeting_at": clock.now().isoformat(),
        "report": "该户涉嫌隐匿收入，拟移送稽查。",
    }
    do(session, cast.leader, case, f"{within}convene_review", convened)


def before_the_review(
    session: Session, cast: Cast, case: Case, decision: str, *, within: str = ""
) -> None:
    """The collective review meets, votes and decides."""
    members = [cast.deputy, cast.legal, cast.other_chief]
    convene(session, cast, case, members, within=within)
    for member in members:
        task = own_task(session, member, case, f"{within}vote")
        hand_in(session, member, task, {"vote": "agree", "opinion": "已阅案卷"})
    minutes = {
        "collective_decision": decision,
        "decision_text": DECIDED,
        "minutes": "会议由局长主持，三名成员全部发言。",
    }
    do(session, cast.leader, case, f"{within}record_review", minutes)


def work_off(session: Session, plan: CaseMigration) -> None:
    """The worker carries over, or back, one case of a migration after another."""
    while case_migrations.work_one(session, plan.id):
        session.flush()
