"""What an operator types: exit codes, and sentences that say what to do."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import record
from caseflow.vocabulary.kinds import PROCESSES
from tests import cast, factories
from tests.services import test_drafts
from tests.support.house import ROOT

Operator = Callable[..., Result]
# What the first deployment of the shipped drawings says; what they call is no process of its own.
_SHIPPED = sorted(
    name for name in PROCESSES.values() if (ROOT / "workflows" / f"{name}.bpmn").exists()
)
_FIRST_VERSIONS = "".join(f"{name} version 1\n" for name in _SHIPPED)


@pytest.fixture
def operator(own_house: Config, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody who types commands in a migrated house of the test's own."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")

    def types(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return types


def test_every_command_explains_itself_with_an_example(operator: Operator) -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        said = operator(name, "--help")
        assert said.exit_code == 0
        assert not hasattr(command, "commands") or "Commands:" in said.output
        assert hasattr(command, "commands") or "Example:" in said.output


def test_a_fresh_house_is_well(operator: Operator) -> None:
    said = operator("doctor")
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "All is well.")


def test_the_shipped_drawings_pass_their_check(operator: Operator) -> None:
    said = operator("workflows", "check")
    assert said.exit_code == 0, said.output


def test_the_same_drawing_deployed_again_is_the_version_it_was(operator: Operator) -> None:
    first, second = (operator("workflows", "deploy").output for _ in range(2))
    assert first == second == _FIRST_VERSIONS


def test_an_approved_version_is_not_overtaken_by_the_command(
    operator: Operator, own_database: Database, tmp_path: Path
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        test_drafts.approved(session, cast.enter(session))
    again = operator("workflows", "deploy")
    verified = "warning_verification version 1\n"
    kept = f"{verified}new cases still run on version 2\n"
    assert again.output == _FIRST_VERSIONS.replace(verified, kept)
    closing = b"</bpmn:definitions>"
    for name, data in factories.bundle().items():
        (tmp_path / name).write_bytes(data.replace(closing, b"\n" + closing))
    said = operator("workflows", "deploy", tmp_path / "warning_verification.bpmn")
    assert said.exit_code == 5
    assert "version 2 was approved by the owning division" in said.output
    assert "hand it in" in said.output


def test_a_file_that_is_no_drawing_is_refused_with_its_place(
    operator: Operator, tmp_path: Path
) -> None:
    (tmp_path / "workflows").mkdir()
    drawing = tmp_path / "workflows" / "bad.bpmn"
    drawing.write_text("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>")
    checked, deployed = (operator("workflows", verb, drawing) for verb in ("check", "deploy"))
    assert (checked.exit_code, deployed.exit_code) == (1, 5)
    assert "✗ bad.bpmn:1" in checked.output
    assert "root:" not in checked.output + deployed.output


def test_a_file_with_foreign_columns_is_refused_and_the_next_one_is_still_read(
    operator: Operator, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\xff\n")
    said = operator("import", tmp_path / "a.csv", tmp_path / "b.csv")
    assert said.exit_code == 1
    assert "✗ a.csv: the header is not that of" in said.output
    assert "✗ b.csv: line 1 is neither UTF-8 nor GB18030" in said.output


def test_a_bad_setting_ends_with_a_sentence(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    said = operator("doctor")
    assert (said.exit_code, said.output) == (
        2,
        "Bad setting: PORT='eighty': give a whole number from 1 to 65535\n",
    )


def test_a_database_that_does_not_answer_is_told_without_a_traceback(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    said = operator("doctor")
    assert said.exit_code == 4
    assert said.output.startswith("The database does not answer: ")


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "一切正常。\n"), ("en", "All is well.\n"), ("C", "一切正常。  All is")],
)
def test_the_command_line_speaks_the_operators_language(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("CASEFLOW_LANG", language)
    assert told in operator("doctor").output


def test_every_setting_in_the_manual_is_read_somewhere() -> None:
    manual = (ROOT / "docs" / "operations" / "README.md").read_text()
    sources = "".join(
        path.read_text()
        for room in ("caseflow", "tests/support")
        for path in (ROOT / room).rglob("*.py")
    )
    rows = [line for line in manual.splitlines() if line.startswith("| `")]
    names = {name for row in rows for name in row.split("|")[1].replace("`", "").split(",")}
    assert len(names) >= 8
    assert not [name.strip() for name in names if f'"{name.strip()}"' not in sources]
