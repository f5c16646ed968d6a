"""Evaluation plans on the shipped drawing: pool, exclusions, draft, approval, opening."""

import json
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import (
    Case,
    CaseLink,
    Document,
    EvaluationPlan,
    OutboxMessage,
    PlanObject,
    Taxpayer,
    TaxWarning,
    Unit,
)
from caseflow.models.record import RecordEvent
from caseflow.services import cases, evaluation_plans, record, selection
from caseflow.services.cases import opening
from caseflow.services.evaluation_plans import Trade
from caseflow.vocabulary import (
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    WarningStatus,
)
from caseflow.vocabulary.choices.plan import PlanKind
from tests import desk, factories, plans
from tests.cast import Cast
from tests.orders import MONDAY, at

LATE = MONDAY + timedelta(days=1)


@pytest.fixture
def people(session: Session) -> Cast:
    return plans.enter(session)


def decisions(session: Session, case: Case) -> list[tuple[str, str | None]]:
    return [(row.eligibility, row.decision) for row in plans.objects(session, case)]


def reasons(session: Session, case: Case) -> dict[int, list[str]]:
    return {row.taxpayer_id: row.reasons for row in plans.objects(session, case)}


def test_plan_is_drafted_agreed_and_opens_its_evaluations(session: Session, people: Cast) -> None:
    with at(MONDAY):
        payer = factories.taxpayer(session)
        hit = plans.pooled(session, payer)
        case = plans.begun(session)
        assert (case.kind, case.number[:4], desk.open_elements(session, case)) == (
            CaseKind.EP,
            "01EP",
            {"draft"},
        )
        (row,) = plans.objects(session, case)
        assert (row.reasons, row.is_mandatory, row.decision) == (["score"], True, "include")
        plans.drafted(session, people, case)
        plans.agreed(session, people, case)
        closed = session.get_one(Case, case.id)
        assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "plan_issued")
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
        assert desk.open_elements(session, opened) == {"assign"}
        assert (opened.facts["origin"], opened.facts["plan"]) == ("plan", case.number)
        assert session.get_one(TaxWarning, hit.id).case_id == opened.id
        link = session.scalars(select(CaseLink).where(CaseLink.case_id == case.id)).one()
        assert link.other_id == opened.id == plans.objects(session, case)[0].evaluation_id
        papers = select(Document.kind, Document.number).where(Document.case_id == case.id)
        assert set(session.execute(papers).all()) == {
            ("evaluation_plan", "大中国税评计〔2010〕1号"),
            ("evaluation_objects", None),
        }


@pytest.mark.usefixtures("people")
def test_candidates_come_with_their_reasons_and_key_sources_first(session: Session) -> None:
    with at(MONDAY):
        high, low, key, bad, zero, plain = (
            factories.taxpayer(session, serial=serial) for serial in range(6)
        )
        key.is_key_source, bad.credit_grade = True, "C"
        plans.pooled(session, high)
        plans.pooled(session, low, points="2.0")
        plans.pooled(session, zero, code="FIL-009", points="1.0").kind = "ZF"
        case = plans.begun(session)
        found = plans.objects(session, case)
        assert reasons(session, case) == {
            key.id: ["key_source"],
            high.id: ["score"],
            low.id: ["evaluation_hits"],
            bad.id: ["credit_grade"],
            zero.id: ["zero_returns"],
            plain.id: ["sample"],
        }
        assert [row.taxpayer_id for row in found[:3]] == [key.id, high.id, low.id]
        assert found[-1].taxpayer_id == plain.id


def test_the_recorded_seed_draws_the_same_sample_again(session: Session, people: Cast) -> None:
    with at(MONDAY):
        for serial in range(9):
            factories.taxpayer(session, serial=serial)
        case = plans.begun(session)
        drawn = [row.taxpayer_id for row in plans.objects(session, case)]
        assert len(drawn) == 5
        plan = session.get_one(EvaluationPlan, case.id)
        near = evaluation_plans.begin_by_hand(session, people.info, None, PlanKind.SUPPLEMENT, None)
        assert plans.objects(session, near) == []  # a supplement draws no sample
        again = rows_of_seed(session, plan.seed)
        assert again == drawn


