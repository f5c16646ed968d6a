"""Abnormal households on the shipped drawing: identified, announced, released; what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import missed_periods
from caseflow.models import Case, Document, Taxpayer
from caseflow.reads import step_choices
from caseflow.services import cases, releases
from caseflow.vocabulary import CaseKind, CaseStatus, Forbidden, Invalid, PaperKind, Role
from caseflow.vocabulary.choices.abnormal import AbSource
from tests import cast, desk, factories, orders, transfers
from tests.cast import Cast
from tests.orders import MONDAY, at
from tests.services import test_paper_contents as paper_contents
from tests.services.test_separation import also

WHY = "该户连续三期未申报，经催报、责令和实地核查，查无下落。"
AGREED = {"review_decision": "agree", "opinion": "同意"}
CONFIRMED = {"confirmation": "confirm"}


@pytest.fixture
def who(session: Session) -> Cast:
    people = cast.enter(session)
    orders.deploy(session, "abnormal_household")
    return people


def begun(session: Session, who: Cast, *, status: str = "normal") -> Case:
    """A case from the hit on three missing returns, with both officers at work."""
    payer = factories.taxpayer(session)
    payer.reg_status = status
    case = factories.case_of(session, CaseKind.AB, payer, "REG-004")
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, who.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    named = {
        "main_officer": str(who.officer.user_id),
        "second_officer": str(who.partner.user_id),
    }
    desk.do(session, who.chief, case, "assign", {"assign_decision": "assign", **named})
    taken = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, who.officer, case, "accept_main", taken)
    desk.do(session, who.partner, case, "accept_second", taken)
    return case


def reminded(session: Session, who: Cast, case: Case) -> None:
    answers = {
        "method": "phone",
        "contact": "王会计",
        "phone": "0411-82000000",
        "reminded_at": "2010-01-25T08:30:00+08:00",
        "answer": "电话无人接听",
        "remind_result": "not_filed",
    }
    desk.do(session, who.officer, case, "remind", answers)


def order(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    periods = [{"tax": "vat", "period": "2009-12", "deadline": "2010-01-18"}]
    told = {"requirement": "限期补报2009年12月增值税纳税申报表。", "limit_days": "10"}
    return {"periods": periods, **told, **changes}


def ordered(session: Session, who: Cast, case: Case) -> None:
    reminded(session, who, case)
    desk.do(session, who.officer, case, "order_write", order())
    signed = {"order_signature": "sign", "opinion": "同意责令限期改正"}
    desk.do(session, who.chief, case, "order_sign", signed)
    served = {
        "service_result": "served",
        "served_on": "2010-01-25",
        "method": "left",
        "left_note": "无人签收",
        "witness": "居委会李某",
        "receipt": [],
    }
    desk.do(session, who.officer, case, "order_serve", served)


def visit(found: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    places = [
        {"row": source.value, "result": "not_possible", "reason": "无人应答"} for source in AbSource
    ]
    return {
        "started_at": "2010-02-08T09:00:00+08:00",
        "ended_at": "2010-02-08T10:00:00+08:00",
        "places": places,
        "onsite_found": found,
        "property_found": "none",
        "arrears": "0.00",
        "photos": [],
        **changes,
    }


def visited(session: Session, who: Cast, case: Case, answers: dict[str, Any]) -> None:
    apply = {
        "place": "注册地址和生产经营地址",
        "visit_from": "2010-02-08",
        "visit_to": "2010-02-08",
        "officers": [],
    }
    desk.do(session, who.officer, case, "apply_onsite", apply)
    agreed = {"onsite_approval": "agree"}
    desk.do(session, who.chief, case, "approve_onsite", agreed)
    desk.do(session, who.officer, case, "record_visit", answers)
    desk.do(session, who.partner, case, "confirm_visit", CONFIRMED)


def not_filed(session: Session, who: Cast, case: Case) -> None:
    row = {"row": "0", "result": "not_filed"}
    desk.do(session, who.officer, case, "limit", {"periods": [row]})


def conclusion(session: Session, case: Case, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    doubts = [
        {
            "row": str(row),
            "finding": "confirmed",
            "cause": "registration_fault",
            "reasons": WHY,
            "indicator_verdict": "right",
        }
        for row in desk.doubts_of(session, case)
    ]
    return {
        "doubts": doubts,
        "facts": WHY,
        "signs": ["none"],
        "arrears": "0.00",
        "invoices_left": "无",
        "identification_text": WHY,
        "penalty": "not_needed",
        "penalty_reason": "查无下落，暂不予立案处罚。",
        **changes,
    }


APPROVED = {
    "approval_decision": "agree",
    "opinion": "同意认定",
    "invoice_stop": "yes",
    "stop_ground": "abnormal",
    "stop_scope": "全部发票",
    "stop_from": "2010-02-08",
}


def identified(session: Session, who: Cast) -> Case:
    """A household that nobody found, identified and announced."""
    with at(MONDAY):
        case = begun(session, who)
        ordered(session, who, case)
    with at(MONDAY + timedelta(days=14, hours=3)):
        cases.wake_due(session)
        not_filed(session, who, case)
        visited(session, who, case, visit("not_found"))
        desk.do(session, who.officer, case, "conclude", conclusion(session, case))
        desk.do(session, who.partner, case, "cosign", CONFIRMED)
        desk.do(session, who.chief, case, "review", AGREED)
        unlawful = {**APPROVED, "stop_ground": "L72"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, who.leader, case, "approval", unlawful)
        assert desk.refused(refusal.value) == {"invoice_stop": "identified_stops_invoices"}
        session.refresh(case)
        desk.do(session, who.leader, case, "approval", APPROVED)
        invoices = also(session, who.third, Role.POST_INVOICE, who.leader)
        listed = {
            "has_ranges": "yes",
            "ranges": [
                {
                    "code": "2100093140",
                    "first": "00012301",
                    "last": "00012325",
                    "count": "25",
                    "kind": "增值税专用发票",
                }
            ],
        }
        desk.do(session, invoices, case, "invoice_list", listed)
        notice = {
            "public_notice": "announce",
            "text": "该户经实地核查查无下落，认定为非正常户。",
            "public_places": ["website", "halls"],
        }
        desk.do(session, who.officer, case, "public_notice", notice)
        signed = {"public_signature": "sign", "opinion": "同意公告"}
        desk.do(session, who.leader, case, "public_notice_sign", signed)
        out = {"published_at": "中山区国税局网站", "published_on": "2010-02-08", "copy": []}
        desk.do(session, who.officer, case, "public_notice_done", out)
    return case


def papers(session: Session, case: Case) -> list[str]:
    found = select(Document.kind).where(Document.case_id == case.id).order_by(Document.id)
    return list(session.scalars(found))


def test_a_period_that_two_hits_name_is_missed_once(session: Session, who: Cast) -> None:
    del who
    case = factories.case_of(
        session, CaseKind.AB, factories.taxpayer(session), "REG-004", "FIL-011"
    )
    missed = missed_periods.of_case(session, case)
    offered = step_choices.offers(session, case, "missed_periods")
    assert len(missed) == len(offered) == 1


def test_a_household_is_identified_and_released(session: Session, who: Cast) -> None:
    case = identified(session, who)
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    assert payer.reg_status == "abnormal"
    with at(MONDAY + timedelta(days=15)):
        desk.do(session, who.officer, case, "close_check", {"sign_off": True})
    session.expire_all()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "identified")
    assert papers(session, case) == [
        "missing_returns_list",
        "order_to_correct",
        "onsite_approval",
        "abnormal_identification",
        "invoice_stop",
        "invoice_loss_list",
        "abnormal_announcement",
    ]
    periods = ["增值税", "2009年12月", "2010-01-18"]
    order = paper_contents.paper(session, case, PaperKind.ORDER_TO_CORRECT)
    assert paper_contents.table(order, "未履行的义务") == [["申报", *periods]]
    named = paper_contents.paper(session, case, PaperKind.ABNORMAL_IDENTIFICATION)
    served = ["大中国税限改〔2010〕1号", "2010-01-25"]
    assert paper_contents.table(named, "未申报的所属期和责令改正") == [[*periods, *served]]
    with at(MONDAY + timedelta(days=60)):
        hall = also(session, who.third, Role.SERVICE_HALL, who.leader)
        release = releases.receive(session, hall, tin=payer.tin)
        released(session, who, release)
    session.expire_all()
    assert (release.status, release.outcome) == (CaseStatus.CLOSED, "released")
    assert payer.reg_status == "normal"
    assert papers(session, release) == ["abnormal_release"]


@pytest.mark.parametrize(
    ("tin", "code"),
    [
        ("210202000009999", "tin_wrong"),
        ("nonsense", "tin_wrong"),
        ("{far}", "tin_wrong"),
        ("912102001183000092", "tin_elsewhere"),
        ("{normal}", "release_not_abnormal"),
        ("{open}", "release_case_open"),
    ],
)
def test_only_an_abnormal_household_of_the_own_hall_is_released(
    session: Session, who: Cast, tin: str, code: str
) -> None:
    hall = also(session, who.third, Role.SERVICE_HALL, who.leader)
    far = factories.taxpayer(session, section="0201", serial=8)
    normal = factories.taxpayer(session, serial=7)
    begun(session, who, status="abnormal")
    taken = session.scalars(select(Taxpayer).where(Taxpayer.reg_status == "abnormal")).one()
    typed = tin.format(far=far.tin, normal=normal.tin, open=taken.tin)
    with pytest.raises(Invalid) as refused:
        releases.receive(session, hall, tin=typed)
    assert refused.value.code == code
    with pytest.raises(Forbidden):
        releases.receive(session, who.officer, tin=typed)


def test_a_number_typed_in_full_width_finds_its_household(session: Session, who: Cast) -> None:
    payer = factories.taxpayer(session)
    payer.reg_status = "abnormal"
    session.flush()
    wide = " ".join(chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in payer.tin)
    case = releases.receive(session, who.chief, tin=wide)
    assert case.taxpayer_id == payer.id
    assert desk.open_elements(session, case) == {"register_release"}


def released(session: Session, who: Cast, case: Case) -> None:
    hall = also(session, who.third, Role.SERVICE_HALL, who.leader)
    registered = {"release_reason": "taxpayer_returned", "applicant": "赵某", "proof": []}
    desk.do(session, hall, case, "register_release", registered)
    application = {
        "periods": [
            {
                "tax": "vat",
                "period": "2009-12",
                "state": "filed",
                "return_number": "申20100325",
                "tax_paid": "1200.00",
                "surcharge_paid": "36.00",
            }
        ],
        "penalty_case": "无",
        "fine_paid": "0.00",
        "invoices_result": "returned",
        "absence_cause": "负责人患病，无人办理申报事项。",
        "release_result": "complete",
    }
    desk.do(session, hall, case, "release_apply", application)
    agreed = {"release_review": "agree", "opinion": "同意解除"}
    desk.do(session, who.chief, case, "release_review", agreed)
    invoices = also(session, who.partner, Role.POST_INVOICE, who.leader)
    desk.do(session, invoices, case, "release_invoices", {"supply": "lifted"})
    desk.do(session, hall, case, "close_check", {"sign_off": True})


def test_no_visit_is_applied_for_while_a_transfer_is_open(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = begun(session, who)
        ordered(session, who, case)
        transfers.of(session, session.get_one(Taxpayer, case.taxpayer_id))
    with at(MONDAY + timedelta(days=14)):
        not_filed(session, who, case)
        with pytest.raises(Invalid) as refusal:
            visited(session, who, case, visit("not_found"))
    assert desk.refused(refusal.value) == {"place": "contact_ban"}


def test_not_filed_can_be_said_once_the_limit_is_over(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = begun(session, who)
        ordered(session, who, case)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            not_filed(session, who, case)
    assert desk.refused(refusal.value) == {"periods-0-result": "limit_not_over"}


def test_an_order_gives_no_more_days_and_names_no_period_twice(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = begun(session, who)
        reminded(session, who, case)
        period = {"tax": "vat", "period": "2009-12", "deadline": "2010-01-18"}
        for wrong, told in (
            (order(limit_days="30"), {"limit_days": "limit_at_most"}),
            (order(periods=[period, period]), {"periods-1-period": "tax_and_period_twice"}),
            (
                order(periods=[{**period, "deadline": "2010-01-25"}]),
                {"periods-0-deadline": "not_before_today"},
            ),
        ):
            with pytest.raises(Invalid) as refusal, session.begin_nested():
                desk.do(session, who.officer, case, "order_write", wrong)
            assert desk.refused(refusal.value) == told


def test_a_visit_answers_every_place_and_source(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = begun(session, who)
        ordered(session, who, case)
    with at(MONDAY + timedelta(days=14, hours=3)):
        cases.wake_due(session)
        not_filed(session, who, case)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            visited(session, who, case, visit("not_found", places=visit("x")["places"][:3]))
    assert desk.refused(refusal.value) == {"places": "every_source"}


def test_a_household_found_trading_is_not_identified_by_hand(session: Session, who: Cast) -> None:
    with at(MONDAY):
        case = begun(session, who)
        ordered(session, who, case)
    with at(MONDAY + timedelta(days=14, hours=3)):
        cases.wake_due(session)
        not_filed(session, who, case)
        visited(session, who, case, visit("trading", person_found="赵某"))
        by_hand = {"outcome_change": "identified", "change_reason": "建议直接认定为非正常户。"}
        answers = conclusion(session, case, **by_hand)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, who.officer, case, "conclude", answers)
    assert desk.refused(refusal.value) == {"outcome_change": "not_identifiable"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"later_act": "invalidate", "months_abnormal": "3"}, "too_early_to_invalidate"),
        (
            {"later_act": "cancel", "months_abnormal": "30", "arrears": "1.00"},
            "not_to_be_cancelled",
        ),
        ({"later_act": "cancel", "months_abnormal": "24"}, "not_to_be_cancelled"),
    ],
)
def test_later_acts_wait_for_their_time_and_for_what_is_owed(
    session: Session, who: Cast, changes: dict[str, str], code: str
) -> None:
    with at(MONDAY):
        case = begun(session, who, status="abnormal")
        answers = {
            "arrears": "0.00",
            "invoices_left": "无",
            "invoices_count": "0",
            "licence": "valid",
            "facts": WHY,
            **changes,
        }
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, who.officer, case, "later_check", answers)
    assert desk.refused(refusal.value) == {"later_act": code}
