"""What the bureau sets: its clock, its days, its parameters; and the progress of long work."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class BureauClock(Base):
    """
    The one row that says how far the bureau's clock is from the machine's.

    0 and locked in production; a demo moves it forward only. ``seen_at`` is bureau time.
    """

    __tablename__ = "bureau_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset_us: Mapped[int]
    is_demo: Mapped[bool]
    # While the demo's past is being made, pages can be read and acts wait.
    is_making_past: Mapped[bool] = mapped_column(server_default=text("false"))
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("is_demo OR offset_us = 0", name="locked"),
    )


class WorkingDay(Base):
    """A day that differs from its weekday: a rest day of a holiday block or a make-up day."""

    __tablename__ = "working_days"

    on: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[str]
    name_en: Mapped[str]
    # A make-up day may be worked and yet treated as a rest day by the published deadlines.
    may_end_deadline: Mapped[bool] = mapped_column(server_default=text("true"))


class FilingDeadlineRow(Base):
    """The last day to file and pay in a month, where a notice has published it."""

    __tablename__ = "filing_deadlines"

    year: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date]
    notice: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            'extract(year FROM "on") = year AND extract(month FROM "on") = month',
            name="in_its_month",
        ),
        CheckConstraint("notice <> ''", name="notice"),
    )


class Parameter(Base):
    """A configurable limit or sum, with the days it is valid for."""

    __tablename__ = "parameters"

    name: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[str]
    unit: Mapped[str]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Run(Base):
    """Long work that shows its progress; times are the machine's."""

    __tablename__ = "runs"

    id: Mapped[Id]
    kind: Mapped[str]
    stage: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    detail: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
