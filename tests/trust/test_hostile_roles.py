"""Hostile statements as every role of the database: exactly what is refused, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest
from psycopg import errors

from caseflow import database_roles, policy
from caseflow.vocabulary import Level, Reader
from tests.cast import Cast
from tests.support.house import House
from tests.trust.conftest import Figures, standing
from tests.trust.hostile_sql import STATEMENTS


@pytest.fixture(scope="module")
def roles(house: House) -> Iterator[Mapping[str, psycopg.Connection]]:
    """A connection as each role, in the order of the letters; each statement is undone."""
    with standing(house, "hostile") as bureau:
        opened = {
            "owner": _connect(bureau.config.owner_url),
            "app": _connect(bureau.config.database_url),
            "sealer": _connect(bureau.config.sealer_url),
        }
        for level, reader in _readers(bureau.people).items():
            opened[level] = _connect(bureau.config.database_url)
            for name, value in database_roles.told_of(reader).items():
                opened[level].execute("SELECT set_config(%s, %s, false)", [name, value])
            opened[level].commit()
        yield opened
        for connection in opened.values():
            connection.close()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_role_is_refused_what_it_should_be(
    roles: Mapping[str, psycopg.Connection], statement: str
) -> None:
    came = "".join(_outcome(connection, statement) for connection in roles.values())
    assert came == STATEMENTS[statement], dict(zip(roles, came, strict=True))


def test_there_are_forty_statements_and_more(figures: Figures) -> None:
    letters = "".join(STATEMENTS.values())
    refused = sum(letter not in "y0" for letter in letters)
    figures("roles", statements=len(STATEMENTS), roles=10, tried=len(letters), refused=refused)
    assert len(STATEMENTS) >= 40
    assert {len(each) for each in STATEMENTS.values()} == {10}


def _connect(url: str | None) -> psycopg.Connection:
    return psycopg.connect(str(url).replace("+psycopg", "", 1))


def _readers(people: Cast) -> dict[Level, Reader]:
    """Nobody of them has to do with the one case."""
    far = {
        Level.CITY: people.director,
        Level.DISTRICT: people.far_leader,
        Level.SECTION: people.far_chief,
        Level.OFFICER: people.far_officer,
        Level.AUDITOR: people.auditor,
        Level.ADMINISTRATOR: people.sysadmin,
    }
    readers = {level: policy.reader_of(actor) for level, actor in far.items()}
    readers[Level.DIVISION] = Reader(Level.DIVISION, lines=("export_tax_division",))
    assert all(reader.level is level for level, reader in readers.items())
    return {level: readers[level] for level in Level}


def _outcome(connection: psycopg.Connection, statement: str) -> str:
    parts = [statement] if statement.startswith("DO") else statement.split("; ")
    try:
        return _done(connection, parts)
    except errors.InsufficientPrivilege as refusal:
        words = str(refusal)
        return "g" if "append-only" in words else "r" if "row-level security" in words else "."
    except errors.IntegrityError:
        return "i"
    except (errors.FeatureNotSupported, errors.UndefinedFile, errors.ObjectNotInPrerequisiteState):
        return "x"
    finally:
        connection.rollback()


def _done(connection: psycopg.Connection, parts: list[str]) -> str:
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    if parts[0].endswith("STDOUT"):
        with connection.cursor() as cursor, cursor.copy(parts[0].encode()) as copy:
            return "y" if list(copy) else "0"
    for part in parts:
        found = connection.execute(part.encode())
    return "0" if found.rowcount == 0 else "y"
