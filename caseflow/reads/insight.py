"""Insight into a process: where its cases wait, which ways they go, what is done over again.

All of it is what the clockwork has counted beforehand, added up for those who look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, any_, cast, func, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.course_counts import (
    APART,
    HOUR,
    Counts,
    at_rank,
    by_element,
    quantile,
    total,
)
from caseflow.models import (
    Case,
    CaseCourse,
    CourseCell,
    CourseMark,
    Definition,
    Unit,
    Variant,
)
from caseflow.models.base import among
from caseflow.models.record import RecordEvent
from caseflow.reads import course_sums
from caseflow.reads.course_sums import Wish, wanted
from caseflow.vocabulary import Actor, UnitLevel, Verb

__all__ = ["Insight", "Wish", "case_count", "of", "units", "versions", "wanted"]

_VARIANTS_SHOWN = 8
_REASONS_SHOWN = 10
_DAY = 24 * HOUR
_LOOKED_AHEAD = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """The cases that everything else is about; times in days."""

    cases: int
    open: int
    ended: int
    # Half of the ended ones took no longer.
    median: float | None
    # Cases whose way is not summed up yet.
    behind: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at an element, or inside a sub-process; the age in days."""

    cases: int
    steps: int
    late: int
    age: float

    @property
    def late_share(self) -> float:
        """The overdue cases as a share of those that wait here."""
        return self.late / self.cases


