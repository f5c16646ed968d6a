"""Insight into a process: where its cases wait, which ways they go, what is done over again.

Open and finished steps are counted from the tasks; ways from what the clockwork has summed up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Subquery,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    tablesample,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import Text

from caseflow import clock, policy
from caseflow.models import Case, CaseCourse, Definition, Route, Task, Unit, Variant
from caseflow.reads.cases import course
from caseflow.reads.cases.course import Course
from caseflow.reads.cases.listing import running
from caseflow.vocabulary import Actor, TaskStatus, UnitLevel, Verb

_VARIANTS_SHOWN = 8
_REASONS_SHOWN = 10
_DAY = 24 * 3600
# From so many cases on, lengths of time are told by a part of the steps: the same part each time.
_ENOUGH = 10_000
_SEED: ColumnElement[int] = literal_column("1")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases: of a process or one version, of a unit, opened within some days."""

    course: Course
    unit_id: int | None = None


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

    @property
    def looked_at(self) -> float:
        """The part of the steps, in per cent, by which lengths of time are told."""
        return min(100.0, 100.0 * _ENOUGH / max(self.cases, 1))


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
    The insight into the cases wished for, within the actor's reach; eight statements.

    Args:
        session: where to read.
        actor: whose reach.
        wish: which cases.
        scopes: of each element of the drawing the sub-process around it, or nothing.

    Raises:
        Forbidden: the actor's posts carry no insight.

    """
    policy.require(actor, Verb.INSIGHT)
    shown = wanted(actor, wish)
    totals = _totals(session, shown)
    variants, count = _variants(session, shown)
    return Insight(
        totals=totals,
        waiting=_waiting(session, shown, scopes),
        worked=_worked(session, shown, totals),
        passed=_passed(session, shown),
        variants=variants,
        variant_count=count,
        repeated=_repeated(session, shown),
        returned=_returned(session, shown),
        units=_units(session, shown, has_sections=_is_narrow(actor, wish)),
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


def wanted(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    """The condition on ``Case`` for sums over what is wished for, within the actor's reach."""
    unit = (
        or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id)
        if wish.unit_id
        else true()
    )
    return and_(policy.counted_cases(actor), unit, *course.conditions(wish.course))


def case_count(session: Session, actor: Actor, wish: Wish) -> int:
    """How many cases the wish is about."""
    query = select(func.count()).select_from(Case).where(wanted(actor, wish))
    return session.scalar(query) or 0


def _totals(session: Session, shown: ColumnElement[bool]) -> Totals:
    ended = Case.closed_at.is_not(None)
    current = CaseCourse.revision == Case.revision
    row = session.execute(
        select(
            func.count(),
            func.count().filter(running()),
            func.count().filter(ended),
            _quantile(0.5, Case.closed_at - Case.opened_at),
            func.count().filter(current.is_not(true())),
        )
        .select_from(Case)
        .outerjoin(CaseCourse, CaseCourse.case_id == Case.id)
        .where(shown)
    ).one()
    return Totals(row[0], row[1], row[2], row[3], row[4])


def _waiting(
    session: Session, shown: ColumnElement[bool], scopes: Mapping[str, str]
) -> dict[str, Waiting]:
    """Open steps by element, counted for the sub-processes around it as well."""
    pairs = [(element, place) for element in scopes for place in _places(element, scopes)]
    place = _pairs(pairs)
    rows = session.execute(
        select(
            place.c.place,
            func.count(Task.case_id.distinct()),
            func.count(),
            func.count(Task.case_id.distinct()).filter(course.is_late()),
            _quantile(0.5, clock.now() - Task.opened_at),
        )
        .join(Case, Case.id == Task.case_id)
        .join(place, place.c.element == Task.element)
        .where(Task.status == TaskStatus.OPEN, shown)
        .group_by(place.c.place)
    )
    return {row[0]: Waiting(row[1], row[2], row[3], row[4]) for row in rows}


def _places(element: str, scopes: Mapping[str, str]) -> list[str]:
    """The element itself and the sub-processes around it."""
    found = []
    while element in scopes and element not in found:
        found.append(element)
        element = scopes[element]
    return found


def _pairs(pairs: list[tuple[str, str]]) -> Subquery:
    columns = [cast([pair[at] for pair in pairs], ARRAY(Text)) for at in (0, 1)]
    table = func.unnest(*columns).table_valued("element", "place").render_derived()
    return select(table.c.element, table.c.place).subquery("place")


def _worked(session: Session, shown: ColumnElement[bool], totals: Totals) -> dict[str, Worked]:
    """How long steps took; of very many cases a fixed part is looked at, which says as much."""
    task = aliased(Task, tablesample(Task.__table__, func.system(totals.looked_at), seed=_SEED))
    took = task.done_at - task.opened_at
    rows = session.execute(
        select(task.element, _quantile(0.5, took), _quantile(0.9, took))
        .join(Case, Case.id == task.case_id)
        .where(task.status == TaskStatus.DONE, shown)
        .group_by(task.element)
    )
    return {row[0]: Worked(row[1], row[2]) for row in rows}


