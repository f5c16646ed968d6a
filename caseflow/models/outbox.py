"""Work that must happen after a change, written in the same transaction as the change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class OutboxMessage(Base):
    """
    One piece of later work; done in the transaction that does its effect, never lost.

    ``available_at`` is the machine's time: it is about retrying, not about business.
    """

    __tablename__ = "outbox"

    id: Mapped[Id]
    topic: Mapped[str]
    payload: Mapped[Json]
    put_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    available_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]
    # A person decided that it need not be done any more, and why.
    discarded_at: Mapped[datetime | None]
    discarded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    discard_reason: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_outbox_open",
            "available_at",
            "id",
            postgresql_where=text("done_at IS NULL AND discarded_at IS NULL"),
        ),
        Index("ix_outbox_done_at", "done_at", postgresql_where=text("done_at IS NOT NULL")),
        # A person has one digest a day.
        Index(
            "uq_outbox_digest",
            text("(payload ->> 'user')"),
            text("(payload ->> 'on')"),
            unique=True,
            postgresql_where=text("topic = 'digest'"),
        ),
    )
