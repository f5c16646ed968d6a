"""What the application's role may not do, each statement with the reason PostgreSQL gives."""

import psycopg
import pytest
from psycopg import errors, sql

from tests.trust.conftest import Bureau

_INSERT = (
    "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
    " VALUES (%(stream)s, %(actor)s, %(action)s, gen_random_uuid(), %(sig)s, %(payload)s)"
)
_LAWFUL = {
    "stream": "case:1",
    "actor": "user:1",
    "action": "case.noted",
    "sig": bytes(64),
    "payload": "{}",
}

_DENIED = [
    "UPDATE record_events SET payload = '{}'",
    "UPDATE record_events SET hash = prev",
    "DELETE FROM record_events",
    "TRUNCATE record_events CASCADE",
    "UPDATE answers SET content = '{}'",
    "DELETE FROM answers",
    "TRUNCATE answers CASCADE",
    "DELETE FROM cases",
    "DELETE FROM tasks",
    "DELETE FROM documents",
    "DELETE FROM attachments",
    "DELETE FROM tax_warnings",
    "DELETE FROM users",
    "DELETE FROM definitions",
    "UPDATE definitions SET files = '{}'",
    "UPDATE indicator_versions SET content = '{}'",
    "UPDATE alembic_version SET version_num = '0'",
    "ALTER TABLE record_events DISABLE TRIGGER ALL",
    "DROP TRIGGER record_refuse ON record_events",
    "ALTER TABLE cases DISABLE TRIGGER case_must_be_recorded",
    "DROP TABLE record_events",
    "SET session_replication_role = 'replica'",
    "SELECT setval('record_event_id', 1)",
    "SELECT nextval('record_event_id')",
    "COPY record_events TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    "SET ROLE caseflow_owner",
    "CREATE ROLE helper LOGIN",
    "CREATE TABLE shadow (id int)",
    (
        "CREATE OR REPLACE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'"
    ),
]

_UNLAWFUL = [
    ("UPDATE cases SET status = 'in_progress'", "without a new revision"),
    ("UPDATE cases SET score = 99", "without a new revision"),
    ("UPDATE cases SET revision = revision - 1", "without a new revision"),
    ("UPDATE cases SET revision = revision + 1", "has no event in the record"),
    ("UPDATE cases SET revision = revision + 1, outcome = 'x'", "has no event in the record"),
    ("UPDATE bureau_clock SET offset_us = 1000000", "ck_bureau_clock_locked"),
]


@pytest.mark.parametrize("statement", _DENIED)
def test_the_application_has_no_right_to(as_app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(statement.encode())


@pytest.mark.parametrize("column", ["id", "seq", "at", "prev", "hash"])
def test_number_time_and_hashes_are_not_the_applications(
    as_app: psycopg.Connection, column: str
) -> None:
    statement = sql.SQL("INSERT INTO record_events ({}) VALUES (DEFAULT)")
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(statement.format(sql.Identifier(column)))


@pytest.mark.parametrize(("statement", "reason"), _UNLAWFUL)
def test_a_case_does_not_change_without_its_event(
    as_app: psycopg.Connection, statement: str, reason: str
) -> None:
    as_app.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(errors.IntegrityError, match=reason):
        as_app.execute(statement.encode())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "case:1 or 1=1"),
        ("stream", "case:../../1"),
        ("actor", "user:1\nuser:2"),
        ("actor", "u" * 129),
        ("action", "Task.Completed"),
        ("sig", bytes(63)),
        ("payload", "x" * 60_001),
    ],
)
def test_an_event_that_could_be_read_two_ways_is_refused(
    as_app: psycopg.Connection, column: str, value: str | bytes
) -> None:
    with pytest.raises(errors.CheckViolation, match=f"ck_record_events_{column}"):
        as_app.execute(_INSERT, {**_LAWFUL, column: value})


def test_a_change_after_its_event_needs_another_event(
    as_app: psycopg.Connection, bureau: Bureau
) -> None:
    as_app.execute("UPDATE cases SET revision = revision + 1, priority = 'urgent'")
    as_app.execute(_INSERT, {**_LAWFUL, "stream": bureau.stream})
    as_app.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(errors.IntegrityError, match="without a new revision"):
        as_app.execute("UPDATE cases SET priority = 'normal'")


def test_an_event_cannot_be_played_again(as_app: psycopg.Connection) -> None:
    with pytest.raises(errors.UniqueViolation, match="uq_record_events_idem"):
        as_app.execute(
            "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
            " SELECT stream, actor, action, idem, sig, payload FROM record_events LIMIT 1"
        )


def test_even_the_owner_cannot_change_the_record_while_its_guards_stand(bureau: Bureau) -> None:
    address = str(bureau.config.owner_url).replace("+psycopg", "", 1)
    for statement in (
        "UPDATE record_events SET payload = '{}'",
        "DELETE FROM record_events",
        "TRUNCATE record_events CASCADE",
        "UPDATE answers SET sha256 = ''",
    ):
        with (
            psycopg.connect(address) as connection,
            pytest.raises(errors.InsufficientPrivilege, match="append-only"),
        ):
            connection.execute(statement.encode())
