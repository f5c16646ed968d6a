"""No change without an event: each guarded table refuses the application, and takes its acts."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from caseflow.database_roles.guards import GUARDS, UNGUARDED
from caseflow.database_roles.tables import TABLES
from tests.support.house import House
from tests.trust.conftest import Bureau, Figures, standing
from tests.trust.unrecorded import CHANGES

_EVENT = (
    "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
    " VALUES (%s, 'user:1', %s, gen_random_uuid(), decode(repeat('00', 64), 'hex'), '{}')"
)


@pytest.fixture(scope="module")
def bureau(house: House) -> Iterator[Bureau]:
    """A bureau of this module's own, with a checkpoint on which a sheet can be made."""
    with standing(house, "guards") as opened:
        with psycopg.connect(str(opened.config.sealer_url).replace("+psycopg", "", 1)) as sealer:
            sealer.execute(
                "INSERT INTO checkpoints (size, at, root, note) VALUES (0, now(), sha256(''), '')"
            )
        yield opened


@pytest.mark.parametrize("table", GUARDS)
def test_a_change_without_an_event_is_refused(as_app: psycopg.Connection, table: str) -> None:
    change, _ = CHANGES[table]
    _change(as_app, change)
    with pytest.raises(errors.IntegrityError, match=f"a change of {table} has no event"):
        as_app.execute(f"SET CONSTRAINTS {table}_must_be_recorded IMMEDIATE".encode())


@pytest.mark.parametrize("table", GUARDS)
def test_the_same_change_with_its_event_passes(as_app: psycopg.Connection, table: str) -> None:
    change, told = CHANGES[table]
    _change(as_app, change)
    as_app.execute(_EVENT, told)
    as_app.execute(f"SET CONSTRAINTS {table}_must_be_recorded IMMEDIATE".encode())


def test_an_event_of_another_transaction_tells_of_nothing(
    bureau: Bureau, as_app: psycopg.Connection
) -> None:
    change, told = CHANGES["posts"]
    with psycopg.connect(str(bureau.config.database_url).replace("+psycopg", "", 1)) as other:
        other.execute(_EVENT, told)
    as_app.execute(change.encode())
    with pytest.raises(errors.IntegrityError, match="has no event"):
        as_app.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_event_that_was_taken_back_tells_of_nothing(as_app: psycopg.Connection) -> None:
    change, told = CHANGES["posts"]
    as_app.execute(change.encode())
    as_app.execute("SAVEPOINT before")
    as_app.execute(_EVENT, told)
    as_app.execute("ROLLBACK TO before")
    with pytest.raises(errors.IntegrityError, match="has no event"):
        as_app.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_event_within_a_savepoint_tells_of_the_change(as_app: psycopg.Connection) -> None:
    change, told = CHANGES["posts"]
    as_app.execute(change.encode())
    as_app.execute("SAVEPOINT within")
    as_app.execute(_EVENT, told)
    as_app.execute("RELEASE within")
    as_app.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", ["documents", "tasks", "recusals"])
def test_the_event_of_another_case_tells_of_nothing(as_app: psycopg.Connection, table: str) -> None:
    change, _ = CHANGES[table]
    as_app.execute(change.encode())
    as_app.execute(_EVENT, ("case:999", "case.noted"))
    with pytest.raises(errors.IntegrityError, match="has no event"):
        as_app.execute(f"SET CONSTRAINTS {table}_must_be_recorded IMMEDIATE".encode())


# What is put on file with its event, and a later change of it that has none: of the guard's table.
_LATER = {
    "second_factors": (
        (
            "INSERT INTO second_factors (user_id, secret, created_at, confirmed_at)"
            " VALUES (3, '', now(), now())"
        ),
        "DELETE FROM second_factors WHERE user_id = 3",
    ),
    "sessions": (
        (
            "INSERT INTO sessions (token_sha256, user_id, csrf_secret, created_at, seen_at, awaits)"
            " VALUES (sha256('later'), 3, '', now(), now(), 'code')"
        ),
        "UPDATE sessions SET awaits = NULL WHERE user_id = 3",
    ),
    "deputies": (
        (
            "INSERT INTO deputies (principal_id, deputy_id, valid_from, valid_to, reason,"
            " granted_by, granted_at) VALUES (3, 4, current_date, current_date, 'x', 1, now())"
        ),
        # As if it were the other's own, on whose stream there is an event.
        "UPDATE deputies SET principal_id = 2 WHERE principal_id = 3",
    ),
}


@pytest.mark.parametrize("table", _LATER)
def test_what_is_on_file_changes_with_an_event_of_its_own(
    bureau: Bureau, as_app: psycopg.Connection, table: str
) -> None:
    first, later = _LATER[table]
    with psycopg.connect(str(bureau.config.database_url).replace("+psycopg", "", 1)) as before:
        before.execute(first.encode())
        before.execute(_EVENT, ("user:3", "person.noted"))
    _change(as_app, later)
    as_app.execute(_EVENT, ("user:2", "person.noted"))
    with pytest.raises(errors.IntegrityError, match=f"a change of {table} has no event"):
        as_app.execute(f"SET CONSTRAINTS {table}_must_be_recorded IMMEDIATE".encode())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tax_warnings SET value = 1 WHERE case_id = 1",
        "UPDATE tax_warnings SET case_id = NULL WHERE case_id = 1",
    ],
)
def test_the_doubts_of_a_case_stay_as_they_were_found(
    as_app: psycopg.Connection, change: str
) -> None:
    _change(as_app, change)
    with pytest.raises(errors.IntegrityError, match="a change of tax_warnings has no event"):
        as_app.execute("SET CONSTRAINTS tax_warnings_must_be_recorded IMMEDIATE")


@pytest.mark.parametrize("change", ["UPDATE parameters SET value = '1'", "DELETE FROM parameters"])
def test_a_limit_that_was_set_stays(as_app: psycopg.Connection, change: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(change.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record_pending (event_id) VALUES (0)",
        "UPDATE record_pending SET written_in = pg_current_xact_id()::text::bigint",
        "DELETE FROM record_pending",
    ],
)
def test_the_application_cannot_say_that_an_event_is_its_own(
    as_app: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(statement.encode())


def test_every_table_is_guarded_or_says_why_not(figures: Figures) -> None:
    assert not GUARDS.keys() & UNGUARDED.keys()
    assert GUARDS.keys() | UNGUARDED.keys() == TABLES.keys()
    figures("guards", guarded=len(GUARDS) + 1, unguarded=len(UNGUARDED) - 1)


def _change(connection: psycopg.Connection, statements: str) -> None:
    for statement in statements.split(";"):
        assert connection.execute(statement.encode()).rowcount > 0
