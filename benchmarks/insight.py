"""Insight into a process with many cases, against one plain count of the same rows.

Usage: python -m benchmarks.insight [CASES]
Cases are copied from one that was closed through the verbs and one that waits, over three years
and three sections, with their steps; which way each went is put beside it, as the clockwork would
have. Counted beforehand: every cell by ``course_cells.renew`` as the clockwork calls it, one
share in a transaction. Read: the page's figures as its reader gets them, for the city, a period
of whole months, one with single days at its ends, and a district. The floor is one count of the
cases by state, which the page would need at the least if nothing were counted beforehand.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import _many
from caseflow import clock, db
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Case, Definition, Task, Taxpayer, Unit
from caseflow.reads import insight
from caseflow.reads.cases import Course
from caseflow.reads.insight import Wish
from caseflow.services import course_cells, courses, definitions
from caseflow.vocabulary import Actor
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support import house
from tests.support.house import House

CASES = 100_000
# One case in so many is open; of the others each took some time between a day and four months.
_OPEN = 10
_READS = 20
_BUDGET = 100.0


def main() -> None:
    """Print the comparison."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with house.standing() as standing, standing.clone("insight") as config:
        people = _fill(standing, config, count)
        database = db.connect(str(config.database_url))
        shares = _counted(database)
        print(f"{count:,} cases, one in {_OPEN} open, {len(shares)} shares counted beforehand")
        print(f"  one share, median / longest  {_ms(shares)} / {max(shares) * 1000:8.1f} ms")
        for name, times in _read(database, people).items():
            print(f"  {name:28} {_ms(times)}  (at most {_BUDGET:.0f})")
        print(f"  {'plain count by state':28} {_ms(_floor(database))}")
        database.dispose()


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:8.1f} ms"


def _fill(standing: House, config: Config, count: int) -> Cast:
    """Close one case and leave one waiting, let the clockwork sum them up, then copy both."""
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        people = cast.enter(session)
        factories.deploy(session)
        closed, waiting = (
            factories.case(session, factories.taxpayer(session, serial=serial)) for serial in (1, 2)
        )
        desk.to_desk_check(session, people, closed)
        desk.check(session, people, closed)
        desk.do(session, people.officer, closed, "conclusion", desk.conclusion(session, closed))
        agreed = {"opinion": "同意", "review_decision": "agree"}
        desk.do(session, people.chief, closed, "review", agreed)
        desk.do(session, people.officer, closed, "closing_check", {"sign_off": True})
        ids = closed.id, waiting.id
        payer_id = factories.payer_of(closed)
    with database.transaction() as session:
        courses.catch_up(session)
    database.dispose()
    with _many.superuser(standing, "insight") as connection:
        _copy(connection, payer_id, ids, count)
    return people


