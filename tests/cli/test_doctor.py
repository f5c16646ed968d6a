"""`caseflow doctor`: each thing that can be wrong is said, with what to do."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from click.testing import CliRunner, Result

from caseflow import db
from caseflow.cli import main
from caseflow.config import Config
from caseflow.services import outbox, record
from tests import cast, desk, factories
from tests.support.house import House

Doctor = Callable[..., Result]


@pytest.fixture(scope="module")
def bureau(house: House) -> Iterator[Config]:
    """A house with two cases at work and one piece of later work."""
    with house.clone("doctor") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            factories.case(session, factories.taxpayer(session, serial=1))
            case = factories.case(session, factories.taxpayer(session, serial=2))
            desk.to_desk_check(session, people, case)
            outbox.put(session, "x", {})
        database.dispose()
        yield config


@pytest.fixture
def doctor(bureau: Config, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """A look at the bureau after its owner has run a statement, which is undone afterwards."""
    monkeypatch.setenv("CASEFLOW_VAR", str(bureau.var))
    monkeypatch.setenv("DATABASE_URL", str(bureau.database_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    address = str(bureau.owner_url).replace("+psycopg", "", 1)

    def run(statement: str) -> None:
        with psycopg.connect(address) as connection:
            connection.execute(b"ALTER TABLE tasks DISABLE TRIGGER tasks_must_be_recorded")
            connection.execute(statement.encode())
            connection.execute(b"ALTER TABLE tasks ENABLE ALWAYS TRIGGER tasks_must_be_recorded")

    def look(statement: str = "SELECT", undo: str = "SELECT") -> Result:
        run(statement)
        try:
            return CliRunner().invoke(main, ["doctor"])
        finally:
            run(undo)

    return look


def test_a_bureau_at_work_is_well(doctor: Doctor) -> None:
    said = doctor()
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "All is well.")
    assert "✓ Inbox equals engine: 2 cases, 2 open tasks" in said.output


_ALTER = "ALTER TABLE cases {} TRIGGER case_must_be_recorded"


@pytest.mark.parametrize(
    ("statement", "undo", "told"),
    [
        (
            "UPDATE tasks SET status = 'withdrawn' WHERE element = 'desk_check'",
            "UPDATE tasks SET status = 'open' WHERE element = 'desk_check'",
            "waited at, on no desk: desk_check; on a desk, not waited at: —",
        ),
        (
            "UPDATE tasks SET status = 'open' WHERE element = 'dispatching/assign'",
            "UPDATE tasks SET status = 'done' WHERE element = 'dispatching/assign'",
            "waited at, on no desk: —; on a desk, not waited at: dispatching/assign",
        ),
        (
            "UPDATE tasks SET element = 'review' WHERE element = 'desk_check'",
            "UPDATE tasks SET element = 'desk_check' WHERE element = 'review'",
            "on a desk, not waited at: review",
        ),
        (
            "ALTER TRIGGER answers_refuse ON answers RENAME TO other",
            "ALTER TRIGGER other ON answers RENAME TO answers_refuse",
            "switched off: answers_refuse",
        ),
        (_ALTER.format("DISABLE"), _ALTER.format("ENABLE ALWAYS"), "case_must_be_recorded"),
        (
            "ALTER TABLE record_events ENABLE TRIGGER record_chain",
            "ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_chain",
            "switched off: record_chain",
        ),
        (
            "GRANT UPDATE ON answers TO caseflow_app",
            "REVOKE UPDATE ON answers FROM caseflow_app",
            "revoke: answers UPDATE",
        ),
        (
            "GRANT INSERT (hash) ON record_events TO caseflow_app",
            "REVOKE INSERT (hash) ON record_events FROM caseflow_app",
            "revoke: record_events.hash",
        ),
        (
            "UPDATE outbox SET attempts = 10",
            "UPDATE outbox SET attempts = 0",
            "failed ten times",
        ),
        (
            "UPDATE outbox SET available_at = now() - interval '1 hour'",
            "UPDATE outbox SET available_at = now()",
            "nobody takes it up",
        ),
        (
            "UPDATE alembic_version SET version_num = version_num || 'x'",
            "UPDATE alembic_version SET version_num = rtrim(version_num, 'x')",
            "caseflow db upgrade",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(
    doctor: Doctor, statement: str, undo: str, told: str
) -> None:
    said = doctor(statement, undo)
    assert (said.exit_code, told in said.output) == (1, True), said.output


def test_a_course_that_cannot_be_read_is_said(doctor: Doctor) -> None:
    broken = "ALTER TABLE cases DISABLE TRIGGER USER; UPDATE cases SET state = state || 'x'"
    mended = (
        "UPDATE cases SET state = substring(state FROM 1 FOR length(state) - 1);"
        " ALTER TABLE cases ENABLE ALWAYS TRIGGER case_must_be_recorded;"
        " ALTER TABLE cases ENABLE ALWAYS TRIGGER case_revision_must_rise"
    )
    said = doctor(broken, mended)
    assert (said.exit_code, "its course cannot be read" in said.output) == (1, True)
