"""A process as text: what a change of a drawing changes, for reviewers and version control."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.engine.drawings import SCOPES, Element, Flow
from caseflow.engine.processes import Process


def outline(process: Process) -> str:
    """All elements in the order of the file, each with what it says and where it leads."""
    lines = [f"{process.key} {process.name}"]
    lines += [f"lane {lane.id} {lane.name}" for lane in process.lanes.values()]
    lines += [
        f"variable {name}: {kind} {' | '.join(kind.choices)}".rstrip()
        for name, kind in sorted(process.variables.items())
    ]
    lines += list(_scope(process, "", "  "))
    return "\n".join(lines) + "\n"


def _scope(process: Process, scope: str, indent: str) -> Iterator[str]:
    for element in process.elements.values():
        if element.scope != scope:
            continue
        yield f"{indent}{' '.join(_words(element))}"
        for flow in process.flows.values():
            if flow.source == element.id:
                yield f"{indent}  {_way(flow, element)}"
        if element.type in SCOPES:
            yield from _scope(process, element.id, indent + "    ")


def _words(element: Element) -> Iterator[str]:
    yield element.type
    yield element.id
    yield element.name.replace("\n", "")
    said = {
        "lane": element.lane,
        "groups": ",".join(element.groups),
        "form": element.form_key,
        "due": element.due,
        "on": element.attached_to,
        "event": " ".join(filter(None, (element.event, element.event_name, element.timer))),
        "verb": element.topic,
        "decision": element.decision,
        "result": element.result,
        **element.properties,
    }
    if element.event and not element.is_interrupting:
        said["event"] += " (not interrupting)"
    if element.call is not None:
        said["calls"] = element.call.process
        said["in"] = _mapped(element.call.takes, is_all=element.call.takes_all)
        said["out"] = _mapped(element.call.gives, is_all=element.call.gives_all)
    if element.multi is not None:
        order = "one by one" if element.multi.sequential else "together"
        said["each"] = f"{element.multi.collection or element.multi.cardinality} {order}"
        said["until"] = element.multi.until
    yield from (f"{name}={value}" for name, value in said.items() if value)


def _mapped(pairs: tuple[tuple[str, str], ...], *, is_all: bool) -> str:
    """What goes into a called process or comes out of it."""
    return ", ".join([*(["all"] if is_all else []), *(f"{name}: {text}" for name, text in pairs)])


def _way(flow: Flow, source: Element) -> str:
    condition = f" if {flow.condition}" if flow.condition else ""
    default = " otherwise" if flow.id == source.default else ""
    name = f" “{flow.name}”" if flow.name else ""
    return f"-> {flow.target}{name}{condition}{default}"
