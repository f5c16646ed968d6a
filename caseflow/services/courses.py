"""Summing up the way of each case out of the record, for insight into a process.

The acts themselves pay nothing for it: the clockwork follows behind. A case is summed up anew when
its revision has moved on, so nothing is missed, whatever the order in which acts were committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseCourse, CourseMark, Route, Variant
from caseflow.models.base import Json, among
from caseflow.services import course_cells, record
from caseflow.services.course_cells import Place
from caseflow.services.record import Way

AT_ONCE = 500
# So many events are looked at for the cases that they moved.
_WINDOW = 10_000
# Figures may lag by so long, and a case that moves often is summed up once.
_REST = timedelta(minutes=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
# A case may go round for ever; its variant shows the beginning and is told apart by the whole.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Summary:
    """The way of one case with the keys under which equal ways are found."""

    steps: tuple[str, ...]
    repeats: Json
    passed: tuple[str, ...]

    @property
    def variant_key(self) -> str:
        return record.digest({"steps": self.steps})

    @property
    def route_key(self) -> str:
        return record.digest({"passed": self.passed})


def catch_up(session: Session, *, at_once: int = AT_ONCE) -> int:
    """Sum up at most so many cases that have moved on since; how many they were.

    Goes on where it stopped; at the end of the record it rests for a minute, and as long as
    nothing is recorded.
    """
    mark = session.get(CourseMark, 1)
    newest, now = record.newest(session), clock.wall()
    if mark is not None and (mark.seen == newest or timedelta(0) <= now - mark.at < _REST):
        return 0
    oldest, following = record.horizon(session)
    if mark is None:
        mark = CourseMark(id=1, seen=0, bound=newest, horizon=following, at=_NEVER)
        session.add(mark)
    share = _share(session, mark.seen, at_once)
    if share.moved:
        _keep(session, share.moved)
    if oldest >= mark.horizon:
        # Whoever had taken a number up to the bound has ended: none of them can still appear.
        mark.seen = max(mark.seen, min(share.end, mark.bound))
        if mark.seen == mark.bound:
            mark.bound, mark.horizon = newest, following
    if share.is_last:
        mark.at, mark.walked_at = now, clock.now()
    return len(share.moved)


@dataclass(frozen=True, slots=True)
class _Share:
    """Cases that events up to ``end`` have moved on."""

    moved: Sequence[Row[*tuple[Any, ...]]]
    end: int
    is_last: bool


def _share(session: Session, seen: int, at_once: int) -> _Share:
    events = record.cases_after(session, seen, at_most=_WINDOW)
    first: dict[int, int] = {}
    for number, case_id in events:
        first.setdefault(case_id, number)
    rows = session.execute(
        select(
            Case.id,
            Case.revision,
            Case.definition_id,
            Case.district_id,
            Case.section_id,
            Case.opened_at,
            CaseCourse.cell_id,
        )
        .outerjoin(CaseCourse, CaseCourse.case_id == Case.id)
        .where(
            among(Case.id, list(first)),
            or_(CaseCourse.case_id.is_(None), CaseCourse.revision != Case.revision),
        )
    ).all()
    moved = sorted(rows, key=lambda row: first[row.id])
    if len(moved) > at_once:
        return _Share(moved[:at_once], first[moved[at_once].id] - 1, is_last=False)
    end = events[-1][0] if events else seen
    return _Share(moved, end, is_last=len(events) < _WINDOW)


def _keep(session: Session, moved: Sequence[Row[*tuple[Any, ...]]]) -> None:
    ways = record.ways(session, [row.id for row in moved])
    found = {row.id: _summary(ways.get(row.id, ())) for row in moved}
    variants = _variants(session, found)
    routes = _routes(session, found)
    cells = course_cells.moved_into(
        session,
        {row.id: _place(row) for row in moved},
        left={row.cell_id for row in moved if row.cell_id},
    )
    rows = insert(CaseCourse).values(
        [
            {
                "case_id": row.id,
                "variant_id": variants[found[row.id].variant_key],
                "route_id": routes[found[row.id].route_key],
                "cell_id": cells[row.id],
                "revision": row.revision,
            }
            for row in moved
        ]
    )
    names = ("variant_id", "route_id", "cell_id", "revision")
    kept = {name: rows.excluded[name] for name in names}
    session.execute(rows.on_conflict_do_update(index_elements=[CaseCourse.case_id], set_=kept))


def _place(row: Row[*tuple[Any, ...]]) -> Place:
    day = clock.local_date(row.opened_at)
    return Place(row.definition_id, row.district_id, row.section_id, day)


def _summary(ways: Sequence[Way]) -> _Summary:
    opened = [sorted(set(way.opened)) for way in ways if way.opened]
    times = Counter(element for elements in opened for element in elements)
    return _Summary(
        steps=tuple("+".join(elements) for elements in opened),
        repeats={element: count for element, count in sorted(times.items()) if count > 1},
        passed=tuple(sorted({each for way in ways for each in way.passed})),
    )


def _variants(session: Session, found: Mapping[int, _Summary]) -> dict[str, int]:
    rows = {
        each.variant_key: {"steps": list(each.steps[:_LONGEST]), "repeats": each.repeats}
        for each in found.values()
    }
    return _ids(session, Variant, rows)


def _routes(session: Session, found: Mapping[int, _Summary]) -> dict[str, int]:
    rows = {each.route_key: {"passed": list(each.passed)} for each in found.values()}
    return _ids(session, Route, rows)


def _ids(
    session: Session, table: type[Variant | Route], rows: Mapping[str, Json]
) -> dict[str, int]:
    """The ids under which these are kept, by their hash; what is new is put in."""
    new = insert(table).values([{"sha256": key, **row} for key, row in sorted(rows.items())])
    session.execute(new.on_conflict_do_nothing(index_elements=[table.sha256]))
    known = session.execute(select(table.sha256, table.id).where(table.sha256.in_(rows)))
    return {row[0]: row[1] for row in known}
