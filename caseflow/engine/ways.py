"""The ways a case may take: the sequence of its decisions, and those that nobody has walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from random import Random

from caseflow.engine import simulation
from caseflow.engine.errors import EngineError
from caseflow.engine.processes import Process

Way = tuple[str, ...]
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})
_LONGEST = 300


def turnings(process: Process) -> frozenset[str]:
    """What decides the way of a case: flows out of a choice, events that come, ends."""
    out = Counter(flow.source for flow in process.flows.values())
    elements = process.elements
    flows = {
        flow.id
        for flow in process.flows.values()
        if elements[flow.source].type in _CHOOSING and out[flow.source] > 1
    }
    events = {e.id for e in elements.values() if e.attached_to}
    ends = {e.id for e in elements.values() if e.type == "endEvent" and not e.scope}
    return frozenset(flows | events | ends)


def unknown(process: Process, known: Iterable[Way], *, walks: int, seed: int = 0) -> list[Way]:
    """Ways of cases walked at random that are none of the known, the shortest first.

    A way is what of ``turnings`` a case passes, in order. Walks that do not end are left out.
    """
    turning = turnings(process)
    seen = set(known)
    found: dict[Way, None] = {}
    for number in range(walks):
        passed: list[str] = []
        ended = None
        random = Random(seed * 1_000_003 + number)  # noqa: S311 - chance, not secrecy
        try:
            for step in islice(simulation.case(process, random), _LONGEST):
                passed += step.passed
                ended = step.ended
        except EngineError:
            continue  # ``check`` reports walks that fail
        way = tuple(name for name in passed if name in turning)
        if ended is not None and way not in seen:
            found.setdefault(way)
    return sorted(found, key=lambda way: (len(way), way))
