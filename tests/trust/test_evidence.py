"""Evidence that an auditor packs: each dossier verifies alone, the manifest names them all."""

import hashlib
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Run
from caseflow.models.record import Checkpoint, RecordEvent
from caseflow.services import record
from caseflow.services.audits import evidence
from caseflow.verifier import verify
from caseflow.verifier.packing import manifest_text, sha256_of
from caseflow.vocabulary import SYSTEM
from tests.support.house import House
from tests.trust.conftest import standing
from tests.trust.tampering.sealed import Sealed, judge, sealed


@pytest.fixture(scope="module")
def house_of_record(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    with (
        standing(house, "evidence") as bureau,
        sealed(bureau, tmp_path_factory.mktemp("sealer")) as opened,
    ):
        yield opened


@contextmanager
def _sealing(opened: Sealed) -> Iterator[None]:
    """The sealer at work beside."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            opened.seal()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _packed(opened: Sealed, case_ids: list[int] | None) -> Run:
    database, auditor = opened.bureau.database, opened.bureau.people.auditor
    with database.transaction() as session:
        run = evidence.ask(session, auditor, "抽查", asked={"what": "x"}, case_ids=case_ids)
    with _sealing(opened):
        work_through(database, EFFECTS)
    with database.reading() as session:
        return session.get_one(Run, run.id)


def test_each_dossier_of_the_evidence_verifies_by_itself(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    run = _packed(house_of_record, [house_of_record.bureau.case_id])
    assert run.error is None
    path = evidence.path_of(run.id)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == run.detail["sha256"]
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == run.detail["name"]
    (dossier,) = folder.glob("案卷-*.zip")
    assert judge(dossier, "--key", house_of_record.key) == (verify.OK, [])
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    assert manifest["files"][dossier.name] == hashlib.sha256(dossier.read_bytes()).hexdigest()
    assert (run.done, run.total) == (1, 1)


def _unpacked(opened: Sealed, folder: Path) -> tuple[Path, Path]:
    """A package of one case, unpacked, and the dossier in it."""
    run = _packed(opened, [opened.bureau.case_id])
    with zipfile.ZipFile(evidence.path_of(run.id)) as packed:
        packed.extractall(folder)
    (top,) = folder.iterdir()
    (dossier,) = top.glob("案卷-*.zip")
    return top, dossier


def _sign_anew(top: Path, **told: object) -> None:
    """Write the manifest for what lies there, and sign it with a key that nobody knows."""
    manifest = json.loads((top / "MANIFEST.json").read_text())
    files = {each.name: sha256_of(each) for each in top.iterdir() if "MANIFEST" not in each.name}
    text = json.dumps({**manifest, "files": files, **told}).encode()
    (top / "MANIFEST.json").write_bytes(text)
    message = manifest_text(hashlib.sha256(text).hexdigest()).encode()
    (top / "MANIFEST.sig").write_text(f"{Ed25519PrivateKey.generate().sign(message).hex()}\n")


def test_a_package_is_verified_as_a_whole_and_its_manifest_is_on_record(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    run = _packed(house_of_record, [house_of_record.bureau.case_id])
    path = evidence.path_of(run.id)
    for options in ((), ("--key", house_of_record.key)):
        assert judge(path, *options) == (verify.OK, [])
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    assert judge(top, "--key", house_of_record.key) == (verify.OK, [])
    alone = [sys.executable, "-I", str(top / "verify.py"), "--key", house_of_record.key]
    told = subprocess.run(alone, capture_output=True, check=True, text=True).stdout  # noqa: S603 -- the verifier that came along
    sha256 = sha256_of(top / "MANIFEST.json")
    assert sha256 in told
    assert "一件不少" in told
    with house_of_record.bureau.database.reading() as session:
        packed_acts = select(RecordEvent.payload).where(RecordEvent.action == evidence.PACKED)
        acts = [json.loads(each) for each in session.scalars(packed_acts)]
    assert [each["manifest"] for each in acts if each["evidence"] == run.id] == [sha256]


def test_what_was_changed_taken_out_or_put_in_is_named(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    top, dossier = _unpacked(house_of_record, tmp_path)
    whole, readme = dossier.read_bytes(), top / "README.txt"
    readme.write_text("另有说明")
    (top / "另附.pdf").write_bytes(b"%PDF")
    found = judge(top, "--key", house_of_record.key)
    assert found == (verify.BROKEN, [("另附.pdf", "stray"), ("README.txt", "changed")])
    told = "\n".join(verify.report(*verify.run(verify.options_of([str(top)])), "zh"))
    assert "一件不少" not in told
    _sign_anew(top)
    assert judge(top, "--key", house_of_record.key)[1] == [("MANIFEST.json", "manifest_unsigned")]
    dossier.unlink()
    codes = {code for _where, code in judge(top, "--key", house_of_record.key)[1]}
    assert codes == {"missing", "signature_unchecked", "cases"}
    with zipfile.ZipFile(dossier, "w") as packed, zipfile.ZipFile(io.BytesIO(whole)) as old:
        for name in old.namelist():
            content = old.read(name)
            packed.writestr(name, content + b" " if name.endswith("case.json") else content)
    _sign_anew(top)
    found = judge(top, "--key", house_of_record.key)
    assert (f"{dossier.name}: case.json", "changed") in found[1]


@pytest.mark.parametrize("inner", [b"", b"PK\x05\x06" + b"\0" * 18, b"PK" * 999, None])
def test_hostile_packages_are_broken_and_never_crash_the_verifier(
    house_of_record: Sealed, tmp_path: Path, inner: bytes | None
) -> None:
    """No zip, an empty one, and the package within itself, under manifests of all shapes."""
    top, dossier = _unpacked(house_of_record, tmp_path)
    if inner is None:
        inner = evidence.path_of(
            _packed(house_of_record, [house_of_record.bureau.case_id]).id
        ).read_bytes()
    dossier.write_bytes(inner)
    for told in _ODD_CASES:
        _sign_anew(top, **told)
        status, problems = judge(top)
        assert status == verify.BROKEN
        assert dossier.name in {where.partition(":")[0] for where, _code in problems}
    _sign_anew(top, files={"../x.zip": 7, "a.zip": None})
    assert judge(top)[0] == verify.BROKEN
    for told in _ODD_HEADS:
        _sign_anew(top, **told)
        assert judge(top)[0] == verify.UNREADABLE


def test_the_file_of_public_keys_is_taken_for_the_key_unless_it_came_along(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    top, _dossier = _unpacked(house_of_record, tmp_path / "package")
    kept, inside = tmp_path / "keys.json", top / "keys.json"
    kept.write_text(json.dumps({"log": house_of_record.key, "witnesses": [], "writers": []}))
    status, found = verify.run(verify.options_of([str(top), "--key", str(kept)]))
    assert (status, found.is_outside) == (verify.OK, True)
    inside.write_bytes(kept.read_bytes())
    assert judge(top, "--key", str(inside)) == (verify.UNREADABLE, [("--key", "key_inside")])
    inside.unlink()
    for wrong in ("{", "[]", '{"log": 7}', "{" * 9_999, "\0", "x" * 9_999, "no-such.json"):
        status, found = verify.run(verify.options_of([str(top), "--key", wrong]))
        assert status == verify.UNREADABLE
        assert [problem.code for problem in found.problems] == ["log_key"]
        told = "\n".join(verify.report(status, found, "zh"))
        assert "keys.json" in told


_ODD_CASES: list[dict[str, object]] = [{}, {"cases": {}}, {"cases": [1, None]}, {"cases": "5"}]
_ODD_HEADS: list[dict[str, object]] = [{"files": []}, {"format": ["x"]}, {"format": None}]


def test_the_whole_record_verifies_as_it_was_packed(house_of_record: Sealed) -> None:
    run = _packed(house_of_record, None)
    assert run.error is None
    assert judge(evidence.path_of(run.id), "--key", house_of_record.key) == (verify.OK, [])


def test_no_checkpoint_signed_around_an_export_of_the_record_makes_it_look_cut(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    """Acts are done and sealed all the while; every checkpoint so far is kept outside."""
    over, database = threading.Event(), house_of_record.bureau.database

    def act() -> None:
        while not over.wait(0.02):
            with database.transaction() as session:
                record.append(session, SYSTEM, "sys:test", action="test.done", payload={})

    worker = threading.Thread(target=act)
    worker.start()
    run = _packed(house_of_record, None)
    over.set()
    worker.join()
    with database.reading() as session:
        notes = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size)).all()
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(notes), encoding="utf-8")
    options = ["--key", house_of_record.key, "--outside", str(kept)]
    assert judge(evidence.path_of(run.id), *options) == (verify.OK, [])


def test_what_was_broken_off_is_not_packed(house_of_record: Sealed) -> None:
    database, auditor = house_of_record.bureau.database, house_of_record.bureau.people.auditor
    with database.transaction() as session:
        run = evidence.ask(session, auditor, "抽查", asked={}, case_ids=None)
    with database.transaction() as session:
        evidence.cancel(session, auditor, run.id)
    work_through(database, EFFECTS)
    assert not evidence.path_of(run.id).exists()
