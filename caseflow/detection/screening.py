"""
Screening: one period, all taxpayers, all indicators that are due.

1. Plan every formula; the panels of the months it looks at are built or found.
2. `inputs`: the cells of all formulas, one row a taxpayer. 3. `value_table`: their values.
4. `peers`: figures of the groups. 5. `hits`: what lies beyond its threshold.
6. Files, figures, checksum, and last the manifest. The same run made before is given back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from caseflow.detection import runs, statements
from caseflow.detection.catalogue import LIMIT, VALUE, Catalogue, Indicator
from caseflow.detection.dialects import DUCKDB
from caseflow.detection.plan import Planned
from caseflow.detection.runs import Coverage, Run
from caseflow.detection.terms import Cell, How, cells
from caseflow.detection.thresholds import Threshold, ThresholdType
from caseflow.lake import calendar_months, panel
from caseflow.lake.batches import Snapshot
from caseflow.lake.duck import connect, parquet, text
from caseflow.lake.fields import Grain
from caseflow.lake.panel import Panel

Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done and of how much."""

_STAGES = ("panels", "inputs", "values", "peers", "hits", "done")
_FORMAT = "(FORMAT parquet, COMPRESSION zstd)"


@dataclass(frozen=True, slots=True)
class Screen:
    """What a run evaluates: due indicators with plans, thresholds and the cells they need."""

    catalogue: Catalogue
    snapshot: Snapshot
    period: int
    due: tuple[Indicator, ...]
    plans: Mapping[str, Planned]
    thresholds: Mapping[str, Threshold]
    columns: Mapping[Cell, str]

    @property
    def key(self) -> str:
        """Name the run: period, facts, catalogue and thresholds."""
        told = [f"{each.code} {self.thresholds[each.code].text()}" for each in self.due]
        parts = [str(self.period), self.snapshot.key, self.catalogue.sha256, *told]
        return sha256("\n".join(parts).encode()).hexdigest()


def prepare(
    catalogue: Catalogue,
    snapshot: Snapshot,
    period: int,
    *,
    indicators: Sequence[str] | None = None,
    thresholds: Mapping[str, Threshold] | None = None,
) -> Screen:
    """Plan all that is due when a month has ended, or the part of it that is asked for."""
    due = tuple(
        each for each in catalogue.due(period) if indicators is None or each.code in indicators
    )
    plans = {each.code: catalogue.plan(each, period) for each in due}
    needed = [cell for each in plans.values() for cell in cells(each.term)]
    for each in due:
        needed += estimate_cells(catalogue, each, period, plans[each.code])
    chosen = {each.code: (thresholds or {}).get(each.code, each.threshold) for each in due}
    return Screen(catalogue, snapshot, period, due, plans, chosen, statements.columns(needed))


def estimate_cells(
    catalogue: Catalogue, indicator: Indicator, period: int, planned: Planned
) -> Iterator[Cell]:
    """Yield the cells of facts that the estimate of the tax at stake needs."""
    estimate = catalogue.plan_estimate(indicator, period, planned)
    if estimate:
        yield from (cell for cell in cells(estimate.term) if cell not in (VALUE, LIMIT))


