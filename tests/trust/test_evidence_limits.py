"""What hinders the verifier is never held against evidence, and no few bytes keep it at work."""

import io
import json
import resource
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from caseflow.verifier import packing, verify
from tests.support import exports
from tests.support.exports import Log
from tests.trust.tampering.sealed import judge

OUR_CASE, OTHER_CASE = "case:8", "case:9"
CASES = (OUR_CASE, OTHER_CASE)


def _begun(log: Log) -> Log:
    log.fill(40)
    for stream in CASES:
        log.append(stream, "case.opened", {"note": "x"}, actor="user:3")
    return log


@pytest.fixture
def log() -> Log:
    return _begun(Log())


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip as the product packs it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return whole.getvalue()


def _dossier(log: Log, folder: Path, stream: str) -> bytes:
    exports.write_dossier(log, folder, stream)
    lying = [each for each in folder.rglob("*") if each.is_file()]
    return _zipped({each.relative_to(folder).as_posix(): each.read_bytes() for each in lying})


def _package(log: Log, path: Path, dossiers: Mapping[str, bytes]) -> Path:
    """Evidence of these dossiers, whose manifest the log's writer signed."""
    folder = path.with_suffix("")
    package = packing.Package(packing.Folder(folder))
    for name, content in dossiers.items():
        package.add(name, [content])
    package.seal({"format": packing.EVIDENCE, "cases": ["5"] * len(dossiers)}, log.attest)
    path.write_bytes(_zipped({each.name: each.read_bytes() for each in folder.iterdir()}))
    return path


@pytest.fixture
def sound(log: Log, tmp_path: Path) -> Path:
    """Evidence of two cases with nothing wrong in it."""
    dossiers = {f"{at}.zip": _dossier(log, tmp_path / str(at), CASES[at]) for at in (0, 1)}
    path = _package(log, tmp_path / "evidence.zip", dossiers)
    assert judge(path, "--key", str(log.key)) == (verify.OK, [])
    return path


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--key", "nonsense", "log_key"),
        ("--receipts", "/no/such.jsonl", "read"),
        ("--outside", "/no/such.txt", "no_such"),
        ("--witness", "nonsense", "key"),
        ("--writer", "nonsense", "key"),
    ],
)
def test_a_slip_of_the_auditor_is_told_once_and_says_nothing_of_the_evidence(
    sound: Path, option: str, value: str, code: str
) -> None:
    status, found = judge(sound, option, value)
    assert (status, [each for _where, each in found]) == (verify.UNREADABLE, [code])


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """Let no file of this process grow larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_and_a_dossier_too_large_are_told_as_limits_of_this_machine(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _disk_of(1024):
        assert judge(sound) == (verify.UNREADABLE, [("0.zip", "disk")])
    monkeypatch.setattr(verify, "LARGEST_DOSSIER", 1024)
    assert judge(sound) == (verify.UNREADABLE, [("0.zip", "too_large")])


def test_a_manifest_is_called_forged_only_where_its_signature_could_be_checked(
    log: Log, tmp_path: Path
) -> None:
    path = _package(log, tmp_path / "evidence.zip", {"a.zip": b"", "b.zip": b"PK"})
    codes = {code for _where, code in judge(path)[1]}
    assert codes == {"not_zip", "signature_unchecked", "cases"}


def _mixed(log: Log, tmp_path: Path, *, ours: str) -> Path:
    """Evidence with a dossier of our log and one of another's, who signed all of it."""
    foreign = _begun(Log(writer=exports.key_of(8), sealer=exports.key_of(9)))
    dossiers = {
        ours: _dossier(log, tmp_path / "ours", OUR_CASE),
        "b.zip": _dossier(foreign, tmp_path / "foreign", OTHER_CASE),
    }
    return _package(foreign, tmp_path / "mixed.zip", dossiers)


@pytest.mark.parametrize("ours", ["a.zip", "c.zip"])
def test_no_act_of_another_log_is_trusted_whichever_comes_first(
    log: Log, tmp_path: Path, ours: str
) -> None:
    path = _mixed(log, tmp_path, ours=ours)
    status, found = verify.run(verify.options_of([str(path)]))
    assert (status, found.trusted) == (verify.BROKEN, None)
    assert "other_log" in {problem.code for problem in found.problems}
    last = [event.seq for event in log.events if event.stream == OUR_CASE][-1]
    for key in (str(log.key), log.key.fingerprint):
        status, found = verify.run(verify.options_of([str(path), "--key", key]))
        assert (status, found.trusted) == (verify.BROKEN, f"{OUR_CASE} #{last}")
        codes = {(problem.where, problem.code) for problem in found.problems}
        assert {
            ("b.zip: keys.json", "keys_differ"),
            ("MANIFEST.json", "manifest_unsigned"),
        } <= codes
        assert not any(where.startswith(ours) for where, _code in codes)


