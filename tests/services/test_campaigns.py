"""Campaigns: the list judged row by row, approved by a second person, opened, worked, reversed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.models import Attachment, Campaign, Case, HouseholdMark, Task
from caseflow.models.record import RecordEvent
from caseflow.services import attachments, campaigns, household_marks, repeated_answers
from caseflow.services.campaign_lists import Conditions
from caseflow.services.cases import opening
from caseflow.vocabulary import (
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    TaskStatus,
    WarningStatus,
)
from caseflow.vocabulary.choices.campaigns import CampaignSubject
from caseflow.vocabulary.choices.campaigns import HouseholdMark as Mark
from tests import campaigns as work
from tests import desk, factories, third_party
from tests.cast import Cast
from tests.orders import MONDAY, at
from tests.services.test_abnormal_household import conclusion


@pytest.fixture
def people(session: Session) -> Cast:
    return work.enter(session)


def verdicts(session: Session, case: Case) -> list[tuple[str, str | None]]:
    return [(line.verdict, line.left_out) for line in work.lines(session, case)]


def test_every_row_of_a_file_says_what_becomes_of_it(session: Session, people: Cast) -> None:
    with at(MONDAY):
        first, busy, gone = work.payers(session, 3)
        far = factories.taxpayer(session, section="0201", serial=9)
        gone.reg_status = "cancelled"
        third_party.opened(session, people, "TPD-016", busy)
        case = work.begun(session, people.info)
        rows = [first.tin, busy.tin, gone.tin, far.tin, first.tin, "210202000009999", "91X", ""]
        told = work.listed(session, people.info, case, [*rows, "210202123456788"])
        assert (told["opens"], told["joins"], told["left_out"]) == (1, 1, 6)
        assert verdicts(session, case) == [
            ("opens", None),
            ("joins", None),
            ("left_out", "not_registered"),
            ("left_out", "other_district"),
            ("left_out", "twice"),
            ("left_out", "wrong_number"),
            ("left_out", "wrong_number"),
            ("left_out", "unknown"),
        ]
        assert session.scalar(select(func.count()).where(Case.kind == CaseKind.TP)) == 1


def test_who_composes_never_approves_and_the_level_decides_who_does(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        (payer,) = work.payers(session, 1)
        city = work.begun(session, people.analyst)
        work.listed(session, people.analyst, city, [payer.tin])
        work.handed_in(session, people.analyst, city)
        assert desk.open_elements(session, city) == {"approve_city"}
        with pytest.raises(NotFound), session.begin_nested():
            desk.do(session, people.leader, city, "approve_city", work.AGREED)
        district = work.begun(session, people.info)
        work.listed(session, people.info, district, [payer.tin])
        work.handed_in(session, people.info, district)
        assert desk.open_elements(session, district) == {"approve"}
        with pytest.raises(Forbidden), session.begin_nested():
            desk.do(session, people.info, district, "approve", work.AGREED)
        with pytest.raises(Forbidden), session.begin_nested():
            campaigns.begin(
                session,
                people.officer,
                campaigns.Draft("某专项", CampaignSubject.ZERO_FILING, MONDAY.date(), work.METHOD),
            )


def test_approval_opens_and_dispatches_each_case_once(
    session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "OPENED_AT_ONCE", 2)
    with at(MONDAY):
        found = work.payers(session, 5)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        opened = work.of(session, case)
        assert len({each.taxpayer_id for each in opened}) == len(opened) == 5
        assert {each.facts["campaign"] for each in opened} == {case.number}
        assert all(desk.open_elements(session, each) == {"assign"} for each in opened)
        assert desk.open_elements(session, case) == {"watch_own"}
        assert session.get_one(Campaign, case.id).opened_at is not None
        campaigns.open_share(session, {"case": case.id})  # done twice it does no harm
        assert len(work.of(session, case)) == 5
        begun = session.scalars(
            select(RecordEvent.actor).where(
                RecordEvent.stream == f"case:{opened[0].id}", RecordEvent.action == "case.opened"
            )
        ).one()
        assert begun == f"user:{people.leader.user_id}"


def test_row_is_judged_again_when_its_case_is_opened(session: Session, people: Cast) -> None:
    with at(MONDAY):
        first, second, third = work.payers(session, 3)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [first.tin, second.tin, third.tin])
        work.handed_in(session, people.info, case)
        second.reg_status = "cancelled"
        own = third_party.opened(session, people, "TPD-016", third)
        work.approved(session, people.leader, case)
        rows = work.lines(session, case)
        assert [row.problem for row in rows] == [None, "not_registered", None]
        assert rows[2].line_case_id == own.id
        assert session.get_one(Case, own.id).facts["campaign"] == case.number


def test_list_is_marked_step_by_step_in_one_act_each_and_reversed(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        found = work.payers(session, 3)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        work.accepted(session, people, held)
        work.marked(session, people, held)
        closed = work.of(session, case)
        assert {(each.status, each.outcome) for each in closed} == {
            (CaseStatus.CLOSED, "status_aligned")
        }
        marks = session.scalars(select(HouseholdMark)).all()
        assert {(each.taxpayer_id, each.mark, each.is_set) for each in marks} == {
            (each.id, "local_tax_only", True) for each in found
        }
        back = work.begun(session, people.info, CampaignSubject.END_LOCAL_ONLY)
        told = campaigns.list_marked(
            session, people.info, work.composing(session, back), number=case.number
        )
        assert told["opens"] == 3
        assert (
            campaigns.take_out(
                session, people.info, work.composing(session, back), [1], "标识无误，不撤销。"
            )
            == 1
        )
        work.handed_in(session, people.info, back)
        work.approved(session, people.leader, back)
        held = work.of(session, back)
        work.accepted(session, people, held)
        work.marked(session, people, held, proposal="assign_tax_types", change="assign_tax_types")
        ids = [each.id for each in found]
        now = household_marks.marked(session, Mark.LOCAL_TAX_ONLY, ids)
        assert sorted(now.values()) == [False, False, True]
        again = work.begun(session, people.info)
        told = work.listed(session, people.info, again, [each.tin for each in found])
        assert (told["opens"], told["left_out"]) == (2, 1)


def test_mark_of_another_list_is_refused(session: Session, people: Cast) -> None:
    with at(MONDAY):
        found = work.payers(session, 1, kind="individual")
        case = work.begun(session, people.info, CampaignSubject.MARK_BELOW_THRESHOLD)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        desk.do(
            session,
            people.chief,
            held[0],
            "dispatching/assign",
            {
                "assign_decision": "assign",
                "main_officer": str(people.officer.user_id),
                "second_officer": str(people.partner.user_id),
            },
        )
        taken = {"recusal": "none", "accept_decision": "accept"}
        desk.do(session, people.officer, held[0], "dispatching/accept_main", taken)
        desk.do(session, people.partner, held[0], "dispatching/accept_second", taken)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, held[0], "verify", work.verification("mark", []))
        assert desk.refused(refusal.value) == {"d4-0-proposal": "mark_of_other_list"}
        desk.do(session, people.officer, held[0], "verify", work.verification("mark_below", []))
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.officer, held[0], "conclude", work.conclusion("none"))
        assert desk.refused(refusal.value) == {"status_change": "mark_differs"}
        desk.do(session, people.officer, held[0], "conclude", work.conclusion("mark_below"))
        assert desk.open_elements(session, held[0]) == {"review"}


def test_zero_filers_and_abnormal_households_open_without_a_warning(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        (zero,) = work.payers(session, 1)
        gone = factories.taxpayer(session, serial=7)
        gone.reg_status = "abnormal"
        for subject, payer, kind in (
            (CampaignSubject.ZERO_FILING, zero, CaseKind.ZF),
            (CampaignSubject.WRITE_OFF, gone, CaseKind.AB),
        ):
            case = work.begun(session, people.info, subject)
            told = work.listed(session, people.info, case, [payer.tin])
            assert told["opens"] == 1
            work.handed_in(session, people.info, case)
            work.approved(session, people.leader, case)
            (opened,) = work.of(session, case)
            assert (opened.kind, desk.open_elements(session, opened)) == (kind, {"assign"})
        refused = work.begun(session, people.info, CampaignSubject.WRITE_OFF)
        told = work.listed(session, people.info, refused, [zero.tin])
        assert told["left_out"] == 1
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            work.handed_in(session, people.info, refused)
        assert desk.refused(refusal.value) == {"list_note": "campaign_has_nobody"}


def test_warnings_of_an_indicator_become_doubts_of_their_cases(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        found = work.payers(session, 2)
        for payer in found:
            hit = factories.warning(session, payer, code="TPD-016")
            hit.kind, hit.status = "TP", WarningStatus.POOL
        session.flush()
        case = work.begun(session, people.analyst, CampaignSubject.THIRD_PARTY)
        task = work.composing(session, case)
        with pytest.raises(Invalid), session.begin_nested():
            campaigns.list_warnings(session, people.analyst, task, indicator="TPD-013", period=None)
        told = campaigns.list_warnings(
            session, people.analyst, task, indicator="tpd-016", period=None
        )
        assert told["opens"] == 2
        work.handed_in(session, people.analyst, case)
        work.approved(session, people.director, case, "approve_city")
        opened = work.of(session, case)
        assert all(len(desk.doubts_of(session, each)) == 1 for each in opened)
        # The list of the whole city leaves the dispatching to each district.
        assert all(desk.open_elements(session, each) == {"dispatch"} for each in opened)


def test_query_asks_for_a_condition_and_keeps_it(session: Session, people: Cast) -> None:
    with at(MONDAY):
        work.payers(session, 2)
        other = factories.taxpayer(session, serial=8)
        other.industry_code = "6720"
        session.flush()
        case = work.begun(session, people.info)
        task = work.composing(session, case)
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            campaigns.list_query(session, people.info, task, Conditions())
        assert desk.refused(refusal.value) == {"kind": "campaign_no_condition"}
        told = campaigns.list_query(session, people.info, task, Conditions(industry="63"))
        assert told["opens"] == 2
        kept = session.get_one(Campaign, case.id)
        assert (kept.source, kept.asked) == ("query", {"industry": "63"})


def test_evidence_of_the_first_case_comes_into_each_that_follows(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        found = work.payers(session, 3)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        work.accepted(session, people, held)
        task = desk.open_task(session, held[0], "verify")
        file = attachments.add(
            session, people.officer, task.id, field="evidence", name="清册.txt", chunks=[b"list"]
        )
        work.for_all(
            session,
            people.officer,
            held,
            "verify",
            work.verification("mark", [str(file.id)]),
        )
        kept = session.execute(select(Attachment.case_id, Attachment.sha256)).all()
        assert sorted(kept) == sorted((each.id, file.sha256) for each in held)


def test_what_may_not_follow_is_told_and_holds_up_nobody(session: Session, people: Cast) -> None:
    with at(MONDAY):
        found = work.payers(session, 3)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        work.accepted(session, people, held)
        first = desk.do(session, people.officer, held[0], "verify", work.verification("mark", []))
        with pytest.raises(NotFound), session.begin_nested():
            repeated_answers.begin(session, people.partner, first.id)
        row = repeated_answers.begin(session, people.officer, first.id)
        desk.do(session, people.officer, held[1], "verify", work.verification("leave", []))
        work.work_off(session)
        session.refresh(row)
        (gone,) = row.failed
        assert gone["code"] == "repeat_gone"
        assert (len(row.done), row.waiting) == (1, [])
        with pytest.raises(Invalid), session.begin_nested():
            repeated_answers.begin(session, people.officer, first.id)


def test_report_of_a_campaign_says_why_households_are_open(session: Session, people: Cast) -> None:
    with at(MONDAY):
        found = work.payers(session, 1)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        said = {"findings": "清册内各户正在办理，尚无结论。"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.info, case, "watch_own", said)
        assert desk.refused(refusal.value) == {"open_reason": "campaign_still_open"}
        desk.do(session, people.info, case, "watch_own", {**said, "open_reason": "年后继续办理。"})
        closed = session.get_one(Case, case.id)
        assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "campaign_done_open")


def test_day_of_a_campaign_lies_ahead_when_it_is_approved(session: Session, people: Cast) -> None:
    with at(MONDAY):
        (payer,) = work.payers(session, 1)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [payer.tin])
        work.handed_in(session, people.info, case)
    with at(MONDAY + timedelta(days=90)):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.leader, case, "approve", work.AGREED)
        assert desk.refused(refusal.value) == {"campaign_decision": "campaign_due_over"}
        open_ones = select(func.count()).where(
            Task.case_id == case.id, Task.status == TaskStatus.OPEN
        )
        assert session.scalar(open_ones) == 1


def test_only_cases_of_the_same_conclusion_are_decided_alike(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        found = work.payers(session, 3)
        case = work.begun(session, people.info)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        work.accepted(session, people, held)
        for each, proposal, change in (
            (held[0], "mark", "mark_local_only"),
            (held[1], "mark", "mark_local_only"),
            (held[2], "leave", "none"),
        ):
            desk.do(session, people.officer, each, "verify", work.verification(proposal, []))
            desk.do(session, people.officer, each, "conclude", work.conclusion(change))
        agreed = {"review_decision": "agree", "opinion": "同意。"}
        task = desk.do(session, people.chief, held[0], "deciding/review", agreed)
        row = repeated_answers.begin(session, people.chief, task.id)
        work.work_off(session)
        session.refresh(row)
        assert (len(row.done), row.failed) == (1, [])
        assert desk.open_elements(session, held[1]) == {"approval"}
        assert desk.open_elements(session, held[2]) == {"review"}


def test_abnormal_households_are_written_off_as_a_list(session: Session, people: Cast) -> None:
    with at(MONDAY):
        found = work.payers(session, 3, reg_status="abnormal")
        case = work.begun(session, people.info, CampaignSubject.WRITE_OFF)
        work.listed(session, people.info, case, [each.tin for each in found])
        work.handed_in(session, people.info, case)
        work.approved(session, people.leader, case)
        held = work.of(session, case)
        work.accepted(session, people, held)
        checked = {
            "months_abnormal": "30",
            "arrears": "0.00",
            "invoices_left": "无",
            "invoices_count": "0",
            "licence": "revoked",
            "later_act": "cancel",
            "facts": "工商已吊销两年，税款、发票均已清缴。",
        }
        work.for_all(session, people.officer, held, "later_check", checked)
        said = conclusion(session, held[0])
        work.for_all(session, people.officer, held, "conclude", said)
        agreed = {"review_decision": "agree", "opinion": "同意。"}
        work.for_all(session, people.chief, held, "review", agreed)
        agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意注销。"}
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.do(session, people.deputy, held[0], "approval", agreed)
        assert desk.refused(refusal.value) == {"approval_decision": "director_in_person"}
        row = work.for_all(session, people.leader, held, "approval", agreed)
        assert (len(row.done), row.failed) == (2, [])
        assert {each.facts["cause"] for each in work.of(session, case)} == {"cancel"}
        assert {each.facts["outcome"] for each in work.of(session, case)} == {"cancelled"}
