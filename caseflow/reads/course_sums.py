"""What was counted of the ways of cases beforehand, added up for the cases somebody asks for.

Whole months of whole units are read from the sums, single days at the ends of a period from the
cells. Cases outside the actor's units and cases the actor is recused from are counted as they are
read, in the cells they were counted in, and added or taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import course_counts, policy
from caseflow.course_counts import HEAD, Counts
from caseflow.models import Case, CaseCourse, CourseCell, CourseSum, Definition, Unit
from caseflow.models.base import among
from caseflow.reads.cases import course
from caseflow.reads.cases.course import Course
from caseflow.vocabulary import Actor, UnitLevel


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases: of a process or one version, of a unit, opened within some days."""

    course: Course
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted of all cases together, and of each unit what units are compared by."""

    whole: Counts
    units: dict[int, Counts]


@dataclass(frozen=True, slots=True)
class _Span:
    """The whole months inside a period; without ends it has none."""

    begin: date | None
    end: date | None

    def sums(self) -> ColumnElement[bool]:
        """The condition on ``CourseSum``."""
        if self.begin is None and self.end is None:
            return CourseSum.month.is_(None)
        begun = CourseSum.month >= self.begin if self.begin else true()
        ended = CourseSum.month < self.end if self.end else true()
        return and_(CourseSum.month.is_not(None), begun, ended)


def of(session: Session, actor: Actor, wish: Wish, scopes: Mapping[str, str]) -> Found:
    """
    Add up what was counted of the cases wished for, within the actor's reach.

    Args:
        session: where to read.
        actor: whose reach.
        wish: which cases.
        scopes: of each element of the drawing the sub-process around it, or nothing.
    """
    rows = session.execute(select(Unit.id, Unit.level, Unit.parent_id)).all()
    around = {row[0]: row[2] for row in rows}
    chosen = _chosen(policy.units_counted_whole(actor), wish.unit_id, around)
    is_narrow = wish.unit_id is not None or not policy.sees_city(actor)
    level = UnitLevel.SECTION if is_narrow else UnitLevel.DISTRICT
    compared = [
        row[0]
        for row in rows
        if row[1] == level and (chosen is None or row[0] in chosen or row[2] in chosen)
    ]
    span = _span(wish.course)
    ways = and_(_of_versions(CourseSum.definition_id, wish.course), span.sums())
    whole = _whole(session, and_(ways, _of_units(chosen)))
    units = _heads(session, and_(ways, CourseSum.unit_id.in_(compared)))
    found = Found(whole, units)
    versions = _of_versions(CourseCell.definition_id, wish.course)
    days = _days_beside(wish.course, span)
    if days:
        _add_cells(session, and_(versions, or_(*days), _in(chosen)), found, level)
    asked = and_(versions, _opened_within(wish.course.since, _end(wish.course)))
    for sign, which in _beside(session, actor, wish, (asked, chosen)):
        _adjust(session, which, scopes, found, (sign, level))
    return found


def wanted(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    """The condition on ``Case`` for sums over what is wished for, within the actor's reach."""
    unit = (
        or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id)
        if wish.unit_id
        else true()
    )
    return and_(policy.counted_cases(actor), unit, *course.conditions(wish.course))


def _chosen(
    reach: tuple[int, ...] | None, unit_id: int | None, around: Mapping[int, int | None]
) -> tuple[int, ...] | None:
    """The units to be added up, none inside another; None: the whole city."""
    if reach is None:
        return None if unit_id is None else (unit_id,)
    own = set(reach)
    if unit_id is None:
        return tuple(sorted(each for each in own if around.get(each) not in own))
    if unit_id in own or around.get(unit_id) in own:
        return (unit_id,)
    return tuple(sorted(each for each in own if around.get(each) == unit_id))


def _of_units(chosen: tuple[int, ...] | None) -> ColumnElement[bool]:
    return CourseSum.unit_id.is_(None) if chosen is None else CourseSum.unit_id.in_(chosen)


def _of_versions(definition_id: InstrumentedAttribute[int], asked: Course) -> ColumnElement[bool]:
    if asked.version_id:
        return definition_id == asked.version_id
    versions = select(Definition.id).where(Definition.process == asked.process)
    return definition_id.in_(versions) if asked.process else true()


