"""The sealed log as it is shown and handed out: checkpoints, proofs, sheets, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models.record import (
    Checkpoint,
    CheckpointSheet,
    Cosignature,
    RecordEvent,
    RecordLeaf,
    RecordPending,
    RecordTile,
    SealFinding,
)
from caseflow.reads import record_chain
from caseflow.reads.record_chain import payload_of
from caseflow.record_format import WITNESS_RECORDED, WITNESSES_STREAM
from caseflow.tlog import notes, tiles, tree
from caseflow.tlog.notes import BadNote, Note, VerifierKey
from caseflow.tlog.requests import Request
from caseflow.vocabulary import NotFound, SealFault


@dataclass(frozen=True, slots=True)
class Seal:
    """A checkpoint with the names of the witnesses who signed it."""

    size: int
    at: datetime
    root: bytes
    note: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is recorded and not sealed: how many events, and how long the oldest has waited."""

    count: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class Finding:
    """What the sealer found, where; ``ended_at`` is None while it stops the sealing."""

    fault: SealFault
    stream: str | None
    seq: int | None
    found_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a day: the size it shows, and the hash of its file."""

    on: date
    size: int
    sha256: str


def first(session: Session) -> Seal | None:
    """The first checkpoint that was ever signed."""
    row = session.scalar(select(Checkpoint).order_by(Checkpoint.size).limit(1))
    return None if row is None else _seal(session, row)


def latest(session: Session) -> Seal | None:
    """The newest checkpoint."""
    row = session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))
    return None if row is None else _seal(session, row)


def at_size(session: Session, size: int) -> Seal:
    """The checkpoint over the first ``size`` events.

    Raises:
        NotFound: none was signed at that size.
    """
    row = session.get(Checkpoint, size)
    if row is None:
        raise NotFound("checkpoint", size=size)
    return _seal(session, row)


def cosigned(session: Session, limit: int = 20) -> tuple[Seal, ...]:
    """The newest checkpoints that a witness signed."""
    rows = session.scalars(
        select(Checkpoint)
        .where(Checkpoint.size.in_(select(Cosignature.size)))
        .order_by(Checkpoint.size.desc())
        .limit(limit)
    )
    return tuple(_seal(session, row) for row in rows)


def note_of(session: Session, seal: Seal) -> Note:
    """The signed note of a checkpoint with the lines of its witnesses under it."""
    lines = session.scalars(
        select(Cosignature.line).where(Cosignature.size == seal.size).order_by(Cosignature.witness)
    )
    note = notes.read(seal.note)
    return Note(note.text, (*note.signatures, *map(notes.read_signature, lines)))


def request(session: Session, old: int, size: int | None = None) -> Request:
    """A checkpoint with the proof that it continues the log of ``old`` events, for a witness.

    Raises:
        NotFound: nothing is sealed, or no checkpoint was signed at that size.
        Invalid: see ``consistency``.
    """
    seal = latest(session) if size is None else at_size(session, size)
    if seal is None:
        raise NotFound("checkpoint", size=0)
    return Request(old, tuple(consistency(session, old, seal.size)), notes.read(seal.note))


def consistency(session: Session, old: int, size: int) -> list[bytes]:
    """The proof that the log of ``size`` events begins with the log of ``old`` events.

    Raises:
        NotFound: the log never had that many events.
    """
    if not 0 <= old <= size:
        raise NotFound("checkpoint", size=old)
    return tree.consistency(nodes(session), old, size)


def nodes(session: Session) -> tree.Nodes:
    """The nodes of the sealed tree, read from its tiles."""

    def read(level: int, number: int) -> bytes:
        hashes = session.scalar(
            select(RecordTile.hashes).where(RecordTile.level == level, RecordTile.index == number)
        )
        return hashes or b""

    return tiles.nodes(read)


def root(session: Session, size: int) -> bytes | None:
    """The root that the stored tiles give for a size; None when they lack hashes."""
    try:
        return tree.root(nodes(session), size)
    except tiles.Incomplete:
        return None


def sealed_count(session: Session) -> int:
    """How many events are sealed."""
    last = session.scalar(select(func.max(RecordLeaf.index)))
    return 0 if last is None else last + 1


def backlog(session: Session) -> Backlog:
    """What waits to be sealed."""
    count = session.scalar(select(func.count()).select_from(RecordPending)) or 0
    # The smallest id is the oldest but for what runs side by side: seconds do not matter here.
    oldest = session.scalar(
        select(RecordEvent.at)
        .join(RecordPending, RecordPending.event_id == RecordEvent.id)
        .order_by(RecordPending.event_id)
        .limit(1)
    )
    age = timedelta() if oldest is None else max(clock.now() - oldest, timedelta())
    return Backlog(count, age)


def findings(session: Session, limit: int = 50) -> tuple[Finding, ...]:
    """What the sealer found, the newest first."""
    rows = session.scalars(select(SealFinding).order_by(SealFinding.id.desc()).limit(limit))
    return tuple(map(_finding, rows))


def open_findings(session: Session) -> tuple[Finding, ...]:
    """What stops the sealing now."""
    rows = session.scalars(
        select(SealFinding).where(SealFinding.ended_at.is_(None)).order_by(SealFinding.id)
    )
    return tuple(map(_finding, rows))


def sheets(session: Session, limit: int = 31) -> tuple[Sheet, ...]:
    """The daily sheets, the newest first."""
    rows = session.scalars(select(CheckpointSheet).order_by(CheckpointSheet.on.desc()).limit(limit))
    return tuple(Sheet(row.on, row.size, row.sha256) for row in rows)


def sheet(session: Session, on: date) -> Sheet:
    """The sheet of a day.

    Raises:
        NotFound: none was made.
    """
    row = session.get(CheckpointSheet, on)
    if row is None:
        raise NotFound("checkpoint_sheet", on=on)
    return Sheet(row.on, row.size, row.sha256)


def witnesses(session: Session) -> tuple[VerifierKey, ...]:
    """The keys of the witnesses on record, each in an event that a writer signed."""
    known = record_chain.keys(session)
    found: list[VerifierKey] = []
    for event in session.scalars(
        select(RecordEvent).where(RecordEvent.stream == WITNESSES_STREAM).order_by(RecordEvent.seq)
    ):
        if event.action == WITNESS_RECORDED and known.signed(event):
            found += _key(str(payload_of(event).get("key", "")))
    return tuple(found)


def _key(told: str) -> Sequence[VerifierKey]:
    try:
        return (notes.read_key(told),)
    except BadNote:
        return ()


def _seal(session: Session, row: Checkpoint) -> Seal:
    names = session.scalars(
        select(Cosignature.witness)
        .where(Cosignature.size == row.size)
        .order_by(Cosignature.witness)
    )
    return Seal(row.size, row.at, row.root, row.note, tuple(names))


def _finding(row: SealFinding) -> Finding:
    return Finding(row.fault, row.stream, row.seq, row.found_at, row.ended_at)
