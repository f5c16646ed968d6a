"""A case calls for another: opened at once, or joined, or waiting for its kind to be deployed."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.jobs.topics import EFFECTS
from caseflow.models import (
    Case,
    CaseLink,
    Definition,
    FormerDoubt,
    OutboxMessage,
    Referral,
    Task,
    Taxpayer,
    TaxWarning,
)
from caseflow.reads import cases as reads
from caseflow.services import cases, definitions, selection
from caseflow.services.definitions import REFERRED
from caseflow.vocabulary import SYSTEM, CaseKind, TaskStatus, WarningStatus, kinds
from tests import cast, desk, factories
from tests.cast import Cast
from tests.unit.engine import sketch

CALLS = """
    start begin
    user ask tax_administrator
    service call_for refer kind="TA" entry="assign"
    user after tax_administrator
    end closed
    begin -> ask -> call_for -> after -> closed
"""
CALLED = """
    start begin
    xor where
    user dispatch district_leader
    user assign section_chief
    end closed
    begin -> where
    where -> assign : entry = "assign"
    where => dispatch
    dispatch -> closed
    assign -> closed
"""
SAID = "origin: string; entry: string; score: number; ti_flag: boolean"


def deploy_kind(session: Session, kind: CaseKind, text: str, variables: str = SAID) -> Definition:
    """Deploy a small drawing for a kind of case."""
    process = kinds.PROCESSES[kind].encode()
    files = sketch.bundle(text, variables)
    drawing = files.pop("sketch.bpmn").replace(b'id="sketch"', b'id="' + process + b'"')
    drawing = drawing.replace(b'processRef="sketch"', b'processRef="' + process + b'"')
    return definitions.deploy(session, SYSTEM, {f"{process.decode()}.bpmn": drawing, **files})


def calling(session: Session, people: Cast, payer: Taxpayer) -> Case:
    """An open case whose next step calls for a tax evaluation."""
    case = factories.case_on(session, payer)
    case.main_officer_id = people.officer.user_id
    cases.note(session, SYSTEM, case, action="case.noted", payload={})
    return case


def called_for(session: Session) -> Case:
    return session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()


@pytest.fixture
def people(session: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    factories.deploy_sketch(session, monkeypatch, CALLS, SAID)
    return cast.enter(session)


def test_deployed_kind_is_opened_where_the_drawing_says(session: Session, people: Cast) -> None:
    deploy_kind(session, CaseKind.TA, CALLED)
    payer = factories.taxpayer(session)
    origin = calling(session, people, payer)
    desk.do(session, people.officer, origin, "ask", {})
    opened = called_for(session)
    assert desk.open_elements(session, opened) == {"assign"}
    assert (opened.taxpayer_id, opened.score) == (payer.id, origin.score)
    assert opened.facts["origin"] == "wv"
    link = session.scalars(select(CaseLink)).one()
    assert (link.case_id, link.other_id, link.kind) == (origin.id, opened.id, "opened")
    told = session.execute(
        text("SELECT payload FROM record_events WHERE stream = :of ORDER BY seq DESC LIMIT 1"),
        {"of": f"case:{origin.id}"},
    ).scalar_one()
    assert json.loads(told)["effects"][0]["opened"] == opened.number


def test_unsettled_doubts_go_on_and_are_still_shown_where_they_were(
    session: Session, people: Cast
) -> None:
    deploy_kind(session, CaseKind.TA, CALLED)
    payer = factories.taxpayer(session)
    origin = calling(session, people, payer)
    first = session.scalars(select(TaxWarning).where(TaxWarning.case_id == origin.id)).one()
    first.finding, first.cause, first.verdict = "confirmed", "concealed", "right"
    settled = factories.warning(session, payer, code="VAT-002")
    settled.case_id, settled.status, settled.finding = origin.id, WarningStatus.IN_CASE, "explained"
    desk.do(session, people.officer, origin, "ask", {})
    session.expire_all()
    opened = called_for(session)
    session.refresh(first)
    assert [first.case_id, first.finding] == [opened.id, None]
    assert settled.case_id == origin.id
    former = session.scalars(select(FormerDoubt)).one()
    assert (former.case_id, former.warning_id, former.finding) == (origin.id, first.id, "confirmed")
    shown = reads.page(session, people.leader, origin.id).doubts
    assert {(doubt.id, doubt.finding) for doubt in shown} == {
        (first.id, "confirmed"),
        (settled.id, "explained"),
    }
    links = reads.page(session, people.leader, opened.id).links
    assert [(link.number, link.is_from_here) for link in links] == [(origin.number, False)]


def test_open_case_of_the_kind_is_joined(session: Session, people: Cast) -> None:
    deploy_kind(session, CaseKind.TA, CALLED)
    payer = factories.taxpayer(session)
    known = cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.TA,
        warnings=[factories.warning(session, payer, code="INV-002")],
        score=Decimal("2.0"),
        grade=3,
        is_ti=False,
    )
    origin = calling(session, people, payer)
    before = desk.open_task(session, known, "dispatch").version
    desk.do(session, people.officer, origin, "ask", {})
    session.expire_all()
    assert called_for(session).id == known.id
    doubts = session.scalars(select(TaxWarning).where(TaxWarning.case_id == known.id)).all()
    assert len(doubts) == 2
    assert desk.open_task(session, known, "dispatch").version == before + 1


def test_kind_that_is_not_deployed_waits_and_becomes_a_case_when_it_is(
    session: Session, people: Cast
) -> None:
    payer = factories.taxpayer(session)
    origin = calling(session, people, payer)
    desk.do(session, people.officer, origin, "ask", {})
    referral = session.scalars(select(Referral)).one()
    waits_for = referral.opened_case_id
    assert not waits_for
    deploy_kind(session, CaseKind.TA, CALLED)
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.topic == REFERRED)).one()
    EFFECTS[message.topic](session, message.payload)
    session.expire_all()
    opened = called_for(session)
    assert session.scalars(select(Referral.opened_case_id)).one() == opened.id
    assert desk.open_elements(session, opened) == {"assign"}


def test_further_version_of_a_kind_opens_no_referral_again(session: Session, people: Cast) -> None:
    origin = calling(session, people, factories.taxpayer(session))
    desk.do(session, people.officer, origin, "ask", {})
    deploy_kind(session, CaseKind.TA, CALLED)
    deploy_kind(session, CaseKind.TA, CALLED.replace("user assign", "manual assign"))
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.topic == REFERRED)).all()
    assert len(told) == 1


def test_hits_open_their_own_kind_once_it_is_deployed(session: Session, people: Cast) -> None:
    payer = factories.taxpayer(session)
    payer.administrator_id = people.officer.user_id
    factories.tell(session, "sys:facts")
    late = factories.warning(session, payer, code="FIL-011")
    late.kind, late.status = CaseKind.OC.value, WarningStatus.POOL
    other = factories.warning(session, payer, code="VAT-001")
    other.status = WarningStatus.POOL
    deploy_kind(session, CaseKind.OC, CALLED)
    while selection.open_share(session).goes_on:
        pass
    session.expire_all()
    found = {case.kind: case.id for case in session.scalars(select(Case))}
    assert set(found) == {CaseKind.OC, CaseKind.WV}
    assert (late.case_id, other.case_id) == (found[CaseKind.OC], found[CaseKind.WV])


def test_closed_case_of_the_kind_is_no_reason_not_to_open_one(
    session: Session, people: Cast
) -> None:
    deploy_kind(session, CaseKind.TA, CALLED)
    payer = factories.taxpayer(session)
    first = calling(session, people, payer)
    desk.do(session, people.officer, first, "ask", {})
    opened = called_for(session)
    for case in (first, opened):
        case.facts = {**case.facts, "outcome": "cleared"}
        cases.note(session, SYSTEM, case, action="case.noted", payload={})
    desk.do(session, people.chief, opened, "assign", {})
    desk.do(session, people.officer, first, "after", {})
    second = calling(session, people, payer)
    desk.do(session, people.officer, second, "ask", {})
    numbers = session.scalars(select(Case.number).where(Case.kind == CaseKind.TA)).all()
    assert len(set(numbers)) == 2
    open_steps = [task for case in session.scalars(select(Case)) for task in _open(session, case)]
    assert sorted(task.element for task in open_steps) == ["after", "assign"]


def _open(session: Session, case: Case) -> list[Task]:
    query = select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    return list(session.scalars(query))
