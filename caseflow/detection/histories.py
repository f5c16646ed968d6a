"""Indicators of a taxpayer over time, beside its peers: what the charts of the evidence show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import duckdb

from caseflow.detection import evidence, runs, statements
from caseflow.detection.catalogue import Catalogue, Indicator, PeerLaw
from caseflow.detection.dialects import DUCKDB
from caseflow.detection.evidence import Peers
from caseflow.detection.tax_warnings import natural
from caseflow.detection.thresholds import MILLION, ThresholdType
from caseflow.lake.duck import columns_of, connect, parquet

# A page asks for the doubts of one taxpayer; as many answers stay at hand in a process.
_KEPT = 256

_Periods = tuple[tuple[int, str | None], ...]
_Value = int | bool | None
_Own = Mapping[str, _Value]


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


@dataclass(frozen=True, slots=True)
class _Group:
    """Peers, and the value at the rank that the threshold asks for, if it asks for one."""

    peers: Peers
    percentile: int | None


_Groups = Mapping[str, Sequence[_Group]]


@dataclass(frozen=True, slots=True)
class _Question:
    """What the answer depends on: the files of a run never change, so it may be kept."""

    tp: int
    periods: tuple[tuple[str, _Periods], ...]
    catalogue_sha256: str
    catalogue: Catalogue = field(compare=False)

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(sorted({name for _, each in self.periods for _, name in each if name}))

    @property
    def compared(self) -> tuple[str, ...]:
        """The indicators whose values are numbers, which have a place among the peers'."""
        known = self.catalogue.indicators
        return tuple(code for code, _ in self.periods if not known[code].threshold.is_flag)


def of_taxpayer(
    catalogue: Catalogue, tp: int, asked: Mapping[str, Iterable[int]], *, root: Path
) -> Mapping[str, tuple[Point, ...]]:
    """
    Follow indicators from the first period that was screened on, oldest first.

    A later period stays empty if it was not screened or the taxpayer was not on file then. All
    indicators together take two statements, and none when the same was asked before.
    """
    periods = {each for periods in asked.values() for each in periods}
    screened = {each: tuple(runs.of_period(root, each)) for each in periods}
    files = {
        code: _from_the_first(catalogue.indicators[code], screened, root, sorted(periods))
        for code, periods in asked.items()
    }
    known = tuple(sorted((code, each) for code, each in files.items() if each))
    if not known:
        return {}
    return _answer(_Question(tp, known, catalogue.sha256, catalogue))


def _from_the_first(
    indicator: Indicator,
    screened: Mapping[int, Sequence[runs.Run]],
    root: Path,
    periods: Iterable[int],
) -> _Periods:
    """Find the values of the latest run of each period that evaluated the indicator."""
    found: list[tuple[int, str | None]] = []
    for period in filter(indicator.is_due, periods):
        names = (
            str(root / run.files["values"])
            for run in screened[period]
            if indicator.code in run.coverage
        )
        name = next(names, None)
        if found or name:
            found.append((period, name))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def _answer(question: _Question) -> Mapping[str, tuple[Point, ...]]:
    law = question.catalogue.peers
    with connect() as con:
        own = _own(con, question)
        groups = _groups(con, question, law) if question.compared else {}
    return {
        code: tuple(
            _point(
                question.catalogue.indicators[code], period, own.get(key), groups.get(key, ()), law
            )
            for period, name in periods
            for key in [f"{name}|{code}"]
        )
        for code, periods in question.periods
    }


def _own(con: duckdb.DuckDBPyConnection, question: _Question) -> _Own:
    """Read the taxpayer's row of every file; it stays as the table ``own``."""
    codes = [code for code, _ in question.periods]
    con.execute(
        f"CREATE TABLE own AS SELECT filename, industry_code, vat_class, band,"
        f" {columns_of(codes)} FROM {_source(question)} WHERE tp = {question.tp}"
    )
    rows = con.execute(f"SELECT filename, {columns_of(codes)} FROM own").fetchall()
    return {
        f"{name}|{code}": value
        for name, *values in rows
        for code, value in zip(codes, values, strict=True)
    }


def _groups(con: duckdb.DuckDBPyConnection, question: _Question, law: PeerLaw) -> _Groups:
    """
    Make the figures of the groups the taxpayer belonged to, by the statement of a screening.

    What a run calls an indicator is here a file and an indicator, so that one statement serves
    all files. Nobody but members of the taxpayer's own groups is read into ``peer_values``.
    """
    codes = question.compared
    groups = ", ".join(
        f"CASE WHEN v.industry_code[1:{digits}] = own.industry_code[1:{digits}]"
        f" THEN v.industry_code[1:{digits}] END AS g{digits}"
        for digits in law.digits
    )
    names = ", ".join(f"g{digits}" for digits in law.digits)
    same = " AND ".join(
        f"own.{each} = v.{each}"
        for each in ("filename", "vat_class", "band", f"industry_code[1:{min(law.digits)}]")
    )
    members = (
        f"SELECT v.filename, {groups}, {columns_of(codes, 'v.')}"
        f" FROM {_source(question)} AS v JOIN own ON {same}"
    )
    con.execute(
        f"CREATE TABLE peer_values AS SELECT filename || '|' || code AS code, {names}, v"
        f" FROM (UNPIVOT ({members}) ON {columns_of(codes)} INTO NAME code VALUE v)"
    )
    percents = {
        f"{name}|{code}".replace("'", "''"): threshold.factor
        for code in codes
        for threshold in [question.catalogue.indicators[code].threshold]
        if threshold.type is ThresholdType.PERCENTILE
        for name in question.files
    }
    rows = con.execute(
        "SELECT code, digits, grp, n, kept, mean, sd, p25, p50, p75, percentile"
        f" FROM ({statements.peers(law, percents, DUCKDB)})"
    ).fetchall()
    found: dict[str, list[_Group]] = {}
    for code, digits, *figures, limit in sorted(rows, key=lambda row: law.digits.index(row[1])):
        found.setdefault(str(code), []).append(_Group(Peers(digits, *figures), limit))
    return found


def _source(question: _Question) -> str:
    return parquet(*question.files, options=", filename=true, union_by_name=true")


def _point(
    indicator: Indicator,
    period: int,
    own: _Value,
    groups: Sequence[_Group],
    law: PeerLaw,
) -> Point:
    """Say one period; the narrowest group with enough values is the one to compare with."""
    threshold = indicator.threshold
    needed = max(law.min_peers, threshold.min_peers)
    found = next((each for each in groups if each.peers.count >= needed), None)
    group = found.peers if found else None
    # The rank was taken where the members are: the one value that is left holds every rank.
    ranked = (found.percentile,) if found and found.percentile is not None else ()
    low, high = evidence.limits(threshold, group, ranked)
    scaled = int(own) * MILLION if isinstance(own, bool) else own
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
