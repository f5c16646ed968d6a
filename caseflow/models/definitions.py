"""Deployed definitions: drawing, tables and forms of a process as one immutable version; drafts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import DraftStatus


class Definition(Base):
    """One version of a process with everything it needs; a running case keeps its version.

    Never changed (no grant to): the same files may be deployed again, as a version of its own.
    """

    __tablename__ = "definitions"

    id: Mapped[Id]
    process: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    # File name to text: the .bpmn, the .dmn files and the .form files.
    files: Mapped[Json]
    deployed_at: Mapped[datetime]
    # Who handed it in, and who approved it; both null when the system brought it along.
    deployed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # What the version is for, as it was handed in, and what was said when it was approved.
    title: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("process", "version"),
        Index("ix_definitions_process_sha256", "process", "sha256"),
        CheckConstraint("approved_by <> deployed_by", name="two_people"),
    )


class DefinitionDraft(Base):
    """
    A next version of a process in the making: edited, handed in, approved or not; never deleted.

    Of one process at most one is open. ``revision`` rises with every change of it, so that two
    who edit at once notice each other.
    """

    __tablename__ = "definition_drafts"

    id: Mapped[Id]
    process: Mapped[str]
    based_on_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    files: Mapped[Json]
    title: Mapped[str]
    reason: Mapped[str | None]
    status: Mapped[DraftStatus] = mapped_column(TermColumn(DraftStatus))
    revision: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    # Everybody who has changed it: none of them may approve it.
    editors: Mapped[list[int]]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str | None]
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("definitions.id"))

    __table_args__ = (
        Index(
            "uq_definition_drafts_one_open",
            "process",
            unique=True,
            postgresql_where=text("status IN ('draft', 'submitted')"),
        ),
        CheckConstraint(
            "status NOT IN ('approved', 'rejected')"
            " OR decided_by <> author_id AND decided_by <> submitted_by",
            name="two_people",
        ),
        CheckConstraint("(status = 'approved') = (definition_id IS NOT NULL)", name="deployed"),
    )
