"""What row security costs each level, against the page's own condition without it.

Usage: python -m benchmarks.row_security [CASES]
Half of the cases are open, each with a step: on its officer's desk, or waiting for the chief or the
leader; 16 districts, 112 sections, 900 administrators; one case in 50 has somebody recused, one in
200 is marked as sensitive, with a reader. For each level, once as the application without row
security and once as the level's role behind it, in turns: the worklist and the inbox as their pages
read them (``reads.cases``, ``reads.inbox``), and with the same condition (``policy.visible_cases``)
three bare statements: the 50 earliest open cases, a count of the open ones, one case by its id.
Printed are medians and their ratio; that of the two pages must not exceed 1.5. What a bare
statement loses is planning, half a millisecond or so; so does the inbox of a post without steps.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping

import psycopg
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import _many
from caseflow import db, policy
from caseflow.db import Database
from caseflow.models import Case, Task, Taxpayer
from caseflow.reads import cases, inbox
from caseflow.reads.cases import Wish
from caseflow.vocabulary import Actor, Level, PostHeld, Reader, Role
from tests import cast, factories
from tests.support import house

Work = Callable[[Session], object]

CASES = 1_000_000
_DISTRICTS, _SECTIONS, _OFFICERS = 16, 112, 900
_ROUNDS, _FEW = 41, 7
_MOST = 1.5
_LEADS = frozenset({Role.DISTRICT_DIRECTOR})

# A district for every seventh section; ids follow each other, and a path tells who is above.
_DISTRICTS_MADE = """
INSERT INTO units (code, name, name_en, short_name, level, parent_id, path, valid_from)
SELECT 'B' || n, 'district ' || n, 'district ' || n, 'd' || n, 'district', top.id,
    top.path || 'b' || n || '/', top.valid_from
FROM units top, generate_series(1, %s) n WHERE top.code = '00'
"""
_SECTIONS_MADE = """
INSERT INTO units (code, name, name_en, short_name, level, parent_id, path, valid_from)
SELECT 'S' || n, 'section ' || n, 'section ' || n, 's' || n, 'section', above.id,
    above.path || 's' || n || '/', above.valid_from
FROM generate_series(1, %s) n JOIN units above ON above.code = 'B' || 1 + (n - 1) %% %s
"""
_OFFICERS_MADE = """
INSERT INTO users (login, name, name_en, name_key)
SELECT 'bench' || n, 'officer ' || n, 'officer ' || n, 'o' FROM generate_series(1, %s) n
"""
# By thirds on the desk of the officer, free for the chief, free for the leader.
_PLACED = """
UPDATE tasks SET
    assignee_id = CASE tasks.id %% 3 WHEN 0 THEN cases.main_officer_id END,
    relation = CASE tasks.id %% 3 WHEN 0 THEN 'main_officer' END,
    roles = ARRAY[(ARRAY['tax_administrator', 'section_chief', 'district_director'])
        [1 + tasks.id %% 3]],
    unit_id = CASE tasks.id %% 3 WHEN 2 THEN cases.district_id ELSE cases.section_id END,
    due_at = cases.opened_at + interval '60 days'
FROM cases WHERE cases.id = tasks.case_id AND cases.id >= %s
"""
_RECUSED = """
INSERT INTO recusals (case_id, user_id, declaration, decided_by, at)
SELECT %s + n::bigint * 7919 %% %s, %s + n %% %s, 'in_law', %s, now()
FROM generate_series(1, %s) n
"""
_MARKED = """
INSERT INTO sensitive_files (case_id, reason, marked_by, marked_at)
SELECT %s + n * 200 - 1, 'benchmark', %s, now() FROM generate_series(1, %s) n
"""
_READ = """
INSERT INTO sensitive_readers (file_id, user_id, allowed_by, allowed_at)
SELECT id, %s + 1 + id %% (%s - 1), %s, now() FROM sensitive_files
"""


def main() -> None:
    """Print the table; end with 1 when a page of a level costs more than it may."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with house.standing() as standing, standing.clone("rows") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            cast.enter(session)
            factories.deploy(session)
            case = factories.case(session, factories.taxpayer(session))
            case_id, payer_id = case.id, factories.payer_of(case)
        with _many.superuser(standing, "rows") as connection:
            fill(connection, case_id, payer_id, count)
            actors = actors_of(connection)
        print(f"{count:,} cases, half of them open; ms without, behind row security, ratio")
        worst = max(_measured(database, level, actor) for level, actor in actors.items())
        database.dispose()
    if worst > _MOST:
        sys.exit(f"a page costs {worst:.2f} times as much, more than {_MOST}")


