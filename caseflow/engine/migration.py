"""A running case carried to another version, or put on another step by an act of administration.

A state names only the nodes that hold a token. To carry it over is to check that each of them
stands in the other version as it stands in this one; limits, keys and variables stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from caseflow.element_names import renamed
from caseflow.engine import codec, joins
from caseflow.engine.drawings import ACTIVITIES, Element
from caseflow.engine.errors import EngineError
from caseflow.engine.moments import Moment
from caseflow.engine.nodes import (
    EventGateNode,
    GuardNode,
    ListenNode,
    Node,
    ProcessNode,
    ScopeNode,
    UserNode,
)
from caseflow.engine.processes import Process
from caseflow.engine.runs import Run, Token
from caseflow.engine.steps import Step, open_keys, settled

# Caught by whoever stands around when they are thrown: no token waits for them.
_THROWN = frozenset({"error", "escalation"})
_WRAPPERS = (":guard", ":multi")
_SENTENCES = {
    "gone": (
        "“{name}”在新版本中没有了",
        "“{name}” is not in the new version",
    ),
    "other_type": (
        "“{name}”在新版本中是另一种环节",
        "“{name}” is another kind of element in the new version",
    ),
    "other_scope": (
        "“{name}”在新版本中移到了别的子流程",
        "“{name}” stands in another sub-process in the new version",
    ),
    "other_events": (
        "“{name}”上的边界事件或多人办理在新版本中不同，已经开始的不会补上",
        "“{name}” has other boundary events or instances in the new version, too late for it",
    ),
    "other_listeners": (
        "“{name}”里的事件子流程在新版本中不同，已经开始的不会补上",
        "“{name}” has other event sub-processes in the new version, too late for it",
    ),
    "other_ways": (
        "“{name}”的连线在新版本中不同，已经到达的任务对不上",
        "“{name}” has other flows in the new version; what has arrived would not fit",
    ),
    "unreadable": (
        "任务的状态读不出来（{name}），请先查明原因",
        "the state of the case cannot be read ({name}); find out why first",
    ),
    "starved": (
        "会在“{name}”一直等下去：还缺的一路再也不会到",
        "it would wait at “{name}” for ever: one of its flows will never come",
    ),
    "forgotten": (
        "任务已有“{name}”的值，新版本没有这个变量，这个值不再起作用",
        "the case has a value of “{name}”, which the new version does not know and will ignore",
    ),
    "unset": (
        "新版本在后面要看“{name}”，任务没有它的值，后面也不会再填：条件都不成立，将走默认的路",
        "the new version asks “{name}” later and nothing will set it: the default way is taken",
    ),
    "other_people": (
        "“{name}”的岗位、指定人员或回避要求在新版本中不同：原办理人不再合格的，交回岗位",
        "“{name}” goes to other people in the new version; who may not hold it gives it back",
    ),
    "other_status": (
        "“{name}”的阶段或任务状态在新版本中不同",
        "“{name}” has another stage or status of the case in the new version",
    ),
    "handed_back": (
        "“{name}”已从原办理人处收回，交给新版本所定的岗位或人员",
        "“{name}” was taken back and given to the post or officer of the new version",
    ),
}


class BadMove(EngineError):
    """A case cannot be put there; ``code`` says why."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a case cannot be carried over: the place and the reason."""

    code: str
    element: str
    name: str
    name_en: str

    def say(self, lang: str) -> str:
        """The reason in ``zh`` or ``en``."""
        zh, en = _SENTENCES[self.code]
        name = self.name_en or self.name if lang == "en" else self.name
        return (en if lang == "en" else zh).format(name=name or self.element)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: what would be given up if it were put on another step."""

    key: str
    element: str
    scope: str
    name: str
    name_en: str


# -- carrying over ------------------------------------------------------------------------------
def hindrances(
    old: Process, new: Process, state: bytes, mapping: Mapping[str, str]
) -> tuple[Hindrance, ...]:
    """What keeps a state of one version from going on in another; empty when nothing does.

    ``mapping`` names the elements that are called otherwise in the new version.
    """
    run = codec.read(old.spec, state, None)
    found = [each for token in run.tasks.values() for each in _judged(token, new, mapping)]
    if not found:
        _carry(run, new, mapping)
        found = [_hindrance("starved", element) for element in joins.starved(run, new)]
    return tuple(found)


def migrated(old: Process, new: Process, state: bytes, mapping: Mapping[str, str]) -> bytes:
    """The state as the new version names it; the same bytes where nothing is called otherwise.

    Raises:
        BadMove: something keeps it from going on there.
    """
    found = hindrances(old, new, state, mapping)
    if found:
        raise BadMove(found[0].code, element=found[0].element)
    if not mapping and old.key == new.key:
        return state
    run = codec.read(old.spec, state, None)
    _carry(run, new, mapping)
    return codec.write(run)


def redrawn(
    old: Process, new: Process, element_id: str, mapping: Mapping[str, str]
) -> tuple[Hindrance, ...]:
    """What the new version says otherwise of an open step: whose it is, what the case is called."""
    before = old.elements.get(element_id)
    after = new.elements.get(renamed(element_id, mapping))
    if before is None or after is None:
        return ()
    parts: tuple[tuple[str, Callable[[Element], object]], ...] = (
        ("other_people", _people),
        ("other_status", _status),
    )
    return tuple(_hindrance(code, after) for code, part in parts if part(before) != part(after))


def _people(element: Element) -> object:
    said = (element.properties.get(name, "") for name in ("relation", "separation"))
    return (element.groups or (element.lane,), *said)


def _status(element: Element) -> object:
    return tuple(element.properties.get(name, "") for name in ("stage", "status"))


def _carry(run: Run, new: Process, mapping: Mapping[str, str]) -> None:
    """Put every token on the node of the new version."""
    specs = new.spec.task_specs
    run.spec = new.spec
    for token in run.tasks.values():
        token.task_spec = _target(token.task_spec, specs, new, mapping)


def _target(
    node: Node, specs: Mapping[str, Node], new: Process, mapping: Mapping[str, str]
) -> Node | None:
    if isinstance(node, ProcessNode):
        return new.root
    return specs.get(renamed(node.name, mapping))


def _judged(token: Token, new: Process, mapping: Mapping[str, str]) -> Iterator[Hindrance]:
    node: Node = token.task_spec
    target = _target(node, new.spec.task_specs, new, mapping)
    if target is None:
        # A wrapper that is gone says so by the element that it stood around.
        core = renamed(node.name.partition(":")[0], mapping)
        is_there = ":" in node.name and core in new.spec.task_specs
        yield _hindrance("other_events" if is_there else "gone", node.element)
    elif type(target) is not type(node) or _kind(target.element) != _kind(node.element):
        yield _hindrance("other_type", node.element)
    elif target.element.scope != _scope(node.element, mapping):
        yield _hindrance("other_scope", node.element)
    else:
        yield from _structure(token, node, target, new, mapping)


def _kind(element: Element) -> tuple[object, ...]:
    multi = element.multi
    shape = None if multi is None else (multi.sequential, multi.variable)
    return (
        element.type,
        element.event,
        element.event_name,
        element.is_interrupting,
        bool(element.attached_to),
        shape,
    )


def _scope(element: Element, mapping: Mapping[str, str]) -> str:
    return renamed(element.scope, mapping) if element.scope else ""


def _structure(
    token: Token, node: Node, target: Node, new: Process, mapping: Mapping[str, str]
) -> Iterator[Hindrance]:
    """What stands around and hangs on a node is the same on both sides."""
    element = node.element
    if _around(node, token.workflow.spec.task_specs) != _around(target, new.spec.task_specs):
        yield _hindrance("other_events", element)
    for name, code in (("watchers", "other_events"), ("listeners", "other_listeners")):
        hung, hangs = getattr(node, name, ()), getattr(target, name, ())
        if _waiting(hung, mapping) != _waiting(hangs, {}):
            yield _hindrance(code, element)
    via = token.internal_data.get("via")
    into = {flow.id for flow in new.flows.values() if flow.target == target.element.id}
    is_new_gate = isinstance(node, EventGateNode) and _ways(node) != _ways(target)
    if is_new_gate or (via is not None and via not in into):
        yield _hindrance("other_ways", element)


def _around(node: Node, specs: Mapping[str, Node]) -> list[bool]:
    """Whether a guard and instances stand around an element; of a wrapper itself, nothing."""
    return [f"{node.name}{wrapper}" in specs for wrapper in _WRAPPERS if ":" not in node.name]


def _ways(node: Node) -> set[str]:
    return {way.id for way in node.ways}


def _waiting(nodes: Collection[Node], mapping: Mapping[str, str]) -> set[str]:
    return {renamed(node.name, mapping) for node in nodes if node.element.event not in _THROWN}


def _hindrance(code: str, element: Element) -> Hindrance:
    return Hindrance(code, element.id, element.name, element.name_en)


# -- another step -------------------------------------------------------------------------------
def places(process: Process, state: bytes) -> tuple[Place, ...]:
    """Where a case stands, in every open scope: what an act of administration may give up."""
    run = codec.read(process.spec, state, None)
    return tuple(
        Place(_key(token), element.id, element.scope, element.name, element.name_en)
        for token in run.tasks.values()
        if _is_place(token)
        for element in (token.task_spec.element,)
    )


def targets(process: Process, state: bytes) -> tuple[Element, ...]:
    """The steps on which a case may be put now: activities of the scopes that are open."""
    run = codec.read(process.spec, state, None)
    scopes = {scope for scope in process.elements if len(_scopes(run, scope)) == 1} | {""}
    return tuple(
        element
        for element in process.elements.values()
        if element.type in ACTIVITIES and element.scope in scopes and not element.is_event_scope
    )


def moved(
    process: Process, state: bytes, *, drop: Collection[str], target: str, at: Moment
) -> Step:
    """Give up the places with these keys and put a token on the target.

    Raises:
        BadMove: the target cannot be entered, a place is no longer there, or a join would be
            left waiting for ever: for a token that will not come, or with one too many.
    """
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    element = process.elements.get(target)
    if element is None or element.type not in ACTIVITIES or element.is_event_scope:
        raise BadMove("no_target", element=target)
    scopes = _scopes(run, element.scope)
    if len(scopes) != 1:
        raise BadMove("scope_not_open", element=target)
    standing = [token for token in run.tasks.values() if _is_place(token)]
    if not set(drop) <= {_key(token) for token in standing}:
        raise BadMove("place_gone", element=target)
    dropped = [token for token in standing if _key(token) in drop]
    # Begun anew where it stood, a case stands as before: that is never too much for a join.
    is_anew = any(
        token.parent is scopes[0] and token.task_spec.element.id == target for token in dropped
    )
    for token in dropped:
        if run.has(token):
            run.drop(token)
    if scopes[0].id not in run.tasks:
        raise BadMove("scope_not_open", element=target)
    kept = [token for token in scopes[0].children if not isinstance(token.task_spec, ListenNode)]
    run.put(scopes[0], _entry(process, target))
    emptied = joins.emptied(run)
    if emptied is not None:
        raise BadMove("emptied", element=emptied.id)
    starved = next(joins.starved(run, process), None)
    if starved is not None:
        raise BadMove("starved", element=starved.id)
    if not is_anew:
        _require_room(process, target, kept)
    return settled(run, before)


def _require_room(process: Process, target: str, kept: Collection[Token]) -> None:
    """Refuse a second token on a way to a parallel join that takes one."""
    for token in kept:
        join = joins.crowded(process, target, token)
        if join is not None:
            place = token.task_spec.element
            raise BadMove("crowded", element=join.id, place=place.id)


def _scopes(run: Run, scope: str) -> list[Token]:
    """The tokens below which the elements of a scope stand."""
    if not scope:
        return [run.task_tree]
    return [
        token
        for token in run.tasks.values()
        if isinstance(token.task_spec, ScopeNode) and token.task_spec.name == scope
    ]


def _is_place(token: Token) -> bool:
    """Whether it is a whole place: right below a scope, and no start that only listens."""
    parent = token.parent
    return (
        parent is not None
        and isinstance(parent.task_spec, ScopeNode)
        and not isinstance(token.task_spec, ListenNode)
    )


def _key(token: Token) -> str:
    """A name that holds as long as the place is open: of a task its key, else where it stands."""
    inner = _inner(token)
    return inner.id if isinstance(inner.task_spec, UserNode) else f"at:{token.task_spec.name}"


def _inner(token: Token) -> Token:
    """What stands inside a guard that is no multi-instance activity."""
    if isinstance(token.task_spec, GuardNode):
        inside = [c for c in token.children if c.task_spec is token.task_spec.inner]
        return _inner(inside[0]) if inside else token
    return token


def _entry(process: Process, target: str) -> Node:
    specs: Mapping[str, Node] = process.spec.task_specs
    names = (f"{target}:guard", f"{target}:multi", target)
    return next(specs[name] for name in names if name in specs)