def rows_of_seed(session: Session, seed: int) -> list[int]:
    """The draw as anybody makes it from the seed."""
    ids = session.scalars(select(Taxpayer.id)).all()
    return sorted(ids, key=lambda each: sha256(f"{seed}:{each}".encode()).digest())[:5]


def test_row_1_under_inspection(session: Session, people: Cast) -> None:
    with at(MONDAY):
        payer = factories.taxpayer(session)
        plans.pooled(session, payer)
        factories.deploy(session, "inspection_transfer")
        transfer = factories.case_of(session, CaseKind.TI, payer, "VAT-016")
        cases.begin(transfer)
        accepted = clock.now().isoformat()
        transfer.facts = {**transfer.facts, "source_accepted_at": accepted}
        cases.put_on_record(session, people.officer, transfer, action="case.noted", payload={})
        assert decisions(session, plans.begun(session)) == [("under_inspection", "exclude")]


def test_row_2_higher_assessment(session: Session, people: Cast) -> None:
    with at(MONDAY):
        payer = factories.taxpayer(session)
        plans.pooled(session, payer)
        case = plans.begun(session)
        task = desk.open_task(session, case, "draft")
        evaluation_plans.note_higher(
            session,
            people.analyst,
            task.id,
            tin=payer.tin,
            first=200901,
            last=200912,
            source="市局大企业处 2009 年专项评估通知",
        )
        (row,) = plans.objects(session, case)
        assert row.eligibility == "higher_assessment"
        plans.drafted(session, people, case)
        assert decisions(session, case) == [("higher_assessment", "exclude")]


@pytest.mark.usefixtures("people")
def test_row_3_open_evaluation_takes_the_doubts(session: Session) -> None:
    with at(MONDAY):
        payer = factories.taxpayer(session)
        open_one = factories.evaluation(session, payer)
        later = plans.pooled(session, payer, code="INV-002")
        assert decisions(session, plans.begun(session)) == [("open_ta", "keep_in_pool")]
        selection.open_share(session)
        assert session.get_one(TaxWarning, later.id).case_id == open_one.id


def test_row_4_the_same_doubt_is_not_assessed_again(session: Session, people: Cast) -> None:
    with at(MONDAY - timedelta(days=30)):
        payer = factories.taxpayer(session)
        before = factories.evaluation(session, payer)
        cases.begin(before)
        before.closed_at, before.outcome = clock.now(), "cleared"
        before.status = CaseStatus.CLOSED
        cases.put_on_record(session, people.officer, before, action="case.noted", payload={})
    with at(MONDAY):
        again = plans.pooled(session, payer)
        case = plans.begun(session)
        (row,) = plans.objects(session, case)
        assert (row.eligibility, row.decision) == ("assessed_12m", "exclude")
        assert (row.doubts, row.dropped) == ([], [again.id])
    with at(MONDAY):
        new = plans.pooled(session, payer, code="INV-002")
        evaluation_plans.gather_again(
            session, people.analyst, desk.open_task(session, case, "draft").id
        )
        (row,) = plans.objects(session, case)
        assert (row.eligibility, row.doubts, row.dropped) == ("eligible", [new.id], [again.id])


@pytest.mark.usefixtures("people")
def test_row_5_filing_deadline_not_over(session: Session) -> None:
    with at(MONDAY):
        plans.pooled(session, factories.taxpayer(session)).period = 201001
        session.flush()
        assert decisions(session, plans.begun(session)) == [("deadline_open", "keep_in_pool")]


@pytest.mark.parametrize("status", ["cancelled", "unregistered", "out_of_town", "abnormal"])
@pytest.mark.usefixtures("people")
def test_row_6_status(session: Session, status: str) -> None:
    with at(MONDAY):
        payer = factories.taxpayer(session)
        payer.reg_status = status
        plans.pooled(session, payer)
        assert decisions(session, plans.begun(session)) == [("not_assessable", "exclude")]


@pytest.mark.usefixtures("people")
def test_row_7_eligible(session: Session) -> None:
    with at(MONDAY):
        plans.pooled(session, factories.taxpayer(session))
        assert decisions(session, plans.begun(session)) == [("eligible", "include")]