def _copy(connection: psycopg.Connection, payer_id: int, ids: tuple[int, int], count: int) -> None:
    connection.execute("SET session_replication_role = replica")  # no look at keys of others
    _many.guards_off(connection)
    payers = _many.clone(
        connection, Taxpayer, payer_id, count, {"tin": "'9' || lpad(n::text, 14, '0')"}
    )
    opened = f"opened_at - n % 1095 * interval '1 day' - {_OPEN} * interval '1 hour'"
    for case_id, each, state in (
        (ids[0], count - count // _OPEN, "c"),
        (ids[1], count // _OPEN, "o"),
    ):
        first = _many.clone(
            connection,
            Case,
            case_id,
            each,
            {
                "number": f"number || '-{state}' || n",
                "taxpayer_id": f"{payers} + n - 1",
                "section_id": _many.SECTION,
                "district_id": _many.DISTRICT,
                "main_officer_id": _near("main_officer_id"),
                "second_officer_id": _near("second_officer_id"),
                "opened_at": opened,
                "closed_at": f"CASE WHEN closed_at IS NOT NULL THEN {opened}"
                " + (1 + n % 120) * interval '1 day' END",
            },
        )
        _copy_steps(connection, case_id, first, each)
    _many.guards_on(connection)
    connection.execute("RESET session_replication_role")
    connection.execute(_CELLS)
    connection.execute(_COURSES, {"closed": ids[0], "waiting": ids[1]})
    connection.execute("VACUUM ANALYZE")


def _copy_steps(connection: psycopg.Connection, case_id: int, first: int, count: int) -> None:
    tasks = connection.execute("SELECT id FROM tasks WHERE case_id = %s", [case_id]).fetchall()
    opened = "opened_at - n % 1095 * interval '1 day'"
    for (task_id,) in tasks:
        changed = {
            "case_id": f"{first} + n - 1",
            "assignee_id": _near("assignee_id"),
            "opened_at": opened,
            "due_at": "due_at - n % 1095 * interval '1 day'",
            "done_at": f"CASE WHEN done_at IS NOT NULL THEN {opened}"
            " + (1 + n % 20) * interval '1 day' END",
        }
        _many.clone(connection, Task, task_id, count, changed)


def _near(person: str) -> str:
    """Nobody of the first district works in the second one."""
    return f"CASE WHEN n % 3 < 2 THEN {person} END"


_DAY = "(c.opened_at AT TIME ZONE 'Asia/Shanghai')::date"
_CELLS = f"""
INSERT INTO course_cells (definition_id, district_id, section_id, day, stale_at)
SELECT DISTINCT c.definition_id, c.district_id, c.section_id, {_DAY}, now() FROM cases c
ON CONFLICT (definition_id, district_id, section_id, day) DO UPDATE SET stale_at = now()
"""  # noqa: S608 -- an expression of this file
_COURSES = f"""
INSERT INTO case_courses (case_id, variant_id, route_id, cell_id, revision)
SELECT c.id, like_it.variant_id, like_it.route_id, l.id, c.revision
FROM cases c
JOIN case_courses like_it ON like_it.case_id
    = CASE WHEN c.closed_at IS NULL THEN %(waiting)s ELSE %(closed)s END
JOIN course_cells l ON l.definition_id = c.definition_id AND l.district_id = c.district_id
    AND l.section_id = c.section_id AND l.day = {_DAY}
ON CONFLICT (case_id) DO NOTHING
"""  # noqa: S608 -- an expression of this file


def _counted(database: Database) -> list[float]:
    """Seconds of each share."""
    shares = []
    moved = 1
    while moved:
        begin = time.perf_counter()
        with database.transaction() as session:
            moved = course_cells.renew(session)
        shares.append(time.perf_counter() - begin)
    return shares[:-1]


def _read(database: Database, people: Cast) -> dict[str, list[float]]:
    with database.reading() as session:
        definition = session.scalars(select(Definition)).one()
        district = session.scalars(select(Unit.id).where(Unit.code == "01")).one()
        today = clock.today()
    first = date(today.year - 1, 1, 1)
    of = Course(version_id=definition.id)
    months = Course(version_id=definition.id, since=first)
    days = Course(version_id=definition.id, since=first + timedelta(10), until=today)
    asked = {
        "city": (people.director, Wish(of)),
        "city, whole months": (people.director, Wish(months)),
        "city, single days beside": (people.director, Wish(days)),
        "one district": (people.director, Wish(of, district)),
        "leader of a district": (people.leader, Wish(of)),
    }

    def figures(wish: tuple[Actor, Wish]) -> Callable[[Session], object]:
        def read(session: Session) -> object:
            process = definitions.process_of(session, definition.id)
            scopes = {each.id: each.scope for each in process.elements.values()}
            return insight.of(session, *wish, scopes)

        return read

    return {name: _timed(database, figures(wish)) for name, wish in asked.items()}


def _floor(database: Database) -> list[float]:
    query = select(Case.closed_at.is_(None), func.count()).group_by(Case.closed_at.is_(None))
    return _timed(database, lambda session: session.execute(query).all())


def _timed(database: Database, act: Callable[[Session], object]) -> list[float]:
    times = []
    for _ in range(_READS + 1):
        with database.reading() as session:
            begin = time.perf_counter()
            act(session)
            times.append(time.perf_counter() - begin)
    return times[1:]


if __name__ == "__main__":
    main()
