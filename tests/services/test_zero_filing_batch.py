"""Batches of zero filers: list, approval and dispatching, watch, report; every figure computed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import batch_counts
from caseflow.models import BatchLine, Case, Document
from caseflow.services import cases, zero_filing_batches
from caseflow.services.kinds.zero_filing_batch import drawn_of
from caseflow.vocabulary import Actor, CaseStatus, Forbidden, Invalid, NotFound
from tests import cast, desk, zero_filing
from tests import zero_filing_batches as journey
from tests.cast import Cast
from tests.orders import MONDAY, at
from tests.zero_filing_batches import do


@pytest.fixture
def people(session: Session) -> Iterator[Cast]:
    with at(MONDAY):
        yield cast.enter(session)


def refused(session: Session, who: Actor, case: Case, element: str, **answers: object) -> object:
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        do(session, who, case, element, **answers)
    return desk.refused(refusal.value)


def test_approval_dispatches_every_household_each_by_its_own_act(
    session: Session, people: Cast
) -> None:
    batch, held = journey.approved(session, people, 6)
    assert desk.open_elements(session, batch) == {"batch_watch"}
    for case in held:
        assert desk.open_elements(session, case) == {"assign"}
        kept = session.get_one(Case, case.id)
        assert (kept.facts["batch"], kept.requirement) == (
            batch.number,
            "逐户查清原因，九月底前办结。",
        )
    counts = batch_counts.of(session, batch.id)
    assert (counts.total.households, counts.total.open) == (6, 6)
    assert batch.number.startswith("01ZF2010")


def test_a_fifth_of_those_that_need_no_visit_is_drawn_rounded_up(
    session: Session, people: Cast
) -> None:
    batch, held = journey.approved(session, people, 6)
    drawn = session.scalars(
        select(BatchLine.line_case_id).where(BatchLine.case_id == batch.id, BatchLine.is_sampled)
    ).all()
    assert len(drawn) == drawn_of(6, 20) == 2
    sampled = {case.id: session.get_one(Case, case.id).facts["is_sampled"] for case in held}
    assert {key for key, is_drawn in sampled.items() if is_drawn} == set(drawn)


def test_left_out_households_go_on_waiting_for_another_batch(
    session: Session, people: Cast
) -> None:
    held = journey.waiting(session, 3)
    batch = journey.begun(session, people)
    tin = journey.household(session, held[0]).tin
    out = [{"tin": tin, "reason": "正在办理注销"}]
    do(session, people.info, batch, "batch_list", **journey.listed(held[0], left_out=out))
    counts = batch_counts.of(session, batch.id)
    assert [each.case_id for each in counts.households] == [held[1].id, held[2].id]
    assert [each[1:] for each in counts.left_out] == [(tin, "正在办理注销")]
    waiting = session.scalars(
        select(Case.id).where(batch_counts.is_waiting(held[0].district_id))
    ).all()
    assert waiting == [held[0].id]


def test_list_is_refused_where_it_is_wrong(session: Session, people: Cast) -> None:
    held = journey.waiting(session, 2)
    batch = journey.begun(session, people)
    tin = journey.household(session, held[0]).tin
    nobody = {"criterion": "trade", "trade": "99", "area": None}
    for changes, found in (
        ({"sample_rate": 19}, {"sample_rate": "sample_below_rule"}),
        (nobody, {"criterion": "batch_has_nobody"}),
        ({"left_out": [{"tin": "1", "reason": "不是"}]}, {"left_out-0-tin": "not_in_the_list"}),
        (
            {"left_out": [{"tin": tin, "reason": "不列"}] * 2},
            {"left_out-1-tin": "named_twice"},
        ),
    ):
        answers = journey.listed(held[0], **changes)
        assert refused(session, people.info, batch, "batch_list", **answers) == found


def test_whoever_composed_a_batch_does_not_approve_it(session: Session, people: Cast) -> None:
    held = journey.waiting(session, 1)
    batch = journey.begun(session, people)
    do(session, people.info, batch, "batch_list", **journey.listed(held[0]))
    agreed = {"batch_approval": "agree", "opinion": "同意。"}
    for who in (people.info, people.chief, people.far_leader):
        with pytest.raises((Forbidden, NotFound)), session.begin_nested():
            do(session, who, batch, "batch_approve", **agreed)


def test_refused_batch_leaves_its_cases_waiting(session: Session, people: Cast) -> None:
    held = journey.waiting(session, 2)
    batch = journey.begun(session, people)
    do(session, people.info, batch, "batch_list", **journey.listed(held[0]))
    no = {
        "batch_approval": "refuse",
        "refusal": "本月力量不足，暂不组织。",
        "opinion": "不同意。",
    }
    do(session, people.leader, batch, "batch_approve", **no)
    assert session.get_one(Case, batch.id).status == CaseStatus.VOIDED
    assert {desk.open_elements(session, case) == {"dispatch"} for case in held} == {True}
    again = journey.begun(session, people)
    do(session, people.info, again, "batch_list", **journey.listed(held[0]))
    assert batch_counts.of(session, again.id).total.households == 2


def test_a_case_stands_in_one_batch_at_a_time(session: Session, people: Cast) -> None:
    held = journey.waiting(session, 2)
    batch = journey.begun(session, people)
    do(session, people.info, batch, "batch_list", **journey.listed(held[0]))
    other = journey.begun(session, people)
    answers = journey.listed(held[0])
    assert refused(session, people.info, other, "batch_list", **answers) == {
        "criterion": "batch_has_nobody"
    }
    change = {"batch_approval": "change", "change_text": "再核对一次。", "opinion": "退回。"}
    do(session, people.leader, batch, "batch_approve", **change)
    do(session, people.info, batch, "batch_list", **answers)
    assert session.scalar(select(func.count()).select_from(BatchLine)) == 2


def test_case_dispatched_alone_meanwhile_holds_up_nobody(session: Session, people: Cast) -> None:
    held = journey.waiting(session, 2)
    batch = journey.begun(session, people)
    do(session, people.info, batch, "batch_list", **journey.listed(held[0]))
    alone = {"dispatch_decision": "assign", "section": str(held[0].section_id)}
    do(session, people.leader, held[0], "dispatch", **alone, priority="normal")
    agreed = {"batch_approval": "agree", "opinion": "同意，按清册分派。"}
    do(session, people.leader, batch, "batch_approve", **agreed)
    journey.work_off(session)
    problems = [each.problem for each in batch_counts.of(session, batch.id).households]
    assert problems == ["dispatched_before", None]
    assert desk.open_elements(session, held[1]) == {"assign"}
    zero_filing_batches.dispatch(session, {"case": batch.id, "by": people.leader.user_id})
    assert desk.open_elements(session, held[1]) == {"assign"}


def test_watch_ends_with_the_last_household_or_when_it_is_due(
    session: Session, people: Cast
) -> None:
    batch, held = journey.approved(session, people, 2)
    assert refused(session, people.info, batch, "batch_watch", all_closed=True) == {
        "all_closed": "batch_still_open"
    }
    with at(MONDAY + timedelta(days=120)):
        cases.wake_due(session)
        session.expire_all()
        assert desk.open_elements(session, batch) == {"batch_report"}
        lines = batch_counts.of(session, batch.id).open
        assert len(lines) == 2 == batch_counts.of(session, batch.id).total.overdue
        answers = journey.reported()
        assert refused(session, people.info, batch, "batch_report", **answers) == {
            "open_households": "every_line"
        }
        why = [{"row": str(each.line_id), "reason": "等待外省协查"} for each in lines]
        do(session, people.info, batch, "batch_report", **journey.reported(open_households=why))
        more = {"batch_signature": "extend", "extra_days": 30, "why": "再给三十天。"}
        do(session, people.leader, batch, "batch_sign", **more, opinion="同意延期。")
        assert desk.open_elements(session, batch) == {"batch_watch"}
    with at(MONDAY + timedelta(days=240)):
        cases.wake_due(session)
        session.expire_all()
        do(session, people.info, batch, "batch_report", **journey.reported(open_households=why))
        again = refused(session, people.leader, batch, "batch_sign", **more, opinion="延期。")
        assert again == {"batch_signature": "batch_extended_before"}
        signed = {"batch_signature": "agree", "opinion": "同意报告。"}
        do(session, people.leader, batch, "batch_sign", **signed)
    closed = session.get_one(Case, batch.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "batch_reported_open")
    paper = session.scalars(select(Document).where(Document.case_id == batch.id)).one()
    assert paper.kind == "zero_filing_summary"
    assert str(paper.data).count("等待外省协查") == 2
    assert held


def test_causes_of_closed_households_are_counted(session: Session, people: Cast) -> None:
    batch, held = journey.approved(session, people, 1)
    case = held[0]
    named = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    do(session, people.chief, case, "dispatching/assign", assign_decision="assign", **named)
    accepted = {"recusal": "none", "accept_decision": "accept"}
    do(session, people.officer, case, "dispatching/accept_main", **accepted)
    do(session, people.partner, case, "dispatching/accept_second", **accepted)
    assert session.get_one(Case, case.id).facts["is_sampled"] is True
    zero_filing.check(session, people, case, "onsite")
    zero_filing.visit(session, people, case)
    zero_filing.check(session, people, case, "classify")
    zero_filing.classify(session, people, case, "seasonal")
    zero_filing.reviewed(session, people, case)
    zero_filing.close(session, people, case)
    session.expire_all()
    counts = batch_counts.of(session, batch.id)
    assert [(each.name, each.closed) for each in counts.by_cause] == [("seasonal", 1)]
    assert counts.total.closed == sum(each.closed for each in counts.by_outcome) == 1
    do(session, people.info, batch, "batch_watch", all_closed=True)
    do(session, people.info, batch, "batch_report", **journey.reported())
    signed = {"batch_signature": "agree", "opinion": "同意报告。"}
    do(session, people.leader, batch, "batch_sign", **signed)
    assert session.get_one(Case, batch.id).outcome == "batch_reported"