def _passed(session: Session, shown: ColumnElement[bool]) -> dict[str, int]:
    of_route = (
        select(CaseCourse.route_id, func.count().label("cases"))
        .join(Case, Case.id == CaseCourse.case_id)
        .where(shown)
        .group_by(CaseCourse.route_id)
        .subquery()
    )
    each = (
        select(func.unnest(Route.passed).label("passed"), of_route.c.cases)
        .join(of_route, of_route.c.route_id == Route.id)
        .subquery()
    )
    rows = session.execute(
        select(each.c.passed, cast(func.sum(each.c.cases), Integer)).group_by(each.c.passed)
    )
    return {row[0]: row[1] for row in rows}


def _variants(session: Session, shown: ColumnElement[bool]) -> tuple[tuple[VariantRow, ...], int]:
    """The ways most often gone by ended cases, and how many different ones there are."""
    top = (
        select(
            CaseCourse.variant_id,
            func.count().label("cases"),
            _quantile(0.5, Case.closed_at - Case.opened_at).label("median"),
            func.count().over().label("all"),
        )
        .join(Case, Case.id == CaseCourse.case_id)
        .where(shown, Case.closed_at.is_not(None))
        .group_by(CaseCourse.variant_id)
        .order_by(func.count().desc(), CaseCourse.variant_id)
        .limit(_VARIANTS_SHOWN)
        .subquery()
    )
    rows = session.execute(
        select(Variant.id, Variant.steps, top.c.cases, top.c.median, top.c.all)
        .join(top, top.c.variant_id == Variant.id)
        .order_by(top.c.cases.desc(), Variant.id)
    ).all()
    found = tuple(VariantRow(row[0], tuple(row[1]), row[2], row[3]) for row in rows)
    return found, rows[0][4] if rows else 0


def _repeated(session: Session, shown: ColumnElement[bool]) -> dict[str, Repeated]:
    of_variant = (
        select(CaseCourse.variant_id, func.count().label("cases"))
        .join(Case, Case.id == CaseCourse.case_id)
        .where(shown)
        .group_by(CaseCourse.variant_id)
        .subquery()
    )
    each = func.jsonb_each_text(Variant.repeats).table_valued("key", "value")
    again = of_variant.c.cases * (cast(each.c.value, Integer) - 1)
    rows = session.execute(
        select(
            each.c.key,
            cast(func.sum(of_variant.c.cases), Integer),
            cast(func.sum(again), Integer),
        )
        .select_from(of_variant)
        .join(Variant, Variant.id == of_variant.c.variant_id)
        .join(each, true())
        .group_by(each.c.key)
    )
    return {row[0]: Repeated(row[1], row[2]) for row in rows}


def _returned(session: Session, shown: ColumnElement[bool]) -> tuple[Returned, ...]:
    rows = session.execute(
        select(
            Task.element,
            Task.return_reason,
            func.count(Task.case_id.distinct()),
            func.count(),
        )
        .join(Case, Case.id == Task.case_id)
        .where(Task.return_reason.is_not(None), shown)
        .group_by(Task.element, Task.return_reason)
        .order_by(func.count().desc(), Task.element, Task.return_reason)
        .limit(_REASONS_SHOWN)
    )
    return tuple(Returned(row[0], str(row[1]), row[2], row[3]) for row in rows)


def _is_narrow(actor: Actor, wish: Wish) -> bool:
    """Whether sections are compared: below a unit that was chosen, or for who sees no more."""
    return wish.unit_id is not None or not policy.sees_city(actor)


def _units(
    session: Session, shown: ColumnElement[bool], *, has_sections: bool
) -> tuple[UnitRow, ...]:
    home = Case.section_id if has_sections else Case.district_id
    late = select(Task.case_id).where(Task.status == TaskStatus.OPEN, course.is_late())
    counted = (
        select(
            home.label("unit_id"),
            func.count().label("cases"),
            func.count().filter(running()).label("open"),
            func.count().filter(Case.id.in_(late)).label("late"),
            func.count().filter(Case.closed_at.is_not(None)).label("ended"),
            _quantile(0.5, Case.closed_at - Case.opened_at).label("median"),
            func.count().filter(Variant.repeats != {}).label("again"),
        )
        .select_from(Case)
        .outerjoin(CaseCourse, CaseCourse.case_id == Case.id)
        .outerjoin(Variant, Variant.id == CaseCourse.variant_id)
        .where(shown)
        .group_by(home)
        .subquery()
    )
    rows = session.execute(
        select(Unit, *[column for column in counted.c if column.name != "unit_id"])
        .join(counted, counted.c.unit_id == Unit.id)
        .order_by(Unit.code)
    ).all()
    return tuple(UnitRow(*row) for row in rows) if len(rows) > 1 else ()


def _quantile(share: float, length: ColumnElement[Any]) -> ColumnElement[float]:
    """So large a share of the lengths of time is no longer, in days."""
    days = func.date_part("epoch", length, type_=Float) / literal(float(_DAY))
    return func.percentile_cont(share).within_group(days.asc())
