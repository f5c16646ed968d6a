"""
One period's screening at sample scale against DuckDB's own decode-and-sum of the same cells.

Both read the same Parquet panels, in one process, in turns; medians of all rounds are printed. The
floor decodes every (column, month) cell the run looks at and adds it up; what the run does beyond
that is windows, formulas, peers, thresholds, and writing values, peers and warnings to disk.

    python -m benchmarks.screening
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from caseflow.demo import bureau
from caseflow.demo.facts import files
from caseflow.detection import catalogue, screening
from caseflow.detection.catalogue import Catalogue
from caseflow.detection.screening import Screen
from caseflow.detection.terms import Held, How
from caseflow.lake import batches, calendar_months
from caseflow.lake.cells import Value
from caseflow.lake.duck import connect, parquet
from caseflow.lake.ingest import ingest
from caseflow.lake.panel import Panel

PERIOD = 200912
ROUNDS = 7
BUDGET = 6.0
GROUP = ("industry_code", "vat_class", "sales_12m")
TODAY = date(2010, 1, 25)
INDICATORS = Path(__file__).parents[1] / "indicators"


class Register:
    """The demonstration's households, numbered as they come."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        """Give the numbers that are known."""
        return {number: self.ids[number] for number in numbers if number in self.ids}

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        """Number those who are new."""
        for row in rows:
            self.ids.setdefault(str(row["taxpayer_id"]), len(self.ids) + 1)
        return self.ids


def main() -> None:
    """Prepare a lake, measure in turns, print."""
    with tempfile.TemporaryDirectory(prefix="caseflow-bench-") as folder:
        root = Path(folder) / "lake"
        found = catalogue.load(INDICATORS)
        households = _fill(Path(folder) / "files", root, found)
        plan = screening.prepare(found, batches.snapshot(root), PERIOD)
        panels = screening.panels(plan, root)
        floor = _floor(plan, panels)
        timed: dict[str, list[float]] = {"floor": [], "screening": []}
        warnings = 0
        for _ in range(ROUNDS):
            timed["floor"].append(_seconds(floor))
            shutil.rmtree(root / "runs", ignore_errors=True)
            started = time.perf_counter()
            warnings = screening.screen(found, plan.snapshot, PERIOD, root=root).warning_count
            timed["screening"].append(time.perf_counter() - started)
        _print(plan, households, warnings, timed)


def _fill(folder: Path, root: Path, found: Catalogue) -> int:
    """Write the demonstration's files at sample scale and take them in."""
    made = bureau.build("sample")
    files.write(made, found.registry, folder)
    register = Register()
    for delivery in files.DELIVERIES:
        for path in files.files_of(folder, delivery):
            ingest(path, registry=found.registry, root=root, taxpayers=register, as_of=TODAY)
    return made.count


def _looked_at(plan: Screen) -> dict[int, set[str]]:
    """List the fields a run looks at, month by month."""
    wanted: dict[int, set[str]] = {}
    for cell in plan.columns:
        if cell.how is not How.STATE:
            for month in calendar_months.between(cell.first, cell.last):
                wanted.setdefault(month, set()).add(cell.field)
    return wanted


def _states(plan: Screen) -> set[str]:
    """List the fields of the state that a run looks at."""
    return {cell.field for cell in plan.columns if cell.how is How.STATE} | set(GROUP)


def _floor(plan: Screen, panels: tuple[Panel, Sequence[Panel]]) -> Callable[[], None]:
    """Make the bare scan: every cell decoded and added up, nothing else."""
    state, months = panels
    counted = {cell.field for cell in plan.columns if cell.held is not Held.EXACT} | set(GROUP)
    wanted = _looked_at(plan)
    queries = [
        _sum(panel, wanted[panel.period], counted) for panel in months if panel.period in wanted
    ]
    queries.append(_sum(state, _states(plan), counted))

    def scan() -> None:
        with connect() as con:
            con.execute(" UNION ALL ".join(queries)).fetchall()

    return scan


def _sum(panel: Panel, fields: set[str], counted: set[str]) -> str:
    parts = [f'COUNT("{each}")' if each in counted else f'SUM("{each}")' for each in sorted(fields)]
    total = " + ".join(f"COALESCE({part}, 0)" for part in parts)
    return f"SELECT {total} FROM {parquet(panel.path)}"  # noqa: S608 - names of the registry


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _print(
    plan: Screen, households: int, warnings: int, timed: Mapping[str, Sequence[float]]
) -> None:
    floor, ours = (statistics.median(timed[name]) for name in ("floor", "screening"))
    cells = sum(map(len, _looked_at(plan).values())) + len(_states(plan))
    print(
        f"screening {PERIOD}, {households:,} households, {len(plan.due)} indicators,"
        f" {cells:,} cells a household, {warnings:,} warnings; medians of {ROUNDS} rounds\n"
        f"  decode and sum of the same cells  {floor * 1000:8.0f} ms\n"
        f"  screening                         {ours * 1000:8.0f} ms\n"
        f"  ratio {ours / floor:.1f}x (budget {BUDGET:.0f}x at 168,000 households)"
    )


if __name__ == "__main__":
    main()
