"""Batches of facts that source systems delivered; the facts themselves lie in the lake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class ImportBatch(Base):
    """
    One file taken in: immutable, known by its hash, so that a second load does nothing.

    Rejected rows lie beside the batch in the lake as one CSV with their reasons.
    """

    __tablename__ = "import_batches"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    file_type: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    file_name: Mapped[str]
    periods: Mapped[list[int]]
    row_count: Mapped[int]
    reject_count: Mapped[int]
    reject_reasons: Mapped[Json]
    reject_file: Mapped[str | None]
    files: Mapped[list[Json]]
    # Of a correction (source ``correction:<source>``): the batches that said the old values.
    supersedes: Mapped[list[int]] = mapped_column(server_default=text("'[]'"))
    taken_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
