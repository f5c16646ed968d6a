"""Simple penalties on the shipped drawing: from the order to correct to the paid fine."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, penalty_acts
from caseflow.models import Case, Document, Referral, Taxpayer, Unit
from caseflow.services import cases
from caseflow.vocabulary import CaseStatus, Invalid
from tests import cast, desk, factories, orders, penalties
from tests.cast import Cast
from tests.orders import MONDAY, at
from tests.workflows import scenarios


def begun(session: Session, *, is_office: bool = False, **late: Any) -> tuple[Cast, Case]:  # noqa: ANN401 - as the order takes it
    people = cast.enter(session)
    if is_office:
        section = session.scalars(select(Unit).where(Unit.code == "0101")).one()
        section.is_tax_office = True
        section.short_name = "一所"
        factories.tell(session, "sys:bureau")
    case = penalties.called_for(session, people, **late)
    penalties.accepted(session, people, case)
    return people, case


def noticed(session: Session, people: Cast, case: Case, *signers: str, **changes: Any) -> None:  # noqa: ANN401 - answers hold any JSON
    penalties.investigate(session, people, case, **changes)
    penalties.agree(session, people, case, *signers)
    orders.serve(session, people, case, "2010-01-25", element="serving_notice/serve")


def numbers(session: Session, case: Case) -> list[str | None]:
    found = select(Document.number).where(Document.case_id == case.id).order_by(Document.id)
    return list(session.scalars(found))


def paid(on: str, fine: str, more: str = "0") -> dict[str, Any]:
    sums = {"fine_paid": fine, "additional_paid": more}
    return {
        "payment_result": "paid",
        "receipt_number": "缴20100001",
        "paid_on": on,
        "appeal": "none",
        **sums,
    }


def test_a_tax_office_fines_a_late_return_and_the_fine_is_paid(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session, is_office=True)
        noticed(session, people, case, "notice_office")
        penalties.waive(session, people, case)
        penalties.decide(session, people, case, "fine", element="decide_office")
        orders.serve(session, people, case, "2010-01-25", element="serving_decision/serve")
        desk.do(session, people.officer, case, "payment", paid("2010-01-25", "50"))
        orders.close(session, people, case)
    session.expire_all()
    closed = session.get_one(Case, case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "fined")
    assert numbers(session, case) == [
        "大中国税一所罚告〔2010〕1号",
        "大中国税一所简罚〔2010〕1号",
    ]


def test_the_notice_is_served_in_three_working_days_and_the_decision_in_seven_days(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = begun(session, is_office=True)
        penalties.investigate(session, people, case)
        penalties.agree(session, people, case, "notice_office")
        step = desk.open_task(session, case, "serving_notice/serve")
        assert step.due_at == clock.end_of(date(2010, 1, 28))
        orders.serve(session, people, case, "2010-01-25", element="serving_notice/serve")
        penalties.waive(session, people, case)
        penalties.decide(session, people, case, "fine", element="decide_office")
        step = desk.open_task(session, case, "serving_decision/serve")
        assert step.due_at == clock.end_of(date(2010, 2, 1))


def test_a_section_without_the_power_goes_to_the_district(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        penalties.waive(session, people, case)
        assert desk.open_elements(session, case) == {"decide_district"}
        penalties.decide(session, people, case, "fine", element="decide_district")
    assert numbers(session, case) == ["大中国税罚告〔2010〕1号", "大中国税罚〔2010〕1号"]


def test_none_is_noted_once_the_defence_is_due(session: Session) -> None:
    nothing = {"defence_result": "none"}
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        # Three days from the 25th, by the law of the day of the act.
        assert desk.open_task(session, case, "defence").due_at == MONDAY.replace(day=28, hour=16)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "defence", nothing)
        assert desk.refused(refusal.value) == {"defence_result": "defence_not_due"}
    with at(MONDAY + timedelta(days=4)):
        assert cases.wake_due(session) == 1
        desk.do(session, people.legal, case, "defence", nothing)
    assert desk.open_elements(session, case) == {"decide_district"}


def test_a_fine_not_paid_goes_to_enforcement_and_a_late_one_bears_three_percent(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        penalties.waive(session, people, case)
        penalties.decide(session, people, case, "fine", element="decide_district")
        orders.serve(session, people, case, "2010-01-25", element="serving_decision/serve")
        unpaid = {"payment_result": "not_paid", "appeal": "none"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "payment", unpaid)
        assert desk.refused(refusal.value) == {"payment_result": "payment_not_due"}
    with at(MONDAY + timedelta(days=30)):
        cases.wake_due(session)
        # Due on 9 February, paid on 19 February: ten days at 3 % of 50.
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, case, "payment", paid("2010-02-19", "50", "14"))
        assert refusal.value.values["fields"] == {
            "additional_paid": ("paid_differs", {"due": "15.00"})
        }
        desk.do(session, people.officer, case, "payment", unpaid)
        orders.close(session, people, case)
    kinds = session.scalars(select(Referral.kind).where(Referral.case_id == case.id)).all()
    assert [kind.value for kind in kinds] == ["EN"]


def test_a_hearing_is_held_by_a_chairman_who_took_no_part_and_never_makes_it_heavier(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        serious = {"seriousness": "serious", "seriousness_reason": "多次逾期，情节严重，拒不改正。"}
        noticed(
            session, people, case, "notice_review", "notice_district", amount="10000", **serious,
            amount_reason="一年内多次逾期申报，从重处罚。",
        )  # fmt: skip
        asked = {"defence_result": "hearing", "requested_on": "2010-01-25"}
        desk.do(session, people.legal, case, "defence", asked)
        early = {"hearing_at": "2010-01-28T09:00:00+08:00", "place": "区局三楼会议室"}
        chair = str(people.other_chief.user_id)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "hearing_notice", {**early, "chairman": chair})
        assert desk.refused(refusal.value) == {"hearing_at": "hearing_notice_short"}
        set_ = {**early, "hearing_at": "2010-02-03T09:00:00+08:00"}
        took_part = {**set_, "chairman": str(people.chief.user_id)}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "hearing_notice", took_part)
        assert desk.refused(refusal.value) == {"chairman": "took_part"}
        desk.do(session, people.legal, case, "hearing_notice", {**set_, "chairman": chair})
        served = {
            "method": "left",
            "served_on": "2010-01-25",
            "left_note": "拒绝签收",
            "witness": "社区干部",
            "receipt": [],
        }
        desk.do(session, people.legal, case, "hearing_service", served)
    with at(MONDAY + timedelta(days=10)):
        held = {
            "hearing_result": "held",
            "record_text": "听证笔录一份，双方签字。",
            "record_files": [],
        }
        desk.do(session, people.legal, case, "hearing_record", held)
        report = {"hearing_advice": "reduce", "report": "当事人确有困难，建议减轻处罚。"}
        heavier = {**report, "reduced_to": "10001"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "hearing_report", heavier)
        assert desk.refused(refusal.value) == {"reduced_to": "above_notice"}
        desk.do(session, people.legal, case, "hearing_report", {**report, "reduced_to": "5000"})
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.decide(
                session, people, case, "fine", element="decide_district", amount="10000.01"
            )
        assert desk.refused(refusal.value) == {"fines-0-amount": "above_notice"}
        penalties.decide(session, people, case, "fine", element="decide_district", amount="5000")
    session.refresh(case)
    assert Decimal(case.facts["fine"]) == Decimal(5000)


def test_the_notice_of_a_hearing_is_seven_working_days_ahead_for_acts_since_july_2021(
    session: Session,
) -> None:
    with at(datetime(2021, 11, 1, 9, tzinfo=clock.BUREAU_ZONE)):
        people, case = begun(session, deadline="2021-10-26", done_on="2021-10-29")
        serious = {"seriousness": "serious", "seriousness_reason": "多次逾期，情节严重，拒不改正。"}
        penalties.investigate(
            session,
            people,
            case,
            amount="10000",
            amount_reason="一年内多次逾期，从重处罚。",
            **serious,
        )
        penalties.agree(session, people, case, "notice_review", "notice_district")
        orders.serve(session, people, case, "2021-11-01", element="serving_notice/serve")
        asked = {"defence_result": "hearing", "requested_on": "2021-11-01"}
        desk.do(session, people.legal, case, "defence", asked)
        said = {"place": "区局三楼会议室", "chairman": str(people.other_chief.user_id)}
        # The seven days 2, 3, 4, 5, 8, 9 and 10 November are to pass in full.
        early = {**said, "hearing_at": "2021-11-10T09:00:00+08:00"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "hearing_notice", early)
        assert desk.refused(refusal.value) == {"hearing_at": "hearing_notice_short"}
        enough = {**said, "hearing_at": "2021-11-11T09:00:00+08:00"}
        desk.do(session, people.legal, case, "hearing_notice", enough)
    assert desk.open_elements(session, case) == {"hearing_service"}


def test_no_fine_is_decided_while_the_time_for_a_defence_runs(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        statement = {
            "defence_result": "statement",
            "statement": "企业陈述已申报。",
            "accepted": "no",
            "accepted_reason": "理由不成立，证据充分。",
            "advised_amount": "50",
        }
        desk.do(session, people.legal, case, "defence", statement)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.decide(session, people, case, "fine", element="decide_district")
        assert desk.refused(refusal.value) == {"decision": "defence_time_runs"}
    with at(MONDAY + timedelta(days=4)):
        penalties.decide(session, people, case, "fine", element="decide_district")
    session.refresh(case)
    assert case.facts["decision"] == "fine"


def test_a_hearing_that_was_not_offered_is_refused(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        asked = {"defence_result": "hearing", "requested_on": "2010-01-25"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.legal, case, "defence", asked)
    assert desk.refused(refusal.value) == {"defence_result": "hearing_not_offered"}


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"amount": "201"}, "acts-0-amount", "outside_band"),
        ({"amount": "49.99"}, "acts-0-amount", "outside_band"),
        ({"amount": "60"}, "acts-0-amount_reason", "reason_for_amount"),
        ({"circumstances": ["force_majeure"]}, "acts-0-amount", "excused"),
        (
            {"circumstances": ["corrected_in_time", "harmless"]},
            "acts-0-amount",
            "excused",
        ),
        ({"circumstances": ["none", "harmless"]}, "acts-0-circumstances", "none_with_others"),
        ({"act_on": "1995-01-01"}, "acts-0-act_on", "before_the_penalty_law"),
        ({"amount": None}, "acts-0-amount", "outside_band"),
    ],
)
def test_a_fine_that_the_table_does_not_bear_is_refused(
    session: Session, changes: dict[str, Any], place: str, code: str
) -> None:
    with at(MONDAY):
        people, case = begun(session)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.investigate(session, people, case, **changes)
    assert desk.refused(refusal.value) == {place: code}


def test_no_fine_after_five_years(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(
            session, deadline="2004-01-15", done_on="2004-06-01", penalty_change="propose"
        )
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.investigate(session, people, case, act_on="2004-01-16")
    assert desk.refused(refusal.value) == {"acts-0-amount": "over_five_years"}


def test_a_fine_without_a_notice_is_refused_and_more_facts_lead_to_one(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        penalties.investigate(session, people, case, "no_fine", amount=None)
        penalties.agree(session, people, case, "notice_review")
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.decide(session, people, case, "fine", element="decide_district")
        assert desk.refused(refusal.value) == {"decision": "no_notice"}
        penalties.decide(session, people, case, "more_facts", element="decide_district")
        assert desk.open_elements(session, case) == {"investigate"}


def test_a_decision_of_no_fine_is_served_and_closes_the_case(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        penalties.investigate(session, people, case, "no_fine", amount=None)
        penalties.agree(session, people, case, "notice_review")
        penalties.decide(session, people, case, "no_fine", element="decide_district")
        orders.serve(session, people, case, "2010-01-25", element="serving_decision/serve")
        orders.close(session, people, case)
    session.expire_all()
    assert session.get_one(Case, case.id).outcome == "no_fine"
    assert numbers(session, case) == ["大中国税不罚〔2010〕1号"]


def test_a_case_dropped_by_a_tax_office_ends_with_an_internal_paper(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session, is_office=True)
        penalties.investigate(session, people, case, "drop", amount=None)
        dropped = {
            "decision": "drop",
            "drop_reason": "no_violation",
            "reason": "经查没有违法行为，撤销。",
        }
        desk.do(session, people.chief, case, "decide_office", dropped)
        orders.close(session, people, case)
    session.expire_all()
    assert session.get_one(Case, case.id).outcome == "dropped"
    assert numbers(session, case) == [None]


def test_the_same_act_is_fined_once(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        penalties.investigate(session, people, case)
        kept = session.get_one(Case, case.id)
        earlier = Case(**{
            column.key: getattr(kept, column.key)
            for column in Case.__table__.columns
            if column.key != "id"
        })  # fmt: skip
        earlier.number, earlier.closed_at, earlier.outcome = "01PN2009000001", MONDAY, "fined"
        earlier.status = CaseStatus.CLOSED
        session.add(earlier)
        session.flush()
        factories.tell(session, f"case:{earlier.id}")
        penalties.agree(session, people, case, "notice_review")
        back = {"notice_decision": "send_back", "reason": "该行为可能已经处罚，请核对。"}
        desk.do(session, people.leader, case, "notice_district", back)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.investigate(session, people, case)
    assert desk.refused(refusal.value) == {"acts-0-amount": "fined_before"}


@pytest.mark.parametrize(
    ("days", "offence", "party", "low", "proposed"),
    [
        (12, 1, "individual", 20, 20),
        (12, 1, "enterprise", 50, 50),
        (40, 2, "enterprise", 200, 500),
        (5, 3, "enterprise", 2000, 2000),
    ],
)
def test_the_band_proposes_what_the_bureaus_examples_say(
    days: int,
    offence: int,
    party: str,
    low: int,
    proposed: int,
) -> None:
    table = scenarios.process("simple_penalty.bpmn").decisions["pn_band"]
    asked = {
        "article": "L62",
        "seriousness": "ordinary",
        "is_excused": False,
        "offences": offence,
        "is_individual": party == "individual",
        "days_late": days,
    }
    band = table.decide(asked, mapping="singleResult")
    assert isinstance(band, dict)
    assert (band["low"], band["first" if offence == 1 else "second"]) == (low, proposed)


def test_an_act_that_was_fined_calls_for_no_second_penalty(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        noticed(session, people, case, "notice_review", "notice_district")
        penalties.waive(session, people, case)
        penalties.decide(session, people, case, "fine", element="decide_district")
        orders.serve(session, people, case, "2010-01-25", element="serving_decision/serve")
        desk.do(session, people.officer, case, "payment", paid("2010-01-25", "50"))
        orders.close(session, people, case)
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        again = orders.opened(session, payer, "FIL-012")
        orders.accepted(session, people, again)
        (row,) = desk.doubts_of(session, again)
        late = {"row": str(row), "duty": "filing", "finding": "done_late"}
        days = {"deadline": "2010-01-18", "done_on": "2010-01-22"}
        orders.prepare(session, people, again, "already_corrected", {**late, **days})
        orders.conclude(session, people, again)
        orders.review(session, people, again)
        orders.close(session, people, again)
    found = session.scalars(select(Referral.id).where(Referral.case_id == again.id)).all()
    assert found == []


def test_a_notice_waits_for_an_act_that_joined_after_the_investigation(session: Session) -> None:
    with at(MONDAY):
        people, case = begun(session)
        penalties.investigate(session, people, case)
        order = orders.opened(session, session.get_one(Taxpayer, case.taxpayer_id), "FIL-012")
        orders.accepted(session, people, order)
        (row,) = desk.doubts_of(session, order)
        late = {"row": str(row), "duty": "filing", "finding": "done_late"}
        days = {"deadline": "2009-12-15", "done_on": "2009-12-20"}
        orders.prepare(session, people, order, "already_corrected", {**late, **days})
        orders.conclude(session, people, order)
        orders.review(session, people, order)
        orders.close(session, people, order)
        assert len(penalty_acts.of_case(session, case)) == 2
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            penalties.agree(session, people, case, "notice_review")
    assert desk.refused(refusal.value) == {"notice_decision": "act_joined"}


@pytest.mark.parametrize(("second_period", "acts"), [("2009-12", 1), ("2009-11", 2)])
def test_a_duty_that_two_hits_tell_of_is_one_act(second_period: str, acts: int) -> None:
    line = {"duty": "filing", "tax": "vat", "finding": "not_done", "deadline": "2010-01-18"}
    lines = {"1": {**line, "period": "2009-12"}, "2": {**line, "period": second_period}}
    origin = penalty_acts.Origin(7, "01OC2010000001", {"duty_lines": lines}, date(2010, 1, 20))
    assert [act.row for act in penalty_acts.of([origin], [])] == ["7:1", "7:2"][:acts]
