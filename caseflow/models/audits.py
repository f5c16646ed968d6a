"""The auditor's own papers and samples: beside the cases, never in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class Sample(Base):
    """Cases drawn by lot from what a search found; the seed draws the same ones again."""

    __tablename__ = "samples"

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    seed: Mapped[int]
    # The search whose cases were drawn from, as its settings in the address.
    wish: Mapped[Json]
    population: Mapped[int]
    size: Mapped[int]
    # Caseflow's name of the way of drawing, so that a later one cannot change an old sample.
    method: Mapped[str]
    drawn_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("size BETWEEN 1 AND population", name="size"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name"),
    )


class SampleItem(Base):
    """One case of a sample, in the order drawn."""

    __tablename__ = "sample_items"

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))

    __table_args__ = (UniqueConstraint("sample_id", "case_id"),)


class WorkingPaper(Base):
    """An auditor's working paper (工作底稿) about a case, a sample or a matter of its own."""

    __tablename__ = "working_papers"

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("samples.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    created_at: Mapped[datetime]


class WorkingPaperVersion(Base):
    """What a working paper said at a time; each saving adds one, none is changed."""

    __tablename__ = "working_paper_versions"

    paper_id: Mapped[int] = mapped_column(ForeignKey("working_papers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    # Kept while its author was typing, not by a press of the button.
    is_auto: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("length(body) <= 50000", name="body"),
    )