def test_what_was_kept_outside_is_told_of_once_for_the_whole_package(
    log: Log, sound: Path, tmp_path: Path
) -> None:
    heads = [log.heads[stream] for stream in (*CASES, "case:3")]
    lines = [f"{event.stream}#{event.seq}:{event.hash}" for event in heads]
    receipts = tmp_path / "receipts.txt"
    receipts.write_text("\n".join([*lines, '{"receipts": ["case:8#1:12"]}', "{"]))
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(map(str, log.signed[-3:])))
    options = ["--key", str(log.key), "--receipts", str(receipts), "--outside", str(kept)]
    status, found = verify.run(verify.options_of([str(sound), *options]))
    codes = [problem.code for problem in found.problems]
    assert (status, codes) == (verify.BROKEN, ["receipt_short", "receipt_line"])
    (told,) = [english for _, english in found.remarks if english.startswith("from outside")]
    assert "2 checkpoints and receipts of 2 acts were held" in told
    assert f"1 checkpoints and receipts of 1 acts met none of them: case:3 #{heads[2].seq}" in told
    assert not any("cannot be compared" in english for _, english in found.remarks)


def test_a_receipt_speaks_against_every_dossier_of_its_case(
    log: Log, sound: Path, tmp_path: Path
) -> None:
    event = next(event for event in log.events if event.stream == "sys:keys")
    receipts = tmp_path / "receipts.txt"
    receipts.write_text(f"{event.stream}#{event.seq}:{'0' * 64}\n{OUR_CASE}#1:{'0' * 64}\n")
    _status, found = judge(sound, "--receipts", str(receipts))
    places = [where for where, code in found if code == "receipt_other"]
    assert places == ["0.zip: case:8 #1", "0.zip: sys:keys #1", "1.zip: sys:keys #1"]


def _bomb(*, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A dossier of 300 MiB of nothing in a few hundred kilobytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as packed:
        with packed.open("files/01.bmp", "w") as file:
            for _ in range(300):
                file.write(bytes(1 << 20))
        told = {"format": packing.DOSSIER, "number": "5", "files": {"files/01.bmp": "0"}}
        packed.writestr("MANIFEST.json", json.dumps(told))
        packed.writestr("keys.json", json.dumps({"log": str(Log().key)}))
    return whole.getvalue()


def test_a_bomb_is_refused_and_not_called_a_forgery(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = _package(log, tmp_path / "once.zip", {"a.zip": _bomb()})
    assert once.stat().st_size < 10_000
    status, found = judge(once)
    assert (status, found[0]) == (verify.UNREADABLE, ("a.zip: files/01.bmp", "inflates"))
    other = _package(log, tmp_path / "bz2.zip", {"a.zip": _bomb(method=zipfile.ZIP_BZIP2)})
    assert judge(other) == (verify.UNREADABLE, [("a.zip: MANIFEST.json", "packing")])
    # None of many is too large by itself.
    monkeypatch.setattr(verify, "LEAST_BUDGET", 1 << 20)
    small = _zipped({"MANIFEST.json": json.dumps({"format": "x"}).encode() + b" " * (1 << 18)})
    many = _package(log, tmp_path / "many.zip", {f"{at}.zip": small for at in range(9)})
    status, found = judge(many)
    assert (status, found[0][1]) == (verify.UNREADABLE, "inflates")


def test_a_file_said_to_be_larger_than_deflate_can_make_it_is_no_part_of_a_zip(
    log: Log, tmp_path: Path
) -> None:
    content = _zipped({"MANIFEST.json": b"{}"})
    size = content.index(b"PK\1\2") + 24
    lying = content[:size] + (1 << 20).to_bytes(4, "little") + content[size + 4 :]
    path = _package(log, tmp_path / "evidence.zip", {"a.zip": lying})
    status, found = judge(path)
    assert (status, found[0]) == (verify.BROKEN, ("a.zip: MANIFEST.json", "not_zip"))


def test_a_true_export_is_read_however_much_its_events_repeat_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "LEAST_BUDGET", 0)
    log = Log().fill(1_000, every=500, note="情况属实，无异议。" * 400)
    folder = exports.write(log, tmp_path / "export")
    lying = {each.name: each.read_bytes() for each in folder.iterdir()}
    path = tmp_path / "export.zip"
    path.write_bytes(_zipped(lying))
    assert 20 * path.stat().st_size < sum(map(len, lying.values()))
    assert judge(path, "--key", str(log.key)) == (verify.OK, [])
