"""The making of the past, on a handful of cases: real verbs, every outcome, nobody refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, db
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.clock import BUREAU_ZONE
from caseflow.demo import bureau
from caseflow.demo.past import begun
from caseflow.demo.past.acts import Acting
from caseflow.demo.past.crew import Alone
from caseflow.demo.past.days import Past
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import Judge
from caseflow.engine.forms import Choice, Row
from caseflow.engine.forms.specs import FieldSpec
from caseflow.models import (
    Answer,
    BatchLine,
    Case,
    FormerDoubt,
    HouseholdMark,
    PlanObject,
    Post,
    Recusal,
    Task,
    Taxpayer,
    ThirdPartyRecord,
    Unit,
)
from caseflow.reads import record_check, step_choices
from caseflow.services import bureau as on_file
from caseflow.services import bureau_clock, consistency, definitions, files
from caseflow.vocabulary import SYSTEM, Actor, CaseKind, CaseStatus, Role
from caseflow.vocabulary.choices import WvOutcome
from caseflow.vocabulary.choices.campaigns import CampaignSubject
from tests import factories, plans
from tests.desk import own_names
from tests.enforcement_sums import hold_against_results, told_by_register
from tests.support.house import House

pytestmark = pytest.mark.scale

_SEED = 3
_CAUSES = ("concealed", "error", "legitimate", "data_error")
_FIRST, _LAST = date(2009, 9, 1), date(2009, 12, 1)
# Hits that open an order to correct: a return, a return that came late, a payment, a registration.
_BEGUN = {
    date(2009, 9, 3): (begun.request("01"), begun.directive("备选疑点户清理督办")),
    date(2009, 9, 1): (begun.zero_filers("01"), begun.delivery),
    date(2009, 9, 2): (
        begun.campaign("纯地税户标识清理", CampaignSubject.MARK_LOCAL_ONLY, "01"),
        begun.campaign("零申报户专项调查", CampaignSubject.ZERO_FILING),
    ),
}
_COMPARED = ("TPD-001", "REG-009", "REG-010", "TPD-013", "TIC-007", "TPD-002", "TPD-016")
_ORDERED = (("FIL-011",), ("FIL-012",), ("COL-008", "FIL-011"), ("REG-011",), ("INV-018",))


@dataclass(frozen=True)
class Lived:
    """A bureau that has worked for three months."""

    database: db.Database
    past: Past
    judge: Judge


@pytest.fixture(scope="module")
def lived(house: House) -> Iterator[Lived]:
    with house.clone("lived") as config:
        database = db.connect(str(config.database_url))
        judge = _enter(database)
        with database.reading() as session:
            home = session.scalars(select(Unit.id).where(Unit.code == "01")).one()
        past = Past(database, judge.calendar, Alone(Acting(database, judge)), home)
        day = _FIRST
        while day < _LAST:
            if judge.calendar.is_working(day):
                _begin(database, day)
                past.work_through(day, lambda _: _every_desk_is_where_its_course_waits(database))
            day += timedelta(days=1)
        yield Lived(database, past, judge)
        database.dispose()


def _every_desk_is_where_its_course_waits(database: db.Database) -> None:
    with database.reading() as session:
        assert consistency.compare(session).differences == ()


def _begin(database: db.Database, day: date) -> None:
    for act in _BEGUN.get(day, ()):
        with database.transaction() as session:
            act(session, Officers())


def _enter(database: db.Database) -> Judge:
    staff = bureau.build("sample").staff
    with database.transaction() as session:
        at = datetime(2009, 9, 1, 8, 30, tzinfo=BUREAU_ZONE)
        bureau_clock.begin_demo(session, SYSTEM, at)
    with database.transaction() as session:
        on_file.put_calendar_and_limits(session)
        on_file.put_units(session, SYSTEM, staff.units, since=date(2005, 1, 1))
        on_file.put_officers(session, SYSTEM, staff.officers, staff.posts, since=date(2005, 1, 1))
        for path in shipped_kinds():
            definitions.deploy(session, SYSTEM, bundle(path))
        judge = Judge(_truth(), _SEED, calendars.of(session))
        for serial in _serials(judge):
            factories.case(session, factories.taxpayer(session, section="0102", serial=serial))
        for place, hits in enumerate(_ORDERED * 6):
            payer = factories.taxpayer(session, section="0102", serial=700 + place)
            factories.case_of(session, CaseKind.OC, payer, *hits)
        for serial in range(800, 812):
            payer = factories.taxpayer(session, section="0102", serial=serial)
            factories.case_of(session, CaseKind.TA, payer, "VAT-001")
        for serial in range(870, 874):
            payer = factories.taxpayer(session, section="0102", serial=serial)
            plans.pooled(session, payer).period = 200907  # filed for when the plan is drafted
        for serial in range(820, 836):
            payer = factories.taxpayer(session, section="0102", serial=serial)
            factories.case_of(session, CaseKind.ZF, payer, "FIL-009")
        for serial in range(860, 868):
            payer = factories.taxpayer(session, section="0102", serial=serial)
            factories.case_of(session, CaseKind.AB, payer, "REG-004")
        for serial in range(880, 888):  # for the lists of campaigns
            payer = factories.taxpayer(session, section="0102", serial=serial)
            payer.kind = "individual" if serial % 2 else "enterprise"
        for place, hit in enumerate(_COMPARED):
            payer = factories.taxpayer(session, section="0102", serial=840 + place)
            factories.case_of(session, CaseKind.TP, payer, hit)
    return judge


def _truth() -> Truth:
    numbers = range(1, 600)
    return Truth((f"21020200000{n:04d}", "VAT-001", _CAUSES[n % 4]) for n in numbers)


def _serials(judge: Judge) -> list[int]:
    """Two households for each outcome, and some for holds, refusals, ties and sendings back."""
    fates = {
        n: judge.truth.fate(f"21020200000{n:04d}", ["VAT-001"], period=200912, seed=_SEED)
        for n in range(1, 600)
    }
    plain = [n for n, fate in fates.items() if fate.dispatch == "assign" and not fate.stalls_at]
    chosen: list[int] = []
    for outcome in WvOutcome:
        chosen += [n for n in plain if fates[n].outcome is outcome][:2]
    for trouble in ("refused", "tie_kept", "tie_replaced"):
        chosen += [n for n in plain if fates[n].trouble == trouble][:1]
    chosen += [n for n in plain if fates[n].returns == 3][:1]
    for dispatch in ("hold", "void_duplicate", "void_data_error"):
        chosen += [n for n, fate in fates.items() if fate.dispatch == dispatch][:1]
    return sorted(set(chosen))


def test_nobody_is_refused(lived: Lived) -> None:
    assert dict(lived.past.refusals) == {}


def test_every_outcome_of_the_table_is_among_the_closed_cases(lived: Lived) -> None:
    with lived.database.reading() as session:
        closed = select(Case.outcome).where(
            Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED]), Case.kind == CaseKind.WV
        )
        outcomes = set(session.scalars(closed))
    assert outcomes == {outcome.value for outcome in WvOutcome}


def test_every_case_ends_as_it_was_fated_to(lived: Lived) -> None:
    with lived.database.reading() as session:
        rows = session.execute(
            select(Taxpayer.tin, Case.period, Case.status, Case.outcome)
            .join(Case, Case.taxpayer_id == Taxpayer.id)
            .where(Case.closed_at.is_not(None), Case.kind == CaseKind.WV)
        ).all()
    for tin, period, status, outcome in rows:
        fate = lived.judge.truth.fate(tin, ["VAT-001"], period=period, seed=_SEED)
        if fate.dispatch.startswith("void"):
            assert (status, outcome) == (CaseStatus.VOIDED, None)
        else:
            assert outcome == fate.outcome.value


def test_orders_to_correct_come_to_an_end(lived: Lived) -> None:
    with lived.database.reading() as session:
        ordered = select(Case.outcome, Case.closed_at).where(Case.kind == CaseKind.OC)
        rows = session.execute(ordered).all()
    assert all(row.closed_at for row in rows)
    assert {row.outcome for row in rows} >= {"corrected", "cleared", "opened_ab"}


@pytest.mark.parametrize(
    "kind",
    [
        *(CaseKind.TA, CaseKind.AB, CaseKind.ZF, CaseKind.TP, CaseKind.PN),
        *(CaseKind.TI, CaseKind.DC, CaseKind.DR, CaseKind.EP, CaseKind.ZB, CaseKind.TB),
        CaseKind.CP,
    ],
)
def test_cases_of_other_kinds_come_to_an_end(lived: Lived, kind: CaseKind) -> None:
    with lived.database.reading() as session:
        of_kind = select(Case.outcome).where(Case.kind == kind)
        ended = session.scalars(of_kind.where(Case.closed_at.is_not(None))).all()
    assert ended


def test_batches_and_plans_go_on_to_cases(lived: Lived) -> None:
    with lived.database.reading() as session:
        planned = select(PlanObject.id).where(PlanObject.evaluation_id.is_not(None))
        assert session.scalars(planned).all()
        dispatched = select(BatchLine.id).where(
            BatchLine.dispatched_at.is_not(None), BatchLine.problem.is_(None)
        )
        assert session.scalars(dispatched).all()
        matched = select(ThirdPartyRecord.match_key, ThirdPartyRecord.decision)
        keys = {row.match_key or row.decision for row in session.execute(matched)}
    assert keys == {"organisation_code", "tax_number", "name_and_address", "no_match"}


def test_campaigns_mark_households_and_find_causes(lived: Lived) -> None:
    with lived.database.reading() as session:
        assert session.scalars(select(HouseholdMark.mark)).all()
        found = select(Case.facts["cause"].astext).where(
            Case.facts["campaign"].astext.is_not(None), Case.kind == CaseKind.ZF
        )
        assert any(session.scalars(found))


def test_requested_data_are_delivered_and_told_of(lived: Lived) -> None:
    with lived.database.reading() as session:
        request = session.scalars(select(Case).where(Case.kind == CaseKind.RQ)).one()
        done = select(Task.form_key).where(Task.case_id == request.id, Task.done_by.is_not(None))
        forms = set(session.scalars(done))
    assert forms >= {"rq_request", "rq_receipt", "rq_preparation", "rq_quality", "rq_use_report"}


def test_closed_cases_were_worked_on_by_four_people(lived: Lived) -> None:
    with lived.database.reading() as session:
        rows = session.execute(
            select(Task.case_id, own_names(), Task.done_by)
            .join(Case, Case.id == Task.case_id)
            .where(
                Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED]),
                Case.kind == CaseKind.WV,
                Task.done_by.is_not(None),
            )
        ).all()
    people = {(case, element): person for case, element, person in rows}
    for (case, element), person in people.items():
        if element == "approval":
            assert person not in {people[case, "conclusion"], people[case, "review"]}


def test_what_was_handed_in_is_what_the_forms_take(lived: Lived) -> None:
    with lived.database.reading() as session:
        recused = set(session.scalars(select(Recusal.case_id)))
        rows = session.execute(
            select(Answer.content, Task.form_key, Case)
            .join(Task, Task.id == Answer.task_id)
            .join(Case, Case.id == Answer.case_id)
            .where(Case.id.not_in(recused), Case.id.not_in(select(FormerDoubt.case_id)))
            .order_by(Answer.id)
        ).all()
        assert rows
        newest = {(case.id, form_key): (content, case) for content, form_key, case in rows}
        for (_, form_key), (content, case) in newest.items():
            if form_key in {"ta_named_reviewer", "zb_list"}:
                continue  # who was named has acted since, and is offered no more
            if case.kind is CaseKind.DR:
                continue  # a step of a directive is offered the lines of its unit that still wait
            process = definitions.process_of(session, case.definition_id)
            spec = process.forms[form_key]
            offered = {
                name: step_choices.offers(session, case, name) for name in _names(spec.fields)
            }
            form = spec.wtform(
                {name: [Choice(o.key, o.zh, o.en) for o in each] for name, each in offered.items()},
                {name: [Row(o.key, o.zh, o.en) for o in each] for name, each in offered.items()},
                {
                    **dict.fromkeys(process.variables),
                    "score": case.score,
                    "ti_flag": case.is_ti,
                    **case.facts,
                },
                "zh",
            )(data=spec.from_answers(content))
            assert form.validate(), (form_key, form.errors)


def test_the_record_tells_every_act_in_order(lived: Lived) -> None:
    with lived.database.reading() as session:
        cases = session.scalars(select(Case)).all()
        for case in cases:
            last = session.scalar(
                select(Answer.revision)
                .where(Answer.case_id == case.id)
                .order_by(Answer.revision.desc())
                .limit(1)
            )
            assert (last or 0) <= case.revision


def test_the_record_of_three_months_verifies(lived: Lived) -> None:
    _every_desk_is_where_its_course_waits(lived.database)
    with lived.database.reading() as session:
        report = record_check.verify(session, path_of=files.path_of)
    assert report.problems == ()
    assert report.files > report.cases


def test_the_sums_of_every_level_are_those_of_the_register(lived: Lived) -> None:
    with lived.database.reading() as session:
        told = told_by_register(session, _holder(session, Role.AUDITOR))
        hold_against_results(session, _holder(session, Role.CITY_DIRECTOR), told)
    assert len(told) > 100
    assert sum(each.sums.tax for each in told) > 0


def _holder(session: Session, role: Role) -> Actor:
    holder = select(Post.user_id).where(Post.role == role).order_by(Post.id).limit(1)
    return Officers().actor(session, session.scalars(holder).one())


def _names(fields: tuple[FieldSpec, ...]) -> set[str]:
    found: set[str] = set()
    for field in fields:
        found |= {name for name in (field.choices_key, field.rows_key) if name}
        found |= _names(field.children)
    return found
