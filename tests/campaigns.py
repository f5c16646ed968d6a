"""People at work on a campaign, step by step."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.jobs.topics import EFFECTS
from caseflow.models import CampaignLine, Case, OutboxMessage, RepeatedAnswer, Task
from caseflow.services import campaigns, repeated_answers
from caseflow.services.campaigns import Draft
from caseflow.services.kinds.campaign import OPENING
from caseflow.vocabulary import Actor, TaskStatus
from caseflow.vocabulary.choices.campaigns import CampaignSubject
from caseflow.vocabulary.choices.third_party import MARK_ROW
from tests import cast, desk, factories, orders
from tests.cast import Cast

METHOD = "逐户核对登记和近十二个月的申报、发票，查清后标识。"
NOTE = {"list_note": "联合办证以来没有国税税种的登记户，逐户核实后标识。"}
AGREED = {"campaign_decision": "agree", "opinion": "同意，按清册下达。"}


def enter(session: Session) -> Cast:
    """The bureau with the drawings of campaigns and of what they open."""
    people = cast.enter(session)
    for process in ("campaign", "third_party_verification", "zero_filing", "abnormal_household"):
        orders.deploy(session, process)
    return people


def begun(
    session: Session,
    who: Actor,
    subject: CampaignSubject = CampaignSubject.MARK_LOCAL_ONLY,
    **changes: Any,  # noqa: ANN401 - any field
) -> Case:
    """A campaign whose list is still to be made."""
    said: dict[str, Any] = {
        "name": "纯地税户标识专项",
        "subject": subject,
        "due_on": clock.today() + timedelta(days=60),
        "method": METHOD,
        **changes,
    }
    return campaigns.begin(session, who, Draft(**said))


def composing(session: Session, case: Case) -> int:
    """The step in which the list is made."""
    return session.scalars(
        select(Task.id).where(
            Task.case_id == case.id,
            Task.element.in_(campaigns.COMPOSING),
            Task.status == TaskStatus.OPEN,
        )
    ).one()


def listed(session: Session, who: Actor, case: Case, tins: list[str]) -> Any:  # noqa: ANN401 - counts
    """The list as a file names it; gives the counts."""
    content = "纳税人识别号\n" + "\n".join(tins) + "\n"
    return campaigns.list_file(
        session, who, composing(session, case), name="清册.csv", content=content.encode()
    )


def handed_in(session: Session, who: Actor, case: Case) -> None:
    """The list goes to whoever approves it."""
    task = session.get_one(Task, composing(session, case))
    desk.take(session, who, task)
    desk.hand_in(session, who, task, NOTE)
    session.expire_all()


def approved(session: Session, who: Actor, case: Case, element: str = "approve") -> None:
    """The leader agrees and the worker opens the cases."""
    desk.do(session, who, case, element, AGREED)
    work_off(session)


def lines(session: Session, case: Case) -> list[CampaignLine]:
    """The rows of the list."""
    session.expire_all()
    found = select(CampaignLine).where(CampaignLine.case_id == case.id)
    return list(session.scalars(found.order_by(CampaignLine.number)))


def of(session: Session, case: Case) -> list[Case]:
    """The cases of the campaign."""
    session.expire_all()
    named = select(CampaignLine.line_case_id).where(CampaignLine.case_id == case.id)
    return list(session.scalars(select(Case).where(Case.id.in_(named)).order_by(Case.id)))


def work_off(session: Session) -> int:
    """Do what the acts have left in the outbox; how many pieces it was."""
    done = 0
    topics = (OPENING, repeated_answers.REPEATING)
    while True:
        session.flush()
        found = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.topic.in_(topics))
            .order_by(OutboxMessage.id)
            .limit(1)
        ).one_or_none()
        if found is None:
            session.expire_all()
            return done
        session.delete(found)
        EFFECTS[found.topic](session, found.payload)
        done += 1


def for_all(
    session: Session,
    who: Actor,
    held: list[Case],
    element: str,
    answers: dict[str, Any],
) -> RepeatedAnswer:
    """One case is worked, and the others like it."""
    task = desk.do(session, who, held[0], element, answers)
    row = repeated_answers.begin(session, who, task.id)
    work_off(session)
    return session.get_one(RepeatedAnswer, row.id)


def accepted(session: Session, people: Cast, held: list[Case]) -> None:
    """Each case has its officers, who accept them."""
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    for case in held:
        desk.do(session, people.chief, case, "dispatching/assign", named)
    taken = {"recusal": "none", "accept_decision": "accept"}
    for who, element in ((people.officer, "accept_main"), (people.partner, "accept_second")):
        if len(held) > 1:
            for_all(session, who, held, f"dispatching/{element}", taken)
        else:
            desk.do(session, who, held[0], f"dispatching/{element}", taken)


def verification(proposal: str, evidence: list[str]) -> dict[str, Any]:
    """Step 3 of a household on the list."""
    row = {
        "row": MARK_ROW,
        "match": "right",
        "business_scope": "餐饮服务",
        "proposal": proposal,
        "explanation": "none",
        "difference_left": "0.00",
        "in_error": "neither",
        "result": "explained",
        "text": "已核对登记、申报和发票领用，没有国税业务。",
        "evidence": evidence,
    }
    if proposal == "assign_tax_types":
        row["tax_types"] = "增值税"
    return {"steps": [], "d4": [row], "next_step": "conclude"}


def conclusion(change: str) -> dict[str, Any]:
    """Step 5 of a household on the list."""
    return {
        "doubts": [],
        "amounts": [],
        "signs": ["none"],
        "tax_computable": "yes",
        "zero_returns_trading": "no",
        "duty_not_met": "none",
        "status_change": change,
        "invoice_stop": "no",
        "feedback": "no",
        "outcome_change": None,
    }


def alignment(on: date | None = None) -> dict[str, Any]:
    """Step 7: the mark was set in CTAIS."""
    day = on or clock.today()
    return {
        "before": "无标识",
        "after": "纯地税户",
        "ctais_number": "CT-2010-0001",
        "changed_on": day.isoformat(),
    }


def marked(
    session: Session,
    people: Cast,
    held: list[Case],
    *,
    proposal: str = "mark",
    change: str = "mark_local_only",
    evidence: list[str] | None = None,
) -> None:
    """Every case of the list from its verification to its closing, each step in one act."""
    for_all(session, people.officer, held, "verify", verification(proposal, evidence or []))
    for_all(session, people.officer, held, "conclude", conclusion(change))
    agreed = {"review_decision": "agree", "opinion": "同意。"}
    for_all(session, people.chief, held, "deciding/review", agreed)
    agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意标识。"}
    for_all(session, people.leader, held, "deciding/approval", agreed)
    for_all(session, people.officer, held, "record_alignment", alignment())
    for_all(session, people.officer, held, "close_check", {"sign_off": True})


def payers(session: Session, count: int, **more: Any) -> list[Any]:  # noqa: ANN401 - columns
    """Households of the district."""
    found = [factories.taxpayer(session, serial=serial) for serial in range(1, count + 1)]
    for each in found:
        for name, value in more.items():
            setattr(each, name, value)
    session.flush()
    return found
