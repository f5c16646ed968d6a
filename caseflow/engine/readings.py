"""What the expressions of a drawing say in words, for whoever draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow import feel
from caseflow.engine import drawings, expressions, lint, variables, wording
from caseflow.engine.drawings import Drawing, Element
from caseflow.feel.errors import Language


def readings(files: Mapping[str, bytes], language: Language) -> dict[str, dict[str, str]]:
    """By id of element or flow, then by place: how each expression that can be read is said."""
    judged = lint.judged(files)
    found: dict[str, dict[str, str]] = {}
    if judged.drawing is None:
        return found
    labels = wording.labels_of(judged.forms)
    for name, place, text, names in _texts(judged.drawing, judged.names):
        try:
            expression = feel.parse(text, expressions.scope(names))
            said = wording.say(expression, labels, language)
        except feel.FeelError:
            continue
        if said != text:
            found.setdefault(name, {})[place] = said
    return found


def _texts(
    drawing: Drawing, names: Mapping[str, feel.Type]
) -> Iterator[tuple[str, str, str, Mapping[str, feel.Type]]]:
    for element in drawing.elements.values():
        inner = variables.inside(element, drawing, names)
        for place, text in _of(element):
            yield element.id, place, text, inner
    for flow in drawing.flows.values():
        if flow.condition:
            source = drawing.elements.get(flow.source)
            inner = variables.inside(source, drawing, names) if source else dict(names)
            yield flow.id, "condition", flow.condition, inner


def _of(element: Element) -> Iterator[tuple[str, str]]:
    if element.due:
        yield "camunda:dueDate", element.due
    if element.event == "timer" and element.timer:
        yield "timer", element.timer
    if element.type == "serviceTask":
        for name, text in element.properties.items():
            if name not in drawings.OWN_PROPERTIES:
                yield name, drawings.expression(text)
    if element.multi is not None:
        yield "camunda:collection", element.multi.collection
        yield "completionCondition", element.multi.until
