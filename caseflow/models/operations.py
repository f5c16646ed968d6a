"""How the installation does: its processes, what it found in itself, what people repaired."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json
from caseflow.record_format import digest


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
    # The run that had the finding, and what it said: another finding of the same subject is new.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("self_checks.id"))
    finding_sha256: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        Index("ix_repairs_check_name_subject", "check_name", "subject"),
    )


def finding_digest(finding: Mapping[str, Any]) -> str:
    """SHA-256, hex, of what a finding says of its subject."""
    return digest({"code": finding["code"], "values": finding["values"]})


class ProcessBeat(Base):
    """That a process of the installation was alive at a time (the machine's), and how it did."""

    __tablename__ = "process_beats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[Json]


class DonePost(Base):
    """
    A form that somebody posted and that was done, by the key it carried; kept for some days.

    Written in the transaction of its act: the same form posted twice is done once.
    """

    __tablename__ = "done_posts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    at: Mapped[datetime]
    # The address that the answer led to, for whoever asks once more.
    answered_with: Mapped[str | None]

    __table_args__ = (Index("ix_done_posts_at", "at"),)
