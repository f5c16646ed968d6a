"""Ids that a file gives twice: what else names them means one of the two, nobody knows which.

Modelers refuse such a file or rename one of the two on their own when they save it.
"""

from __future__ import annotations

from collections.abc import Collection

from caseflow.engine import safe_xml
from caseflow.engine.decisions.names import NAMESPACES
from caseflow.engine.findings import Finding
from caseflow.engine.safe_xml import line_of

_BPMN = (
    "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "http://www.omg.org/spec/BPMN/20100524/DI",
)
_DMN = (
    *NAMESPACES,
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "https://www.omg.org/spec/DMN/20180521/DMNDI/",
)
# A lane bears the name of a post, which may have steps in several processes of a file.
_LANE = f"{{{_BPMN[0]}}}lane"
_ROOTS = tuple(f"{{{space}}}definitions" for space in (_BPMN[0], *NAMESPACES))


def judge(file: str, data: bytes, *, known: Collection[str] = ()) -> list[Finding]:
    """Every element of a drawing or a table whose id another one before it has already.

    ``known`` are ids that were found to be given twice. What cannot be read is no matter here.
    """
    try:
        root = safe_xml.parse(data, roots=_ROOTS)
    except safe_xml.BadXml:
        return []
    seen: set[str] = set()
    found = []
    for node in root.iter(*(f"{{{space}}}*" for space in (*_BPMN, *_DMN))):
        name = "" if node.tag == _LANE else node.get("id", "")
        if name in seen and name not in known:
            found.append(Finding("error", file, name, line_of(node), "twice"))
        if name:
            seen.add(name)
    return found
