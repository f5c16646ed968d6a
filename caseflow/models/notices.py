"""Notices: somebody is told that a case, or a handover of households, concerns them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import NoticeKind


class Notice(Base):
    """One thing that one person is told; written with the act it tells of, kept when it is read.

    ``by_id`` is who did it, none where nobody did.
    """

    __tablename__ = "notices"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[NoticeKind] = mapped_column(TermColumn(NoticeKind))
    # What it is about: a case, or households that were given or taken over.
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handovers.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str | None]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (handover_id IS NULL)", name="about"),
        Index("ix_notices_user_id_id", "user_id", "id"),
        Index("ix_notices_unread", "user_id", postgresql_where=sql("read_at IS NULL")),
    )
