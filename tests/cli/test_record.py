"""`caseflow record verify` as an operator runs it."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from caseflow import db
from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import log_key, record, sealing
from caseflow.verifier import verify
from tests import cast, factories


@pytest.fixture
def number(own_database: Database) -> str:
    """A committed case on the record, by its number."""
    with own_database.transaction() as session:
        record.introduce(session)
        cast.enter(session)
        return factories.case(session, factories.taxpayer(session)).number


def _run(
    house: Config, monkeypatch: pytest.MonkeyPatch, *arguments: str, command: str = "verify"
) -> Result:
    monkeypatch.setenv("DATABASE_URL", str(house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(house.var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    return CliRunner().invoke(main, ["record", command, *arguments])


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


def test_rows_are_reconciled_with_the_record(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del number
    sound = _run(own_house, monkeypatch, command="reconcile")
    assert (sound.exit_code, sound.output) == (0, "1 个任务：都与留痕相符。\n")
    _owner(
        own_house,
        "ALTER TABLE cases DISABLE TRIGGER USER",
        "UPDATE cases SET status = 'in_progress'",
    )
    broken = _run(own_house, monkeypatch, command="reconcile")
    assert broken.exit_code == 1
    assert "case:1 #1: 任务状态为 办理中，留痕为 待分派" in broken.output
    assert "1 处与留痕不符" in broken.output


def test_the_whole_record_is_exported_and_verifies(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del number
    key = log_key.of(own_house.var / "keys")
    sealer = db.connect(str(own_house.sealer_url), pool_size=1)
    with sealer.transaction() as session:
        sealing.seal(session, key)
    sealer.dispose()
    target = tmp_path / "record.zip"
    done = _run(own_house, monkeypatch, str(target), command="export")
    assert done.exit_code == 0, done.output
    assert "已封存" in done.output
    assert verify.main([str(target), "--key", str(key.public)]) == verify.OK
    again = _run(own_house, monkeypatch, str(target), command="export")
    assert again.exit_code == 5
    assert "已存在，请换一个名称或先移走" in again.output


def test_a_record_that_was_never_sealed_is_not_exported(
    own_house: Config, number: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del number
    unsealed = replace(own_house, var=tmp_path / "var")
    refused = _run(unsealed, monkeypatch, str(tmp_path / "x.zip"), command="export")
    assert refused.exit_code == 5
    assert "先运行 caseflow up" in refused.output
