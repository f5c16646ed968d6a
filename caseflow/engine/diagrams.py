"""The picture of a drawing: what runs must be seen, on the pages of cases and in the designer."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.engine import drawings, safe_xml
from caseflow.engine.drawings import Element, Flow
from caseflow.engine.findings import Finding

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_NAMED = 3


def undrawn(files: Mapping[str, bytes]) -> list[Finding]:
    """Drawings of which something runs that has no place in their picture, once for each file."""
    return [
        finding
        for file, data in sorted(files.items())
        if file.endswith(".bpmn")
        for finding in _of_file(file, data)
    ]


def _of_file(file: str, data: bytes) -> list[Finding]:
    try:
        root = safe_xml.parse(data, roots=(drawings.BPMN + "definitions",))
    except safe_xml.BadXml:
        return []  # the check of the drawing says so
    seen = {each.get("bpmnElement") for each in root.iter(_DI + "BPMNShape", _DI + "BPMNEdge")}
    read = drawings.read(file, data)
    parts: list[Element | Flow] = [e for each in read for e in each.elements.values()]
    parts += [flow for each in read for flow in each.flows.values()]
    parts = [part for part in parts if part.id not in seen]
    if not parts:
        return []
    names = ", ".join(part.name or part.id for part in parts[:_NAMED])
    values = {"count": len(parts), "names": names}
    return [Finding("error", file, parts[0].id, parts[0].line, "undrawn", values)]
