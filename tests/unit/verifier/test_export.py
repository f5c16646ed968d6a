import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from caseflow.record_format import canonical
from caseflow.tlog import notes
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import Kind
from caseflow.verifier import verify
from tests.support import exports
from tests.support.exports import ORIGIN, Event, Log
from tests.unit.verifier.conftest import Judge


def test_an_honest_export_is_sound(judge: Judge) -> None:
    assert judge() == (verify.OK, [])


def test_it_runs_alone_without_site_packages(log: Log, tmp_path: Path) -> None:
    folder = exports.write(log, tmp_path / "export")
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), "--key", str(log.key)]
    done = subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, cwd="/", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    last = log.events[-1]
    assert f"✓ 完好。可信至 {last.stream} #{last.seq} (120)" in done.stdout
    assert f"✓ Sound. Trusted up to {last.stream} #{last.seq} (120)" in done.stdout


def test_without_a_key_from_outside_it_says_what_the_verdict_rests_on(
    log: Log, tmp_path: Path
) -> None:
    folder = exports.write(log, tmp_path / "export")
    status, found = verify.run(verify.options_of([str(folder)]))
    assert status == verify.OK
    assert any("trusted only as far as the key inside" in english for _, english in found.remarks)


def _rechained(log: Log) -> Log:
    """Every hash made anew, as somebody without any key can."""
    heads: dict[str, Event] = {}
    for place, event in enumerate(log.events):
        before = heads.get(event.stream)
        event.seq = before.seq + 1 if before else 1
        event.prev = before.hash if before else exports.ZERO
        event.index = place
        heads[event.stream] = event.seal()
    return log


def _change_payload(log: Log) -> None:
    log.events[40].payload = canonical({"note": "改过"})


def _change_hash_too(log: Log) -> None:
    log.events[40].payload = canonical({"note": "改过"})
    log.events[40].seal()


def _change_and_rechain(log: Log) -> None:
    _change_payload(log)
    _rechained(log)


def _drop(log: Log) -> None:
    del log.events[40]


def _drop_and_rechain(log: Log) -> None:
    _drop(log)
    _rechained(log)


def _cut_the_end(log: Log) -> None:
    del log.events[110:]


def _swap(log: Log) -> None:
    log.events[40], log.events[41] = log.events[41], log.events[40]


def _swap_with_places(log: Log) -> None:
    _swap(log)
    _rechained(log)


def _date_back(log: Log) -> None:
    log.events[40].at -= 3_600_000_000
    _rechained(log)


def _slip_in(log: Log) -> None:
    log.append("case:9", "task.completed", {})
    log.events.insert(40, log.events.pop())
    _rechained(log)


def _drop_checkpoints(log: Log) -> None:
    del log.signed[2:]


def _drop_all_checkpoints(log: Log) -> None:
    log.signed.clear()


def _sign_with_another_key(log: Log) -> None:
    mine, log.sealer = log.sealer, exports.key_of(99)
    log.signed.clear()
    log.checkpoint()
    log.sealer = mine


def _exchange_checkpoints(log: Log) -> None:
    log.signed[1], log.signed[2] = log.signed[2], log.signed[1]


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (_change_payload, "hash"),
        (_change_hash_too, "root"),
        (_change_and_rechain, "root"),
        (_drop, "gap"),
        (_drop_and_rechain, "root"),
        (_cut_the_end, "short"),
        (_swap, "index"),
        (_swap_with_places, "root"),
        (_date_back, "early"),
        (_slip_in, "root"),
        (_drop_checkpoints, "beyond"),
        (_drop_all_checkpoints, "no_checkpoint"),
        (_sign_with_another_key, "unsigned"),
        (_exchange_checkpoints, "order"),
    ],
)
def test_what_was_done_to_the_log_is_named(
    log: Log, judge: Judge, forge: Callable[[Log], None], code: str
) -> None:
    forge(log)
    status, found = judge()
    assert status == verify.BROKEN
    assert code in [each for _, each in found]


def test_the_last_trusted_event_is_that_of_the_last_good_checkpoint(
    log: Log, tmp_path: Path
) -> None:
    _change_payload(log)
    folder = exports.write(log, tmp_path / "export")
    _, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    last = log.events[25]
    assert found.trusted == f"{last.stream} #{last.seq} (26)"


