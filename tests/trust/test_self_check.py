"""Each check of the self-check is silent on a sound house and finds its own kind of damage.

The damage is done by a superuser with the guards off, who is the one the self-check is for.
"""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.embedded import places as at
from caseflow.jobs import self_check
from caseflow.services.self_checks import Check
from tests import desk, factories
from tests.support.house import House
from tests.trust.conftest import Bureau, Figures, standing

DATABASE = "self_check"

# What is done to the house, by which check it must be found, and under which name.
_GUARDED = ("record_events", "answers", "cases", "tasks", "documents", "attachments", "outbox")
DAMAGE: dict[str, tuple[Check, str, tuple[str, ...]]] = {
    "payload": (
        Check.RECORD,
        "case:1",
        ("UPDATE record_events SET payload = '{}' WHERE stream = 'case:1' AND seq = 2",),
    ),
    "status": (Check.RECORD, "case:2", ("UPDATE cases SET outcome = 'x' WHERE id = 2",)),
    "unsealed": (
        Check.SEALS,
        "sealer",
        ("UPDATE record_events SET at = at - interval '5 minutes'",),
    ),
    "desk": (
        Check.COURSES,
        "case:2",
        ("UPDATE tasks SET status = 'withdrawn' WHERE case_id = 2 AND status = 'open'",),
    ),
    "closed": (
        Check.CLOSED_OPEN,
        "case:1",
        ("UPDATE tasks SET status = 'open' WHERE case_id = 1 AND element = 'deciding/review'",),
    ),
    "nobody": (
        Check.STUCK,
        "case:2",
        (
            "UPDATE tasks SET status = 'withdrawn' WHERE case_id = 2 AND status = 'open'",
            "UPDATE cases SET wake_at = NULL, awaits = '{}' WHERE id = 2",
        ),
    ),
    "gone": (
        Check.HOLDERS,
        "task:",
        ("UPDATE users SET is_active = false WHERE login = 'officer'",),
    ),
    "recused": (
        Check.DOERS,
        "task:",
        (
            """INSERT INTO recusals (case_id, user_id, declaration, decided_by, at)
            SELECT 2, main_officer_id, 'other', 1, now() FROM cases WHERE id = 2""",
        ),
    ),
    "post nobody holds": (
        Check.DOERS,
        "seat:",
        (
            "UPDATE tasks SET assignee_id = NULL, relation = NULL WHERE status = 'open'",
            "UPDATE posts SET valid_to = bureau_now()::date - 1 WHERE role = 'tax_administrator'",
        ),
    ),
    "late timer": (
        Check.TIMERS,
        "case:2",
        ("UPDATE cases SET wake_at = bureau_now() - interval '1 hour' WHERE id = 2",),
    ),
    "idle timer": (
        Check.TIMERS,
        "case:1",
        ("UPDATE cases SET closed_at = NULL, wake_at = bureau_now() + interval '1 day'",),
    ),
    "both sides": (
        Check.SEPARATION,
        "task:",
        (
            """UPDATE tasks SET done_by = (
                SELECT done_by FROM tasks WHERE case_id = 1 AND element = 'conclusion'
            ) WHERE case_id = 1 AND element = 'deciding/review'""",
        ),
    ),
    "the other side": (
        Check.SEPARATION,
        "task:",
        (
            """UPDATE tasks SET done_for = done_by, done_by = (
                SELECT done_by FROM tasks WHERE case_id = 1 AND element = 'deciding/review'
            ) WHERE case_id = 1 AND element = 'closing_check'""",
        ),
    ),
    "sum": (
        Check.SUMS,
        "case:1",
        (
            """INSERT INTO assessed_amounts (case_id, tax, period, declared, recomputed, surcharge,
                income_adjusted, loss_offset, credit_reduced, tax_paid, surcharge_paid)
            VALUES (1, 'vat', 200912, 0, 100, 0, 0, 0, 0, 0, 0)""",
        ),
    ),
    "number": (Check.NUMBERS, "series:", ("UPDATE number_series SET last = last + 1",)),
    "series behind": (Check.NUMBERS, "series:paper:", ("UPDATE number_series SET last = 0",)),
    "series gone": (Check.NUMBERS, "series:case:", ("DELETE FROM number_series",)),
    "number twice": (
        Check.NUMBERS,
        "series:paper:",
        (
            "ALTER TABLE documents DROP CONSTRAINT uq_documents_series_year_serial",
            """INSERT INTO documents (case_id, kind, status, number, series, year, serial,
                template_version, data, sha256, created_at)
            SELECT case_id, kind, status, number || '-2', series, year, serial,
                template_version, data, sha256, created_at
            FROM documents WHERE serial IS NOT NULL LIMIT 1""",
        ),
    ),
    "bytes": (Check.FILES, "paper:", ("UPDATE documents SET sha256 = repeat('0', 64)",)),
    "dead letter": (
        Check.OUTBOX,
        "message:",
        ("INSERT INTO outbox (topic, payload, attempts) VALUES ('x', '{}', 10)",),
    ),
    "chain": (
        Check.DEPUTIES,
        "deputy:",
        (
            """INSERT INTO deputies (principal_id, deputy_id, valid_from, valid_to, reason,
                granted_by, granted_at)
            SELECT n, n + 1, bureau_now()::date - 1, bureau_now()::date + 1, 'x', 9, now()
            FROM generate_series(1, 3) AS n""",
        ),
    ),
    "long grant": (
        Check.GRANTS,
        "grant:",
        (
            """INSERT INTO grants (user_id, case_id, reason, valid_from, valid_to, granted_by,
                granted_at)
            VALUES (1, 1, 'x', bureau_now()::date - 1, bureau_now()::date + 400, 2, now())""",
        ),
    ),
}


