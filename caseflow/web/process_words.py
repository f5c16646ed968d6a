"""The elements and flows of a drawing in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.engine import Element, Process
from caseflow.web.languages import name_of
from caseflow.web.speech import _


@dataclass(frozen=True, slots=True)
class Words:
    """What the parts of a process are called; what is not in the drawing keeps its id."""

    process: Process | None
    key: str
    version: int

    @property
    def name(self) -> str:
        """The process."""
        return name_of(self.process.name, self.process.name_en) if self.process else self.key

    def name_of(self, key: str) -> str:
        """An element, or a flow as from where to where."""
        if self.process is None:
            return key
        flow = self.process.flows.get(key)
        if flow is not None:
            return f"{of(self.process, flow.source)} → {of(self.process, flow.target)}"
        return of(self.process, key)


def of(process: Process, key: str) -> str:
    """An element as the drawing calls it; a nameless one by what comes before it."""
    element = process.elements.get(key)
    if element is None:
        return key
    if said := _own(element):
        return said
    before = process.elements.get(_before(process, key))
    if before is None or not _own(before):
        return key
    return _("%(step)s之后", step=_own(before))


def _own(element: Element) -> str:
    return name_of(element.name, element.name_en)


def _before(process: Process, key: str) -> str:
    """The first element before this one that has a name."""
    seen = {key}
    while True:
        sources = [flow.source for flow in process.flows.values() if flow.target == key]
        if not sources or sources[0] in seen:
            return key
        key = sources[0]
        seen.add(key)
        if key in process.elements and _own(process.elements[key]):
            return key
