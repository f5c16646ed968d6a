"""Keeps what a release shipped: definitions, and stored states of cases half-way.

Usage: python -m tests.workflows.keep_release 0.1.0
Run once, when a version is tagged; what is kept is never changed afterwards.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from itertools import islice
from random import Random

from caseflow import engine
from caseflow.engine import simulation
from tests.workflows import scenarios

RELEASED = scenarios.ROOT / "tests" / "workflows" / "released"
WALKS, LONGEST = 600, 200


def main(version: str) -> None:
    """Write the folder of a version."""
    for drawing in scenarios.kinds():
        folder = RELEASED / version / drawing.removesuffix(".bpmn")
        folder.mkdir(parents=True)
        bundle = engine.pick(scenarios.files(), drawing)
        for name, content in bundle.items():
            (folder / name).write_bytes(content)
        lines = [json.dumps(kept) for kept in _states(engine.load(bundle))]
        (folder / "states.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _states(process: engine.Process) -> Iterator[dict[str, object]]:
    """One state for each set of open tasks that walks come upon."""
    seen: set[tuple[str, ...]] = set()
    for seed in range(WALKS):
        for step in islice(simulation.case(process, Random(seed)), LONGEST):
            opened = tuple(sorted(t.element for t in engine.open_tasks(process, step.state)))
            if opened and opened not in seen:
                seen.add(opened)
                yield {"open": opened, "state": base64.b64encode(step.state).decode()}


if __name__ == "__main__":
    main(sys.argv[1])
