"""The database under the tests is the real one, as the application role sees it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from caseflow.db import Database


def test_the_application_is_not_the_owner_of_its_tables(session: Session) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner"):
        session.execute(text("DROP TABLE record_events"))


def test_a_reading_transaction_cannot_write(own_database: Database) -> None:
    with (
        own_database.reading() as session,
        pytest.raises(Exception, match="read-only transaction"),
    ):
        session.execute(text("INSERT INTO outbox (topic, payload) VALUES ('a', '{}')"))
