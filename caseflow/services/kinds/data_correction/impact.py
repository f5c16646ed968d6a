"""Step 1i: what rests on the values that are to be corrected, before anything is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.detection import catalogue, recomputation, runs
from caseflow.detection.catalogue import Catalogue
from caseflow.detection.recomputation import Replaced
from caseflow.detection.terms import Cell, How, cells
from caseflow.lake import batches
from caseflow.lake.batches import Snapshot
from caseflow.lake.fields import Registry
from caseflow.models import (
    Case,
    FormerDoubt,
    ImportBatch,
    IndicatorVersion,
    ReportFigure,
    ScreeningRun,
    TaxWarning,
)
from caseflow.models.base import Json
from caseflow.services import place
from caseflow.services.kinds.data_correction import lines
from caseflow.services.kinds.data_correction.lines import Line
from caseflow.vocabulary import CaseKind

HOLDS, FALLS, UNKNOWN = "holds", "falls", "unknown"
# The fields that the published rates are counted from (``caseflow.lake.report_figures``).
_PUBLISHED = frozenset(
    {
        *("filing_due", "filed_on_time", "paid_on_time_tax", "declared_tax"),
        *("reg_status", "section_code"),
    }
)
_INDICATORS = Path(__file__).parents[4] / "indicators"
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Touched:
    """A warning that is made of a corrected value, and what would become of it."""

    id: int
    indicator: str
    period: int
    severity: int
    effect: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What a correction touches; shown to everybody who decides on it."""

    warnings: tuple[Touched, ...]
    open_cases: tuple[str, ...]
    closed_cases: tuple[tuple[int, str], ...]
    derived: tuple[str, ...]
    published: bool
    corrected_before: bool
    others_of_requester: int
    amount: float

    def variables(self) -> Mapping[str, object]:
        """What the table of approvals asks; a warning that nobody can foresee counts as falling."""
        lifted = [each.severity for each in self.warnings if each.effect != HOLDS]
        return {
            "severity": max(lifted, default=0),
            "touches_closed": bool(self.closed_cases),
            "published": self.published,
            "corrected_before": self.corrected_before,
            "amount": self.amount,
        }

    def told(self) -> Json:
        """As the case keeps it."""
        return {
            "warnings": [
                [each.id, each.indicator, each.period, each.severity, each.effect]
                for each in self.warnings
            ],
            "open_cases": list(self.open_cases),
            "closed_cases": [list(each) for each in self.closed_cases],
            "derived": list(self.derived),
            "published": self.published,
            "corrected_before": self.corrected_before,
            "others_of_requester": self.others_of_requester,
            "amount": f"{self.amount:.2f}",
        }


def of(session: Session, case: Case) -> Impact:
    """What the correction of a case touches, before it is done."""
    corrected = lines.of(case)
    warnings = resting(session, case, corrected)
    own = [case.id, case.facts.get("origin_case")]
    concerned = [each for each in _cases_of(session, warnings) if each.id not in own]
    names = {line.field.name for line in corrected}
    registry = rules().registry
    return Impact(
        warnings=tuple(
            Touched(each.id, each.indicator, each.period, each.severity, effect)
            for each, effect in foreseen(session, warnings, corrected)
        ),
        open_cases=tuple(each.number for each in concerned if each.closed_at is None),
        closed_cases=tuple((each.id, each.number) for each in concerned if each.closed_at),
        derived=tuple(name for name in _derived(registry) if _rests(registry, name, names)),
        published=_is_published(session, corrected),
        corrected_before=lines.were_corrected(session, case),
        others_of_requester=_others(session, case),
        amount=sum(line.difference for line in corrected),
    )


@cache
def rules() -> Catalogue:
    """The catalogue of indicators of this installation."""
    return catalogue.load(_INDICATORS)


def resting(session: Session, case: Case, corrected: Sequence[Line]) -> list[TaxWarning]:
    """The warnings of the household that are made of one of the corrected values."""
    found = session.scalars(
        select(TaxWarning).where(TaxWarning.taxpayer_id == case.taxpayer_id).order_by(TaxWarning.id)
    )
    return [each for each in found if _uses(each, corrected)]


def foreseen(
    session: Session, warnings: Sequence[TaxWarning], corrected: Sequence[Line]
) -> Iterator[tuple[TaxWarning, str]]:
    """What would become of each warning if the values were others, with the run's own peers.

    Unknown is what rests on a value that the lake derives, and whose run or wording is gone.
    """
    replaced: dict[tuple[str, int], int | float | str | bool | None] = {}
    for line in corrected:
        value = line.value
        if isinstance(value, date):  # formulas know days only by what the lake derives of them
            yield from ((each, UNKNOWN) for each in warnings)
            return
        replaced[line.key] = value
    for each in warnings:
        yield each, _foreseen(session, each, replaced)


