"""
The results of enforcement 执法成果: sums of closed cases by officer, section, district and city.

One definition for every level and every list. A case counts where and when it was closed, with its
main officer, whatever its kind; a voided one does not. What it found are its rows of
``AssessedAmount``, each tax by itself, as ``assessed.total_tax`` has it. A case that went on to
another case or authority counts, and its sums do not: they count where the matter ends. A fine is
the decision of a penalty case. Nothing is stored: every sum is computed from its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import case_sums, clock, policy
from caseflow.models import AssessedAmount, Case, Taxpayer, Unit, User
from caseflow.reads import case_names, cases, dashboard
from caseflow.vocabulary import Actor, CaseKind, Outcome, UnitLevel, Verb

LIMIT = 50
_NOTHING = Decimal("0.00")
_QUARTERS = (1, 2, 3, 4)
# The officer of a case that was closed without one.
NOBODY = 0


class Figure(StrEnum):
    """A sum that opens the cases which have anything of it."""

    TAX = "tax"
    PAID = "paid"
    INCOME = "income"
    LOSS = "loss"
    SURCHARGE = "surcharge"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for; ``officer_id`` 0: cases closed without an officer."""

    unit_id: int | None = None
    officer_id: int | None = None
    kind: CaseKind | None = None
    year: int | None = None
    quarter: int | None = None
    figure: Figure | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of some cases; households are counted once each, so that they do not add up."""

    cases: int = 0
    households: int = 0
    tax: Decimal = _NOTHING
    paid: Decimal = _NOTHING
    income: Decimal = _NOTHING
    loss: Decimal = _NOTHING
    surcharge: Decimal = _NOTHING
    fine: Decimal = _NOTHING

    def __add__(self, other: Sums) -> Sums:
        """Both together, as an upper level adds up a lower one."""
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))


@dataclass(frozen=True, slots=True)
class Part:
    """The sums of one unit or officer below the one that is looked at."""

    id: int
    name: str
    name_en: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Board:
    """The results of one unit: the whole, what stands right below it, and year by year."""

    unit: Unit
    # From the root down, each with whether the actor may open it.
    parents: tuple[tuple[Unit, bool], ...]
    whole: Sums
    parts: tuple[Part, ...]
    years: Mapping[int, Sums]


@dataclass(frozen=True, slots=True)
class Row:
    """One closed case with what it came to."""

    id: int
    number: str
    kind: CaseKind
    taxpayer: str
    outcome: str
    closed_at: datetime
    section: str
    section_en: str
    officer: str | None
    sums: Sums


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the cases behind a sum, the newest opened first, and the sums of all of them."""

    rows: tuple[Row, ...]
    whole: Sums
    next_before: int | None


def board(session: Session, actor: Actor, wish: Wish) -> Board:
    """
    The results of a unit within the actor's reach; the widest unit without an id.

    Whoever has no dashboard sees what he or she closed as main officer.

    Raises:
        Forbidden: the actor's posts see no case.

    """
    policy.require(actor, Verb.READ_CASE)
    unit = dashboard.unit_within(session, actor, wish.unit_id)
    within = and_(policy.counted_cases(actor), _own(actor), dashboard.cases_of(unit))
    shown = and_(within, *_asked(wish))
    of_kind = and_(within, *_asked(Wish(kind=wish.kind)))
    sums = _sums(session, shown, _below(unit))
    years = _sums(session, of_kind, _year())
    return Board(
        unit=unit,
        parents=dashboard.parents_of(session, actor, unit),
        whole=sums[None],
        parts=_parts(session, unit, sums),
        years={year: each for year, each in years.items() if year is not None},
    )


def page(session: Session, actor: Actor, wish: Wish) -> Page:
    """The cases behind a sum that the actor may see, and what they come to together.

    Raises:
        Forbidden: the actor's posts see no case.
    """
    shown = _listed(actor, wish)
    found = _rows(session, shown, wish, most=LIMIT + 1)
    return Page(
        rows=found[:LIMIT],
        whole=_sums(session, shown, figure=wish.figure)[None],
        next_before=found[LIMIT - 1].id if len(found) > LIMIT else None,
    )


