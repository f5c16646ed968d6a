"""What the installation found when it examined itself, and what people repaired."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class SelfCheck(Base):
    """One run of the self-check over all invariants."""

    __tablename__ = "self_checks"

    id: Mapped[Id]
    at: Mapped[datetime]
    took_ms: Mapped[int]
    # What each check looked at and found, as ``reads.self_checks`` reads it.
    results: Mapped[list[Json]]
    finding_count: Mapped[int]


class Repair(Base):
    """What somebody did about a finding, and why; the finding itself stays on its run."""

    __tablename__ = "repairs"

    id: Mapped[Id]
    check_name: Mapped[str]
    subject: Mapped[str]
    what: Mapped[str]
    reason: Mapped[str]
    repaired_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    repaired_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        Index("ix_repairs_check_name_subject", "check_name", "subject"),
    )
