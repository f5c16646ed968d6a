"""Drawings compared: elements, flows, lanes, and what is written on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from lxml import etree

from caseflow.engine import drawings, safe_xml
from caseflow.engine.differences.changes import Change, Detail, Kind
from caseflow.engine.drawings import BPMN, Drawing, Element, Flow

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
# Where an element stands in the file, and what its picture says, is no part of what it means.
_UNSAID = frozenset({"id", "line", "file", "is_collapsed"})
# What the tokens of a file say twice, and what modelers write for themselves.
_REPEATED = frozenset({"incoming", "outgoing", "flowNodeRef"})
_OF_THE_MODELER = frozenset({"exporter", "exporterVersion", "targetNamespace"})


def compare_drawings(file: str, old: bytes, new: bytes) -> list[Change]:
    """The changes of one drawing; one that cannot be read is one change of the whole file."""
    try:
        roots = [safe_xml.parse(data, roots=(BPMN + "definitions",)) for data in (old, new)]
    except safe_xml.BadXml:
        return [
            Change("changed", "file", file, file, file, details=(Detail("unreadable", "", ""),))
        ]
    processes = [drawings.read(file, data) for data in (old, new)]
    before, after = (_together(file, each) for each in processes)
    changes = [*_processes(file, *processes), *_lanes(file, before, after)]
    changes += _elements(file, before, after)
    changes += _flows(file, before, after)
    changes += _unsaid(file, changes, roots, (before, after))
    changes += _moved(file, changes, roots, (before, after))
    return changes


def _together(file: str, processes: Sequence[Drawing]) -> Drawing:
    """All processes of a file as one; ids are unique within a file."""
    whole = Drawing(file, processes[0].key, processes[0].name, processes[0].name_en)
    for each in processes:
        whole.elements |= each.elements
        whole.flows |= each.flows
        whole.lanes |= each.lanes
    return whole


def _processes(file: str, old: Sequence[Drawing], new: Sequence[Drawing]) -> Iterator[Change]:
    olds, news = ({each.key: each for each in side} for side in (old, new))
    if len(old) == len(new) == 1:  # the one process of a file is the same, whatever its id
        olds = {new[0].key: old[0]}
    for key in _union(olds, news):
        before, after = olds.get(key), news.get(key)
        process = after or before
        assert process is not None  # noqa: S101 - the key is of one of the two
        details = _details(_of_process(before), _of_process(after))
        if details:
            kind: Kind = "added" if before is None else "removed" if after is None else "changed"
            yield Change(kind, "process", file, key, process.name, process.name_en, details=details)


def _of_process(drawing: Drawing | None) -> dict[str, str]:
    if drawing is None:
        return {}
    said = {"key": drawing.key, "name": drawing.name}
    return said | {f"properties.{name}": text for name, text in drawing.properties.items()}


def _lanes(file: str, before: Drawing, after: Drawing) -> Iterator[Change]:
    for name in _union(before.lanes, after.lanes):
        old, new = before.lanes.get(name), after.lanes.get(name)
        lane = new or old
        assert lane is not None  # noqa: S101 - the name is of one of the two
        if old is None or new is None:
            kind: Kind = "added" if old is None else "removed"
            yield Change(kind, "lane", file, name, lane.name)
        elif old.name != new.name:
            details = (Detail("name", old.name, new.name),)
            yield Change("changed", "lane", file, name, lane.name, details=details)


def _elements(file: str, before: Drawing, after: Drawing) -> Iterator[Change]:
    for name in _union(before.elements, after.elements):
        old, new = before.elements.get(name), after.elements.get(name)
        element = new or old
        assert element is not None  # noqa: S101 - the name is of one of the two
        told = (file, name, element.name, element.name_en, element.type)
        if old is None or new is None:
            said = _details(_of_element(old), _of_element(new))
            yield _element("added" if old is None else "removed", told, said)
            continue
        details = _details(_of_element(old), _of_element(new)) + _order_of_ways(before, after, new)
        if details:
            yield _element("changed", told, details)


def _element(
    kind: Kind, told: tuple[str, str, str, str, str], details: tuple[Detail, ...]
) -> Change:
    file, name, words, words_en, element_type = told
    return Change(kind, "element", file, name, words, words_en, element_type, details)


def _of_element(element: Element | None) -> dict[str, str]:
    """Everything an element says, by the name of what it says."""
    if element is None:
        return {}
    said: dict[str, str] = {}
    for each in fields(element):
        if each.name in _UNSAID:
            continue
        value = getattr(element, each.name)
        if each.name == "name_en" and value == element.name:
            continue
        said |= _spread(each.name, value)
    said.pop("properties.name_en", None)
    said["is_interrupting"] = "" if element.is_interrupting else "false"
    return {name: text for name, text in said.items() if text}


def _spread(name: str, value: object) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {f"{name}.{key}": _text(text) for key, text in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {f"{name}.{f.name}": _text(getattr(value, f.name)) for f in fields(value)}
    return {name: _text(value)}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(
            " = ".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value
        )
    return "" if value is None else str(value)


def _order_of_ways(before: Drawing, after: Drawing, element: Element) -> tuple[Detail, ...]:
    """An exclusive gateway asks its conditions in the order of the file."""
    if element.type != "exclusiveGateway":
        return ()
    asked = [
        [flow.id for flow in drawing.outgoing(element.id) if flow.id != element.default]
        for drawing in (before, after)
    ]
    common = [[name for name in each if name in asked[0] and name in asked[1]] for each in asked]
    if common[0] == common[1]:
        return ()
    return (Detail("order", ", ".join(common[0]), ", ".join(common[1])),)


def _flows(file: str, before: Drawing, after: Drawing) -> Iterator[Change]:
    for name in _union(before.flows, after.flows):
        old, new = before.flows.get(name), after.flows.get(name)
        flow = new or old
        assert flow is not None  # noqa: S101 - the name is of one of the two
        details = _details(_of_flow(old, before), _of_flow(new, after))
        if details:
            kind: Kind = "added" if old is None else "removed" if new is None else "changed"
            words, words_en = _ends(flow, after if new else before)
            yield Change(kind, "flow", file, name, words, words_en, "sequenceFlow", details)


def _of_flow(flow: Flow | None, drawing: Drawing) -> dict[str, str]:
    if flow is None:
        return {}
    source = drawing.elements.get(flow.source)
    said = {
        "source": flow.source,
        "target": flow.target,
        "name": flow.name,
        "condition": flow.condition,
        "is_default": "true" if source is not None and source.default == flow.id else "",
    }
    return {name: text for name, text in said.items() if text}


def _ends(flow: Flow, drawing: Drawing) -> tuple[str, str]:
    ends = [drawing.elements.get(name) for name in (flow.source, flow.target)]
    ids = (flow.source, flow.target)
    words = [end.name or end.id if end else name for end, name in zip(ends, ids, strict=True)]
    english = [end.name_en or end.id if end else name for end, name in zip(ends, ids, strict=True)]
    label, label_en = (f" ({text})" if text else "" for text in (flow.name, flow.name_en))
    return f"{' → '.join(words)}{label}", f"{' → '.join(english)}{label_en}"


def _details(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Detail, ...]:
    return tuple(
        Detail(name, old.get(name, ""), new.get(name, ""))
        for name in _union(old, new)
        if old.get(name, "") != new.get(name, "")
    )


def _union(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of both sides, in the order of the new one, what is gone behind."""
    return [*new, *(name for name in old if name not in new)]


