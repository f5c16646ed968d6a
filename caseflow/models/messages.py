"""Messages and signals that were handed to the cases, and what became of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import MessageStatus


class Message(Base):
    """
    Something said to cases, from outside or by another case; written by ``services.messages``.

    ``event`` is what a case waits for, as ``message:paid`` or ``signal:rates_changed``. The same
    ``idem`` again finds the row, and with it the first outcome. Never deleted.
    """

    __tablename__ = "messages"

    id: Mapped[Id]
    event: Mapped[str]
    # Which cases are meant: case, taxpayer, kind, paper, or a variable that cases wait by.
    correlation: Mapped[Json]
    variables: Mapped[Json]
    idem: Mapped[uuid.UUID] = mapped_column(unique=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    status: Mapped[MessageStatus] = mapped_column(TermColumn(MessageStatus))
    # The numbers of the cases that heard a message; how many did, or waited for a signal.
    heard_by: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    receivers: Mapped[int] = mapped_column(server_default=text("0"))
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    # What nobody waits for yet is kept until then, and offered again at ``next_try_at``.
    kept_until: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(status = 'kept') = (next_try_at IS NOT NULL)", name="kept"),
        Index("ix_messages_kept", "next_try_at", "id", postgresql_where=text("status = 'kept'")),
        Index("ix_messages_kept_event", "event", postgresql_where=text("status = 'kept'")),
        Index(
            "ix_messages_kept_correlation",
            "correlation",
            postgresql_using="gin",
            postgresql_ops={"correlation": "jsonb_path_ops"},
            postgresql_where=text("status = 'kept'"),
        ),
    )
