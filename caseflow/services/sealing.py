"""Sealing the record: events that are committed become leaves of one tree, whose root is signed.

Works as the sealer's own database role. Everything is checked again before it is sealed: an event
that does not fit stops the sealing, for good, until it is put right. Only a wrong date does not:
to seal what was back-dated keeps the evidence of it, and it is noted as a finding.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import BureauClock
from caseflow.models.record import (
    Checkpoint,
    RecordEvent,
    RecordLeaf,
    RecordPending,
    SealFinding,
)
from caseflow.record_format import BEGINNING, leaf_hash
from caseflow.services import seals
from caseflow.services.log_key import LogKey
from caseflow.services.seal_memory import Receipt
from caseflow.services.seals import Stopped, Writers
from caseflow.tlog import checkpoints, notes, tiles, tree
from caseflow.tlog.notes import Note
from caseflow.vocabulary import SealFault

AT_ONCE = 2_000
# How far an event's date may lie before the last checkpoint and after its own: the longest
# transaction, and the difference of two readings of one clock.
BEFORE, AFTER = timedelta(seconds=60), timedelta(seconds=2)
# A share whose youngest event is older than this is work left over: its checkpoint waits for the
# rest, so that no event is older than a checkpoint that does not hold it.
_LEFT_OVER = timedelta(seconds=30)
_CLOCKS = timedelta(seconds=60)

Spot = tuple[int, bytes, datetime]

# The pending events in the order of their ids, each with the sealed hash of the one before it in
# its stream: from the tile, for the row could have been changed since. Index look-ups only.
_WAITING = text("""
    SELECT waiting.event_id, e.id, e.stream, e.seq, e.at, e.actor, e.action, e.idem, e.sig,
        e.payload, e.prev, e.hash, own.index AS own_index, b.at AS before_at,
        substring(t.hashes FROM (l.index % 256 * 32 + 1)::int FOR 32) AS before_hash
    FROM (SELECT event_id FROM record_pending ORDER BY event_id LIMIT :at_once) AS waiting
    LEFT JOIN record_events e ON e.id = waiting.event_id
    LEFT JOIN record_leaves own ON own.event_id = e.id
    LEFT JOIN record_events b ON b.stream = e.stream AND b.seq = e.seq - 1
    LEFT JOIN record_leaves l ON l.event_id = b.id
    LEFT JOIN record_tiles t ON t.level = 0 AND t.index = l.index / 256
    ORDER BY waiting.event_id
""")
_LAY = text("""
    INSERT INTO record_leaves (index, event_id)
    SELECT :first + place - 1, event_id
    FROM unnest(CAST(:events AS bigint[])) WITH ORDINALITY AS sealed (event_id, place)
""")
_TAKE = text("DELETE FROM record_pending WHERE event_id = ANY(:events)")
_TILE = text("""
    INSERT INTO record_tiles (level, index, hashes) VALUES (:level, :index, :hashes)
    ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes
""")


class Waiting(NamedTuple):
    """An event that waits, with the date and the sealed hash of the one before it."""

    id: int
    stream: str
    seq: int
    at: datetime
    actor: str
    action: str
    idem: uuid.UUID
    sig: bytes
    payload: str
    prev: bytes
    hash: bytes
    own_index: int | None
    before_at: datetime
    before_hash: bytes | None


@dataclass(slots=True)
class Sealed:
    """What one share sealed; ``note`` is the checkpoint, unless it waits for the rest."""

    size: int
    receipts: list[Receipt] = field(default_factory=list)
    note: Note | None = None
    is_full: bool = False


def waits(session: Session) -> bool:
    """Whether something is to be sealed; not while a demonstration's past is made."""
    if session.scalar(select(BureauClock.is_making_past).where(BureauClock.id == 1)):
        return False
    return session.scalar(select(RecordPending.event_id).limit(1)) is not None or (
        size(session) > _last_size(session)
    )


def left(session: Session) -> int:
    """How many events wait to be sealed."""
    return session.scalar(select(func.count()).select_from(RecordPending)) or 0


def seal(session: Session, key: LogKey, *, at_once: int = AT_ONCE) -> Sealed:
    """Seal the next share of what waits, and sign a checkpoint when all of it is sealed.

    Raises:
        Stopped: an event, its chain, its signature or a clock does not fit.
    """
    last = session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))
    _check_clock(session, last)
    rows = _waiting(session, at_once)
    first = size(session)
    _check(session, rows)
    _note_dates(session, rows, last)
    changed = _lay(session, first, rows)
    sealed = Sealed(first + len(rows), is_full=len(rows) == at_once)
    sealed.receipts = [
        Receipt(first + place, row.stream, row.seq, row.hash.hex())
        for place, row in enumerate(rows, 1)
    ]
    is_left_over = sealed.is_full and max(row.at for row in rows) < clock.now() - _LEFT_OVER
    if not is_left_over and sealed.size > (last.size if last else 0):
        sealed.note = _sign(session, key, sealed.size, changed)
    return sealed


def size(session: Session) -> int:
    """How many events are sealed."""
    last = session.scalar(select(func.max(RecordLeaf.index)))
    return 0 if last is None else last + 1


def last_note(session: Session) -> Note | None:
    """The last checkpoint that was signed."""
    told = session.scalar(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1))
    return None if told is None else notes.read(told)