def test_mandatory_beyond_the_quota_needs_a_decision_and_a_reason(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        for serial in range(11):  # three officers of the section, three each
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        case = plans.begun(session)
        waiting = [row for row in plans.objects(session, case) if row.decision is None]
        assert len(waiting) == 2
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            plans.drafted(session, people, case)
        assert desk.refused(refusal.value) == {"selection_note": "plan_rows_open"}
        first, second = waiting
        with pytest.raises(Invalid) as refusal:
            plans.save(session, people.analyst, case, plans.edit(first, decision="keep_in_pool"))
        assert desk.refused(refusal.value) == {f"{first.id}-reason": "plan_reason"}
        kept = {"decision": "keep_in_pool", "reason": plans.REASON}
        plans.save(session, people.analyst, case, plans.edit(first, **kept))
        plans.save(session, people.analyst, case, plans.edit(second, decision="include"))
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            plans.drafted(session, people, case)
        assert desk.refused(refusal.value) == {"selection_note": "plan_over_quota"}
        task = desk.open_task(session, case, "draft")
        section = {second.section_id: "本科人手充足，本月多安排一户。"}
        evaluation_plans.save(session, people.analyst, task.id, [], section)
        plans.drafted(session, people, case)
        assert desk.open_elements(session, case) == {"approve"}


def test_leader_strikes_off_with_a_reason_and_changes_an_object(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        for serial in range(2):
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        case = plans.begun(session)
        plans.drafted(session, people, case)
        first, second = plans.objects(session, case)
        struck = plans.edit(first, is_struck=True)
        with pytest.raises(Invalid):
            plans.save(session, people.leader, case, struck, element="approve")
        struck = plans.edit(first, is_struck=True, struck_reason=plans.REASON)
        changed = plans.edit(second, priority="urgent")
        plans.save(session, people.leader, case, struck, changed, element="approve")
        plans.agreed(session, people, case)
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
        assert (opened.taxpayer_id, opened.priority) == (second.taxpayer_id, "urgent")
        assert plans.objects(session, case)[1].is_changed


def test_sent_back_and_no_plan(session: Session, people: Cast) -> None:
    with at(MONDAY):
        plans.pooled(session, factories.taxpayer(session))
        case = plans.begun(session)
        plans.drafted(session, people, case)
        back = {"plan_decision": "send_back", "return_text": "请说明选案的标准和范围。"}
        desk.do(session, people.leader, case, "approve", {**back, "opinion": "退回。"})
        assert desk.open_elements(session, case) == {"draft"}
        plans.drafted(session, people, case)
        none = {"plan_decision": "no_plan", "no_plan_reason": "本月集中办理在办评估任务。"}
        desk.do(session, people.leader, case, "approve", {**none, "opinion": "不作计划。"})
        session.expire_all()
        assert session.get_one(Case, case.id).status == CaseStatus.VOIDED
        assert session.scalars(select(Document)).all() == []
        assert evaluation_plans.begin_monthly(session, plans.district(session)) is None


def test_plan_with_nothing_in_it_is_not_agreed(session: Session, people: Cast) -> None:
    with at(MONDAY):
        case = plans.begun(session)
        plans.drafted(session, people, case)
        with pytest.raises(Invalid) as refusal:
            plans.agreed(session, people, case)
        assert desk.refused(refusal.value) == {"plan_decision": "plan_is_empty"}


def test_what_is_excluded_meanwhile_leaves_the_plan(session: Session, people: Cast) -> None:
    with at(MONDAY):
        first, second = (factories.taxpayer(session, serial=serial) for serial in (1, 2))
        plans.pooled(session, first)
        plans.pooled(session, second)
        case = plans.begun(session)
        plans.drafted(session, people, case)
        factories.evaluation(session, first)
        plans.agreed(session, people, case)
        found = {row.taxpayer_id: row for row in plans.objects(session, case)}
        assert found[first.id].decision == "keep_in_pool"
        assert found[second.id].evaluation_id is not None


def test_what_is_excluded_after_the_signature_is_not_opened(session: Session, people: Cast) -> None:
    with at(MONDAY):
        first, second = (factories.taxpayer(session, serial=serial) for serial in (1, 2))
        plans.pooled(session, first)
        plans.pooled(session, second)
        case = plans.begun(session)
        plans.drafted(session, people, case)
        desk.do(session, people.leader, case, "approve", plans.AGREED)
        first.reg_status = "cancelled"
        session.flush()
        plans.work(session)
        found = {row.taxpayer_id: row for row in plans.objects(session, case)}
        assert (found[first.id].refused, found[first.id].evaluation_id) == ("not_assessable", None)
        assert found[second.id].evaluation_id is not None
        assert session.get_one(Case, case.id).outcome == "plan_issued"


def test_many_are_opened_in_shares(
    session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(MONDAY):
        for serial in range(5):
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        case = plans.begun(session)
        plans.drafted(session, people, case)
        monkeypatch.setattr(opening, "OPENED_AT_ONCE", 2)
        desk.do(session, people.leader, case, "approve", plans.AGREED)
        message = session.scalars(select(OutboxMessage)).one()
        evaluation_plans.open_share(session, message.payload)
        found = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).all()
        assert (len(found), session.get_one(Case, case.id).closed_at) == (2, None)
        plans.work(session)
        assert len({row.evaluation_id for row in plans.objects(session, case)}) == 5
        assert session.get_one(Case, case.id).outcome == "plan_issued"


def test_a_household_is_put_in_by_hand_with_a_reason(session: Session, people: Cast) -> None:
    with at(MONDAY):
        case = plans.begun(session)
        task = desk.open_task(session, case, "draft")
        payer, far = (
            factories.taxpayer(session),
            factories.taxpayer(session, section="0201", serial=2),
        )
        with pytest.raises(Invalid):
            evaluation_plans.add(session, people.analyst, task.id, payer.tin, "短")
        with pytest.raises(Invalid):
            evaluation_plans.add(session, people.analyst, task.id, far.tin, plans.REASON)
        row = evaluation_plans.add(session, people.analyst, task.id, payer.tin, plans.REASON)
        assert (row.reasons, row.decision) == (["by_hand"], "include")
        plans.drafted(session, people, case)
        plans.agreed(session, people, case)
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
        said = record.told(session, f"case:{opened.id}")[0].payload["said"]
        assert (said["plan"], said["put_in_by_hand"]) == (case.number, plans.REASON)


def test_campaign_proposes_its_share_of_a_trade(session: Session, people: Cast) -> None:
    with at(MONDAY):
        for serial in range(4):
            factories.taxpayer(session, serial=serial)
        factories.taxpayer(session, serial=9).industry_code = "3311"
        session.flush()
        trade = Trade("63", 200901, 200912, "批发业评估方法", 50)
        case = evaluation_plans.begin_by_hand(
            session, people.analyst, plans.district(session), PlanKind.CAMPAIGN, trade
        )
        found = [row.decision for row in plans.objects(session, case)]
        assert found == ["include", "include", "keep_in_pool", "keep_in_pool"]


@pytest.mark.parametrize("is_short", [True, False])
def test_a_long_list_is_kept_and_its_event_stays_short(
    session: Session, people: Cast, *, is_short: bool
) -> None:
    with at(MONDAY):
        for serial in range(300):
            factories.taxpayer(session, serial=serial)
        session.flush()
        trade = Trade("63", 200901, 200912, "批发业评估方法", 50)
        case = evaluation_plans.begin_by_hand(
            session, people.analyst, plans.district(session), PlanKind.CAMPAIGN, trade
        )
        found = plans.objects(session, case)
        own = "" if is_short else "该户上年已辅导自查，本年申报正常，继续监控。" * 2
        edits = [
            plans.edit(
                row,
                decision="keep_in_pool",
                reason=f"本月名额已满，下月再评。{own and row.number}{own}",
            )
            for row in found
        ]
        assert plans.save(session, people.analyst, case, *edits) == len(found)
        told = json.loads(
            session.scalars(
                select(RecordEvent.payload).where(
                    RecordEvent.stream == f"case:{case.id}", RecordEvent.action == "plan.drafted"
                )
            ).one()
        )
    assert told["count"] == len(found) == 300
    if is_short:
        assert sum(len(each["numbers"]) for each in told["rows"]) == 300
        assert len(told["rows"]) == 2  # those proposed, and those that were in the pool already
    else:
        assert told["rows"].startswith("sha256:")


def test_information_post_drafts_for_the_own_district_alone(session: Session, people: Cast) -> None:
    with at(MONDAY):
        begin = evaluation_plans.begin_by_hand
        own = begin(session, people.info, None, PlanKind.SUPPLEMENT, None)
        assert desk.open_elements(session, own) == {"draft_own"}
        with pytest.raises(Forbidden):
            begin(session, people.info, plans.district(session, "02"), PlanKind.SUPPLEMENT, None)
        with pytest.raises(Forbidden):
            begin(session, people.chief, None, PlanKind.SUPPLEMENT, None)
        with pytest.raises(NotFound):
            evaluation_plans.save(
                session, people.far_leader, desk.open_task(session, own, "draft_own").id, [], {}
            )


@pytest.mark.usefixtures("people")
def test_monthly_plan_begins_five_working_days_before_the_month_ends(session: Session) -> None:
    with at(datetime.fromisoformat("2010-01-21T09:00:00+08:00")):
        assert evaluation_plans.begin_due(session) == 0
    with at(datetime.fromisoformat("2010-01-22T09:00:00+08:00")):
        assert [evaluation_plans.begin_due(session) for _ in range(3)] == [1, 1, 0]
        found = session.scalars(select(Case).where(Case.kind == CaseKind.EP)).all()
        assert sorted(case.number[:4] for case in found) == ["01EP", "02EP"]
        dues = [desk.open_task(session, case, "draft").due_at for case in found]
        due = {clock.last_day_of(at) for at in dues if at is not None}
        assert [day.isoformat() for day in due] == ["2010-01-29"]


@pytest.mark.usefixtures("people")
def test_branch_without_sections_gets_no_plan(session: Session) -> None:
    with at(datetime.fromisoformat("2010-01-22T09:00:00+08:00")):
        only = session.scalars(select(Unit).where(Unit.code == "0201")).one()
        only.valid_to = date(2009, 12, 31)
        factories.tell(session, "sys:people")
        assert [evaluation_plans.begin_due(session) for _ in range(2)] == [1, 0]
        found = session.scalars(select(Case).where(Case.kind == CaseKind.EP)).one()
        assert found.number.startswith("01EP")


def test_nobody_begins_a_plan_by_hand_for_a_branch_without_sections(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        assert [unit.code for unit in evaluation_plans.districts(session)] == ["01", "02"]
        only = session.scalars(select(Unit).where(Unit.code == "0201")).one()
        only.valid_to = date(2009, 12, 31)
        factories.tell(session, "sys:people")
        assert [unit.code for unit in evaluation_plans.districts(session)] == ["01"]
        far = plans.district(session, "02")
        with pytest.raises(Invalid) as refused:
            evaluation_plans.begin_by_hand(session, people.analyst, far, PlanKind.SUPPLEMENT, None)
        assert desk.refused(refused.value) == {"district": "plan_no_sections"}


@pytest.mark.usefixtures("people")
def test_accepted_run_begins_the_plans_and_later_hits_join_them(session: Session) -> None:
    with at(MONDAY):
        evaluation_plans.begin_all(session)
        plans.work(session)
        found = session.scalars(select(Case).where(Case.kind == CaseKind.EP)).all()
        assert len(found) == 2
        plans.pooled(session, factories.taxpayer(session))
        evaluation_plans.begin_all(session)
        plans.work(session)
        (row,) = session.scalars(select(PlanObject)).all()
        assert row.reasons == ["score"]


@pytest.mark.usefixtures("people")
def test_hits_of_evaluation_wait_for_the_plan(session: Session) -> None:
    with at(MONDAY):
        high, low, verified = (factories.taxpayer(session, serial=serial) for serial in range(3))
        plans.pooled(session, high).kind = "WV"
        plans.pooled(session, low, points="2.0")
        plans.pooled(session, verified, points="2.0").kind = "WV"
        session.flush()
        assert selection.open_share(session).moved == 1
        opened = session.scalars(select(Case)).one()
        assert (opened.kind, opened.taxpayer_id) == (CaseKind.WV, verified.id)
        left = select(TaxWarning.taxpayer_id).where(TaxWarning.status == WarningStatus.POOL)
        assert set(session.scalars(left)) == {high.id, low.id}
