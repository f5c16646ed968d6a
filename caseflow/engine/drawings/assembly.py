"""From the drawings of a bundle to the one that runs: called processes stand inside their calls.

What a call activity runs is put into the drawing as if it were a sub-process; the ids of its
elements and flows are prefixed with the id of the call and a slash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from caseflow.engine.drawings.shapes import Drawing, Element, split

# The largest drawing of the bureau has some hundred and fifty.
MOST_ELEMENTS = 1_500
_DEEPEST = 8


def mains(drawings: Iterable[Drawing]) -> list[Drawing]:
    """The processes that no other one calls."""
    known = list(drawings)
    called = {
        element.call.process
        for drawing in known
        for element in drawing.elements.values()
        if element.call is not None and element.call.process != drawing.key
    }
    return [drawing for drawing in known if drawing.key not in called]


def reached(main: Drawing, known: Mapping[str, Drawing]) -> set[str]:
    """The processes that a drawing calls, and those that these call."""
    found: set[str] = set()
    waiting = [main]
    while waiting:
        for process in _called(waiting.pop()):
            if process in known and process not in found:
                found.add(process)
                waiting.append(known[process])
    return found


def assemble(main: Drawing, known: Mapping[str, Drawing]) -> Drawing:
    """Put every called process into its call; what cannot be found is a finding.

    ``known`` holds all processes of the bundle by id. The main drawing is changed and returned.
    """
    _expand(main, main, "", known, (main.key,))
    for key in sorted(reached(main, known)):
        main.findings += known[key].findings
    return main


def _called(drawing: Drawing) -> Iterator[str]:
    for element in drawing.elements.values():
        if element.call is not None:
            yield element.call.process


def _expand(
    main: Drawing,
    drawn: Drawing,
    prefix: str,
    known: Mapping[str, Drawing],
    above: tuple[str, ...],
) -> None:
    """Replace the calls of one drawing, whose elements stand in ``main`` under a prefix."""
    for element in list(drawn.elements.values()):
        if element.call is None:
            continue
        name, process = prefix + element.id, element.call.process
        if not process or process not in known:
            main.remark("call_unknown", name, element.line, process=process)
        elif process in above or len(above) >= _DEEPEST:
            main.remark("call_cycle", name, element.line, process=process)
        elif len(main.elements) + len(known[process].elements) > MOST_ELEMENTS:
            main.remark("call_size", name, element.line, limit=MOST_ELEMENTS)
        else:
            callee = known[process]
            _put_in(main, callee, main.elements[name])
            _expand(main, callee, f"{name}/", known, (*above, process))


def _put_in(main: Drawing, callee: Drawing, call: Element) -> None:
    prefix = f"{call.id}/"
    for element in callee.elements.values():
        main.elements[prefix + element.id] = replace(
            element,
            id=prefix + element.id,
            scope=prefix + element.scope if element.scope else call.id,
            file=callee.file,
            lane=element.lane or call.lane,
            default=prefix + element.default if element.default else "",
            attached_to=prefix + element.attached_to if element.attached_to else "",
            properties=_properties(element, callee, prefix),
        )
    for flow in callee.flows.values():
        main.flows[prefix + flow.id] = replace(
            flow,
            id=prefix + flow.id,
            source=prefix + flow.source,
            target=prefix + flow.target,
            file=callee.file,
        )
    main.refused |= {prefix + name for name in callee.refused}
    for lane in callee.lanes.values():
        main.lanes.setdefault(lane.id, lane)
    declared = (main.properties.get("variables", ""), callee.properties.get("variables", ""))
    main.properties["variables"] = "; ".join(text for text in dict.fromkeys(declared) if text)


def _properties(element: Element, callee: Drawing, prefix: str) -> Mapping[str, str]:
    """The properties of a called element: whom it is separated from goes by the ids inside."""
    named = split(element.properties.get("separation", ""))
    if not any(word in callee.elements for word in named):
        return element.properties
    inside = (prefix + word if word in callee.elements else word for word in named)
    return {**element.properties, "separation": ",".join(inside)}
