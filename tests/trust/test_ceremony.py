"""A restore and its ceremony, all the way: signed by two, exported, judged outside the house."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from caseflow import db
from caseflow.cli import main
from caseflow.config import Config
from caseflow.models.record import Checkpoint
from caseflow.record_format import RESTORE_SIGNED, RESTORE_STREAM
from caseflow.services import accounts, log_key, place, record, seals
from caseflow.tlog import notes
from caseflow.verifier import verify
from caseflow.vocabulary import SYSTEM
from tests import cast
from tests.support import exports, sealed_log
from tests.support.sealed_log import Log

_TYPED = "海鸥-飞过-星海湾-2026"
_TWO = ("--auditor", "auditor", "--operator", "sysadmin", "--reason", "恢复到九点")
Payload = dict[str, object]


@dataclass(frozen=True)
class Restored:
    """A house that an old backup took back to its first event; what was kept outside before."""

    log: Log
    kept: Path
    key: str

    def caseflow(self, *words: str, typed: str | None = None) -> Result:
        """What an operator types."""
        return CliRunner().invoke(main, ["record", *words], input=typed)

    def seal(self) -> None:
        """Let the sealer work."""
        sealed_log.drain(self.log.sealer())

    def sign(self) -> None:
        """The ceremony, as the product holds it."""
        done = self.caseflow("restored", "--lost", str(self.kept), *_TWO, typed=f"{_TYPED}\n" * 2)
        assert done.exit_code == 0, done.output
        self.seal()

    def forge(self, payload: Payload) -> None:
        """An act that looks like the ceremony; the sealer has lost its memory and seals it."""
        for name in ("seals", "logs"):
            shutil.rmtree(self.log.folder / name)
        with self.log.database.transaction() as session:
            record.append(session, SYSTEM, RESTORE_STREAM, action=RESTORE_SIGNED, payload=payload)
        self.seal()

    def export(self, folder: Path) -> Path:
        """The whole record, as the product exports it."""
        done = self.caseflow("export", str(folder))
        assert done.exit_code == 0, done.output
        return folder

    def judged(self, folder: Path) -> tuple[int, str]:
        """The verdict of plain Python with what was kept outside."""
        command = [sys.executable, "-I", "-S", "verify.py", "--key", self.key, "--lang", "en"]
        done = subprocess.run(  # noqa: S603 - the file that the export brings along
            [*command, "--outside", str(self.kept)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    @property
    def told(self) -> Payload:
        """What a true ceremony would say."""
        with self.log.database.reading() as session:
            size, root = seals.stands(session)
        lost = verify.read_notes(self.kept.read_text(), "", verify.Findings())[0]
        return {
            "lost": lost.size,
            "lost_root": lost.root.hex(),
            "lost_at": notes.read(self.kept.read_text()).signatures[0].signed_at,
            "kept": size,
            "kept_root": root.hex(),
            "auditor": "user:1",
            "operator": "user:2",
            "reason": "演练",
        }


@pytest.fixture
def restored(
    own_house: Config, own_database: db.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Restored]:
    var = tmp_path / "var"
    var.mkdir()
    place.settle(place.under(var, fonts=place.here().fonts))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    with sealed_log.standing(replace(own_house, var=var), own_database, var) as log:
        sealed_log.drain(log.sealer())
        log.act("case:1", 2)
        sealed_log.drain(log.sealer())
        with log.database.reading() as session:
            newest = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()))
            (tmp_path / "kept.txt").write_text(str(newest.first()), encoding="utf-8")
        with log.database.transaction() as session:
            cast.enter(session)
            for login in ("auditor", "sysadmin"):
                accounts.set_password(session, SYSTEM, login, password=_TYPED)
        log.roll_back(1)
        yield Restored(log, tmp_path / "kept.txt", str(log_key.public(var / "keys")))


def test_a_restore_that_two_signed_is_told_and_excuses_what_it_lost(
    restored: Restored, tmp_path: Path
) -> None:
    restored.sign()
    status, told = restored.judged(restored.export(tmp_path / "export"))
    assert status == verify.OK, told
    assert "signed that a restore took the log from 3 back to 1 events" in told
    assert f"{RESTORE_STREAM} #1" in told


def _by_one(told: Payload) -> Payload:
    return {**told, "operator": told["auditor"]}


def _by_nobody(told: Payload) -> Payload:
    return {**told, "auditor": "", "operator": None}


def _of_another_checkpoint(told: Payload) -> Payload:
    return {**told, "lost_root": "0" * 64}


def _of_less_than_was_lost(told: Payload) -> Payload:
    return {**told, "lost": 2}


def _of_none(told: Payload) -> Payload:
    return {**told, "lost_root": None}


_FORGERIES = [_by_one, _by_nobody, _of_another_checkpoint, _of_less_than_was_lost, _of_none]


@pytest.mark.parametrize("forge", _FORGERIES)
def test_a_ceremony_that_the_house_forged_excuses_nothing(
    restored: Restored, tmp_path: Path, forge: Callable[[Payload], Payload]
) -> None:
    restored.forge(forge(restored.told))
    status, told = restored.judged(restored.export(tmp_path / "export"))
    assert status == verify.BROKEN
    assert "the outside checkpoint has 3 events" in told or "history was rewritten" in told


def test_what_is_forged_here_would_excuse_if_it_were_true(
    restored: Restored, tmp_path: Path
) -> None:
    """The control: the same act, with two people and the right checkpoint."""
    restored.forge(restored.told)
    assert restored.judged(restored.export(tmp_path / "export"))[0] == verify.OK


def _lines(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the ceremony in the export and compute its hash anew, with no key at all."""
    path = folder / "events.jsonl"
    made = []
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if told["stream"] == RESTORE_STREAM:
            payload = told["payload"]
            change(payload)
            event = exports.Event(**{**told, "payload": json.dumps(payload, ensure_ascii=False)})
            made.append(event.seal().line)
        else:
            made.append(line)
    path.write_text("".join(f"{line}\n" for line in made), encoding="utf-8")


def test_a_ceremony_whose_names_were_changed_in_the_export_is_refused(
    restored: Restored, tmp_path: Path
) -> None:
    restored.sign()
    folder = restored.export(tmp_path / "export")
    _lines(folder, lambda payload: payload.update(operator="user:99"))
    exports.by_outsider(folder, exports.key_of(99))
    status, told = restored.judged(folder)
    assert status == verify.BROKEN
    assert f"{RESTORE_STREAM} #1: no writer on record signed it" in told
    assert "do not give the root of their checkpoint" in told
