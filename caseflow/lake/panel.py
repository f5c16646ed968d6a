"""
The dense panels that screening reads: facts of a month, and the state at the end of a month.

A panel is derived from the stored files of batches and named by their hashes: the same facts give
the same file, and a late correction gives another one beside it. Where several batches speak of the
same cell, the latest that is not empty holds.

    panel/months/period=YYYYMM/<key>.parquet   one row a taxpayer, every field of grain TP
    panel/state/period=YYYYMM/<key>.parquet    one row a taxpayer, every field of grain T and P
                                               and the derived fields
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from caseflow.lake import calendar_months
from caseflow.lake.batches import Batch, FactFile, Snapshot, subject_column
from caseflow.lake.duck import connect, parquet, quoted, text
from caseflow.lake.fields import Field, Grain, Kind, Registry
from caseflow.lake.filetypes import FileKind, kinds

_FORMAT = "(FORMAT parquet, COMPRESSION zstd)"
_UNFILED_LOOKS_BACK = 36
_TYPES = {Kind.INT: "BIGINT", Kind.DECIMAL: "BIGINT", Kind.BOOL: "BOOLEAN", Kind.DATE: "DATE"}
_HOUSEHOLD = "reg_status NOT IN ('cancelled', 'unregistered')"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel on disk, the batches it was made of and the hashes of their stored files."""

    path: Path
    period: int
    batches: tuple[str, ...]
    stored: tuple[str, ...]


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
    return next(months(registry, snapshot, [period], root=root), None)


def months(
    registry: Registry, snapshot: Snapshot, periods: Iterable[int], *, root: Path
) -> Iterator[Panel]:
    """Build or find the panels of all months that facts speak of."""
    with ExitStack() as stack:
        con: duckdb.DuckDBPyConnection | None = None
        for period in periods:
            sources = _of_months(registry, snapshot, period)
            if not sources:
                continue
            used = tuple(digest for each in sources for digest in each.batches)
            stored = tuple(digest for each in sources for digest in each.stored)
            path = _path(root, "months", period, registry, stored)
            if not path.exists():
                con = con or stack.enter_context(connect())
                columns = month_columns(registry)
                _write(con, _joined(root, sources, columns, f", {period} AS period"), path)
            yield Panel(path, period, used, stored)


def state(registry: Registry, snapshot: Snapshot, period: int, *, root: Path) -> Panel:
    """Build or find the state of all taxpayers at the end of a month."""
    wanted = calendar_months.back(period, _UNFILED_LOOKS_BACK)
    past = list(months(registry, snapshot, wanted, root=root))
    states = _until(registry, snapshot, Grain.STATE, period)
    parameters = _until(registry, snapshot, Grain.PARAMETER, period)
    used = [digest for each in (*states, *parameters) for digest in each.batches]
    used += [digest for each in past for digest in each.batches]
    stored = [digest for each in (*states, *parameters) for digest in each.stored]
    stored += [digest for each in past for digest in each.stored]
    path = _path(root, "state", period, registry, stored)
    if not path.exists():
        columns = [each for each in _plain(registry) if each.grain is Grain.STATE]
        everyone = [f"SELECT tp FROM {parquet(*(each.path for each in past))}" for _ in past[:1]]
        with connect() as con:
            con.execute(f"CREATE TABLE states AS {_joined(root, states, columns, '', everyone)}")
            con.execute(f"CREATE TABLE parameters AS {_parameters(registry, root, parameters)}")
            _write(con, _whole_state(registry, past, period), path)
    return Panel(path, period, tuple(dict.fromkeys(used)), tuple(stored))


@dataclass(frozen=True, slots=True)
class _Source:
    """The files of one type that a panel is made of, oldest first."""

    kind: FileKind
    parts: tuple[tuple[Batch, FactFile], ...]

    @property
    def batches(self) -> list[str]:
        return [batch.sha256 for batch, _ in self.parts]

    @property
    def stored(self) -> list[str]:
        return [each.sha256 for _, each in self.parts]

    @property
    def columns(self) -> set[str]:
        return {name for batch, _ in self.parts for name in batch.columns}


