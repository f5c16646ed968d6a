"""Summing up the way of each case out of the record, for insight into a process.

The acts themselves pay nothing for it: the clockwork follows behind. A case is summed up anew when
its revision has moved on, so nothing is missed, whatever the order in which acts were committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseCourse, CourseMark, Route, Variant
from caseflow.models.base import Json
from caseflow.services import record
from caseflow.services.record import Way

AT_ONCE = 500
# Looking for what has moved reads all cases: once a minute is enough.
_REST = timedelta(minutes=1)
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
    """Sum up at most so many cases that have moved on; how many they were.

    Looks at most once a minute, and not at all while nothing is recorded.
    """
    mark = session.get(CourseMark, 1)
    newest, now = record.newest(session), clock.wall()
    if mark is not None and (mark.seen == newest or timedelta(0) <= now - mark.at < _REST):
        return 0
    return sum_up(session, newest, at_once=at_once)


def sum_up(session: Session, newest: int, *, at_once: int = AT_ONCE) -> int:
    """Sum up at most so many cases that have moved on; note the event when none is left."""
    moved = session.execute(
        select(Case.id, Case.revision)
        .outerjoin(CaseCourse, CaseCourse.case_id == Case.id)
        .where(or_(CaseCourse.case_id.is_(None), CaseCourse.revision != Case.revision))
        .order_by(Case.id)
        .limit(at_once)
    ).all()
    if moved:
        _keep(session, moved)
    if len(moved) < at_once:
        seen = insert(CourseMark).values(id=1, seen=newest, at=clock.wall())
        kept = {"seen": seen.excluded.seen, "at": seen.excluded.at}
        session.execute(seen.on_conflict_do_update(index_elements=[CourseMark.id], set_=kept))
    return len(moved)


def _keep(session: Session, moved: Sequence[Row[int, int]]) -> None:
    ways = record.ways(session, [row.id for row in moved])
    found = {row.id: _summary(ways.get(row.id, ())) for row in moved}
    variants = _variants(session, found)
    routes = _routes(session, found)
    rows = insert(CaseCourse).values(
        [
            {
                "case_id": row.id,
                "variant_id": variants[found[row.id].variant_key],
                "route_id": routes[found[row.id].route_key],
                "revision": row.revision,
            }
            for row in moved
        ]
    )
    kept = {name: rows.excluded[name] for name in ("variant_id", "route_id", "revision")}
    session.execute(rows.on_conflict_do_update(index_elements=[CaseCourse.case_id], set_=kept))


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
