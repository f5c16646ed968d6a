"""Checkpoints, witness, sheet and ceremony as bureau and audit office type them."""

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from caseflow import db
from caseflow.cli import main, record_seals
from caseflow.config import Config
from caseflow.models import BureauClock
from caseflow.models.record import Checkpoint, Cosignature, RecordEvent
from caseflow.reads import seals
from caseflow.record_format import RESTORE_STREAM
from caseflow.services import accounts, log_key, place, record
from caseflow.tlog import notes, requests
from caseflow.tlog.checkpoints import Checkpoint as Said
from caseflow.verifier import verify
from caseflow.vocabulary import SYSTEM
from tests import cast
from tests.support import sealed_log
from tests.support.sealed_log import Log

Run = Callable[..., Result]
_TYPED = "海鸥-飞过-星海湾-2026"


@pytest.fixture
def log(own_house: Config, own_database: db.Database, tmp_path: Path) -> Iterator[Log]:
    here = place.under(tmp_path, fonts=place.here().fonts)
    place.settle(here)
    with sealed_log.standing(replace(own_house, var=tmp_path), own_database, tmp_path) as opened:
        opened.act("case:1", 2)
        sealed_log.drain(opened.sealer())
        yield opened


@pytest.fixture
def run(log: Log, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", str(log.config.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(log.folder))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")

    def typed(*arguments: str, said: str | None = None) -> Result:
        return CliRunner().invoke(main, ["record", *arguments], input=said)

    return typed