def fill(connection: psycopg.Connection, case_id: int, payer_id: int, count: int) -> None:
    """Units, people, and so many cases of as many households; half of them open, with a step."""
    connection.execute("SET session_replication_role = replica")  # no look at keys of others
    _many.guards_off(connection)
    connection.execute(_DISTRICTS_MADE, [_DISTRICTS])
    connection.execute(_SECTIONS_MADE, [_SECTIONS, _DISTRICTS])
    connection.execute(_OFFICERS_MADE, [_OFFICERS])
    first = _one(connection, "SELECT min(id) FROM units WHERE code ~ '^S[0-9]+$'")
    above = _one(connection, "SELECT min(id) FROM units WHERE code ~ '^B[0-9]+$'")
    people = _one(connection, "SELECT min(id) FROM users WHERE login ~ '^bench'")
    # A case is where its household is; the ids of units and people follow each other.
    where = {
        "section_id": f"{first} + n % {_SECTIONS}",
        "district_id": f"{above} + n % {_SECTIONS} % {_DISTRICTS}",
    }
    officer = f"{people} + n % {_OFFICERS}"
    numbered = {"tin": "'9' || lpad(n::text, 14, '0')", "administrator_id": officer}
    payers = _many.clone(connection, Taxpayer, payer_id, count, {**numbered, **where})
    ended = "CASE WHEN n % 2 = 0 THEN now() END"
    placed = {
        **where,
        "main_officer_id": officer,
        "number": "number || '-' || n",
        "taxpayer_id": f"{payers} + n - 1",
        "second_officer_id": "NULL",
        "lines": "ARRAY[(ARRAY['vat_division', 'income_tax_division', 'export_tax_division'])"
        "[1 + n % 3]]",
        "opened_at": "opened_at - (n::bigint * 7919 % 1000003) * interval '1 minute'",
        "closed_at": ended,
    }
    first_case = _many.clone(connection, Case, case_id, count, placed)
    _fill_steps(connection, first_case, count)
    connection.execute(_RECUSED, [first_case, count, people, _OFFICERS, people, count // 50])
    connection.execute(_MARKED, [first_case, people, count // 200])
    connection.execute(_READ, [people, _OFFICERS, people])
    _many.guards_on(connection)
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")


def _fill_steps(connection: psycopg.Connection, first_case: int, count: int) -> None:
    """An open step for every open case: the odd ones of those that were made."""
    step = _one(connection, "SELECT min(id) FROM tasks")  # that of the only case so far
    _many.clone(
        connection, Task, step, count // 2, {"case_id": f"{first_case} + 2 * n - 2", "unit_id": "1"}
    )
    connection.execute(_PLACED, [first_case])


def _one(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def actors_of(connection: psycopg.Connection) -> Mapping[Level, Actor]:
    """Somebody of each level, who has a fair share of the cases."""
    section = _one(connection, "SELECT min(id) FROM units WHERE code ~ '^S[0-9]+$'") + 5
    district = _one(connection, "SELECT min(id) FROM units WHERE code ~ '^B[0-9]+$'") + 5
    officer = _one(connection, "SELECT min(id) FROM users WHERE login ~ '^bench'") + 5
    leader = _one(connection, "SELECT id FROM users WHERE login = 'leader'")

    def holding(role: Role, unit_id: int, line: str | None = None) -> Actor:
        person = officer if role is Role.TAX_ADMINISTRATOR else leader
        return Actor(person, "某人", (PostHeld(role, unit_id, "/", "", line),))

    return {
        Level.CITY: holding(Role.CITY_DIRECTOR, 1),
        Level.DIVISION: holding(Role.DIVISION_CHIEF, 1, "export_tax_division"),
        Level.DISTRICT: holding(Role.DISTRICT_DIRECTOR, district),
        Level.SECTION: holding(Role.SECTION_CHIEF, section),
        Level.OFFICER: holding(Role.TAX_ADMINISTRATOR, section),
        Level.AUDITOR: holding(Role.AUDITOR, 1),
    }


def _measured(database: Database, level: Level, actor: Actor) -> float:
    """Print the level's rows of the table; gives the worse ratio of its two pages."""
    visible, is_open = policy.visible_cases(actor), Case.closed_at.is_(None)
    first = select(Case.id).where(visible, is_open).order_by(Case.opened_at, Case.id).limit(50)
    counted = select(func.count()).select_from(Case).where(visible, is_open)
    one = select(Case.revision).where(visible, Case.id == first.limit(1).scalar_subquery())
    wish = Wish(is_open=True)
    works: Mapping[str, tuple[Work, int]] = {
        "worklist": (lambda session: cases.rows(session, actor, wish, most=50), _ROUNDS),
        "inbox": (lambda session: inbox.of(session, actor, inbox.Wish()), _ROUNDS),
        "earliest": (lambda session: session.scalars(first).all(), _ROUNDS),
        "count": (lambda session: session.scalars(counted).all(), _FEW),
        "one case": (lambda session: session.scalars(one).all(), _ROUNDS),
    }
    ratios = {}
    for name, (work, rounds) in works.items():
        plain, behind = _in_turns(database, work, policy.reader_of(actor), rounds)
        ratios[name] = behind / plain
        print(f"  {level:10} {name:10} {plain:9.2f} {behind:9.2f} {behind / plain:6.2f}")
    has_desk = bool(actor.roles & {Role.TAX_ADMINISTRATOR, Role.SECTION_CHIEF, *_LEADS})
    return max(ratios["worklist"], ratios["inbox"] if has_desk else 0)


def _in_turns(database: Database, work: Work, reader: Reader, rounds: int) -> tuple[float, float]:
    """Median milliseconds without and with row security; the two take turns, the first is lost."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for each, kept in zip((None, reader), times, strict=True):
            begun = time.perf_counter()
            with database.reading(each) as session:
                work(session)
                kept.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


if __name__ == "__main__":
    main()
