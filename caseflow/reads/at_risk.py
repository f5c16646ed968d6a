"""What is likely to be late: steps and whole cases by the share of their time that is left.

For who watches over others' work: a chief's section, a leader's district, the city. A clock that
stands still is told apart; the rung of the ladder of reminders says how far up it has been told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import clock, policy
from caseflow.models import Case, Reminder, Task, Taxpayer, Unit, User
from caseflow.reads import case_names, limits
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, TaskStatus

LIMIT = 100
_Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
# Shares of the time that are left, as the rungs of the ladder have them.
_NEAR, _HALF = 0.2, 0.5


class Band(StrEnum):
    """How much of the time is left."""

    LATE = "late"
    NEAR = "near"
    HALF = "half"
    EASY = "easy"
    PAUSED = "paused"


# What is likely to be late.
AT_RISK = (Band.LATE, Band.NEAR, Band.HALF)


class Sort(StrEnum):
    """What comes first: the least share of the time, or the nearest day."""

    SHARE = "share"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks of the list; ``of_cases``: whole cases, else steps."""

    of_cases: bool = False
    band: Band | None = None
    unit_id: int | None = None
    kind: CaseKind | None = None
    sort: Sort = Sort.SHARE


@dataclass(frozen=True, slots=True)
class Row:
    """One clock: of a step, or without one of a whole case; ``left`` in working days."""

    case_id: int
    number: str
    about: str
    kind: CaseKind
    task_id: int | None
    name: str
    name_en: str
    holder: str | None
    section: str
    section_en: str
    due_at: datetime
    share: float
    band: Band
    rung: str | None
    left: int | None


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """A section or district with how many of its clocks are in each band."""

    id: int
    name: str
    name_en: str
    counts: dict[Band, int]

    @property
    def at_risk(self) -> int:
        """How many are likely to be late."""
        return sum(self.counts.get(band, 0) for band in AT_RISK)


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows, and the counts of all by band and by unit, whatever band is shown."""

    rows: tuple[Row, ...]
    counts: dict[Band, int]
    units: tuple[UnitCounts, ...]


def listing(session: Session, actor: Actor, wish: Wish) -> Listing:
    """What is likely to be late within the actor's sight; three statements and the calendar."""
    units = _units(session, actor, wish)
    counts: dict[Band, int] = {}
    for unit in units:
        for band, count in unit.counts.items():
            counts[band] = counts.get(band, 0) + count
    return Listing(_rows(session, actor, wish), counts, units)


def _clocks(wish: Wish) -> tuple[_Instant, _Instant]:
    """From when the time runs and when it ends."""
    return (Case.accepted_at, Case.due_at) if wish.of_cases else (Task.opened_at, Task.due_at)


def _share(wish: Wish) -> ColumnElement[float]:
    """The part of the time that is left; negative once it has run out."""
    begun, due = _clocks(wish)
    whole = func.greatest(func.extract("epoch", due - begun), 1)
    return cast(func.extract("epoch", due - clock.now()) / whole, Float)


def _band(wish: Wish) -> ColumnElement[str]:
    share = _share(wish)
    stands: ColumnElement[bool] = Case.paused_at.is_not(None)
    if not wish.of_cases:
        # What the taxpayer was given runs on while the case stands still.
        stands = and_(stands, Task.case_status != CaseStatus.WAITING_TAXPAYER)
    return case(
        (stands, Band.PAUSED.value),
        (share <= 0, Band.LATE.value),
        (share <= _NEAR, Band.NEAR.value),
        (share <= _HALF, Band.HALF.value),
        else_=Band.EASY.value,
    )


