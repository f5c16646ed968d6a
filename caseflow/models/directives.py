"""Lines 清册行 and parts of directives: what a directive asks, of whom, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class DirectiveLine(Base):
    """One line of a directive's list: a household or a unit, what was found, what is asked.

    No row is ever deleted. ``case_id`` is the directive, ``line_case_id`` the case that the line
    opened or joined: its outcome is that case's and not repeated here. A simple line and one of
    a unit have their outcome in the row.
    """

    __tablename__ = "directive_lines"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    # None: the line is about a unit, not about a household.
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    finding: Mapped[str]
    indicator: Mapped[str | None]
    period: Mapped[str | None]
    measured: Mapped[str | None]
    threshold: Mapped[str | None]
    is_to_verify: Mapped[bool]
    requirement: Mapped[str | None]
    due_on: Mapped[date | None]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    # As what it is worked, once it is distributed: a kind of case, or ``simple``.
    kind: Mapped[str | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    line_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    outcome: Mapped[str | None]
    # What was done, the cause, the evidence; what becomes of it when the directive ends first.
    told: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("case_id", "number", name="uq_directive_lines_case_id_number"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled"),
        CheckConstraint("officer_id <> second_officer_id", name="two_officers"),
        Index("ix_directive_lines_line_case_id", "line_case_id"),
        Index("ix_directive_lines_officer_id", "officer_id"),
        Index("ix_directive_lines_second_officer_id", "second_officer_id"),
    )


class DirectivePart(Base):
    """The part of a district or a section in a directive: what is asked of it, how far it is."""

    __tablename__ = "directive_parts"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    district_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    requirement: Mapped[str | None]
    columns: Mapped[str | None]
    due_on: Mapped[date | None]
    # open, answered, accepted, late
    state: Mapped[str]
    grade: Mapped[str | None]
    # How often it was asked or worked again.
    rounds: Mapped[int] = mapped_column(server_default=text("0"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("case_id", "unit_id", name="uq_directive_parts_case_id_unit_id"),
        CheckConstraint("state IN ('open', 'answered', 'accepted', 'late')", name="state"),
    )
