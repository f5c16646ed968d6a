"""Why plain SpiffWorkflow parts from the interpreter: each known fault, and how it shows.

A reason looks at one difference: what the package has open too much, what too little, or what it
raised, against the marking of the interpreter at that very step. What no reason explains is a
finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.trust.interpreter import Node
from tests.trust.interpreter.net import Body
from tests.trust.walks import Different, View, Walk

_CALLS = ("message", "signal")


@dataclass
class Gap:
    """One difference between the plain package and the interpreter."""

    walk: Walk
    different: Different

    @cached_property
    def failure(self) -> str:
        """What the package raised."""
        return self.different.found if isinstance(self.different.found, str) else ""

    @cached_property
    def nodes(self) -> dict[str, Node]:
        return {node.id: node for body in self.bodies for node in body.nodes}

    @cached_property
    def bodies(self) -> list[Body]:
        pending, found = list(self.walk.net.bodies.values()), []
        while pending:
            body = pending.pop()
            found.append(body)
            pending += [node.body for node in body.nodes if node.body is not None]
        return found

    @cached_property
    def extra(self) -> list[Node]:
        """What is open in the package and should not be."""
        return self._beyond(self.different.found, self.different.right)

    @cached_property
    def missing(self) -> list[Node]:
        """What should be open and is not."""
        return self._beyond(self.different.right, self.different.found)

    def _beyond(self, one: object, other: object) -> list[Node]:
        if self.different.what != "open":
            return []
        many, few = (Counter(_ids(side)) for side in (one, other))
        return [self.nodes[name] for name in (many - few).elements()]

    @property
    def handlers(self) -> list[tuple[Body, Node]]:
        """The event sub-processes: the scope they stand in, their start."""
        return [
            (body, node.body.start)
            for body in self.bodies
            for node in body.handlers
            if node.body is not None and node.body.start is not None
        ]

    def waits_at(self, gateway: Node) -> bool:
        """Whether the interpreter has a token that waits at this gateway."""
        marks = self.walk.play.marking.marks.values()
        return any(mark.node is gateway and mark.state == "waits" for mark in marks)

    def happened(self, event: Node) -> int:
        return self.walk.play.happened[event]


def reason(gap: Gap) -> str:
    """The name of the first fault that explains a difference; empty when none does."""
    return next((name for name, explains in REASONS.items() if explains(gap)), "")


def _ids(side: object) -> Iterator[str]:
    assert isinstance(side, tuple)
    return (entry[0] for entry in side)


def _before(node: Node) -> list[Node]:
    """What lies before a task without another task between, and the events that lead to it."""
    found: list[Node] = []
    pending = [flow.source for flow in node.incoming]
    while pending:
        place = pending.pop()
        if place not in found:
            found.append(place)
            if not place.is_activity:
                pending += [flow.source for flow in place.incoming]
    return found


def _joins_before(node: Node, *kinds: str) -> list[Node]:
    return [p for p in _before(node) if p.kind in kinds and len(p.incoming) > 1]


def _within(node: Node, body: Body) -> bool:
    """Whether a node stands in a scope or in one inside it."""
    inner = (each.body for each in body.nodes if each.body is not None)
    return node.home is body or any(_within(node, each) for each in inner)


def _early_join(gap: Gap) -> bool:
    """A join fires with an arrival that was left over from the round before."""
    kinds = ("parallelGateway", "inclusiveGateway")
    return bool(gap.extra) and all(
        any(gap.waits_at(join) for join in _joins_before(node, *kinds)) for node in gap.extra
    )


def _leftover(gap: Gap) -> bool:
    """A second token on one flow of a join is gone; by BPMN it waits there for good."""
    return gap.different.right == "stuck" and isinstance(gap.different.found, View)


def _late_join(gap: Gap) -> bool:
    """An inclusive join goes on waiting although nothing can come any more."""
    return (bool(gap.missing) and not gap.extra) and all(
        _joins_before(node, "inclusiveGateway") for node in gap.missing
    )


def _handler_at_once(gap: Gap) -> bool:
    """An event sub-process for an error or escalation begins without one."""
    begun = [
        start.home
        for _, start in gap.handlers
        if start.event in {"error", "escalation"} and not gap.happened(start)
    ]
    return bool(gap.extra) and all(node.home in begun for node in gap.extra)


def _deaf_handler(gap: Gap) -> bool:
    """An event sub-process inside a sub-process hears no message and no signal."""
    root = gap.walk.net.bodies[gap.walk.net.key]
    deaf = [start for body, start in gap.handlers if body is not root and start.event in _CALLS]
    if "not waiting for" in gap.failure:
        return any(start.word == _word(gap) for start in deaf)
    homes = [start.home for start in deaf]
    return bool(gap.missing) and all(node.home in homes for node in gap.missing)


def _never_interrupts(gap: Gap) -> bool:
    """An interrupting event sub-process begins beside what it should end."""
    scopes = [body for body, start in gap.handlers if start.stops and gap.happened(start)]
    is_held = gap.different.what == "ended" and bool(scopes)
    return is_held or (
        bool(gap.extra) and all(any(_within(node, body) for body in scopes) for node in gap.extra)
    )


def _idle_handler(gap: Gap) -> bool:
    """An event sub-process that only waits keeps its scope from ending."""
    scopes = [body for body, start in gap.handlers if not gap.extra]
    if gap.different.what == "ended":
        return bool(scopes)
    return bool(gap.missing) and all(
        any(place.body in scopes for place in _before(node)) for node in gap.missing
    )


def _one_round_per_sweep(gap: Gap) -> bool:
    """A cycle that was due several times comes once."""
    return bool(gap.missing) and all(
        any(place.timer and place.timer[0] == "timeCycle" for place in _before(node))
        for node in gap.missing
    )


def _cycle_holds(gap: Gap) -> bool:
    """A cycle on an activity that was left keeps the case from ending."""
    cycles = [n for n in gap.nodes.values() if n.timer and n.timer[0] == "timeCycle"]
    return gap.different.what == "ended" and any(map(gap.happened, cycles))


def _heard_once(gap: Gap) -> bool:
    """A non-interrupting boundary event comes once and then no more."""
    if "not waiting for" in gap.failure:
        events = [node for node in gap.nodes.values() if node.word == _word(gap)]
        return any(not e.stops and gap.happened(e) > 1 for e in events)
    return bool(gap.missing) and all(
        any(not e.stops and gap.happened(e) > 1 for e in _before(node)) for node in gap.missing
    )


def _lost_at_the_end(gap: Gap) -> bool:
    """What the end of a sub-process throws is lost to the boundary event around it."""
    return bool(gap.missing) and all(
        any(e.kind == "boundaryEvent" and gap.happened(e) == 1 for e in _before(node))
        for node in gap.missing
    )


def _caught_by_all(gap: Gap) -> bool:
    """An error or escalation reaches every catcher around, not the nearest alone."""
    return bool(gap.extra) and all(
        any(e.event in {"error", "escalation"} and not gap.happened(e) for e in _before(node))
        for node in gap.extra
    )


def _mapping_ignored(gap: Gap) -> bool:
    """A call hands all variables in and out, whatever its mapping says."""
    is_seen = bool(gap.extra or gap.missing or gap.failure)
    return is_seen and any(n.hands_in is not None for n in gap.nodes.values())


def _no_counters(gap: Gap) -> bool:
    """A completion condition cannot ask how many instances are done."""
    return "nrOf" in gap.failure


def _no_second_round(gap: Gap) -> bool:
    """A multi-instance activity that is entered again raises an error."""
    return "already exists" in gap.failure


def _list_read_again(gap: Gap) -> bool:
    """The list of a sequential multi-instance activity is read anew at each instance."""
    return "IndexError" in gap.failure


def _join_raises(gap: Gap) -> bool:
    """A join that was gone through many times looks for a task that is no longer there."""
    return "'NoneType' object has no attribute 'data'" in gap.failure


def _timer_on_instances(gap: Gap) -> bool:
    """A timer on a multi-instance sub-process raises an error when it ends it."""
    return "TaskNotFoundException" in gap.failure


def _word(gap: Gap) -> str:
    return gap.walk.last.word if gap.walk.last is not None else ""


REASONS: dict[str, Callable[[Gap], bool]] = {
    "no second round of instances": _no_second_round,
    "no counters of instances": _no_counters,
    "list is read again": _list_read_again,
    "join raises after many rounds": _join_raises,
    "timer on instances raises": _timer_on_instances,
    "handler begins at once": _handler_at_once,
    "handler in a sub-process is deaf": _deaf_handler,
    "handler never interrupts": _never_interrupts,
    "idle handler holds its scope": _idle_handler,
    "call mapping ignored": _mapping_ignored,
    "join fires early": _early_join,
    "left-over token at a join is gone": _leftover,
    "cycle comes once per sweep": _one_round_per_sweep,
    "cycle holds the case": _cycle_holds,
    "event is heard once": _heard_once,
    "thrown at the end and lost": _lost_at_the_end,
    "caught by all around": _caught_by_all,
    "inclusive join waits for ever": _late_join,
}
