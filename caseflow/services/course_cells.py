"""Counting the ways of cases beforehand: cell by cell where cases have moved, and in sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from functools import cache

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, course_counts
from caseflow.course_counts import HEAD, Counts
from caseflow.models import CaseCourse, CourseCell, CourseMark, CourseSum
from caseflow.models.base import among
from caseflow.services import definitions

# Cases that are counted in one share; a larger cell takes one of its own.
AT_ONCE = 3_000
_CELLS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is counted; ``day`` is the one it was opened on."""

    definition_id: int
    district_id: int
    section_id: int
    day: date


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a cell is added to."""

    definition_id: int
    unit_id: int | None
    month: date | None


def moved_into(
    session: Session, places: Mapping[int, Place], *, left: Collection[int]
) -> dict[int, int]:
    """The cell of each case; these and those the cases have left are to be counted anew."""
    now = clock.wall()
    session.execute(
        update(CourseCell)
        .where(among(CourseCell.id, sorted(left)), CourseCell.stale_at.is_(None))
        .values(stale_at=now)
    )
    wanted = sorted(set(map(astuple, places.values())))
    names = tuple(Place.__slots__)
    columns = [getattr(CourseCell, name) for name in names]
    new = insert(CourseCell).values(
        [{**dict(zip(names, each, strict=True)), "stale_at": now} for each in wanted]
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=columns,
            set_={"stale_at": func.coalesce(CourseCell.stale_at, new.excluded.stale_at)},
        )
    )
    rows = session.execute(
        select(CourseCell.id, *columns).where(tuple_(*columns).in_(wanted))
    ).all()
    ids = {Place(*row[1:]): row[0] for row in rows}
    return {case_id: ids[place] for case_id, place in places.items()}


def renew(session: Session, *, at_once: int = AT_ONCE) -> int:
    """Count some cells anew in which cases have moved, at most so many cases; how many cells.

    What has come or gone is added to the sums. When none is left, the figures are as of the
    time at which the end of the record was reached.
    """
    cells = _stale(session, at_once)
    if cells:
        _count(session, {cell.id: cell for cell in cells})
    else:
        session.execute(
            update(CourseMark)
            .where(CourseMark.counted_at.is_distinct_from(CourseMark.walked_at))
            .values(counted_at=CourseMark.walked_at)
        )
    return len(cells)


def _stale(session: Session, at_once: int) -> list[CourseCell]:
    """The cells that have waited longest, as far as their cases fit; at least one."""
    size = select(func.count()).where(CaseCourse.cell_id == CourseCell.id).scalar_subquery()
    rows = session.execute(
        select(CourseCell, size)
        .where(CourseCell.stale_at.is_not(None))
        .order_by(CourseCell.stale_at, CourseCell.day, CourseCell.id)
        .limit(_CELLS)
    )
    found: list[CourseCell] = []
    for cell, cases in rows:
        at_once -= cases
        if at_once < 0 and found:
            break
        found.append(cell)
    return found


def _count(session: Session, cells: Mapping[int, CourseCell]) -> None:
    @cache  # asked for every open step
    def scopes(definition_id: int) -> Mapping[str, str]:
        process = definitions.process_of(session, definition_id)
        return {each.id: each.scope for each in process.elements.values()}

    found = course_counts.by_cell(session, among(CaseCourse.cell_id, list(cells)), scopes)
    changes: dict[_Sum, Counts] = {}
    for cell in cells.values():
        change: Counts = {}
        course_counts.add(change, found.get(cell.id, {}))
        course_counts.add(change, cell.counts, -1)
        for each in _sums(cell):
            course_counts.add(changes.setdefault(each, {}), change)
        cell.counts, cell.stale_at = found.get(cell.id, {}), None
    _add(session, changes)


def _sums(cell: CourseCell) -> Iterator[_Sum]:
    for unit_id in (cell.section_id, cell.district_id, None):
        for month in (cell.day.replace(day=1), None):
            yield _Sum(cell.definition_id, unit_id, month)


def _add(session: Session, changes: Mapping[_Sum, Counts]) -> None:
    months = {each.month for each in changes if each.month}
    rows = session.scalars(
        select(CourseSum).where(
            CourseSum.definition_id.in_({each.definition_id for each in changes}),
            or_(CourseSum.month.is_(None), CourseSum.month.in_(months)),
            or_(
                CourseSum.unit_id.is_(None),
                CourseSum.unit_id.in_({each.unit_id for each in changes if each.unit_id}),
            ),
        )
    )
    kept = {_Sum(row.definition_id, row.unit_id, row.month): row for row in rows}
    for place, change in changes.items():
        row = kept.get(place)
        if row is None:
            row = CourseSum(
                definition_id=place.definition_id, unit_id=place.unit_id, month=place.month
            )
            session.add(row)
        counts: Counts = {**(row.head or {}), **(row.body or {})}
        # A column notices a new value, not a change inside the old one.
        counts = {kind: dict(values) for kind, values in counts.items()}
        course_counts.add(counts, change)
        row.head = {kind: values for kind, values in counts.items() if kind in HEAD}
        row.body = {kind: values for kind, values in counts.items() if kind not in HEAD}
