"""What a head has assigned at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class BulkAssignment(Base):
    """Steps handed in at once by a head: which were done, which were not and why; never deleted."""

    __tablename__ = "bulk_assignments"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime]
    # Task, case and its number; of what failed the code and values of the refusal too.
    done: Mapped[list[Json]]
    failed: Mapped[list[Json]]
    undone_at: Mapped[datetime | None]
    # What could not be taken back, and why.
    kept: Mapped[list[Json] | None] = mapped_column(JSONB(none_as_null=True))
