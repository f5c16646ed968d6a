"""Whether the joins of a process can still fire, for a state that no course of the case led to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from caseflow.engine import graph
from caseflow.engine.drawings import Element
from caseflow.engine.nodes import (
    STARTED,
    GuardNode,
    InclusiveNode,
    JoinNode,
    ListenNode,
    MultiNode,
    ParallelNode,
    ProcessNode,
    ScopeNode,
)
from caseflow.engine.processes import Process
from caseflow.engine.runs import Run, Token


def starved(run: Run, process: Process) -> Iterator[Element]:
    """Parallel joins that a token can reach and that will never get a token on every flow."""
    after = edges(process)
    for scope in [t for t in run.tasks.values() if isinstance(t.task_spec, ScopeNode)]:
        inside = [t for t in _below(scope) if not isinstance(t.task_spec, ListenNode)]
        name = "" if isinstance(scope.task_spec, ProcessNode) else scope.task_spec.name
        yield from _starved(process, after, inside, _joins(process, name))


def crowded(process: Process, target: str, kept: Token) -> Element | None:
    """The parallel join that would get two tokens on one flow: of the target and of a kept place.

    It would fire with the first and be left with the second. Two tokens that meet on different
    flows of a join go on from there as one, so behind it they crowd nothing.
    """
    after = edges(process)
    ways: dict[JoinNode, tuple[set[str], set[str]]] = {}
    for join in _joins(process, process.elements[target].scope):
        new = _flows(process, after, target, join, barred={join.name})
        ways[join] = new, _flows_of(process, after, kept, join, barred={join.name})
    meeting = {join.name for join, (new, old) in ways.items() if new and old and not new & old}
    for join in ways:
        barred = meeting | {join.name}
        new = _flows(process, after, target, join, barred=barred)
        old = _flows_of(process, after, kept, join, barred=barred)
        if isinstance(join, ParallelNode) and new & old:
            return join.element
    return None


def emptied(run: Run) -> Element | None:
    """A sub-process that stands open with nothing left in it, so that it will never end."""
    for token in run.tasks.values():
        node = token.task_spec
        is_begun = isinstance(node, ScopeNode) and token.state == STARTED
        if is_begun and all(isinstance(child.task_spec, ListenNode) for child in token.children):
            found: Element = node.element
            return found
    return None


def edges(process: Process) -> dict[str, set[str]]:
    """For each element those that a token may go to from there."""
    after: dict[str, set[str]] = {}
    for flow in process.flows.values():
        after.setdefault(flow.source, set()).add(flow.target)
    for element in process.elements.values():
        if element.attached_to:
            after.setdefault(element.attached_to, set()).add(element.id)
    return after


def _flows_of(
    process: Process, after: Mapping[str, set[str]], kept: Token, join: JoinNode, barred: set[str]
) -> set[str]:
    """The flows on which a token can come to a join, or has come."""
    if kept.task_spec is join:
        return {kept.internal_data["via"]}
    return _flows(process, after, kept.task_spec.element.id, join, barred=barred)


def _flows(
    process: Process, after: Mapping[str, set[str]], place: str, join: JoinNode, barred: set[str]
) -> set[str]:
    found = {place} | graph.reached(after.get(place, ()), after, barred=barred)
    return {flow for flow in join.incoming_flows if process.flows[flow].source in found}


def _below(scope: Token) -> list[Token]:
    """The tokens of a scope: its children, and what guards and instances hold."""
    found: list[Token] = []
    waiting = list(scope.children)
    while waiting:
        token = waiting.pop()
        found.append(token)
        if isinstance(token.task_spec, GuardNode | MultiNode):
            waiting += token.children
    return found


def _joins(process: Process, scope: str) -> list[JoinNode]:
    return [
        node
        for node in process.spec.task_specs.values()
        if isinstance(node, JoinNode)
        and node.element.scope == scope
        and len(node.incoming_flows) > 1
    ]


def _starved(
    process: Process,
    after: Mapping[str, set[str]],
    tokens: Collection[Token],
    joins: Collection[JoinNode],
) -> Iterator[Element]:
    """What leads on behind a join is counted only once the join has a way to fire."""
    closed = {join.name: join for join in joins}
    fed = {t.internal_data.get("via") for t in tokens if t.task_spec.name in closed}
    places = {t.task_spec.element.id for t in tokens if t.task_spec.name not in closed}
    while True:
        reached = graph.reached(places, after, barred=closed)
        fed |= {flow.id for flow in process.flows.values() if flow.source in reached}
        waiting = [join for join in closed.values() if fed.intersection(join.incoming_flows)]
        full = [join for join in waiting if fed.issuperset(join.incoming_flows)]
        parallel = [join for join in waiting if isinstance(join, ParallelNode)]
        opening = (
            full
            or [join for join in waiting if _may_fire(join, fed, waiting)]
            or [join for join in waiting if _may_fire(join, fed, parallel)]
        )
        if not opening:
            break
        places |= {join.name for join in opening}
        closed = {name: join for name, join in closed.items() if join not in opening}
    yield from (join.element for join in parallel)


def _may_fire(join: JoinNode, fed: Collection[str | None], waiting: Collection[JoinNode]) -> bool:
    """Whether an inclusive join has not to wait for any of these, that wait themselves."""
    if not isinstance(join, InclusiveNode):
        return False
    filled = [flow for flow in join.incoming_flows if flow in fed]
    empty = [flow for flow in join.incoming_flows if flow not in fed]
    return not any(
        any(other.name in join.upstream[flow] for flow in empty)
        and not any(other.name in join.upstream[flow] for flow in filled)
        for other in waiting
    )
