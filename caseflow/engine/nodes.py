"""What each kind of element does with a token: SpiffWorkflow's task specifications, ours inside.

A token lives below its *scope*: the process, a sub-process, a multi-instance activity, or a
*guard* (an activity with the boundary events that watch it). When a node is done, its token is
taken away and new ones are put below the same scope, so the tree holds open tokens and nothing
else: no history, no prediction, no growth. A scope decides what it means that a child is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from caseflow.engine.drawings import Element
from caseflow.engine.errors import BadValue, Stuck
from caseflow.engine.expressions import Cycle

WAITING, STARTED = TaskState.WAITING, TaskState.STARTED

_N = TypeVar("_N", bound="Node")


class Way:
    """A flow out of a node: where it leads and when it is taken."""

    __slots__ = ("condition", "id", "target")

    def __init__(self, name: str, target: Node, condition: Any = None) -> None:
        self.id = name
        self.target = target
        self.condition = condition


class Node(BpmnTaskSpec):
    """A node that a token passes at once: start event, merge, throw event."""

    def __init__(self, spec: Any, name: str, element: Element, *, manual: bool = False) -> None:
        super().__init__(spec, name, manual=manual)
        self.element = element
        self.ways: list[Way] = []

    # The protocol of SpiffWorkflow's Task, in the order in which it is called: predict nothing,
    # ask whether the token may run, queue it, run it, complete it.
    def _predict(self, token: Any, *_: Any, **__: Any) -> None:
        """Nothing is predicted: a token knows its way when it leaves."""

    def _update(self, token: Any) -> None:
        if self.arrive(token):
            token._ready()

    def _on_ready(self, token: Any) -> None:
        token.workflow.is_ready(token)

    def _run(self, token: Any) -> bool | None:
        return self.work(token)

    def _on_complete(self, token: Any) -> None:
        token.workflow.passed.append(self.element.id)
        token.parent.task_spec.child_done(token.parent, token, self.ways_from(token))

    def arrive(self, token: Any) -> bool:
        """Say whether the token may run now."""
        return True

    def work(self, token: Any) -> bool | None:
        """Do it; None when it goes on until something else ends it."""
        return True

    def ways_from(self, token: Any) -> list[Way]:
        """The flows that the token takes when the node is done."""
        return self.ways


class UserNode(Node):
    """Waits for a person."""

    def __init__(self, spec: Any, name: str, element: Element, due: Any) -> None:
        super().__init__(spec, name, element, manual=True)
        self.due = due

    def arrive(self, token: Any) -> bool:
        token.workflow.name_token(token)
        if self.due is not None:
            token.internal_data["due"] = token.workflow.instant(self.due, token)
        return True


class ServiceNode(Node):
    """Names a verb and its arguments; the effect is done by the caller, in order."""

    def __init__(self, spec: Any, name: str, element: Element, arguments: dict[str, Any]) -> None:
        super().__init__(spec, name, element)
        self.arguments = arguments

    def work(self, token: Any) -> bool | None:
        run = token.workflow
        values = {name: run.evaluate(text, token) for name, text in self.arguments.items()}
        run.call(self.element, values)
        return True


class SendNode(Node):
    """Throws a message: it leaves the case, with its arguments."""

    def __init__(self, spec: Any, name: str, element: Element, arguments: dict[str, Any]) -> None:
        super().__init__(spec, name, element)
        self.arguments = arguments

    def work(self, token: Any) -> bool | None:
        _send(self, token)
        return True


def _send(node: SendNode | EndNode, token: Any) -> None:
    run = token.workflow
    values = {name: run.evaluate(text, token) for name, text in node.arguments.items()}
    run.sent.append((node.element, values))


class RuleNode(Node):
    """Asks a decision table and keeps the answer."""

    def __init__(self, spec: Any, name: str, element: Element, decision: Any) -> None:
        super().__init__(spec, name, element)
        self.decision = decision

    def work(self, token: Any) -> bool | None:
        run = token.workflow
        if self.decision is None:  # accepted once, and refused by a stricter check since
            raise BadValue("decision_unread", name=self.element.decision)
        run.ask(token)
        result = self.decision.decide(
            run.values(token), mapping=self.element.mapping, moment=run.moment
        )
        run.assign(token, {self.element.result: result})
        return True


class ExclusiveNode(Node):
    """Takes the first flow whose condition is true, else the default (lint: there is one)."""

    def ways_from(self, token: Any) -> list[Way]:
        if len(self.ways) == 1:
            return self.ways
        taken = self._chosen(token)
        token.workflow.ask(token, taken)
        return taken

    def _chosen(self, token: Any) -> list[Way]:
        for way in self.ways:
            if way.condition and token.workflow.evaluate(way.condition, token) is True:
                return [way]
        return _default(self, token)


def _default(node: Node, token: Any) -> list[Way]:
    """The flow without a condition; a token never vanishes where there is none."""
    ways = [way for way in node.ways if way.condition is None]
    if not ways and node.ways:
        raise Stuck("no_way", element=node.element.id)
    return ways


class JoinNode(Node):
    """A gateway that takes tokens from several flows at once.

    Each arrival waits as a token of its own that knows its flow (``via``). Firing takes one token
    of each flow away, never one left over from an earlier round.
    """

    def __init__(self, spec: Any, name: str, element: Element, incoming: tuple[str, ...]) -> None:
        super().__init__(spec, name, element)
        self.incoming_flows = incoming

    def arrivals(self, scope: Any) -> dict[str, Any]:
        """The oldest waiting token of each incoming flow."""
        found: dict[str, Any] = {}
        for token in scope.children:
            if token.task_spec is self and token.state == WAITING:
                found.setdefault(token.internal_data["via"], token)
        return found

    def fire(self, arrived: dict[str, Any]) -> None:
        """Take the arrivals away but one, which goes on."""
        first, *rest = arrived.values()
        for token in rest:
            token.workflow.drop(token)
        first._ready()


class ParallelNode(JoinNode):
    """Waits for one token on every incoming flow, then gives one to every outgoing flow."""

    def arrive(self, token: Any) -> bool:
        if len(self.incoming_flows) == 1:
            return True
        token._set_state(WAITING)
        arrived = self.arrivals(token.parent)
        if len(arrived) == len(self.incoming_flows):
            self.fire(arrived)
        return False


class InclusiveNode(JoinNode):
    """Waits while a token upstream can still reach an empty flow; judged when all is quiet.

    ``upstream`` holds, for each incoming flow, the nodes from which it can be reached without
    passing this gateway (BPMN 2.0, 13.4.3).
    """

    def __init__(self, spec: Any, name: str, element: Element, incoming: tuple[str, ...]) -> None:
        super().__init__(spec, name, element, incoming)
        self.upstream: dict[str, frozenset[str]] = {}

    def arrive(self, token: Any) -> bool:
        if len(self.incoming_flows) == 1:
            return True
        token._set_state(WAITING)
        return False

    def fire_if_complete(self, scope: Any) -> bool:
        """Fire when nothing that could still come has to be waited for."""
        arrived = self.arrivals(scope)
        places = {t.task_spec.element.id for t in scope.children if t.task_spec is not self}
        empty = [flow for flow in self.incoming_flows if flow not in arrived]
        for place in places:
            fills = any(place in self.upstream[flow] for flow in arrived)
            if not fills and any(place in self.upstream[flow] for flow in empty):
                return False
        self.fire(arrived)
        return True

    def ways_from(self, token: Any) -> list[Way]:
        conditional = [way for way in self.ways if way.condition is not None]
        if not conditional:
            return self.ways
        taken = [w for w in conditional if token.workflow.evaluate(w.condition, token) is True]
        taken = taken or _default(self, token)
        token.workflow.ask(token, taken)
        return taken


class CatchNode(Node):
    """Waits for a timer, a message or a signal."""

    def __init__(self, spec: Any, name: str, element: Element, timer: Any) -> None:
        super().__init__(spec, name, element)
        self.timer = timer

    def arrive(self, token: Any) -> bool:
        token._set_state(WAITING)
        if self.timer is not None:
            data = token.internal_data
            since = data.pop("since", None)
            data["due"] = token.workflow.instant(self.timer, token, since=since)
            if isinstance(self.timer, Cycle):
                data.setdefault("left", self.timer.times)
        return False

    def again(self, token: Any) -> dict[str, Any] | None:
        """What the next round has to remember once this one has come; None: it was the last.

        A timer that is no cycle comes once; the next round of a cycle is counted from this one,
        so that a late sweep moves none.
        """
        if self.element.event != "timer":
            return {}
        left = token.internal_data.get("left")
        if not isinstance(self.timer, Cycle) or left == 1:
            return None
        return {"since": token.internal_data["due"], "left": left - 1 if left else left}

    def hears(self, kind: str, name: str) -> bool:
        """Say whether that is what it waits for."""
        return self.element.event == kind and self.element.event_name == name


class SignalNode(Node):
    """Throws a signal: every waiting event of that name in the case hears it."""

    def work(self, token: Any) -> bool | None:
        return _signal(self, token)


def _signal(node: SignalNode | EndNode, token: Any) -> bool | None:
    """Throw; None when one who heard it ended the scope that this stands in."""
    run = token.workflow
    run.hear("signal", node.element.event_name)
    if run.has(token):
        return True
    run.passed.append(node.element.id)
    return None


class EscalationNode(Node):
    """Throws an escalation: the nearest catcher around hears it, and may end what threw it."""

    def _on_complete(self, token: Any) -> None:
        token.workflow.passed.append(self.element.id)
        if not token.workflow.escalate(token, self.element.event_name):
            token.parent.task_spec.child_done(token.parent, token, self.ways)


class EndNode(Node):
    """Ends its token; with terminate, error or escalation it may end more."""

    arguments: Mapping[str, Any] = MappingProxyType({})

    def work(self, token: Any) -> bool | None:
        if self.element.event == "signal":
            return _signal(self, token)
        if self.element.event == "message":
            _send(self, token)
        return True

    def _on_complete(self, token: Any) -> None:
        run, scope = token.workflow, token.parent
        run.passed.append(self.element.id)
        if self.element.event == "error":
            run.raise_error(token, self.element.event_name)
            return
        if self.element.event == "escalation" and run.escalate(token, self.element.event_name):
            return
        if self.element.event == "terminate":
            for other in scope.children:
                if other is not token:
                    run.drop(other)
        scope.internal_data["end"] = self.element.id
        scope.task_spec.child_done(scope, token, [])


class ListenNode(CatchNode):
    """Waits for what starts an event sub-process; as long as it only waits, its scope may end."""

    def __init__(
        self, spec: Any, name: str, element: Element, timer: Any, inner: ScopeNode
    ) -> None:
        super().__init__(spec, name, element, timer)
        self.inner = inner

    def _on_complete(self, token: Any) -> None:
        token.workflow.interrupt(token.parent, self, token)


class ScopeNode(Node):
    """A sub-process: it goes on until its last token is gone.

    ``listeners`` are the starts of its event sub-processes.
    """

    start: Node

    def __init__(self, spec: Any, name: str, element: Element) -> None:
        super().__init__(spec, name, element)
        self.listeners: list[ListenNode] = []

    def work(self, token: Any) -> bool | None:
        # The listeners first: what the start does at once may already concern them.
        self.open(token)
        token.workflow.put(token, self.start)
        return None

    def open(self, token: Any) -> None:
        """Begin with nothing in it but what listens."""
        token._set_state(STARTED)
        for listener in self.listeners:
            if listener.element.event not in _THROWN:
                token.workflow.put(token, listener)

    def child_done(self, scope: Any, token: Any, ways: list[Way]) -> None:
        """Move a token on below this scope."""
        run = scope.workflow
        if token.task_spec.element.is_event_scope and "end" in token.internal_data:
            scope.internal_data.setdefault("end", token.internal_data["end"])
        run.take_away(token)
        run.take(scope, ways)
        if all(isinstance(child.task_spec, ListenNode) for child in scope.children):
            run.drop_children(scope)
            self.is_empty(scope)

    def is_empty(self, scope: Any) -> None:
        """The last token has ended."""
        scope.complete()

    def catcher(self, kind: str, name: str) -> ListenNode | None:
        """The event sub-process for this error or escalation; one without a name catches all."""
        return _catcher(self.listeners, kind, name)


class ProcessNode(ScopeNode):
    """The whole process."""

    def is_empty(self, scope: Any) -> None:
        scope._set_state(TaskState.COMPLETED)
        scope.workflow.ended = scope.internal_data["end"]


class CallNode(ScopeNode):
    """A called process: with mappings it sees only what goes in, and gives only what comes out."""

    def __init__(self, spec: Any, name: str, element: Element) -> None:
        super().__init__(spec, name, element)
        self.takes: dict[str, Any] = {}
        self.gives: dict[str, Any] = {}

    def work(self, token: Any) -> bool | None:
        run, call = token.workflow, self.element.call
        if call is not None and not call.shares:
            frame = dict(run.values(token)) if call.takes_all else {}
            frame |= {name: run.evaluate(text, token) for name, text in self.takes.items()}
            token.internal_data["frame"] = frame
        return super().work(token)

    def is_empty(self, scope: Any) -> None:
        run, call = scope.workflow, self.element.call
        if call is not None and "frame" in scope.internal_data:
            given = {name: run.evaluate(text, scope) for name, text in self.gives.items()}
            frame = scope.internal_data.pop("frame")
            run.assign(scope, (frame if call.gives_all else {}) | given)
        super().is_empty(scope)


# Events that are not waited for: whoever throws them looks for their catcher.
_THROWN = frozenset({"error", "escalation"})


def _catcher(nodes: Iterable[_N], kind: str, name: str) -> _N | None:
    """The node for this event; one that names it goes before one that catches all."""
    found = [node for node in nodes if node.element.event == kind]
    exact = [node for node in found if node.element.event_name == name]
    return next(iter(exact or [node for node in found if not node.element.event_name]), None)


class EventGateNode(Node):
    """Waits for the first of its events; the way on is that event's."""

    def work(self, token: Any) -> bool | None:
        token._set_state(STARTED)
        for way in self.ways:
            token.workflow.put(token, way.target, via=way.id)
        return None

    def child_done(self, scope: Any, token: Any, ways: list[Way]) -> None:
        """One event came: the others are no longer waited for."""
        run = scope.workflow
        event = run.passed.pop()
        run.passed += [self.element.id, token.internal_data["via"], event]
        run.drop_children(scope)
        scope.parent.task_spec.child_done(scope.parent, scope, ways)