# -- what no reader of the engine reads ---------------------------------------------------------
def _unsaid(
    file: str,
    told: list[Change],
    roots: list[etree._Element],
    both: tuple[Drawing, Drawing],
) -> Iterator[Change]:
    """Notes and attributes that mean nothing to a case, where nothing else of the place changed."""
    said = {each.id for each in told}
    old, new = (_written(root, drawing) for root, drawing in zip(roots, both, strict=True))
    for name in _union(old, new):
        if name in said or old.get(name) == new.get(name) or name not in old or name not in new:
            continue
        element = both[1].elements.get(name)
        detail = (Detail("other", "", ""),)
        if element is not None:
            yield _element(
                "changed", (file, name, element.name, element.name_en, element.type), detail
            )
        elif name in both[1].flows:
            words, words_en = _ends(both[1].flows[name], both[1])
            yield Change("changed", "flow", file, name, words, words_en, "sequenceFlow", detail)
        elif both[1].key not in said:
            yield Change(
                "changed", "process", file, name, both[1].name, both[1].name_en, "", detail
            )


def _written(root: etree._Element, drawing: Drawing) -> dict[str, Counter[tuple[Any, ...]]]:
    """What the file says of each element, in any order, the picture left out."""
    found: dict[str, Counter[tuple[Any, ...]]] = {}
    known = {*drawing.elements, *drawing.flows}
    waiting = [(root, "")]
    while waiting:
        node, owner = waiting.pop()
        owner = node.get("id", "") if node.get("id", "") in known else owner
        tag = etree.QName(node)
        if node.tag.startswith(_DI) or tag.localname in _REPEATED:
            continue
        attributes = {k: v for k, v in node.attrib.items() if k not in _OF_THE_MODELER}
        text = (node.text or "").strip()
        written = (node.tag, tuple(sorted(attributes.items())), text)
        found.setdefault(owner, Counter())[written] += 1
        waiting += [(child, owner) for child in node.iterchildren("*")]
    return found


# -- the picture --------------------------------------------------------------------------------
def _moved(
    file: str,
    told: list[Change],
    roots: list[etree._Element],
    both: tuple[Drawing, Drawing],
) -> Iterator[Change]:
    said = {each.id for each in told}
    old, new = (_picture(root) for root in roots)
    for name, place in new.items():
        if name in said or name not in old or old[name] == place:
            continue
        element, flow = both[1].elements.get(name), both[1].flows.get(name)
        if element is not None:
            yield _element("moved", (file, name, element.name, element.name_en, element.type), ())
        elif flow is not None:
            words, words_en = _ends(flow, both[1])
            yield Change("moved", "flow", file, name, words, words_en, "sequenceFlow")


def _picture(root: etree._Element) -> dict[str, tuple[Any, ...]]:
    """Where each element stands on the paper."""
    found: dict[str, tuple[Any, ...]] = {}
    for shape in root.iter(_DI + "BPMNShape", _DI + "BPMNEdge"):
        bounds = shape.find(_DC + "Bounds")
        places = [] if bounds is None else [tuple(sorted(bounds.attrib.items()))]
        places += [tuple(sorted(way.attrib.items())) for way in shape.iterchildren(_WAY)]
        places.append((("isExpanded", shape.get("isExpanded", "")),))
        found[str(shape.get("bpmnElement"))] = tuple(places)
    return found
