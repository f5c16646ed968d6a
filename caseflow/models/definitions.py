"""Deployed definitions: drawing, tables and forms of a process as one immutable version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class Definition(Base):
    """One version of a process with everything it needs; a running case keeps its version."""

    __tablename__ = "definitions"

    id: Mapped[Id]
    process: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    # File name to text: the .bpmn, the .dmn files and the .form files.
    files: Mapped[Json]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (UniqueConstraint("process", "version"), UniqueConstraint("process", "sha256"))
