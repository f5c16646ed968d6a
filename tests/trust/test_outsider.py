"""Forgeries by people who hold no key of the house, and outside evidence that contradicts it."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caseflow.tlog import checkpoints, notes
from caseflow.tlog.notes import Kind, Note
from caseflow.verifier import verify
from tests.support import exports
from tests.support.exports import Event, Log
from tests.trust.tampering.sealed import Found, judge

EVIL = exports.key_of(99)
CASE = "case:9"


@pytest.fixture
def log() -> Log:
    log = Log().fill(60, every=20)
    for number in range(3):
        log.append(CASE, "task.completed", {"turn": number})
    log.checkpoint()
    return log


def _codes(found: Found) -> set[str]:
    return {code for _, code in found}


def _judge(log: Log, folder: Path, *options: str) -> tuple[int, Found]:
    return judge(folder, "--key", str(log.key), *options)


def test_an_outsider_cannot_cut_an_export_back_to_an_earlier_checkpoint(
    log: Log, tmp_path: Path
) -> None:
    folder = exports.write(log, tmp_path / "export")
    first = log.signed[0]
    size = checkpoints.read(first).size
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "events.jsonl").write_text("".join(lines[:size]), encoding="utf-8")
    witness = notes.verifier_key(EVIL, "市审计局", Kind.COSIGNATURE)
    given = notes.sign(EVIL, witness, first.text, second=exports.START)
    text = str(Note(first.text, (*first.signatures, given)))
    (folder / "checkpoints.txt").write_text(text, encoding="utf-8")
    told = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    told["witnesses"] = [str(witness)]
    (folder / "keys.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "verify.py").write_text('print("all is well")', encoding="utf-8")
    exports.by_outsider(folder, EVIL)
    status, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    assert status == verify.BROKEN
    assert "manifest_unsigned" in [problem.code for problem in found.problems]
    last = log.events[size - 1]
    assert found.trusted == f"{last.stream} #{last.seq} ({size})"  # its beginning is the house's
    assert any("named inside the export, not counted" in english for _, english in found.remarks)


def test_a_file_hidden_among_what_a_program_leaves_behind_is_named(
    log: Log, tmp_path: Path
) -> None:
    folder = exports.write(log, tmp_path / "export")
    for name in ("__pycache__", "__MACOSX"):
        (folder / name).mkdir()
        (folder / name / "补充决定书.pdf").write_text("x")
    strays = [(f"{name}/补充决定书.pdf", "stray") for name in ("__MACOSX", "__pycache__")]
    assert _judge(log, folder) == (verify.BROKEN, strays)


def _forged(real: Log, folder: Path) -> Path:
    """A dossier of an outsider who has one public checkpoint, and nothing of the house's keys."""
    fake = Log(writer=EVIL, sealer=real.sealer)
    public = {"algorithm": "Ed25519", "public": fake.public}
    fake.append("sys:keys", "key.recorded", public, actor="system:caseflow")
    fake.append(CASE, "case.opened", {"status": "open"}, actor="user:3")
    exports.write_dossier(fake, folder, CASE)
    lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    events = [next(e for e in fake.events if e.hash == line["hash"]) for line in lines]
    for event in events:
        event.index = None
    (folder / "events.jsonl").write_text("".join(f"{event.line}\n" for event in events))
    (folder / "proofs.jsonl").write_text("")
    (folder / "checkpoint.txt").write_text(str(real.signed[-1]), encoding="utf-8")
    exports.by_outsider(folder, EVIL)
    return folder


def test_a_dossier_without_a_single_proof_is_a_forgery(log: Log, tmp_path: Path) -> None:
    folder = _forged(log, tmp_path / "dossier")
    status, found = _judge(log, folder)
    assert status == verify.BROKEN
    assert ("sys:keys #1", "no_proof") in found
    assert ("sys:exports #1", "no_proof") in found
    assert {"manifest_unsigned", "no_writer"} <= _codes(found)


def test_what_cannot_be_compared_with_a_dossier_is_said(log: Log, tmp_path: Path) -> None:
    folder = exports.write_dossier(log, tmp_path / "dossier", CASE)
    other = Log().fill(90, every=30, note="rewritten")
    kept, receipts = tmp_path / "kept.txt", tmp_path / "receipts.jsonl"
    kept.write_text(str(other.signed[-1]), encoding="utf-8")
    receipts.write_text('{"event":"request"}\n')
    options = ("--key", str(log.key), "--outside", str(kept), "--receipts", str(receipts))
    _, found = verify.run(verify.options_of([str(folder), *options]))
    told = " ".join(english for _, english in found.remarks)
    assert "the outside checkpoint has 90 events, the dossier's has 65" in told
    assert "0 checkpoints and 0 receipts were held against it; 1 checkpoints and 0" in told


