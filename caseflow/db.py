"""The one door to PostgreSQL: where transactions begin, take their time, and commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Token
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock, database_roles, logs, receipts
from caseflow.vocabulary import Conflict, Reader

# One statement, for it begins every act: its limits, and its time.
_BEGIN_WRITING = """
SELECT bureau_now(), set_config('lock_timeout', '5s', true),
    set_config('idle_in_transaction_session_timeout', '30s', true)
"""
_BEGIN_READING = "SELECT bureau_now()"


@dataclass(frozen=True)
class Database:
    """A pool of connections as one PostgreSQL role."""

    engine: Engine

    @contextmanager
    def transaction(self, reader: Reader | None = None) -> Iterator[Session]:
        """
        Open a transaction that may write; commit at the end, roll back on any error.

        With a reader it may write only what the role of the reader's level may.

        Raises:
            Conflict: a constraint of the database refused; ``code`` is the constraint's name.

        """
        with Session(self.engine, expire_on_commit=False) as session:
            token = _begin(session, _BEGIN_WRITING, reader)
            try:
                yield session
                session.commit()
                logs.give_receipts(receipts.take(session))
            except IntegrityError as error:
                raise Conflict(constraint(error)) from error
            finally:
                clock.reset_moment(token)

    @contextmanager
    def reading(self, reader: Reader | None = None) -> Iterator[Session]:
        """
        Open one snapshot of the data, in which PostgreSQL itself refuses every change.

        With a reader it holds only the rows that the role of the reader's level sees.
        """
        with (
            self.engine.connect().execution_options(
                postgresql_readonly=True, isolation_level="REPEATABLE READ"
            ) as connection,
            Session(connection, autoflush=False) as session,
        ):
            token = _begin(session, _BEGIN_READING, reader)
            try:
                yield session
            finally:
                clock.reset_moment(token)

    def dispose(self) -> None:
        """Close every connection of the pool."""
        self.engine.dispose()


def allow_long_work(session: Session) -> None:
    """Let this transaction wait for work outside PostgreSQL: a file read, a period screened."""
    for limit in ("idle_in_transaction_session_timeout", "transaction_timeout"):
        session.execute(text(f"SET LOCAL {limit} = 0"))


def connect(url: str, *, pool_size: int = 4) -> Database:
    """
    Make a pool; nothing is connected until the first transaction.

    Connections wait at most three seconds for a place in the pool, then raise.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=3,
        pool_pre_ping=True,
        hide_parameters=True,  # they are people's data; errors go into logs
        connect_args={"options": "-c timezone=UTC -c statement_timeout=60000"},
    )
    return Database(engine)


def constraint(error: DBAPIError) -> str:
    """The name of the constraint that refused, or which kind of refusal it was."""
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "constraint"


def _begin(session: Session, statement: str, reader: Reader | None) -> Token[datetime]:
    """Begin with one statement; who is read for ends with the transaction."""
    told: Mapping[str, str] = {}
    if reader is not None:
        statement = f"{statement}, {database_roles.taking_on(reader)}"
        told = database_roles.told_of(reader)
    row = session.connection().exec_driver_sql(statement, dict(told)).one()
    return clock.set_moment(row[0])
