"""The register of enforcement acts and the results by level, over a record of many years.

Usage: python -m benchmarks.enforcement [CASES]
Cases of 16 districts, 112 sections and 900 administrators with twelve acts each, so that 100,000
cases leave 1.2 million; five thousand are worked at a time, older ones have older acts alone. Half
are closed, three in four of these with tax. For each level, as its role behind row security: a page
of the register, unasked, the twentieth, and by each search; and the results of the widest unit.
Printed are medians and the longest; a page of the register may take a second, the results of the
whole city, which are computed from every closed case, three.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import _many, row_security
from caseflow import clock, db, policy
from caseflow.db import Database
from caseflow.models import Case
from caseflow.reads.enforcement import register, results
from caseflow.reads.record_acts import Wish
from caseflow.vocabulary import Actor, CaseKind
from tests import cast, factories
from tests.support import house

Work = Callable[[Session], object]

CASES = 100_000
_ACTS, _AT_A_TIME = 12, 5_000
_ROUNDS = 7
_BUDGET, _BUDGET_OF_RESULTS = 1_000.0, 3_000.0
# An act of a case, its time by its number: ten years for all of them.
_EVENTS = """
INSERT INTO record_events (id, stream, seq, at, actor, action, idem, sig, payload, prev, hash)
SELECT (SELECT max(id) FROM record_events) + n,
    'case:' || %(first)s + (n - 1) / %(block)s * %(some)s + (n - 1) %% %(some)s,
    (n - 1) %% %(block)s / %(some)s + 1,
    now() - interval '10 years' + n::float8 / %(all)s * interval '10 years',
    CASE (n - 1) %% 4 WHEN 0 THEN 'system:caseflow' ELSE 'user:' || c.main_officer_id END,
    (ARRAY['task.completed', 'task.claimed', 'task.reminded', 'paper.served', 'timer.fired'])
        [1 + n %% 5],
    gen_random_uuid(), sha512('x'), %(payload)s, sha256('x'), sha256('x')
FROM generate_series(1, %(all)s) n
JOIN cases c ON c.id = %(first)s + (n - 1) / %(block)s * %(some)s + (n - 1) %% %(some)s
"""
_CLOSED = "UPDATE cases SET status = 'closed', outcome = 'self_corrected' WHERE closed_at < now()"
_LONG_AGO = (
    "UPDATE cases SET closed_at = now() - id % 3650 * interval '1 day' WHERE closed_at < now()"
)
_AMOUNTS = """
INSERT INTO assessed_amounts (case_id, tax, period, declared, recomputed, surcharge,
    income_adjusted, loss_offset, credit_reduced, tax_paid, surcharge_paid)
SELECT id, (ARRAY['vat', 'cit'])[1 + n], 200912, 0, id % 90000, 9, id % 70000, id % 5000, 0, 0, 0
FROM cases, generate_series(0, 1) n WHERE status = 'closed' AND id % 8 <> 0
"""


def main() -> None:
    """Print the table; end with 1 when a page takes longer than it may."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with house.standing() as standing, standing.clone("enforcement") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            cast.enter(session)
            factories.deploy(session)
            case = factories.case(session, factories.taxpayer(session))
            case_id, payer_id = case.id, factories.payer_of(case)
        with _many.superuser(standing, "enforcement") as connection:
            row_security.fill(connection, case_id, payer_id, count)
            acts = _fill(connection, count)
            actors = row_security.actors_of(connection)
        print(f"{count:,} cases, {acts:,} acts; ms behind row security: median, longest")
        worst = max(_measured(database, level, actor) for level, actor in actors.items())
        database.dispose()
    if worst > 1:
        sys.exit(f"a page takes {worst:.2f} times as long as it may")


def _fill(connection: psycopg.Connection, count: int) -> int:
    """The acts and the amounts of the cases that were made; how many acts."""
    connection.execute("SET session_replication_role = replica")
    _many.guards_off(connection)
    connection.execute(_CLOSED)
    connection.execute(_LONG_AGO)
    connection.execute(_AMOUNTS)
    connection.execute("ALTER TABLE record_events DISABLE TRIGGER USER")
    some = min(_AT_A_TIME, count)
    row = connection.execute("SELECT max(id) - %s + 1 FROM cases", [count]).fetchone()
    told = connection.execute("SELECT max(payload) FROM record_events").fetchone()
    connection.execute(
        _EVENTS,
        {
            "first": row[0] if row else 1,
            "all": count * _ACTS,
            "some": some,
            "block": some * _ACTS,
            "payload": told[0] if told else "{}",
        },
    )
    connection.execute("ALTER TABLE record_events ENABLE TRIGGER USER")
    _many.guards_on(connection)
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")
    return count * _ACTS


def _measured(database: Database, level: str, actor: Actor) -> float:
    """Print what each page takes for one level; gives the worst share of a budget."""
    worst = 0.0
    with database.reading(policy.reader_of(actor)) as session:
        searches = _searches(session, actor)
    works = {name: (_page(actor, wish), False) for name, wish in searches.items()}
    year = results.Wish(year=clock.wall().year - 1)
    works["results"] = (_board(actor, results.Wish()), True)
    works["results, a year"] = (_board(actor, year), True)
    for name, (work, is_counting) in works.items():
        reader = policy.counter_of(actor) if is_counting else policy.reader_of(actor)
        times = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            with database.reading(reader) as session:
                work(session)
                times.append((time.perf_counter() - begun) * 1000)
        budget = _BUDGET_OF_RESULTS if is_counting else _BUDGET
        worst = max(worst, statistics.median(times) / budget)
        print(f"  {level:10} {name:16} {statistics.median(times):9.1f} {max(times):9.1f}")
    return worst


def _page(actor: Actor, wish: Wish) -> Work:
    return lambda session: register.page(session, actor, wish)


def _board(actor: Actor, wish: results.Wish) -> Work:
    return lambda session: results.board(session, actor, wish)


def _searches(session: Session, actor: Actor) -> Mapping[str, Wish]:
    """What somebody may ask of the register, about a case that is in sight."""
    seen = register.rows(session, actor, Wish(), most=951).lines
    case = session.scalars(
        select(Case).where(policy.visible_cases(actor)).order_by(Case.id).limit(1)
    ).one()
    today = clock.today()
    return {
        "unasked": Wish(),
        "20th page": Wish(before=seen[-1].event.id if seen else None),
        "case": Wish(text=case.number),
        "household": Wish(text="样例"),
        "act": Wish(action="paper.served"),
        "rare act": Wish(action="case.recused"),
        "person": Wish(person="officer 7"),
        "kind": Wish(kind=CaseKind.WV),
        "other kind": Wish(kind=CaseKind.TA),
        "section": Wish(unit_id=case.section_id),
        "5 years ago": Wish(until=today - timedelta(days=5 * 365)),
        "section then": Wish(unit_id=case.section_id, until=today - timedelta(days=5 * 365)),
    }


if __name__ == "__main__":
    main()
