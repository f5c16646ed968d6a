"""The doctor names every drift of roles, privileges and row security, and what mends it."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from caseflow.cli import doctor_roles
from caseflow.cli.findings import Look
from caseflow.config import Config
from caseflow.database_roles import state
from caseflow.embedded import places as at
from tests.support.house import House

LOOKS = (doctor_roles.roles, doctor_roles.database, doctor_roles.privileges)
DATABASE = "doctor_roles"

# What somebody did, which look sees it, and what the remedy says.
DRIFTS = (
    ("GRANT UPDATE ON record_events TO caseflow_app", doctor_roles.privileges, "REVOKE UPDATE"),
    ("GRANT SELECT ON cases TO PUBLIC", doctor_roles.privileges, "REVOKE SELECT ON cases"),
    (
        "GRANT SELECT (password_hash) ON users TO caseflow_level_officer",
        doctor_roles.privileges,
        'REVOKE SELECT ("password_hash") ON users',
    ),
    ("REVOKE SELECT ON tasks FROM caseflow_level_city", doctor_roles.privileges, "GRANT SELECT"),
    ("ALTER TABLE cases DISABLE ROW LEVEL SECURITY", doctor_roles.privileges, "ENABLE ROW LEVEL"),
    ("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY", doctor_roles.privileges, "FORCE ROW LEVEL"),
    ("ALTER POLICY read_district ON cases USING (true)", doctor_roles.privileges, "DROP POLICY"),
    ("CREATE POLICY extra ON cases USING (true)", doctor_roles.privileges, "DROP POLICY extra"),
    ("DROP POLICY read_division ON tasks", doctor_roles.privileges, "CREATE POLICY read_division"),
    (
        (
            "CREATE OR REPLACE FUNCTION reader_hidden() RETURNS bigint[] LANGUAGE sql"
            " AS 'SELECT NULL::bigint[]'"
        ),
        doctor_roles.privileges,
        "FUNCTION reader_hidden",
    ),
    (
        "ALTER TABLE grants DISABLE TRIGGER grants_must_be_recorded",
        doctor_roles.privileges,
        "ENABLE ALWAYS TRIGGER grants_must_be_recorded",
    ),
    (
        "DROP TRIGGER posts_must_be_recorded ON posts",
        doctor_roles.privileges,
        "CREATE CONSTRAINT TRIGGER posts_must_be_recorded",
    ),
    (
        "ALTER TABLE tasks ENABLE TRIGGER tasks_must_be_recorded",
        doctor_roles.privileges,
        "ENABLE ALWAYS TRIGGER tasks_must_be_recorded",
    ),
    (
        (
            "CREATE OR REPLACE FUNCTION change_must_be_recorded() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        ),
        doctor_roles.privileges,
        "FUNCTION change_must_be_recorded",
    ),
    (
        "ALTER FUNCTION change_of_case_must_be_recorded() RESET search_path",
        doctor_roles.privileges,
        "FUNCTION change_of_case_must_be_recorded",
    ),
    ("CREATE TABLE stray (id int)", doctor_roles.privileges, "stray"),
    ("ALTER ROLE caseflow_app CREATEROLE", doctor_roles.roles, "NOCREATEROLE"),
    ("ALTER ROLE caseflow_app NOBYPASSRLS", doctor_roles.roles, "caseflow_app BYPASSRLS"),
    ("ALTER ROLE caseflow_level_officer LOGIN", doctor_roles.roles, "NOLOGIN"),
    (
        "GRANT caseflow_level_city TO caseflow_app WITH INHERIT TRUE",
        doctor_roles.roles,
        "INHERIT F",
    ),
    ("GRANT caseflow_owner TO caseflow_app", doctor_roles.roles, "REVOKE caseflow_owner"),
    (
        "REVOKE caseflow_level_city FROM caseflow_app",
        doctor_roles.roles,
        "GRANT caseflow_level_city",
    ),
    ("ALTER ROLE caseflow_app RESET lock_timeout", doctor_roles.roles, "lock_timeout = '5s'"),
    ("GRANT TEMP ON DATABASE doctor_roles TO PUBLIC", doctor_roles.database, "REVOKE TEMPORARY"),
    ("ALTER TABLE cases OWNER TO caseflow_app", doctor_roles.database, "OWNER TO caseflow_owner"),
)


@pytest.fixture(scope="module")
def asked(house: House) -> Iterator[Callable[[str, Look], list[str]]]:
    """What a look recommends after a statement of a superuser, which is undone."""
    with house.clone(DATABASE) as config:
        engine = create_engine("postgresql+psycopg://", creator=lambda: _superuser(house))

        def ask(statement: str, look: Look) -> list[str]:
            with engine.connect() as connection, Session(connection) as session:
                session.execute(text(statement))
                remedies = _remedies(session, look, config)
                session.rollback()
            return remedies

        yield ask
        engine.dispose()


@pytest.mark.parametrize("look", LOOKS)
def test_a_house_as_it_was_made_is_well(
    asked: Callable[[str, Look], list[str]], look: Look
) -> None:
    assert asked("SELECT 1", look) == []


@pytest.mark.parametrize(("done", "look", "remedy"), DRIFTS)
def test_drift_is_named_with_what_mends_it(
    asked: Callable[[str, Look], list[str]], done: str, look: Look, remedy: str
) -> None:
    assert any(remedy in each for each in asked(done, look))


def test_an_upgrade_mends_what_levels_may(house: House) -> None:
    with house.clone("mended") as config:
        engine = create_engine(str(config.owner_url))
        with engine.begin() as connection:
            connection.execute(text("GRANT DELETE ON cases TO caseflow_level_officer"))
            connection.execute(text("ALTER POLICY read_district ON cases USING (true)"))
            connection.execute(text("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY"))
            assert len(state.drift(connection)) == 3
            state.mend(connection)
            assert state.drift(connection) == []
        engine.dispose()


def _remedies(session: Session, look: Look, config: Config) -> list[str]:
    return [each.remedy[1] for each in look(session, config) if each.remedy]


def _superuser(house: House) -> psycopg.Connection:
    places = house.places
    return psycopg.connect(
        host=str(places.sockets),
        user="postgres",
        password=at.secret(places, "superuser"),
        dbname=DATABASE,
    )
