"""退回: a case sent back to an earlier step, from wherever in the drawing its step stands.

What lies behind the target falls, what goes on beside it stays. Where ways that ran side by side
have met since, the others stay done: their arrivals are put back at the join. Pure: a state in, a
``SentBack`` out; whether the act is lawful is for the verb.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.engine import codec, graph, joins
from caseflow.engine.drawings import Element
from caseflow.engine.errors import EngineError, NotOpen
from caseflow.engine.moments import Moment
from caseflow.engine.nodes import GuardNode, JoinNode, ListenNode, Node, ScopeNode, UserNode
from caseflow.engine.processes import Process
from caseflow.engine.runs import Run, Token
from caseflow.engine.steps import Step, open_keys, settled


class BadSendBack(EngineError):
    """A case cannot be sent back there; ``code`` says why."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """What sending back did.

    ``entry`` is where the case goes on: the target, or the whole activity around it, which then
    begins anew. ``kept`` are the elements on which something goes on as before.
    """

    step: Step
    entry: Element
    kept: tuple[str, ...]


def lies_before(process: Process, earlier: str, later: str) -> bool:
    """Whether a course that has passed one element comes to the other, beside no parallel way.

    Of two elements in different scopes the activities are compared that hold them in the scope
    around both.
    """
    one, other = _forked(process, earlier, later)
    if one == other:
        return False
    return other in _behind(process, one, _meeting(process, one, _flows_to(process, other)))


def entry_of(process: Process, target: str, standing: Collection[str]) -> Element:
    """Where a case enters that is sent back to a step; ``standing`` are the scopes it stands in."""
    return next(iter(_path(process, target, standing)))


def is_within(process: Process, element: str, whole: Element) -> bool:
    """Whether a step is the activity that is begun as a whole, or stands in it."""
    return _is_whole(process, whole) and whole.id in {element, *_scopes(process, element)}


def sent_back(
    process: Process,
    state: bytes,
    key: str,
    *,
    target: str,
    values: Mapping[str, Any],
    at: Moment,
) -> SentBack:
    """Take the open task with this key, and what lies behind the target, and begin the target.

    Args:
        process: the version on which the case runs.
        state: the state of the case.
        key: the open task from which it is sent back.
        target: the element to which.
        values: variables as they were before the steps that fall.
        at: the moment.

    Raises:
        NotOpen: no such task is open.
        BadSendBack: the target does not lie before it, or somebody would be left waiting.

    """
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    token = run.tasks.get(key)
    if token is None or not isinstance(token.task_spec, UserNode):
        raise NotOpen("task_not_open", key=key)
    around = _around(token)
    path = _path(process, target, around)
    scope = around[path[0].scope]
    origin = _place(token, scope)
    if path[0].id != origin.task_spec.element.id and not lies_before(
        process, path[0].id, origin.task_spec.element.id
    ):
        raise BadSendBack("not_before", element=target)
    for each in [origin, *_falling(process, path[0].id, scope, but=origin)]:
        run.drop(each)
    run.assign(scope, codec.plain(values))
    kept = tuple(each.task_spec.element.id for each in run.tasks.values() if _is_place(each))
    entry = _enter(run, scope, path)
    _arrive_again(run, process, scope, path[0].id, origin.task_spec.element.id)
    _require_whole(run, process)
    return SentBack(settled(run, before), entry, kept)


def standing_in(process: Process, state: bytes, key: str) -> tuple[str, ...]:
    """The scopes around an open task, the outermost first; the process itself is ``""``."""
    run = codec.read(process.spec, state, None)
    token = run.tasks.get(key)
    if token is None:
        raise NotOpen("task_not_open", key=key)
    return tuple(reversed(_around(token)))


def leads_to(process: Process, places: Collection[str], topic: str, *, not_past: str) -> bool:
    """Whether what goes on somewhere comes to a service task before a join or another one."""
    after = joins.edges(process)
    for element in process.elements.values():
        if element.type == "startEvent" and element.scope:
            after.setdefault(element.scope, set()).add(element.id)
    elements = process.elements.values()
    barred = {each.id for each in elements if each.topic == not_past} | {
        node.name for node in process.spec.task_specs.values() if _is_join(node)
    }
    found = graph.reached(places, after, barred=barred)
    return any(element.topic == topic for element in elements if element.id in found)


# -- where ----------------------------------------------------------------------------------------
def _scopes(process: Process, element: str) -> list[str]:
    """The scopes around an element, the outermost first."""
    found = [process.elements[element].scope]
    while found[-1]:
        found.append(process.elements[found[-1]].scope)
    return found[::-1]


def _forked(process: Process, one: str, other: str) -> tuple[str, str]:
    """Two elements, or what holds them, in the innermost scope around both."""
    chain = [*_scopes(process, one), one], [*_scopes(process, other), other]
    at = 0
    while at < min(map(len, chain)) - 1 and chain[0][at] == chain[1][at]:
        at += 1
    return chain[0][at], chain[1][at]


def _path(process: Process, target: str, standing: Collection[str]) -> list[Element]:
    """What is entered one in the other, from the innermost scope that stands to the target.

    It ends with the first activity that can only be begun as a whole.
    """
    scopes = _scopes(process, target)
    inner = [each for each in scopes if each not in standing]
    path = [process.elements[each] for each in [*inner, target]]
    whole = next((at for at, each in enumerate(path) if _is_whole(process, each)), len(path) - 1)
    return path[: whole + 1]


def _is_whole(process: Process, element: Element) -> bool:
    """Whether an activity that is over can only be begun as a whole.

    It has variables of its own, which nobody has kept, or ways side by side, of which nobody
    knows how far each had come.
    """
    is_apart = element.call is not None and not element.call.shares
    return element.multi is not None or is_apart or bool(_joins(process, element.id))


def _around(token: Token) -> dict[str, Token]:
    """The scopes that a token stands in by their element, the innermost first."""
    found: dict[str, Token] = {}
    place = token.parent
    while place is not None:
        if isinstance(place.task_spec, ScopeNode):
            is_root = place.parent is None
            found["" if is_root else place.task_spec.name] = place
        place = place.parent
    return found


def _place(token: Token, scope: Token) -> Token:
    """The place right below a scope in which a token stands."""
    while token.parent is not scope:
        token = token.parent
    return token


def _is_place(token: Token) -> bool:
    parent = token.parent
    is_below = parent is not None and isinstance(parent.task_spec, ScopeNode)
    return is_below and not isinstance(token.task_spec, ListenNode)


# -- what falls -----------------------------------------------------------------------------------
def _falling(process: Process, target: str, scope: Token, *, but: Token) -> list[Token]:
    """The places beside the origin that the target leads to again."""
    places = [each for each in scope.children if _is_place(each) and each is not but]
    return [each for each in places if _falls(process, target, each)]


def _falls(process: Process, target: str, place: Token) -> bool:
    node: Node = place.task_spec
    via = place.internal_data.get("via") if isinstance(node, JoinNode) else None
    is_waiting = via is not None and _is_join(node)
    flows = _flows_to(process, node.element.id)
    if is_waiting:
        flows[node.name] = {str(via)}
    meeting = _meeting(process, target, flows)
    found = _behind(process, target, meeting)
    if is_waiting:
        return node.name not in meeting and process.flows[str(via)].source in {target, *found}
    return node.element.id in {target, *found}


def _meeting(process: Process, target: str, flows: Mapping[str, set[str]]) -> set[str]:
    """The joins at which a course from the target meets another one: each on flows of its own."""
    own = _flows_to(process, target)
    return {
        join
        for join, others in flows.items()
        if others and own.get(join) and not others & own[join]
    }


def _flows_to(process: Process, place: str) -> dict[str, set[str]]:
    """By join of the scope, the flows on which a course from this element can come to it."""
    after = joins.edges(process)
    found = {}
    for node in _joins(process, process.elements[place].scope):
        reached = {place} | graph.reached(after.get(place, ()), after, barred={node.name})
        found[node.name] = {
            flow for flow in node.incoming_flows if process.flows[flow].source in reached
        }
    return found


def _joins(process: Process, scope: str) -> list[JoinNode]:
    specs = process.spec.task_specs.values()
    return [node for node in specs if _is_join(node) and node.element.scope == scope]


def _behind(process: Process, place: str, barred: Collection[str]) -> set[str]:
    after = joins.edges(process)
    return graph.reached(after.get(place, ()), after, barred=barred)


def _is_join(node: Any) -> bool:
    return isinstance(node, JoinNode) and len(node.incoming_flows) > 1


# -- how it goes on -------------------------------------------------------------------------------
def _enter(run: Run, scope: Token, path: list[Element]) -> Element:
    """Begin the last of the path, with what holds it begun around it."""
    specs: Mapping[str, Any] = run.spec.task_specs
    for element in path[:-1]:
        for node in _holders(specs, element):
            scope = Token(run, node, scope, run.number())
            node.open(scope)
    last = path[-1]
    names = (f"{last.id}:guard", f"{last.id}:multi", last.id)
    run.put(scope, next(specs[name] for name in names if name in specs))
    return last


def _holders(specs: Mapping[str, Any], element: Element) -> Iterator[GuardNode | ScopeNode]:
    guard = specs.get(f"{element.id}:guard")
    if guard is not None:
        yield guard
    yield specs[element.id]


def _arrive_again(run: Run, process: Process, scope: Token, target: str, origin: str) -> None:
    """Put back what had come to the joins that the case has passed since on other ways."""
    own = _flows_to(process, target)
    starving = {element.id for element in joins.starved(run, process)}
    for node in _joins(process, process.elements[target].scope):
        if node.name in starving and lies_before(process, node.name, origin):
            here = node.arrivals(scope)
            for flow in node.incoming_flows:
                if flow not in own[node.name] and flow not in here:
                    run.put(scope, node, via=flow)


def _require_whole(run: Run, process: Process) -> None:
    """Refuse what would leave a sub-process empty or somebody waiting at a join for ever."""
    emptied = joins.emptied(run)
    if emptied is not None:
        raise BadSendBack("emptied", element=emptied.id)
    starved = next(joins.starved(run, process), None)
    if starved is not None:
        raise BadSendBack("starved", element=starved.id)
