"""
The dense panels that screening reads: facts of a month, and the state at the end of a month.

A panel is derived from batches and named by their hashes: the same facts give the same file, and a
late correction gives another one beside it. Where several batches speak of the same cell, the
latest that is not empty holds.

    panel/months/period=YYYYMM/<key>.parquet   one row a taxpayer, every field of grain TP
    panel/state/period=YYYYMM/<key>.parquet    one row a taxpayer, every field of grain T and P
                                               and the derived fields
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from caseflow.lake import calendar_months
from caseflow.lake.batches import Batch, FactFile, Snapshot
from caseflow.lake.duck import connect, parquet, quoted, text
from caseflow.lake.fields import Field, Grain, Kind, Registry
from caseflow.lake.filetypes import kinds

_FORMAT = "(FORMAT parquet, COMPRESSION zstd)"
_UNFILED_LOOKS_BACK = 36
_TYPES = {Kind.INT: "BIGINT", Kind.DECIMAL: "BIGINT", Kind.BOOL: "BOOLEAN", Kind.DATE: "DATE"}
_HOUSEHOLD = "reg_status NOT IN ('cancelled', 'unregistered')"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel on disk and the batches it was made of."""

    path: Path
    period: int
    batches: tuple[str, ...]


def sql_type(field: Field) -> str:
    """Say how a column is stored."""
    return _TYPES.get(field.type, "VARCHAR")


def month_columns(registry: Registry) -> list[Field]:
    """List the columns of a month's panel."""
    return [each for each in _plain(registry) if each.grain is Grain.MONTH]


def state_columns(registry: Registry) -> list[Field]:
    """List the columns of a state panel: states, parameters, derived fields."""
    grains = (Grain.STATE, Grain.PARAMETER)
    plain = [each for each in _plain(registry) if each.grain in grains]
    return plain + [each for each in registry.formula_fields.values() if each.derived]


def month(registry: Registry, snapshot: Snapshot, period: int, *, root: Path) -> Panel | None:
    """Build or find the panel of a month; None if no facts speak of it."""
    parts = {
        kind.name: _files(snapshot.of_kind(kind.name), {period})
        for kind in kinds(registry).values()
        if kind.grain is Grain.MONTH
    }
    if not any(parts.values()):
        return None
    used = [digest for each in parts.values() for digest, _ in each]
    path = _path(root, "months", period, registry, used)
    if not path.exists():
        with connect() as con:
            sources = [_latest(root, part) for part in parts.values() if part]
            columns = month_columns(registry)
            _write(con, _joined(con, sources, columns, f"{period} AS period"), path)
    return Panel(path, period, tuple(used))


def months(
    registry: Registry, snapshot: Snapshot, periods: Iterable[int], *, root: Path
) -> Iterator[Panel]:
    """Build or find the panels of all months that facts speak of."""
    for period in periods:
        if panel := month(registry, snapshot, period, root=root):
            yield panel


def state(registry: Registry, snapshot: Snapshot, period: int, *, root: Path) -> Panel:
    """Build or find the state of all taxpayers at the end of a month."""
    past = list(
        months(
            registry,
            snapshot,
            calendar_months.back(period, _UNFILED_LOOKS_BACK),
            root=root,
        )
    )
    by_grain = {
        grain: [
            _files(snapshot.of_kind(kind.name), None, until=period)
            for kind in kinds(registry).values()
            if kind.grain is grain
        ]
        for grain in (Grain.STATE, Grain.PARAMETER)
    }
    used = [digest for parts in by_grain.values() for part in parts for digest, _ in part]
    used += [digest for panel in past for digest in panel.batches]
    path = _path(root, "state", period, registry, used)
    if not path.exists():
        with connect() as con:
            sources = [_latest(root, part) for part in by_grain[Grain.STATE] if part]
            sources += [
                f"SELECT DISTINCT tp FROM {parquet(*(each.path for each in past))}"
                for _ in past[:1]
            ]
            columns = [each for each in _plain(registry) if each.grain is Grain.STATE]
            states = _joined(con, sources, columns)
            con.execute(f"CREATE TABLE states AS {states}")
            parameters = [part for part in by_grain[Grain.PARAMETER] if part]
            _parameters(con, registry, root, parameters)
            _write(con, _whole_state(registry, past, period), path)
    return Panel(path, period, tuple(dict.fromkeys(used)))


def _plain(registry: Registry) -> list[Field]:
    return [each for each in registry.formula_fields.values() if each.derived is None]


_Part = list[tuple[str, FactFile]]


def _files(batches: Iterable[Batch], periods: set[int] | None, *, until: int = 0) -> _Part:
    """Pick the files of these months, or of all months until one, oldest batch first."""
    return [
        (batch.sha256, each)
        for batch in batches
        for each in batch.files
        if (each.period in periods if periods else each.period <= until)
    ]


def _latest(root: Path, part: _Part, subject: str = "tp") -> str:
    """Write the query that gives one row a subject; later months and batches come last."""
    paths = [root / each.path for _, each in part]
    if len(paths) == 1:
        return f"SELECT * EXCLUDE (period) FROM {parquet(paths[0])}"
    rows = " UNION ALL BY NAME ".join(
        f"SELECT *, {order} AS since FROM {parquet(path)}"
        for order, (path, _) in enumerate(
            sorted(zip(paths, part, strict=True), key=lambda pair: pair[1][1].period)
        )
    )
    return (
        f"SELECT {subject}, arg_max(COLUMNS(* EXCLUDE ({subject}, period, since)), since)"
        f" FROM ({rows}) GROUP BY {subject}"
    )


