"""From a drawing that was found good to what runs: one node for each element, linked by flows.

An element with boundary events becomes a guard around it, one with several instances a
multi-instance node around it; the guard is outermost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from caseflow import feel
from caseflow.engine import expressions, graph, variables
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import OWN_PROPERTIES, Drawing, Element, expression
from caseflow.engine.expressions import Rule
from caseflow.engine.nodes import (
    CallNode,
    CatchNode,
    EndNode,
    EscalationNode,
    EventGateNode,
    ExclusiveNode,
    GuardNode,
    InclusiveNode,
    ListenNode,
    MultiNode,
    Node,
    ParallelNode,
    ProcessNode,
    RuleNode,
    ScopeNode,
    SendNode,
    ServiceNode,
    SignalNode,
    UserNode,
    Way,
)
from caseflow.engine.structure import edges

Names = Mapping[str, feel.Type]


def compile_drawing(
    drawing: Drawing, names: Names, decisions: Mapping[str, Decision]
) -> tuple[Any, ProcessNode]:
    """Make the specification.

    What a stricter check refuses today may stand in a version that cases run on: such a text is
    refused when it is asked, so that the cases on it can be read, shown and moved.
    """
    return _Builder(drawing, names, decisions).all()


def _read(check: Callable[[str, Names], Rule], text: str, names: Names) -> Rule:
    try:
        return check(text, names)
    except feel.FeelError as error:
        return expressions.Unreadable(text, None, reason=error.say("en"))


class _Builder:
    """Builds one process."""

    def __init__(self, drawing: Drawing, names: Names, decisions: Mapping[str, Decision]) -> None:
        self.drawing = drawing
        self.names = names
        self.decisions = decisions
        self.spec = WorkflowSpec(name=drawing.key)
        self.cores: dict[str, Node] = {}
        self.entries: dict[str, Node] = {}

    def all(self) -> tuple[Any, ProcessNode]:
        drawing = self.drawing
        whole = Element(drawing.key, "process", drawing.name, drawing.name_en, drawing.line, "")
        root = ProcessNode(self.spec, f"{drawing.key}:process", whole)
        self.spec.start = root
        for element in drawing.elements.values():
            self.cores[element.id] = self._core(element)
        for element in drawing.elements.values():
            if not element.attached_to:
                self.entries[element.id] = self._entry(element)
        for element in drawing.elements.values():
            self._link(element)
        for element in drawing.elements.values():
            if element.type == "startEvent":
                self._scope_of(element, root).start = self.entries[element.id]
                self._listen(element, root)
        self._upstream()
        return self.spec, root

    def _scope_of(self, element: Element, root: ProcessNode) -> ScopeNode:
        scope = self.cores[element.scope] if element.scope else root
        assert isinstance(scope, ScopeNode)  # noqa: S101 - lint: starts stand in scopes
        return scope

    def _listen(self, start: Element, root: ProcessNode) -> None:
        """Let the scope around an event sub-process listen for what starts it."""
        around = self.drawing.elements.get(start.scope)
        if around is None or not around.is_event_scope:
            return
        inner = self.cores[around.id]
        assert isinstance(inner, ScopeNode)  # noqa: S101 - lint: starts stand in scopes
        outer = self._scope_of(around, root)
        name = f"{start.id}:listen"
        outer.listeners.append(ListenNode(self.spec, name, start, self._timer(start), inner))

    def _core(self, element: Element) -> Node:
        makers: Mapping[str, Callable[[Element], Node]] = {
            "endEvent": self._end,
            "userTask": self._user,
            "manualTask": self._user,
            "serviceTask": self._service,
            "sendTask": self._send,
            "businessRuleTask": self._rule,
            "subProcess": self._scope,
            "callActivity": self._call,
            "exclusiveGateway": self._exclusive,
            "parallelGateway": self._parallel,
            "inclusiveGateway": self._inclusive,
            "eventBasedGateway": self._event_gate,
            "boundaryEvent": self._catch,
            "intermediateCatchEvent": self._catch,
            "intermediateThrowEvent": self._throw,
            "receiveTask": self._catch,
        }
        return makers.get(element.type, self._plain)(element)

    def _seen(self, element: Element) -> Names:
        return variables.inside(element, self.drawing, self.names)

    def _plain(self, element: Element) -> Node:
        return Node(self.spec, element.id, element)

    def _throw(self, element: Element) -> Node:
        if element.event == "message":
            return self._send(element)
        kinds = {"signal": SignalNode, "escalation": EscalationNode}
        return kinds.get(element.event, Node)(self.spec, element.id, element)

    def _end(self, element: Element) -> Node:
        node = EndNode(self.spec, element.id, element)
        if element.event == "message":
            node.arguments = self._arguments(element)
        return node

    def _user(self, element: Element) -> Node:
        due = _read(expressions.when, element.due, self._seen(element)) if element.due else None
        return UserNode(self.spec, element.id, element, due)

    def _service(self, element: Element) -> Node:
        return ServiceNode(self.spec, element.id, element, self._arguments(element))

    def _send(self, element: Element) -> Node:
        kind = ServiceNode if element.topic else SendNode
        return kind(self.spec, element.id, element, self._arguments(element))

    def _arguments(self, element: Element) -> dict[str, Any]:
        return {
            name: _read(expressions.rule, expression(text), self._seen(element))
            for name, text in element.properties.items()
            if name not in OWN_PROPERTIES
        }

    def _rule(self, element: Element) -> Node:
        return RuleNode(self.spec, element.id, element, self.decisions.get(element.decision))

    def _scope(self, element: Element) -> Node:
        return ScopeNode(self.spec, element.id, element)

    def _call(self, element: Element) -> Node:
        node = CallNode(self.spec, element.id, element)
        assert element.call is not None  # noqa: S101 - the reader gives every call activity one
        handed = variables.handed(element, self.drawing, self.names)
        inside = self._seen(element)
        node.takes = {k: _read(expressions.rule, text, handed) for k, text in element.call.takes}
        node.gives = {k: _read(expressions.rule, text, inside) for k, text in element.call.gives}
        return node

    def _exclusive(self, element: Element) -> Node:
        return ExclusiveNode(self.spec, element.id, element)

    def _event_gate(self, element: Element) -> Node:
        return EventGateNode(self.spec, element.id, element)

    def _parallel(self, element: Element) -> Node:
        return ParallelNode(self.spec, element.id, element, self._incoming(element))

    def _inclusive(self, element: Element) -> Node:
        return InclusiveNode(self.spec, element.id, element, self._incoming(element))

    def _catch(self, element: Element) -> Node:
        return CatchNode(self.spec, element.id, element, self._timer(element))

    def _timer(self, element: Element) -> Any:
        if element.is_cycle:
            return expressions.cycle(element.timer) or expressions.Unreadable(element.timer, None)
        return (
            _read(expressions.when, element.timer, self._seen(element)) if element.timer else None
        )

    def _incoming(self, element: Element) -> tuple[str, ...]:
        return tuple(flow.id for flow in self.drawing.incoming(element.id))

    def _entry(self, element: Element) -> Node:
        """The node that flows lead to: the core, or what stands around it."""
        node = self.cores[element.id]
        multi = element.multi
        if multi is not None:
            around = MultiNode(self.spec, f"{element.id}:multi", element, node)
            outside = variables.outside(element, self.drawing, self.names)
            if multi.collection:
                around.collection = _read(expressions.rule, multi.collection, outside)
            if multi.cardinality:
                around.cardinality = _read(expressions.rule, multi.cardinality, outside)
            if multi.until:
                counted = {**self._seen(element), **variables.COUNTERS}
                around.until = _read(expressions.condition, multi.until, counted)
            node = around
        watchers = [e for e in self.drawing.elements.values() if e.attached_to == element.id]
        if watchers:
            guard = GuardNode(self.spec, f"{element.id}:guard", element, node)
            guard.watchers = [self.cores[watcher.id] for watcher in watchers]
            node = guard
        return node

    def _link(self, element: Element) -> None:
        core = self.cores[element.id]
        for flow in self.drawing.outgoing(element.id):
            rule = None
            if flow.condition and flow.id != element.default:
                rule = _read(expressions.condition, flow.condition, self._seen(element))
            target = self.entries[flow.target]
            core.ways.append(Way(flow.id, target, rule))
            core.connect(target)

    def _upstream(self) -> None:
        """For each inclusive join and incoming flow: the nodes that can still reach it."""
        before = graph.of((target, source) for source, target in edges(self.drawing))
        for node in self.cores.values():
            if isinstance(node, InclusiveNode):
                for name in node.incoming_flows:
                    start = self.drawing.flows[name].source
                    node.upstream[name] = frozenset(
                        graph.reached([start], before, barred={node.element.id})
                    )
