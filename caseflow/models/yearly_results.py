"""Results of years before this house, taken in from outside and never computed here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Money, TermColumn
from caseflow.vocabulary import CaseKind


class YearlyResult(Base):
    """
    What a unit's cases of one kind came to in a year, as a file says that names its source.

    Shown beside the computed sums, never added to them. Another file may change it, and says so
    on record.
    """

    __tablename__ = "yearly_results"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    kind: Mapped[CaseKind] = mapped_column(TermColumn(CaseKind))
    households: Mapped[int]
    tax: Mapped[Money]
    income_adjusted: Mapped[Money]
    loss_offset: Mapped[Money]
    # Where the figures come from, and what has to be known of them.
    source: Mapped[str]
    note: Mapped[str | None]
    # The file that said so last.
    sha256: Mapped[str]
    taken_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("unit_id", "year", "kind"),
        CheckConstraint("year BETWEEN 1949 AND 2100", name="year"),
        CheckConstraint("households >= 0", name="households"),
        CheckConstraint("length(source) BETWEEN 1 AND 500", name="source"),
    )
