"""Figures of reports: a screening run notes the rates of its month and of the months before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.lake import calendar_months, report_figures
from caseflow.lake.batches import Snapshot
from caseflow.lake.fields import Registry
from caseflow.models import ReportFigure, ScreeningRun, Unit
from caseflow.services import place
from caseflow.vocabulary import Rate, UnitLevel

# A year and the year before it, so that every month has its like to stand beside.
_MONTHS = 24


def note(session: Session, run: ScreeningRun, snapshot: Snapshot, *, registry: Registry) -> None:
    """Keep the rates by section of the run's month and of the months before it.

    What was kept of a month gives way to what the facts say of it now.
    """
    periods = calendar_months.back(run.period, _MONTHS)
    sections = dict(
        session.execute(select(Unit.code, Unit.id).where(Unit.level == UnitLevel.SECTION)).all()
    )
    found = report_figures.of_months(registry, snapshot, periods, root=place.here().lake)
    rows = [
        {
            "period": each.period,
            "section_id": sections[each.section],
            "rate": rate,
            "part": part,
            "whole": whole,
            "run_id": run.id,
            "computed_at": clock.now(),
        }
        for each in found
        if each.section in sections
        for rate, part, whole in _rates(each)
        if whole > 0
    ]
    # All of a month goes at once: a section that its households have left must not stay behind.
    told = {row["period"] for row in rows}
    session.execute(delete(ReportFigure).where(ReportFigure.period.in_(told)))
    if rows:
        session.execute(insert(ReportFigure), rows)


def _rates(found: report_figures.Figures) -> Iterator[tuple[Rate, int, int]]:
    yield Rate.FILING, found.filed_on_time, found.filing_due
    yield Rate.PAYMENT, found.paid_on_time, found.declared
    yield Rate.ABNORMAL, found.abnormal, found.registered
