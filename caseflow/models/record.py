"""The record: append-only, chained per stream. The application may only insert and select."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base


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
    )
