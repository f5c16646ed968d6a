"""What a step may lead to before anybody or anything is waited for again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from caseflow.engine import graph
from caseflow.engine.drawings import Element
from caseflow.engine.processes import Process

_WAITS = {"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}


def may_come_to(process: Process, step: str, topics: Collection[str]) -> bool:
    """Whether a service task with one of these topics can follow at once, whatever is answered."""
    elements = process.elements
    after = graph.of(_ways(process))
    waits = {each.id for each in elements.values() if each.type in _WAITS}
    found = graph.reached(after.get(step, ()), after, barred=waits)
    return any(elements[name].topic in topics for name in found)


def _ways(process: Process) -> Iterator[tuple[str, str]]:
    """From where to where a token goes; a sub-process is entered at its start, left at its ends."""
    flows = [(flow.source, flow.target) for flow in process.flows.values()]
    yield from flows
    for element in process.elements.values():
        if element.scope and element.type == "startEvent":
            yield element.scope, element.id
        elif element.scope and element.type == "endEvent":
            yield from ((element.id, next_) for next_ in _behind(process, element, flows))


def _behind(process: Process, end: Element, flows: list[tuple[str, str]]) -> Iterator[str]:
    """What an end leads to: what follows its sub-process, or the boundary that may catch it."""
    yield from (target for source, target in flows if source == end.scope)
    if end.event:
        for other in process.elements.values():
            if other.attached_to == end.scope:
                yield other.id
