"""SpiffWorkflow as it comes does the plan on the input; its times and sizes go out as JSON.

A program of its own, because Caseflow takes parts of the library out where it is imported.
Usage: python benchmarks/peers/stock.py < plan.json
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class Stock:
    """The parsed drawing, and steps from stored text to stored text."""

    def __init__(self, drawing: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(drawing.encode()))
        self.specs = parser.get_spec("evaluation"), parser.get_subprocess_specs("evaluation")
        self.serializer = BpmnWorkflowSerializer()

    def begin(self) -> str:
        """Start a case."""
        case = BpmnWorkflow(*self.specs)
        case.do_engine_steps()
        return str(self.serializer.serialize_json(case))

    def step(self, state: str, element: str, values: Mapping[str, Any]) -> str:
        """Restore, complete, store."""
        case = self.serializer.deserialize_json(state)
        task = case.get_next_task(state=TaskState.READY, spec_name=element)
        task.data.update(values)
        task.run()
        case.do_engine_steps()
        return str(self.serializer.serialize_json(case))

    def is_done(self, state: str) -> bool:
        """Whether the plan came to its end."""
        return bool(self.serializer.deserialize_json(state).completed)


def main() -> None:
    """Do the plan and print what it took."""
    asked = json.load(sys.stdin)
    stock = Stock(asked["drawing"])
    starts: list[float] = []
    steps: list[list[tuple[float, int]]] = []
    for _ in range(asked["cases"]):
        before = time.perf_counter()
        state = stock.begin()
        starts.append((time.perf_counter() - before) * 1000)
        taken: list[tuple[float, int]] = []
        for element, values in asked["plan"]:
            before = time.perf_counter()
            state = stock.step(state, element, values)
            taken.append(((time.perf_counter() - before) * 1000, len(state.encode())))
        if not stock.is_done(state):
            raise SystemExit("the plan was not done")
        steps.append(taken)
    print(json.dumps({"starts": starts, "steps": steps}))


if __name__ == "__main__":
    main()