class GuardNode(Node):
    """An activity and the boundary events that watch it."""

    def __init__(self, spec: Any, name: str, element: Element, inner: Node) -> None:
        super().__init__(spec, name, element)
        self.inner = inner
        self.watchers: list[Node] = []

    def work(self, token: Any) -> bool | None:
        # The watchers first: what the activity does at once may already concern them.
        self.open(token)
        token.workflow.put(token, self.inner)
        return None

    def open(self, token: Any) -> None:
        """Begin with nothing in it but what watches."""
        token._set_state(STARTED)
        for watcher in self.watchers:
            if watcher.element.event not in _THROWN:
                token.workflow.put(token, watcher)

    def child_done(self, scope: Any, token: Any, ways: list[Way]) -> None:
        """The activity is done, or one of its events came."""
        run, outer = scope.workflow, scope.parent
        element = token.task_spec.element
        if element.attached_to and not element.is_interrupting:
            run.take_away(token)
            further = token.task_spec.again(token)
            if further is not None:
                run.put(scope, token.task_spec, **further)
            run.take(outer, ways)
            return
        run.take_away(token)
        run.drop_children(scope)
        outer.task_spec.child_done(outer, scope, ways)

    def catcher(self, kind: str, name: str) -> Node | None:
        """The boundary event for this error or escalation; one without a name catches all."""
        return _catcher(self.watchers, kind, name)


