"""`caseflow workflows diff` and `migrate`: what a new version changes, and what it would do."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow import db
from caseflow.cli import main
from caseflow.config import Config
from caseflow.services import definitions, record
from caseflow.vocabulary import SYSTEM
from tests import cast, factories
from tests.services.test_case_migrations import next_version


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, ["workflows", *(str(word) for word in words)])


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The shipped bundle and the next version, each in a folder of its own."""
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    found = tmp_path / "old", tmp_path / "new"
    for folder, files in zip(found, (factories.bundle(), next_version()), strict=True):
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
    return found


def test_diff_says_the_changed_rule_and_ends_with_one(folders: tuple[Path, Path]) -> None:
    said = _run("diff", *folders)
    assert said.exit_code == 1
    assert "changed rule 2: 风险得分 >= 10 → >= 20" in said.output


def test_diff_of_a_folder_with_itself_ends_with_nought(folders: tuple[Path, Path]) -> None:
    said = _run("diff", folders[0], folders[0])
    assert (said.exit_code, said.output) == (0, "✓ nothing differs in meaning\n")


def test_diff_compares_two_files_of_other_names(folders: tuple[Path, Path]) -> None:
    old, new = (folder / "wv_decided_by.dmn" for folder in folders)
    renamed = old.rename(old.with_name("as_it_was.dmn"))
    assert "changed rule 2" in _run("diff", renamed, new).output


def test_migrate_reports_every_case_and_changes_none(
    own_house: Config, own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    with own_database.transaction() as session:
        record.introduce(session)
        cast.enter(session)
        number = factories.case(session, factories.taxpayer(session)).number
        definitions.deploy(
            session, SYSTEM, next_version(renamed="dispatch", drawing="dispatching.bpmn")
        )
    said = _run("migrate", "warning_verification", 1, 2)
    assert f"✗ {number}: “Dispatch” is not in the new version" in said.output
    assert "0 can migrate, 1 cannot" in said.output
    carried = _run(
        "migrate", "warning_verification", 1, 2, "-r", "dispatching/dispatch=dispatching/dispatch_2"
    )
    assert "1 can migrate, 0 cannot" in carried.output
    assert _run("migrate", "warning_verification", 1, 9).exit_code == 5
    assert _run("migrate", "warning_verification", 1, 2, "-r", "dispatch").exit_code == 2
