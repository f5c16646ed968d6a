"""Variables against the course of the case: asked before anything sets them, or never asked.

Warnings, not errors: a variable without a value is null, and verbs may read what no drawing asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass

from caseflow import feel
from caseflow.engine import graph, variables
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import OWN_PROPERTIES, Drawing, Element, Flow
from caseflow.engine.findings import Finding
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.forms.specs import FieldSpec

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass
class Uses:
    """Which elements set and which ask each variable."""

    setters: dict[str, set[str]] = field(default_factory=dict)
    readers: dict[str, list[Element]] = field(default_factory=dict)


def judge(
    drawing: Drawing,
    names: Mapping[str, feel.Type],
    forms: Mapping[str, FormSpec],
    decisions: Mapping[str, Decision],
) -> list[Finding]:
    """Remark on variables that are asked where nothing can have set them yet, or never asked."""
    uses = uses_of(drawing, names, forms, decisions)
    declared = given(drawing)
    after = after_of(drawing)
    found = [
        Finding("warning", drawing.file, drawing.key, drawing.line, "unused", {"name": name})
        for name in sorted(declared - uses.readers.keys() - {""})
    ]
    for name, readers in sorted(uses.readers.items()):
        setters = uses.setters.get(name, set())
        if name in declared:
            continue
        for element in readers:
            if not any(_may_precede(setter, element.id, after) for setter in setters):
                values = {"name": name, "setters": ", ".join(sorted(setters)) or "-"}
                found.append(
                    Finding(
                        "warning",
                        element.file or drawing.file,
                        element.id,
                        element.line,
                        "asked_too_early",
                        values,
                    )
                )
    return found


def given(drawing: Drawing) -> frozenset[str]:
    """The declared variables: set at the start, or computed when a step is handed in."""
    own = drawing.properties.get("variables", "")
    said = (part for text in (own, *drawing.called_variables) for part in text.split(";"))
    return frozenset(part.partition(":")[0].strip() for part in said)


def uses_of(
    drawing: Drawing,
    names: Mapping[str, feel.Type],
    forms: Mapping[str, FormSpec],
    decisions: Mapping[str, Decision],
) -> Uses:
    """Which elements set each variable by form, table or call, and which ask it."""
    uses = Uses()
    for element in drawing.elements.values():
        for name in _sets(element, forms):
            uses.setters.setdefault(name, set()).add(element.id)
        seen = variables.inside(element, drawing, {})
        for name in _asked(texts(element, drawing.outgoing(element.id), decisions)):
            if name in names and name not in seen:
                uses.readers.setdefault(name, []).append(element)
    called = {element.decision for element in drawing.elements.values()}
    for key in decisions.keys() - called:  # such as limits, which verbs ask
        for name in _asked(_decided(key, decisions, set())):
            uses.readers.setdefault(name, [])
    for form in forms.values():
        for name in _asked(_hides(form.fields)):
            uses.readers.setdefault(name, [])
    return uses


def _hides(specs: Iterable[FieldSpec]) -> Iterator[str]:
    """The conditions of fields, those in groups and lists too."""
    for each in specs:
        yield each.hide
        yield from _hides(each.children)


def _sets(element: Element, forms: Mapping[str, FormSpec]) -> Iterator[str]:
    form = forms.get(element.form_key)
    if form is not None:
        yield from (each.key for each in variables.routed(element, form))
    if element.result:
        yield element.result
    if element.call is not None:
        yield from (name for name, _ in element.call.gives)


def texts(
    element: Element, ways: Iterable[Flow], decisions: Mapping[str, Decision]
) -> Iterator[str]:
    """The expressions that are asked at an element, as they are written."""
    yield from (element.due, element.timer)
    if element.needs_person and element.properties.get("unit"):
        yield element.properties["unit"]
    yield from (way.condition for way in ways)
    if element.type in {"serviceTask", "sendTask", "endEvent", "intermediateThrowEvent"}:
        yield from (v for k, v in element.properties.items() if k not in OWN_PROPERTIES)
    if element.multi is not None:
        yield from (element.multi.collection, element.multi.cardinality, element.multi.until)
    if element.call is not None:
        yield from (text for _, text in (*element.call.takes, *element.call.gives))
    yield from _decided(element.decision, decisions, set())


def _decided(key: str, decisions: Mapping[str, Decision], done: set[str]) -> Iterator[str]:
    """The expressions of a decision and of those it requires."""
    decision = decisions.get(key)
    if decision is None or key in done:
        return
    done.add(key)
    waiting: list[object] = [decision.logic]
    while waiting:
        place = waiting.pop()
        if isinstance(place, feel.Expression):
            yield place.text
        elif isinstance(place, tuple | list):
            waiting += place
        elif is_dataclass(place):
            waiting += [getattr(place, each.name) for each in fields(place)]
    for _, required in decision.needs.decisions:
        yield from _decided(required, decisions, done)


def _asked(texts: Iterable[str]) -> set[str]:
    """The words of expressions outside quotation marks; not all of them need be variables."""
    return {name for text in texts for name in _NAME.findall(_STRING.sub("", text))}


def _may_precede(setter: str, reader: str, after: Mapping[str, frozenset[str]]) -> bool:
    """Whether the setter can have been done when the reader is reached, one beside it included."""
    return reader in after[setter] or setter not in after[reader]


def after_of(drawing: Drawing) -> Mapping[str, frozenset[str]]:
    """For each element all that can be reached from it, into and out of sub-processes."""
    following = next_of(drawing)
    return {name: frozenset(graph.reached(following[name], following)) for name in drawing.elements}


def next_of(drawing: Drawing) -> Mapping[str, set[str]]:
    """For each element what can come next, into and out of sub-processes."""
    next_to: dict[str, set[str]] = {name: set() for name in drawing.elements}
    for flow in drawing.flows.values():
        next_to[flow.source].add(flow.target)
    for element in drawing.elements.values():
        scope = drawing.elements.get(element.scope)
        if element.attached_to:
            next_to[element.attached_to].add(element.id)
        if scope is None:
            continue
        # A sub-process is entered at its start; whatever happens in it may lead out of it.
        if element.type == "startEvent":
            next_to[scope.id].add(element.id)
        next_to[element.id] |= {flow.target for flow in drawing.outgoing(scope.id)}
        next_to[element.id] |= {e.id for e in _watching(scope, drawing)}
    return next_to


def _watching(scope: Element, drawing: Drawing) -> Iterator[Element]:
    """The boundary events of a sub-process and the event sub-processes inside it."""
    for element in drawing.elements.values():
        if element.attached_to == scope.id or (
            element.is_event_scope and element.scope == scope.id
        ):
            yield element
