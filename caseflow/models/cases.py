"""Cases and what hangs on them: links, recusals, sums, referrals."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseflow.models.base import Base, Id, Json, Money, TermColumn
from caseflow.models.definitions import Definition
from caseflow.models.people import Unit, User
from caseflow.models.taxpayers import Taxpayer
from caseflow.vocabulary import CaseKind, CaseStatus, Reading


class Case(Base):
    """
    One matter on its way from detection to closure. Only ``services.cases.apply`` moves it.

    ``revision`` rises by one with each act and equals the number of the record's last event.
    """

    __tablename__ = "cases"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CaseKind] = mapped_column(TermColumn(CaseKind))
    # None: it is about no household, but about what ``title`` says, such as a monthly plan.
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    title: Mapped[str | None]
    district_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    main_officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    status: Mapped[CaseStatus] = mapped_column(TermColumn(CaseStatus))
    stage: Mapped[str]
    priority: Mapped[str] = mapped_column(server_default="normal")
    requirement: Mapped[str | None]
    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    state: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Numeric(6, 1))
    grade: Mapped[int]
    is_ti: Mapped[bool] = mapped_column(server_default=text("false"))
    # The lines of business (divisions) whose indicators its doubts belong to.
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    period: Mapped[int]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("screening_runs.id"))
    # Figures that the drawing routes by and that only the verbs compute.
    facts: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    # The clock of the whole case stands still from paused_at on; paused_days counts the past.
    paused_at: Mapped[datetime | None]
    paused_days: Mapped[int] = mapped_column(server_default=text("0"))
    wake_at: Mapped[datetime | None]
    # What it would hear now, as ``message:paid``, and the values by which it can be told apart.
    awaits: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    waits_by: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    returns: Mapped[int] = mapped_column(server_default=text("0"))

    taxpayer: Mapped[Taxpayer | None] = relationship(lazy="raise")
    definition: Mapped[Definition] = relationship(lazy="raise")
    district: Mapped[Unit] = relationship(lazy="raise", foreign_keys=district_id)
    section: Mapped[Unit] = relationship(lazy="raise", foreign_keys=section_id)
    main_officer: Mapped[User | None] = relationship(lazy="raise", foreign_keys=main_officer_id)
    second_officer: Mapped[User | None] = relationship(lazy="raise", foreign_keys=second_officer_id)

    __table_args__ = (
        CheckConstraint("main_officer_id <> second_officer_id", name="two_officers"),
        CheckConstraint("(taxpayer_id IS NULL) = (title IS NOT NULL)", name="about"),
        CheckConstraint("(status IN ('closed', 'archived')) <= (outcome IS NOT NULL)", name="out"),
        Index(
            "uq_cases_one_open",
            "taxpayer_id",
            "kind",
            unique=True,
            # Corrections are told apart by source, field and period, by their own rule.
            postgresql_where=text("closed_at IS NULL AND kind <> 'DC'"),
        ),
        Index("ix_cases_wake_at_id", "wake_at", "id", postgresql_where=text("wake_at IS NOT NULL")),
        Index(
            "ix_cases_awaits",
            "awaits",
            postgresql_using="gin",
            postgresql_where=text("awaits <> '{}'::text[]"),
        ),
        Index(
            "ix_cases_waits_by",
            "waits_by",
            postgresql_using="gin",
            postgresql_where=text("waits_by <> '{}'::jsonb"),
        ),
        Index("ix_cases_district_id_status", "district_id", "status"),
        Index("ix_cases_section_id_status", "section_id", "status"),
        Index("ix_cases_main_officer_id", "main_officer_id"),
        Index("ix_cases_second_officer_id", "second_officer_id"),
        Index("ix_cases_lines", "lines", postgresql_using="gin"),
        Index("ix_cases_opened_at_id", "opened_at", "id"),
        Index("ix_cases_to_archive", "id", postgresql_where=text("status = 'closed'")),
        {"postgresql_with": {"fillfactor": 70}},
    )


class CaseLink(Base):
    """A named tie between two cases, such as merged into; ``ended_at``: it was undone."""

    __tablename__ = "case_links"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Merger(Base):
    """The course of a case as it stood before it was merged into another: what undoing restores."""

    __tablename__ = "mergers"

    link_id: Mapped[int] = mapped_column(ForeignKey("case_links.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    # The step at which it was decided; it comes back with its limit.
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    state: Mapped[bytes] = mapped_column(LargeBinary)


class Recusal(Base):
    """Somebody who may not take part in a case, and who decided so; access ends at once."""

    __tablename__ = "recusals"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    declaration: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    # Who does in this case what would come to the posts of the one recused.
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    __table_args__ = (CheckConstraint("user_id <> replaced_by", name="two_people"),)


class RecusalRequest(Base):
    """A tie to a case that somebody declared, or that a superior found, and what was decided."""

    __tablename__ = "recusal_requests"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    tie: Mapped[str]
    note: Mapped[str]
    declared_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime]
    # Waiting, recused, kept.
    status: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'recused', 'kept')", name="status"),
        CheckConstraint("decided_by <> user_id", name="not_self_decided"),
        CheckConstraint("(status = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("length(note) BETWEEN 1 AND 500", name="note"),
        Index(
            "uq_recusal_requests_waiting",
            "case_id",
            "user_id",
            unique=True,
            postgresql_where=text("status = 'waiting'"),
        ),
    )


class AssessedAmount(Base):
    """What a case found for one tax and period; sums of the case are sums of these rows."""

    __tablename__ = "assessed_amounts"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    tax: Mapped[str]
    period: Mapped[int]
    declared: Mapped[Money]
    recomputed: Mapped[Money]
    due_on: Mapped[date | None]
    surcharge: Mapped[Money]
    income_adjusted: Mapped[Money]
    loss_offset: Mapped[Money]
    credit_reduced: Mapped[Money]
    tax_paid: Mapped[Money]
    surcharge_paid: Mapped[Money]
    paid_on: Mapped[date | None]


class Referral(Base):
    """A case that an outcome calls for, of a kind that is not deployed yet (待立)."""

    __tablename__ = "referrals"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[CaseKind] = mapped_column(TermColumn(CaseKind))
    reason: Mapped[str]
    # Variables that the case begins with, such as where it enters its drawing.
    said: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime]
    opened_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class FileRead(Base):
    """
    Somebody looked into a case on a day, or was refused; once for each thing; never changed.

    The act itself is an event of the reader's own stream, found by ``idem``.
    """

    __tablename__ = "file_reads"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    what: Mapped[Reading] = mapped_column(TermColumn(Reading))
    on: Mapped[date]
    # Which part of the case, as ``file:7``, ``paper:3``, ``task:12``; none: the case itself.
    thing: Mapped[str | None]
    # The code of a refusal.
    why: Mapped[str | None]
    idem: Mapped[uuid.UUID] = mapped_column(unique=True)

    __table_args__ = (
        UniqueConstraint(
            "case_id",
            "user_id",
            "what",
            "on",
            "thing",
            "why",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_file_reads_case_id_id", "case_id", "id"),
    )


class SeenCase(Base):
    """
    When somebody last opened a case; a step that came later is marked as unread.

    Overwritten by the next look that has something new to see; no part of the record.
    """

    __tablename__ = "seen_cases"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    at: Mapped[datetime]