def test_a_forged_event_sealed_by_the_honest_sealer_lacks_the_writers_signature(
    log: Log, judge: Judge
) -> None:
    mine, log.writer = log.writer, exports.key_of(98)
    event = log.append("case:1", "task.completed", {"forged": True})
    log.writer = mine
    log.checkpoint()
    assert judge() == (verify.BROKEN, [(f"case:1 #{event.seq}", "signature")])


def test_a_date_after_its_checkpoint_is_named(log: Log, judge: Judge) -> None:
    event = log.append("case:1", "task.completed", {})
    log.checkpoint(second=log.second - 3)
    status, found = judge()
    assert status == verify.BROKEN
    assert (f"case:1 #{event.seq}", "late") in found


def _outside(log: Log, folder: Path) -> str:
    """The newest checkpoint, kept outside."""
    kept = folder / "kept.txt"
    kept.write_text(str(log.signed[-1]), encoding="utf-8")
    return str(kept)


def test_an_old_backup_is_shorter_than_the_checkpoint_outside(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = _outside(log, tmp_path)
    del log.events[76:], log.signed[3:]
    assert judge() == (verify.OK, [])
    assert judge("--outside", kept) == (verify.BROKEN, [("--outside (120)", "truncated")])


def test_a_rewritten_history_signed_with_the_stolen_key_forks_from_the_checkpoint_outside(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = _outside(log, tmp_path)
    del log.events[80]
    _rechained(log)
    log.signed.clear()
    log.checkpoint()
    status, found = judge("--outside", kept)
    assert status == verify.BROKEN
    assert ("--outside (120)", "truncated") in found


def _ceremony(kept: str, size: int) -> dict[str, object]:
    """What auditor and operator sign after a restore to 76 events."""
    root = base64.b64decode(Path(kept).read_text(encoding="utf-8").split("\n")[2]).hex()
    told = {"lost": size, "lost_root": root, "kept": 76, "kept_root": exports.ZERO}
    return {**told, "auditor": "user:4", "operator": "user:5", "reason": "演练"}


def test_a_declared_restore_excuses_the_checkpoints_it_names_and_no_others(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = _outside(log, tmp_path)
    del log.events[76:], log.signed[3:]
    log.heads = {event.stream: event for event in log.events}
    log.append("sys:restore", "restore.signed", _ceremony(kept, 120))
    log.checkpoint()
    assert judge("--outside", kept)[0] == verify.OK


def test_a_restore_that_names_too_little_excuses_nothing(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = _outside(log, tmp_path)
    del log.events[76:], log.signed[3:]
    log.heads = {event.stream: event for event in log.events}
    log.append("sys:restore", "restore.signed", _ceremony(kept, 100))
    log.checkpoint()
    assert judge("--outside", kept)[0] == verify.BROKEN


def test_receipts_of_the_shipped_log_find_a_lost_and_a_replaced_event(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = log.events[5]
    receipts = tmp_path / "shipped.log"
    receipts.write_text(
        f'{{"stream":"{kept.stream}","seq":{kept.seq},"hash":"{kept.hash}","level":"info"}}\n'
        '{"event":"request","path":"/inbox"}\n'
        f'{{"stream":"{kept.stream}","seq":1,"hash":"{exports.ZERO}"}}\n'
        f'{{"stream":"case:77","seq":1,"hash":"{exports.ZERO}"}}\n'
    )
    status, found = judge("--receipts", str(receipts))
    assert status == verify.BROKEN
    assert found == [(f"{kept.stream} #1", "receipt_other"), ("case:77 #1", "receipt_lost")]


def test_what_is_newer_than_the_export_is_told_and_not_held_against_it(
    log: Log, tmp_path: Path
) -> None:
    folder = exports.write(log, tmp_path / "export", made_at=log.second + 10)
    log.second += 60
    later = log.append("case:1", "task.completed", {})
    receipts = tmp_path / "receipts.jsonl"
    lines = [
        {"size": 121, "stream": later.stream, "seq": later.seq, "hash": later.hash},
        {"note": str(log.checkpoint())},
    ]
    receipts.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    options = [str(folder), "--key", str(log.key), "--receipts", str(receipts)]
    status, found = verify.run(verify.options_of(options))
    assert (status, found.problems) == (verify.OK, [])
    assert any("2 things kept outside are newer" in english for _, english in found.remarks)


def test_an_export_of_an_old_backup_is_not_older_than_what_lies_outside(
    log: Log, tmp_path: Path
) -> None:
    kept = _outside(log, tmp_path)
    now = log.second + 10
    del log.events[76:], log.signed[3:]
    folder = exports.write(log, tmp_path / "export", made_at=now)
    options = [str(folder), "--key", str(log.key), "--outside", kept]
    status, found = verify.run(verify.options_of(options))
    assert status == verify.BROKEN
    assert [problem.code for problem in found.problems] == ["truncated"]


def test_a_witness_that_was_asked_for_must_have_signed(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    private = exports.key_of(50)
    witness = notes.verifier_key(private, "audit-office", Kind.COSIGNATURE)
    asked = ("--witness", str(witness))
    exports.write(log, tmp_path / "export")
    assert judge(*asked) == (verify.BROKEN, [("checkpoints.txt", "no_witness")])


def test_a_cosignature_is_verified(log: Log, judge: Judge) -> None:
    private = exports.key_of(50)
    witness = notes.verifier_key(private, "audit-office", Kind.COSIGNATURE)
    note = log.signed[-1]
    given = notes.sign(private, witness, note.text, second=log.second)
    log.signed[-1] = notes.Note(note.text, (*note.signatures, given))
    assert judge("--witness", str(witness)) == (verify.OK, [])


def test_another_key_of_the_log_is_told(log: Log, judge: Judge, tmp_path: Path) -> None:
    exports.write(log, tmp_path / "export")
    log.sealer = exports.key_of(97)
    status, found = judge()
    assert status == verify.BROKEN
    assert ("keys.json", "keys_differ") in found


def test_the_fingerprint_of_the_key_does_as_well(log: Log, tmp_path: Path) -> None:
    folder = exports.write(log, tmp_path / "export")
    told = verify.read_key(str(log.key), "").fingerprint
    assert verify.run(verify.options_of([str(folder), "--key", told]))[0] == verify.OK


def test_a_writers_key_known_from_outside_refuses_a_log_of_another_writer(
    judge: Judge,
) -> None:
    other = exports.key_of(96).public_key().public_bytes_raw().hex()
    status, found = judge("--writer", other)
    assert status == verify.BROKEN
    assert "writer" in [code for _, code in found]


def test_a_later_key_that_nobody_vouches_for_is_found(log: Log, judge: Judge) -> None:
    mine, log.writer = log.writer, exports.key_of(95)
    public = {"algorithm": "Ed25519", "public": log.public}
    log.append("sys:keys", "key.recorded", public)
    log.writer = mine
    log.checkpoint()
    status, found = judge()
    assert status == verify.BROKEN
    assert ("sys:keys #2", "writer") in found


@pytest.mark.parametrize("name", ["keys.json", "checkpoints.txt", "events.jsonl", "verify.py"])
def test_one_byte_changed_in_a_file_is_named(
    log: Log, judge: Judge, tmp_path: Path, name: str
) -> None:
    path = exports.write(log, tmp_path / "export") / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    status, found = judge()
    assert status != verify.OK
    assert name in [where for where, _ in found] or status == verify.UNREADABLE


def test_stray_and_missing_files_are_named(log: Log, judge: Judge, tmp_path: Path) -> None:
    folder = exports.write(log, tmp_path / "export")
    (folder / "more.txt").write_text("x")
    (folder / "verify.py").unlink()
    (folder / ".DS_Store").write_text("a file of the desktop is nobody's attack")
    (folder / "papers").symlink_to(tmp_path)
    strays = [("more.txt", "stray"), ("papers", "stray")]
    assert judge() == (verify.BROKEN, [("verify.py", "missing"), *strays])


def test_a_name_with_a_line_feed_is_refused(log: Log, judge: Judge, tmp_path: Path) -> None:
    folder = exports.write(log, tmp_path / "export")
    (folder / "papers\n01.pdf").write_text("x")
    assert (repr("papers\n01.pdf"), "name") in judge()[1]


def test_an_outside_checkpoint_of_an_empty_log_is_held_against_it(
    log: Log, judge: Judge, tmp_path: Path
) -> None:
    kept = tmp_path / "zero.txt"
    for root, status in ((hashlib.sha256().digest(), verify.OK), (bytes(32), verify.BROKEN)):
        note = Checkpoint(ORIGIN, 0, root).text
        signed = notes.sign(log.sealer, log.key, note, second=exports.START)
        kept.write_text(str(notes.Note(note, (signed,))), encoding="utf-8")
        assert judge("--outside", str(kept))[0] == status


def test_what_was_brought_along_is_counted_even_when_it_tells_nothing(
    log: Log, tmp_path: Path
) -> None:
    folder, receipts = exports.write(log, tmp_path / "export"), tmp_path / "receipts"
    told, event = [], log.events[5]
    for text in ("", f"{event.stream}#{event.seq}:{event.hash[:12].upper()}\n"):
        receipts.write_text(text, encoding="utf-8")
        options = [str(folder), "--key", str(log.key), "--receipts", str(receipts)]
        status, found = verify.run(verify.options_of(options))
        assert (status, found.problems) == (verify.OK, [])
        told += [english for _, english in found.remarks if english.startswith("from outside")]
    assert "0 checkpoints and 0 receipts were held against it" in told[0]
    assert "0 checkpoints and 1 receipts were held against it" in told[1]


def test_a_receipt_of_too_few_digits_is_no_receipt(log: Log, judge: Judge, tmp_path: Path) -> None:
    receipts, event = tmp_path / "receipts", log.events[5]
    told = {"stream": event.stream, "seq": event.seq, "hash": event.hash[:11]}
    receipts.write_text(json.dumps(told), encoding="utf-8")
    assert judge("--receipts", str(receipts))[1] == [(str(receipts), "receipt_short")]


def _judged(folder: Path, *options: str) -> tuple[list[str], str | None]:
    """What is wrong, and the last trusted event."""
    _, found = verify.run(verify.options_of([str(folder), *options]))
    return [each.code for each in found.problems], found.trusted


def test_what_a_key_from_outside_proves_stays_trusted_whoever_signed_the_manifest(
    log: Log, tmp_path: Path
) -> None:
    folder, last = exports.write(log, tmp_path / "export"), log.events[-1]
    exports.sign_again(log, folder, [], by=exports.key_of(99))
    trusted = f"{last.stream} #{last.seq} (120)"
    assert _judged(folder, "--key", str(log.key)) == (["manifest_unsigned"], trusted)
    print_of_key = hashlib.sha256(str(log.key).encode()).hexdigest()
    assert _judged(folder, "--key", print_of_key) == (["manifest_unsigned"], trusted)


def test_it_is_said_that_the_events_alone_are_trusted(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = exports.write(log, tmp_path / "export")
    (folder / "keys.json").write_text((folder / "keys.json").read_text() + "\n")
    assert verify.main([str(folder), "--key", str(log.key), "--lang", "en"]) == verify.BROKEN
    told = capsys.readouterr().out
    assert "(120) (the record alone, no other file)" in told
    assert "keys.json: changed" in told


def test_no_event_is_trusted_without_a_key_from_outside_once_the_manifest_does_not_hold(
    log: Log, tmp_path: Path
) -> None:
    folder = exports.write(log, tmp_path / "export")
    exports.sign_again(log, folder, [], by=exports.key_of(99))
    assert _judged(folder) == (["manifest_unsigned"], None)
    assert _judged(folder, "--key", "0" * 64) == (["keys_differ", "manifest_unsigned"], None)


def test_no_event_is_trusted_when_an_unsigned_time_sets_outside_evidence_aside(
    log: Log, tmp_path: Path
) -> None:
    """The house itself rewrote its log; whoever dates the export back hides it no better."""
    kept = tmp_path / "kept.txt"
    kept.write_text(str(Log().fill(120, every=25, note="before").signed[-1]), encoding="utf-8")
    folder = exports.write(log, tmp_path / "export", made_at=exports.START)
    exports.sign_again(log, folder, [], by=exports.key_of(99))
    options = ("--key", str(log.key), "--outside", str(kept))
    assert _judged(folder, *options) == (["manifest_unsigned"], None)


def test_nothing_is_trusted_from_a_forged_signature_on(log: Log, tmp_path: Path) -> None:
    forged, last = log.events[40], log.events[25]
    forged.sig = forged.sig[::-1]
    _rechained(log)
    log.signed = []
    for size in (26, 76, 120):
        log.checkpoint(size)
    folder = exports.write(log, tmp_path / "export")
    _, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    assert [each.code for each in found.problems] == ["signature"]
    assert found.trusted == f"{last.stream} #{last.seq} (26)"


def test_an_old_event_played_again_is_found(log: Log, judge: Judge) -> None:
    old = log.events[40]
    again = log.append(old.stream, old.action, {})
    again.idem, again.sig, again.payload, again.actor = old.idem, old.sig, old.payload, old.actor
    again.seal()
    log.checkpoint()
    assert judge() == (verify.BROKEN, [(f"{old.stream} #{again.seq}", "replayed")])


def test_an_event_held_back_from_the_sealer_is_found(log: Log, judge: Judge) -> None:
    held = log.append("case:77", "task.completed", {})
    log.events.remove(held)
    log.second += 300
    log.append("case:1", "task.completed", {}).index = 120
    log.checkpoint()
    held.index = None
    log.events.append(held)
    assert judge() == (verify.BROKEN, [("case:77 #1", "overdue")])


def test_events_that_wait_for_the_sealer_are_told(log: Log, tmp_path: Path) -> None:
    log.append("case:1", "task.completed", {}).index = None
    folder = exports.write(log, tmp_path / "export")
    status, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    assert (status, found.problems) == (verify.OK, [])
    assert any("the last 1 events are not sealed" in english for _, english in found.remarks)


def test_the_log_has_its_origins_name(log: Log) -> None:
    assert log.key.name == ORIGIN


def _nothing(folder: Path) -> None:
    folder.mkdir()


def _foreign(folder: Path) -> None:
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff")


def _no_zip(folder: Path) -> None:
    folder.write_bytes(b"PK\x03\x04 and no more")


def _other_format(folder: Path) -> None:
    folder.mkdir()
    (folder / "MANIFEST.json").write_text('{"format": "other/v9", "files": {}}')


def _deep(folder: Path) -> None:
    folder.mkdir()
    (folder / "MANIFEST.json").write_text("[" * 100_000)


def _empty_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder, "w"):
        pass


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_nothing, "empty"),
        (_foreign, "foreign"),
        (_no_zip, "not_zip"),
        (_other_format, "format"),
        (_deep, "json"),
        (_empty_zip, "empty"),
        (lambda _: None, "no_such"),
    ],
)
def test_what_is_no_export_gets_a_sentence_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None], code: str
) -> None:
    make(tmp_path / "export")
    assert verify.main([str(tmp_path / "export")]) == verify.UNREADABLE
    told = capsys.readouterr().out
    assert verify.WORDS[code][0].split("{")[0] in told
    assert verify.WORDS[code][1].split("{")[0] in told


def test_a_truncated_zip_is_told(log: Log, tmp_path: Path) -> None:
    folder = exports.write(log, tmp_path / "export")
    whole = tmp_path / "export.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for path in folder.iterdir():
            file.write(path, f"top/{path.name}")
    assert verify.main([str(whole), "--key", str(log.key)]) == verify.OK
    whole.write_bytes(whole.read_bytes()[:-200])
    assert verify.main([str(whole)]) == verify.UNREADABLE


def test_a_zip_with_another_before_it_is_refused(log: Log, tmp_path: Path) -> None:
    folder, whole = exports.write(log, tmp_path / "export"), tmp_path / "export.zip"
    with zipfile.ZipFile(whole, "w") as file:
        for path in folder.iterdir():
            file.write(path, f"export/{path.name}")
    whole.write_bytes(whole.read_bytes() * 2)
    assert verify.main([str(whole), "--key", str(log.key)]) == verify.UNREADABLE


def test_what_a_desktop_packs_beside_the_export_is_left_aside(log: Log, tmp_path: Path) -> None:
    folder, whole = exports.write(log, tmp_path / "export"), tmp_path / "export.zip"
    with zipfile.ZipFile(whole, "w") as file:
        for path in folder.iterdir():
            file.write(path, f"export/{path.name}")
            file.writestr(f"__MACOSX/export/._{path.name}", b"x")
    assert verify.main([str(whole), "--key", str(log.key)]) == verify.OK
    with zipfile.ZipFile(whole, "a") as file:
        file.writestr("export/__MACOSX/._more.pdf", b"x")
    assert verify.main([str(whole), "--key", str(log.key)]) == verify.BROKEN
