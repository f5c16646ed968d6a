"""BPMN files as the interpreter reads them: nodes, flows and lanes, straight from the XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_C = "{http://camunda.org/schema/1.0/bpmn}"
_LABELS = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}
_DEFINITION = re.compile(r"(\w+)EventDefinition")
ACTIVITIES = {
    "userTask",
    "manualTask",
    "serviceTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "subProcess",
}
EVENTS = {
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
}
_GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}


@dataclass
class Flow:
    """A sequence flow; no condition is an empty one."""

    id: str
    source: Node
    target: Node
    condition: str


@dataclass
class Multi:
    """The instances of an activity."""

    is_sequential: bool
    collection: str
    cardinality: str
    item: str
    until: str


@dataclass
class Handed:
    """What goes into or comes out of a call: pairs of text and name, and perhaps all else."""

    pairs: list[tuple[str, str]]
    is_all: bool


@dataclass(eq=False)
class Node:
    """A flow node with what is written on it."""

    id: str
    kind: str
    home: Body
    lane: str = ""
    default: str = ""
    event: str = ""
    word: str = ""
    timer: tuple[str, str] | None = None
    stops: bool = True
    is_handler: bool = False
    due: str = ""
    groups: list[str] = field(default_factory=list)
    topic: str = ""
    decision: tuple[str, str] = ("", "")
    called: str = ""
    hands_in: Handed | None = None
    hands_out: Handed | None = None
    multi: Multi | None = None
    body: Body | None = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: list[Node] = field(default_factory=list)

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES


@dataclass(eq=False)
class Body:
    """What a process or sub-process holds."""

    owner: str
    nodes: list[Node] = field(default_factory=list)
    start: Node | None = None
    handlers: list[Node] = field(default_factory=list)


@dataclass
class Net:
    """A process with the processes it may call, by id."""

    key: str
    bodies: dict[str, Body]
    declared: dict[str, str]
    tables: Mapping[str, bytes]


def read(files: Mapping[str, bytes], key: str) -> Net:
    """Read all drawings of a bundle; ``key`` is the process that is begun."""
    net = Net(key, {}, {}, {name: data for name, data in files.items() if name.endswith(".dmn")})
    for name, data in sorted(files.items()):
        if name.endswith(".bpmn"):
            root = etree.fromstring(data)
            names = _names(root)
            for process in root.iter(_B + "process"):
                known = str(process.get("id"))
                net.bodies[known] = _body(process, names, lane="")
                net.declared |= _declared(process)
    return net


def _names(root: etree._Element) -> dict[str, str]:
    return {
        str(node.get("id")): str(node.get(label) or node.get("name"))
        for kind, label in _LABELS.items()
        for node in root.iter(_B + kind)
    }


def _declared(process: etree._Element) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in _property(process, "variables").split(";") if part)
    return {name.strip(): kind.strip() for name, kind in pairs}


def _property(node: etree._Element, name: str) -> str:
    path = f"{_B}extensionElements/{_C}properties/{_C}property[@name='{name}']"
    found = node.find(path)
    return "" if found is None else str(found.get("value"))


def _body(owner: etree._Element, names: Mapping[str, str], lane: str) -> Body:
    body = Body(str(owner.get("id")))
    lanes = _lanes(owner)
    nodes: dict[str, Node] = {}
    known = ACTIVITIES | EVENTS | _GATEWAYS
    for child in owner.iterchildren(tag=etree.Element):
        kind = etree.QName(child).localname
        if kind in known:
            name = str(child.get("id"))
            own = _property(child, "lane") or lanes.get(name, lane)
            nodes[name] = _node(child, kind, body, names, own)
    for child in owner.iterchildren(_B + "boundaryEvent"):
        nodes[str(child.get("attachedToRef"))].boundary.append(nodes[str(child.get("id"))])
    for child in owner.iterchildren(_B + "sequenceFlow"):
        source, target = nodes[str(child.get("sourceRef"))], nodes[str(child.get("targetRef"))]
        flow = Flow(str(child.get("id")), source, target, _text(child, "conditionExpression"))
        source.outgoing.append(flow)
        target.incoming.append(flow)
    for child in owner.iterchildren(_B + "startEvent"):
        body.start = nodes[str(child.get("id"))]
    body.nodes = list(nodes.values())
    body.handlers = [
        nodes[str(child.get("id"))]
        for child in owner.iterchildren(_B + "subProcess")
        if child.get("triggeredByEvent") == "true"
    ]
    return body


def _lanes(owner: etree._Element) -> dict[str, str]:
    """The lane of each node: of nested lanes the innermost that names it."""
    found: dict[str, tuple[int, str]] = {}
    pending = [(0, lane) for lane in owner.iterfind(f"{_B}laneSet/{_B}lane")]
    while pending:
        depth, lane = pending.pop()
        for ref in lane.iterchildren(_B + "flowNodeRef"):
            name = str(ref.text).strip()
            if found.get(name, (-1, ""))[0] < depth:
                found[name] = (depth, str(lane.get("id")))
        pending += [(depth + 1, low) for low in lane.iterfind(f"{_B}childLaneSet/{_B}lane")]
    return {name: lane for name, (_, lane) in found.items()}


def _node(
    child: etree._Element, kind: str, home: Body, names: Mapping[str, str], lane: str
) -> Node:
    node = Node(str(child.get("id")), kind, home, lane, str(child.get("default", "")))
    node.due = _bare(str(child.get(_C + "dueDate", "")))
    node.groups = re.findall(r"\w+", str(child.get(_C + "candidateGroups", "")))
    node.topic = str(child.get(_C + "topic", ""))
    node.decision = (str(child.get(_C + "decisionRef")), str(child.get(_C + "resultVariable")))
    node.called = str(child.get("calledElement", ""))
    if kind == "callActivity":
        _handed(node, child)
    node.stops = "false" not in {child.get("cancelActivity"), child.get("isInterrupting")}
    node.is_handler = child.get("triggeredByEvent") == "true"
    node.multi = _multi(child)
    if kind in EVENTS:
        _event(node, child, names)
    elif kind in {"sendTask", "receiveTask"} and child.get("messageRef"):
        node.event, node.word = "message", names[str(child.get("messageRef"))]
    if kind == "subProcess":
        node.body = _body(child, names, lane)
    return node


def _handed(node: Node, child: etree._Element) -> None:
    """A call with no mapping, or with all in and all out, shares the variables."""
    ways = {}
    for way in ("in", "out"):
        said = list(child.iterfind(f"{_B}extensionElements/{_C}{way}"))
        pairs = [
            (
                _bare(str(each.get("source") or each.get("sourceExpression"))),
                str(each.get("target")),
            )
            for each in said
            if each.get("target")
        ]
        ways[way] = Handed(pairs, any(each.get("variables") == "all" for each in said))
    is_plain = not ways["in"].pairs and not ways["out"].pairs
    if not (is_plain and ways["in"].is_all == ways["out"].is_all):
        node.hands_in, node.hands_out = ways["in"], ways["out"]


def _event(node: Node, child: etree._Element, names: Mapping[str, str]) -> None:
    for definition in child.iterchildren(tag=etree.Element):
        match = _DEFINITION.fullmatch(etree.QName(definition).localname)
        if match is None:
            continue
        node.event = match[1]
        node.word = names.get(str(definition.get(f"{node.event}Ref")), "")
        for when in ("timeDate", "timeDuration", "timeCycle"):
            if text := _text(definition, when):
                node.timer = (when, text)


def _multi(child: etree._Element) -> Multi | None:
    loop = child.find(_B + "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    standard = loop.find(_B + "inputDataItem")
    return Multi(
        loop.get("isSequential") == "true",
        _bare(str(loop.get(_C + "collection") or loop.findtext(_B + "loopDataInputRef") or "")),
        _text(loop, "loopCardinality"),
        str(loop.get(_C + "elementVariable") or ("" if standard is None else standard.get("name"))),
        _text(loop, "completionCondition"),
    )


def _text(node: etree._Element, tag: str) -> str:
    return _bare(node.findtext(_B + tag) or "")


def _bare(text: str) -> str:
    """An expression without the dress that modelers put on it."""
    text = text.strip()
    return text[2:-1] if text.startswith("${") else text.removeprefix("=").strip()


def reach(start: Iterable[Node], *, barred: Node) -> set[str]:
    """The flows that a token on these nodes may still come by, without passing ``barred``."""
    seen: set[str] = set()
    pending = list(start)
    visited: set[Node] = set()
    while pending:
        node = pending.pop()
        if node in visited or node is barred:
            continue
        visited.add(node)
        pending += node.boundary
        for flow in node.outgoing:
            seen.add(flow.id)
            pending.append(flow.target)
    return seen
