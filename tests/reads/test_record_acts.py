"""The search of the whole record looks at the acts asked for, however many others there are."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from caseflow import db
from caseflow.config import Config
from caseflow.reads import record_acts as reads
from caseflow.services import record
from tests import cast
from tests.cast import Cast
from tests.support.house import House

# An act every twenty minutes from the first day of 2008 on, for a year and a half: one in two
# thousand by the chief, as many by the clock.
_ACTS = """
INSERT INTO record_events (id, stream, seq, at, actor, action, idem, sig, payload, prev, hash)
SELECT 1000 + n, 'case:' || n / 20, n % 20 + 1,
    timestamptz '2008-01-01 00:00+08' + n * interval '20 minutes',
    CASE n % 2000 WHEN 7 THEN %(chief)s WHEN 8 THEN 'system:clockwork' ELSE %(leader)s END,
    CASE WHEN n % 50 = 0 THEN 'timer.fired' ELSE 'task.reminded' END,
    gen_random_uuid(), sha512('x'), '{}', sha256('x'), sha256('x')
FROM generate_series(1, 40000) AS n
"""
# One act was written before the demo's clock was put back.
_AHEAD = """
INSERT INTO record_events (id, stream, seq, at, actor, action, idem, sig, payload, prev, hash)
SELECT 999, 'sys:x', 1, timestamptz '2020-01-01 00:00+08', 'system:caseflow', 'key.recorded',
    gen_random_uuid(), sha512('x'), '{}', sha256('x'), sha256('x')
"""


@pytest.fixture(scope="module")
def years(house: House) -> Iterator[tuple[db.Database, Cast]]:
    """Some people and forty thousand acts, which no trigger has seen."""
    with house.clone("record_acts") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
        _lay(config, people)
        yield database, people
        database.dispose()


def _lay(config: Config, people: Cast) -> None:
    address = str(config.owner_url).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER TABLE record_events DISABLE TRIGGER USER")
        signatures = {"chief": people.chief.signature, "leader": people.leader.signature}
        connection.execute(_ACTS.replace("%", "%%").replace("%%(", "%("), signatures)
        connection.execute(_AHEAD)
        connection.execute("ALTER TABLE record_events ENABLE TRIGGER USER")
        connection.execute("ANALYZE record_events")


def _looked_at(database: db.Database, people: Cast, wish: reads.Wish) -> tuple[reads.Found, int]:
    """What is found, and how many rows its statements looked at in vain."""
    told: list[tuple[str, Any]] = []
    with database.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *call: told.append(call[2:4]))
        found = reads.of(session, people.auditor, wish)
        statements = list(told)
        plans = [
            str(line[0])
            for statement, values in statements
            for line in connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", values)
        ]
    vain = re.findall(r"Rows Removed by (?:Filter|Index Recheck): (\d+)", "\n".join(plans))
    return found, sum(int(rows) for rows in vain)


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        (reads.Wish(person="员chief"), 20),
        (reads.Wish(person="系统", until=date(2008, 12, 31)), 14),
        (reads.Wish(until=date(2008, 1, 10)), 719),
        (reads.Wish(since=date(2008, 3, 1), until=date(2008, 3, 1)), 72),
        (reads.Wish(action="timer.fired", until=date(2008, 1, 31)), 44),
        (reads.Wish(person="员chief", since=date(2008, 2, 1), until=date(2008, 6, 30)), 5),
        (reads.Wish(person="员chief", until=date(2020, 1, 1)), 20),
        (reads.Wish(action="key.recorded", since=date(2009, 1, 1), until=date(2020, 1, 1)), 1),
        (reads.Wish(until=date(2007, 1, 1)), 0),
        (reads.Wish(person="查无此人"), 0),
    ],
)
def test_no_search_looks_at_many_acts_that_it_does_not_show(
    years: tuple[db.Database, Cast], wish: reads.Wish, count: int
) -> None:
    found, vain = _looked_at(*years, wish)
    assert found.count == count
    assert vain < 500
