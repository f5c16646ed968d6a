"""Opening the cases of a campaign from its list, and its page, with 10,000 and 30,416 households.

Usage: python -m benchmarks.campaign [COUNT…]
Each household is judged again, its case opened in the leader's name with its first task and event,
and named in the list, 500 in a transaction; every constraint, guard and trigger is on, fsync too.
The floor copies the rows that came of it, made and signed already, into a database that has none of
them yet. The page is read as the application reads it for the leader, when all are open and when
all are closed with a cause; its budget is 0.3 s.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import _many
from caseflow import clock, db, policy
from caseflow.embedded import postgres
from caseflow.models import Case, OutboxMessage, Taxpayer
from caseflow.reads import campaigns as reads
from caseflow.reads import cases as case_reads
from caseflow.services import campaigns as verbs
from caseflow.services import cases
from caseflow.services.campaign_lists import Conditions
from caseflow.services.kinds.campaign import OPENING
from caseflow.vocabulary import Actor
from caseflow.vocabulary.choices.campaigns import CampaignSubject
from tests import campaigns, desk, factories
from tests.support import house
from tests.support.house import House

COUNTS = (10_000, 30_416)
BUDGET = 0.3
_TIMES = 9


def main() -> None:
    """Print both counts, each against its floor, and the seconds of the page."""
    for count in [int(each) for each in sys.argv[1:]] or COUNTS:
        with house.standing() as standing, standing.clone("campaign") as config:
            database = db.connect(str(config.database_url))
            campaign_id, leader = _approved(standing, database, count)
            database.dispose()  # a template has no visitors
            with postgres.as_superuser(standing.places) as connection:
                postgres.create_database(connection, "floor", template="campaign")
            seconds = _opened(database, campaign_id, count)
            with _many.superuser(standing, "campaign") as full:
                full.execute("VACUUM ANALYZE")
                floor = _copied(full, str(standing.addresses("floor").database_url), campaign_id)
            page = _page(database, campaign_id, leader)
            listed = _list(database, campaign_id, leader)
            with _many.superuser(standing, "campaign") as full:
                _close(full)
            closed = _page(database, campaign_id, leader)
            database.dispose()
        print(f"a campaign of {count:,} households, 500 in a transaction, durable")
        print(f"  through the verb      {count / seconds:8.0f} cases/s  ({seconds:.1f} s)")
        print(f"  COPY of their rows    {count / floor:8.0f} cases/s")
        print(f"  ratio                 {seconds / floor:8.2f}")
        print(f"  page, all open        {page:8.3f} s, median of {_TIMES}  (budget {BUDGET} s)")
        print(f"  page, all closed      {closed:8.3f} s")
        print(f"  list of its cases     {listed:8.3f} s")


def _approved(standing: House, database: db.Database, count: int) -> tuple[int, Actor]:
    """A campaign whose list of that many households is approved and whose cases wait."""
    with database.transaction() as session:
        people = campaigns.enter(session)
        payer_id = factories.taxpayer(session).id
    with _many.superuser(standing, "campaign") as connection:
        section = "(SELECT id FROM units WHERE code = (ARRAY['0101','0102'])[1 + n % 2])"
        changed = {"tin": "'9' || lpad(n::text, 14, '0')", "section_id": section}
        _many.clone(connection, Taxpayer, payer_id, count - 1, changed)
        connection.execute("VACUUM ANALYZE")
    with database.transaction() as session:
        due_on = clock.today() + timedelta(days=60)
        subject = CampaignSubject.ZERO_FILING
        case = campaigns.begun(session, people.info, subject, due_on=due_on)
        case_id, task_id = case.id, campaigns.composing(session, case)
        asked = Conditions(kind="enterprise")
        told = verbs.list_query(session, people.info, task_id, asked)
        if told["opens"] != count:
            raise SystemExit(f"{told['opens']} households are on the list, not {count}")
    with database.transaction() as session:
        campaigns.handed_in(session, people.info, session.get_one(Case, case_id))
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        desk.do(session, people.leader, case, "approve", campaigns.AGREED)
    return case_id, people.leader


def _opened(database: db.Database, campaign_id: int, count: int) -> float:
    """Seconds until every case is open, a share in each transaction, as the worker does it."""
    gc.collect()
    gc.freeze()  # as a worker does
    begin = time.perf_counter()
    is_left = True
    while is_left:
        with database.transaction() as session:
            waiting = select(OutboxMessage).where(OutboxMessage.topic == OPENING)
            found = session.scalars(waiting.order_by(OutboxMessage.id).limit(1)).one_or_none()
            is_left = found is not None
            if found is not None:
                session.delete(found)
                verbs.open_share(session, found.payload)
    taken = time.perf_counter() - begin
    with database.reading() as session:
        opened = len(campaigns.of(session, session.get_one(Case, campaign_id)))
    if opened != count:
        raise SystemExit(f"{opened} cases were opened, not {count}")
    return taken


def _copied(full: psycopg.Connection, address: str, campaign_id: int) -> float:
    """Seconds to write the same rows into a database that has none of them yet."""
    ids = [row[0] for row in full.execute(_IDS, [campaign_id]).fetchall()]
    shares = [
        _share(full, ids[at : at + cases.OPENED_AT_ONCE])
        for at in range(0, len(ids), cases.OPENED_AT_ONCE)
    ]
    begin = time.perf_counter()
    with psycopg.connect(address.replace("+psycopg", "", 1)) as connection:
        for copies in shares:
            with connection.transaction(), connection.cursor() as cursor:
                for statement, rows in copies:
                    with cursor.copy(sql.SQL(statement)) as copy:
                        copy.write(rows)
    return time.perf_counter() - begin


_IDS = "SELECT line_case_id FROM campaign_lines WHERE case_id = %s ORDER BY line_case_id"
# What the application may write of an event: number, time and chain are the trigger's.
_EVENT = "stream, actor, action, idem, sig, payload"


def _share(full: psycopg.Connection, ids: list[int]) -> list[tuple[str, bytes]]:
    """The rows of one share of cases as COPY writes and reads them."""
    between = f"BETWEEN {ids[0]} AND {ids[-1]}"
    wanted = {
        "cases": f"SELECT * FROM cases WHERE id {between} ORDER BY id",  # noqa: S608 -- numbers
        "tasks": f"SELECT * FROM tasks WHERE case_id {between} ORDER BY id",  # noqa: S608 -- numbers
        "answers": f"SELECT * FROM answers WHERE case_id {between} ORDER BY id",  # noqa: S608 -- numbers
        f"record_events ({_EVENT})": (
            f"SELECT {_EVENT} FROM record_events WHERE stream LIKE 'case:%'"  # noqa: S608 -- numbers
            f" AND split_part(stream, ':', 2)::bigint {between} ORDER BY id"
        ),
    }
    copies = []
    for table, query in wanted.items():
        with full.cursor().copy(sql.SQL(f"COPY ({query}) TO STDOUT")) as copy:
            copies.append((f"COPY {table} FROM STDIN", b"".join(bytes(part) for part in copy)))
    return copies


def _close(connection: psycopg.Connection) -> None:
    """End every case with a cause that somebody found and an outcome, spread over both sections."""
    _many.guards_off(connection)
    connection.execute("UPDATE tasks SET status = 'done', done_at = now() WHERE status = 'open'")
    connection.execute(
        "UPDATE cases SET status = 'closed', closed_at = now(), accepted_at = now(),"
        " outcome = 'cleared', revision = revision + 1,"
        " facts = facts || jsonb_build_object('cause',"
        " (ARRAY['not_started', 'seasonal', 'stopped'])[1 + id % 3]),"
        " main_officer_id = (SELECT min(id) FROM users) WHERE kind = 'ZF'"
    )
    _many.guards_on(connection)
    connection.execute("VACUUM ANALYZE")


def _page(database: db.Database, campaign_id: int, leader: Actor) -> float:
    """Seconds to read all that the page shows, behind row security."""
    return _median(
        database,
        leader,
        lambda session: reads.one(session, leader, campaign_id, which="all", page=1),
    )


def _list(database: db.Database, campaign_id: int, leader: Actor) -> float:
    """Seconds to read the list of its cases, behind row security."""
    wish = case_reads.Wish(campaign_id=campaign_id)
    return _median(database, leader, lambda session: case_reads.listing(session, leader, wish))


def _median(database: db.Database, leader: Actor, read: Callable[[Session], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        begin = time.perf_counter()
        with database.reading(policy.reader_of(leader)) as session:
            read(session)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