def receipts(session: Session, after: int) -> Iterator[Receipt]:
    """The receipts of the events sealed after the first so many."""
    for index, stream, seq, hashed in session.execute(
        select(RecordLeaf.index, RecordEvent.stream, RecordEvent.seq, RecordEvent.hash)
        .join(RecordEvent, RecordEvent.id == RecordLeaf.event_id)
        .where(RecordLeaf.index >= after)
        .order_by(RecordLeaf.index)
        .execution_options(yield_per=10_000)
    ):
        yield Receipt(index + 1, stream, seq, hashed.hex())


def note_finding(session: Session, stopped: Stopped) -> None:
    """Put on file why the sealing stopped, unless that is known."""
    same = (
        SealFinding.fault == stopped.fault,
        SealFinding.stream.is_not_distinct_from(stopped.stream),
        SealFinding.seq.is_not_distinct_from(stopped.seq),
        SealFinding.ended_at.is_(None),
    )
    if session.scalar(select(SealFinding.id).where(*same)) is None:
        session.add(_finding(stopped.fault, stopped.stream, stopped.seq))


def end_findings(session: Session) -> None:
    """The sealing goes on: what stopped it has been put right."""
    for row in session.scalars(select(SealFinding).where(SealFinding.ended_at.is_(None))):
        row.ended_at = clock.wall()


def _waiting(session: Session, at_once: int) -> list[Waiting]:
    rows = session.execute(_WAITING, {"at_once": at_once}).all()
    for pending, event_id, *_ in rows:
        if event_id is None:
            raise Stopped(SealFault.GONE, None, pending)
    return [Waiting(*row[1:]) for row in rows]


def _check_clock(session: Session, last: Checkpoint | None) -> None:
    if last is not None and clock.now() < last.at - AFTER:
        raise Stopped(SealFault.BACKWARDS)
    is_demo = session.scalar(select(BureauClock.is_demo).where(BureauClock.id == 1))
    if not is_demo and abs(clock.now() - clock.wall()) > _CLOCKS:
        raise Stopped(SealFault.CLOCK)


def _check(session: Session, rows: Sequence[Waiting]) -> None:
    """Every event against its hash, the one before it, and the keys on record."""
    writers = seals.writers(session)
    if rows and not writers.public:
        raise Stopped(SealFault.NO_KEY)
    here: dict[str, Spot] = {}
    for row in rows:
        fault = _fault(row, here.get(row.stream), writers)
        if fault is not None:
            raise Stopped(fault, row.stream, row.seq)
        here[row.stream] = (row.seq, row.hash, row.at)


def _fault(row: Waiting, before: Spot | None, writers: Writers) -> SealFault | None:
    if row.own_index is not None:
        return SealFault.TWICE
    if before is None and row.before_hash is not None:
        before = (row.seq - 1, row.before_hash, row.before_at)
    if leaf_hash(row) != row.hash:
        return SealFault.HASH
    if not _follows(row, before):
        return SealFault.CHAIN
    return None if writers.signed(row) else SealFault.SIGNATURE


def _follows(row: Waiting, before: Spot | None) -> bool:
    if before is None:
        return (row.seq, row.prev) == (1, BEGINNING)
    seq, hashed, at = before
    return (row.seq, row.prev) == (seq + 1, hashed) and at <= row.at


def _note_dates(session: Session, rows: Sequence[Waiting], last: Checkpoint | None) -> None:
    """Find events that are dated outside the time in which they can have been written."""
    earliest = last.at - BEFORE if last else datetime.min.replace(tzinfo=UTC)
    latest = clock.now() + AFTER
    for row in rows:
        if not earliest <= row.at <= latest:
            fault = SealFault.LATE if row.at < earliest else SealFault.EARLY
            finding = _finding(fault, row.stream, row.seq)
            finding.ended_at = finding.found_at
            session.add(finding)


def _finding(fault: SealFault, stream: str | None, seq: int | None) -> SealFinding:
    return SealFinding(fault=fault, stream=stream, seq=seq, found_at=clock.wall())


def _lay(session: Session, first: int, rows: Sequence[Waiting]) -> Mapping[tiles.Place, bytes]:
    """Give the events their places, let the tiles grow; returns the tiles that changed."""
    if not rows:
        return {}
    events = [row.id for row in rows]
    session.execute(_LAY, {"first": first, "events": events})
    session.execute(_TAKE, {"events": events})
    changed = tiles.growth(seals.tiles_in(session), first, [row.hash for row in rows])
    session.execute(
        _TILE,
        [
            {"level": level, "index": number, "hashes": hashes}
            for (level, number), hashes in changed.items()
        ],
    )
    return changed


def _sign(session: Session, key: LogKey, count: int, changed: Mapping[tiles.Place, bytes]) -> Note:
    """Sign the root of the tree as it stands now."""
    stored = seals.tiles_in(session)

    def read(level: int, number: int) -> bytes:
        return changed.get((level, number)) or stored(level, number)

    second = int(clock.now().timestamp())
    root = tree.root(tiles.nodes(read), count)
    note = key.sign(checkpoints.Checkpoint(key.origin, count, root), second)
    at = datetime.fromtimestamp(second, UTC)
    session.add(Checkpoint(size=count, at=at, root=root, note=str(note)))
    return note


def _last_size(session: Session) -> int:
    return session.scalar(select(func.max(Checkpoint.size))) or 0
