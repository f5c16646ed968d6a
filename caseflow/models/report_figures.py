"""Figures of reports that are computed from the facts once, not at every look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, TermColumn
from caseflow.vocabulary import Rate


class ReportFigure(Base):
    """
    A rate of one month in one section, as its two parts; districts and the city are sums of them.

    Written by a screening run; newer facts replace the parts. Households, or fen of yuan.
    """

    __tablename__ = "report_figures"

    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rate: Mapped[Rate] = mapped_column(TermColumn(Rate), primary_key=True)
    section_id: Mapped[int] = mapped_column(
        ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
    part: Mapped[int]
    whole: Mapped[int]
    # The run that computed it: which facts it had seen, and when.
    run_id: Mapped[int] = mapped_column(ForeignKey("screening_runs.id"))
    computed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("whole > 0", name="whole"),)