def _where(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    begun, due = _clocks(wish)
    parts: list[ColumnElement[bool]] = [
        Case.closed_at.is_(None),
        due.is_not(None),
        begun.is_not(None),
    ]
    if wish.of_cases:
        parts.append(Case.submitted_at.is_(None) | (Case.kind == CaseKind.TA))
    else:
        parts.append(Task.status == TaskStatus.OPEN)
    units = policy.units_counted_whole(actor)
    if units is not None:  # the own section or district, not single cases elsewhere
        parts.append(or_(Case.district_id.in_(units), Case.section_id.in_(units)))
    parts.append(policy.visible_cases(actor))
    if wish.unit_id:
        parts.append(or_(Case.section_id == wish.unit_id, Case.district_id == wish.unit_id))
    if wish.kind:
        parts.append(Case.kind == wish.kind)
    return and_(*parts)


def _from(query: Select[*tuple[Any, ...]], wish: Wish) -> Select[*tuple[Any, ...]]:
    query = query.select_from(Case)
    return query if wish.of_cases else query.join(Task, Task.case_id == Case.id)


def _units(session: Session, actor: Actor, wish: Wish) -> tuple[UnitCounts, ...]:
    """Of one section or district its sections, of the city the districts; the worst first."""
    is_city = policy.units_counted_whole(actor) is None and not wish.unit_id
    unit = Case.district_id if is_city else Case.section_id
    band = _band(wish).label("band")
    counted = (
        _from(select(unit.label("unit_id"), band, func.count().label("count")), wish)
        .where(_where(actor, wish))
        .group_by(unit, band)
        .subquery()
    )
    rows = session.execute(
        select(Unit.id, Unit.short_name, Unit.name_en, counted.c.band, counted.c.count)
        .join(Unit, Unit.id == counted.c.unit_id)
        .order_by(Unit.code)
    )
    found: dict[int, UnitCounts] = {}
    for unit_id, name, name_en, name_of_band, count in rows:
        counts = found.setdefault(unit_id, UnitCounts(unit_id, name, name_en, {})).counts
        counts[Band(name_of_band)] = count
    return tuple(sorted(found.values(), key=lambda each: -each.at_risk))


def _rows(session: Session, actor: Actor, wish: Wish) -> tuple[Row, ...]:
    band, share = _band(wish), _share(wish)
    bands = (wish.band,) if wish.band else AT_RISK
    _begun, due = _clocks(wish)
    first = due if wish.sort is Sort.DUE else share
    holder, section = aliased(User), aliased(Unit)
    key = Case.id if wish.of_cases else Task.id
    person = Case.main_officer_id if wish.of_cases else Task.assignee_id
    query = (
        _from(
            select(
                Case.id,
                Case.number,
                case_names.about(),
                Case.kind,
                key,
                *((Case.stage, Case.stage) if wish.of_cases else (Task.name, Task.name_en)),
                holder.name,
                section.short_name,
                section.name_en,
                due,
                share,
                band,
                _rung(wish),
            ),
            wish,
        )
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(holder, holder.id == person)
        .join(section, section.id == Case.section_id)
        .where(_where(actor, wish), band.in_([each.value for each in bands]))
        .order_by(first, key)
        .limit(LIMIT)
    )
    left = limits.days_left(session)
    return tuple(
        Row(
            case_id=row[0],
            number=row[1],
            about=row[2],
            kind=row[3],
            task_id=None if wish.of_cases else row[4],
            name=row[5],
            name_en=row[6],
            holder=row[7],
            section=row[8],
            section_en=row[9],
            due_at=row[10],
            share=row[11],
            band=Band(row[12]),
            rung=row[13],
            left=left(row[10]),
        )
        for row in session.execute(query)
    )


def _rung(wish: Wish) -> ColumnElement[Any]:
    """The highest rung that fired: of the step, of a case the highest of its open steps."""
    told = select(Reminder.rung).order_by(Reminder.due_at.desc(), Reminder.rung).limit(1)
    if not wish.of_cases:
        return told.where(Reminder.task_id == Task.id).correlate(Task).scalar_subquery()
    step = aliased(Task)
    return (
        told.join(step, step.id == Reminder.task_id)
        .where(step.case_id == Case.id, step.status == TaskStatus.OPEN)
        .correlate(Case)
        .scalar_subquery()
    )
