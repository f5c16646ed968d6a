"""Handovers of households (管户交接): who gave how many to whom, why, who has confirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import FollowFate, HandoverReason


class Handover(Base):
    """Households of one administrator given to others at once; never undone, only followed.

    Which households these were: ``responsibilities.handover_id``.
    """

    __tablename__ = "handovers"

    id: Mapped[Id]
    # The section or district whose head decided.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[HandoverReason] = mapped_column(TermColumn(HandoverReason))
    note: Mapped[str | None]
    # From this day on the others manage them.
    on: Mapped[date]
    done_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime]
    households: Mapped[int]
    # What each of them had before and has after: households, weighted open work; by person.
    loads: Mapped[Json]


class HandoverTaker(Base):
    """One who takes households over, and when they confirmed that they have them."""

    __tablename__ = "handover_takers"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    households: Mapped[int]
    # How many open cases went along; unknown of handovers before it was kept.
    cases: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_handover_takers_unconfirmed",
            "user_id",
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )


class HandoverCase(Base):
    """An open case of a household that was handed over: whether it went along, or why it stayed."""

    __tablename__ = "handover_cases"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    fate: Mapped[FollowFate] = mapped_column(TermColumn(FollowFate))
