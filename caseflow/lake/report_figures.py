"""The rates of a month by section: filing, payment, abnormal households; both parts of each.

A household counts where its registration stood at the end of the month; one that no registration
speaks of counts nowhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from caseflow.lake import panel
from caseflow.lake.batches import Snapshot
from caseflow.lake.duck import connect, parquet
from caseflow.lake.fields import Registry
from caseflow.lake.filetypes import FileKind, kinds
from caseflow.lake.panel import Panel

_WHERE = "section_code"
_STANDING = "reg_status"

# Part and whole of each rate, in the order of `Figures`.
_PARTS = (
    # FIL-001
    "count(*) FILTER (filing_due AND filed_on_time)",
    "count(*) FILTER (filing_due)",
    # COL-001
    "coalesce(sum(paid_on_time_tax), 0)",
    "coalesce(sum(declared_tax), 0)",
    # REG-002
    "count(*) FILTER (reg_status = 'abnormal')",
    "count(*) FILTER (reg_status IN ('normal', 'suspended', 'abnormal'))",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the facts say of one section in one month; households, and fen of yuan."""

    period: int
    section: str
    filed_on_time: int
    filing_due: int
    paid_on_time: int
    declared: int
    abnormal: int
    registered: int


def of_months(
    registry: Registry, snapshot: Snapshot, periods: Sequence[int], *, root: Path
) -> Iterator[Figures]:
    """Count each month that facts speak of, oldest first, section by section."""
    facts = list(panel.months(registry, snapshot, periods, root=root))
    kind = next(each for each in kinds(registry).values() if _STANDING in _names(each))
    with connect() as con:
        con.execute(
            "CREATE TABLE states"
            " (tp BIGINT, section_code VARCHAR, reg_status VARCHAR, PRIMARY KEY (tp))"
        )
        known = 0
        for each in facts:
            _bring_forward(con, snapshot, kind, after=known, until=each.period, root=root)
            known = each.period
            yield from _counted(con, each)


def _names(kind: FileKind) -> set[str]:
    return {each.name for each in kind.fields}


def _bring_forward(
    con: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    kind: FileKind,
    *,
    after: int,
    until: int,
    root: Path,
) -> None:
    """Lay the registrations of some months over the states, oldest first; empty cells keep."""
    files = [
        (each.period, batch.number, each.path, set(batch.columns))
        for batch in snapshot.of_kind(kind.name)
        for each in batch.files
        if after < each.period <= until
    ]
    for _period, _number, path, columns in sorted(files, key=lambda file: file[:2]):
        chosen = ", ".join(
            name if name in columns else f"CAST(NULL AS VARCHAR) AS {name}"
            for name in (_WHERE, _STANDING)
        )
        con.execute(
            f"INSERT INTO states SELECT tp, {chosen} FROM {parquet(root / path)}"
            " ON CONFLICT (tp) DO UPDATE SET"
            " section_code = coalesce(excluded.section_code, section_code),"
            " reg_status = coalesce(excluded.reg_status, reg_status)"
        )


def _counted(con: duckdb.DuckDBPyConnection, facts: Panel) -> Iterator[Figures]:
    rows = con.execute(
        f"SELECT section_code, {', '.join(_PARTS)}"
        f" FROM states LEFT JOIN {parquet(facts.path)} USING (tp)"
        " WHERE section_code IS NOT NULL GROUP BY section_code ORDER BY section_code"
    ).fetchall()
    for section, *parts in rows:
        yield Figures(facts.period, section, *map(int, parts))