@dataclass(frozen=True, slots=True)
class Worked:
    """How long the steps at an element took, in days: half and nine in ten took no longer."""

    median: float
    ninth: float


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One way that ended cases went, and how long they took, in days."""

    id: int
    steps: tuple[str, ...]
    cases: int
    median: float


@dataclass(frozen=True, slots=True)
class Repeated:
    """Cases in which an element was opened again, and how many times beyond the first in all."""

    cases: int
    again: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Cases that were sent back to an element for a reason."""

    element: str
    reason: str
    cases: int
    times: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit beside the others: its cases, those late at a step, those with a step done again."""

    unit: Unit
    cases: int
    open: int
    late: int
    ended: int
    median: float | None
    again: int


@dataclass(frozen=True, slots=True)
class Insight:
    """Everything the page shows; mappings are by element, ``passed`` by element and flow."""

    # When the figures were true, none while the past is still being summed up; what is late or
    # old is so now.
    as_of: datetime | None
    totals: Totals
    waiting: Mapping[str, Waiting]
    worked: Mapping[str, Worked]
    passed: Mapping[str, int]
    variants: tuple[VariantRow, ...]
    variant_count: int
    repeated: Mapping[str, Repeated]
    returned: tuple[Returned, ...]
    # The districts, or the sections of one; none when there is nothing to compare.
    units: tuple[UnitRow, ...]


def of(session: Session, actor: Actor, wish: Wish, scopes: Mapping[str, str]) -> Insight:
    """
    The insight into the cases wished for, within the actor's reach, as counted beforehand.

    Args:
        session: where to read.
        actor: whose reach.
        wish: which cases.
        scopes: of each element of the drawing the sub-process around it, or nothing.

    Raises:
        Forbidden: the actor's posts carry no insight.

    """
    policy.require(actor, Verb.INSIGHT)
    found = course_sums.of(session, actor, wish, scopes)
    behind, as_of = _behind(session, wanted(actor, wish))
    variants, count = _variants(session, found.whole)
    return Insight(
        as_of=as_of,
        totals=_totals(found.whole, behind),
        waiting=_waiting(found.whole),
        worked=_worked(found.whole),
        passed=found.whole.get("passed", {}),
        variants=variants,
        variant_count=count,
        repeated=_repeated(found.whole),
        returned=_returned(found.whole),
        units=_units(session, found.units),
    )


def units(session: Session, actor: Actor, chosen: int | None) -> tuple[Unit, ...]:
    """The districts or sections to choose from; beside a chosen one the sections around it."""
    if policy.sees_city(actor):
        near = select(Unit.parent_id).where(Unit.id == chosen, Unit.level == UnitLevel.SECTION)
        sections = or_(Unit.parent_id == chosen, Unit.parent_id.in_(near))
        offered = or_(
            Unit.level == UnitLevel.DISTRICT, and_(Unit.level == UnitLevel.SECTION, sections)
        )
        return tuple(session.scalars(select(Unit).where(offered).order_by(Unit.path)))
    own = [post.unit_id for post in actor.posts]
    offered = or_(Unit.parent_id.in_(own), Unit.id.in_(own))
    is_section = Unit.level == UnitLevel.SECTION
    return tuple(session.scalars(select(Unit).where(is_section, offered).order_by(Unit.path)))


def versions(session: Session, process: str) -> tuple[tuple[int, int], ...]:
    """Ids and numbers of the versions of a process, newest first."""
    rows = session.execute(
        select(Definition.id, Definition.version)
        .where(Definition.process == process)
        .order_by(Definition.version.desc())
    )
    return tuple((row[0], row[1]) for row in rows)


def case_count(session: Session, actor: Actor, wish: Wish) -> int:
    """How many cases the wish is about."""
    query = select(func.count()).select_from(Case).where(wanted(actor, wish))
    return session.scalar(query) or 0


def _behind(session: Session, shown: ColumnElement[bool]) -> tuple[int, datetime | None]:
    """How many of the cases have moved on since they were summed up, and when that was, if ever.

    Looked for among the next events only: after an upgrade the whole record may be ahead.
    """
    mark = session.get(CourseMark, 1)
    events = (
        select(RecordEvent.stream)
        .where(RecordEvent.id > (mark.seen if mark else 0))
        .order_by(RecordEvent.id)
        .limit(_LOOKED_AHEAD)
        .subquery()
    )
    case_id = cast(func.substring(events.c.stream, "^case:([0-9]+)$"), BigInteger)
    ahead = select(case_id).scalar_subquery()
    is_behind = CaseCourse.revision.is_distinct_from(Case.revision)
    moved = (
        select(func.count())
        .select_from(Case)
        .outerjoin(CaseCourse, CaseCourse.case_id == Case.id)
        .where(Case.id == any_(func.array(ahead)), is_behind, shown)
        .scalar_subquery()
    )
    stale = select(CourseCell.id).where(CourseCell.stale_at.is_not(None)).exists()
    length = select(func.count()).select_from(events).scalar_subquery()
    count, is_stale, looked = session.execute(select(moved, stale, length)).one()
    if count or is_stale or looked == _LOOKED_AHEAD:
        return count, mark.counted_at if mark else None
    return 0, clock.now()


def _totals(counts: Counts, behind: int) -> Totals:
    return Totals(
        cases=total(counts, "cases"),
        open=total(counts, "open"),
        ended=total(counts, "ended"),
        median=quantile(counts.get("took", {}), 0.5),
        behind=behind,
    )


def _waiting(counts: Counts) -> dict[str, Waiting]:
    """Open steps by element, counted for the sub-processes around it as well."""
    due, since = by_element(counts, "due"), by_element(counts, "since")
    steps = counts.get("steps", {})
    return {
        element: Waiting(
            cases=cases,
            steps=steps[element],
            late=_late(due.get(element, {})),
            age=_age(since[element]),
        )
        for element, cases in counts.get("at", {}).items()
    }


def _late(due: Mapping[str, int]) -> int:
    now = clock.now().timestamp()
    return sum(count for second, count in due.items() if int(second) < now)


def _age(since: Mapping[str, int]) -> float:
    """Half of the steps have been open no longer, in days; each as from the middle of its hour."""
    now = clock.now().timestamp()
    hours = ((-int(hour), count) for hour, count in since.items())
    opened = -(at_rank(hours, 0.5) or 0) * HOUR + HOUR / 2
    return max(0.0, now - opened) / _DAY


def _worked(counts: Counts) -> dict[str, Worked]:
    return {
        element: Worked(quantile(bins, 0.5) or 0.0, quantile(bins, 0.9) or 0.0)
        for element, bins in by_element(counts, "worked").items()
    }


def _variants(session: Session, counts: Counts) -> tuple[tuple[VariantRow, ...], int]:
    """The ways most often gone by ended cases, and how many different ones there are."""
    bins = {int(variant): each for variant, each in by_element(counts, "variant").items()}
    cases = {variant: sum(each.values()) for variant, each in bins.items()}
    shown = sorted(cases, key=lambda variant: (-cases[variant], variant))[:_VARIANTS_SHOWN]
    rows = session.execute(select(Variant.id, Variant.steps).where(among(Variant.id, shown)))
    steps = {row[0]: row[1] for row in rows}
    found = tuple(
        VariantRow(each, tuple(steps[each]), cases[each], quantile(bins[each], 0.5) or 0.0)
        for each in shown
    )
    return found, len(cases)


def _repeated(counts: Counts) -> dict[str, Repeated]:
    more = counts.get("more", {})
    return {
        element: Repeated(cases, more[element])
        for element, cases in counts.get("repeated", {}).items()
    }


def _returned(counts: Counts) -> tuple[Returned, ...]:
    times = counts.get("sent_times", {})
    rows = []
    for key, cases in counts.get("sent", {}).items():
        element, _, reason = key.partition(APART)
        rows.append(Returned(element, reason, cases, times[key]))
    rows.sort(key=lambda row: (-row.times, row.element, row.reason))
    return tuple(rows[:_REASONS_SHOWN])


def _units(session: Session, counted: Mapping[int, Counts]) -> tuple[UnitRow, ...]:
    """The units side by side; none when there is nothing to compare."""
    heads = {unit_id: each for unit_id, each in counted.items() if total(each, "cases")}
    if len(heads) < 2:  # noqa: PLR2004 -- one unit beside another
        return ()
    units = session.scalars(select(Unit).where(among(Unit.id, sorted(heads))).order_by(Unit.code))
    return tuple(
        UnitRow(
            unit=unit,
            cases=total(heads[unit.id], "cases"),
            open=total(heads[unit.id], "open"),
            late=_late(heads[unit.id].get("late", {})),
            ended=total(heads[unit.id], "ended"),
            median=quantile(heads[unit.id].get("took", {}), 0.5),
            again=total(heads[unit.id], "again"),
        )
        for unit in units
    )