def test_while_the_past_of_a_demo_is_made_that_is_what_is_said(
    own_house: Config, own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    for is_making, said in ((True, "past of the demo is being made"), (False, "Nothing is sealed")):
        with own_database.transaction() as session:
            session.execute(update(BureauClock).values(is_making_past=is_making))
        for which in ([], ["--first"]):
            result = CliRunner().invoke(main, ["record", "checkpoint", *which])
            assert said in result.output


def _kept(path: Path, content: str) -> str:
    path.write_text(content)
    return str(path)


def _watch(log: Log, run: Run) -> str:
    """A witness that knows the log and has signed its first checkpoint; its key."""
    key = str(log_key.public(log.folder / "keys"))
    home = str(log.folder / "witness")
    shown = run("witness", "--home", home, "--name", "audit-office", "--log", key)
    request = _kept(log.folder / "request", run("proof", "--from", "0").stdout)
    assert run("witness", request, "--home", home).exit_code == 0
    return shown.stdout.strip()


def test_the_newest_checkpoint_is_printed_with_the_key_to_keep_outside(log: Log, run: Run) -> None:
    result = run("checkpoint")
    key = log_key.public(log.folder / "keys")
    assert key is not None
    assert notes.read(result.stdout).by(key) is not None
    assert str(key) in result.stderr
    assert key.fingerprint in result.stderr
    assert "本系统之外保管" in result.stderr


def test_a_new_house_prints_key_fingerprint_and_first_checkpoint_to_keep_outside(
    own_house: Config,
    own_database: db.Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    place.settle(place.under(tmp_path, fonts=place.here().fonts))
    with sealed_log.standing(replace(own_house, var=tmp_path), own_database, tmp_path) as opened:

        def mind(until: Callable[[], bool]) -> None:
            """The sealer begins; once it waits, there is a first act, and it is sealed."""
            sealer = opened.sealer()
            if not until():
                opened.act("case:1", 2)
                sealed_log.drain(sealer)
                while not until():
                    time.sleep(0.05)

        record_seals.tell_at_first(opened.config, mind)
        key = log_key.public(tmp_path / "keys")
        with own_database.reading() as session:
            first = seals.first(session)
            assert first is not None
            note = seals.note_of(session, first)
    told = capsys.readouterr()
    assert key is not None
    assert verify.read_key(str(key), "").fingerprint == key.fingerprint
    assert str(note) in told.out
    assert told.err.count(key.fingerprint) == 2
    assert "outside this system" in told.err


def test_a_house_whose_record_is_sealed_prints_nothing_at_its_start(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    record_seals.tell_at_first(log.config, lambda _until: pytest.fail("it waits"))
    assert capsys.readouterr() == ("", "")


def test_a_witness_signs_what_continues_and_the_bureau_puts_it_on_file(log: Log, run: Run) -> None:
    witness = _watch(log, run)
    log.act("case:1", 3)
    sealed_log.drain(log.sealer())
    request = _kept(log.folder / "request", run("proof", "--from", "3").stdout)
    cosigned = run("witness", request, "--home", str(log.folder / "witness"))
    file = _kept(log.folder / "cosigned", cosigned.stdout)
    assert "audit-office" in run("cosign", file, "--witness", witness).output
    assert run("cosign", file).exit_code == 0  # twice does no harm
    with log.database.reading() as session:
        rows = session.execute(select(Cosignature.size, Cosignature.witness)).all()
    assert [tuple(row) for row in rows] == [(6, "audit-office")]
    assert "— audit-office" in run("checkpoint", "--size", "6").stdout


def test_a_witness_refuses_a_log_that_was_cut_short(log: Log, run: Run) -> None:
    _watch(log, run)
    first = str(log_key.of(log.folder / "keys").sign(_cut(log), 1))
    request = _kept(log.folder / "request", f"old 3\n\n{first}")
    result = run("witness", request, "--home", str(log.folder / "witness"))
    assert (result.exit_code, result.stdout) == (5, "")
    assert "留痕被截短" in result.stderr


def _cut(log: Log) -> Said:
    """A checkpoint of fewer events than the witness has signed."""
    return Said(log_key.of(log.folder / "keys").origin, 2, bytes(32))


_BAD = [
    ("", "不是见证请求"),
    ("old 3\n\nnonsense", "不是见证请求"),
    ("old 4\n\n{note}", "索取 --from 3"),
    ("old 3\n{zero}\n\n{note}", "历史可能被改写"),
    ("\x00\xff", "不是见证请求"),
]


@pytest.mark.parametrize(("content", "said"), _BAD)
def test_a_witness_signs_nothing_that_is_not_proved(
    log: Log, run: Run, content: str, said: str
) -> None:
    _watch(log, run)
    log.act("case:1", 2)
    sealed_log.drain(log.sealer())
    note, zero = run("checkpoint").stdout, "A" * 43 + "="
    request = _kept(log.folder / "request", content.format(note=note, zero=zero))
    result = run("witness", request, "--home", str(log.folder / "witness"))
    assert (result.exit_code, result.stdout) == (5, "")
    assert said in result.stderr


def test_a_cosignature_by_nobody_on_record_is_not_put_on_file(log: Log, run: Run) -> None:
    _watch(log, run)
    result = run("cosign", _kept(log.folder / "plain", run("checkpoint").stdout))
    assert (result.exit_code, "没有已登记见证人" in result.stderr) == (5, True)


def test_a_checkpoint_of_another_log_is_not_put_on_file(log: Log, run: Run) -> None:
    foreign = log_key.of(log.folder / "elsewhere")
    request = requests.read(run("proof", "--from", "0").stdout)
    text = request.note.text.replace(log_key.of(log.folder / "keys").origin, foreign.origin)
    note = notes.Note(text, (notes.sign(foreign.private, foreign.public, text, second=1),))
    result = run("cosign", _kept(log.folder / "foreign", str(note)))
    assert (result.exit_code, "没有签发过" in result.stderr) == (5, True)


def test_the_sheet_of_today_is_made_once_and_given_as_pdf(log: Log, run: Run) -> None:
    out = log.folder / "sheet.pdf"
    for _ in range(2):
        assert run("sheet", "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert run("sheet", "--on", "2001-01-01", "--out", str(out)).exit_code == 5


def _restored(log: Log) -> str:
    """A log that a restore took back to one event; the checkpoint that was kept outside."""
    with log.database.reading() as session:
        kept = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc())).first()
    with log.database.transaction() as session:
        cast.enter(session)
        for login in ("auditor", "sysadmin"):
            accounts.set_password(session, SYSTEM, login, password=_TYPED)
    log.roll_back(1)
    return _kept(log.folder / "kept", str(kept))


def test_only_the_ceremony_of_two_lets_the_sealer_go_on_after_a_restore(log: Log, run: Run) -> None:
    kept = _restored(log)
    sealed_log.drain(log.sealer())
    assert log.open_faults() == ["shorter"]
    result = run("restored", "--lost", kept, *_TWO, said=f"{_TYPED}\n{_TYPED}\n")
    assert result.exit_code == 0, result.output
    sealed_log.drain(log.sealer())
    assert log.open_faults() == []
    with log.database.reading() as session:
        events = session.scalars(select(RecordEvent).where(RecordEvent.stream == RESTORE_STREAM))
        (told,) = [event.payload for event in events]
    assert '"kept":1' in told
    assert '"lost":3' in told


def test_one_person_in_both_parts_of_the_ceremony_is_refused_and_noted(log: Log, run: Run) -> None:
    kept = _restored(log)
    alone = ("--auditor", "auditor", "--operator", "auditor", "--reason", "恢复到九点")
    for _ in range(2):
        result = run("restored", "--lost", kept, *alone, said=f"{_TYPED}\n{_TYPED}\n")
        assert result.exit_code != 0
    with log.database.reading() as session:
        events = session.scalars(select(RecordEvent).where(RecordEvent.action == "door.refused"))
        (told,) = [event.payload for event in events]
    assert '"why":"restored_two_people"' in told


_TWO = ("--auditor", "auditor", "--operator", "sysadmin", "--reason", "恢复到九点")


def test_an_older_sheet_than_the_sealer_remembers_is_refused_with_the_place_of_the_newest(
    log: Log, run: Run
) -> None:
    sheet = _kept(log.folder / "sheet", run("checkpoint").stdout)
    log.act("case:1", 2)
    sealed_log.drain(log.sealer())
    newest = log.folder / "seals" / "last"
    _restored(log)
    result = run("restored", "--lost", sheet, *_TWO, said=f"{_TYPED}\n{_TYPED}\n")
    assert result.exit_code == 5, result.output
    assert str(newest) in result.output
    assert "5 条" in result.output
    with log.database.reading() as session:
        of_restore = select(RecordEvent).where(RecordEvent.stream == RESTORE_STREAM)
        assert session.scalars(of_restore).all() == []
    given = _kept(log.folder / "given", newest.read_text())
    assert run("restored", "--lost", given, *_TWO, said=f"{_TYPED}\n{_TYPED}\n").exit_code == 0
    sealed_log.drain(log.sealer())
    assert log.open_faults() == []


def test_a_receipt_serves_the_ceremony_where_the_last_checkpoint_is_lost(
    log: Log, run: Run
) -> None:
    sheet = _kept(log.folder / "sheet", run("checkpoint").stdout)
    log.act("case:1", 2)
    sealed_log.drain(log.sealer())
    _restored(log)
    (log.folder / "seals" / "last").unlink()
    sealed_log.drain(log.sealer())
    assert log.open_faults() == ["shorter"]
    receipts = log.folder / "logs" / "receipts.jsonl"
    refused = run("restored", "--lost", sheet, *_TWO, said=f"{_TYPED}\n{_TYPED}\n")
    assert (refused.exit_code, str(receipts) in refused.output) == (5, True)
    given = _kept(log.folder / "given", receipts.read_text().splitlines()[-1])
    assert run("restored", "--lost", given, *_TWO, said=f"{_TYPED}\n{_TYPED}\n").exit_code == 0
    sealed_log.drain(log.sealer())
    assert log.open_faults() == []


_ALONE = [("auditor", "auditor"), ("sysadmin", "auditor"), ("sysadmin", "sysadmin")]


@pytest.mark.parametrize("two", _ALONE)
def test_nobody_signs_for_a_restore_alone(log: Log, run: Run, two: tuple[str, str]) -> None:
    kept = _restored(log)
    logins = ("--auditor", two[0], "--operator", two[1])
    typed = f"{_TYPED}\n{_TYPED}\n"
    result = run("restored", "--lost", kept, *logins, "--reason", "x", said=typed)
    assert (result.exit_code, "共同签署" in result.output) == (5, True)


def test_a_restore_that_lost_nothing_is_not_signed_for(log: Log, run: Run) -> None:
    kept = _kept(log.folder / "kept", run("checkpoint").stdout)
    with log.database.transaction() as session:
        cast.enter(session)
        for login in ("auditor", "sysadmin"):
            accounts.set_password(session, SYSTEM, login, password=_TYPED)
    two = ("--auditor", "auditor", "--operator", "sysadmin", "--reason", "x")
    result = run("restored", "--lost", kept, *two, said=f"{_TYPED}\n{_TYPED}\n")
    assert (result.exit_code, "没有丢失" in result.output) == (5, True)


def test_events_of_a_new_key_are_sealed_because_the_former_one_vouched_for_it(
    log: Log, run: Run
) -> None:
    before = record.public_key(log.folder / "keys")
    assert run("new-key").exit_code == 0
    assert record.public_key(log.folder / "keys") != before
    log.act("case:1", 2)
    sealed_log.drain(log.sealer())
    assert log.open_faults() == []
    with log.database.reading() as session:
        assert seals.backlog(session).count == 0


@pytest.mark.parametrize("name", ["export", "the record.zip"])
def test_the_command_that_an_export_prints_verifies_it_word_for_word(
    run: Run, tmp_path: Path, name: str
) -> None:
    told = run("export", str(tmp_path / name)).stdout
    (command,) = [line for line in told.splitlines() if "python3" in line]
    done = subprocess.run(  # noqa: S602 - the product's own words
        command, shell=True, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "✓ 完好" in done.stdout) == (0, True), done.stdout