def seen_by(session: Session, run: ScreeningRun) -> Snapshot | None:
    """The batches that a run has seen; None: they are not all in the lake any more."""
    kept = runs.find(place.here().lake, run.period, str(run.checksum))
    if kept is None:
        return None
    of_run = select(ImportBatch.sha256).where(ImportBatch.id.in_(run.batches))
    noted = set(session.scalars(of_run))
    stored = batches.snapshot(place.here().lake)
    seen = Snapshot(tuple(each for each in stored.batches if each.sha256 in noted))
    return seen if seen.key == kept.snapshot else None


def again(
    session: Session, warning: TaxWarning, seen: Snapshot | None, replaced: Replaced | None = None
) -> str:
    """What becomes of a warning on other facts: the batches seen, or its run's with other cells."""
    run = session.get_one(ScreeningRun, warning.run_id)
    of_run = seen_by(session, run)
    kept = runs.find(place.here().lake, run.period, str(run.checksum))
    version = session.get_one(IndicatorVersion, warning.indicator_version_id)
    indicator = rules().indicators.get(warning.indicator)
    if kept is None or of_run is None or indicator is None or indicator.sha256 != version.sha256:
        return UNKNOWN
    found = recomputation.recompute(
        rules(),
        seen or of_run,
        kept,
        root=place.here().lake,
        tp=warning.taxpayer_id,
        code=warning.indicator,
        replaced=replaced,
    )
    return HOLDS if found.is_hit else FALLS


def _foreseen(session: Session, warning: TaxWarning, replaced: Replaced) -> str:
    names = {field for field, _ in replaced}
    asked = _cells(warning)
    if asked is None or any(_rests(rules().registry, each.field, names) for each in asked):
        return UNKNOWN
    return again(session, warning, None, replaced)


def _uses(warning: TaxWarning, corrected: Sequence[Line]) -> bool:
    asked = _cells(warning)
    if asked is None:
        return False
    registry = rules().registry
    return any(
        _covers(each, line.period, warning.period)
        if each.field == line.field.name
        else _rests(registry, each.field, {line.field.name}) and line.period <= warning.period
        for each in asked
        for line in corrected
    )


def _cells(warning: TaxWarning) -> list[Cell] | None:
    indicator = rules().indicators.get(warning.indicator)
    if indicator is None:
        return None
    return list(cells(rules().plan(indicator, warning.period).term))


def _covers(cell: Cell, period: int, until: int) -> bool:
    return period <= until if cell.how is How.STATE else cell.first <= period <= cell.last


def _derived(registry: Registry) -> list[str]:
    return [name for name, field in registry.fields.items() if field.derived is not None]


def _rests(registry: Registry, name: str, on: set[str]) -> bool:
    """Whether the lake derives a field from one of these."""
    rule = registry.fields[name].derived if name in registry.fields else None
    return bool(rule) and not on.isdisjoint(re.findall(r"[a-z][a-z0-9_]*", str(rule)))


def _cases_of(session: Session, warnings: Sequence[TaxWarning]) -> list[Case]:
    """The cases that rest on warnings, those too that have handed them on."""
    ids = [each.id for each in warnings]
    former = select(FormerDoubt.case_id).where(FormerDoubt.warning_id.in_(ids))
    now = [each.case_id for each in warnings if each.case_id is not None]
    found = select(Case).where(Case.id.in_({*now, *session.scalars(former)})).order_by(Case.id)
    return list(session.scalars(found))


def _is_published(session: Session, corrected: Sequence[Line]) -> bool:
    periods = {line.period for line in corrected if line.field.name in _PUBLISHED}
    figures = select(ReportFigure.period).where(ReportFigure.period.in_(periods)).limit(1)
    return bool(periods) and session.scalar(figures) is not None


def _others(session: Session, case: Case) -> int:
    """The other corrections that the same requester asked for within twelve months."""
    found: Sequence[Any] = session.scalars(
        select(Case.id).where(
            Case.kind == CaseKind.DC,
            Case.main_officer_id == case.main_officer_id,
            Case.id != case.id,
            Case.opened_at > clock.now() - _A_YEAR,
        )
    ).all()
    return len(found)
