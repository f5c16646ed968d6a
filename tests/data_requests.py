"""Data requests at work, step by step, as their journeys tell it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.jobs.topics import EFFECTS
from caseflow.models import Attachment, Case, OutboxMessage, Unit
from caseflow.services import asked, attachments, bureau, tasks
from caseflow.services import data_requests as verbs
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.vocabulary import SYSTEM, Actor, Role, UnitLevel
from caseflow.vocabulary.choices.data_request import RqCheckItem
from tests import cast, desk, orders
from tests.cast import Cast

_DIVISION = UnitRow("D03", "00", "货物和劳务税处", "VAT", "货劳处", UnitLevel.DIVISION)
_POSTS = (
    PostRow("asks", Role.POST_REQUEST, "D03"),
    PostRow("reads", Role.POST_REQUEST, "D03"),
    PostRow("vat", Role.DIVISION_CHIEF, "D03", line="vat_division"),
    PostRow("prepares", Role.POST_DATA_PREP, "D07"),
    PostRow("prepares_too", Role.POST_DATA_PREP, "D07"),
    PostRow("quality", Role.POST_DATA_QUALITY, "D07"),
)
CSV = "户号,销售额\n1,100\n2,200\n3,300\n".encode()
TEXT = "用于核对全市一般纳税人申报的销售额。"


def enter(session: Session) -> Cast:
    """The bureau with its data posts and a division that asks."""
    cast.enter(session)
    return join(session)


def join(session: Session) -> Cast:
    """The data posts and the division, in a bureau that is on file."""
    bureau.put_units(session, SYSTEM, [_DIVISION], since=cast.SINCE)
    officers = [
        OfficerRow(post.login, f"员{post.login}", post.login, f"证8{n:03d}", is_demo=True)
        for n, post in enumerate(_POSTS)
    ]
    bureau.put_officers(session, SYSTEM, officers, _POSTS, since=cast.SINCE)
    orders.deploy(session, "data_request")
    return cast.people_on_file(session)


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in a step and read the case anew, as another person would find it."""
    desk.do(session, who, case, element, answers)
    session.expire_all()


def request(session: Session, people: Cast, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a whole request of the VAT division."""
    unit = session.scalars(select(Unit.id).where(Unit.code == "D03")).one()
    return {
        "title": "一般纳税人销售额核对",
        "purpose": "analysis",
        "what_for": TEXT,
        "units": [str(unit)],
        "population": "全部",
        "fields": ["sales_taxable"],
        "period_from": "2009-07",
        "period_to": "2009-12",
        "grain": "household",
        "identity": "no",
        "form_wanted": "file",
        "recurrence": "once",
        "deadline": "2010-02-10",
        "users": [str(people.asks.user_id), str(people.reads.user_id)],
        "secrecy": "internal",
        "will_destroy": True,
        **changes,
    }


def signed(session: Session, people: Cast, case: Case) -> None:
    """The head signs the form of the request from the own account."""
    task = desk.open_task(session, case, "request")
    question = asked.ask_opinions(
        session,
        people.asks,
        task.id,
        seen_version=task.version,
        of=[people.vat.user_id or 0],
        in_turn=False,
        text="请会签数据需求单",
    )[0]
    asked.answer(session, people.vat, question.id, text="同意提出。")


def submitted(session: Session, people: Cast, **changes: Any) -> Case:  # noqa: ANN401 - any JSON
    """1: a request with both signatures."""
    case = verbs.begin(session, people.asks)
    signed(session, people, case)
    do(session, people.asks, case, "request", **request(session, people, **changes))
    return case


def receipt(people: Cast, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of an acceptance."""
    return {
        "receipt": "accept",
        "data_source": "one_source",
        "outside_catalogue": "no",
        "manual_matching": "no",
        "class_change": None,
        "preparer": str(people.prepares.user_id),
        "quality_officer": str(people.quality.user_id),
        **changes,
    }


def package(session: Session, who: Actor, case: Case, content: bytes = CSV) -> Attachment:
    """A file that is attached as the package."""
    task = desk.open_task(session, case, "prepare")
    if task.assignee_id is None:
        tasks.claim(session, who, task.id)
    return attachments.add(
        session, who, task.id, field="package", name="销售额.csv", chunks=[content]
    )


def prepared(session: Session, people: Cast, case: Case, who: Actor | None = None) -> Attachment:
    """4: the package with what is told of it."""
    preparer = who or people.prepares
    file = package(session, preparer, case)
    control = {"control": "销售额合计", "total": "600", "counterpart": "与申报汇总表一致"}
    do(
        session,
        preparer,
        case,
        "prepare",
        preparation_result="ready",
        package=[str(file.id)],
        snapshot_on="2010-01-25",
        script="sales v3",
        controls=[control],
        definitions="应税销售额按申报表第 1 栏，不含简易办法。",
    )
    return file


def checks(**results: str) -> list[dict[str, Any]]:
    """The lines of a quality check, all passed but those that are named."""
    return [
        {"row": item.value, "result": results.get(item.value, "pass"), "note": "第 1 至 3 行"}
        for item in RqCheckItem
    ]


def released(session: Session, people: Cast, case: Case) -> None:
    """5: everything passes."""
    do(session, people.quality, case, "quality", checks=checks(), quality_decision="release")


def delivered(
    session: Session,
    people: Cast,
    **changes: Any,  # noqa: ANN401 - any JSON
) -> tuple[Case, Attachment]:
    """A request whose package is with its users."""
    case = submitted(session, people, **changes)
    do(session, people.analyst, case, "receive", **receipt(people))
    file = prepared(session, people, case)
    released(session, people, case)
    do(session, people.analyst, case, "deliver", delivered=True)
    work_off(session)
    return case, file


def work_off(session: Session) -> None:
    """Do what the acts have left in the outbox."""
    session.flush()
    wanted = select(OutboxMessage).where(OutboxMessage.topic == "request_delivered")
    for message in session.scalars(wanted).all():
        session.delete(message)
        EFFECTS[message.topic](session, message.payload)
    session.expire_all()