def screen(  # noqa: PLR0913 - a run is named by exactly these
    catalogue: Catalogue,
    snapshot: Snapshot,
    period: int,
    *,
    root: Path,
    indicators: Sequence[str] | None = None,
    thresholds: Mapping[str, Threshold] | None = None,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Run:
    """Evaluate a period and keep the result in the lake; a run made before is given back."""
    plan = prepare(catalogue, snapshot, period, indicators=indicators, thresholds=thresholds)
    if done := runs.find(root, period, plan.key):
        return done
    progress(_STAGES[0], 0, len(_STAGES))
    with connect() as con:
        steps = stages(con, plan, root)
        for at, name in enumerate(_STAGES[1:], start=1):
            next(steps, None)
            progress(name, at, len(_STAGES))
        run = _result(con, plan, root)
    runs.keep(root, run)
    return run


def stages(con: duckdb.DuckDBPyConnection, plan: Screen, root: Path) -> Iterator[None]:
    """Make the tables of a run one after another."""
    lay_out(con, plan, panels(plan, root))
    yield
    law = plan.catalogue.peers
    con.execute(f"CREATE TABLE inputs AS {statements.inputs(plan.columns, law, DUCKDB)}")
    yield
    con.execute(
        f"CREATE TABLE value_table AS {statements.values(plan.plans, plan.columns, DUCKDB)}"
    )
    yield
    compare(con, plan)
    yield
    due = [(each, plan.thresholds[each.code]) for each in plan.due]
    con.execute(f"CREATE TABLE hits AS {statements.hits(due, law, DUCKDB)}")
    yield


def panels(plan: Screen, root: Path) -> tuple[Panel, list[Panel]]:
    """Build or find the panels a run reads."""
    months = [cell for cell in plan.columns if cell.how is not How.STATE]
    first = min((cell.first for cell in months), default=plan.period)
    wanted = calendar_months.between(first, plan.period)
    registry = plan.catalogue.registry
    state = panel.state(registry, plan.snapshot, plan.period, root=root)
    return state, list(panel.months(registry, plan.snapshot, wanted, root=root))


def lay_out(
    con: duckdb.DuckDBPyConnection, plan: Screen, found: tuple[Panel, Sequence[Panel]]
) -> None:
    """Let the engine see the panels as tables."""
    state, months = found
    con.execute(f"CREATE VIEW state AS FROM {parquet(state.path)}")
    if months:
        con.execute(f"CREATE VIEW months AS FROM {parquet(*(each.path for each in months))}")
        return
    columns = panel.month_columns(plan.catalogue.registry)
    empty = ", ".join(f'CAST(NULL AS {panel.sql_type(each)}) AS "{each.name}"' for each in columns)
    con.execute(f"CREATE VIEW months AS SELECT 0::BIGINT AS tp, 0 AS period, {empty} LIMIT 0")


def compare(con: duckdb.DuckDBPyConnection, plan: Screen) -> None:
    """Make the figures of the peer groups that thresholds ask for."""
    asked = {code: each for code, each in plan.thresholds.items() if each.needs_peers}
    if not asked:
        con.execute(f"CREATE TABLE peers AS {statements.no_peers()}")
        return
    percents = {
        code: each.factor for code, each in asked.items() if each.type is ThresholdType.PERCENTILE
    }
    law = plan.catalogue.peers
    con.execute(f"CREATE TABLE peer_values AS {statements.peer_values(list(asked), law, DUCKDB)}")
    con.execute(f"CREATE TABLE peers AS {statements.peers(law, percents, DUCKDB)}")


def _result(con: duckdb.DuckDBPyConnection, plan: Screen, root: Path) -> Run:
    """Write the files of a run and sum it up."""
    key = plan.key
    asked = {
        "values": "FROM value_table ORDER BY tp",
        "peers": "FROM peers ORDER BY ALL",
        "warnings": "FROM hits ORDER BY tp, code",
        "inputs": "FROM inputs SEMI JOIN hits USING (tp) ORDER BY tp",
    }
    files = {}
    for folder, query in asked.items():
        path = runs.path(root, folder, plan.period, key)
        con.execute(f"COPY ({query}) TO {text(path)} {_FORMAT}")
        files[folder] = str(path.relative_to(root))
    told = con.execute("SELECT tp, code, v, bound FROM hits ORDER BY tp, code").fetchall()
    checksum = sha256("\n".join(map(str, told)).encode()).hexdigest()
    coverage = _coverage(con, plan)
    return Run(
        key=key,
        period=plan.period,
        catalogue_sha256=plan.catalogue.sha256,
        snapshot=plan.snapshot.key,
        engine=f"duckdb {duckdb.__version__}",
        checksum=checksum,
        warning_count=len(told),
        coverage=coverage,
        not_screened={
            code: each.not_screened
            for code, each in plan.catalogue.indicators.items()
            if each.not_screened
        },
        batches={each.code: _batches(plan, each) for each in plan.due if coverage[each.code].hits},
        files=files,
    )


def _coverage(con: duckdb.DuckDBPyConnection, plan: Screen) -> dict[str, Coverage]:
    """Count, per indicator, who has a value and who was hit."""
    if not plan.due:
        return {}
    counts = ", ".join(f'COUNT("{each.code}")' for each in plan.due)
    row = con.execute(f"SELECT COUNT(*), {counts} FROM value_table").fetchone() or (0,)
    found = con.execute("SELECT code, COUNT(*) FROM hits GROUP BY code").fetchall()
    hits = {str(code): int(count) for code, count in found}
    law = plan.catalogue.quarantine
    return {
        each.code: Coverage(
            population=population,
            missing=row[0] - population,
            hits=hits.get(each.code, 0),
            is_quarantined=law.holds(hits.get(each.code, 0), population),
        )
        for each, population in zip(plan.due, row[1:], strict=True)
    }


def _batches(plan: Screen, indicator: Indicator) -> tuple[str, ...]:
    """Name the batches that hold the facts of an indicator."""
    registry = plan.catalogue.registry
    found: dict[str, None] = {}
    for cell in dict.fromkeys(cells(plan.plans[indicator.code].term)):
        field = registry.fields[cell.field]
        kind = f"{field.source}_{field.grain}".lower()
        first = cell.first
        if cell.how is How.STATE and field.grain is not Grain.MONTH:
            first = 0
        batches = (
            each
            for each in plan.snapshot.of_kind(kind)
            if any(first <= period <= cell.last for period in each.periods)
        )
        found.update(dict.fromkeys(each.sha256 for each in batches))
    return tuple(found)