def _contradicting(tmp_path: Path) -> tuple[Log, Path, dict[str, str], Event]:
    """An act deleted before it was sealed, another in its place; receipts of both."""
    log = Log().fill(30, every=10)
    lost = log.append("case:3", "case.approved", {"status": "approved"})
    log.events.pop()
    log.heads["case:3"] = [event for event in log.events if event.stream == "case:3"][-1]
    new = log.append("case:3", "case.rejected", {"status": "rejected"})
    log.checkpoint()
    told = f"case:3#{lost.seq}:{lost.hash}"
    sealed = {"event": "sealed", "size": 31, "stream": "case:3", "seq": new.seq}
    lines = {
        "app": json.dumps({"event": "recorded", "receipts": [told]}),
        "true": json.dumps({**sealed, "hash": new.hash}),
        "false": json.dumps({**sealed, "hash": lost.hash}),
    }
    return log, exports.write(log, tmp_path / "export"), lines, new


@pytest.mark.parametrize("order", ["app", "app true", "true app", "false true", "true false"])
def test_receipts_that_contradict_each_other_do_not_cancel_out(tmp_path: Path, order: str) -> None:
    log, folder, lines, event = _contradicting(tmp_path)
    receipts = tmp_path / "receipts.jsonl"
    receipts.write_text("".join(f"{lines[name]}\n" for name in order.split()))
    status, found = _judge(log, folder, "--receipts", str(receipts))
    assert (status, found) == (verify.BROKEN, [(f"case:3 #{event.seq}", "receipt_other")])


def _restored(
    *, sealed: bool = True, kept: int = 40, meanwhile: Callable[[Log], object] = id
) -> tuple[Note, Log]:
    """A log of sixty events taken back to forty, and the ceremony over it, after ``meanwhile``."""
    before = Log().fill(60, every=20)
    lost, log = before.signed[-1], Log().fill(60, every=20)
    del log.events[41:], log.signed[2:]
    log.heads = {event.stream: event for event in log.events}
    log.second = before.second + 100
    end, stood = checkpoints.read(lost), checkpoints.read(log.signed[-1])
    meanwhile(log)
    told = {"lost": end.size, "lost_root": end.root.hex(), "kept": kept}
    told["lost_at"] = lost.signatures[0].signed_at
    people = {"auditor": "user:4", "operator": "user:5", "reason": "演练"}
    act = {**told, "kept_root": stood.root.hex(), **people}
    event = log.append("sys:restore", "restore.signed", act)
    if sealed:
        log.checkpoint()
    else:
        log.checkpoint(len(log.events) - 1)
        event.index = None
    return lost, log