def _span(asked: Course) -> _Span:
    """The whole months of a period; one without any ends as it begins."""
    begin, end = asked.since, _end(asked)
    first = _month_after(begin - timedelta(days=1)) if begin else None
    last = end.replace(day=1) if end else None
    return _Span(first, max(first, last) if first and last else last)


def _end(asked: Course) -> date | None:
    """The first day after the period."""
    return asked.until + timedelta(days=1) if asked.until else None


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _whole(session: Session, which: ColumnElement[bool]) -> Counts:
    found: Counts = {}
    for head, body in session.execute(select(CourseSum.head, CourseSum.body).where(which)):
        course_counts.add(found, head)
        course_counts.add(found, body)
    return found


def _heads(session: Session, which: ColumnElement[bool]) -> dict[int, Counts]:
    found: dict[int, Counts] = {}
    for unit_id, head in session.execute(select(CourseSum.unit_id, CourseSum.head).where(which)):
        if unit_id is not None:
            course_counts.add(found.setdefault(unit_id, {}), head)
    return found


def _days_beside(asked: Course, span: _Span) -> list[ColumnElement[bool]]:
    """The conditions on ``CourseCell``: the days of the period before and after its months."""
    begin, end = asked.since, _end(asked)
    if begin and end and span.begin == span.end:
        return [_opened_within(begin, end)]
    found = []
    if begin and span.begin and begin < span.begin:
        found.append(_opened_within(begin, span.begin))
    if end and span.end and span.end < end:
        found.append(_opened_within(span.end, end))
    return found


def _opened_within(begin: date | None, end: date | None) -> ColumnElement[bool]:
    """The condition on ``CourseCell``; the end is the day after the last."""
    begun = CourseCell.day >= begin if begin else true()
    return and_(begun, CourseCell.day < end if end else true())


def _in(units: tuple[int, ...] | None) -> ColumnElement[bool]:
    """The condition on ``CourseCell``; none: the whole city."""
    if units is None:
        return true()
    return or_(among(CourseCell.district_id, units), among(CourseCell.section_id, units))


def _home(level: UnitLevel) -> InstrumentedAttribute[int]:
    return CourseCell.section_id if level is UnitLevel.SECTION else CourseCell.district_id


def _add_cells(
    session: Session, which: ColumnElement[bool], found: Found, level: UnitLevel
) -> None:
    for unit_id, counts in session.execute(select(_home(level), CourseCell.counts).where(which)):
        _put(found, unit_id, counts)


def _put(found: Found, unit_id: int, counts: Counts, times: int = 1) -> None:
    course_counts.add(found.whole, counts, times)
    head = {kind: values for kind, values in counts.items() if kind in HEAD}
    course_counts.add(found.units.setdefault(unit_id, {}), head, times)


def _beside(
    session: Session,
    actor: Actor,
    wish: Wish,
    where: tuple[ColumnElement[bool], tuple[int, ...] | None],
) -> Iterator[tuple[int, ColumnElement[bool]]]:
    """What the sums lack, to be added, and what they hold too much, to be taken away."""
    asked, chosen = where
    if chosen is not None and policy.units_counted_whole(actor) is not None:
        outside = and_(asked, _in((wish.unit_id,) if wish.unit_id else None), not_(_in(chosen)))
        # Read once and from narrow rows: who acts in each case of a district takes part in very
        # many, hardly one of which is elsewhere.
        counted = select(CaseCourse.case_id).join(CourseCell, CourseCell.id == CaseCourse.cell_id)
        ways = policy.taken_part_in(actor, CaseCourse.case_id)
        elsewhere = session.scalars(union(*(counted.where(outside, way) for way in ways))).all()
        if elsewhere:
            yield 1, among(CaseCourse.case_id, elsewhere)
    cells = select(CourseCell.id).where(asked, _in(chosen))
    yield -1, and_(policy.hidden_from(actor), CaseCourse.cell_id.in_(cells))


def _adjust(
    session: Session,
    which: ColumnElement[bool],
    scopes: Mapping[str, str],
    found: Found,
    how: tuple[int, UnitLevel],
) -> None:
    sign, level = how
    cells = course_counts.by_cell(session, which, lambda _: scopes)
    if not cells:
        return
    query = select(CourseCell.id, _home(level)).where(among(CourseCell.id, list(cells)))
    rows = session.execute(query)
    for cell_id, unit_id in rows:
        _put(found, unit_id, cells[cell_id], sign)
