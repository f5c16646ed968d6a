"""What closed cases came to as the register tells it, held against the results of every level."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import case_sums, clock
from caseflow.models import Case, Unit
from caseflow.reads.enforcement import register, results
from caseflow.reads.enforcement.results import Sums, Wish
from caseflow.reads.record_acts import Wish as ActsWish
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, UnitLevel


@dataclass(frozen=True)
class Told:
    """A closed case as the register tells it."""

    case: Case
    sums: Sums


def told_by_register(session: Session, auditor: Actor) -> list[Told]:
    """What each closed case came to, from the lines of the register alone."""
    lines = register.rows(session, auditor, ActsWish(), most=10**6).lines
    of_case: dict[int, list[register.Line]] = defaultdict(list)
    for line in lines:  # newest first
        of_case[line.case_id].append(line)
    ended = select(Case).where(Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED]))
    return [Told(case, _sums_in(case, of_case[case.id])) for case in session.scalars(ended)]


def _sums_in(case: Case, lines: list[register.Line]) -> Sums:
    last = next((line for line in lines if "total_tax" in line.event.payload), None)
    fine = next((line.event.payload["fine"] for line in lines if "fine" in line.event.payload), 0)
    fined = Decimal(fine) if case.kind is CaseKind.PN and case.outcome == "fined" else Decimal(0)
    if last is None or case.outcome in case_sums.WENT_ON:
        return Sums(cases=1, fine=fined)
    content = last.answer.content if last.answer else {}
    given = content.get("amounts") or []
    return Sums(
        cases=1,
        tax=Decimal(last.event.payload["total_tax"]),
        income=sum((Decimal(line.get("income_adjustment") or 0) for line in given), Decimal(0)),
        loss=sum((Decimal(line.get("loss_offset") or 0) for line in given), Decimal(0)),
        fine=fined,
    )


def hold_against_results(session: Session, director: Actor, told: list[Told]) -> None:
    """Every unit, officer, year and quarter of the results beside the register's own sums."""
    levels = (UnitLevel.CITY, UnitLevel.DISTRICT, UnitLevel.SECTION)
    units = session.scalars(select(Unit).where(Unit.level.in_(levels))).all()
    for year, quarter in [(None, None)] + [
        (y, q) for y in (2009, 2010) for q in (None, 1, 2, 3, 4)
    ]:
        for unit in units:
            here = [each for each in told if _is_in(each.case, unit, year, quarter)]
            wish = Wish(unit_id=unit.id, year=year, quarter=quarter)
            board = results.board(session, director, wish)
            place = (unit.name, year, quarter)
            assert _compared(board.whole) == _added(here), place
            assert _compared(sum((part.sums for part in board.parts), Sums())) == _added(here), (
                place
            )
            opened = Wish(
                unit_id=None if unit.level is UnitLevel.CITY else unit.id,
                year=year,
                quarter=quarter,
            )
            rows = results.rows(session, director, opened, most=10**6)
            assert {row.id for row in rows} == {each.case.id for each in here}, place
            assert sum((row.sums for row in rows), Sums()).tax == board.whole.tax, place
            if unit.level is UnitLevel.SECTION:
                for part in board.parts:
                    own = [each for each in here if each.case.main_officer_id == part.id]
                    assert _compared(part.sums) == _added(own), (place, part.name)


def _is_in(case: Case, unit: Unit, year: int | None, quarter: int | None) -> bool:
    if unit.level is not UnitLevel.CITY and unit.id not in (case.district_id, case.section_id):
        return False
    on = clock.local_date(case.closed_at) if case.closed_at else None
    in_year = year is None or (on is not None and on.year == year)
    return in_year and (quarter is None or (on is not None and (on.month + 2) // 3 == quarter))


def _added(here: list[Told]) -> tuple[Decimal, ...]:
    return _compared(sum((each.sums for each in here), Sums()))


def _compared(sums: Sums) -> tuple[Decimal, ...]:
    return (Decimal(sums.cases), sums.tax, sums.income, sums.loss, sums.fine)
