"""An indicator of a taxpayer over time, beside its peers: what the chart of the evidence shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from caseflow.detection import evidence, runs
from caseflow.detection.catalogue import Catalogue, Indicator, PeerLaw
from caseflow.detection.evidence import Peers
from caseflow.detection.tax_warnings import natural
from caseflow.detection.thresholds import MILLION
from caseflow.lake.duck import connect, parquet, text

_Own = tuple[str, str, int, int | bool | None]
_Members = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Point:
    """
    One period: the own value, the limits that held, and the middle half of the peers.

    A condition has the value 1 or 0. What is unknown is None.
    """

    period: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    p25: Decimal | None
    p50: Decimal | None
    p75: Decimal | None
    peer_count: int


def history(
    catalogue: Catalogue, tp: int, code: str, periods: Iterable[int], *, root: Path
) -> tuple[Point, ...]:
    """Follow an indicator over those of the periods that were screened, oldest first."""
    indicator = catalogue.indicators[code]
    files = _files(root, code, [each for each in sorted(periods) if indicator.is_due(each)])
    if not files:
        return ()
    with connect() as con:
        own = _own(con, files, code, tp)
        members = {} if indicator.threshold.is_flag else _members(con, files, code, own)
    return tuple(
        _point(catalogue.peers, indicator, period, own[name], members.get(name, ()))
        for name, period in files.items()
        if name in own
    )


def _files(root: Path, code: str, periods: Sequence[int]) -> dict[str, int]:
    """Find the values of the latest run of each period that evaluated the indicator."""
    found = {}
    for period in periods:
        for run in runs.of_period(root, period):
            if code in run.coverage:
                found[str(root / run.files["values"])] = period
                break
    return found


def _own(
    con: duckdb.DuckDBPyConnection, files: Iterable[str], code: str, tp: int
) -> dict[str, _Own]:
    """Read the group and the value of the taxpayer in every file."""
    rows = con.execute(
        f'SELECT filename, industry_code, vat_class, band, "{code}" FROM {_source(files)}'
        f" WHERE tp = {tp}"
    ).fetchall()
    return {str(name): (industry, vat, band, value) for name, industry, vat, band, value in rows}


def _members(
    con: duckdb.DuckDBPyConnection, files: Iterable[str], code: str, own: Mapping[str, _Own]
) -> _Members:
    """Read the values of the widest group the taxpayer belonged to, file by file."""
    groups = ", ".join(
        f"({text(name)}, {text(industry[:2])}, {text(vat)}, {band})"
        for name, (industry, vat, band, _) in own.items()
        if industry and vat and band is not None
    )
    if not groups:
        return {}
    rows = con.execute(
        f'SELECT v.filename, v.industry_code, v."{code}" FROM {_source(files)} AS v'
        f" JOIN (VALUES {groups}) AS g(filename, industry, vat, band) ON g.filename = v.filename"
        f" AND g.industry = v.industry_code[1:2] AND g.vat = v.vat_class AND g.band = v.band"
        f' WHERE v."{code}" IS NOT NULL'
    ).fetchall()
    found: dict[str, list[tuple[str, int]]] = {}
    for name, industry, value in rows:
        found.setdefault(str(name), []).append((str(industry), int(value)))
    return found


def _source(files: Iterable[str]) -> str:
    return parquet(*files, options=", filename=true, union_by_name=true")


def _point(
    law: PeerLaw,
    indicator: Indicator,
    period: int,
    own: _Own,
    members: Sequence[tuple[str, int]],
) -> Point:
    industry, _, _, value = own
    threshold = indicator.threshold
    group, kept = _group(law, industry, members, max(law.min_peers, threshold.min_peers))
    low, high = evidence.limits(threshold, group, kept)
    scaled = int(value) * MILLION if isinstance(value, bool) else value
    return Point(
        period=period,
        value=natural(scaled, MILLION),
        low=natural(low, MILLION),
        high=natural(high, MILLION),
        p25=natural(group.p25, MILLION) if group else None,
        p50=natural(group.p50, MILLION) if group else None,
        p75=natural(group.p75, MILLION) if group else None,
        peer_count=group.count if group else 0,
    )


def _group(
    law: PeerLaw, industry: str, members: Sequence[tuple[str, int]], needed: int
) -> tuple[Peers | None, list[int]]:
    """Take the narrowest group with enough values."""
    for digits in law.digits:
        start = (industry or "")[:digits]
        values = [value for code, value in members if code[:digits] == start]
        if len(values) >= needed:
            kept = evidence.trimmed(values, law.trim_percent)
            return evidence.peers(digits, start, values, law.trim_percent), kept
    return None, []
