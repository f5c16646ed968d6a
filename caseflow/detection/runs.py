"""
What a screening leaves behind: its files in the lake, its manifest, and warnings as values.

    values/period=YYYYMM/<run>.parquet    a column an indicator, in millionths (a truth for flags)
    peers/period=YYYYMM/<run>.parquet     figures of every peer group compared with
    warnings/period=YYYYMM/<run>.parquet  hits; inputs/… the cells behind them; runs/<run>.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

RunFiles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How an indicator fared in a run: how many had a value, how many were hit."""

    population: int
    missing: int
    hits: int
    is_quarantined: bool
    """More than the permitted share was hit: the analysis post looks before anything opens."""


@dataclass(frozen=True, slots=True)
class Input:
    """One operand of a formula over some months: an amount in yuan, a flag as truth."""

    field: str
    first: int
    last: int
    how: str
    value: str | bool | None

    @property
    def name(self) -> str:
        """Name the operand within its formula."""
        return f"{self.field}:{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """The figures of the group a value was compared with; `digits` of the industry are shared."""

    digits: int
    group: str
    count: int
    mean: Decimal
    deviation: Decimal | None
    p25: Decimal
    p50: Decimal
    p75: Decimal


@dataclass(frozen=True, slots=True)
class TaxWarning:
    """An indicator beyond its threshold for one taxpayer and period, with its evidence."""

    tp: int
    indicator: str
    version: int
    period: int
    value: Decimal | None
    threshold: Decimal | None
    side: str
    peers: PeerFigures | None
    severity: int
    points: Decimal
    estimated_tax: Decimal | None
    inputs: tuple[Input, ...]
    batches: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Run:
    """One screening of one period. The same facts, catalogue and thresholds give the same run."""

    key: str
    period: int
    catalogue_sha256: str
    snapshot: str
    engine: str
    checksum: str
    warning_count: int
    coverage: Mapping[str, Coverage]
    not_screened: Mapping[str, str]
    batches: Mapping[str, tuple[str, ...]]
    files: RunFiles

    @property
    def quarantined(self) -> tuple[str, ...]:
        """The indicators that hit more than the permitted share."""
        return tuple(code for code, each in self.coverage.items() if each.is_quarantined)


def path(root: Path, folder: str, period: int, key: str) -> Path:
    """Say where a file of a run lies, and make the folder."""
    place = root / folder / f"period={period}" / f"{key[:16]}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def keep(root: Path, run: Run) -> None:
    """Write the manifest: from here on the run counts."""
    content = asdict(run)
    place = _manifest(root, run.period, run.key)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(".part")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(place)


def find(root: Path, period: int, key: str) -> Run | None:
    """Find a run made before."""
    place = _manifest(root, period, key)
    return _read(place) if place.exists() else None


def of_period(root: Path, period: int) -> Iterator[Run]:
    """Yield the runs of a period, the latest first."""
    places = (root / "runs" / f"period={period}").glob("*.json")
    written = sorted(((each.stat().st_mtime_ns, each) for each in places), reverse=True)
    for at, place in written:
        yield _read_once(place, at)


def _manifest(root: Path, period: int, key: str) -> Path:
    return root / "runs" / f"period={period}" / f"{key[:16]}.json"


@lru_cache(maxsize=128)
def _read_once(place: Path, at: int) -> Run:
    """Read a manifest that is not written to again; ``at`` tells one of that name from another."""
    del at
    return _read(place)


def _read(place: Path) -> Run:
    content = json.loads(place.read_text(encoding="utf-8"))
    coverage = {code: Coverage(**each) for code, each in content.pop("coverage").items()}
    batches = {code: tuple(each) for code, each in content.pop("batches").items()}
    return Run(**content, coverage=coverage, batches=batches)