class MultiNode(Node):
    """Does an activity for each item of a list, at once or one after the other.

    Each instance has variables of its own (the item, and what it sets); they are handed up when
    it ends. ``until`` ends the activity early.
    """

    def __init__(self, spec: Any, name: str, element: Element, inner: Node) -> None:
        super().__init__(spec, name, element)
        self.inner = inner
        self.collection: Any = None
        self.cardinality: Any = None
        self.until: Any = None

    def ways_from(self, token: Any) -> list[Way]:
        return self.inner.ways

    def work(self, token: Any) -> bool | None:
        items = self._items(token)
        if not items:
            return True
        token._set_state(STARTED)
        token.internal_data.update(total=len(items), done=0)
        if self.element.multi is not None and self.element.multi.sequential:
            token.internal_data["left"] = items[1:]
            items = items[:1]
        for index, item in enumerate(items):
            self._begin(token, index, item)
        return None

    def child_done(self, scope: Any, token: Any, ways: list[Way]) -> None:
        """One instance is done: the next, or on."""
        run, data = scope.workflow, scope.internal_data
        data["done"] += 1
        local = token.internal_data["local"]
        counts = {
            "nrOfInstances": data["total"],
            "nrOfCompletedInstances": data["done"],
            "nrOfActiveInstances": len(scope._children) - 1,
        }
        is_enough = self.until is not None and (
            run.evaluate(self.until, token, extra=counts) is True
        )
        own = (self.element.multi.variable if self.element.multi else "", "loopCounter")
        run.assign(scope, {name: value for name, value in local.items() if name not in own})
        run.take_away(token)
        left = data.get("left")
        if not is_enough and left:
            data["left"] = left[1:]
            self._begin(scope, data["done"], left[0])
        elif is_enough or data["done"] == data["total"]:
            run.drop_children(scope)
            scope.parent.task_spec.child_done(scope.parent, scope, self.inner.ways)

    def _items(self, token: Any) -> list[Any]:
        run = token.workflow
        if self.collection is not None:
            items = run.evaluate(self.collection, token)
            if items is None:
                return []
            if not isinstance(items, list | tuple):
                raise BadValue("not_a_list", element=self.element.id)
            if len(items) > _MOST_INSTANCES:
                raise BadValue("too_many_items", element=self.element.id, limit=_MOST_INSTANCES)
            return list(items)
        count = run.evaluate(self.cardinality, token)
        is_number = isinstance(count, int | Decimal)
        if not is_number or count != int(count) or not 0 <= count <= _MOST_INSTANCES:
            raise BadValue("not_a_count", element=self.element.id)
        return list(range(1, int(count) + 1))

    def _begin(self, scope: Any, index: int, item: Any) -> None:
        local = {"loopCounter": index + 1}
        if self.element.multi is not None and self.element.multi.variable:
            local[self.element.multi.variable] = item
        scope.workflow.put(scope, self.inner, local=local, item=item)


_MOST_INSTANCES = 1_000
