"""Official papers, their numbers, and files handed in as evidence."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import BlobState, DocumentStatus


class NumberSeries(Base):
    """The last number given in one series; taken under lock, in the transaction that uses it."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Document(Base):
    """
    A paper of a case. The bytes lie in the file store under their hash.

    It goes out of force by a newer paper alone, which names it in ``cancels_id``.
    """

    __tablename__ = "documents"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    status: Mapped[DocumentStatus] = mapped_column(TermColumn(DocumentStatus))
    number: Mapped[str | None] = mapped_column(unique=True)
    series: Mapped[str | None]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    template_version: Mapped[int]
    data: Mapped[Json]
    # Of several units that answer side by side in one case, the one whose paper it is.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    sha256: Mapped[str | None]
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    served_on: Mapped[date | None]
    service: Mapped[Json | None]
    cancels_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), unique=True)

    __table_args__ = (
        UniqueConstraint("series", "year", "serial"),
        CheckConstraint("(number IS NULL) = (serial IS NULL)", name="number"),
        CheckConstraint("status = 'draft' OR sha256 IS NOT NULL", name="issued_has_bytes"),
    )


class SealUse(Base):
    """The register of the use of seals 用印登记: one line for each sealed paper, never changed."""

    __tablename__ = "seal_uses"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    # What stands on the seal: the bureau or tax office whose it is.
    seal: Mapped[str]
    # Who signed the paper, and for whom a deputy did; nobody when a timer's step issued it.
    used_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    used_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    used_at: Mapped[datetime]

    __table_args__ = (Index("ix_seal_uses_used_at_id", "used_at", "id"),)


class PaperService(Base):
    """
    The service 送达 of a paper, as its receipt 送达回证 says; never changed.

    ``served_on`` is the day from which the taxpayer's time runs.
    """

    __tablename__ = "paper_services"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    method: Mapped[str]
    served_on: Mapped[date]
    receiver: Mapped[str | None]
    relation: Mapped[str | None]
    place: Mapped[str | None]
    # Why it was not accepted and who was there when it was left.
    refusal: Mapped[str | None]
    witness: Mapped[str | None]
    # The registered mail; its return card says ``served_on``.
    mail_number: Mapped[str | None]
    # Where it was announced, and the day from which the announcement ran.
    medium: Mapped[str | None]
    announced_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Blob(Base):
    """Bytes of a file or a paper, by their hash, and what the scanner and the scrub found.

    What a person handed in is quarantined until a scanner has looked; ``unscanned`` where the
    bureau has none.
    """

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int | None]
    state: Mapped[BlobState] = mapped_column(TermColumn(BlobState))
    stored_at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
    # The scanner's name and version, and what it found.
    scanner: Mapped[str | None]
    finding: Mapped[str | None]
    # When the bytes were last held against their hash, and the fault if they did not fit.
    scrubbed_at: Mapped[datetime]
    fault: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        Index("ix_blobs_quarantined", "stored_at", postgresql_where=text("state = 'quarantined'")),
        Index("ix_blobs_scrubbed_at", "scrubbed_at", "sha256"),
    )


class Attachment(Base):
    """A file handed in with a step; content-addressed, never overwritten."""

    __tablename__ = "attachments"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    field: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    # Custody: who took it in hand, when and where, and from whom, as the officer says.
    collected_by: Mapped[str | None]
    collected_on: Mapped[date | None]
    collected_at: Mapped[str | None]
    origin: Mapped[str | None]
    # Set when a draft's file is taken out again; the bytes stay.
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        Index("ix_attachments_case_id", "case_id", postgresql_where=text("removed_at IS NULL")),
    )
