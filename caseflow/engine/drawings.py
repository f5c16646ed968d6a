"""A BPMN file, read into plain values: elements, flows, lanes, and their ``camunda:`` attributes.

Reads everything it knows and remarks on everything it does not; it judges no meaning (``lint``
does) and builds nothing that runs (``build`` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from caseflow.engine import safe_xml
from caseflow.engine.findings import Finding
from caseflow.engine.safe_xml import line_of

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "receiveTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "subProcess",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    }
)
ACTIVITIES = frozenset({"userTask", "serviceTask", "businessRuleTask", "receiveTask", "subProcess"})
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
# Parts of a drawing that mean nothing to the course of a case.
_SILENT = frozenset(
    {
        "laneSet",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "incoming",
        "outgoing",
        "dataInputAssociation",
        "dataOutputAssociation",
        "property",
        "multiInstanceLoopCharacteristics",
    }
)
_ROOT_SILENT = frozenset(
    {"collaboration", "message", "signal", "error", "category", "itemDefinition", "dataStore"}
)
_EVENTS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
}
# Properties that speak of the element itself and are no arguments of a service task.
OWN_PROPERTIES = frozenset({"name_en", "lane", "stage"})


@dataclass(frozen=True)
class Multi:
    """How often an activity is done: over a list or a number, at once or one after the other."""

    sequential: bool
    collection: str
    cardinality: str
    variable: str
    until: str


@dataclass(frozen=True)
class Element:
    """One node of a drawing with all that is written on it."""

    id: str
    type: str
    name: str
    name_en: str
    line: int
    scope: str
    lane: str = ""
    form_key: str = ""
    groups: tuple[str, ...] = ()
    due: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    attached_to: str = ""
    is_interrupting: bool = True
    event: str = ""
    event_name: str = ""
    timer: str = ""
    topic: str = ""
    decision: str = ""
    result: str = ""
    mapping: str = ""
    multi: Multi | None = None
    is_collapsed: bool = False

    @property
    def routes(self) -> tuple[str, ...]:
        """The fields of the form that become routing variables by wish of the drawing."""
        return split(self.properties.get("routes", ""))


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is FEEL text or empty."""

    id: str
    source: str
    target: str
    name: str
    name_en: str
    condition: str
    line: int


@dataclass(frozen=True)
class Lane:
    """A lane: the id is a role."""

    id: str
    name: str
    line: int
    nodes: frozenset[str]


@dataclass
class Drawing:
    """One process as drawn; ``scope`` of an element is the id of its sub-process or empty."""

    file: str
    key: str = ""
    name: str = ""
    name_en: str = ""
    line: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def remark(self, code: str, element: str, line: int, **values: object) -> None:
        """Keep one error of this file."""
        self.findings.append(Finding("error", self.file, element, line, code, values))

    def outgoing(self, element: str) -> list[Flow]:
        """The flows that leave a node, in document order."""
        return [flow for flow in self.flows.values() if flow.source == element]

    def incoming(self, element: str) -> list[Flow]:
        """The flows that enter a node, in document order."""
        return [flow for flow in self.flows.values() if flow.target == element]


def read(file: str, data: bytes) -> Drawing:
    """Read one BPMN file; what cannot be read is a finding of the drawing."""
    drawing = Drawing(file)
    try:
        root = safe_xml.parse(data, roots=(BPMN + "definitions",))
    except safe_xml.BadXml as error:
        drawing.remark(error.code, "", error.line, **error.values)
        return drawing
    names = _named(root)
    processes = [
        node for node in root.iterchildren(BPMN + "process") if node.get("isExecutable") != "false"
    ]
    if len(processes) != 1:
        drawing.remark("one_process", "", line_of(root), count=len(processes))
        return drawing
    for node in root.iterchildren(BPMN + "*"):
        kind = _local(node)
        if kind != "process" and kind not in _ROOT_SILENT:
            drawing.remark("unsupported", node.get("id", ""), line_of(node), kind=kind)
    process = processes[0]
    drawing.key, drawing.name = process.get("id", ""), process.get("name", "")
    drawing.line = line_of(process)
    drawing.properties = _properties(process)
    drawing.name_en = drawing.properties.get("name_en", drawing.name)
    shapes = {
        str(shape.get("bpmnElement")): shape.get("isExpanded") == "false"
        for shape in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")
    }
    _Reader(drawing, names, shapes).scope(process, scope="", lane="")
    return drawing


