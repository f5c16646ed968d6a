"""Re-check and spot check: what is drawn, who may check, what a signature does, what it cannot."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, lots
from caseflow.models import (
    Case,
    CaseLink,
    Document,
    FormerDoubt,
    Recheck,
    RecheckPlan,
    Recusal,
    Reminder,
    Task,
    Taxpayer,
)
from caseflow.models.record import RecordEvent
from caseflow.services import asked, cases, file_reads, reminders, sights
from caseflow.services.rechecks import candidates, checks, plans, spot
from caseflow.services.rechecks.checks import Report
from caseflow.services.rechecks.plans import Period
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Role,
    Stale,
    TaskStatus,
)
from tests import cast, desk, evaluation, factories
from tests.cast import Cast
from tests.services.test_separation import _stands_for as stands_for
from tests.services.test_separation import also
from tests.services.test_time import at

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)
JULY = datetime(2010, 7, 5, 1, tzinfo=UTC)
HALF = Period(date(2010, 1, 1), date(2010, 6, 30))
CHANGED = Report(
    RecheckResult.CHANGED,
    changes="十二月一笔收入未计入，应补增值税。",
    cause="案头审核未核对银行流水。",
    responsibility="主办未按步骤核实，一般过错。",
    advice="补充培训。",
    tax_after="8000.00",
)


def shut(session: Session, case: Case, *, score: str = "6.0", on: datetime = MONDAY) -> Case:
    """An evaluation as if it had been worked through and cleared."""
    for task in session.scalars(select(Task).where(Task.case_id == case.id)):
        task.status, task.done_at = TaskStatus.WITHDRAWN, on
    cases.begin(case)
    case.status, case.outcome, case.closed_at = CaseStatus.CLOSED, "cleared", on
    case.score = Decimal(score)
    cases.put_on_record(session, SYSTEM, case, action="case.noted", payload={})
    return case


def closed(session: Session, count: int, *, high: int = 0) -> list[Case]:
    """So many closed evaluations of section 0101, some of them with a high score."""
    return [
        shut(
            session,
            factories.evaluation(session, factories.taxpayer(session, serial=n + 1)),
            score="12.0" if n < high else "6.0",
        )
        for n in range(count)
    ]


def worked(session: Session) -> tuple[Cast, Case]:
    """One evaluation that the cast has really worked through to its closing."""
    who = cast.enter(session)
    case = factories.evaluation(session, factories.taxpayer(session))
    with at(MONDAY):
        evaluation.assigned(session, who, case)
        evaluation.reviewed(session, who, case, "cleared")
        evaluation.signed(session, who, case)
        evaluation.reported(session, who, case)
        evaluation.closed(session, who, case, who.other_chief)
    return who, case


def only(session: Session, plan: RecheckPlan) -> Recheck:
    return session.scalars(select(Recheck).where(Recheck.plan_id == plan.id)).one()


def given_out(session: Session, who: Cast) -> Recheck:
    """Drawn, and given to an officer of the other section."""
    row = only(session, plans.draw(session, who.leader, HALF, seed=7))
    return checks.assign(session, who.leader, row.id, officer_id=who.other_officer.user_id or 0)


def read(session: Session, who: Actor, row: Recheck) -> Actor:
    file_reads.see(session, who, row.case_id, at=clock.now())
    return who


def events(session: Session, case: Case) -> list[str]:
    stream = f"case:{case.id}"
    rows = select(RecordEvent.action).where(RecordEvent.stream == stream).order_by(RecordEvent.seq)
    return [each for each in session.scalars(rows) if each.startswith("recheck.")]


def test_the_plan_has_the_share_and_every_mandatory_case(session: Session) -> None:
    who = cast.enter(session)
    closed(session, 25, high=3)
    with at(JULY):
        found = plans.preview(session, who.leader, HALF, seed=11)
        plan = plans.draw(session, who.leader, HALF, seed=11)
        assert found.population == 25
        assert found.count(RecheckWhy.MANDATORY) == 3
        assert found.count(RecheckWhy.SAMPLED) + 3 >= 2  # 5 % of 25, rounded up, by lot alone
        rows = session.scalars(select(Recheck).where(Recheck.plan_id == plan.id)).all()
        assert {row.case_id for row in rows} == {line.case_id for line in found.lines}
        again = lots.ranked(11, session.scalars(select(Case.number)).all())[:2]
        drawn = {line.number for line in found.lines}
        assert set(again) <= drawn
        with pytest.raises(Conflict, match="recheck_drawn"):
            plans.draw(session, who.leader, HALF, seed=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, lots.LARGEST_SEED),
    size=st.integers(0, 60),
    high=st.sets(st.integers(0, 59)),
    percent=st.integers(0, 100),
)
def test_same_seed_same_sample_and_the_share_is_reached(
    session: Session, seed: int, size: int, high: set[int], percent: int
) -> None:
    population = {f"01TA2010{n:06d}": n for n in range(size)}
    mandatory = frozenset(n for n in high if n < size)
    place = plans.Place(RecheckLevel.CITY, 0)
    share = Decimal(percent) / 100
    first, second = (
        plans.lines_of(session, place, dict(reversed(each)), mandatory, seed=seed, share=share)
        for each in (list(population.items()), list(population.items())[::-1])
    )
    assert {line.number for line in first} == {line.number for line in second}
    chosen = {line.case_id for line in first}
    assert mandatory <= chosen
    assert len(chosen) == len(first) >= share * size
    assert chosen - mandatory <= {population[n] for n in lots.ranked(seed, population)[:size]}


def test_the_city_draws_its_year_and_nobody_else_does(session: Session) -> None:
    who = cast.enter(session)
    closed(session, 3, high=1)
    with at(JULY), pytest.raises(Invalid, match="recheck_period"):
        plans.draw(session, who.division, HALF, seed=1)
    with at(datetime(2011, 1, 6, 1, tzinfo=UTC)):
        year = plans.periods(RecheckLevel.CITY, clock.today())[0]
        plan = plans.draw(session, who.division, year, seed=1)
        assert (plan.level, plan.population) == (RecheckLevel.CITY, 3)
        assert only(session, plan).why is RecheckWhy.SAMPLED
        for stranger in (who.chief, who.officer, who.auditor, who.director):
            with pytest.raises(Forbidden):
                plans.draw(session, stranger, year, seed=1)
        far = plans.preview(session, who.far_leader, HALF, seed=1)
        assert far.population == 0


def test_who_took_part_is_told_and_cannot_be_named(session: Session) -> None:
    who, case = worked(session)
    with at(JULY):
        plan = plans.draw(session, who.leader, HALF, seed=7)
        found = {each.id: each for each in candidates.of(session, plan, case)}
        free = {each for each, said in found.items() if not said.refusal}
        part = (who.officer, who.partner, who.chief, who.other_chief)
        assert free == {who.third.user_id, who.other_officer.user_id, who.legal.user_id}
        assert {found[each.user_id or 0].refusal for each in part} == {"took_part"}
        for each in (*part, who.far_officer, who.leader):
            with pytest.raises(Invalid, match="recheck_not_allowed"):
                checks.assign(
                    session, who.leader, only(session, plan).id, officer_id=each.user_id or 0
                )


def test_a_confirmed_result_is_signed_numbered_and_opens_nothing(session: Session) -> None:
    who, case = worked(session)
    with at(JULY):
        row = given_out(session, who)
        task = session.get_one(Task, row.task_id)
        assert (task.assignee_id, task.due_at) == (
            who.other_officer.user_id,
            clock.end_of(row.due_on or date.min),
        )
        assert sights.sees(session, who.other_officer, case.id)
        said = Report(RecheckResult.CONFIRMED)
        with pytest.raises(Invalid, match="recheck_unread"):
            checks.report(session, who.other_officer, row.id, said=said)
        checks.report(session, read(session, who.other_officer, row), row.id, said=said)
        with pytest.raises(Stale):
            checks.report(session, who.other_officer, row.id, said=said)
        checks.sign(session, who.leader, row.id, opinion="同意复查意见。")
        session.flush()
        paper = session.get_one(Document, row.document_id)
        assert paper.number == "大中国税复查〔2010〕1号"
        assert "维持原结论" in str(paper.data)
        assert "员other_officer" in str(paper.data)
        assert row.opened_case_id is None
        assert case.status == CaseStatus.CLOSED
        told = ["drawn", "assigned", "reported", "signed"]
        assert events(session, case) == [f"recheck.{each}" for each in told]


def test_a_changed_result_opens_a_new_evaluation_with_other_officers(session: Session) -> None:
    who, case = worked(session)
    before = (case.outcome, case.closed_at, case.main_officer_id)
    with at(JULY):
        row = given_out(session, who)
        checks.report(session, read(session, who.other_officer, row), row.id, said=CHANGED)
        checks.sign(session, who.leader, row.id, opinion="同意，另行评估。")
        session.flush()
        opened = session.get_one(Case, row.opened_case_id)
        assert opened.kind is CaseKind.TA
        assert opened.facts["origin"] == "recheck"
        assert opened.facts["origin_case"] == case.id
        doubts = desk.doubts_of(session, opened)
        former = session.scalars(select(FormerDoubt).where(FormerDoubt.case_id == case.id)).all()
        assert sorted(each.warning_id for each in former) == sorted(map(int, doubts)) != []
        assert {each.finding for each in former} == {"explained"}  # stays with the closed case
        assert {each.split("/")[-1] for each in desk.open_elements(session, opened)} == {"dispatch"}
        link = session.scalars(select(CaseLink).where(CaseLink.other_id == opened.id)).one()
        assert (link.case_id, link.kind) == (case.id, "recheck")
        barred = session.scalars(select(Recusal.user_id).where(Recusal.case_id == opened.id))
        assert set(barred) == {who.officer.user_id, who.partner.user_id}
        assert (case.outcome, case.closed_at, case.main_officer_id) == before
        dispatched = {"dispatch_decision": "assign", "priority": "normal"}
        section = {"section": str(opened.section_id)}
        evaluation.do(session, who.leader, opened, "dispatching/dispatch", **dispatched, **section)
        with pytest.raises(Invalid):
            evaluation.do(
                session,
                who.chief,
                opened,
                "dispatching/assign",
                assign_decision="assign",
                main_officer=str(who.officer.user_id),
                second_officer=str(who.third.user_id),
                note="人员熟悉该行业。",
            )


def test_an_open_evaluation_of_the_household_holds_up_the_signature(session: Session) -> None:
    who, case = worked(session)
    with at(JULY):
        row = given_out(session, who)
        checks.report(session, read(session, who.other_officer, row), row.id, said=CHANGED)
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        cases.open_by_hand(session, SYSTEM, payer, kind=CaseKind.TA, said={"origin": "plan"})
        with pytest.raises(Conflict, match="recheck_evaluation_open"):
            checks.sign(session, who.leader, row.id, opinion="同意，另行评估。")


def test_the_leader_sends_a_report_back(session: Session) -> None:
    who, _case = worked(session)
    with at(JULY):
        row = given_out(session, who)
        said = Report(RecheckResult.CONFIRMED)
        checks.report(session, read(session, who.other_officer, row), row.id, said=said)
        checks.send_back(session, who.leader, row.id, reason="请说明核对了哪些资料。")
        assert (row.state, row.return_reason) == (
            RecheckState.ASSIGNED,
            "请说明核对了哪些资料。",
        )
        checks.report(session, who.other_officer, row.id, said=said)
        checks.sign(session, who.deputy, row.id, opinion="同意复查意见。")
        assert row.signed_by == who.deputy.user_id


def test_a_deputy_who_took_part_does_not_check_for_another(session: Session) -> None:
    who, _case = worked(session)
    said = Report(RecheckResult.CONFIRMED)
    with at(JULY):
        row = given_out(session, who)
        deputy = stands_for(session, who.officer, who.other_officer)
        with pytest.raises(Forbidden, match="recheck_took_part"):
            checks.report(session, read(session, deputy, row), row.id, said=said)


def test_a_deputy_without_a_part_checks_in_the_other_s_name(session: Session) -> None:
    who, _case = worked(session)
    said = Report(RecheckResult.CONFIRMED)
    with at(JULY):
        row = given_out(session, who)
        deputy = stands_for(session, who.third, who.other_officer)
        checks.report(session, read(session, deputy, row), row.id, said=said)
        task = session.scalars(select(Task).where(Task.element == "recheck")).one()
        assert (task.done_by, task.done_for) == (who.third.user_id, who.other_officer.user_id)


def test_nobody_is_named_who_stands_for_somebody_of_the_case(session: Session) -> None:
    who, case = worked(session)
    with at(JULY):
        plan = plans.draw(session, who.leader, HALF, seed=7)
        stands_for(session, who.third, who.officer)
        found = {each.id: each.refusal for each in candidates.of(session, plan, case)}
        assert found[who.third.user_id or 0] == "stands_for"


@pytest.mark.parametrize("login", ["third", "chief", "far_leader", "far_officer", "auditor"])
def test_nobody_else_reports_or_signs(session: Session, login: str) -> None:
    who, _case = worked(session)
    stranger = who.people[login]
    with at(JULY):
        row = given_out(session, who)
        said = Report(RecheckResult.CONFIRMED)
        with pytest.raises((Forbidden, NotFound)):
            checks.report(session, stranger, row.id, said=said)
        checks.report(session, read(session, who.other_officer, row), row.id, said=said)
        with pytest.raises((Forbidden, NotFound)):
            checks.sign(session, stranger, row.id, opinion="同意复查意见。")


def test_it_is_no_question_of_colleagues(session: Session) -> None:
    who, _case = worked(session)
    with at(JULY):
        row = given_out(session, who)
        with pytest.raises(NotFound):
            asked.answer(session, who.other_officer, row.task_id or 0, text="已阅")
        with pytest.raises(NotFound):
            asked.take_away(session, who.leader, row.task_id or 0)


def test_the_deadline_climbs_the_ladder(session: Session) -> None:
    who, _case = worked(session)
    with at(JULY):
        row = given_out(session, who)
        task_id = row.task_id
    with at(JULY + timedelta(days=40)):
        reminders.climb_due(session)
        rungs = set(session.scalars(select(Reminder.rung).where(Reminder.task_id == task_id)))
        assert {"half", "four_fifths", "overdue"} <= rungs


def test_the_chief_spot_checks_and_a_problem_is_proposed(session: Session) -> None:
    who, case = worked(session)
    with at(JULY - timedelta(days=10)):
        plan = spot.draw(session, who.chief, which="closed", size=5, seed=3)
        row = only(session, plan)
        assert (row.case_id, row.why) == (case.id, RecheckWhy.SPOT)
        with pytest.raises(Invalid, match="recheck_text"):
            spot.record_result(
                session, who.chief, row.id, result=RecheckResult.PROBLEM, found="", advice=""
            )
        with pytest.raises(NotFound):
            spot.record_result(
                session, who.other_chief, row.id, result=RecheckResult.IN_ORDER, found="", advice=""
            )
        spot.record_result(
            session,
            who.chief,
            row.id,
            result=RecheckResult.PROBLEM,
            found="笔录没有逐页签字。",
            advice="补正。",
        )
        assert events(session, case) == ["recheck.drawn", "recheck.spot_checked"]
    district = plans.Place(RecheckLevel.DISTRICT, case.district_id)
    assert [each for each, _ in plans.proposed(session, district)] == [case.id]


def test_no_spot_check_of_an_own_case(session: Session) -> None:
    who, case = worked(session)
    with at(JULY):
        spot.choose(session, who.chief, number=case.number)
        chief = also(session, who.officer, Role.SECTION_CHIEF, who.chief)
        with pytest.raises(Invalid, match="spot_number"):
            spot.choose(session, chief, number=case.number)
        lent = stands_for(session, who.chief, who.partner)
        with pytest.raises(Invalid, match="spot_number"):
            spot.choose(session, lent, number=case.number)
