"""Judges how a drawing hangs together: starts and ends, reachability, gateways, joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caseflow.engine.drawings import ACTIVITIES, Drawing, Element, Flow

_MANY_OUT = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
_CATCHABLE = {
    "boundaryEvent": {"timer", "message", "signal", "error"},
    "intermediateCatchEvent": {"timer", "message", "signal"},
    "intermediateThrowEvent": {"", "signal"},
    "startEvent": {""},
    "endEvent": {"", "signal", "error", "terminate"},
}


def judge_structure(drawing: Drawing) -> None:
    """Leave a remark on the drawing for everything that could not run or would run wrongly."""
    _flows(drawing)
    for element in drawing.elements.values():
        _degrees(element, drawing)
        _event(element, drawing)
        if element.type == "boundaryEvent":
            _boundary(element, drawing)
    _scopes(drawing)
    _reachable(drawing)
    for element in drawing.elements.values():
        if element.type in {"parallelGateway", "inclusiveGateway"}:
            _join(element, drawing)
        if element.type in _MANY_OUT:
            _default(element, drawing)
    _errors(drawing)


def _flows(drawing: Drawing) -> None:
    """Drop flows that lead nowhere, so that later checks can rely on both ends."""
    for flow in list(drawing.flows.values()):
        source, target = (drawing.elements.get(end) for end in (flow.source, flow.target))
        if source is None or target is None:
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
    if element.type != "endEvent" and not out:
        drawing.remark("dead_end", element.id, element.line)
    if element.type not in _MANY_OUT and len(out) > 1:
        drawing.remark("many_out", element.id, element.line, count=len(out))
    if element.type not in {"startEvent", "boundaryEvent"} and not into:
        drawing.remark("no_way_in", element.id, element.line)


def _event(element: Element, drawing: Drawing) -> None:
    allowed = _CATCHABLE.get(element.type)
    if allowed is not None and element.event not in allowed:
        kind = f"{element.type} {element.event or 'none'}"
        drawing.remark("unsupported", element.id, element.line, kind=kind)
    needs_name = element.event in {"message", "signal"}
    if (needs_name or element.type == "receiveTask") and not element.event_name:
        drawing.remark("no_event_name", element.id, element.line, kind=element.event or "message")
    if element.type == "eventBasedGateway":
        for flow in drawing.outgoing(element.id):
            target = drawing.elements[flow.target]
            is_catch = target.type in {"intermediateCatchEvent", "receiveTask"}
            if not is_catch or len(drawing.incoming(target.id)) > 1:
                drawing.remark("event_gate", flow.id, flow.line)


def _boundary(element: Element, drawing: Drawing) -> None:
    host = drawing.elements.get(element.attached_to)
    if host is None or host.type not in ACTIVITIES or host.scope != element.scope:
        drawing.remark("boundary_host", element.id, element.line)
    elif host.type in {"serviceTask", "businessRuleTask"}:
        drawing.remark("boundary_passing", element.id, element.line)
    if element.event == "error" and (host is None or host.type != "subProcess"):
        drawing.remark("boundary_error", element.id, element.line)


def _scopes(drawing: Drawing) -> None:
    """The process and each sub-process has one start and an end."""
    scopes = {"": drawing.line} | {
        e.id: e.line for e in drawing.elements.values() if e.type == "subProcess"
    }
    for scope, line in scopes.items():
        inside = [e for e in drawing.elements.values() if e.scope == scope]
        starts = [e for e in inside if e.type == "startEvent"]
        if len(starts) != 1:
            drawing.remark("one_start", scope or drawing.key, line, count=len(starts))
        if not any(e.type == "endEvent" for e in inside):
            drawing.remark("no_end", scope or drawing.key, line)


def _reachable(drawing: Drawing) -> None:
    """Every node is reached from the start of its scope, and from it an end can be reached."""
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for source, target in _edges(drawing):
        after.setdefault(source, set()).add(target)
        before.setdefault(target, set()).add(source)
    elements = drawing.elements.values()
    reached = _closure((e.id for e in elements if e.type == "startEvent"), after)
    # A dead end has its own remark; what leads only there need not have one each.
    last = (e.id for e in elements if e.type == "endEvent" or not drawing.outgoing(e.id))
    ending = _closure(last, before)
    for element in elements:
        if element.id not in reached and drawing.incoming(element.id):
            drawing.remark("unreachable", element.id, element.line)
        elif element.id not in ending and drawing.outgoing(element.id):
            drawing.remark("endless", element.id, element.line)


def _edges(drawing: Drawing) -> Iterable[tuple[str, str]]:
    for flow in drawing.flows.values():
        yield flow.source, flow.target
    for element in drawing.elements.values():
        if element.attached_to:
            yield element.attached_to, element.id


def _closure(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += edges.get(place, ())
    return found


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
    behind = [_depths(flow, drawing) for flow in into]
    for first in range(len(into)):
        for second in range(first + 1, len(into)):
            common = behind[first].keys() & behind[second].keys()
            forks = [
                name for name in common if _ways_differ(name, into[first], into[second], drawing)
            ]
            if not forks:
                continue
            nearest = min(
                forks, key=lambda name: (behind[first][name] + behind[second][name], name)
            )
            if drawing.elements[nearest].type == "exclusiveGateway":
                yield into[first], into[second], nearest


def _depths(flow: Flow, drawing: Drawing) -> dict[str, int]:
    """How far back each node lies from a flow."""
    found: dict[str, int] = {}
    level = [flow.source]
    depth = 0
    while level:
        following: list[str] = []
        for name in level:
            if name in found:
                continue
            found[name] = depth
            following += [before.source for before in drawing.incoming(name)]
            host = drawing.elements[name].attached_to
            following += [host] if host else []
        level, depth = following, depth + 1
    return found


def _ways_differ(fork: str, first: Flow, second: Flow, drawing: Drawing) -> bool:
    """Whether a node has two different flows out, one towards each of two flows."""
    out = drawing.outgoing(fork)
    if len(out) < 2:  # noqa: PLR2004 - one flow is no fork
        return False
    towards = [
        {flow.id for flow in out if flow is end or flow.target in _depths(end, drawing)}
        for end in (first, second)
    ]
    return bool(towards[0] and towards[1]) and len(towards[0] | towards[1]) > 1


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
    after: dict[str, set[str]] = {}
    for source, target in _edges(drawing):
        if source != element.id:
            after.setdefault(source, set()).add(target)
    reached = _closure([start.id], after)
    for flow in into:
        if flow.source not in reached:
            drawing.remark("join_own_loop", element.id, element.line, flow=flow.id)


def _errors(drawing: Drawing) -> None:
    """Every error that is thrown is caught somewhere around."""
    for element in drawing.elements.values():
        if element.type != "endEvent" or element.event != "error":
            continue
        scope = element.scope
        names: set[str] = set()
        while scope:
            names |= {
                watcher.event_name
                for watcher in drawing.elements.values()
                if watcher.attached_to == scope and watcher.event == "error"
            }
            scope = drawing.elements[scope].scope
        if not names & {"", element.event_name}:
            drawing.remark("uncaught_error", element.id, element.line, name=element.event_name)