def _joined(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    columns: Sequence[Field],
    extra: str = "",
) -> str:
    """Write the query that lays the sources side by side; what nobody delivered is NULL."""
    present: dict[str, str] = {}
    for at, source in enumerate(sources):
        con.execute(f"CREATE TABLE source{at} AS {source}")
        described = con.execute(f"DESCRIBE source{at}").fetchall()
        present.update({str(row[0]): f"source{at}" for row in described if row[0] != "tp"})
    chosen = [
        f"{present[each.name]}.{quoted(each.name)}"
        if each.name in present
        else f"CAST(NULL AS {sql_type(each)}) AS {quoted(each.name)}"
        for each in columns
    ]
    subjects = " UNION ".join(f"SELECT tp FROM source{at}" for at in range(len(sources)))
    joins = " ".join(f"LEFT JOIN source{at} USING (tp)" for at in range(len(sources)))
    everyone = f"({subjects})" if sources else "(SELECT CAST(NULL AS BIGINT) AS tp LIMIT 0)"
    first = f"tp, {extra}, " if extra else "tp, "
    return f"SELECT {first}{', '.join(chosen)} FROM {everyone} AS everyone {joins}"


def _parameters(
    con: duckdb.DuckDBPyConnection, registry: Registry, root: Path, parts: Sequence[_Part]
) -> None:
    """Lay down the parameters in force, one row an industry or beginning of its code."""
    names = [each.name for each in registry.fields.values() if each.grain is Grain.PARAMETER]
    empty = ", ".join(f"CAST(NULL AS BIGINT) AS {quoted(name)}" for name in names)
    con.execute(f"CREATE TABLE parameters AS SELECT '' AS industry_code, {empty} LIMIT 0")
    for part in parts:
        found = _latest(root, part, "industry_code")
        con.execute(f"INSERT INTO parameters BY NAME {found}")


def _whole_state(registry: Registry, past: Sequence[Panel], period: int) -> str:
    """Write the query of the state panel: own state, parameters of the industry, derived fields."""
    names = [each.name for each in registry.fields.values() if each.grain is Grain.PARAMETER]
    levels = {4: "p4", 3: "p3", 2: "p2", 0: "p0"}
    joins = " ".join(
        f"LEFT JOIN parameters AS {alias} ON {alias}.industry_code ="
        f" {f'left(states.industry_code, {digits})' if digits else text('*')}"
        for digits, alias in levels.items()
    )
    parameters = ", ".join(
        f"coalesce({', '.join(f'{alias}.{quoted(name)}' for alias in levels.values())})"
        f" AS {quoted(name)}"
        for name in names
    )
    return (
        f"WITH owners AS (SELECT legal_rep_id, count(*) AS households,"
        f" count(*) FILTER (reg_status = 'abnormal') AS abnormal"
        f" FROM states WHERE {_HOUSEHOLD} AND legal_rep_id IS NOT NULL GROUP BY ALL),"
        f" admins AS (SELECT admin_id, count(*) AS households"
        f" FROM states WHERE {_HOUSEHOLD} AND admin_id IS NOT NULL GROUP BY ALL),"
        f" sales AS ({_sales(past, period)}), unfiled AS ({_unfiled(past)})"
        f" SELECT states.*, {parameters}, sales.sales_12m, unfiled.unfiled_periods,"
        " owners.households AS legal_rep_household_count,"
        " owners.abnormal - CASE WHEN states.reg_status = 'abnormal' THEN 1 ELSE 0 END"
        " AS legal_rep_other_abnormal, admins.households AS admin_household_count"
        f" FROM states {joins} LEFT JOIN sales USING (tp) LEFT JOIN unfiled USING (tp)"
        " LEFT JOIN owners ON owners.legal_rep_id = states.legal_rep_id"
        " LEFT JOIN admins ON admins.admin_id = states.admin_id ORDER BY tp"
    )


def _sales(past: Sequence[Panel], period: int) -> str:
    """Write the sum of the last twelve months' taxable sales of all methods."""
    wanted = set(calendar_months.back(period, 12))
    paths = [each.path for each in past if each.period in wanted]
    if not paths:
        return "SELECT CAST(NULL AS BIGINT) AS tp, CAST(NULL AS BIGINT) AS sales_12m LIMIT 0"
    kinds_of_sales = ("sales_taxable", "sales_simple", "sales_exempt")
    known = " OR ".join(f"{name} IS NOT NULL" for name in kinds_of_sales)
    total = " + ".join(f"coalesce({name}, 0)" for name in kinds_of_sales)
    return (
        f"SELECT tp, CAST(sum({total}) FILTER ({known}) AS BIGINT) AS sales_12m"
        f" FROM {parquet(*paths)} GROUP BY tp"
    )


def _unfiled(past: Sequence[Panel]) -> str:
    """Write the number of due months without a return since the last return."""
    if not past:
        return "SELECT CAST(NULL AS BIGINT) AS tp, CAST(NULL AS BIGINT) AS unfiled_periods LIMIT 0"
    due = (
        "SELECT tp, period, filed, max(period) FILTER (filed) OVER (PARTITION BY tp) AS last_filed"
        f" FROM {parquet(*(each.path for each in past))} WHERE filing_due"
    )
    return (
        "SELECT tp, count(*) FILTER (NOT filed AND period > coalesce(last_filed, 0))"
        f" AS unfiled_periods FROM ({due}) GROUP BY tp"
    )


def _path(root: Path, folder: str, period: int, registry: Registry, used: Sequence[str]) -> Path:
    key = sha256("\n".join([str(registry.version), *used]).encode()).hexdigest()[:16]
    path = root / "panel" / folder / f"period={period}" / f"{key}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write a panel; it appears whole or not at all."""
    draft = path.with_suffix(".part")
    con.execute(f"COPY ({query}) TO {text(draft)} {_FORMAT}")
    draft.replace(path)
