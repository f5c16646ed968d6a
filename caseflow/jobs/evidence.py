"""Packing evidence: dossier by dossier, or the whole record, into one zip.

Each dossier opens transactions of its own and waits for the sealer; so how far it has come shows
while the piece of work lasts. Broken off and begun again, it packs anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.db import Database, allow_long_work
from caseflow.jobs import dossiers, record_exports
from caseflow.jobs.dossiers import Doors
from caseflow.models import Run
from caseflow.models.base import Json
from caseflow.reads.audits import evidence as reads
from caseflow.services import people, place, record
from caseflow.services.audits import evidence
from caseflow.verifier import packing, readme
from caseflow.verifier.packing import Package
from caseflow.vocabulary import Actor, Refused

_CHUNK = 1 << 20


def pack(session: Session, payload: Json) -> None:
    """Pack what one asked for; a refusal ends the work with its reason, for good."""
    allow_long_work(session)
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        raise TypeError(engine)
    database = Database(engine)
    run_id = int(payload["run"])
    with database.transaction() as own:
        is_wanted = evidence.tell(own, run_id, stage="packing", done=0)
        run = own.get_one(Run, run_id)
        actor = people.actor_of(own, int(run.detail["by"]))
    if not is_wanted:
        return
    try:
        target = evidence.path_of(run_id)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # of a packing that was killed before it was told
        manifest = _pack(database, actor, run, target)
        if manifest is not None:
            size = target.stat().st_size
            packed = evidence.Packed(packing.sha256_of(target), manifest, size)
            with database.transaction() as own:
                evidence.end(own, actor, run_id, packed)
        else:
            target.unlink(missing_ok=True)
    except Refused as refusal:
        with database.transaction() as own:
            evidence.fail(own, run_id, refusal)


def _pack(database: Database, actor: Actor, run: Run, target: Path) -> str | None:
    """Write the zip; the SHA-256 of its manifest, None when it was broken off."""
    with database.reading():
        now = clock.now()
    made_at, top = now.astimezone(clock.BUREAU_ZONE), evidence.file_name(run)
    with packing.into(target, made_at=made_at, top=top) as package:
        if run.detail["case_ids"] is None:
            return record_exports.write(database, package, actor).manifest
        return _dossiers(database, actor, run, package)


def _dossiers(database: Database, actor: Actor, run: Run, package: Package) -> str | None:
    reading = partial(_long_reading, database)
    doors = Doors(reading, reading, database.transaction)
    for done, case_id in enumerate(run.detail["case_ids"], 1):
        with tempfile.TemporaryFile() as file:
            made = dossiers.make(doors, actor, case_id, file)
            file.seek(0)
            package.add(made.file_name, _chunks(file))
        with database.transaction() as session:
            if not evidence.tell(session, run.id, stage="packing", done=done):
                return None
    with database.reading() as session:
        named = reads.numbers(session, run.detail["case_ids"])
        now = clock.now()
    names = "".join(f"{name}\n" for name in package.files)
    package.add_text("README.txt", f"{readme.EVIDENCE}\n{names}")
    package.add("verify.py", [packing.VERIFIER.read_bytes()])
    told = {
        "format": packing.EVIDENCE,
        "name": run.detail["name"],
        "asked": run.detail["asked"],
        "made_by": actor.signature,
        "made_at": now.isoformat(),
        "cases": [named[case_id] for case_id in run.detail["case_ids"]],
    }
    return package.seal(told, record.writer(place.here().keys).attest)


@contextmanager
def _long_reading(database: Database) -> Iterator[Session]:
    """A snapshot that may wait while what was read is packed."""
    with database.reading() as session:
        allow_long_work(session)
        yield session


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
