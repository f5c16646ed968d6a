"""Evidence held against the facts: warnings of a run worked out again, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.detection import recomputation, runs
from caseflow.detection.catalogue import Catalogue
from caseflow.detection.recomputation import Recomputed
from caseflow.detection.runs import Run
from caseflow.detection.thresholds import MILLION
from caseflow.lake import batches
from caseflow.lake.batches import Snapshot
from caseflow.models import ImportBatch, IndicatorVersion, ScreeningRun, TaxWarning
from caseflow.services import place
from caseflow.vocabulary import NotFound, Unavailable

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A warning that the facts of its run do not bear out: what does not agree."""

    warning_id: int
    taxpayer_id: int
    indicator: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """How many warnings of a run were worked out again, and which differ.

    ``reworded`` counts those whose indicator says something else today: they need the catalogue
    of their day.
    """

    run_id: int
    period: int
    warnings: int
    reworded: int
    differences: tuple[Difference, ...]


def check(
    session: Session,
    catalogue: Catalogue,
    *,
    run_id: int | None,
    count: int,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Checked:
    """Work so many warnings of a run out again, spread evenly over it; None: of the last run.

    The values are computed in plain Python from the batches that the run had seen, not by the
    statements that found them.

    Raises:
        NotFound: there is no such run.
        Unavailable: its manifest or its batches are not in the lake any more.
    """
    row = _run(session, run_id)
    found = runs.find(place.here().lake, row.period, str(row.checksum))
    if found is None:
        raise Unavailable("run_not_in_lake", run=row.id, period=row.period)
    seen = _snapshot(session, row, found)
    asked = _sample(session, row, count)
    differences: list[Difference] = []
    reworded = 0
    for done, (warning, sha256) in enumerate(asked):
        progress("recompute", done, len(asked))
        indicator = catalogue.indicators.get(warning.indicator)
        if indicator is None or indicator.sha256 != sha256:
            reworded += 1
            continue
        again = recomputation.recompute(
            catalogue,
            seen,
            found,
            root=place.here().lake,
            tp=warning.taxpayer_id,
            code=warning.indicator,
        )
        parts = _differing(warning, again)
        if parts:
            differences.append(
                Difference(warning.id, warning.taxpayer_id, warning.indicator, parts)
            )
    return Checked(row.id, row.period, len(asked), reworded, tuple(differences))


def _run(session: Session, run_id: int | None) -> ScreeningRun:
    query = select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1)
    if run_id is not None:
        query = query.where(ScreeningRun.id == run_id)
    row = session.scalar(query)
    if row is None:
        raise NotFound("run", id=run_id)
    return row


def _snapshot(session: Session, row: ScreeningRun, found: Run) -> Snapshot:
    """The batches that the run had seen; a later one does not count."""
    of_run = select(ImportBatch.sha256).where(ImportBatch.id.in_(row.batches))
    noted = set(session.scalars(of_run))
    stored = batches.snapshot(place.here().lake)
    seen = Snapshot(tuple(batch for batch in stored.batches if batch.sha256 in noted))
    if seen.key != found.snapshot:
        raise Unavailable("run_facts_gone", run=row.id, period=row.period)
    return seen


def spread(ids: Sequence[int], count: int) -> list[int]:
    """
    Pick so many, evenly; all where there are not more.

    >>> spread([1, 2, 3, 4, 5], 2)
    [1, 3]
    """
    wanted = min(count, len(ids))
    return [ids[at * len(ids) // wanted] for at in range(wanted)]


def _sample(session: Session, row: ScreeningRun, count: int) -> Sequence[tuple[TaxWarning, str]]:
    of_run = select(TaxWarning.id).where(TaxWarning.run_id == row.id).order_by(TaxWarning.id)
    known = session.scalars(of_run).all()
    asked = spread(known, count)
    return list(
        session.execute(
            select(TaxWarning, IndicatorVersion.sha256)
            .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
            .where(TaxWarning.id.in_(asked))
            .order_by(TaxWarning.id)
        )
    )


def _differing(warning: TaxWarning, again: Recomputed) -> tuple[str, ...]:
    """What is stored and is not what the facts give: hit, value, threshold, peers."""
    mean = warning.peers.get("mean") if warning.peers else None
    pairs = {
        "hit": again.is_hit,
        "value": warning.value is None or _millionths(warning.value) == again.value,
        "threshold": warning.threshold is None
        or _millionths(warning.threshold) in (again.low, again.high),
        "peers": mean is None
        or (again.peers is not None and _millionths(mean) == again.peers.mean),
    }
    return tuple(name for name, agrees in pairs.items() if not agrees)


def _millionths(value: float) -> int:
    """The whole millionths that a stored value was rounded to; a double is only near them."""
    return round(value * MILLION)
