"""Which routing variables a drawing knows, and what each may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow import feel
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import Drawing, Element, Multi, said_around, split
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.forms.names import type_of
from caseflow.engine.forms.specs import FieldSpec
from caseflow.feel.typesystem import join

TYPES = {
    "number": feel.NUMBER,
    "string": feel.STRING,
    "boolean": feel.BOOLEAN,
    "date": feel.DATE,
    "date_time": feel.DATE_TIME,
    "any": feel.ANY,
}
COUNTERS = {
    "nrOfInstances": feel.NUMBER,
    "nrOfCompletedInstances": feel.NUMBER,
    "nrOfActiveInstances": feel.NUMBER,
    "loopCounter": feel.NUMBER,
}


def declared(
    drawing: Drawing, forms: Mapping[str, FormSpec], decisions: Mapping[str, Decision]
) -> dict[str, feel.Type]:
    """All variables of the case with their types; what is declared wrongly is a finding."""
    names: dict[str, feel.Type] = {}
    for name, kind in _from_forms(drawing, forms):
        names[name] = _union(names[name], kind) if name in names else kind
    for element in drawing.elements.values():
        decision = decisions.get(element.decision)
        if element.result and decision is not None:
            kind = decision.result_type(element.mapping)
            known = names.get(element.result)
            names[element.result] = kind if known is None else _union(known, kind)
    # A called process may say only loosely what its caller sets by form or table.
    for text in drawing.called_variables:
        names = dict(_from_process(drawing, text)) | names
    names.update(_from_process(drawing, drawing.properties.get("variables", "")))
    for element in drawing.elements.values():
        if element.call is not None:
            # What comes out of a call without being declared may be anything.
            names = {name: feel.ANY for name, _ in element.call.gives} | names
    return names


def inside(
    element: Element, drawing: Drawing, names: Mapping[str, feel.Type]
) -> dict[str, feel.Type]:
    """The variables seen by what stands in an element: its instance's own too."""
    seen = dict(names)
    place: Element | None = element
    while place is not None:
        if place.multi is not None:
            seen |= _own(place.multi, names)
        if place.call is not None:
            seen |= {name: feel.ANY for name, _ in place.call.takes}
        place = drawing.elements.get(place.scope)
    return seen


def outside(
    element: Element, drawing: Drawing, names: Mapping[str, feel.Type]
) -> dict[str, feel.Type]:
    """The variables seen where an element stands, before its instances or its call begin."""
    around = drawing.elements.get(element.scope)
    return dict(names) if around is None else inside(around, drawing, names)


def handed(
    element: Element, drawing: Drawing, names: Mapping[str, feel.Type]
) -> dict[str, feel.Type]:
    """The variables that may go into a call: those outside it, and its instance's own."""
    seen = outside(element, drawing, names)
    return seen if element.multi is None else seen | _own(element.multi, names)


def of_instances(element: Element, drawing: Drawing) -> set[str]:
    """The variables that only an instance has, of the element or of what it stands in."""
    own: set[str] = set()
    place: Element | None = element
    while place is not None:
        if place.multi is not None:
            own |= _own(place.multi, {}).keys()
        place = drawing.elements.get(place.scope)
    return own


def _own(multi: Multi, names: Mapping[str, feel.Type]) -> dict[str, feel.Type]:
    """The variables that each instance has of its own."""
    item = {multi.variable: _item_type(multi, names)} if multi.variable else {}
    return {"loopCounter": feel.NUMBER, **item}


def _item_type(multi: Multi, names: Mapping[str, feel.Type]) -> feel.Type:
    """The type of an item, where the collection is simply a variable."""
    kind = names.get(multi.collection)
    return kind.of if kind is not None and kind.of is not None else feel.ANY


def _from_forms(drawing: Drawing, forms: Mapping[str, FormSpec]) -> Iterator[tuple[str, feel.Type]]:
    for element in drawing.elements.values():
        form = forms.get(element.form_key)
        if form is None:
            continue
        for each in routed(element, form):
            yield each.key, _narrowed(each, element, drawing) or type_of(each)


def _narrowed(field: FieldSpec, element: Element, drawing: Drawing) -> feel.Type | None:
    """The words of a vocabulary that the drawing says are offered here (``return_steps``)."""
    if not (field.vocabulary and field.choices_key):
        return None
    words = split(said_around(drawing.elements, element.id, field.choices_key))
    return feel.one_of(*words) if words else None


def routed(element: Element, form: FormSpec) -> list[FieldSpec]:
    """The fields whose answers become routing variables when this element is handed in."""
    return [each for each in form.answered() if each.is_routing or each.key in element.routes]


def _union(first: feel.Type, second: feel.Type) -> feel.Type:
    """What may come from either; words of two closed lists are put together."""
    if first.choices and second.choices:
        return feel.one_of(*dict.fromkeys(first.choices + second.choices))
    return join(first, second)


def _from_process(drawing: Drawing, text: str) -> Iterator[tuple[str, feel.Type]]:
    """The ``variables`` property of a process: ``score: number; members: list of string``."""
    for part in text.split(";"):
        if not part.strip():
            continue
        name, colon, kind = (piece.strip() for piece in part.partition(":"))
        found = _declared_type(kind)
        if not colon or not name.isidentifier() or found is None:
            drawing.remark("variable_declared", drawing.key, drawing.line, text=part.strip())
            continue
        yield name, found


def _declared_type(text: str) -> feel.Type | None:
    if text.startswith("list of "):
        inner = _declared_type(text.removeprefix("list of ").strip())
        return None if inner is None else feel.list_of(inner)
    if text.startswith("one of "):
        words = tuple(word.strip() for word in text.removeprefix("one of ").split(","))
        return feel.one_of(*words) if all(words) else None
    return TYPES.get(text)