def split(text: str) -> tuple[str, ...]:
    """Take a comma list apart."""
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


class _Reader:
    """Walks one process and its sub-processes."""

    def __init__(
        self, drawing: Drawing, names: Mapping[str, str], collapsed: Mapping[str, bool]
    ) -> None:
        self.drawing = drawing
        self.names = names
        self.collapsed = collapsed

    def scope(self, node: etree._Element, scope: str, lane: str) -> None:
        lanes = {name: found.id for found in self._lanes(node) for name in sorted(found.nodes)}
        for child in node.iterchildren(BPMN + "*"):
            kind = _local(child)
            if kind in _SILENT:
                continue
            if kind == "sequenceFlow":
                self._flow(child)
            elif kind in NODES:
                self._element(child, kind, scope, lanes.get(child.get("id", ""), lane))
            else:
                self.drawing.remark("unsupported", child.get("id", ""), line_of(child), kind=kind)

    def _lanes(self, node: etree._Element) -> Iterator[Lane]:
        for lane in node.iter(BPMN + "lane"):
            owner = next(lane.iterancestors(BPMN + "process", BPMN + "subProcess"), None)
            if owner is not node:
                continue
            nodes = frozenset((ref.text or "").strip() for ref in lane.iter(BPMN + "flowNodeRef"))
            found = Lane(lane.get("id", ""), lane.get("name", ""), line_of(lane), nodes)
            self.drawing.lanes[found.id] = found
            yield found

    def _flow(self, node: etree._Element) -> None:
        condition = node.find(BPMN + "conditionExpression")
        flow = Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name", ""),
            name_en=_properties(node).get("name_en", node.get("name", "")),
            condition=expression(condition.text or "") if condition is not None else "",
            line=line_of(node),
        )
        if condition is not None and condition.get("language", "feel").lower() not in _LANGUAGES:
            self.drawing.remark(
                "language", flow.id, flow.line, language=condition.get("language", "")
            )
        if self._is_new(flow.id, flow.line):
            self.drawing.flows[flow.id] = flow

    def _element(self, node: etree._Element, kind: str, scope: str, lane: str) -> None:
        name, line = node.get("id", ""), line_of(node)
        if not self._is_new(name, line):
            return
        properties = _properties(node)
        event, event_name, timer = self._event(node)
        role = properties.get("lane", lane)
        self.drawing.elements[name] = Element(
            id=name,
            type=kind,
            name=node.get("name", ""),
            name_en=properties.get("name_en", node.get("name", "")),
            line=line,
            scope=scope,
            lane=role,
            form_key=node.get(CAMUNDA + "formKey", ""),
            groups=split(node.get(CAMUNDA + "candidateGroups", "")),
            due=expression(node.get(CAMUNDA + "dueDate", "")),
            properties=properties,
            default=node.get("default", ""),
            attached_to=node.get("attachedToRef", ""),
            is_interrupting=node.get("cancelActivity", "true") != "false",
            event=event,
            event_name=event_name,
            timer=timer,
            topic=node.get(CAMUNDA + "topic", ""),
            decision=node.get(CAMUNDA + "decisionRef", ""),
            result=node.get(CAMUNDA + "resultVariable", ""),
            mapping=node.get(CAMUNDA + "mapDecisionResult", ""),
            multi=_multi(node),
            is_collapsed=self.collapsed.get(name, False),
        )
        self._refuse_parts(node, kind)
        if kind == "subProcess":
            self.scope(node, scope=name, lane=role)

    def _refuse_parts(self, node: etree._Element, kind: str) -> None:
        """Name what is drawn or written on an element and would silently mean nothing."""
        name = node.get("id", "")
        for child in node.iterchildren(BPMN + "*"):
            part = _local(child)
            # What stands inside a sub-process is judged when its scope is read.
            if kind != "subProcess" and part not in _SILENT and part not in _EVENTS:
                self.drawing.remark("unsupported", name, line_of(child), kind=part)
        extension = node.find(BPMN + "extensionElements")
        for child in extension.iterchildren(CAMUNDA + "*") if extension is not None else ():
            if _local(child) != "properties":
                self.drawing.remark(
                    "unsupported", name, line_of(child), kind=f"camunda:{_local(child)}"
                )
        if node.get("triggeredByEvent") == "true":
            self.drawing.remark("unsupported", name, line_of(node), kind="event subProcess")

    def _event(self, node: etree._Element) -> tuple[str, str, str]:
        """Kind of event, name of its message, signal or error, text of its timer."""
        found = [child for child in node.iterchildren(BPMN + "*") if _local(child) in _EVENTS]
        if _local(node) == "receiveTask":
            return "message", self.names.get(node.get("messageRef", ""), ""), ""
        if not found:
            return "", "", ""
        if len(found) > 1:
            self.drawing.remark(
                "unsupported",
                node.get("id", ""),
                line_of(node),
                kind="multiple event definitions",
            )
        event = found[0]
        kind = _EVENTS[_local(event)]
        if kind == "timer":
            return kind, "", self._timer(event, node.get("id", ""))
        return kind, self.names.get(event.get(f"{kind}Ref", ""), ""), ""

    def _timer(self, event: etree._Element, owner: str) -> str:
        for child in event.iterchildren(BPMN + "*"):
            if _local(child) == "timeCycle":
                self.drawing.remark("unsupported", owner, line_of(child), kind="timeCycle")
            return expression(child.text or "")
        return ""

    def _is_new(self, name: str, line: int) -> bool:
        if not name:
            self.drawing.remark("no_id", "", line)
        elif name in self.drawing.elements or name in self.drawing.flows:
            self.drawing.remark("twice", name, line)
        else:
            return True
        return False


