"""Files go past the virus scanner; what it found goes onto the record of every case concerned."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Blob
from caseflow.models.base import Json
from caseflow.services import blobs, cases, files, outbox, place, record, scanner
from caseflow.vocabulary import SYSTEM, BlobState


def scan(session: Session, payload: Json) -> None:
    """Have bytes scanned (outbox ``files.scan``); what was found goes onto the record.

    Raises:
        Unavailable: the scanner does not answer; the outbox tries again.
    """
    address = place.here().scanner
    blob = session.get(Blob, payload["sha256"], with_for_update=True)
    if address is None or blob is None or blob.state == BlobState.INFECTED:
        return
    verdict = scanner.scan(address, files.path_of(blob.sha256))
    blob.state = BlobState.CLEAN if verdict.finding is None else BlobState.INFECTED
    blob.scanned_at, blob.scanner, blob.finding = clock.wall(), verdict.scanner, verdict.finding
    told = {"sha256": blob.sha256, "state": blob.state.value, "scanner": verdict.scanner}
    if verdict.finding is not None:
        told["finding"] = verdict.finding
        _tell_cases(session, blob)
    record.append(session, SYSTEM, blobs.STREAM, action="file.scanned", payload=told)


def scan_all(session: Session) -> int:
    """Leave work for the scanner: all that was handed in while there was none."""
    if place.here().scanner is None:
        return 0
    waiting = session.scalars(
        select(Blob).where(Blob.state == BlobState.UNSCANNED).with_for_update()
    ).all()
    for blob in waiting:
        blob.state = BlobState.QUARANTINED
        outbox.put(session, blobs.SCANNING, {"sha256": blob.sha256})
    return len(waiting)


def _tell_cases(session: Session, blob: Blob) -> None:
    """Put on the record of every case that holds the bytes that they are locked away."""
    named = session.execute(
        select(Attachment.case_id, func.min(Attachment.name))
        .where(Attachment.sha256 == blob.sha256)
        .group_by(Attachment.case_id)
        .order_by(Attachment.case_id)
    ).all()
    for case_id, name in named:
        payload = {"name": name, "sha256": blob.sha256, "finding": blob.finding}
        case = cases.locked(session, case_id)
        cases.note(session, SYSTEM, case, action="attachment.locked", payload=payload)
