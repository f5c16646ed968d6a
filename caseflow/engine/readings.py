"""What the expressions of a drawing say in words, for whoever draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow import feel
from caseflow.engine import drawings, expressions, lint, variables, wording
from caseflow.engine.drawings import Drawing, Element, Flow
from caseflow.feel.errors import Language


def readings(
    files: Mapping[str, bytes], file: str, language: Language
) -> dict[str, dict[str, str]]:
    """How each expression drawn in ``file`` that can be read is said.

    By id of element or flow as drawn there, then by place.
    """
    judged = lint.judged(files)
    found: dict[str, dict[str, str]] = {}
    if judged.drawing is None:
        return found
    labels = wording.labels_of(judged.forms)
    for drawn, place, text, names in _texts(judged.drawing, judged.names):
        if drawn.file != file:
            continue
        try:
            expression = feel.parse(text, expressions.scope(names))
            said = wording.say(expression, labels, language)
        except feel.FeelError:
            continue
        if said != text:
            found.setdefault(drawn.id.rpartition("/")[2], {})[place] = said
    return found


def _texts(
    drawing: Drawing, names: Mapping[str, feel.Type]
) -> Iterator[tuple[Element | Flow, str, str, Mapping[str, feel.Type]]]:
    for element in drawing.elements.values():
        inner = variables.inside(element, drawing, names)
        for place, text in _of(element):
            yield element, place, text, inner
    for flow in drawing.flows.values():
        if flow.condition:
            source = drawing.elements.get(flow.source)
            inner = variables.inside(source, drawing, names) if source else dict(names)
            yield flow, "condition", flow.condition, inner


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
