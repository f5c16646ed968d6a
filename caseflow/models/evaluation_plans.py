"""Evaluation plans 评估计划: whom a district means to assess, why, and what was decided of each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class EvaluationPlan(Base):
    """What a plan is about, beside its case: district, month, kind, the trade of a campaign.

    A district has one monthly plan for a month, also when it came to nothing; a supplement or a
    campaign stands beside it.
    """

    __tablename__ = "evaluation_plans"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    month: Mapped[int]
    kind: Mapped[str]
    # By which the spot sample was drawn: anybody can draw it again.
    seed: Mapped[int]
    industry: Mapped[str | None]
    period_from: Mapped[int | None]
    period_to: Mapped[int | None]
    method_paper: Mapped[str | None]
    # Of the households of the trade, in percent.
    share: Mapped[int | None]
    # Why more than the quota is taken, by section.
    quota_reasons: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    # Candidates that were not listed, since the list was full.
    unlisted: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        CheckConstraint("kind IN ('monthly', 'supplement', 'campaign')", name="kind"),
        CheckConstraint(
            "(kind = 'campaign') = (industry IS NOT NULL AND period_from IS NOT NULL"
            " AND period_to IS NOT NULL AND share IS NOT NULL)",
            name="campaign",
        ),
        CheckConstraint("share BETWEEN 1 AND 100", name="share"),
        Index(
            "uq_evaluation_plans_monthly",
            "district_id",
            "month",
            unique=True,
            postgresql_where=text("kind = 'monthly'"),
        ),
    )


class PlanObject(Base):
    """A candidate of a plan: why it is one, whether it may be assessed, what was decided of it.

    No row is ever deleted. ``doubts`` are the warnings that would come along, ``dropped`` those
    assessed before; what is opened is read anew from the warnings when it is opened.
    """

    __tablename__ = "plan_objects"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    reasons: Mapped[list[str]] = mapped_column(JSONB)
    score: Mapped[Decimal] = mapped_column(Numeric(6, 1))
    doubts: Mapped[list[int]] = mapped_column(JSONB)
    dropped: Mapped[list[int]] = mapped_column(JSONB)
    indicators: Mapped[list[str]] = mapped_column(JSONB)
    # Hits of tax evaluation or verification of 6.0 or more: to be left out only with a reason.
    is_mandatory: Mapped[bool]
    is_key_source: Mapped[bool]
    eligibility: Mapped[str]
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    taxes: Mapped[list[str]] = mapped_column(JSONB)
    period_from: Mapped[int]
    period_to: Mapped[int]
    period_reason: Mapped[str | None]
    priority: Mapped[str] = mapped_column(server_default="normal")
    # The leader struck it off, and why; the leader changed what the analysis post had said.
    struck_reason: Mapped[str | None]
    is_changed: Mapped[bool] = mapped_column(server_default=text("false"))
    evaluation_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    # Why no evaluation was opened of it.
    refused: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("case_id", "number", name="uq_plan_objects_case_id_number"),
        UniqueConstraint("case_id", "taxpayer_id", name="uq_plan_objects_case_id_taxpayer_id"),
        CheckConstraint("decision IN ('include', 'keep_in_pool', 'exclude')", name="decision"),
        CheckConstraint("period_from <= period_to", name="periods"),
        CheckConstraint("evaluation_id IS NULL OR decision = 'include'", name="opened"),
    )


class HigherAssessment(Base):
    """A household in a special assessment of a higher level for some months; never changed."""

    __tablename__ = "higher_assessments"

    id: Mapped[Id]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    period_from: Mapped[int]
    period_to: Mapped[int]
    # Who assesses it and by which paper.
    source: Mapped[str]
    noted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    noted_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("period_from <= period_to", name="periods"),)
