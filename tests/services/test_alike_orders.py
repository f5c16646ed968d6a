"""Orders to correct and reminders answered alike of many households, beside any campaign."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Answer, Case, Document, RepeatedAnswer, Task, Taxpayer
from caseflow.models.record import RecordEvent
from caseflow.services import alike_steps, repeated_answers
from caseflow.vocabulary import Actor, NotFound
from tests import campaigns, cast, desk, factories, orders
from tests.cast import Cast
from tests.orders import MONDAY, at

SIGNED = {"order_signature": "sign", "opinion": "同意"}


@pytest.fixture
def people(session: Session) -> Cast:
    return cast.enter(session)


def prepared(session: Session, people: Cast, count: int, decision: str = "order") -> list[Case]:
    """So many cases of one missing return each, checked by the main officer."""
    found = []
    for serial in range(1, count + 1):
        case = orders.opened(session, factories.taxpayer(session, serial=serial), "FIL-011")
        orders.accepted(session, people, case)
        (doubt,) = desk.doubts_of(session, case)
        orders.prepare(session, people, case, decision, orders.not_done(doubt))
        found.append(case)
    return found


def repeated(session: Session, who: Actor, task: Task) -> RepeatedAnswer:
    row = repeated_answers.begin(session, who, task.id)
    campaigns.work_off(session)
    return session.get_one(RepeatedAnswer, row.id)


def not_corrected(session: Session, case: Case) -> dict[str, Any]:
    (doubt,) = desk.doubts_of(session, case)
    return {"row": str(doubt), "result": "not_corrected"}


def test_from_the_signature_to_the_review_many_are_answered_like_one(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        held = prepared(session, people, 3)
        task = desk.do(session, people.chief, held[0], "order_sign", SIGNED)
        row = repeated(session, people.chief, task)
        assert (len(row.done), row.failed, row.campaign_id) == (2, [], None)
        papers = session.scalars(select(Document.number).where(Document.kind == "order_to_correct"))
        assert len(set(papers)) == 3
        for case in held:
            orders.serve(session, people, case, "2010-01-25", element="serving/serve")
    with at(MONDAY + timedelta(days=12)):
        task = orders.comply(session, people, held[0], "conclude", not_corrected(session, held[0]))
        assert repeated(session, people.officer, task).failed == []
        assert {desk.open_elements(session, case) == {"conclude"} for case in held} == {True}
        task = orders.conclude(session, people, held[0])
        assert repeated(session, people.officer, task).failed == []
        agreed = {"review_decision": "agree", "opinion": "同意。"}
        task = desk.do(session, people.chief, held[0], "deciding/review", agreed)
        assert repeated(session, people.chief, task).failed == []
    for case in held:
        session.refresh(case)
        assert case.facts["outcome"] == "opened_ab"
        assert desk.open_elements(session, case) == {"close_check"}
    agreed_by = select(Task.done_by).where(Task.form_key == "wv_review")
    assert session.scalars(agreed_by).all() == [people.chief.user_id] * 3


def test_what_is_said_of_one_household_alone_is_said_of_no_other(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        held = prepared(session, people, 2)
        for case in held:
            orders.sign_order(session, people, case)
            orders.serve(session, people, case, "2010-01-25", element="serving/serve")
        (doubt,) = desk.doubts_of(session, held[0])
        corrected = {
            "row": str(doubt),
            "result": "corrected",
            "corrected_on": "2010-01-25",
            "number": "样例申报表001",
        }
        task = orders.comply(session, people, held[0], "conclude", corrected)
        assert alike_steps.count(session, people.officer, task) == 0
        with pytest.raises(NotFound):
            repeated_answers.begin(session, people.officer, task.id)


def test_those_who_may_not_follow_are_told_one_by_one(session: Session, people: Cast) -> None:
    with at(MONDAY):
        held = prepared(session, people, 3)
        other = orders.opened(session, factories.taxpayer(session, serial=9), "REG-011")
        orders.accepted(session, people, other)
        (doubt,) = desk.doubts_of(session, other)
        orders.prepare(session, people, other, "order", orders.not_done(doubt, duty="registration"))
        task = desk.do(session, people.chief, held[0], "order_sign", SIGNED)
        row = repeated_answers.begin(session, people.chief, task.id)
        orders.sign_order(session, people, held[1])
        campaigns.work_off(session)
        session.refresh(row)
        why = {each["code"] for each in row.failed}
        assert why == {"repeat_gone", "repeat_differs"}
        assert len(row.done) == 1
        assert desk.open_elements(session, other) == {"order_sign"}


def reminded(**changes: str) -> dict[str, str]:
    return {
        "method": "message",
        "contact": "样例人",
        "number": "0411-80000000",
        "reminded_at": "2010-01-25T01:00:00+00:00",
        "remind_answer": "unreachable",
        "note": "短信催报，未回复。",
        **changes,
    }


def test_a_reminder_in_bulk_is_one_act_that_lists_whom_it_went_to(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        held = prepared(session, people, 4, "remind")
        payers = [session.get_one(Taxpayer, factories.payer_of(case)) for case in held]
        payers[1].phone, payers[1].finance_head = "0411-86650012", "会计样例"
        payers[3].phone = None
        factories.tell(session, "sys:facts")
        task = desk.do(session, people.officer, held[0], "remind", reminded())
        row = repeated(session, people.officer, task)
        assert (len(row.done), [each["code"] for each in row.failed]) == (2, ["repeat_no_number"])
        said = session.scalars(
            select(Answer.content).where(Answer.case_id == held[1].id, Answer.element == "remind")
        ).one()
        assert (said["contact"], said["number"]) == ("会计样例", "0411-86650012")
        act = session.scalars(
            select(RecordEvent.payload).where(RecordEvent.action == "answers.repeated")
        ).one()
        assert json.loads(act)["to"] == sorted(payer.tin for payer in payers[1:])


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "phone"},
        {"remind_answer": "promised", "promised_on": "2010-01-26"},
        {"remind_answer": "done"},
    ],
)
def test_what_a_household_answered_is_no_answer_of_another(
    session: Session, people: Cast, changes: dict[str, str]
) -> None:
    with at(MONDAY):
        held = prepared(session, people, 2, "remind")
        task = desk.do(session, people.officer, held[0], "remind", reminded(**changes))
        assert alike_steps.count(session, people.officer, task) == 0
