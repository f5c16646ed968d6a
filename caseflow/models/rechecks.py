"""Re-checks 复查 and spot checks 抽查: what was drawn from what, and what each check found."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import RecheckLevel, RecheckResult, RecheckState, RecheckWhy


class RecheckPlan(Base):
    """Cases drawn at one time: of a district's half-year, the city's year, a section's spot check.

    The seed draws the same ones again out of the same population; never changed or deleted.
    """

    __tablename__ = "recheck_plans"

    id: Mapped[Id]
    level: Mapped[RecheckLevel] = mapped_column(TermColumn(RecheckLevel))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    # Cases closed from the first to the last of these days; of a spot check, the days it looks at.
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    # None: the chief chose the cases by hand.
    seed: Mapped[int | None]
    # Caseflow's name of the way of drawing, so that a later one cannot change an old plan.
    method: Mapped[str]
    share: Mapped[Decimal | None] = mapped_column(Numeric(6, 4))
    population: Mapped[int]
    population_sha256: Mapped[str]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="days"),
        Index(
            "uq_recheck_plans_period",
            "unit_id",
            "begins_on",
            "ends_on",
            unique=True,
            postgresql_where=text("level <> 'section'"),
        ),
    )


class Recheck(Base):
    """One case of a plan: who checks it until when, what was found, who signed, what followed."""

    __tablename__ = "rechecks"

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("recheck_plans.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    why: Mapped[RecheckWhy] = mapped_column(TermColumn(RecheckWhy))
    state: Mapped[RecheckState] = mapped_column(TermColumn(RecheckState))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The step on the desk of whoever's turn it is.
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    due_on: Mapped[date | None]
    result: Mapped[RecheckResult | None] = mapped_column(TermColumn(RecheckResult))
    tax_before: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    tax_after: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    changes: Mapped[str | None]
    cause: Mapped[str | None]
    responsibility: Mapped[str | None]
    advice: Mapped[str | None]
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reported_at: Mapped[datetime | None]
    # Why the leader sent the report back, while it is not handed in again.
    return_reason: Mapped[str | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    # The evaluation that a changed result opened.
    opened_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    __table_args__ = (
        UniqueConstraint("plan_id", "case_id"),
        CheckConstraint("(state IN ('reported', 'signed')) <= (result IS NOT NULL)", name="found"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed"),
        CheckConstraint("(state <> 'drawn') <= (officer_id IS NOT NULL)", name="assigned"),
        CheckConstraint("why = 'spot' OR officer_id <> signed_by", name="two_people"),
    )
