"""The list of what is likely to be late, with 20,000 steps that wait.

Usage: python -m benchmarks.at_risk
Timed is the read of the page for a chief, a leader and the city director, the median of nine, on
an embedded PostgreSQL. The budget is a second. The floor is the plain count of the open steps.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import psycopg
from sqlalchemy import func, select

from benchmarks import _many
from caseflow import db
from caseflow.models import Case, Task
from caseflow.reads import at_risk
from caseflow.reads.at_risk import Wish
from caseflow.vocabulary import TaskStatus
from tests import cast, factories
from tests.support import house

COUNT = 20_000
BUDGET = 1.0
_TIMES = 9


def main() -> None:
    """Print the seconds and their ratio to the budget."""
    with house.standing() as standing, standing.clone("bench") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            people = cast.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            ids = case.id, session.scalars(select(Task.id)).one()
        with _many.superuser(standing, "bench") as connection:
            _fill(connection, *ids)
        print(f"{COUNT:,} waiting steps; budget {BUDGET:.1f} s")
        with database.reading() as session:
            floor = _median(lambda: session.scalar(_COUNT))
            print(f"  counting them            {floor:8.3f} s    (floor)")
            for login in ("chief", "leader", "director"):
                who = people.people[login]
                for wish in (Wish(), Wish(of_cases=True)):
                    taken = _median(partial(at_risk.listing, session, who, wish))
                    what = "cases" if wish.of_cases else "steps"
                    print(
                        f"  {login:9}{what:7}         {taken:8.3f} s"
                        f"    ({taken / BUDGET:.2f} of the budget, {taken / floor:.0f} floors)"
                    )
        database.dispose()


_COUNT = select(func.count()).select_from(Task).where(Task.status == TaskStatus.OPEN)


def _fill(connection: psycopg.Connection, case_id: int, task_id: int) -> None:
    """Copies of the case and its step, one in three in each section, opened over sixty days."""
    _many.guards_off(connection)
    spread = "now() - (n % 60) * interval '1 day'"
    first = _many.clone(
        connection,
        Case,
        case_id,
        COUNT,
        {
            "number": "'01WV2009' || lpad(n::text, 6, '0')",
            "taxpayer_id": "NULL",
            "title": "'基准 ' || n",
            "section_id": _many.SECTION,
            "district_id": _many.DISTRICT,
            "accepted_at": spread,
            "due_at": "now() + (n % 30 - 5) * interval '1 day'",
        },
    )
    changed = {
        "case_id": f"{first} + n - 1",
        "unit_id": _many.DISTRICT,
        "opened_at": spread,
        "due_at": "now() + (n % 20 - 3) * interval '1 day'",
    }
    _many.clone(connection, Task, task_id, COUNT, changed)
    connection.execute("ANALYZE")
    _many.guards_on(connection)


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        begin = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
