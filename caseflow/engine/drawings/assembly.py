"""From the drawings of a bundle to the one that runs: called processes stand inside their calls.

What a call activity runs is put into the drawing as if it were a sub-process; the ids of its
elements and flows are prefixed with the id of the call and a slash. Where the call names other
limits or papers (property ``instead``), they stand in the place of those that were drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from caseflow.engine.drawings.shapes import NAMED_BARE, Drawing, Element, pairs, split

# The largest drawing of the bureau has some hundred and fifty.
MOST_ELEMENTS = 1_500
# What a call names where a called process has a limit or paper that it has not.
NOTHING = "none"
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
    _expand(main, main, _Place("", (main,), {}), known)
    for key in sorted(reached(main, known)):
        main.findings += known[key].findings
    return main


def _called(drawing: Drawing) -> Iterator[str]:
    for element in drawing.elements.values():
        if element.call is not None:
            yield element.call.process


@dataclass(frozen=True)
class _Place:
    """Where a process stands in the main drawing.

    ``prefix`` is that of its elements, ``above`` the processes around it and itself, ``instead``
    what the calls around it name in the place of drawn limits and papers.
    """

    prefix: str
    above: tuple[Drawing, ...]
    instead: Mapping[str, str]

    def outward(self) -> Iterator[tuple[str, Drawing]]:
        """The prefixes and drawings from the innermost process to the main one."""
        prefix = self.prefix
        for drawing in reversed(self.above):
            yield prefix, drawing
            prefix = prefix[: prefix.rstrip("/").rfind("/") + 1]


def _expand(main: Drawing, drawn: Drawing, place: _Place, known: Mapping[str, Drawing]) -> None:
    """Replace the calls of one drawing, whose elements stand in ``main`` under a prefix."""
    above = tuple(drawing.key for drawing in place.above)
    for element in list(drawn.elements.values()):
        if element.call is None:
            continue
        name, process = place.prefix + element.id, element.call.process
        if not process or process not in known:
            main.remark("call_unknown", name, element.line, process=process)
        elif process in above or len(above) >= _DEEPEST:
            main.remark("call_cycle", name, element.line, process=process)
        elif len(main.elements) + len(known[process].elements) > MOST_ELEMENTS:
            main.remark("call_size", name, element.line, limit=MOST_ELEMENTS)
        else:
            callee = known[process]
            instead = _composed(pairs(element.properties.get("instead", "")), place.instead)
            inner = _Place(f"{name}/", (*place.above, callee), instead)
            _put_in(main, callee, main.elements[name], inner)
            _expand(main, callee, inner, known)


def _composed(own: Mapping[str, str], outer: Mapping[str, str]) -> Mapping[str, str]:
    """What stands in the place of a name, when a call inside a called process names others too.

    ``none``: nothing does, such as a clock that a kind of case does not have.
    """
    own = {name: "" if other == NOTHING else other for name, other in own.items()}
    return {**outer, **{name: outer.get(other, other) for name, other in own.items()}}


def _put_in(main: Drawing, callee: Drawing, call: Element, place: _Place) -> None:
    prefix = place.prefix
    for element in callee.elements.values():
        main.elements[prefix + element.id] = replace(
            element,
            id=prefix + element.id,
            scope=prefix + element.scope if element.scope else call.id,
            file=callee.file,
            lane=element.lane or call.lane,
            due=_named(element.due, place.instead),
            timer=_named(element.timer, place.instead),
            default=prefix + element.default if element.default else "",
            attached_to=prefix + element.attached_to if element.attached_to else "",
            properties=_properties(element, place),
            instead=place.instead,
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
    declared = callee.properties.get("variables", "")
    if declared not in main.called_variables:
        main.called_variables.append(declared)


def _properties(element: Element, place: _Place) -> Mapping[str, str]:
    """The properties of a called element as they are meant where it stands."""
    found = {
        name: place.instead[text]
        if name in NAMED_BARE and text in place.instead
        else _named(text, place.instead)
        for name, text in element.properties.items()
    }
    if "separation" in found:
        words = (_step(word, place) for word in split(found["separation"]))
        found["separation"] = ",".join(word for word in words if word)
    return found


def _named(text: str, instead: Mapping[str, str]) -> str:
    """An expression with other names where it gives those of limits and papers as text."""
    for name, other in instead.items():
        text = text.replace(f'"{name}"', f'"{other}"')
    return text


def _step(word: str, place: _Place) -> str:
    """The step that a separation names: the nearest, outward from the process that says so.

    Nothing, where it may be a step of a caller and none of them has it.
    """
    for prefix, drawing in place.outward():
        if word in drawing.elements:
            return prefix + word
    return "" if word in caller_steps(place.above[-1]) else word


def caller_steps(drawing: Drawing) -> tuple[str, ...]:
    """The steps that a called process expects of its caller (``caller_steps`` of the process)."""
    return split(drawing.properties.get("caller_steps", ""))
