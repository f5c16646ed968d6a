"""Opening 10,000 cases from the pool in one act, against the same rows written by COPY alone.

Usage: python -m benchmarks.bulk
Each case comes with its warning, its first task and its signed, chained event, through the verb
that the clockwork uses, 500 in a transaction; every constraint and trigger is on, fsync too. The
floor copies the rows that came of it, made and signed already, into a second database that was
the same before, 500 in a transaction: what PostgreSQL alone takes for them.
"""

from __future__ import annotations

import gc
import time

import psycopg
from psycopg import sql

from benchmarks import _many
from caseflow import db
from caseflow.config import Config
from caseflow.embedded import postgres
from caseflow.services import cases, definitions, selection
from caseflow.services.selection import Share
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.kinds import PROCESSES
from tests.support import house
from tests.support.house import House

CASES = 10_000
FEWEST_A_SECOND = 3_000
# What the application may write of an event: number, time and chain are the trigger's.
_EVENT = ("stream", "actor", "action", "idem", "sig", "payload")


def main() -> None:
    """Print the comparison."""
    with house.standing() as standing, standing.clone("bulk") as config:
        _fill(standing, config)
        with postgres.as_superuser(standing.places) as connection:
            postgres.create_database(connection, "floor", template="bulk")
        seconds = _opened(config)
        with _many.superuser(standing, "bulk") as full:
            taken = _copied(full, standing.addresses("floor"))
    print(f"opening {CASES:,} cases with warning, task and event, 500 in a transaction, durable")
    print(f"  through the verb      {CASES / seconds:8.0f} cases/s  (at least {FEWEST_A_SECOND})")
    print(f"  COPY of their rows    {CASES / taken:8.0f} cases/s")
    print(f"  ratio                 {seconds / taken:8.2f}")


def _fill(standing: House, config: Config) -> None:
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        payer_id, warning_id = _many.bureau_with_pool(session)
    database.dispose()
    with _many.superuser(standing, "bulk") as connection:
        _many.households(connection, payer_id, warning_id, CASES - 1)
        connection.execute("VACUUM ANALYZE")


def _opened(config: Config) -> float:
    """Seconds until the pool is empty."""
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        process = definitions.latest(session, PROCESSES[CaseKind.WV])
        definitions.process_of(session, process.id)  # read once in the life of a worker
    gc.collect()
    gc.freeze()  # as a worker does
    begin = time.perf_counter()
    opened, share = 0, Share(1, (), {})
    while share.goes_on:
        with database.transaction() as session:
            share = selection.open_share(session, chosen=share.chosen)
        opened += share.moved
    taken = time.perf_counter() - begin
    database.dispose()
    if opened != CASES:
        raise SystemExit(f"{opened} cases were opened, not {CASES}")
    return taken


def _copied(full: psycopg.Connection, config: Config) -> float:
    """Seconds to write the same rows into a database that has none of them yet."""
    shares = [_share(full, place) for place in range(0, CASES, cases.OPENED_AT_ONCE)]
    address = str(config.database_url).replace("+psycopg", "", 1)
    begin = time.perf_counter()
    with psycopg.connect(address) as connection:
        for copies, (first, last) in shares:
            with connection.transaction(), connection.cursor() as cursor:
                for statement, rows in copies:
                    with cursor.copy(sql.SQL(statement)) as copy:
                        copy.write(rows)
                cursor.execute(_JOIN, [first, last])
    return time.perf_counter() - begin


_JOIN = """
UPDATE tax_warnings w SET case_id = c.id, status = 'in_case', joined_at = c.opened_at
FROM cases c WHERE c.taxpayer_id = w.taxpayer_id AND c.id BETWEEN %s AND %s
"""
_Share = tuple[list[tuple[str, bytes]], tuple[int, int]]


def _share(full: psycopg.Connection, place: int) -> _Share:
    """The rows of one share of cases as COPY writes and reads them, and the ids it spans."""
    ids = full.execute(
        "SELECT id FROM cases ORDER BY id OFFSET %s LIMIT %s", [place, cases.OPENED_AT_ONCE]
    ).fetchall()
    first, last = ids[0][0], ids[-1][0]
    between = f"BETWEEN {first} AND {last}"
    events = ", ".join(_EVENT)
    wanted = {
        "cases": f"SELECT * FROM cases WHERE id {between} ORDER BY id",  # noqa: S608 -- numbers
        "tasks": f"SELECT * FROM tasks WHERE case_id {between} ORDER BY id",  # noqa: S608 -- numbers
        f"record_events ({events})": (
            f"SELECT {events} FROM record_events WHERE stream LIKE 'case:%'"  # noqa: S608 -- numbers
            f" AND split_part(stream, ':', 2)::bigint {between} ORDER BY id"
        ),
    }
    copies = []
    for table, query in wanted.items():
        with full.cursor().copy(sql.SQL(f"COPY ({query}) TO STDOUT")) as copy:
            copies.append((f"COPY {table} FROM STDIN", b"".join(bytes(part) for part in copy)))
    return copies, (first, last)


if __name__ == "__main__":
    main()
