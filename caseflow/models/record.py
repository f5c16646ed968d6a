"""The record: append-only, chained per stream; and what the sealer lays over it.

The application may only insert and select events; leaves, tiles and checkpoints are the
sealer's alone (its own role, its own key).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import SealFault


class RecordEvent(Base):
    """One act. A trigger numbers and chains it; nobody has a grant to change or delete it."""

    __tablename__ = "record_events"

    # The trigger gives it, after it has taken the lock of the stream.
    id: Mapped[int] = mapped_column(FetchedValue(), primary_key=True, autoincrement=False)
    stream: Mapped[str]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    idem: Mapped[uuid.UUID] = mapped_column(unique=True)
    sig: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[str]
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        # What an auditor asks for across streams: a person's acts, acts of a kind, a period.
        Index("ix_record_events_actor_id", "actor", "id"),
        Index("ix_record_events_action_id", "action", "id"),
        Index("ix_record_events_at", "at"),
        # A hash that somebody has on paper is found by how it begins.
        Index("ix_record_events_hash", text("substring(hash, 1, 3)")),
    )


class RecordPending(Base):
    """An event that the sealer has not sealed yet; the trigger adds it, the sealer takes it."""

    __tablename__ = "record_pending"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # The number of the transaction that wrote it; by it the guards know an event of their own.
    written_in: Mapped[int | None] = mapped_column(
        server_default=text("pg_current_xact_id()::text::bigint")
    )


class RecordLeaf(Base):
    """The place of an event in the sealed log, from 0 without gaps (RFC 6962: leaf index)."""

    __tablename__ = "record_leaves"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("record_events.id"), unique=True)


class RecordTile(Base):
    """Up to 256 hashes of one level of the tree, one after the other (C2SP tlog-tiles).

    Derived from the leaves and can be made again; the newest tile of a level grows.
    """

    __tablename__ = "record_tiles"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("octet_length(hashes) BETWEEN 32 AND 8192", name="size"),)


class Checkpoint(Base):
    """What the sealer signed of the first ``size`` events: the root of their tree, and the note."""

    __tablename__ = "checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    root: Mapped[bytes] = mapped_column(LargeBinary)
    # The signed note (C2SP tlog-checkpoint), as it leaves the house.
    note: Mapped[str]

    __table_args__ = (
        CheckConstraint("octet_length(root) = 32", name="root"),
        Index("ix_checkpoints_at", "at"),
    )


class Cosignature(Base):
    """A witness's signature line under a checkpoint, given after a consistency proof."""

    __tablename__ = "cosignatures"

    size: Mapped[int] = mapped_column(ForeignKey("checkpoints.size"), primary_key=True)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    at: Mapped[datetime]


class CheckpointSheet(Base):
    """The sheet of one day, to be printed and kept outside: which checkpoint it shows."""

    __tablename__ = "checkpoint_sheets"

    on: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(ForeignKey("checkpoints.size"))
    sha256: Mapped[str]


class SealFinding(Base):
    """What the sealer found wrong. While one that stops it has not ended, nothing is sealed."""

    __tablename__ = "seal_findings"

    id: Mapped[Id]
    fault: Mapped[SealFault] = mapped_column(TermColumn(SealFault))
    stream: Mapped[str | None]
    seq: Mapped[int | None]
    # The machine's time.
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_seal_findings_open", "id", postgresql_where=text("ended_at IS NULL")),
    )
