"""Directives at work, step by step, as their journeys tell it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Attachment, Case, DirectiveLine, OutboxMessage, Unit
from caseflow.services import bureau, directives
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.services.kinds.directive.calling import SETTLING
from caseflow.vocabulary import SYSTEM, Actor, Role, UnitLevel, WarningStatus
from tests import cast, desk, factories, orders
from tests.cast import Cast

TEXT = "本季度增值税税负偏低的批发企业较多，进销比例与同行业相差较大，须逐户核实后上报。"
LONG = (
    "各科（所）按清册逐户办理，简易事项已全部办结并附证据，立案核实的各户正在按期办理，情况属实，现予上报。"
    * 2
)
SIGNED = {"opinion": "同意。"}
DUE = "2010-03-15"
_UNITS = (UnitRow("D08", "00", "流转税管理处", "Goods", "流转税处", UnitLevel.DIVISION),)
_POSTS = (
    PostRow("goods", Role.DIVISION_CHIEF, "D08", line="goods_tax_division"),
    PostRow("vice", Role.CITY_DEPUTY, "00"),
    PostRow("far_info", Role.POST_INFO_ADMIN, "02"),
    PostRow("far_deputy", Role.DISTRICT_DEPUTY, "02"),
    PostRow("far_partner", Role.TAX_ADMINISTRATOR, "0201"),
)


def enter(session: Session) -> Cast:
    """The bureau with a second division, and the drawing."""
    cast.enter(session)
    join(session)
    orders.deploy(session, "directive")
    orders.deploy(session, "warning_verification")
    return cast.people_on_file(session)


def join(session: Session) -> None:
    """Whom a directive needs besides the cast: a second division, more people far away."""
    bureau.put_units(session, SYSTEM, _UNITS, since=cast.SINCE)
    officers = [
        OfficerRow(post.login, f"员{post.login}", post.login, f"证8{n:03d}", is_demo=True)
        for n, post in enumerate(_POSTS)
    ]
    bureau.put_officers(session, SYSTEM, officers, _POSTS, since=cast.SINCE)


def unit(session: Session, code: str) -> str:
    """The id of a unit as forms send it."""
    return str(session.scalars(select(Unit.id).where(Unit.code == code)).one())


def do(session: Session, who: Actor, case: Case, element: str, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Hand in the step that waits for this person, and read the case anew."""
    units = {post.unit_id for post in who.posts}
    found = [
        task
        for task in desk.open_tasks(session, case, element)
        if task.unit_id in units and task.assignee_id in (None, who.user_id)
    ]
    (task,) = found
    desk.take(session, who, task)
    desk.hand_in(session, who, task, answers)
    session.expire_all()


def work(session: Session) -> None:
    """The worker does what the drawing has left for later."""
    waiting = select(OutboxMessage).where(OutboxMessage.topic == SETTLING)
    for message in session.scalars(waiting).all():
        directives.settle(session, message.payload)
        session.delete(message)
    session.expire_all()


def lines(session: Session, case: Case) -> list[DirectiveLine]:
    """The lines of a directive, in order."""
    found = select(DirectiveLine).where(DirectiveLine.case_id == case.id)
    return list(session.scalars(found.order_by(DirectiveLine.number)))


def asked(finding: str, tin: str = "", *, verify: str = "no") -> dict[str, Any]:
    """A line as the analysis post writes it."""
    return {"tin": tin, "finding": finding, "verify": verify}


