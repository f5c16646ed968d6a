"""Indicators as they stood, screening runs, and the warnings they raised."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.models.taxpayers import Taxpayer
from caseflow.vocabulary import RunStatus, WarningStatus


class IndicatorVersion(Base):
    """One wording of an indicator, kept for ever: an old warning shows the rule of its day."""

    __tablename__ = "indicator_versions"

    id: Mapped[Id]
    code: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[Json]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("code", "version"), UniqueConstraint("code", "sha256"))


class ScreeningRun(Base):
    """One screening of one period; nothing opens until the analysis post accepts it."""

    __tablename__ = "screening_runs"

    id: Mapped[Id]
    period: Mapped[int] = mapped_column(index=True)
    status: Mapped[RunStatus] = mapped_column(TermColumn(RunStatus))
    engine: Mapped[str]
    catalogue_sha256: Mapped[str]
    checksum: Mapped[str | None]
    batches: Mapped[list[int]]
    # Per indicator: population, hits, nulls and, where it could not run, why.
    figures: Mapped[Json]
    warning_count: Mapped[int]
    case_count: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class TaxWarning(Base):
    """
    An indicator beyond its peak for one taxpayer and period, with its evidence.

    Inside a case it is a doubt (疑点); the conclusion writes its finding back here.
    """

    __tablename__ = "tax_warnings"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("screening_runs.id"), index=True)
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    indicator: Mapped[str] = mapped_column(index=True)
    indicator_version_id: Mapped[int] = mapped_column(ForeignKey("indicator_versions.id"))
    kind: Mapped[str]
    period: Mapped[int]
    value: Mapped[float | None] = mapped_column(Double)
    threshold: Mapped[float | None] = mapped_column(Double)
    side: Mapped[str]
    peers: Mapped[Json]
    inputs: Mapped[Json]
    batches: Mapped[list[str]]
    severity: Mapped[int]
    points: Mapped[Decimal] = mapped_column(Numeric(6, 1))
    estimated_tax: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    fingerprint: Mapped[str] = mapped_column(unique=True)
    status: Mapped[WarningStatus] = mapped_column(TermColumn(WarningStatus))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    joined_at: Mapped[datetime | None]
    # A later run over newer facts no longer finds it (指标已恢复); nothing closes by itself.
    recovered_at: Mapped[datetime | None]
    # Written by the conclusion of the case: glossary section 8.
    finding: Mapped[str | None]
    cause: Mapped[str | None]
    verdict: Mapped[str | None]

    taxpayer: Mapped[Taxpayer] = relationship(lazy="raise")
    indicator_version: Mapped[IndicatorVersion] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
        CheckConstraint(
            "finding IN ('confirmed', 'explained', 'data_error', 'not_verifiable')",
            name="finding",
        ),
        Index("ix_tax_warnings_status_id", "status", "id"),
    )


class FormerDoubt(Base):
    """A doubt that went on from one case to another, with what it had found there; never changed.

    It may come back and go on again: each time is a row.
    """

    __tablename__ = "former_doubts"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    warning_id: Mapped[int] = mapped_column(ForeignKey("tax_warnings.id"), index=True)
    next_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    finding: Mapped[str | None]
    cause: Mapped[str | None]
    verdict: Mapped[str | None]
    at: Mapped[datetime]