def _of_months(registry: Registry, snapshot: Snapshot, period: int) -> list[_Source]:
    """Pick the files of a month."""
    return _sources(registry, snapshot, Grain.MONTH, lambda found: found == period)


def _until(registry: Registry, snapshot: Snapshot, grain: Grain, period: int) -> list[_Source]:
    """Pick the files of all months until one."""
    return _sources(registry, snapshot, grain, lambda found: found <= period)


def _sources(
    registry: Registry, snapshot: Snapshot, grain: Grain, wanted: Callable[[int], bool]
) -> list[_Source]:
    """Pick files by month; an earlier month, then an earlier batch, comes first."""
    found = []
    for kind in kinds(registry).values():
        if kind.grain is grain:
            parts = [
                (batch, each)
                for batch in snapshot.of_kind(kind.name)
                for each in batch.files
                if wanted(each.period)
            ]
            if parts:
                parts.sort(key=lambda part: part[1].period)
                found.append(_Source(kind, tuple(parts)))
    return found


def _plain(registry: Registry) -> list[Field]:
    return [each for each in registry.formula_fields.values() if each.derived is None]


def _latest(root: Path, source: _Source) -> str:
    """Write the query that gives one row a subject; of each cell the last that is not empty."""
    subject = subject_column(source.kind.grain)
    paths = [root / each.path for _, each in source.parts]
    if len(paths) == 1:
        return f"SELECT * EXCLUDE (period) FROM {parquet(paths[0])}"
    rows = " UNION ALL BY NAME ".join(
        f"SELECT *, {order} AS since FROM {parquet(path)}" for order, path in enumerate(paths)
    )
    return (
        f"SELECT {subject}, arg_max(COLUMNS(* EXCLUDE ({subject}, period, since)), since)"
        f" FROM ({rows}) GROUP BY {subject}"
    )


def _joined(
    root: Path,
    sources: Sequence[_Source],
    columns: Sequence[Field],
    extra: str,
    everyone: Sequence[str] = (),
) -> str:
    """Write the query that lays the sources side by side; what nobody delivered is NULL."""
    present = {name: f"s{at}" for at, source in enumerate(sources) for name in source.columns}
    chosen = ", ".join(
        f"{present[each.name]}.{quoted(each.name)}"
        if each.name in present
        else f"CAST(NULL AS {sql_type(each)}) AS {quoted(each.name)}"
        for each in columns
    )
    parts = "".join(f"s{at} AS ({_latest(root, each)}), " for at, each in enumerate(sources))
    subjects = [*everyone, *(f"SELECT tp FROM s{at}" for at in range(len(sources)))]
    union = " UNION ".join(subjects or ["SELECT CAST(NULL AS BIGINT) AS tp LIMIT 0"])
    joins = " ".join(f"LEFT JOIN s{at} USING (tp)" for at in range(len(sources)))
    distinct = f"SELECT DISTINCT tp FROM ({union})"
    return f"WITH {parts}everyone AS ({distinct}) SELECT tp{extra}, {chosen} FROM everyone {joins}"


def _parameters(registry: Registry, root: Path, sources: Sequence[_Source]) -> str:
    """Write the parameters in force, one row an industry or beginning of its code."""
    names = [each.name for each in registry.fields.values() if each.grain is Grain.PARAMETER]
    empty = ", ".join(f"CAST(NULL AS BIGINT) AS {quoted(name)}" for name in names)
    rows = [f"(SELECT '' AS industry_code, {empty} LIMIT 0)"]
    rows += [f"({_latest(root, each)})" for each in sources]
    return " UNION ALL BY NAME ".join(rows)


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


def _path(root: Path, folder: str, period: int, registry: Registry, stored: Sequence[str]) -> Path:
    key = sha256("\n".join([str(registry.version), *stored]).encode()).hexdigest()[:16]
    path = root / "panel" / folder / f"period={period}" / f"{key}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write a panel; it appears whole or not at all."""
    draft = path.with_suffix(".part")
    con.execute(f"COPY ({query}) TO {text(draft)} {_FORMAT}")
    draft.replace(path)
