"""Steps on desks: tasks, drafts, the canonical answers, reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.models.cases import Case
from caseflow.models.people import Unit, User
from caseflow.vocabulary import AskedKind, CaseStatus, TaskStatus


class Task(Base):
    """
    One step on somebody's desk; history is kept, so that any past inbox can be shown.

    ``version`` is the token a form carries: it rises only when this task is sent back,
    reassigned, withdrawn or given a further doubt, never with other acts of the case.
    """

    __tablename__ = "tasks"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    key: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    stage: Mapped[str]
    form_key: Mapped[str]
    # What the case is called while this step is the one that leads (from the drawing).
    case_status: Mapped[CaseStatus] = mapped_column(TermColumn(CaseStatus))
    # Who may take it: one of these roles in this unit, or, with a relation, the assignee alone.
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    relation: Mapped[str | None]
    # Relations and earlier elements whose people may not do this one.
    separation: Mapped[list[str]] = mapped_column(ARRAY(Text))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # For whom a deputy has taken it.
    held_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    item: Mapped[Json | None]
    status: Mapped[TaskStatus] = mapped_column(TermColumn(TaskStatus))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    # How the due date was counted, day by day (working_days.Due.facts).
    due_facts: Mapped[Json | None]
    # When the next rung of the ladder of reminders is reached; null when none is left.
    remind_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # For whom a deputy did it, and who stood between; all count as having acted.
    done_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_through: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[str | None]
    # What one colleague asks of another (加签, 抄送, 协查) is a step that no drawing knows: for
    # which step, by whom, what, who is asked after this one, and what was answered.
    asked_kind: Mapped[AskedKind | None] = mapped_column(TermColumn(AskedKind))
    asked_for_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_text: Mapped[str | None]
    asked_then: Mapped[list[int] | None] = mapped_column(JSONB)
    asked_answer: Mapped[str | None]

    case: Mapped[Case] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    assignee: Mapped[User | None] = relationship(lazy="raise", foreign_keys=assignee_id)

    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        CheckConstraint("assignee_id <> held_for", name="two_people"),
        # What comes to the archivist when a case is closed, nobody asks for.
        CheckConstraint(
            "(asked_kind IS NULL OR asked_kind = 'archive') = (asked_by IS NULL)", name="asked"
        ),
        Index(
            "uq_tasks_to_archive",
            "case_id",
            unique=True,
            postgresql_where=text("asked_kind = 'archive'"),
        ),
        Index("ix_tasks_assignee_id_case_id", "assignee_id", "case_id"),
        Index(
            "ix_tasks_done_by_deputies",
            "done_by",
            "case_id",
            postgresql_where=text("done_for IS NOT NULL"),
        ),
        Index(
            "ix_tasks_open_assignee",
            "assignee_id",
            "due_at",
            "id",
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_tasks_open_held_for",
            "held_for",
            postgresql_where=text("status = 'open' AND held_for IS NOT NULL"),
        ),
        Index(
            "ix_tasks_waiting",
            "unit_id",
            "roles",
            "case_id",
            postgresql_where=text("status = 'open' AND assignee_id IS NULL AND relation IS NULL"),
        ),
        Index("ix_tasks_asked", "case_id", postgresql_where=text("asked_kind IS NOT NULL")),
        Index("ix_tasks_returned", "case_id", postgresql_where=text("return_reason IS NOT NULL")),
        Index("ix_tasks_remind_at", "remind_at", postgresql_where=text("status = 'open'")),
        Index(
            "ix_tasks_open_unit",
            "unit_id",
            "due_at",
            "id",
            postgresql_where=text("status = 'open'"),
        ),
    )


class Draft(Base):
    """What somebody has typed and not handed in; replaced as they type, gone when handed in."""

    __tablename__ = "drafts"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    content: Mapped[Json]
    saved_at: Mapped[datetime]


class Answer(Base):
    """The canonical answers of one act; inserted with it, never changed (no grant to)."""

    __tablename__ = "answers"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    revision: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    element: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    content: Mapped[Json]
    sha256: Mapped[str]

    __table_args__ = (UniqueConstraint("case_id", "revision"),)


class Extension(Base):
    """
    A limit that somebody asked to have lengthened (延期): of a step, or of the whole case.

    ``request_id`` is the step on the desk of the post that decides; decided once, kept for ever.
    ``new_due_at`` is what was asked, and once it is granted what it has become.
    """

    __tablename__ = "extensions"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), unique=True)
    # Whether it is the limit of the whole case, be it asked for a step that ends with it.
    is_whole: Mapped[bool]
    days: Mapped[int]
    # Which days: ``Rule`` of working_days.
    rule: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    old_due_at: Mapped[datetime]
    new_due_at: Mapped[datetime]
    is_granted: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]

    __table_args__ = (
        # Once: a step's limit and the whole case's.
        Index(
            "uq_extensions_step",
            "task_id",
            unique=True,
            postgresql_where=text("is_granted AND NOT is_whole"),
        ),
        Index(
            "uq_extensions_whole",
            "case_id",
            unique=True,
            postgresql_where=text("is_granted AND is_whole"),
        ),
        CheckConstraint("days > 0", name="longer"),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint("(is_granted IS NULL) = (decided_by IS NULL)", name="decided"),
    )


class Reminder(Base):
    """
    One rung of the ladder over a task's due time; each fires once.

    ``due_at`` is when the rung was reached, ``at`` when it fired: after a standstill, or when
    a demo's clock has jumped, several rungs fire at once and late.
    """

    __tablename__ = "reminders"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    rung: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
