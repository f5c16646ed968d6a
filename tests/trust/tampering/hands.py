"""The hands of a superuser of the database: triggers off, and whatever can be rebuilt without keys.

Works in one transaction that is rolled back; the product exports from the same transaction.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.models.record import Checkpoint, RecordEvent, RecordLeaf, RecordTile
from caseflow.record_format import canonical, leaf_hash, signed_text
from caseflow.services import sealing
from caseflow.services.log_key import LogKey
from caseflow.tlog import checkpoints, notes, tiles, tree
from caseflow.tlog.notes import Kind
from tests.trust.tampering.sealed import Tampered

GUARDED = (
    "record_events",
    "record_leaves",
    "record_tiles",
    "checkpoints",
    "cosignatures",
    "answers",
    "cases",
    "attachments",
    "definitions",
)


@dataclass
class Hands:
    """Somebody who may do anything in the database."""

    session: Session
    house: Tampered

    @property
    def stream(self) -> str:
        """The case that is attacked."""
        return self.house.bureau.stream

    def sql(self, statement: str, **values: object) -> None:
        """Do whatever PostgreSQL can do."""
        self.session.flush()
        self.session.execute(text(statement), values)
        self.session.expire_all()

    def event(self, seq: int, stream: str | None = None) -> RecordEvent:
        """One event, to be changed at will."""
        where = (RecordEvent.stream == (stream or self.stream), RecordEvent.seq == seq)
        return self.session.scalars(select(RecordEvent).where(*where)).one()

    def events(self, stream: str | None = None) -> list[RecordEvent]:
        """A stream in its order."""
        where = RecordEvent.stream == (stream or self.stream)
        return list(self.session.scalars(select(RecordEvent).where(where).order_by("seq")))

    def drop(self, event: RecordEvent) -> None:
        """Delete an event with its leaf."""
        self.session.execute(text("DELETE FROM record_leaves WHERE event_id = :e"), {"e": event.id})
        self.session.delete(event)
        self.session.flush()

    def rechain(self, stream: str | None = None, *, numbered: bool = True) -> None:
        """Compute every number, link and hash of a stream anew."""
        prev = bytes(32)
        for seq, event in enumerate(self.events(stream), 1):
            event.seq = seq if numbered else event.seq
            event.prev = prev
            prev = event.hash = leaf_hash(event)
            self.session.flush()

    def renumber_leaves(self) -> None:
        """Close the gaps between the leaves."""
        self.sql("UPDATE record_leaves SET index = -index - 1")
        self.sql(
            "UPDATE record_leaves SET index = place FROM (SELECT event_id,"
            " row_number() OVER (ORDER BY -index) - 1 AS place FROM record_leaves) AS told"
            " WHERE told.event_id = record_leaves.event_id"
        )

    def hashes(self) -> list[bytes]:
        """The hashes of the sealed events in the order of the log."""
        self.session.flush()
        found = self.session.scalars(
            select(RecordEvent.hash)
            .join(RecordLeaf, RecordLeaf.event_id == RecordEvent.id)
            .order_by(RecordLeaf.index)
        )
        return list(found)

    def rebuild_tree(self) -> None:
        """Make the tiles fit the events as they are now."""
        self.renumber_leaves()
        self.sql("DELETE FROM record_tiles")
        grown = tiles.growth(lambda _level, _number: b"", 0, self.hashes())
        for (level, number), hashes in grown.items():
            self.session.add(RecordTile(level=level, index=number, hashes=hashes))
        self.session.flush()

    def resign(self, key: LogKey) -> None:
        """Rebuild the tree and sign every checkpoint anew, as long as there are events for it."""
        self.rebuild_tree()
        hashes = self.hashes()
        for row in self.session.scalars(select(Checkpoint).order_by(Checkpoint.size)):
            if row.size > len(hashes):
                self.session.delete(row)
                continue
            row.root = tree.root(tree.nodes_of(hashes[: row.size]), row.size)
            told = checkpoints.Checkpoint(key.origin, row.size, row.root)
            row.note = str(key.sign(told, int(row.at.timestamp())))
        self.session.flush()
        self.checkpoint(key)

    def checkpoint(self, key: LogKey, *, at: datetime | None = None) -> None:
        """Sign a checkpoint over all that has a leaf."""
        hashes = self.hashes()
        if self.session.get(Checkpoint, len(hashes)) is not None:
            return
        root = tree.root(tree.nodes_of(hashes), len(hashes))
        moment = at or self.now()
        note = key.sign(
            checkpoints.Checkpoint(key.origin, len(hashes), root), int(moment.timestamp())
        )
        self.session.add(Checkpoint(size=len(hashes), at=moment, root=root, note=str(note)))
        self.session.flush()

    def lay(self, event: RecordEvent, index: int | None = None) -> None:
        """Give an event a leaf, at the end or in between."""
        self.session.flush()
        self.session.execute(
            text("DELETE FROM record_pending WHERE event_id = :e"), {"e": event.id}
        )
        if index is not None:
            self.sql("UPDATE record_leaves SET index = -index - 2 WHERE index >= :at", at=index)
            self.sql("UPDATE record_leaves SET index = -index - 1 WHERE index < 0")
        place = len(self.hashes()) if index is None else index
        self.session.add(RecordLeaf(index=place, event_id=event.id))
        self.session.flush()

    def forge(
        self,
        stream: str,
        action: str,
        payload: object,
        *,
        key: Ed25519PrivateKey,
        at: datetime | None = None,
    ) -> RecordEvent:
        """Put an event at the end of a stream, signed with a key of one's own."""
        before = self.events(stream)
        idem, told = uuid.uuid4(), canonical(payload)
        said = signed_text(stream=stream, actor="user:1", action=action, idem=idem, payload=told)
        event = RecordEvent(
            id=1_000_000 + len(before),
            stream=stream,
            seq=len(before) + 1,
            at=at or self.now(),
            actor="user:1",
            action=action,
            idem=idem,
            sig=key.sign(said),
            payload=told,
            prev=before[-1].hash if before else bytes(32),
        )
        event.hash = leaf_hash(event)
        self.session.add(event)
        self.session.flush()
        return event

    def roll_back_to(self, size: int) -> None:
        """What an old backup would hold: nothing beyond the first ``size`` sealed events."""
        self.sql("DELETE FROM checkpoints WHERE size > :size", size=size)
        self.sql(
            "DELETE FROM record_events WHERE id NOT IN"
            " (SELECT event_id FROM record_leaves WHERE index < :size)",
            size=size,
        )
        self.sql("DELETE FROM record_leaves WHERE index >= :size", size=size)
        self.sql("DELETE FROM record_pending")
        self.rebuild_tree()

    def guards_on(self) -> None:
        """Let the triggers work again, as for an honest act after the attack."""
        self.sql("SET LOCAL session_replication_role = origin")
        for name in ("record_chain", "record_refuse"):
            self.sql(f"ALTER TABLE record_events ENABLE ALWAYS TRIGGER {name}")

    def seal_honestly(self) -> None:
        """Let the real sealer seal what waits."""
        self.session.flush()
        sealing.seal(self.session, self.house.sealer.key)

    def now(self) -> datetime:
        """The bureau's time."""
        found: datetime = self.session.execute(text("SELECT bureau_now()")).scalar_one()
        return found

    def later(self, **ago: int) -> datetime:
        """A time that long before now."""
        return self.now() - timedelta(**ago)


def foreign_key(origin: str) -> LogKey:
    """A key of one's own under the name of the log."""
    private = Ed25519PrivateKey.generate()
    return LogKey(private, notes.verifier_key(private, origin, Kind.COSIGNATURE))


def swap(one: RecordEvent, other: RecordEvent, names: Sequence[str]) -> None:
    """Let two events change what they say."""
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)
