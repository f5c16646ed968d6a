"""Conclusion, review, approval, execution: who decides, what bars, what must be paid."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import amounts, clock
from caseflow.models import AssessedAmount, Case, Document, Referral
from caseflow.reads import step_choices
from caseflow.services import deputies, recusals, tasks
from caseflow.services import people as signing
from caseflow.vocabulary import Actor, CaseStatus, Forbidden, Invalid
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import MONDAY, at

DUE = "2026-10-23"


def concluded(
    session: Session, *, score: str = "6.0", is_ti: bool = False, **changes: object
) -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session), score=score, is_ti=is_ti)
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    answers = desk.conclusion(session, case, **changes)
    desk.do(session, people.officer, case, "conclusion", answers)
    return people, case


def taxed(tax: str) -> dict[str, Any]:
    line = {
        "tax": "vat",
        "period": "2026-09",
        "declared": "4200.00",
        "recomputed": str(4200 + int(tax)),
        "due_on": DUE,
    }
    return {"finding": "confirmed", "amounts": [line]}


def review(decision: str, **more: str) -> dict[str, str]:
    return {"review_decision": decision, "opinion": "同意", **more}


BACK = {
    "next_step": "conclude",
    "return_reason": "evidence",
    "return_text": "请补充第四季度购销合同。",
}

AGREED = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}


def test_tax_of_ten_thousand_goes_to_the_leader(session: Session) -> None:
    people, case = concluded(session, **taxed("10000"))
    desk.do(session, people.chief, case, "review", review("agree"))
    assert desk.open_elements(session, case) == {"approval"}


def test_less_tax_ends_with_the_chief(session: Session) -> None:
    people, case = concluded(session, **taxed("9999"))
    desk.do(session, people.chief, case, "review", review("agree"))
    assert desk.open_elements(session, case) == {"serve_self_check"}


def test_what_was_sent_back_says_why(session: Session) -> None:
    people, case = concluded(session)
    desk.do(session, people.chief, case, "review", review("send_back", **BACK))
    task = desk.open_task(session, case, "conclusion")
    assert (task.return_reason, task.returned_by) == (BACK["return_text"], people.chief.user_id)
    assert case.status == CaseStatus.RETURNED


def test_the_third_sending_back_goes_to_the_leader(session: Session) -> None:
    people, case = concluded(session)
    for _ in range(2):
        desk.do(session, people.chief, case, "review", review("send_back", **BACK))
        answers = desk.conclusion(session, case)
        desk.do(session, people.officer, case, "conclusion", answers)
    desk.do(session, people.chief, case, "review", review("send_back", **BACK))
    assert desk.open_elements(session, case) == {"third_return"}


def test_the_reviewer_cannot_approve_as_well(session: Session) -> None:
    people, case = concluded(session, **taxed("20000"))
    desk.do(session, people.chief, case, "review", review("agree"))
    task = desk.open_task(session, case, "approval")
    with pytest.raises(Forbidden):
        tasks.claim(session, people.chief, task.id)


def test_a_case_is_closed_only_when_paid_equals_due(session: Session) -> None:
    people, case = concluded(session, **taxed("9000"))
    desk.do(session, people.chief, case, "review", review("agree"))
    service = {"served_on": clock.today().isoformat(), "method": "direct", "receiver": "出纳"}
    desk.do(session, people.officer, case, "serve_self_check", {**service, "receipt": []})
    row = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).one()
    assert row.due_on is not None
    surcharge = amounts.surcharge(row.recomputed - row.declared, row.due_on, clock.today())
    paid = {"row": str(row.id), "paid_on": clock.today().isoformat(), "tax_paid": "8999.00"}
    answers = {"return_number": "更正1", "filed_on": clock.today().isoformat()}
    payment = {**answers, "payments": [{**paid, "surcharge_paid": str(surcharge)}]}
    with pytest.raises(Invalid), session.begin_nested():
        desk.do(session, people.officer, case, "record_payment", payment)
    payment["payments"] = [{**paid, "tax_paid": "9000.00", "surcharge_paid": str(surcharge)}]
    desk.do(session, people.officer, case, "record_payment", payment)
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "self_corrected")


def test_signs_of_evasion_go_to_the_collective_review(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    assert desk.open_elements(session, case) == {"convene_review"}


def test_a_transfer_writes_a_referral(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.before_the_review(session, people, case, "agree")
    desk.do(session, people.leader, case, "approval", AGREED)
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    referral = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (case.outcome, referral.kind) == ("transferred_inspection", "TI")
    assert session.scalars(select(Document.number).where(Document.case_id == case.id)).all()


def test_nobody_votes_twice_in_a_collective_review(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    members = [people.deputy, people.legal, people.legal]
    with pytest.raises(Invalid) as refusal:
        desk.convene(session, people, case, members)
    assert desk.refused(refusal.value) == {"members": "member_twice"}


def test_who_reviewed_the_case_has_no_vote_on_it(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    members = [people.deputy, people.legal, people.chief]
    with pytest.raises(Invalid) as refusal:
        desk.convene(session, people, case, members)
    assert desk.refused(refusal.value) == {"members": "member_acted_before"}


def test_tax_without_a_confirmed_doubt_is_refused(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        concluded(session, **{**taxed("500"), "finding": "explained"})
    assert desk.refused(refusal.value) == {"amounts": "amount_without_confirmed_doubt"}


def test_a_flagged_case_that_is_transferred_closes_without_payment(session: Session) -> None:
    people, case = concluded(session, is_ti=True, **taxed("3200"))
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.do(session, people.leader, case, "approval", {**AGREED, "ti_transfer": "yes"})
    assert case.facts["outcome"] == "self_corrected"
    desk.before_the_review(session, people, case, "agree")
    desk.do(session, people.leader, case, "approval", {**AGREED, "ti_transfer": "yes"})
    assert case.facts["outcome"] == "transferred_inspection"
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    referral = session.scalars(select(Referral).where(Referral.case_id == case.id)).one()
    assert (referral.kind, referral.reason) == ("TI", "transferred_inspection")
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "transferred_inspection")


def test_a_transfer_that_the_review_rejects_leaves_the_outcome_proposed(session: Session) -> None:
    people, case = concluded(session, is_ti=True, **taxed("3200"))
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.do(session, people.leader, case, "approval", {**AGREED, "ti_transfer": "yes"})
    desk.before_the_review(session, people, case, "reject")
    assert desk.open_task(session, case, "approval").return_reason == desk.DECIDED
    desk.do(session, people.leader, case, "approval", AGREED)
    assert desk.open_elements(session, case) == {"serve_self_check"}
    assert case.facts["outcome"] == "self_corrected"


def test_a_proposal_that_the_review_rejects_is_concluded_anew(session: Session) -> None:
    people, case = concluded(session, score="15.0")
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.before_the_review(session, people, case, "reject")
    task = desk.open_task(session, case, "conclusion")
    assert task.return_reason == desk.DECIDED


def test_periods_of_one_tax_offset_each_other(session: Session) -> None:
    short = {"tax": "vat", "period": "2009-08", "due_on": "2009-09-15"}
    over = {"tax": "vat", "period": "2009-09", "due_on": "2009-10-23"}
    sums = [
        {**short, "declared": "4200.00", "recomputed": "13200.00"},
        {**over, "declared": "9000.00", "recomputed": "1000.00"},
    ]
    with at(MONDAY):
        people, case = concluded(session, finding="confirmed", amounts=sums)
        desk.do(session, people.chief, case, "review", review("agree"))
        service = {"served_on": "2010-01-25", "method": "direct", "receiver": "出纳", "receipt": []}
        desk.do(session, people.officer, case, "serve_self_check", service)
        query = select(AssessedAmount).where(AssessedAmount.case_id == case.id)
        first, second = session.scalars(query.order_by(AssessedAmount.period)).all()
        # 8,000.00 for the 38 days until the next period, 1,000.00 for the 132 days until today.
        assert (first.surcharge, second.surcharge) == (Decimal("218.00"), Decimal(0))
        with at(MONDAY + timedelta(days=2)):  # 0.50 of the 1,000.00 that are left, each day
            told = [each.today_zh for each in step_choices.offers(session, case, "amounts_due")]
        assert told == ["；今日缴清，滞纳金 219.00 元", "；今日缴清，滞纳金 0.00 元"]
        paid = {"tax_paid": "1000.00", "surcharge_paid": "218.00", "paid_on": "2010-01-25"}
        none = {"tax_paid": "0.00", "surcharge_paid": "0.00", "paid_on": "2010-01-25"}
        payments = [{"row": str(first.id), **paid}, {"row": str(second.id), **none}]
        answers = {"return_number": "更正1", "filed_on": "2010-01-25", "payments": payments}
        desk.do(session, people.officer, case, "record_payment", answers)
    assert desk.open_elements(session, case) == {"closing_check"}


@pytest.mark.parametrize(
    ("tax", "period", "too_early", "earliest"),
    [
        ("vat", "2009-12", "2010-01-15", date(2010, 1, 18)),
        ("vat", "2009-04", "2009-05-10", date(2009, 5, 18)),
        ("vat", "2009-Y", "2010-01-15", date(2010, 1, 18)),
        ("cit", "2008-Y", "2009-01-01", date(2009, 5, 31)),
        ("cit", "2009-11", "2009-12-01", date(2009, 12, 15)),
        ("cit", "2009-Q3", "2009-10-01", date(2009, 10, 23)),
        ("vat", "2009-Q3", "2009-09-15", date(2009, 10, 23)),
        ("vehicle_tax", "2009-11", "2009-10-31", date(2009, 11, 1)),
    ],
)
def test_a_tax_that_falls_due_before_it_can_is_refused(
    session: Session, tax: str, period: str, too_early: str, earliest: date
) -> None:
    sums = {"tax": tax, "period": period, "declared": "0.00", "recomputed": "900.00"}
    with pytest.raises(Invalid) as refusal:
        concluded(session, finding="confirmed", amounts=[{**sums, "due_on": too_early}])
    told = {"amounts-0-due_on": ("due_too_early", {"earliest": earliest})}
    assert refusal.value.values["fields"] == told


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"return_number": "？？-"}, {"return_number": "no_number"}),
        ({"filed_on": "2010-01-26"}, {"filed_on": "in_the_future"}),
    ],
)
def test_a_corrected_return_has_a_number_and_a_day_that_has_come(
    session: Session, changed: dict[str, str], refusal: dict[str, str]
) -> None:
    short = {"tax": "vat", "period": "2009-08", "due_on": "2009-09-15"}
    line = {**short, "declared": "0.00", "recomputed": "900.00"}
    with at(MONDAY):
        people, case = concluded(session, finding="confirmed", amounts=[line])
        desk.do(session, people.chief, case, "review", review("agree"))
        service = {"served_on": "2010-01-25", "method": "direct", "receiver": "出纳", "receipt": []}
        desk.do(session, people.officer, case, "serve_self_check", service)
        answers = {"return_number": "更正1", "filed_on": "2010-01-25", "payments": []}
        with pytest.raises(Invalid) as refused:
            desk.do(session, people.officer, case, "record_payment", {**answers, **changed})
    assert desk.refused(refused.value) == refusal


def test_more_losses_than_income_was_adjusted_are_refused(session: Session) -> None:
    line = {"tax": "cit", "period": "2008-Y", "declared": "0.00", "recomputed": "0.00"}
    sums = {"income_adjustment": "500.00", "loss_offset": "500.01", "due_on": "2009-05-31"}
    with pytest.raises(Invalid) as refusal:
        concluded(session, finding="confirmed", amounts=[{**line, **sums}])
    told = {"amounts-0-loss_offset": ("offset_above_adjustment", {"adjustment": "500.00"})}
    assert refusal.value.values["fields"] == told


def named_for_a_week(session: Session, people: Cast, principal: Actor, deputy: Actor) -> Actor:
    """The deputy as of now, whom the leader has let stand in for the principal."""
    today = clock.today()
    wish = deputies.Wish(today, today + timedelta(days=7), "休年假")
    ids = (principal.user_id or 0, deputy.user_id or 0)
    deputies.grant(session, people.leader, *ids, wish=wish)
    return signing.actor_of(session, ids[1])


@pytest.mark.parametrize("is_named_before", [True, False])
def test_a_member_who_stands_for_the_reviewer_votes_in_the_own_name(
    session: Session, *, is_named_before: bool
) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    if is_named_before:
        named_for_a_week(session, people, people.chief, people.deputy)
    desk.convene(session, people, case, [people.deputy, people.legal, people.other_chief])
    if not is_named_before:
        named_for_a_week(session, people, people.chief, people.deputy)
    member = signing.actor_of(session, people.deputy.user_id or 0)
    assert member.stands_for
    task = desk.own_task(session, member, case, "vote")
    desk.hand_in(session, member, task, {"vote": "agree", "opinion": "已阅案卷"})
    assert (task.done_by, task.done_for) == (people.deputy.user_id, None)


def test_who_reviewed_for_the_chief_has_no_vote_on_it(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    deputy = named_for_a_week(session, people, people.chief, people.deputy)
    desk.do(session, deputy, case, "review", review("agree"))
    for member in (people.deputy, people.chief):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.convene(session, people, case, [member, people.legal, people.other_chief])
        assert desk.refused(refusal.value) == {"members": "member_acted_before"}


def test_who_is_recused_is_not_convened(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    tie = recusals.Tie("in_law", "被查户法人的姻亲")
    nobody = recusals.Successor(stand_in=people.deputy.user_id)
    ids = (case.id, people.legal.user_id or 0)
    recusals.order(session, people.leader, *ids, tie=tie, successor=nobody)
    with pytest.raises(Invalid) as refusal:
        desk.convene(session, people, case, [people.deputy, people.legal, people.other_chief])
    assert desk.refused(refusal.value) == {"members": "recused"}


def test_the_vote_of_a_recused_member_goes_to_somebody_who_may_cast_it(session: Session) -> None:
    people, case = concluded(session, signs=["evasion"])
    desk.do(session, people.chief, case, "review", review("agree"))
    desk.convene(session, people, case, [people.deputy, people.legal, people.other_chief])
    ids = (case.id, people.legal.user_id or 0)
    tie = recusals.Tie("in_law", "被查户法人的姻亲")
    for heir, code in (
        (people.chief, "recusal_decided_in_case"),  # who reviewed
        (people.deputy, "recusal_votes_already"),
    ):
        successor = recusals.Successor(officer=heir.user_id)
        with pytest.raises(Invalid, match=code), session.begin_nested():
            recusals.order(session, people.leader, *ids, tie=tie, successor=successor)
