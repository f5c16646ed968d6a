"""Powers beyond the posts: deputies, temporary grants, sensitive files, drill-downs."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id


class Deputy(Base):
    """Somebody who acts for another (代理), by role and kind of case, from one day to another."""

    __tablename__ = "deputies"

    id: Mapped[Id]
    principal_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # The roles and kinds of case meant; none: all that the principal has.
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str]
    granted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("principal_id <> deputy_id", name="two_people"),
        CheckConstraint("granted_by <> deputy_id", name="not_self_made"),
        CheckConstraint("valid_to >= valid_from", name="dates"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked"),
    )


class Grant(Base):
    """Sight of one unit, taxpayer or case for a time, given by somebody else."""

    __tablename__ = "grants"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    reason: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    granted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(unit_id, taxpayer_id, case_id) = 1", name="one_object"),
        CheckConstraint("user_id <> granted_by", name="not_self_made"),
        CheckConstraint("valid_to >= valid_from", name="dates"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked"),
    )


class SensitiveFile(Base):
    """A case or all of a taxpayer kept from everybody but named readers, until it is lifted."""

    __tablename__ = "sensitive_files"

    id: Mapped[Id]
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    reason: Mapped[str]
    marked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(taxpayer_id, case_id) = 1", name="one_object"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("(lifted_by IS NULL) = (lifted_at IS NULL)", name="lifted"),
        CheckConstraint("lifted_by <> marked_by", name="two_people"),
        Index(
            "uq_sensitive_files_case_id",
            "case_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index(
            "uq_sensitive_files_taxpayer_id",
            "taxpayer_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )


class SensitiveReader(Base):
    """Somebody who may open a sensitive file, and who allowed it."""

    __tablename__ = "sensitive_readers"

    id: Mapped[Id]
    file_id: Mapped[int] = mapped_column(ForeignKey("sensitive_files.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    allowed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    allowed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("user_id <> allowed_by", name="not_self_made"),
        Index(
            "uq_sensitive_readers_file_id_user_id",
            "file_id",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class DrillDown(Base):
    """Why a city leader opened one household on one day; the lists themselves need no reason."""

    __tablename__ = "drill_downs"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    on: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("user_id", "taxpayer_id", "on"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
    )


class HouseholdRead(Base):
    """
    Somebody opened the file of a household on a day by other than the own scope; never changed.

    The act itself is an event of the reader's own stream, found by ``idem``.
    """

    __tablename__ = "household_reads"

    id: Mapped[Id]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    on: Mapped[date]
    idem: Mapped[uuid.UUID] = mapped_column(unique=True)

    __table_args__ = (UniqueConstraint("taxpayer_id", "user_id", "on"),)
