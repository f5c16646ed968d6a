"""The way of each case, summed up from the record, and the figures counted of them beforehand.

Nothing here is a source: all of it may be emptied, and the clockwork sums it up anew.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class Variant(Base):
    """
    A sequence of steps that one case or many went through.

    ``steps`` are elements in the order opened, those of one act joined by ``+``; ``repeats`` says
    of each element that was opened by more than one act, by how many.
    """

    __tablename__ = "variants"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    steps: Mapped[list[str]] = mapped_column(ARRAY(Text))
    repeats: Mapped[Json]


class Route(Base):
    """The elements and flows that one case or many passed, each once, sorted."""

    __tablename__ = "routes"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    passed: Mapped[list[str]] = mapped_column(ARRAY(Text))


class CourseCell(Base):
    """
    The cases of one version and section that were opened on one day, and what was counted.

    The smallest part that is counted anew; ``counts`` as in ``course_counts``. ``stale_at``, by
    the machine, says since when a case of it has moved on.
    """

    __tablename__ = "course_cells"

    id: Mapped[Id]
    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    district_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    # The day in the bureau.
    day: Mapped[date]
    counts: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    stale_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("definition_id", "district_id", "section_id", "day"),
        Index(
            "ix_course_cells_stale_at", "stale_at", postgresql_where=text("stale_at IS NOT NULL")
        ),
    )


class CourseSum(Base):
    """
    The cells of a version added up: of a section, a district or the city, of a month or all.

    ``head`` is what units are compared by, ``body`` all else: see ``course_counts``.
    """

    __tablename__ = "course_sums"

    id: Mapped[Id]
    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    # Its first day in the bureau.
    month: Mapped[date | None]
    head: Mapped[Json]
    body: Mapped[Json]

    __table_args__ = (
        UniqueConstraint("definition_id", "unit_id", "month", postgresql_nulls_not_distinct=True),
    )


class CaseCourse(Base):
    """Which way a case went, and in which cell it is counted, as of a revision of the case."""

    __tablename__ = "case_courses"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"), index=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("course_cells.id"), index=True)
    revision: Mapped[int]


class CourseMark(Base):
    """
    The one row that says how far the record is read for the ways of cases.

    All events up to ``seen`` are read. Of those up to ``bound`` one may still be uncommitted
    only while a transaction older than ``horizon`` is open. The end of the record was last
    reached at ``at`` by the machine, ``walked_at`` by the bureau; ``counted_at`` is the
    ``walked_at`` of which everything is counted.
    """

    __tablename__ = "course_marks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[int]
    bound: Mapped[int]
    horizon: Mapped[int]
    at: Mapped[datetime]
    walked_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
