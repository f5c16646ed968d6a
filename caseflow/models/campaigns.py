"""Campaigns 专项任务: lists of households that become cases, and the marks that come of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class Campaign(Base):
    """What a campaign is about, beside its case; its list is in ``campaign_lines``."""

    __tablename__ = "campaigns"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    # The district, or the city for all of them.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str]
    due_on: Mapped[date]
    method: Mapped[str]
    # Whence the list came: file and its hash, the conditions, or the indicator.
    source: Mapped[str | None]
    asked: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    # Who approved the list: the cases are dispatched in this name.
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]


class CampaignLine(Base):
    """A row of the list and what became of it; of a list made anew, the former rows are deleted.

    After the approval no row is deleted, and each says its case or why there is none.
    """

    __tablename__ = "campaign_lines"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    # As the source named it.
    tin: Mapped[str]
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    verdict: Mapped[str]
    left_out: Mapped[str | None]
    # Why it was taken out by hand.
    reason: Mapped[str | None]
    line_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    # Why no case was opened of it, or why it was not dispatched with the others.
    problem: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("case_id", "number", name="uq_campaign_lines_case_id_number"),
        Index(
            "uq_campaign_lines_one_row",
            "case_id",
            "taxpayer_id",
            unique=True,
            postgresql_where=text("verdict <> 'left_out'"),
        ),
        Index(
            "ix_campaign_lines_to_open",
            "case_id",
            "number",
            postgresql_where=text(
                "verdict <> 'left_out' AND line_case_id IS NULL AND problem IS NULL"
            ),
        ),
        CheckConstraint("verdict IN ('opens', 'joins', 'left_out')", name="verdict"),
        CheckConstraint("(verdict = 'left_out') = (left_out IS NOT NULL)", name="left_out"),
        CheckConstraint("verdict = 'left_out' OR taxpayer_id IS NOT NULL", name="household"),
    )


class HouseholdMark(Base):
    """A mark of a household was set or ended on a day, by a case; never changed or deleted.

    The newest row of a household and mark says whether it has it.
    """

    __tablename__ = "household_marks"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"))
    mark: Mapped[str]
    is_set: Mapped[bool]
    on_date: Mapped[date]
    noted_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_household_marks_taxpayer_id_mark_id", "taxpayer_id", "mark", "id"),
        CheckConstraint("mark IN ('local_tax_only', 'below_threshold')", name="mark"),
    )


class RepeatedAnswer(Base):
    """What somebody handed in of one case, to be handed in of many others like it too."""

    __tablename__ = "repeated_answers"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # The step that was handed in, and whose cases follow it: of a campaign, or beside all of them.
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # The steps still to be done, those done, and those refused with the reason.
    waiting: Mapped[list[int]] = mapped_column(JSONB)
    done: Mapped[list[int]] = mapped_column(JSONB)
    failed: Mapped[list[Json]] = mapped_column(JSONB)
