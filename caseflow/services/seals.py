"""What stands sealed: the keys of the writers, the tiles, and whether they fit what was signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow.models.record import Checkpoint, RecordEvent, RecordLeaf, RecordTile
from caseflow.record_format import (
    KEY_RECORDED,
    KEYS_STREAM,
    RESTORE_SIGNED,
    RESTORE_STREAM,
    Event,
    leaf_hash,
    signed_text,
)
from caseflow.services.log_key import LogKey
from caseflow.tlog import checkpoints, notes, tiles, tree
from caseflow.tlog.notes import BadNote
from caseflow.vocabulary import SealFault

# Sealed events of a stream with the hash that was sealed of each.
_SEALED = text("""
    SELECT e.seq, substring(t.hashes FROM (l.index % 256 * 32 + 1)::int FOR 32)
    FROM record_events e
    JOIN record_leaves l ON l.event_id = e.id
    JOIN record_tiles t ON t.level = 0 AND t.index = l.index / 256
    WHERE e.stream = :stream
""")
# Leaves that no checkpoint holds yet: those that do not fit their tile.
_UNFIT = text("""
    SELECT count(*) FROM record_leaves l
    LEFT JOIN record_events e ON e.id = l.event_id
    LEFT JOIN record_tiles t ON t.level = 0 AND t.index = l.index / 256
    WHERE l.index >= :size AND e.hash IS DISTINCT FROM
        substring(t.hashes FROM (l.index % 256 * 32 + 1)::int FOR 32)
""")


class Stopped(Exception):
    """Nothing may be sealed: what is wrong, and at which event."""

    def __init__(self, fault: SealFault, stream: str | None = None, seq: int | None = None) -> None:
        """Keep what is wrong and where."""
        super().__init__(fault, stream, seq)
        self.fault, self.stream, self.seq = fault, stream, seq


@dataclass(frozen=True, slots=True)
class Writers:
    """The public keys whose signatures count."""

    public: tuple[str, ...]

    def signed(self, event: Event) -> bool:
        """Whether one of them signed what this event says."""
        said = signed_text(
            stream=event.stream,
            actor=event.actor,
            action=event.action,
            idem=event.idem,
            payload=event.payload,
        )
        return any(_is_by(key, said, event.sig) for key in self.public)


def writers(session: Session) -> Writers:
    """The keys of the stream ``sys:keys``: the first, and each that a known one vouches for.

    Raises:
        Stopped: an event of that stream is no longer what was sealed.
    """
    sealed = _sealed(session, KEYS_STREAM)
    known: list[str] = []
    for event in _events(session, KEYS_STREAM):
        hashed = leaf_hash(event)
        if hashed != sealed.get(event.seq, hashed):
            raise Stopped(SealFault.HASH, KEYS_STREAM, event.seq)
        public = str(_told(event).get("public", ""))
        if event.action != KEY_RECORDED or public in known:
            continue
        if not known or Writers(tuple(known)).signed(event):
            known.append(public)
    return Writers(tuple(known))


def tiles_in(session: Session) -> tiles.Read:
    """The tiles as they are stored."""

    def read(level: int, number: int) -> bytes:
        hashes = session.scalar(
            select(RecordTile.hashes).where(RecordTile.level == level, RecordTile.index == number)
        )
        return hashes or b""

    return read


def root(session: Session, size: int) -> bytes | None:
    """The root that the tiles give; None when they lack hashes."""
    try:
        return tree.root(tiles.nodes(tiles_in(session)), size)
    except tiles.Incomplete:
        return None


def stands(session: Session) -> tuple[int, bytes]:
    """How many events are sealed, and the root over them.

    Raises:
        Stopped: the tiles lack hashes.
    """
    last = session.scalar(select(func.max(RecordLeaf.index)))
    size = 0 if last is None else last + 1
    found = root(session, size)
    if found is None:
        raise Stopped(SealFault.TILES)
    return size, found


def examine(session: Session, key: LogKey, remembered: checkpoints.Checkpoint | None) -> None:
    """Look, before anything is sealed, whether the log is still the one that was signed.

    1. The places of the sealed events have no gap.
    2. The last checkpoint is signed by this log's key, and the tiles give its root.
    3. The leaves after it fit their tiles.
    4. The checkpoint that the sealer remembers outside the database is a beginning of the log,
       unless auditor and operator signed that a restore made it shorter.

    Raises:
        Stopped: one of these is not so.
    """
    count = session.scalar(select(func.count()).select_from(RecordLeaf)) or 0
    last = session.scalar(select(func.max(RecordLeaf.index)))
    if count != (0 if last is None else last + 1):
        raise Stopped(SealFault.LEAVES)
    signed = _last_signed(session, key)
    if signed is not None and root(session, signed.size) != signed.root:
        raise Stopped(SealFault.TILES)
    if session.scalar(_UNFIT, {"size": signed.size if signed else 0}):
        raise Stopped(SealFault.TILES)
    if remembered is None or is_excused(session, remembered):
        return
    if remembered.size > count:
        raise Stopped(SealFault.SHORTER)
    if root(session, remembered.size) != remembered.root:
        raise Stopped(SealFault.FORKED)


def is_excused(session: Session, lost: checkpoints.Checkpoint) -> bool:
    """Whether a restore that was signed for names this checkpoint as the one that was lost."""
    known = writers(session)
    wanted = (lost.size, lost.root.hex())
    return any(
        event.action == RESTORE_SIGNED and (told.get("lost"), told.get("lost_root")) == wanted
        for event in _events(session, RESTORE_STREAM)
        if known.signed(event) and (told := _told(event))
    )


def _last_signed(session: Session, key: LogKey) -> checkpoints.Checkpoint | None:
    row = session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))
    if row is None:
        return None
    try:
        note = notes.read(row.note)
        signed = checkpoints.read(note)
    except BadNote:
        raise Stopped(SealFault.NOTE) from None
    if note.by(key.public) is None or signed.tree != (row.size, row.root):
        raise Stopped(SealFault.NOTE)
    return signed


def _events(session: Session, stream: str) -> Iterator[RecordEvent]:
    yield from session.scalars(
        select(RecordEvent).where(RecordEvent.stream == stream).order_by(RecordEvent.seq)
    )


def _sealed(session: Session, stream: str) -> dict[int, bytes]:
    """The numbers of a stream's sealed events, each with the hash that was sealed."""
    return {seq: hashed or b"" for seq, hashed in session.execute(_SEALED, {"stream": stream})}


def _told(event: RecordEvent) -> dict[str, object]:
    try:
        content = json.loads(event.payload)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _is_by(public: str, said: bytes, signature: bytes) -> bool:
    try:
        _key(public).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=16)
def _key(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
