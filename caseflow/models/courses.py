"""The way of each case, summed up from the record so that many can be counted at once.

Nothing here is a source: all of it may be emptied, and the clockwork sums it up anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
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


class CaseCourse(Base):
    """Which way a case went, as of a revision of the case."""

    __tablename__ = "case_courses"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"), index=True)
    revision: Mapped[int]


class CourseMark(Base):
    """The one row that says up to which event the ways are summed up; ``at`` by the machine."""

    __tablename__ = "course_marks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
