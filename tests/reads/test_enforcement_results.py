"""The results of enforcement add up from the rows of each case to the city, whoever adds them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import assessed, case_sums, clock
from caseflow.models import AssessedAmount, Case, Recusal, Unit
from caseflow.reads.enforcement import results
from caseflow.reads.enforcement.results import Figure, Sums, Wish
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, Outcome, UnitLevel
from tests import cast, factories
from tests.cast import Cast

# Section, year and month of closing, outcome, lines of (tax, difference, income, loss, paid).
_Line = tuple[str, str, str, str, str]
CASES: Sequence[tuple[str, tuple[int, int], str, Sequence[_Line]]] = (
    ("0101", (2009, 12), "self_corrected", (("vat", "100.10", "0", "0", "100.10"),)),
    ("0101", (2009, 12), "adjusted", (("cit", "0", "5000", "4000", "0"),)),
    # What was declared too high in one tax pays for nothing of another.
    ("0101", (2010, 1), "self_corrected", (("vat", "-50", "0", "0", "0"), ("cit", "70", *"000"))),
    ("0102", (2010, 3), "cleared", ()),
    ("0102", (2010, 4), "opened_ta", (("vat", "900", "800", "700", "0"),)),
    ("0201", (2010, 12), "determined", (("cit", "20", "80", "-30", "5"),)),
    ("0201", (2010, 12), "transferred_inspection", (("vat", "4000", "0", "0", "0"),)),
)


@pytest.fixture
def people(session: Session) -> Cast:
    """Closed cases of three sections and two years, a voided one and an open one."""
    people = cast.enter(session)
    officers = {"0101": people.officer, "0102": people.other_officer, "0201": people.far_officer}
    for serial, (section, (year, month), outcome, lines) in enumerate(CASES, 1):
        made = _case(session, section, serial)
        made.main_officer_id = officers[section].user_id
        _close(made, datetime(year, month, 15, tzinfo=UTC), outcome)
        for line in lines:
            _assess(session, made, line)
    voided, running = (_case(session, "0101", serial) for serial in (98, 99))
    for case in (voided, running):
        _assess(session, case, ("vat", "7777", "0", "0", "0"))
    voided.status, voided.closed_at = CaseStatus.VOIDED, datetime(2010, 1, 4, tzinfo=UTC)
    session.flush()
    return people


def _case(session: Session, section: str, serial: int) -> Case:
    case = factories.case(session, factories.taxpayer(session, section=section, serial=serial))
    case.revision += 1  # what is changed below is another state of the case
    return case


def _close(case: Case, at: datetime, outcome: str) -> None:
    case.status, case.closed_at, case.outcome = CaseStatus.CLOSED, at, outcome


def _assess(session: Session, case: Case, line: _Line) -> None:
    tax, difference, income, loss, paid = line
    session.add(
        AssessedAmount(
            case_id=case.id,
            tax=tax,
            period=200912,
            declared=Decimal(1000),
            recomputed=1000 + Decimal(difference),
            surcharge=Decimal(1),
            income_adjusted=Decimal(income),
            loss_offset=Decimal(loss),
            credit_reduced=Decimal(0),
            tax_paid=Decimal(paid),
            surcharge_paid=Decimal(0),
        )
    )


def _unit(session: Session, code: str) -> int:
    return session.scalars(select(Unit.id).where(Unit.code == code)).one()


def _board(
    session: Session, who: Actor, code: str, year: int | None = None, quarter: int | None = None
) -> results.Board:
    wish = Wish(unit_id=_unit(session, code), year=year, quarter=quarter)
    return results.board(session, who, wish)


def test_a_sum_is_what_its_cases_found(session: Session, people: Cast) -> None:
    whole = _board(session, people.director, "00").whole
    assert whole == Sums(
        cases=7,
        households=7,
        tax=Decimal("190.10"),
        paid=Decimal("105.10"),
        income=Decimal(5080),
        loss=Decimal(3970),
        surcharge=Decimal(5),
    )
    cases = session.scalars(select(Case).where(Case.status == CaseStatus.CLOSED))
    ends = {case.id: case.outcome for case in cases}
    found = [case_id for case_id, end in ends.items() if end not in case_sums.WENT_ON]
    taxes = [
        assessed.total_tax(
            session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case_id)).all()
        )
        for case_id in found
    ]
    assert sum(taxes) == whole.tax


@pytest.mark.parametrize(
    "time", [{}, {"year": 2009}, {"year": 2010}, {"year": 2010, "quarter": 4}, {"year": 2007}]
)
def test_every_level_adds_up_to_the_one_above(
    session: Session, people: Cast, time: Mapping[str, int]
) -> None:
    def below(code: str) -> dict[str, Sums]:
        board = _board(session, people.director, code, **time)
        assert sum((part.sums for part in board.parts), Sums()) == board.whole
        return {part.name: part.sums for part in board.parts}

    city = below("00")
    for name, code in (("中山", "01"), ("西岗", "02")):
        assert sum(below(code).values(), Sums()) == city.get(name, Sums())
    assert sum(below("0101").values(), Sums()) + sum(below("0102").values(), Sums()) == city.get(
        "中山", Sums()
    )


def test_years_add_up_to_all_and_quarters_to_the_year(session: Session, people: Cast) -> None:
    board = _board(session, people.director, "00")
    assert sum(board.years.values(), Sums()) == board.whole
    assert set(board.years) == {2009, 2010}
    quarters = [
        _board(session, people.director, "00", year=2010, quarter=quarter).whole
        for quarter in (1, 2, 3, 4)
    ]
    assert sum(quarters, Sums()) == board.years[2010]
    assert [each.cases for each in quarters] == [2, 1, 0, 2]


def test_the_last_evening_of_a_year_is_of_that_year_in_the_bureau(
    session: Session, people: Cast
) -> None:
    case = session.scalars(select(Case).where(Case.outcome == "cleared")).one()
    case.revision += 1
    case.closed_at = clock.start_of(datetime(2011, 1, 1, tzinfo=UTC).date())
    session.flush()
    assert _board(session, people.director, "00").years[2011].cases == 1
    case.closed_at = case.closed_at.replace(minute=0) - (datetime.resolution)
    session.flush()
    assert 2011 not in _board(session, people.director, "00").years


@pytest.mark.parametrize("figure", [None, *Figure])
@pytest.mark.parametrize(
    ("login", "code"), [("director", "00"), ("leader", "01"), ("chief", "0101")]
)
def test_every_sum_is_the_sum_of_the_rows_it_opens(
    session: Session, people: Cast, login: str, code: str, figure: Figure | None
) -> None:
    who = getattr(people, login)
    board = _board(session, who, code, year=2010)
    asked = Wish(unit_id=None if code == "00" else board.unit.id, year=2010, figure=figure)
    rows = results.rows(session, who, asked, most=100)
    listed = sum((row.sums for row in rows), Sums())
    if figure is None:
        assert listed == board.whole
    else:
        assert getattr(listed, figure.value) == getattr(board.whole, figure.value)
        assert all(getattr(row.sums, figure.value) for row in rows)
    assert results.page(session, who, asked).whole == listed


def test_the_officers_of_a_section_open_their_own_cases(session: Session, people: Cast) -> None:
    board = _board(session, people.chief, "0101")
    (part,) = board.parts
    assert part.id == people.officer.user_id
    rows = results.rows(session, people.chief, Wish(officer_id=part.id), most=9)
    assert sum((row.sums for row in rows), Sums()) == part.sums


def test_an_officer_sees_the_own_results_and_no_others(session: Session, people: Cast) -> None:
    assert results.board(session, people.officer, Wish()).whole.cases == 3
    assert results.board(session, people.partner, Wish()).whole == Sums()
    assert results.page(session, people.partner, Wish()).rows == ()


def test_a_leader_sees_no_other_district(session: Session, people: Cast) -> None:
    board = _board(session, people.leader, "02")  # not within reach: the own one
    assert (board.unit.level, board.whole.cases) == (UnitLevel.DISTRICT, 5)
    far = _unit(session, "0201")
    assert results.page(session, people.leader, Wish(unit_id=far)).rows == ()


def test_whoever_was_recused_counts_without_that_case(session: Session, people: Cast) -> None:
    case = session.scalars(select(Case).where(Case.outcome == "adjusted")).one()
    leader = people.leader.user_id or 0
    recusal = Recusal(
        case_id=case.id, user_id=leader, declaration="", decided_by=leader, at=clock.now()
    )
    session.add(recusal)
    session.flush()
    assert _board(session, people.leader, "01").whole.income == 0
    assert _board(session, people.director, "01").whole.income == 5000


def test_a_fine_is_the_decision_of_a_penalty_case(session: Session, people: Cast) -> None:
    for serial, (kind, outcome) in enumerate(
        [(CaseKind.PN, Outcome.FINED), (CaseKind.PN, Outcome.NO_FINE), (CaseKind.WV, "cleared")], 50
    ):
        case = _case(session, "0201", serial)
        case.kind, case.facts = kind, {**case.facts, "fine": "350.00"}
        _close(case, datetime(2010, 6, 1, tzinfo=UTC), outcome)
    session.flush()
    assert _board(session, people.director, "02").whole.fine == 350
    of_kind = replace(Wish(unit_id=_unit(session, "02")), kind=CaseKind.PN)
    assert results.board(session, people.director, of_kind).whole.cases == 2
