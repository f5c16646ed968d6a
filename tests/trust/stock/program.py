"""Plain SpiffWorkflow as a program of its own: JSON lines in, JSON lines out.

Caseflow takes the evaluation of Python out of the library where it is imported, so the unpatched
package has to live in another process. The drawings are handed over as they are; a copy of the
XML gets what the library wants: conditions and timers as Python, instances by the standard.
The clock is the one thing that is put in place of the library's own.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_C = "{http://camunda.org/schema/1.0/bpmn}"
_PYTHON = {"true": "True", "false": "False", "null": "None", "=": "=="}
_WORD = re.compile(r'"[^"]*"|[A-Za-z_]+|[<>!]=|=')


class Clock(datetime):
    """The library's ``datetime``, standing still until it is set."""

    moment: datetime

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:  # noqa: ANN401 - as the class it stands for
        return cls.moment.astimezone(tz)


def prepared(data: bytes) -> bytes:
    """A copy of a drawing in the library's own words."""
    root = etree.fromstring(data)
    for node in root.iter(_B + "conditionExpression", _B + "completionCondition"):
        node.text = _WORD.sub(lambda found: _PYTHON.get(found[0], found[0]), node.text or "")
    for node in root.iter(_B + "timeDuration", _B + "timeCycle", _B + "timeDate"):
        node.text = f'"{node.text}"'
    for loop in root.iter(_B + "multiInstanceLoopCharacteristics"):
        collection = loop.get(_C + "collection")
        if collection is not None:
            del loop.attrib[_C + "collection"]
            item = {"id": f"{loop.get(_C + 'elementVariable')}"}
            loop.insert(0, etree.Element(_B + "inputDataItem", item))
            loop.insert(0, etree.Element(_B + "loopDataInputRef"))
            loop[0].text = collection
    return etree.tostring(root)


class Stock:
    """The drawing that was loaded last and one case of it."""

    def __init__(self) -> None:
        self.specs: tuple[Any, Any] = (None, None)
        self.case: Any = None
        self.steps = 0

    def load(self, data: bytes, key: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(prepared(data)))
        self.specs = parser.get_spec(key), parser.get_subprocess_specs(key)

    def take(self, act: Mapping[str, Any]) -> None:
        # The library wants a timer to be past, not just due: each step is a little later.
        self.steps += 1
        Clock.moment = datetime.fromisoformat(act["now"]) + timedelta(microseconds=self.steps)
        kind, values = act["kind"], act["values"]
        if kind == "begin":
            self.case = BpmnWorkflow(*self.specs)
            self.case.task_tree.data.update(values)
        elif kind == "complete":
            alike = [task for task in self.open() if self.is_meant(task, act["word"])]
            if act["index"] >= len(alike):
                raise LookupError(f"{act['word']} is not open")
            task = alike[act["index"]]
            task.data.update(values)
            task.run()
        elif kind in {"message", "signal"}:
            kinds = {"message": MessageEventDefinition, "signal": SignalEventDefinition}
            self.case.send_event(BpmnEvent(kinds[kind](act["word"]), {}))
        else:
            self.case.refresh_timers()
        self.case.do_engine_steps()

    def open(self) -> list[Any]:
        return [task for task in self.case.get_tasks(state=TaskState.READY) if self.is_work(task)]

    def is_meant(self, task: Any, address: str) -> bool:  # noqa: ANN401 - the library is untyped
        """Whether a task has this id and is inside the calls that are named before it."""
        *calls, name = address.split("/")
        around = []
        place = task
        while place.workflow.parent_task_id is not None:
            place = self.case.get_task_from_id(place.workflow.parent_task_id)
            around.append(place.task_spec.bpmn_id)
        return task.task_spec.bpmn_id == name and set(calls) <= set(around)

    def is_work(self, task: Any) -> bool:  # noqa: ANN401 - the library is untyped
        return bool(task.task_spec.manual)

    def seen(self) -> dict[str, Any]:
        return {
            "open": sorted(task.task_spec.bpmn_id for task in self.open()),
            "ended": bool(self.case.completed),
        }


def answer(stock: Stock, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is asked; a failure of the library is an answer as well."""
    try:
        if "drawing" in asked:
            stock.load(asked["drawing"].encode(), asked["key"])
            return {}
        stock.take(asked)
        return stock.seen()
    except Exception as error:  # noqa: BLE001 - whatever it raises is what it does
        return {"failed": f"{type(error).__name__}: {error}"[:300]}


timer.datetime = Clock  # its seam for the time
server = Stock()
for line in sys.stdin:
    print(json.dumps(answer(server, json.loads(line))), flush=True)  # noqa: T201 - it speaks by lines
