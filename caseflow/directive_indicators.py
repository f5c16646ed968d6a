"""Indicators named by a directive before and after it, in a district: counted, never typed.

Before is the last accepted screening when the directive was opened, after the last one since; both
count the households of the district that the indicator found and that were not found recovered
by then. A figure stands beside another only under the same wording of the indicator.
Source: directive.md, step 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from caseflow.models import (
    Case,
    DirectiveLine,
    DirectivePart,
    IndicatorVersion,
    ScreeningRun,
    Taxpayer,
    TaxWarning,
)
from caseflow.vocabulary import RunStatus


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How many households an indicator finds in a district, of which period."""

    households: int
    period: int


@dataclass(frozen=True, slots=True)
class Compared:
    """An indicator in a district; without a snapshot nothing was screened, or by another rule."""

    district_id: int
    code: str
    name: str
    name_en: str
    before: Snapshot | None
    after: Snapshot | None
    is_reworded: bool


def of(session: Session, case: Case, district_ids: Sequence[int] | None = None) -> list[Compared]:
    """Every indicator of a directive's lines in each of its districts, or in the ones named."""
    codes = session.scalars(
        select(DirectiveLine.indicator)
        .where(DirectiveLine.case_id == case.id, DirectiveLine.indicator.is_not(None))
        .distinct()
        .order_by(DirectiveLine.indicator)
    ).all()
    parts = session.scalars(
        select(DirectivePart.unit_id)
        .where(DirectivePart.case_id == case.id, DirectivePart.unit_id == DirectivePart.district_id)
        .order_by(DirectivePart.unit_id)
    ).all()
    wanted = parts if district_ids is None else [each for each in parts if each in district_ids]
    return [
        _compared(session, case, code, district_id)
        for code in codes
        if code is not None
        for district_id in wanted
    ]


def _compared(session: Session, case: Case, code: str, district_id: int) -> Compared:
    runs = (
        select(ScreeningRun)
        .where(ScreeningRun.status == RunStatus.ACCEPTED, ScreeningRun.figures.has_key(code))
        .order_by(ScreeningRun.id.desc())
        .limit(1)
    )
    before = session.scalar(runs.where(ScreeningRun.finished_at <= case.opened_at))
    after = session.scalar(runs.where(ScreeningRun.finished_at > case.opened_at))
    worded = [_wording(session, code, run) for run in (before, after) if run is not None]
    newest = session.scalar(
        select(IndicatorVersion)
        .where(IndicatorVersion.code == code)
        .order_by(IndicatorVersion.version.desc(), IndicatorVersion.id.desc())
        .limit(1)
    )
    content = newest.content if newest else {}
    is_reworded = len(set(worded)) > 1
    return Compared(
        district_id=district_id,
        code=code,
        name=str(content.get("zh") or code),
        name_en=str(content.get("en") or code),
        before=_snapshot(session, code, district_id, before),
        after=None if is_reworded else _snapshot(session, code, district_id, after),
        is_reworded=is_reworded,
    )


def _wording(session: Session, code: str, run: ScreeningRun) -> int | None:
    """The wording under which a run screened: the newest that was on file when it was done."""
    return session.scalar(
        select(IndicatorVersion.id)
        .where(IndicatorVersion.code == code, IndicatorVersion.recorded_at <= run.finished_at)
        .order_by(IndicatorVersion.recorded_at.desc(), IndicatorVersion.id.desc())
        .limit(1)
    )


def _snapshot(
    session: Session, code: str, district_id: int, run: ScreeningRun | None
) -> Snapshot | None:
    if run is None:
        return None
    found = (
        select(func.count(TaxWarning.taxpayer_id.distinct()))
        .join(Taxpayer, Taxpayer.id == TaxWarning.taxpayer_id)
        .where(
            TaxWarning.indicator == code,
            TaxWarning.period == run.period,
            TaxWarning.run_id <= run.id,
            or_(TaxWarning.recovered_at.is_(None), TaxWarning.recovered_at > run.finished_at),
            Taxpayer.district_id == district_id,
        )
    )
    return Snapshot(session.scalar(found) or 0, run.period)
