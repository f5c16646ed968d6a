"""`caseflow record verify` as an operator runs it."""

from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import record
from tests import cast, factories


@pytest.fixture
def number(own_database: Database) -> str:
    """A committed case on the record, by its number."""
    with own_database.transaction() as session:
        record.introduce(session)
        cast.enter(session)
        return factories.case(session, factories.taxpayer(session)).number


def _run(house: Config, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("DATABASE_URL", str(house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(house.var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    return CliRunner().invoke(main, ["record", "verify", *arguments])


def _owner(house: Config, *statements: str) -> None:
    address = str(house.owner_url).replace("+psycopg", "", 1)
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_sound_record_ends_with_zero(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in ((), ("--case", number)):
        result = _run(own_house, monkeypatch, *arguments)
        assert (result.exit_code, "完好" in result.output) == (0, True)


def test_a_row_changed_behind_the_application_ends_with_one_and_its_place(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _owner(
        own_house,
        "ALTER TABLE cases DISABLE TRIGGER USER",
        "UPDATE cases SET status = 'in_progress'",
    )
    result = _run(own_house, monkeypatch)
    assert result.exit_code == 1
    assert "case:1 #1: 任务状态为 办理中，留痕为 待分派" in result.output
    assert _run(own_house, monkeypatch, "--case", number).exit_code == 1


def test_a_key_that_is_not_the_writers_ends_with_one(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number
    result = _run(own_house, monkeypatch, "--key", "00" * 32)
    assert result.exit_code == 1
    assert "未经认可" in result.output


def test_a_case_that_does_not_exist_is_refused(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = _run(own_house, monkeypatch, "--case", number + "9")
    assert result.exit_code == 5


def test_the_key_is_put_on_record_once(own_database: Database, own_house: Config) -> None:
    with own_database.transaction() as session:
        assert record.introduce(session)
    with own_database.transaction() as session:
        assert not record.introduce(session)
    assert Path(own_house.var, "keys", "writer").stat().st_mode & 0o777 == 0o400