def rows(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[Row, ...]:
    """The cases behind a sum for a file, at most ``most``.

    Raises:
        Forbidden: the actor's posts see no case.
    """
    return _rows(session, _listed(actor, wish), wish, most=most)


def _listed(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    policy.require(actor, Verb.READ_CASE)
    parts = [policy.visible_cases(actor), _own(actor), *_asked(wish)]
    if wish.unit_id:
        parts.append(or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id))
    if wish.officer_id is not None:
        is_it = Case.main_officer_id == wish.officer_id
        parts.append(Case.main_officer_id.is_(None) if wish.officer_id == NOBODY else is_it)
    return and_(*parts)


def _own(actor: Actor) -> ColumnElement[bool]:
    """Only the own results for whoever watches over nobody's work."""
    if actor.user_id is None or policy.may(actor, Verb.DASHBOARD):
        return literal(True)  # noqa: FBT003 - a condition that always holds
    return Case.main_officer_id == actor.user_id


def _asked(wish: Wish) -> list[ColumnElement[bool]]:
    """The conditions on ``Case``: closed, in the time asked for, of the kind asked for."""
    parts = [cases.closed(), Case.closed_at.is_not(None)]
    if wish.kind:
        parts.append(Case.kind == wish.kind)
    if wish.year:
        first, end = _time(wish.year, wish.quarter)
        parts += [Case.closed_at >= clock.start_of(first), Case.closed_at < clock.start_of(end)]
    return parts


def _time(year: int, quarter: int | None) -> tuple[date, date]:
    """The first day of a year or quarter, and the first day after it."""
    if quarter not in _QUARTERS:
        return date(year, 1, 1), date(year + 1, 1, 1)
    last = quarter == _QUARTERS[-1]
    return date(year, 3 * quarter - 2, 1), date(year + last, 1 if last else 3 * quarter + 1, 1)


def _year() -> ColumnElement[int]:
    local = func.timezone(clock.BUREAU_ZONE.key, Case.closed_at)
    return cast(func.extract("year", local), Integer)


def _fine() -> ColumnElement[Decimal]:
    decided = cast(Case.facts["fine"].astext, Numeric(18, 2))
    is_fined = and_(Case.kind == CaseKind.PN, Case.outcome == Outcome.FINED)
    return func.coalesce(case((is_fined, decided)), 0)


def _amounts(found: FromClause) -> dict[Figure, ColumnElement[Decimal]]:
    """Each figure of one case, 0 where it has none."""
    return {
        name: _fine() if name is Figure.FINE else func.coalesce(found.c[name], 0) for name in Figure
    }


def _sums(
    session: Session,
    shown: ColumnElement[bool],
    key: ColumnElement[Any] | None = None,
    figure: Figure | None = None,
) -> dict[int | None, Sums]:
    """
    The sums of these cases together, under None, and by a key that no case lacks.

    With a figure only of the cases that have anything of it, as they are listed.
    """
    ended = select(Case.id).where(shown, Case.outcome.not_in(case_sums.WENT_ON)).correlate(None)
    found = case_sums.found(AssessedAmount.case_id.in_(ended)).subquery()
    of_case = _amounts(found)
    amounts = [func.sum(amount) for amount in of_case.values()]
    named = (null() if key is None else key).label("key")
    query: Select[*tuple[Any, ...]] = (
        select(named, func.count(), func.count(Case.taxpayer_id.distinct()), *amounts)
        .select_from(Case)
        .outerjoin(found, found.c.case_id == Case.id)
        .where(shown)
    )
    if figure:
        query = query.where(of_case[figure] != 0)
    if key is not None:
        query = query.group_by(func.grouping_sets(named, tuple_()))
    return {row[0]: Sums(row[1], row[2], *map(_money, row[3:])) for row in session.execute(query)}


def _below(unit: Unit) -> ColumnElement[int]:
    """What a case counts for right below a unit: a district, a section, or an officer."""
    column: InstrumentedAttribute[Any] = {
        UnitLevel.CITY: Case.district_id,
        UnitLevel.DISTRICT: Case.section_id,
    }.get(unit.level, Case.main_officer_id)
    return func.coalesce(column, NOBODY)


def _parts(session: Session, unit: Unit, sums: Mapping[int | None, Sums]) -> tuple[Part, ...]:
    """What stands right below a unit and closed anything, in its official order."""
    known = [each for each in sums if each is not None]
    names: Select[*tuple[Any, ...]]
    if unit.level is UnitLevel.SECTION:
        names = select(User.id, User.name, User.name_en).where(User.id.in_(known))
        names = names.order_by(User.name_key, User.id)
    else:
        names = select(Unit.id, Unit.short_name, Unit.name_en).where(Unit.id.in_(known))
        names = names.order_by(Unit.code)
    parts = [Part(row[0], row[1], row[2], sums[row[0]]) for row in session.execute(names)]
    if NOBODY in sums:
        parts.append(Part(NOBODY, "", "", sums[NOBODY]))
    return tuple(parts)


def _rows(
    session: Session, shown: ColumnElement[bool], wish: Wish, *, most: int
) -> tuple[Row, ...]:
    # Case by case, so that a page computes the amounts of no more cases than it looks at.
    is_it = and_(AssessedAmount.case_id == Case.id, Case.outcome.not_in(case_sums.WENT_ON))
    found = case_sums.found(is_it).lateral()
    amounts = _amounts(found)
    officer, section = aliased(User), aliased(Unit)
    query: Select[*tuple[Any, ...]] = (
        select(
            Case.id,
            Case.number,
            Case.kind,
            case_names.about(),
            Case.outcome,
            Case.closed_at,
            section.name,
            section.name_en,
            officer.name,
            *amounts.values(),
        )
        .select_from(Case)
        .outerjoin(found, true())
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(section, section.id == Case.section_id)
        .outerjoin(officer, officer.id == Case.main_officer_id)
        .where(shown)
        .order_by(Case.id.desc())
        .limit(most)
    )
    if wish.figure:
        query = query.where(amounts[wish.figure] != 0)
    if wish.before:
        query = query.where(Case.id < wish.before)
    return tuple(
        Row(
            id=row[0],
            number=row[1],
            kind=row[2],
            taxpayer=row[3],
            outcome=row[4],
            closed_at=row[5],
            section=row[6],
            section_en=row[7],
            officer=row[8],
            sums=Sums(1, 1, *map(_money, row[9:])),
        )
        for row in session.execute(query)
    )


def _money(value: Decimal | int | None) -> Decimal:
    return Decimal(value or 0).quantize(_NOTHING)
