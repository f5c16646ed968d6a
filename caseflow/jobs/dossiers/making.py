"""Making the dossier 案卷 of a case: a zip that proves itself without Caseflow.

1. Read the case in one snapshot and write its papers, files, answers and index.
2. Put on record that it goes out, while nobody can append to the case; if somebody did since the
   snapshot, begin again.
3. Wait until the sealer has sealed that act, then write the events with their proofs.
4. Close with the manifest, which the writer's key signs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from caseflow import clock, documents
from caseflow.documents import PaperKind
from caseflow.jobs.dossiers import pages, wording
from caseflow.reads import dossiers as reads
from caseflow.reads.dossiers import Contents, Proof
from caseflow.reads.record_export import Keys
from caseflow.record_format import canonical
from caseflow.services import definitions, dossiers, file_reads, files, log_key, place, record
from caseflow.services.record import Receipt
from caseflow.verifier import packing, readme
from caseflow.verifier.packing import Package, Zip
from caseflow.vocabulary import Actor, Reading, Stale, Unavailable

Open = Callable[[], AbstractContextManager[Session]]

_CHUNK = 1 << 20
_TRIES = 3
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Doors:
    """How transactions are opened here: to read as this person, to read proofs, to write."""

    reading: Open
    proving: Open
    writing: Open


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was made: the case's number, and how many acts; all of them are sealed."""

    number: str
    acts: int

    @property
    def file_name(self) -> str:
        """The name that it is kept under."""
        return f"{title(self.number)}.zip"


def title(number: str) -> str:
    """The name of a case's dossier, and of the folder in it."""
    return f"案卷-{number}"


def make(
    doors: Doors, actor: Actor, case_id: int, file: IO[bytes], *, patience: float = 10
) -> Dossier:
    """Write the dossier of a case into an open file.

    Args:
        doors: how to open transactions.
        actor: who takes it.
        case_id: of which case.
        file: empty, open for writing and seeking.
        patience: so many seconds the sealer is waited for; then nothing is handed out.

    Raises:
        NotFound: there is no such case for this actor; Forbidden: the posts do not allow it;
        Stale: the case does not come to rest; Unavailable: nothing was ever sealed here, or
        the sealer did not seal the act of export in time: without it nothing shows a dossier whole.
    """
    dossiers.require(actor)
    for attempt in range(1, _TRIES + 1):
        file.seek(0)
        file.truncate()
        try:
            return _attempt(doors, actor, case_id, file, patience=patience)
        except Stale:
            if attempt == _TRIES:
                raise
    raise AssertionError


def _attempt(
    doors: Doors, actor: Actor, case_id: int, file: IO[bytes], *, patience: float
) -> Dossier:
    with doors.reading() as session:
        contents = reads.contents(session, actor, case_id)
        log = log_key.public(place.here().keys)
        if log is None:
            raise Unavailable("record_never_sealed")
        forms = definitions.process_of(session, contents.page.case.definition_id).forms
        offered = wording.offered(session, contents.page.case, forms.values())
        now = clock.now()
    number, last = contents.page.case.number, contents.acts[-1]
    end = Receipt(contents.stream, last.seq, last.hash)
    made_at = now.astimezone(clock.BUREAU_ZONE)
    with closing(Zip(file, top=title(number), made_at=made_at)) as sink:
        package = Package(sink)
        held = pages.names(contents)
        fonts = place.here().fonts
        package.add("index.pdf", [pages.index(contents, held, fonts=fonts, as_of=now)])
        package.add_text("answers.html", pages.answers(contents, forms, offered))
        package.add_json("case.json", pages.case(contents, held))
        _add_bytes(package, contents, held)
        _add_receipts(package, contents, held)
        content = {
            "content": packing.content_digest(package.files),
            "withheld": sorted(contents.withheld),
        }
        with doors.writing() as session:
            act = dossiers.note(
                session,
                actor,
                contents.stream,
                number=number,
                end=end,
                content=content,
            )
            if pages.tells_numbers(contents, forms):
                file_reads.note(session, actor, case_id, Reading.CONTACTS)
        proof = _sealed(doors, end, act, patience=patience)
        if not proof.is_sealed:
            raise Unavailable("dossier_unsealed", number=number)
        _add_proof(package, proof, log=str(log))
        told = {"made_at": now.isoformat(), "number": number, "stream": end.stream}
        sign = record.writer(place.here().keys).attest
        package.seal({"format": packing.DOSSIER, **told, "acts": end.seq}, sign)
    return Dossier(number, end.seq)


def _add_bytes(package: Package, contents: Contents, held: pages.Held) -> None:
    """Papers, evidence and canonical answers, byte by byte as their hashes are on record.

    With them what explains them: README and verifier.
    """
    package.add_text("README.txt", readme.DOSSIER)
    package.add("verify.py", [packing.VERIFIER.read_bytes()])
    for paper in contents.page.papers:
        if paper.sha256 is not None:
            _add_stored(package, held.papers[paper.id], paper.sha256)
    for file in contents.files:
        if file.sha256 in contents.withheld:
            continue
        _add_stored(package, held.files[file.id], file.sha256)
    for answer in contents.answers:
        package.add_text(f"answers/{answer.revision}.json", canonical(answer.content))


def _add_receipts(package: Package, contents: Contents, held: pages.Held) -> None:
    """The receipts of service, set from their rows: the act `paper.served` tells the same."""
    fonts = place.here().fonts
    for paper_id, name in held.receipts.items():
        receipt = contents.receipts[paper_id]
        package.add(name, [documents.render(PaperKind.SERVICE_RECEIPT, receipt, fonts=fonts)])


def _add_stored(package: Package, name: str, sha256: str) -> None:
    """The bytes of a hash; bytes that are gone stay out, and the verifier tells of it."""
    path = files.path_of(sha256)
    if path.exists():
        package.add(name, _chunks(path))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _sealed(doors: Doors, end: Receipt, act: Receipt, *, patience: float) -> Proof:
    """The proofs, once the sealer has sealed the act of export, or when patience is at its end."""
    until = time.monotonic() + patience
    while True:
        with doors.proving() as session:
            proof = reads.proof(session, end.stream, end.seq, (act.stream, act.seq))
        if proof.is_sealed or time.monotonic() > until:
            return proof
        time.sleep(_PAUSE)


def _add_proof(package: Package, proof: Proof, *, log: str) -> None:
    package.add_text("events.jsonl", "".join(f"{line}\n" for line in proof.lines))
    paths = [canonical({"index": place, "path": list(path)}) for place, path in proof.paths]
    package.add_text("proofs.jsonl", "".join(f"{line}\n" for line in paths))
    package.add_text("checkpoint.txt", proof.note)
    package.add_json("keys.json", Keys(log, (), proof.writers).told)