def _kept(note: Note, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "kept.txt"
    path.write_text(str(note), encoding="utf-8")
    return "--outside", str(path)


def test_a_restore_as_the_product_signs_it_excuses_what_it_lost(tmp_path: Path) -> None:
    lost, log = _restored()
    folder = exports.write(log, tmp_path / "export")
    assert _judge(log, folder, *_kept(lost, tmp_path)) == (verify.OK, [])


def test_acts_between_a_restore_and_its_signing_are_not_excused(tmp_path: Path) -> None:
    """They wait for the sealer until two people have signed; nothing of them was lost."""
    told: list[str] = []

    def decide(log: Log, outcome: str) -> None:
        log.second += 3 * 86_400
        event = log.append("case:3", "case.approved", {"outcome": outcome})
        at = datetime.fromtimestamp(log.second, UTC).isoformat()
        receipt = f"case:3#{event.seq}:{event.hash}"
        told.append(json.dumps({"event": "recorded", "at": at, "receipts": [receipt]}))
        log.second += 86_400

    _, honest = _restored(meanwhile=lambda log: decide(log, "approved"))
    lost, rewritten = _restored(meanwhile=lambda log: decide(log, "closed"))
    receipts = tmp_path / "receipts.jsonl"
    receipts.write_text(f"{told[0]}\n", encoding="utf-8")
    kept = (*_kept(lost, tmp_path), "--receipts", str(receipts))
    assert _judge(honest, exports.write(honest, tmp_path / "honest"), *kept) == (verify.OK, [])
    status, found = _judge(rewritten, exports.write(rewritten, tmp_path / "rewritten"), *kept)
    assert status == verify.BROKEN
    assert _codes(found) == {"receipt_other"}


def test_a_restore_that_is_not_sealed_excuses_nothing(tmp_path: Path) -> None:
    lost, log = _restored(sealed=False)
    folder = exports.write(log, tmp_path / "export")
    assert "truncated" in _codes(_judge(log, folder, *_kept(lost, tmp_path))[1])


def test_one_restore_does_not_excuse_a_later_rollback(tmp_path: Path) -> None:
    _, log = _restored()
    for number in range(9):
        log.append("case:1", "task.completed", {"i": number})
    log.checkpoint()
    short = copy.deepcopy(log)
    for number in range(5):
        log.append("case:2", "case.approved", {"i": number})
    folder = exports.write(short, tmp_path / "export")
    status, found = _judge(log, folder, *_kept(log.checkpoint(), tmp_path))
    assert status == verify.BROKEN
    assert _codes(found) == {"truncated"}


def test_receipts_of_what_a_restore_lost_are_excused_and_later_ones_are_not(
    tmp_path: Path,
) -> None:
    lost, log = _restored()
    for number in range(20):
        log.append("case:8", "task.completed", {"turn": number})
    log.checkpoint()
    gone = Log().fill(60, every=20).events[50]
    sealed = {"event": "sealed", "size": 51, "stream": gone.stream, "seq": gone.seq}
    at = datetime.fromtimestamp(gone.at / 1e6, UTC).isoformat()
    recorded = {
        "event": "recorded",
        "at": at,
        "receipts": [f"{gone.stream}#{gone.seq}:{gone.hash}"],
    }
    lines = [json.dumps({**sealed, "hash": gone.hash}), json.dumps({"note": str(lost)})]
    lines.insert(1, json.dumps(recorded))
    folder, receipts = exports.write(log, tmp_path / "export"), tmp_path / "receipts.jsonl"
    receipts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert _judge(log, folder, "--receipts", str(receipts)) == (verify.OK, [])
    later = json.dumps({"note": str(log.signed[-1])})
    receipts.write_text("\n".join([*lines[:2], later]) + "\n", encoding="utf-8")
    status, found = _judge(log, folder, "--receipts", str(receipts))
    assert status == verify.BROKEN
    assert _codes(found) <= {"receipt_lost", "receipt_other"}


def test_only_the_newest_acts_of_a_case_may_wait_for_the_sealer(log: Log, tmp_path: Path) -> None:
    honest = exports.write_dossier(copy.deepcopy(log), tmp_path / "honest", CASE)
    assert _judge(log, honest) == (verify.OK, [])
    waits = exports.write_dossier(copy.deepcopy(log), tmp_path / "waits", CASE, unsealed=1)
    status, found = verify.run(verify.options_of([str(waits), "--key", str(log.key)]))
    assert (status, found.problems) == (verify.OK, [])
    assert found.trusted == f"{CASE} #3"


def _swap_a_paper(folder: Path) -> None:
    (folder / "papers" / "01.pdf").write_bytes(b"%PDF-1.7 another decision")


def _cut_the_end(folder: Path) -> None:
    _without(folder, CASE, -1)


def _lose_the_act_of_export(folder: Path) -> None:
    _without(folder, "sys:exports", 0)


def _without(folder: Path, stream: str, number: int) -> None:
    path = folder / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.remove([line for line in lines if json.loads(line)["stream"] == stream][number])
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "trusted"),
    [
        (_swap_a_paper, f"{CASE} #4"),
        (_cut_the_end, f"{CASE} #3"),
        (_lose_the_act_of_export, f"{CASE} #4"),
        (lambda folder: _without(folder, CASE, 1), f"{CASE} #1"),
        (lambda folder: _without(folder, "sys:keys", 0), None),
    ],
)
def test_proven_acts_of_a_dossier_stay_trusted_under_a_key_from_outside_alone(
    log: Log, tmp_path: Path, change: Callable[[Path], None], trusted: str | None
) -> None:
    folder = exports.write_dossier(log, tmp_path / "dossier", CASE)
    change(folder)
    for is_signed in (False, True):
        if is_signed:
            exports.by_outsider(folder, EVIL)
        status, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
        assert (status, found.trusted) == (verify.BROKEN, trusted)
    status, found = verify.run(verify.options_of([str(folder)]))
    assert (status, found.trusted) == (verify.BROKEN, None)


def _unseal(stream: str, number: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "events.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [at for at, line in enumerate(lines) if json.loads(line)["stream"] == stream]
        told = lines[places[number]]
        at = json.loads(told)["index"]
        lines[places[number]] = told.replace(f'"index":{at},', '"index":null,', 1)
        path.write_text("".join(lines), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("stream", "number"), [("sys:keys", 0), ("sys:exports", 0), (CASE, 0), (CASE, -2)]
)
def test_an_act_said_to_be_unsealed_needs_its_proof(
    log: Log, tmp_path: Path, stream: str, number: int
) -> None:
    folder = exports.write_dossier(log, tmp_path / "dossier", CASE)
    _unseal(stream, number)(folder)
    exports.sign_again(log, folder, ["events.jsonl"])
    status, found = _judge(log, folder)
    assert status == verify.BROKEN
    assert "no_proof" in _codes(found)
