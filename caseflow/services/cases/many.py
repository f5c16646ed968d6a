"""The narrow gate for many cases: the rows of their steps in a few statements for all of them.

What the rows are is decided in ``rows``, as for a single case. Plain statements, each with its
rows as one JSON document that PostgreSQL reads with the types of the table; whoever calls has a
savepoint around them and knows what to do when the database refuses one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import orjson
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseflow.models import Case, Draft, Task, TaxWarning
from caseflow.models.base import Base, Json
from caseflow.services import record
from caseflow.services.cases import mail
from caseflow.services.cases.rows import Rows
from caseflow.vocabulary import Actor, CaseStatus, Conflict, TaskStatus, WarningStatus


@dataclass(frozen=True, slots=True)
class Stored:
    """A step of one of many cases: what is to be stored of it, under which revision."""

    case_id: int
    revision: int
    action: str
    rows: Rows
    # Tasks that the step closed, by id; nobody handed them in.
    withdrawn: tuple[int, ...] = ()


def new_ids(session: Session, count: int) -> list[int]:
    """Ids for new cases, so that their tasks and events can name them."""
    series = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, :count)"
    return list(session.scalars(text(series), {"count": count}))


def insert_cases(
    session: Session,
    actor: Actor,
    cases: Sequence[Json],
    steps: Sequence[Stored],
    joined: Mapping[int, int],
    *,
    now: datetime,
) -> None:
    """Put new cases on file with the warnings that join them, first tasks and first events."""
    _copy(session, Case, cases)
    _join_warnings(session, joined, now)
    _finish(session, actor, steps)


def update_cases(session: Session, actor: Actor, steps: Sequence[Stored], *, now: datetime) -> None:
    """Move locked cases on: their rows, the tasks that closed and opened, their next events."""
    connection = session.connection()
    alike: dict[tuple[str, ...], list[Json]] = {}
    for step in steps:
        changed = {"id": step.case_id, "revision": step.revision, **step.rows.case}
        alike.setdefault(tuple(changed), []).append(changed)
    for columns, rows in alike.items():
        _write(connection, _update(Case, columns), rows)
    withdrawn = [task_id for step in steps for task_id in step.withdrawn]
    if withdrawn:
        connection.exec_driver_sql(_WITHDRAW, {"ids": withdrawn, "now": now})
    _finish(session, actor, steps)


def settle(session: Session) -> None:
    """Check now what the database would check at the end, while it is known who is to blame."""
    session.flush()  # what is checked includes what the session has changed
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def _join_warnings(session: Session, joined: Mapping[int, int], now: datetime) -> None:
    columns = ("id", "case_id", "status", "joined_at")
    status = WarningStatus.IN_CASE
    rows: list[Json] = [
        dict(zip(columns, (warning_id, case_id, status, now), strict=True))
        for warning_id, case_id in joined.items()
    ]
    _write(session.connection(), _update(TaxWarning, columns), rows)


def _finish(session: Session, actor: Actor, steps: Sequence[Stored]) -> None:
    """Open the new tasks, tidy up after cases that are over, and append the events."""
    tasks = [{"case_id": step.case_id, **row} for step in steps for row in step.rows.tasks]
    _copy(session, Task, tasks)
    _tidy(session, steps)
    entries = [
        record.Entry(f"case:{step.case_id}", step.action, step.rows.payload) for step in steps
    ]
    receipts = record.append_many(session, actor, entries)
    for step, entry in zip(steps, entries, strict=True):
        if receipts[entry.stream].seq != step.revision:
            raise Conflict("record_out_of_step", case=step.case_id, seq=step.revision)
    mail.post(session, [(step.case_id, step.revision, step.rows) for step in steps])
    session.expire_all()  # what the session has seen of these rows is out of date


def _tidy(session: Session, steps: Sequence[Stored]) -> None:
    """Drop what was typed in cases that are over, and let the warnings of void ones rest."""
    over = [step.case_id for step in steps if "closed_at" in step.rows.case]
    if over:
        of_cases = select(Task.id).where(Task.case_id.in_(over))
        session.execute(delete(Draft).where(Draft.task_id.in_(of_cases)))
    void = [step.case_id for step in steps if step.rows.case.get("status") == CaseStatus.VOIDED]
    if void:
        conclude = update(TaxWarning).where(TaxWarning.case_id.in_(void))
        session.execute(conclude.values(status=WarningStatus.CONCLUDED))


_WITHDRAW = f"""
UPDATE tasks SET status = '{TaskStatus.WITHDRAWN}', version = version + 1, done_at = %(now)s
WHERE id = ANY(%(ids)s)
"""  # noqa: S608 -- a word of ours


def _copy(session: Session, table: type[Base], rows: Sequence[Json]) -> None:
    """Insert rows by COPY, the quickest way in; rows of one table that name the same columns."""
    alike: dict[tuple[str, ...], list[Json]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 -- the only driver there is
    for columns, some in alike.items():
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.__tablename__), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in some:
                    copy.write_row([_cell(v) if type(v) is dict else v for v in row.values()])
        except psycopg.Error as error:
            raise DBAPIError.instance(statement.as_string(), None, error, psycopg.Error) from error


def _cell(document: Json) -> Jsonb:
    return Jsonb(document, dumps=orjson.dumps)


def _write(connection: Connection, statement: str, rows: Sequence[Json]) -> None:
    document = orjson.dumps(rows, default=_plain).decode()
    connection.exec_driver_sql(statement, {"rows": document})


def _plain(value: object) -> str:
    """The bytes of a state, for which JSON has no word, as PostgreSQL reads them."""
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return f"\\x{value.hex()}"


@cache
def _update(table: type[Base], columns: tuple[str, ...]) -> str:
    name = table.__tablename__
    changed = ", ".join(f"{column} = new.{column}" for column in columns if column != "id")
    return (
        f"UPDATE {name} SET {changed}"  # noqa: S608 -- our own tables and columns
        f" FROM json_populate_recordset(NULL::{name}, %(rows)s) AS new WHERE {name}.id = new.id"
    )
