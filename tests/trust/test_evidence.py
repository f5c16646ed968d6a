"""Evidence that an auditor packs: each dossier verifies alone, the manifest names them all."""

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Run
from caseflow.models.record import Checkpoint
from caseflow.services import record
from caseflow.services.audits import evidence
from caseflow.verifier import verify
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
    (dossier,) = folder.glob("案卷-*.zip")
    assert judge(dossier, "--key", house_of_record.key) == (verify.OK, [])
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    assert manifest["files"][dossier.name] == hashlib.sha256(dossier.read_bytes()).hexdigest()
    assert (run.done, run.total) == (1, 1)


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
