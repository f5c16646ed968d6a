"""
A value of a run worked out again from the facts: by `evidence`, not by the run's statements.

Reads the panels that the run's snapshot names, so it can be done years later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from caseflow.detection import evidence
from caseflow.detection.catalogue import Catalogue, Indicator, PeerLaw
from caseflow.detection.evidence import Facts, Peers, Value
from caseflow.detection.runs import Run
from caseflow.detection.terms import Cell, How, cells
from caseflow.lake import calendar_months, panel
from caseflow.lake.batches import Snapshot
from caseflow.lake.duck import connect, parquet

Replaced = Mapping[tuple[str, int], Value]
"""Other values of cells, by field and month."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What plain Python finds: value and limits in millionths, peers, and whether it is a hit."""

    value: int | bool | None
    low: int | None
    high: int | None
    peers: Peers | None
    is_hit: bool
    inputs: Mapping[Cell, Value]


def recompute(  # noqa: PLR0913 - a value of a run: of whom, by which facts, and what if
    catalogue: Catalogue,
    snapshot: Snapshot,
    run: Run,
    *,
    root: Path,
    tp: int,
    code: str,
    replaced: Replaced | None = None,
) -> Recomputed:
    """Work out the value of an indicator for a taxpayer, its limits and whether it is a hit.

    ``replaced`` are cells of the taxpayer that shall hold another value; what the lake derives
    from them stays as it is. The peers are those of the run.
    """
    indicator = catalogue.indicators[code]
    term = catalogue.plan(indicator, run.period).term
    asked = list(dict.fromkeys(cells(term)))
    with connect() as con:
        months, state = facts(con, catalogue, snapshot, run.period, asked, root=root, tp=tp)
        months, state = _with(months, state, replaced or {}, run.period)
        inputs = {each: evidence.cell(each, months, state) for each in asked}
        value = evidence.rounded(term, evidence.evaluate(term, inputs))
        threshold = indicator.threshold
        group, members = None, list[int]()
        if threshold.needs_peers:
            source = parquet(root / run.files["values"])
            group, members = peer_group(con, source, catalogue.peers, indicator, tp)
    low, high = evidence.limits(threshold, group, members)
    is_hit = evidence.is_hit(threshold, value, low, high)
    return Recomputed(value, low, high, group, is_hit, inputs)


def facts(  # noqa: PLR0913 - whose facts, of when, seen by whom
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    snapshot: Snapshot,
    period: int,
    asked: Sequence[Cell],
    *,
    root: Path,
    tp: int,
) -> tuple[Facts, Mapping[str, Value]]:
    """Read a taxpayer's facts of the months that some cells cover, and the state."""
    registry = catalogue.registry
    first = min((each.first for each in asked if each.how is not How.STATE), default=period)
    wanted = calendar_months.between(first, period)
    found = list(panel.months(registry, snapshot, wanted, root=root))
    months: dict[int, Mapping[str, Value]] = {}
    if found:
        source = parquet(*(each.path for each in found))
        for row in _rows(con, f"SELECT * FROM {source} WHERE tp = {tp}"):
            months[int(str(row["period"]))] = row
    state = panel.state(registry, snapshot, period, root=root)
    rows = _rows(con, f"SELECT * FROM {parquet(state.path)} WHERE tp = {tp}")
    return months, rows[0] if rows else {}


def peer_group(
    con: duckdb.DuckDBPyConnection, source: str, law: PeerLaw, indicator: Indicator, tp: int
) -> tuple[Peers | None, list[int]]:
    """Find the narrowest group of a taxpayer with enough values, and its trimmed members."""
    column = f'"{indicator.code}"'
    own = con.execute(
        f"SELECT industry_code, vat_class, band FROM {source} WHERE tp = {tp}"
    ).fetchone()
    if own is None or None in own:
        return None, []
    industry, vat_class, band = own
    needed = max(law.min_peers, indicator.threshold.min_peers)
    for digits in law.digits:
        rows = con.execute(
            f"SELECT {column} FROM {source} WHERE {column} IS NOT NULL AND vat_class = $1"
            f" AND band = $2 AND substr(industry_code, 1, {digits}) = $3",
            [vat_class, band, industry[:digits]],
        ).fetchall()
        values = [int(value) for (value,) in rows]
        if len(values) >= needed:
            group = f"{industry[:digits]}|{vat_class}|{band}"
            members = evidence.trimmed(values, law.trim_percent)
            return evidence.peers(digits, group, values, law.trim_percent), members
    return None, []


def _with(
    months: Facts, state: Mapping[str, Value], replaced: Replaced, until: int
) -> tuple[Facts, Mapping[str, Value]]:
    """Facts with other values in some cells; a state takes the latest one that has begun."""
    changed = {period: {**row} for period, row in months.items()}
    now = {**state}
    for (field, period), value in sorted(replaced.items(), key=lambda each: each[0][1]):
        if period > until:
            continue
        if field in now:
            now[field] = value
        else:
            changed.setdefault(period, {"period": period})[field] = value
    return changed, now


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Mapping[str, Value]]:
    cursor = con.execute(query)
    names = [str(each[0]) for each in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