_LANGUAGES = {"feel", "https://www.omg.org/spec/dmn/20191111/feel/"}


def expression(text: str) -> str:
    """FEEL text as modelers write it: without the leading ``=`` or the ``${}`` around it."""
    text = text.strip()
    if text.startswith("${") and text.endswith("}"):
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("=") else text


def _multi(node: etree._Element) -> Multi | None:
    loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    return Multi(
        sequential=loop.get("isSequential") == "true",
        collection=expression(loop.get(CAMUNDA + "collection", "")),
        cardinality=expression(loop.findtext(BPMN + "loopCardinality") or ""),
        variable=loop.get(CAMUNDA + "elementVariable", ""),
        until=expression(loop.findtext(BPMN + "completionCondition") or ""),
    )


def _properties(node: etree._Element) -> dict[str, str]:
    extension = node.find(BPMN + "extensionElements")
    if extension is None:
        return {}
    return {
        item.get("name", ""): item.get("value", "")
        for group in extension.iterchildren(CAMUNDA + "properties")
        for item in group.iterchildren(CAMUNDA + "property")
    }


def _named(root: etree._Element) -> dict[str, str]:
    """Names of messages and signals, codes of errors, by id."""
    found: dict[str, str] = {}
    for kind, label in (("message", "name"), ("signal", "name"), ("error", "errorCode")):
        for node in root.iterchildren(BPMN + kind):
            found[node.get("id", "")] = node.get(label, node.get("name", ""))
    return found


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname
