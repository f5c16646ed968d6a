"""Daily work of administrators: the work log 工作日志, plans 巡查计划 and visits of patrols."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import PatrolFinding, PatrolReason


class LogEntry(Base):
    """What an administrator did at a time of a day, as they say; never changed, only corrected.

    The acts on cases are not here: the record has them.
    """

    __tablename__ = "log_entries"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    # The section in which they did so.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    on: Mapped[date]
    began_at: Mapped[datetime]
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    content: Mapped[str]
    noted_at: Mapped[datetime]
    # The entry that was wrong and that this one stands for.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("log_entries.id"), unique=True)

    __table_args__ = (
        CheckConstraint("length(content) BETWEEN 1 AND 1000", name="content"),
        Index("ix_log_entries_user_id_on", "user_id", "on"),
    )


class LogDay(Base):
    """A day's log that its administrator has signed, with how much stood in it then."""

    __tablename__ = "log_days"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    signed_at: Mapped[datetime]
    entries: Mapped[int]
    acts: Mapped[int]
    visits: Mapped[int]

    __table_args__ = (Index("ix_log_days_unit_id_on", "unit_id", "on"),)


class PatrolLine(Base):
    """A household that a section visits in a month, by whom and why; dropped with a reason."""

    __tablename__ = "patrol_lines"

    id: Mapped[Id]
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    # As 201001.
    month: Mapped[int]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[PatrolReason] = mapped_column(TermColumn(PatrolReason))
    planned_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    planned_at: Mapped[datetime]
    dropped_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "(dropped_by IS NULL) = (dropped_at IS NULL)"
            " AND (dropped_by IS NULL) = (drop_reason IS NULL)",
            name="dropped",
        ),
        Index(
            "uq_patrol_lines_month_taxpayer_id",
            "month",
            "taxpayer_id",
            unique=True,
            postgresql_where=text("dropped_at IS NULL"),
        ),
        Index("ix_patrol_lines_section_id_month", "section_id", "month"),
        Index("ix_patrol_lines_officer_id_month", "officer_id", "month"),
    )


class PatrolVisit(Base):
    """A visit to a household by two officers: what they found; the second one confirms it.

    Name and address are those of that day: whoever reads the visit need not manage the household.
    """

    __tablename__ = "patrol_visits"

    id: Mapped[Id]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("patrol_lines.id"), unique=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    on: Mapped[date]
    began_at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    finding: Mapped[PatrolFinding] = mapped_column(TermColumn(PatrolFinding))
    content: Mapped[str]
    noted_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # The order to correct that the section's chief opened on what was found.
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)

    __table_args__ = (
        CheckConstraint("officer_id <> second_id", name="two_officers"),
        CheckConstraint("length(content) BETWEEN 1 AND 1000", name="content"),
        Index("ix_patrol_visits_section_id_on", "section_id", "on"),
        Index("ix_patrol_visits_officer_id_on", "officer_id", "on"),
        Index(
            "ix_patrol_visits_unconfirmed",
            "second_id",
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )


class PatrolPhotograph(Base):
    """A photograph of a visit; content-addressed, never overwritten."""

    __tablename__ = "patrol_photographs"

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("patrol_visits.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    noted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    noted_at: Mapped[datetime]
    # What the camera wrote into it, as the device says.
    device_time: Mapped[str | None]
    device_place: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )
