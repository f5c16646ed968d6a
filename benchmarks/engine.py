"""What one step of the engine costs: restore, complete, store, on the drawing of the house.

Usage: python -m benchmarks.engine
Each figure is the median of seven rounds taken in turns, beside the same work with parts left out.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from random import Random

from benchmarks import _drawings as drawings
from caseflow import engine
from caseflow.engine import codec, simulation, variables
from caseflow.engine.processes import Process

ROUNDS = 7
CASES = 40
LONGEST = 25


def main() -> None:
    """Print the table."""
    process, bundle = drawings.warning_verification()
    recorded = [_record(process, Random(seed)) for seed in range(CASES)]
    steps = [step for case in recorded for step in case]
    work: dict[str, Callable[[], object]] = {
        "restore": lambda: [codec.read(process.spec, s, None) for s, _, _ in steps],
        "restore + store": lambda: [
            codec.write(codec.read(process.spec, s, None)) for s, _, _ in steps
        ],
        "restore + complete + store": lambda: [
            engine.complete(process, state, key, values, at=drawings.moment())
            for state, key, values in steps
        ],
        "start of a case": lambda: [
            engine.start(process, {"score": 12, "ti_flag": False}, at=drawings.moment())
            for _ in steps
        ],
    }
    figures = _measure(work)
    sizes = sorted(len(state) for state, _, _ in steps)
    print(f"{len(steps)} steps of {CASES} cases, {len(process.elements)} elements")
    for name, seconds in figures.items():
        print(f"  {name:<28}{seconds / len(steps) * 1000:8.3f} ms")
    middle, largest = sizes[len(sizes) // 2], sizes[-1]
    print(f"  state, median and largest   {middle:6} {largest:6} bytes (at most {LARGEST})")
    print(f"  after {REWORKS} reworks          {_reworked(process)}")
    print(f"  reading the definitions     {_load(bundle):8.1f} ms, once for each version")


REWORKS = 1_000
LARGEST = 3_000
_Recorded = list[tuple[bytes, str, dict[str, object]]]


def _record(process: Process, random: Random) -> _Recorded:
    """One case as the steps that it takes: state, key, variables."""
    step = engine.start(process, {"score": 12, "ti_flag": False}, at=drawings.moment())
    taken: _Recorded = []
    while step.ended is None and len(taken) < LONGEST:
        tasks = engine.open_tasks(process, step.state)
        if not tasks:
            break
        task = random.choice(tasks)
        values = drawings.likely(_answers(process, task, random), task.element)
        taken.append((step.state, task.key, values))
        step = engine.complete(process, step.state, task.key, values, at=drawings.moment())
    return taken


def _answers(process: Process, task: engine.OpenTask, random: Random) -> dict[str, object]:
    """Random values for what handing in this task sets."""
    form = process.forms[task.form_key]
    routed = variables.routed(process.elements[task.element], form)
    names = {each.key: process.variables[each.key] for each in routed}
    return simulation.values_for(names, random)


def _reworked(process: Process) -> str:
    """The cost and size of a step at the beginning and after a thousand rounds."""
    step = engine.start(process, {"score": 12, "ti_flag": False}, at=drawings.moment())
    costs: list[float] = []
    sizes: list[int] = []
    for _ in range(REWORKS):
        for element, values in drawings.REWORK:
            task = next(
                each for each in engine.open_tasks(process, step.state) if each.element == element
            )
            begin = time.perf_counter()
            step = engine.complete(process, step.state, task.key, values, at=drawings.moment())
            costs.append(time.perf_counter() - begin)
            sizes.append(len(step.state))
    share = len(costs) // 10
    first, last = (statistics.median(part) * 1000 for part in (costs[:share], costs[-share:]))
    return f"{first:.3f} ms at first, {last:.3f} ms at last; {sizes[1]} and {sizes[-1]} bytes"


def _measure(work: dict[str, Callable[[], object]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, do in work.items():
            begin = time.perf_counter()
            do()
            taken[name].append(time.perf_counter() - begin)
    return {name: statistics.median(times) for name, times in taken.items()}


def _load(bundle: dict[str, bytes]) -> float:
    """Milliseconds to read a bundle that was never read before."""
    begin = time.perf_counter()
    unread = b'{"type": "default", "id": "unread", "components": []}'
    engine.load(bundle | {"unread.form": unread})
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
