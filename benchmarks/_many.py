"""Thousands of rows from one: what the benchmarks of bulk work fill their databases with."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.database_roles import guards
from caseflow.embedded import places as at
from caseflow.models import Taxpayer, TaxWarning
from caseflow.models.base import Base
from caseflow.services import bureau
from caseflow.vocabulary import SYSTEM, WarningStatus
from tests import cast, factories
from tests.support.house import House


def superuser(standing: House, database: str) -> psycopg.Connection:
    """A connection to a database of the house that may do everything."""
    places = standing.places
    return psycopg.connect(
        host=str(places.sockets),
        user="postgres",
        password=at.secret(places, "superuser"),
        dbname=database,
        autocommit=True,
    )


def guards_off(connection: psycopg.Connection) -> None:
    """Let rows come in that no event tells of: a benchmark's copies have no record."""
    connection.execute("ALTER TABLE cases DISABLE TRIGGER case_must_be_recorded")
    for table in guards.GUARDS:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guards.name(table)}".encode())


def guards_on(connection: psycopg.Connection) -> None:
    """Want an event beside every change again."""
    connection.execute("ALTER TABLE cases ENABLE ALWAYS TRIGGER case_must_be_recorded")
    for table in guards.GUARDS:
        always = f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guards.name(table)}"
        connection.execute(always.encode())


def clone(
    connection: psycopg.Connection,
    table: type[Base],
    row_id: int,
    count: int,
    changed: Mapping[str, str],
) -> int:
    """Copy a row ``count`` times, the ids in order; gives the first of them.

    ``changed`` are SQL expressions that may name the number n.
    """
    columns = [column.name for column in table.__table__.columns if column.name != "id"]
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    name = table.__tablename__
    statement = (
        f"INSERT INTO {name} ({listed}) SELECT {values}"  # noqa: S608 -- expressions of this folder
        f" FROM {name}, generate_series(1, {count}) n WHERE {name}.id = {row_id}"
    )
    first = f"SELECT max(id) + 1 FROM {name}"  # noqa: S608 -- a table of ours
    begun = connection.execute(
        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), ({first}), false)"
    ).fetchone()
    connection.execute(sql.SQL(statement))
    return int(begun[0]) if begun else 0


def bureau_with_pool(session: Session) -> tuple[int, int]:
    """A bureau without a monthly limit, a household and its pooled warning: their ids."""
    cast.enter(session)
    factories.deploy(session)
    bureau.put_limit(session, SYSTEM, "wv_monthly", str(10**6), "cases", since=clock.today())
    payer = factories.taxpayer(session)
    warning = factories.warning(session, payer)
    warning.status = WarningStatus.POOL
    return payer.id, warning.id


# One household in three to each of three sections, in two districts.
SECTION = "(SELECT id FROM units WHERE code = (ARRAY['0101','0102','0201'])[1 + n % 3])"
DISTRICT = SECTION.replace("SELECT id", "SELECT parent_id")


def households(connection: psycopg.Connection, payer_id: int, warning_id: int, count: int) -> None:
    """Copy a household with its warning; a tax number tells which warning is whose."""
    changed = {
        "tin": "'9' || lpad(n::text, 14, '0')",
        "section_id": SECTION,
        "district_id": DISTRICT,
    }
    clone(connection, Taxpayer, payer_id, count, changed)
    of_payer = "(SELECT t.id FROM taxpayers t WHERE t.tin = '9' || lpad(n::text, 14, '0'))"
    fingerprint = "encode(sha256(n::text::bytea), 'hex')"
    clone(
        connection,
        TaxWarning,
        warning_id,
        count,
        {"taxpayer_id": of_payer, "fingerprint": fingerprint},
    )
