"""`caseflow files`: damage is told with exit code 1, orphans go, a missing scanner is said."""

import os

import pytest
from click.testing import CliRunner

from caseflow import db
from caseflow.cli import main
from caseflow.config import Config
from caseflow.services import blobs, files


@pytest.fixture
def run(own_house: Config, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    return CliRunner()


def test_scrub_tells_what_is_damaged(run: CliRunner, own_database: db.Database) -> None:
    sha256, size = files.keep([b"%PDF-1.4 " + os.urandom(8)])
    with own_database.transaction() as session:
        blobs.hold(session, sha256, size=size)
    sound = run.invoke(main, ["files", "scrub"])
    assert (sound.exit_code, "1 个文件，0 个有问题" in sound.output) == (0, True)
    files.path_of(sha256).unlink()
    faulty = run.invoke(main, ["files", "scrub"])
    assert (faulty.exit_code, f"已损坏或缺失：{sha256}" in faulty.output) == (1, True)


def test_collect_takes_orphans_away(run: CliRunner) -> None:
    sha256, _ = files.keep([b"%PDF-1.4 " + os.urandom(8)])
    os.utime(files.path_of(sha256), (0, 0))
    assert run.invoke(main, ["files", "collect"]).exit_code == 0
    assert not files.path_of(sha256).exists()


def test_scan_without_a_scanner_says_what_to_set(run: CliRunner) -> None:
    refused = run.invoke(main, ["files", "scan"])
    assert (refused.exit_code, "CASEFLOW_SCANNER" in refused.output) == (1, True)