@pytest.fixture(scope="module")
def bureau(house: House) -> Iterator[Bureau]:
    """A bureau with one closed case, number 1, and one at its desk check, number 2."""
    with standing(house, DATABASE) as opened:
        with opened.database.transaction() as session:
            other = factories.case(session, factories.taxpayer(session, serial=2))
            desk.to_desk_check(session, opened.people, other)
            assert (opened.case_id, other.id) == (1, 2)
        yield opened


@pytest.fixture
def superuser(bureau: Bureau, house: House) -> Iterator[Session]:
    """A session that no guard and no row security hinders; rolled back at the end."""
    assert bureau.case_id == 1
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(
            host=str(house.places.sockets),
            user="postgres",
            password=at.secret(house.places, "superuser"),
            dbname=DATABASE,
        ),
    )
    with engine.connect() as connection, connection.begin() as whole:
        for table in _GUARDED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            token = clock.set_moment(session.execute(text("SELECT bureau_now()")).scalar_one())
            yield session
            clock.reset_moment(token)
        whole.rollback()
    engine.dispose()


# No sealer runs beside the tests: whether its seals are late depends on how long they take.
@pytest.mark.parametrize("check", sorted(set(self_check.CHECKS) - {Check.SEALS}))
def test_sound_house_has_no_finding(bureau: Bureau, check: Check) -> None:
    with bureau.database.reading() as session:
        seen = self_check.CHECKS[check](session)
    assert seen.findings == ()
    assert seen.looked_at > 0 or check in {Check.OUTBOX, Check.DEPUTIES, Check.GRANTS}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_by_its_check(superuser: Session, name: str) -> None:
    check, subject, statements = DAMAGE[name]
    for statement in statements:
        superuser.execute(text(statement))
    found = [each.subject for each in self_check.CHECKS[check](superuser).findings]
    assert any(each.startswith(subject) for each in found), found


def test_every_check_has_its_damage(figures: Figures) -> None:
    found = {check for check, _, _ in DAMAGE.values()}
    assert found == set(Check)
    figures("self-check", checks=len(Check), kinds_of_damage=len(DAMAGE), found=len(DAMAGE))
