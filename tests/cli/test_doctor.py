"""`caseflow doctor`: each thing that can be wrong is said, with what to do."""

from collections.abc import Callable

import psycopg
import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import record
from tests import cast, desk, factories

Doctor = Callable[..., Result]


@pytest.fixture
def doctor(own_house: Config, own_database: Database, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """A look at a house with two cases at work, after the owner has run some statements."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        factories.case(session, factories.taxpayer(session, serial=1))
        case = factories.case(session, factories.taxpayer(session, serial=2))
        desk.to_desk_check(session, people, case)

    def look(*statements: str) -> Result:
        address = str(own_house.owner_url).replace("+psycopg", "", 1)
        with psycopg.connect(address) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return CliRunner().invoke(main, ["doctor"])

    return look


def test_a_bureau_at_work_is_well(doctor: Doctor) -> None:
    said = doctor()
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "All is well.")
    assert "✓ Inbox equals engine: 2 cases, 2 open tasks" in said.output


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE tasks SET status = 'withdrawn' WHERE element = 'desk_check'",
            "waited at, on no desk: desk_check; on a desk, not waited at: —",
        ),
        (
            "UPDATE tasks SET status = 'open' WHERE element = 'assign'",
            "waited at, on no desk: —; on a desk, not waited at: assign",
        ),
        (
            "UPDATE tasks SET element = 'review' WHERE element = 'desk_check'",
            "on a desk, not waited at: review",
        ),
        ("DROP TRIGGER answers_refuse ON answers", "switched off: answers_refuse"),
        ("ALTER TABLE cases DISABLE TRIGGER case_must_be_recorded", "case_must_be_recorded"),
        ("ALTER TABLE record_events ENABLE TRIGGER record_chain", "switched off: record_chain"),
        ("GRANT UPDATE ON answers TO caseflow_app", "revoke: answers UPDATE"),
        ("GRANT INSERT (hash) ON record_events TO caseflow_app", "revoke: record_events.hash"),
        ("UPDATE outbox SET attempts = 10", "failed ten times"),
        ("UPDATE outbox SET available_at = now() - interval '1 hour'", "nobody takes it up"),
        ("DELETE FROM alembic_version", "caseflow db upgrade"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(doctor: Doctor, statement: str, told: str) -> None:
    said = doctor("INSERT INTO outbox (topic, payload) VALUES ('x', '{}')", statement)
    assert said.exit_code == 1
    assert told in said.output


def test_a_course_that_cannot_be_read_is_said(doctor: Doctor) -> None:
    said = doctor(
        "ALTER TABLE cases DISABLE TRIGGER USER", "UPDATE cases SET state = 'x' WHERE id = 1"
    )
    assert said.exit_code == 1
    assert "its course cannot be read" in said.output
