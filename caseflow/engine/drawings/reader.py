"""A BPMN file, read into plain values: elements, flows, lanes, and their ``camunda:`` attributes.

Reads everything it knows and remarks on everything it does not; it judges no meaning (``lint``
does) and builds nothing that runs (``build`` does).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from caseflow.engine import safe_xml
from caseflow.engine.drawings.shapes import (
    NODES,
    Call,
    Drawing,
    Element,
    Flow,
    Lane,
    Multi,
    split,
)
from caseflow.engine.drawings.unmeant import BPMN, CAMUNDA, unmeant
from caseflow.engine.safe_xml import line_of

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_SHAPE, _EDGE = _DI + "BPMNShape", _DI + "BPMNEdge"

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
        "ioSpecification",
        "property",
        "multiInstanceLoopCharacteristics",
    }
)
_ROOT_SILENT = frozenset(
    {
        "collaboration",
        "message",
        "signal",
        "error",
        "escalation",
        "category",
        "itemDefinition",
        "dataStore",
    }
)
_EVENTS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "terminateEventDefinition": "terminate",
}
# By which attribute an event is told from others of its kind.
_LABELS = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}
_MULTI_PARTS = frozenset(
    {"loopCardinality", "completionCondition", "loopDataInputRef", "inputDataItem"}
)
# A name of XML: with anything else, tools that draw take the element away.
_ID = re.compile(r"[^\W\d][\w.-]{0,199}")
_LANGUAGES = {"feel", "https://www.omg.org/spec/dmn/20191111/feel/"}


def read(file: str, data: bytes) -> list[Drawing]:
    """Read the executable processes of a BPMN file, in document order.

    What cannot be read is a finding; a file without any process gives one drawing without a key.
    """
    broken = Drawing(file)
    try:
        root = safe_xml.parse(data, roots=(BPMN + "definitions",))
    except safe_xml.BadXml as error:
        broken.remark(error.code, "", error.line, **error.values)
        return [broken]
    processes = [
        node for node in root.iterchildren(BPMN + "process") if node.get("isExecutable") != "false"
    ]
    if not processes:
        broken.remark("no_process", "", line_of(root))
        return [broken]
    names = _named(root)
    shapes = {
        str(shape.get("bpmnElement")): shape.get("isExpanded") == "false"
        for shape in root.iter(_SHAPE)
    }
    found = [_process(file, node, names, shapes) for node in processes]
    seen = frozenset(each.get("bpmnElement", "") for each in root.iter(_SHAPE, _EDGE))
    for drawing in found:
        drawing.seen = seen
    for node in root.iterchildren(BPMN + "*"):
        kind = _local(node)
        if kind != "process" and kind not in _ROOT_SILENT:
            found[0].remark("unsupported", node.get("id", ""), line_of(node), kind=kind)
    return found


def expression(text: str) -> str:
    """FEEL text as modelers write it: without the leading ``=`` or the ``${}`` around it."""
    text = text.strip()
    if text.startswith("${") and text.endswith("}"):
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("=") else text


def _process(
    file: str, node: etree._Element, names: Mapping[str, str], shapes: Mapping[str, bool]
) -> Drawing:
    drawing = Drawing(file, node.get("id", ""), node.get("name", ""), line=line_of(node))
    drawing.properties = _properties(node)
    drawing.name_en = drawing.properties.get("name_en", drawing.name)
    if not drawing.key:
        drawing.remark("no_id", "", drawing.line)
    elif not _ID.fullmatch(drawing.key):
        drawing.remark("bad_id", drawing.key, drawing.line)
    for where, said in unmeant(node):
        drawing.remark("unsupported", drawing.key, line_of(where), kind=said)
    _Reader(drawing, names, shapes).scope(node, scope="", lane="")
    return drawing


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
                self.drawing.refused.add(child.get("id", ""))

    def _lanes(self, node: etree._Element) -> Iterator[Lane]:
        """The lanes of a scope, outer ones first, so that an inner one has the last word."""
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
            file=self.drawing.file,
        )
        if condition is not None and condition.get("language", "feel").lower() not in _LANGUAGES:
            self.drawing.remark(
                "language", flow.id, flow.line, language=condition.get("language", "")
            )
        if self._is_new(flow.id, flow.line):
            self.drawing.flows[flow.id] = flow
        self._refuse_unmeant(node, flow.id)

    def _element(self, node: etree._Element, kind: str, scope: str, lane: str) -> None:
        name, line = node.get("id", ""), line_of(node)
        if not self._is_new(name, line):
            return
        properties = _properties(node)
        event, event_name, timer, is_cycle = self._event(node)
        role = properties.get("lane", lane)
        soft = node.get("cancelActivity", node.get("isInterrupting", "true"))
        self.drawing.elements[name] = Element(
            id=name,
            type=kind,
            name=node.get("name", ""),
            name_en=properties.get("name_en", node.get("name", "")),
            line=line,
            scope=scope,
            file=self.drawing.file,
            lane=role,
            form_key=node.get(CAMUNDA + "formKey", ""),
            groups=split(node.get(CAMUNDA + "candidateGroups", "")),
            due=expression(node.get(CAMUNDA + "dueDate", "")),
            properties=properties,
            default=node.get("default", ""),
            attached_to=node.get("attachedToRef", ""),
            is_interrupting=soft != "false",
            event=event,
            event_name=event_name,
            timer=timer,
            is_cycle=is_cycle,
            topic=node.get(CAMUNDA + "topic", ""),
            decision=node.get(CAMUNDA + "decisionRef", ""),
            result=node.get(CAMUNDA + "resultVariable", ""),
            mapping=node.get(CAMUNDA + "mapDecisionResult", ""),
            call=self._call(node) if kind == "callActivity" else None,
            multi=self._multi(node),
            is_event_scope=node.get("triggeredByEvent") == "true",
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
        self._refuse_unmeant(node, name)

    def _refuse_unmeant(self, node: etree._Element, name: str) -> None:
        for where, said in unmeant(node):
            self.drawing.remark("unsupported", name, line_of(where), kind=said)

    def _event(self, node: etree._Element) -> tuple[str, str, str, bool]:
        """Kind of event, name of what it throws or awaits, text of its timer, whether a cycle."""
        if _local(node) in {"receiveTask", "sendTask"}:
            name = self.names.get(node.get("messageRef", ""), "")
            return "message", name, "", False
        found = [child for child in node.iterchildren(BPMN + "*") if _local(child) in _EVENTS]
        if not found:
            return "", "", "", False
        if len(found) > 1:
            self.drawing.remark(
                "unsupported",
                node.get("id", ""),
                line_of(node),
                kind="multiple event definitions",
            )
        event = found[0]
        kind = _EVENTS[_local(event)]
        if kind != "timer":
            return kind, self.names.get(event.get(f"{kind}Ref", ""), ""), "", False
        when = next(event.iterchildren(BPMN + "*"), None)
        if when is None:
            return kind, "", "", False
        return kind, "", expression(when.text or ""), _local(when) == "timeCycle"

    def _multi(self, node: etree._Element) -> Multi | None:
        loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
        if loop is None:
            return None
        for part in loop.iterchildren(BPMN + "*"):
            if _local(part) not in _MULTI_PARTS | _SILENT:
                self.drawing.remark(
                    "unsupported", node.get("id", ""), line_of(part), kind=_local(part)
                )
        item = loop.find(BPMN + "inputDataItem")
        named = (item.get("name") or item.get("id", "")) if item is not None else ""
        collection = loop.get(CAMUNDA + "collection") or loop.findtext(BPMN + "loopDataInputRef")
        return Multi(
            sequential=loop.get("isSequential") == "true",
            collection=expression(collection or ""),
            cardinality=expression(loop.findtext(BPMN + "loopCardinality") or ""),
            variable=loop.get(CAMUNDA + "elementVariable") or named or "",
            until=expression(loop.findtext(BPMN + "completionCondition") or ""),
        )

    def _call(self, node: etree._Element) -> Call:
        extension = node.find(BPMN + "extensionElements")
        found: dict[str, list[tuple[str, str]]] = {"in": [], "out": []}
        alls = {"in": False, "out": False}
        for child in extension.iterchildren(CAMUNDA + "*") if extension is not None else ():
            way = _local(child)
            if way not in found:
                continue
            text = child.get("source") or expression(child.get("sourceExpression", ""))
            if child.get("variables") == "all":
                alls[way] = True
            elif text and child.get("target"):
                found[way].append((child.get("target", ""), text))
            else:
                self.drawing.remark("call_mapping", node.get("id", ""), line_of(child), way=way)
        return Call(
            process=node.get("calledElement", ""),
            takes=tuple(found["in"]),
            gives=tuple(found["out"]),
            takes_all=alls["in"],
            gives_all=alls["out"],
        )

    def _is_new(self, name: str, line: int) -> bool:
        if not name:
            self.drawing.remark("no_id", "", line)
        elif not _ID.fullmatch(name):
            self.drawing.remark("bad_id", name, line)
        elif name in self.drawing.elements or name in self.drawing.flows:
            self.drawing.remark("twice", name, line)
        else:
            return True
        return False


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
    """What messages and signals, errors and escalations are told by, by their ids."""
    found: dict[str, str] = {}
    for kind, label in _LABELS.items():
        for node in root.iterchildren(BPMN + kind):
            found[node.get("id", "")] = node.get(label, node.get("name", ""))
    return found


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname
