"""Running cases carried to another version of their process, and put on another step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import CaseMoveStatus, MigrationLineStatus, MigrationStatus


class CaseMigration(Base):
    """A plan to carry the open cases of a version to another; approved, worked off, kept."""

    __tablename__ = "case_migrations"

    id: Mapped[Id]
    process: Mapped[str]
    from_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    # Elements that are called otherwise in the new version: old id to new id.
    mapping: Mapped[Json]
    reason: Mapped[str]
    status: Mapped[MigrationStatus] = mapped_column(TermColumn(MigrationStatus))
    planned_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    planned_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    reverted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revert_reason: Mapped[str | None]
    # When the last case had gone back; ``finished_at`` stays when the migration was done.
    reverted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_case_migrations_one_open",
            "from_id",
            unique=True,
            postgresql_where=text("status IN ('judging', 'planned', 'running', 'reverting')"),
        ),
        CheckConstraint("decided_by <> planned_by", name="two_people"),
        CheckConstraint("from_id <> to_id", name="two_versions"),
    )


class CaseMigrationLine(Base):
    """One case of a migration: whether it can go, why not, and what became of it."""

    __tablename__ = "case_migration_lines"

    migration_id: Mapped[int] = mapped_column(ForeignKey("case_migrations.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    status: Mapped[MigrationLineStatus] = mapped_column(TermColumn(MigrationLineStatus))
    # Why it cannot go (or come back): code, element and names of each hindrance.
    why: Mapped[list[Json]]
    # Fields of forms with something typed in, which the new form does not have.
    lost: Mapped[list[Json]]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_case_migration_lines_status", "migration_id", "status", "case_id"),)


class CaseMove(Base):
    """A case to be put on another step by administration: asked by one, decided by another."""

    __tablename__ = "case_moves"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    # The places that the case gives up: their keys, and what they are called.
    dropped: Mapped[list[Json]]
    target: Mapped[str]
    target_name: Mapped[str]
    target_name_en: Mapped[str]
    reason: Mapped[str]
    status: Mapped[CaseMoveStatus] = mapped_column(TermColumn(CaseMoveStatus))
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_case_moves_one_open",
            "case_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
    )