def report(session: Session, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of a whole report."""
    return {
        "report_kind": "analysis",
        "title": "批发业增值税税负分析",
        "period": "2009 年第四季度",
        "findings": TEXT,
        "advice": "逐户核实，并加强日常辅导和监控。",
        "leading_unit": unit(session, "D07"),
        "districts": [unit(session, "01"), unit(session, "02")],
        "divisions": [],
        "deadline": DUE,
        **changes,
    }


def agreed(session: Session, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Answers of an instruction that agrees."""
    return {
        "instruction_decision": "agree",
        "leading_unit": unit(session, "D07"),
        "districts": [unit(session, "01"), unit(session, "02")],
        "deadline": DUE,
        "requirement": "务必逐户核实到位。",
        "responsible_leader": "p1",
        **SIGNED,
        **changes,
    }


def evidence(session: Session, case: Case, who: Actor) -> str:
    """A file of the case."""
    row = Attachment(
        case_id=case.id,
        field="files",
        name="证据.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_at=case.opened_at,
        uploaded_by=who.user_id or 0,
    )
    session.add(row)
    session.flush()
    return str(row.id)


def opened(session: Session, who: Actor, title: str) -> Case:
    """A directive that somebody has begun."""
    return directives.draft(session, who, title)


def drafted(session: Session, people: Cast) -> Case:
    """A directive about two households of two districts and a unit, split among the districts."""
    near = factories.taxpayer(session)
    factories.warning(session, near).status = WarningStatus.POOL
    far = factories.taxpayer(session, section="0201", serial=2)
    case = directives.draft(session, people.analyst, "批发业增值税税负分析")
    found = [
        asked("税负低于同行业", near.tin, verify="yes"),
        asked("代开发票较多", far.tin),
        asked("登记率偏低"),
    ]
    do(session, people.analyst, case, "draft_report", **report(session, lines=found))
    do(session, people.division, case, "sign_report", report_decision="sign", **SIGNED)
    return case


def split(session: Session, people: Cast, case: Case) -> None:
    """3, 4: instructed and split: the household lines by the register, the unit line to the far."""
    leader = f"p{people.director.user_id}"
    answers = agreed(session, responsible_leader=leader)
    do(session, people.director, case, "instruct", **answers)
    where = [unit(session, "01"), unit(session, "02"), unit(session, "02")]
    rows = [
        {"row": f"line:{line.id}", "district": district}
        for line, district in zip(lines(session, case), where, strict=True)
    ]
    do(session, people.division, case, "split", lines=rows, requirements=[], new_lines=[])


def deployed(session: Session, who: Actor, case: Case, sections: dict[int, str]) -> None:
    """5: the leader names a section for each line of the district, by its number."""
    units = {post.unit_id for post in who.posts}
    rows = [
        {"row": f"line:{line.id}", "section": sections.get(line.number, "")}
        for line in lines(session, case)
        if line.district_id in units and line.kind is None and line.outcome is None
    ]
    do(session, who, case, "deploy", requirement="按期办结。", lines=rows, new_lines=[])


def distributed(
    session: Session,
    who: Actor,
    case: Case,
    *,
    kind: str,
    main: Actor,
    second: Actor | None = None,
) -> None:
    """6: the chief gives each open line of the section to officers."""
    units = {post.unit_id for post in who.posts}
    rows = [
        {
            "row": f"line:{line.id}",
            "kind": kind,
            "kind_reason": "疑点单一，到户核对即可说明。",
            "main_officer": str(main.user_id),
            "second_officer": str(second.user_id) if second else "",
        }
        for line in lines(session, case)
        if line.section_id in units and line.kind is None and line.outcome is None
    ]
    do(session, who, case, "distribute", lines=rows)


def worked(session: Session, who: Actor, case: Case) -> None:
    """7a: the officer closes the own simple lines with evidence."""
    proof = evidence(session, case, who)
    rows = [
        {
            "row": f"line:{line.id}",
            "outcome": "done",
            "done_text": "已到户辅导并核对代开发票明细，情况属实。",
            "cause": "seasonal_or_business",
            "evidence": [proof],
        }
        for line in lines(session, case)
        if line.officer_id == who.user_id and line.kind == "simple" and line.outcome is None
    ]
    do(session, who, case, "work_lines", recusal="none", lines=rows)
    work(session)


def section_answered(session: Session, who: Actor, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """8: the chief answers for the section."""
    answers = {
        "problems": TEXT,
        "measures": "加强日常巡查和纳税辅导工作。",
        "open_lines": [],
        "section_decision": "submit",
        **changes,
    }
    do(session, who, case, "answer_section", **answers)


def district_answered(
    session: Session,
    info: Actor,
    leader: Actor,
    case: Case,
    **changes: Any,  # noqa: ANN401 - any JSON
) -> None:
    """9: drafted by the information post, signed by the leader."""
    answers = {"unit_lines": [], "summary": LONG, "problems": TEXT, "measures": TEXT, **changes}
    do(session, info, case, "answer_district", **answers)
    do(session, leader, case, "sign_answer", answer_signature="sign", **SIGNED)


def accepted(session: Session, people: Cast, case: Case, line: DirectiveLine) -> None:
    """10: the leading division accepts, having re-checked one line."""
    sample = [{"line": f"line:{line.id}", "result": "right"}]
    evaluation = {"grade": "good", "grade_reason": "按期办结", "evaluation_decision": "accept"}
    do(session, people.division, case, "evaluate", sample=sample, **evaluation)


def concluded(session: Session, people: Cast, case: Case, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """11: the result is written, signed and put before the leader, who closes."""
    rows = changes.pop("open_lines", [])
    do(session, people.analyst, case, "write_result", findings=LONG, open_lines=rows)
    do(session, people.division, case, "sign_result", result_signature="sign", **SIGNED)
    decided = {"directive_closing": "close", **SIGNED, **changes}
    do(session, people.director, case, "close_directive", **decided)
