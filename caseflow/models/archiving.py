"""The archive 档案: where files of closed cases lie, how long they are kept, who has borrowed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import Retention


class ArchivedFile(Base):
    """The file 案卷 of one case in the archive; written once by the archivist, never changed."""

    __tablename__ = "archived_files"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    # The shelf mark 档号 and its series: one for each district and year of archiving.
    number: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    place: Mapped[str]
    retention: Mapped[Retention] = mapped_column(TermColumn(Retention))
    # What the rule proposed; a reason is given where the archivist chose otherwise.
    proposed: Mapped[Retention] = mapped_column(TermColumn(Retention))
    retention_reason: Mapped[str | None]
    # The last day of keeping; none: for ever.
    keep_until: Mapped[date | None]
    # The notes 备考表: what is missing and why, and what else is to be known of the file.
    notes: Mapped[str | None]
    papers: Mapped[int]
    files: Mapped[int]
    archived_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    archived_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("series", "year", "serial"),
        CheckConstraint("(retention = 'permanent') = (keep_until IS NULL)", name="kept"),
        CheckConstraint(
            "retention = proposed OR retention_reason IS NOT NULL", name="changed_for_a_reason"
        ),
        CheckConstraint("length(place) BETWEEN 1 AND 100", name="place"),
    )


class ArchiveLoan(Base):
    """A file lent 借阅 to a colleague until a day; ended when the archivist took it back."""

    __tablename__ = "archive_loans"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    lent_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lent_at: Mapped[datetime]
    due_on: Mapped[date]
    returned_at: Mapped[datetime | None]
    returned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # What was found when it came back; nothing: complete and undamaged.
    returned_note: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("(returned_at IS NULL) = (returned_to IS NULL)", name="returned"),
        Index(
            "uq_archive_loans_out",
            "case_id",
            unique=True,
            postgresql_where=text("returned_at IS NULL"),
        ),
        Index("ix_archive_loans_case_id", "case_id"),
    )
