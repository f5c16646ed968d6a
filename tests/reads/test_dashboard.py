"""Every figure of a board is the count of the list it opens, for each unit and whoever looks."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import assessed, clock
from caseflow.models import AssessedAmount, Case, Recusal, Task, Unit
from caseflow.reads import cases, dashboard, tax_warnings, taxpayers
from caseflow.vocabulary import CaseStatus, Rate, WarningStatus
from tests import cast, factories
from tests.cast import Cast


@pytest.fixture
def people(session: Session) -> Cast:
    """Cases of three sections: running, late, closed in time and too late, voided, recused."""
    people = cast.enter(session)
    payers = [
        factories.taxpayer(session, section=section, serial=serial)
        for serial, section in enumerate(("0101", "0101", "0101", "0102", "0102", "0201"), 1)
    ]
    made = [factories.case(session, payer) for payer in payers]
    for case in made:
        case.revision += 1  # what is changed below is another state of the case
    now = clock.now()
    early, late = now.replace(year=now.year - 1), now.replace(year=now.year + 1)
    made[0].due_at = early
    made[1].main_officer_id = people.officer.user_id
    _end(made[1], CaseStatus.CLOSED, due_at=late)
    _end(made[2], CaseStatus.ARCHIVED, due_at=early)
    _end(made[3], CaseStatus.VOIDED, due_at=late)
    made[4].status = CaseStatus.RETURNED
    _pay(session, made[1], "1200.50")
    session.add(
        Recusal(
            case_id=made[2].id,
            user_id=people.leader.user_id or 0,
            declaration="",
            decided_by=people.leader.user_id or 0,
            at=now,
        )
    )
    doubt = factories.warning(session, payers[1])
    doubt.case_id, doubt.finding = made[1].id, "confirmed"
    factories.warning(session, payers[0]).status = WarningStatus.POOL
    session.flush()  # boards and lists are read by queries
    return people


def _end(case: Case, status: CaseStatus, *, due_at: datetime) -> None:
    case.status, case.closed_at, case.outcome = status, clock.now(), "cleared"
    case.due_at = due_at


def _step(session: Session, case: Case) -> Task:
    return session.scalars(select(Task).where(Task.case_id == case.id)).one()


def _pay(session: Session, case: Case, amount: str) -> None:
    row = _assess(session, case, tax="vat", difference=amount)
    row.tax_paid, row.paid_on = Decimal(amount), clock.today()


def _assess(
    session: Session, case: Case, *, tax: str, difference: str, period: int = 200912
) -> AssessedAmount:
    zero, declared = Decimal(0), Decimal(50_000)
    row = AssessedAmount(
        case_id=case.id,
        tax=tax,
        period=period,
        declared=declared,
        recomputed=declared + Decimal(difference),
        surcharge=zero,
        income_adjusted=zero,
        loss_offset=zero,
        credit_reduced=zero,
        tax_paid=zero,
        surcharge_paid=zero,
    )
    session.add(row)
    return row


LOOKING = [(login, code) for login in ("director", "auditor") for code in ("00", "01", "0101")] + [
    ("leader", "01"),
    ("leader", "0102"),
    ("chief", "0101"),
]


@pytest.mark.parametrize(("login", "code"), LOOKING)
def test_every_figure_is_the_count_of_its_list(
    session: Session, people: Cast, login: str, code: str
) -> None:
    actor = getattr(people, login)
    unit = session.scalars(select(Unit).where(Unit.code == code)).one()
    board, where = dashboard.of(session, actor, unit.id), None if code == "00" else unit.id
    wishes = {
        "all": cases.Wish(unit_id=where),
        "open": cases.Wish(unit_id=where, is_open=True),
        "overdue": cases.Wish(unit_id=where, is_late=True),
        "waiting": cases.Wish(unit_id=where, status=CaseStatus.WAITING_TAXPAYER),
        "returned": cases.Wish(unit_id=where, status=CaseStatus.RETURNED),
        "dispatched": cases.Wish(unit_id=where, is_dispatched=True),
        "closed": cases.Wish(unit_id=where, is_open=False),
        "closed_in_time": cases.Wish(unit_id=where, is_in_time=True),
        "problem": cases.Wish(unit_id=where, is_problem=True),
        "paid": cases.Wish(unit_id=where, has_paid=True),
    }
    counted = {name: getattr(board.figures, name) for name in wishes}
    listed = {name: cases.listing(session, actor, wish).count for name, wish in wishes.items()}
    assert counted == listed
    doubts = {
        "detected": tax_warnings.Wish(unit_id=where),
        "in_cases": tax_warnings.Wish(unit_id=where, has_joined=True),
        "pooled": tax_warnings.Wish(unit_id=where, status=WarningStatus.POOL),
    }
    for name, doubt in doubts.items():
        assert getattr(board.warned, name) == tax_warnings.listing(session, actor, doubt).count


@pytest.mark.parametrize(("login", "code"), LOOKING)
def test_every_row_is_the_count_of_its_lists_and_the_rows_add_up(
    session: Session, people: Cast, login: str, code: str
) -> None:
    actor = getattr(people, login)
    unit = session.scalars(select(Unit).where(Unit.code == code)).one()
    board = dashboard.of(session, actor, unit.id)
    for row in board.rows:
        is_officer = code in {"0101", "0102"}
        where = unit.id if is_officer else row.id
        officer = row.id if is_officer else None
        named = None if not is_officer or row.id else False
        wish = cases.Wish(unit_id=where, officer_id=officer, is_dispatched=named, is_open=True)
        assert row.cases.open == cases.listing(session, actor, wish).count
        wish = cases.Wish(unit_id=where, officer_id=officer, is_dispatched=named, is_in_time=True)
        assert row.cases.closed_in_time == cases.listing(session, actor, wish).count
        homes = taxpayers.Wish(unit_id=where, administrator_id=officer, is_managed=named)
        assert row.households == taxpayers.listing(session, actor, homes).count
    assert sum(row.cases.open for row in board.rows) == board.figures.open
    assert sum(row.cases.closed for row in board.rows) == board.figures.closed
    assert sum(row.tax_paid for row in board.rows) == board.figures.tax_paid
    homes = taxpayers.Wish(unit_id=None if code == "00" else unit.id)
    managed = taxpayers.listing(session, actor, homes).count
    assert sum(row.households for row in board.rows) == managed


def test_tax_found_is_the_assessed_tax_of_each_case(session: Session, people: Cast) -> None:
    made = session.scalars(select(Case).order_by(Case.id)).all()
    assessed_rows = [
        [
            _assess(session, made[0], tax="vat", difference="10000"),
            _assess(session, made[0], tax="cit", difference="-10000"),
        ],
        [
            _assess(session, made[4], tax="vat", difference="500.25"),
            _assess(session, made[4], tax="vat", difference="-200.00", period=200911),
        ],
        [_assess(session, made[5], tax="vat", difference="-70")],
    ]
    _assess(session, made[3], tax="vat", difference="900")  # voided: it came to nothing
    session.flush()  # the board is read by queries
    assert assessed.total_tax(assessed_rows[0]) == Decimal("10000.00")
    found = sum(assessed.total_tax(rows) for rows in assessed_rows)
    board = dashboard.of(session, people.director, None)
    assert board.figures.tax_found == found + Decimal("1200.50")


def test_households_without_an_administrator_count_in_a_row_of_their_own(session: Session) -> None:
    people = cast.enter(session)
    factories.taxpayer(session)
    (rest,) = [row for row in dashboard.of(session, people.chief, None).rows if row.id is None]
    assert (rest.households, rest.cases.open) == (1, 0)


def test_clock_of_a_case_ends_with_the_submission_of_its_conclusion(session: Session) -> None:
    people = cast.enter(session)
    payers = [factories.taxpayer(session, serial=serial) for serial in range(1, 7)]
    early, due = clock.now() - timedelta(days=9), clock.now() - timedelta(days=8)
    late, ahead = due + timedelta(days=1), clock.now() + timedelta(days=1)
    made = [factories.case(session, payer) for payer in payers]
    for case in made:
        case.due_at = due
        case.revision += 1  # what is changed below is another state of the case
    in_review, slow_review, in_time, too_late, paused, writing = made
    in_review.submitted_at, slow_review.submitted_at = early, early
    _step(session, in_review).due_at = ahead
    _step(session, slow_review).due_at = late
    for case, submitted_at in ((in_time, early), (too_late, late)):
        _end(case, CaseStatus.CLOSED, due_at=due)
        case.submitted_at = submitted_at
    paused.paused_at = early
    session.flush()  # boards and lists are read by queries
    figures = dashboard.of(session, people.director, None).figures
    assert (figures.open, figures.overdue, figures.closed_in_time) == (4, 2, 1)
    overdue = cases.listing(session, people.director, cases.Wish(is_late=True)).rows
    assert {row.id for row in overdue} == {slow_review.id, writing.id}
    (kept,) = cases.listing(session, people.director, cases.Wish(is_in_time=True)).rows
    assert kept.id == in_time.id


def test_dead_limit_of_the_case_is_not_shown_as_the_one_of_a_step(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    case.revision += 1  # what is changed below is another state of the case
    case.due_at = case.submitted_at = clock.now() - timedelta(days=8)
    _step(session, case).due_at = case.due_at
    session.flush()  # lists are read by queries
    (row,) = cases.listing(session, people.director, cases.Wish()).rows
    assert row.due_at is None
    assert cases.listing(session, people.director, cases.Wish(is_late=True)).count == 0


def test_recused_case_is_in_no_figure_of_whom_it_is_kept_from(
    session: Session, people: Cast
) -> None:
    assert dashboard.of(session, people.deputy, None).figures.closed == 2
    assert dashboard.of(session, people.leader, None).figures.closed == 1


def test_months_run_on_to_today_without_a_gap_and_add_up(session: Session, people: Cast) -> None:
    session.get_one(
        Case, session.scalars(select(Case.id).order_by(Case.id)).first()
    ).opened_at = clock.now().replace(year=clock.now().year - 1)
    board = dashboard.of(session, people.director, None)
    assert len(board.months) == 13
    assert sum(month.opened for month in board.months) == board.figures.all
    assert sum(month.closed for month in board.months) == board.figures.closed
    assert sum(month.opened - month.ended for month in board.months) == board.figures.open


def test_rate_of_a_unit_is_the_sum_of_its_sections(session: Session) -> None:
    people = cast.enter(session)
    for section, parts in (("0101", (9, 10)), ("0102", (45, 50)), ("0201", (1, 40))):
        factories.figure(session, Rate.FILING, parts, section=section)
        factories.figure(session, Rate.FILING, (1, 2), section=section, period=200911)
    city = dashboard.of(session, people.director, None).rates
    assert (city.period, city.periods) == (200912, (200911, 200912))
    assert (city.months[Rate.FILING, 200912].part, city.months[Rate.FILING, 200912].whole) == (
        55,
        100,
    )
    district = dashboard.of(session, people.leader, None)
    assert district.rates.months[Rate.FILING, 200912].share == Decimal("0.9")
    rows = [district.rates.units[row.id or 0, Rate.FILING, 200912] for row in district.rows]
    assert [(row.part, row.whole) for row in rows] == [(9, 10), (45, 50)]
    assert dashboard.of(session, people.leader, None, period=200911).rates.period == 200911


def test_board_without_facts_has_no_rates(session: Session) -> None:
    rates = dashboard.of(session, cast.enter(session).director, None, period=200912).rates
    assert (rates.period, rates.periods, rates.computed_at) == (None, (), None)
