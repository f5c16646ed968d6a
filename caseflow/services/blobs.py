"""Bytes that rows name: held when they come in, read again each night, collected when orphaned.

The store is filled before any row names what lies there, so a crash leaves orphans and never a
row without its bytes. A shared lock on the hash keeps the collector away until the row is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Blob, Case, Document
from caseflow.services import files, outbox, place, record
from caseflow.vocabulary import SYSTEM, BlobState, Conflict, Forbidden, Invalid

SCANNING = "files.scan"
STREAM = "sys:files"
# What is younger may belong to a transaction that is about to name it.
_ORPHANED_AFTER = timedelta(hours=1)
# A portion of the scrub is read within a beat of the clockwork: so many files, or so many bytes.
_FILES_AT_ONCE = 256
_BYTES_AT_ONCE = 64 * 1024 * 1024
# Names looked up in one statement; and orphans removed in one transaction, each under a lock.
_NAMES_AT_ONCE = 1_000
_ORPHANS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What one portion of the scrub read again, and which bytes were missing or damaged."""

    looked: int
    faults: tuple[str, ...]


def hold(session: Session, sha256: str, *, size: int, is_ours: bool = False) -> Blob:
    """The row of bytes that were just kept; new ones wait for the scanner where there is one.

    ``is_ours`` are papers that Caseflow itself has written.

    Raises:
        Conflict: the bytes went away meanwhile, to be handed in once more;
        Invalid: a scanner found something in these very bytes before.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock_shared(hashtextextended('blob:' || :sha256, 0))"),
        {"sha256": sha256},
    )
    if not files.is_trial() and not files.path_of(sha256).exists():
        raise Conflict("file_gone", sha256=sha256)
    is_scanned = place.here().scanner is not None and not is_ours
    now = clock.wall()
    row = insert(Blob).values(
        sha256=sha256,
        size=size,
        state=_first_state(is_scanned=is_scanned, is_ours=is_ours),
        stored_at=now,
        scrubbed_at=now,
    )
    is_new = session.scalar(row.on_conflict_do_nothing().returning(Blob.sha256)) is not None
    blob = session.get_one(Blob, sha256)
    if blob.state == BlobState.INFECTED:
        raise Invalid("file_infected", finding=blob.finding)
    if is_new and is_scanned:
        outbox.put(session, SCANNING, {"sha256": sha256})
    return blob


def require_open(session: Session, sha256: str) -> None:
    """Let nobody have bytes that the scanner has not passed yet, or has refused.

    Raises:
        Conflict: the scanner has not looked yet; Forbidden: it found something.
    """
    blob = session.get(Blob, sha256)
    if blob is not None and blob.state == BlobState.QUARANTINED:
        raise Conflict("file_quarantined")
    if blob is not None and blob.state == BlobState.INFECTED:
        raise Forbidden("file_locked_away", finding=blob.finding)


def scrub(session: Session, *, before: datetime | None = None) -> Scrubbed:
    """Read some of the bytes again that were not read since ``before`` (default: this midnight).

    Damage found for the first time goes onto the record at once, the end of a round as well;
    then orphans are collected.
    """
    due = Blob.scrubbed_at < (before or _midnight())
    found = session.scalars(
        select(Blob)
        .where(due)
        .order_by(Blob.scrubbed_at, Blob.sha256)
        .limit(_FILES_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    portion = _that_fit(found)
    faults = [blob.sha256 for blob in portion if _find_fault(session, blob)]
    session.flush()
    if portion and session.scalar(select(Blob.sha256).where(due).limit(1)) is None:
        counts = session.execute(
            select(func.count(), func.count(Blob.fault)).select_from(Blob)
        ).one()
        payload = {"files": counts[0], "faults": counts[1]}
        record.append(session, SYSTEM, STREAM, action="files.scrubbed", payload=payload)
        collect(session)
    return Scrubbed(len(portion), tuple(faults))


def scrub_due(session: Session) -> int:
    """The nightly scrub as the clockwork does it, one portion a beat."""
    return scrub(session).looked


def collect(session: Session) -> int:
    """Remove bytes that no row names, and what died on its way in; gives how many.

    An orphan is what a process left that died, or lost its transaction, after it had kept a file.
    A thousand of them go at most, the rest the next time: PostgreSQL has room for so many locks.
    """
    oldest = (clock.wall() - _ORPHANED_AFTER).timestamp()
    removed = 0
    inbox = files.inbox_folder()
    for path in inbox.iterdir() if inbox.exists() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    for path in islice(_unnamed(session, oldest), _ORPHANS_AT_ONCE):
        if _is_orphan(session, path.name):
            path.unlink(missing_ok=True)
            removed += 1
    if removed:
        payload = {"removed": removed}
        record.append(session, SYSTEM, STREAM, action="files.collected", payload=payload)
    return removed


def _that_fit(found: Sequence[Blob]) -> Sequence[Blob]:
    """The first of these files whose bytes are read at once; one at least."""
    whole = 0
    for number, blob in enumerate(found):
        whole += blob.size or 0
        if whole > _BYTES_AT_ONCE and number:
            return found[:number]
    return found


def _unnamed(session: Session, oldest: float) -> Iterator[Path]:
    """Files older than a time, in seconds, that no row names now."""
    old = (path for path in files.stored() if path.stat().st_mtime < oldest)
    while share := {path.name: path for path in islice(old, _NAMES_AT_ONCE)}:
        named = session.scalars(select(Blob.sha256).where(Blob.sha256.in_(share)))
        for name in share.keys() - set(named):
            yield share[name]


def _first_state(*, is_scanned: bool, is_ours: bool) -> BlobState:
    if is_ours:
        return BlobState.CLEAN
    return BlobState.QUARANTINED if is_scanned else BlobState.UNSCANNED


def _find_fault(session: Session, blob: Blob) -> bool:
    is_sound = files.is_sound(blob.sha256)
    fault = {True: None, False: "damaged", None: "missing"}[is_sound]
    is_news = fault is not None and fault != blob.fault
    blob.scrubbed_at, blob.fault = clock.wall(), fault
    if is_news:
        named = select(Case.number).where(
            or_(
                Case.id.in_(select(Attachment.case_id).where(Attachment.sha256 == blob.sha256)),
                Case.id.in_(select(Document.case_id).where(Document.sha256 == blob.sha256)),
            )
        )
        numbers = sorted(session.scalars(named))
        payload = {"sha256": blob.sha256, "fault": fault, "cases": numbers[:50]}
        record.append(session, SYSTEM, STREAM, action="file.faulty", payload=payload)
    return fault is not None


def _is_orphan(session: Session, sha256: str) -> bool:
    """Whether no row names the bytes; nobody can begin to while this transaction lasts."""
    is_free = session.scalar(
        text("SELECT pg_try_advisory_xact_lock(hashtextextended('blob:' || :sha256, 0))"),
        {"sha256": sha256},
    )
    return bool(is_free) and session.get(Blob, sha256, populate_existing=True) is None


def _midnight() -> datetime:
    here = clock.wall().astimezone(clock.BUREAU_ZONE)
    return here.replace(hour=0, minute=0, second=0, microsecond=0)
