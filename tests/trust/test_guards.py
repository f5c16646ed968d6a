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
