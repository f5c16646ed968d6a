"""Judges how a drawing hangs together: starts and ends, reachability, gateways, joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TypeGuard

from caseflow.engine import graph
from caseflow.engine.drawings import (
    ACTIVITIES,
    GATEWAYS,
    MOST_ELEMENTS,
    PASSING,
    SCOPES,
    Drawing,
    Element,
    Flow,
)

_MOST_FLOWS = 60

_ALLOWED = {
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation"},
    "intermediateCatchEvent": {"timer", "message", "signal"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation"},
    "startEvent": {""},
    "endEvent": {"", "message", "signal", "error", "escalation", "terminate"},
}
# What may start an event sub-process.
_STARTS = {"timer", "message", "signal", "error", "escalation"}


def judge_structure(drawing: Drawing) -> None:
    """Leave a remark on the drawing for everything that could not run or would run wrongly."""
    if not _is_readable(drawing):
        return
    _flows(drawing)
    for element in drawing.elements.values():
        _degrees(element, drawing)
        _event(element, drawing)
        if element.type == "boundaryEvent":
            _boundary(element, drawing)
            _time_decides_nothing(element, drawing)
    _scopes(drawing)
    if not drawing.refused:  # what hung on a refused node cannot be judged before that is mended
        _reachable(drawing)
    for element in drawing.elements.values():
        if element.type in {"parallelGateway", "inclusiveGateway"}:
            _join(element, drawing)
        if element.type in GATEWAYS:
            _default(element, drawing)
    _thrown(drawing)


def edges(drawing: Drawing) -> Iterable[tuple[str, str]]:
    """Which node leads to which: along flows, and from an activity to its boundary events."""
    for flow in drawing.flows.values():
        yield flow.source, flow.target
    for element in drawing.elements.values():
        if element.attached_to:
            yield element.attached_to, element.id


def _is_readable(drawing: Drawing) -> bool:
    """Refuse what no person could read, before it costs the machine more than a moment."""
    if len(drawing.elements) > MOST_ELEMENTS:
        drawing.remark("drawing_size", drawing.key, drawing.line, limit=MOST_ELEMENTS)
        return False
    wide = [
        element
        for element in drawing.elements.values()
        if max(len(drawing.incoming(element.id)), len(drawing.outgoing(element.id))) > _MOST_FLOWS
    ]
    for element in wide:
        drawing.remark("gate_wide", element.id, element.line, limit=_MOST_FLOWS)
    return not wide


def _flows(drawing: Drawing) -> None:
    """Drop flows that lead nowhere, so that later checks can rely on both ends."""
    for flow in list(drawing.flows.values()):
        source, target = (drawing.elements.get(end) for end in (flow.source, flow.target))
        if source is None or target is None:
            if not {flow.source, flow.target} & drawing.refused:
                drawing.remark("flow_end", flow.id, flow.line)
        elif source.scope != target.scope:
            drawing.remark("flow_crosses", flow.id, flow.line)
        elif target.type in {"startEvent", "boundaryEvent"} or source.type == "endEvent":
            drawing.remark("flow_direction", flow.id, flow.line)
        else:
            continue
        del drawing.flows[flow.id]


def _degrees(element: Element, drawing: Drawing) -> None:
    out, into = drawing.outgoing(element.id), drawing.incoming(element.id)
    if element.is_event_scope:
        if out or into:
            drawing.remark("event_scope_flow", element.id, element.line)
        return
    if drawing.refused and not (out and into):
        return  # the flow may have hung on what was refused
    if element.type != "endEvent" and not out:
        drawing.remark("dead_end", element.id, element.line)
    if element.type not in GATEWAYS and len(out) > 1:
        drawing.remark("many_out", element.id, element.line, count=len(out))
    if element.type not in {"startEvent", "boundaryEvent"} and not into:
        drawing.remark("no_way_in", element.id, element.line)


def _event(element: Element, drawing: Drawing) -> None:
    allowed = _ALLOWED.get(element.type)
    starts_event_scope = element.type == "startEvent" and _in_event_scope(element, drawing)
    if starts_event_scope:
        allowed = _STARTS
    if allowed is not None and element.event not in allowed:
        kind = f"{element.type} {element.event or 'none'}"
        drawing.remark("unsupported", element.id, element.line, kind=kind)
    is_thrown = element.type in {"endEvent", "intermediateThrowEvent"}
    named = {"message", "signal"} | ({"error", "escalation"} if is_thrown else set())
    # A send task with a verb is done by the house, as a service task is.
    needs_name = element.event in named and not element.topic
    if needs_name and not element.event_name:
        drawing.remark("no_event_name", element.id, element.line, kind=element.event)
    if starts_event_scope and element.event == "error" and not element.is_interrupting:
        drawing.remark("error_interrupts", element.id, element.line)
    if element.is_cycle and (
        element.is_interrupting or not (element.attached_to or starts_event_scope)
    ):
        drawing.remark("cycle_place", element.id, element.line)
    if element.type == "eventBasedGateway":
        for flow in drawing.outgoing(element.id):
            target = drawing.elements[flow.target]
            is_catch = target.type in {"intermediateCatchEvent", "receiveTask"}
            if not is_catch or len(drawing.incoming(target.id)) > 1:
                drawing.remark("event_gate", flow.id, flow.line)


def _in_event_scope(element: Element, drawing: Drawing) -> bool:
    around = drawing.elements.get(element.scope)
    return around is not None and around.is_event_scope


def _boundary(element: Element, drawing: Drawing) -> None:
    host = drawing.elements.get(element.attached_to)
    is_activity = host is not None and host.type in ACTIVITIES and not host.is_event_scope
    if host is None or not is_activity or host.scope != element.scope:
        drawing.remark("boundary_host", element.id, element.line)
    elif host.type in PASSING:
        drawing.remark("boundary_passing", element.id, element.line)
    elif element.event in {"error", "escalation"} and host.type not in SCOPES:
        drawing.remark("boundary_error", element.id, element.line)
    if element.event == "error" and not element.is_interrupting:
        drawing.remark("error_interrupts", element.id, element.line)


def _scopes(drawing: Drawing) -> None:
    """The process and each sub-process has one start and an end."""
    scopes = {"": drawing.line} | {
        e.id: e.line for e in drawing.elements.values() if _is_scope(e, drawing)
    }
    for scope, line in scopes.items():
        inside = [e for e in drawing.elements.values() if e.scope == scope]
        starts = [e for e in inside if e.type == "startEvent"]
        if len(starts) != 1:
            drawing.remark("one_start", scope or drawing.key, line, count=len(starts))
        if not any(e.type == "endEvent" for e in inside):
            drawing.remark("no_end", scope or drawing.key, line)


def _is_scope(element: Element, drawing: Drawing) -> bool:
    """A sub-process, or a call whose process was found: one that was not has its own remark."""
    is_called = any(each.scope == element.id for each in drawing.elements.values())
    return element.type == "subProcess" or (element.call is not None and is_called)


def _time_decides_nothing(event: Element, drawing: Drawing) -> None:
    """Refuse a timer that takes a case where the approval that it cuts short would have led.

    It may lead back, to another approval or to a step of its own: remind, then escalate.
    """
    held = drawing.elements.get(event.attached_to)
    if event.event != "timer" or not event.is_interrupting or not _approves(held):
        return
    after = graph.of(edges(drawing))
    unaided = {
        place: ways for place, ways in after.items() if not drawing.elements[place].needs_person
    }
    timed = graph.reached(after.get(event.id, ()), unaided)
    agreed = graph.reached((flow.target for flow in drawing.outgoing(event.attached_to)), unaided)
    for place in sorted(timed & agreed):
        element = drawing.elements[place]
        leads_back = event.attached_to in graph.reached([place], after)
        if element.type not in GATEWAYS and not _approves(element) and not leads_back:
            drawing.remark("approved_by_time", event.id, event.line, step=held.name or held.id)
            return


def _approves(element: Element | None) -> TypeGuard[Element]:
    """Whether an element is a step in which somebody decides on what others did."""
    return (
        element is not None
        and element.needs_person
        and element.properties.get("status") == "for_approval"
    )


def _reachable(drawing: Drawing) -> None:
    """Every node is reached from the start of its scope, and from it an end can be reached."""
    after = graph.of(edges(drawing))
    before = graph.of((target, source) for source, target in edges(drawing))
    elements = drawing.elements.values()
    reached = graph.reached((e.id for e in elements if e.type == "startEvent"), after)
    # A dead end has its own remark; what leads only there need not have one each.
    last = (e.id for e in elements if e.type == "endEvent" or not drawing.outgoing(e.id))
    ending = graph.reached(last, before)
    for element in elements:
        if element.id not in reached and drawing.incoming(element.id):
            drawing.remark("unreachable", element.id, element.line)
        elif element.id not in ending and drawing.outgoing(element.id):
            drawing.remark("endless", element.id, element.line)


def _default(element: Element, drawing: Drawing) -> None:
    out = drawing.outgoing(element.id)
    asks = element.type == "exclusiveGateway" or any(flow.condition for flow in out)
    if element.type in {"exclusiveGateway", "inclusiveGateway"} and asks and len(out) > 1:
        if not element.default:
            drawing.remark("no_default", element.id, element.line)
        elif element.default not in {flow.id for flow in out}:
            drawing.remark("default_elsewhere", element.id, element.line, flow=element.default)


def _join(element: Element, drawing: Drawing) -> None:
    """Two flows of one arm into a join would count as two arms.

    Walking back from each incoming flow, the first split on the way must be one that gives a
    token to each of its flows; where two incoming flows come from the ways out of one exclusive
    gateway, only one token will ever come and a parallel join waits for ever.
    """
    into = drawing.incoming(element.id)
    if len(into) < 2:  # noqa: PLR2004 - one flow is no join
        return
    sources = [flow.source for flow in into]
    for source in sorted({name for name in sources if sources.count(name) > 1}):
        drawing.remark("join_twice", element.id, element.line, source=source)
    if element.type == "parallelGateway":
        for first, second, fork in _rival_arms(into, drawing):
            drawing.remark(
                "join_one_arm",
                element.id,
                element.line,
                first=first.id,
                second=second.id,
                fork=fork,
            )
        _own_loop(element, into, drawing)


def _rival_arms(into: list[Flow], drawing: Drawing) -> Iterable[tuple[Flow, Flow, str]]:
    """Pairs of incoming flows whose nearest common fork is an exclusive one."""
    behind = {flow.id: _depths(flow, drawing) for flow in into}
    for first, second in combinations(into, 2):
        near, far = behind[first.id], behind[second.id]
        common = sorted(near.keys() & far.keys(), key=lambda name: (near[name] + far[name], name))
        for name in common:
            ways = [_towards(name, end, behind[end.id], drawing) for end in (first, second)]
            if all(ways) and len(ways[0] | ways[1]) > 1:
                if drawing.elements[name].type == "exclusiveGateway":
                    yield first, second, name
                break


def _depths(flow: Flow, drawing: Drawing) -> dict[str, int]:
    """How far back each node lies from a flow into a join.

    What lies behind the join itself is an earlier round and tells nothing of this one.
    """
    found: dict[str, int] = {}
    level = [flow.source]
    depth = 0
    while level:
        following: list[str] = []
        for name in level:
            if name in found or name == flow.target:
                continue
            found[name] = depth
            following += [before.source for before in drawing.incoming(name)]
            host = drawing.elements[name].attached_to
            following += [host] if host else []
        level, depth = following, depth + 1
    return found


def _towards(fork: str, end: Flow, behind: Mapping[str, int], drawing: Drawing) -> set[str]:
    """The flows out of a fork that lead to a flow; a node with one way out is no fork."""
    out = drawing.outgoing(fork)
    if len(out) < 2:  # noqa: PLR2004 - one flow is no fork
        return set()
    return {flow.id for flow in out if flow is end or flow.target in behind}


def _own_loop(element: Element, into: list[Flow], drawing: Drawing) -> None:
    """A parallel join that needs a token which only it can send waits for ever."""
    start = next(
        (
            e
            for e in drawing.elements.values()
            if e.type == "startEvent" and e.scope == element.scope
        ),
        None,
    )
    if start is None:
        return
    after = graph.of(edges(drawing))
    after.pop(element.id, None)
    reached = graph.reached([start.id], after)
    for flow in into:
        if flow.source not in reached:
            drawing.remark("join_own_loop", element.id, element.line, flow=flow.id)


def _thrown(drawing: Drawing) -> None:
    """Every error that is thrown is caught somewhere around; an escalation had better be."""
    for element in drawing.elements.values():
        if element.event not in {"error", "escalation"}:
            continue
        if element.type not in {"endEvent", "intermediateThrowEvent"}:
            continue
        if _catchers(element, drawing) & {"", element.event_name}:
            continue
        place = (element.id, element.line)
        if element.event == "error":
            drawing.remark("uncaught_error", *place, name=element.event_name)
        else:
            drawing.advise("uncaught_escalation", *place, name=element.event_name)


def _catchers(thrower: Element, drawing: Drawing) -> set[str]:
    """The names that are caught around an element; the empty one catches all.

    What an event sub-process throws is not for the event sub-processes beside it.
    """
    names: set[str] = set()
    scope, is_own = thrower.scope, False
    while True:
        for each in drawing.elements.values():
            if each.event != thrower.event:
                continue
            around = drawing.elements.get(each.scope)
            starts = (
                each.type == "startEvent" and around is not None and around.is_event_scope
            ) and around.scope == scope
            if (starts and not is_own) or (scope and each.attached_to == scope):
                names.add(each.event_name)
        if not scope:
            return names
        is_own = drawing.elements[scope].is_event_scope
        scope = drawing.elements[scope].scope
