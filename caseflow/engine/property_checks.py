"""What the properties of steps say, before a bundle is deployed: names and words that do something.

A misspelt rule would silently be no rule, and a word that nobody knows would stop the case.
Drawings deployed earlier and trials are not held to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from caseflow import feel, lines
from caseflow.engine import expressions, flow_checks, variables
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import NOTHING, Drawing, Element, caller_steps, expression, split
from caseflow.engine.findings import Finding
from caseflow.feel import tree
from caseflow.vocabulary import drawings as words
from caseflow.vocabulary.choices import SendBackTo
from caseflow.vocabulary.limits import LIMITS

_ANY = frozenset({"name_en", "lane", "stage"})
_PERSON = _ANY | {
    *("status", "relation", "separation", "clock", "ends_clock", "opinion", "signs", "routes"),
    *("line", "return_steps", "unit", "verbs"),
}
# Their properties are the arguments of what they do, and free.
_ARGUED = frozenset({"serviceTask", "sendTask"})
_TIMES = tuple(name for name, _, unit in LIMITS if unit in {"wd", "d"})
_MONTH_DAYS = tuple(name for name, _, unit in LIMITS if unit == "day of the month")
# The words that a property may hold; an empty one says nothing.
_WORDS: Mapping[str, Collection[str]] = {
    "stage": words.STAGES,
    "status": words.OPEN_STATUSES,
    "case_status": words.END_STATUSES,
    "relation": words.RELATIONS,
    "opinion": ("required", "optional"),
    "signs": words.SIGNED,
    "clock": _TIMES,
    "ends_clock": _TIMES,
    "line": frozenset({*lines.table().groups, *lines.table().whole}),
}
# What a call may name instead of what its part has drawn.
_EXCHANGED = (_TIMES, words.SIGNED, words.STAGES)
# The words of which a property may hold several.
_LISTS: Mapping[str, Collection[str]] = {
    "return_steps": tuple(word.value for word in SendBackTo),
    "verbs": (*words.OFFICE_VERBS, words.NO_VERB),
}
_COUNTING = {"working_days": _TIMES, "days": _TIMES, "day_of_month": _MONTH_DAYS}


def judge(
    drawing: Drawing, names: Mapping[str, feel.Type], decisions: Mapping[str, Decision]
) -> list[Finding]:
    """Everything that is wrong with the properties and named limits of a drawing."""
    found = []
    for element in drawing.elements.values():
        known = _known(element)
        if known is not None:
            found += [*_names(element, known), *_values(element)]
        if element.needs_person:
            found += [*_groups(element), *_separation(element, drawing)]
            found += [*_member(element, drawing), *_unit(element, drawing, names)]
        found += [*_instead(element), *_limits(element, drawing, names, decisions)]
    return [
        Finding("error", element.file or drawing.file, element.id, element.line, code, values)
        for element, code, values in found
    ]


_Found = Iterator[tuple[Element, str, dict[str, object]]]


def _known(element: Element) -> Collection[str] | None:
    """The properties that do something on an element; None where they are arguments."""
    if element.needs_person:
        return _PERSON
    throws = element.type in {"endEvent", "intermediateThrowEvent"} and element.event == "message"
    if element.type in _ARGUED or throws:
        return None
    if element.type == "endEvent":
        return _ANY | {"case_status"}
    if element.call is not None:
        return _ANY | {"instead", "return_steps"}
    if element.type == "subProcess":
        return _ANY | {"return_steps"}
    return _ANY | {"correlation"} if element.event == "message" else _ANY


def _names(element: Element, known: Collection[str]) -> _Found:
    for name in element.properties:
        if name in known:
            continue
        near = get_close_matches(name, known, n=1)
        if near:
            yield element, "property_misspelt", {"name": name, "near": near[0]}
        else:
            yield element, "property_unknown", {"name": name, "known": ", ".join(sorted(known))}


def _values(element: Element) -> _Found:
    for name, allowed in _WORDS.items():
        value = element.properties.get(name)
        if value and value not in allowed:
            known = ", ".join(allowed)
            yield element, "property_value", {"name": name, "value": value, "known": known}
    for name, allowed in _LISTS.items():
        for word in split(element.properties.get(name, "")):
            if word not in allowed:
                told: dict[str, object] = {"name": name, "value": word, "known": ", ".join(allowed)}
                yield element, "property_value", told


def _groups(element: Element) -> _Found:
    """The system is a lane, but nobody sits there who could take a step."""
    if any(group == "system" for group in element.groups):
        yield element, "property_group", {}


def _separation(element: Element, drawing: Drawing) -> _Found:
    done = {each.id for each in drawing.elements.values() if each.needs_person}
    known = [*words.OFFICERS, *sorted(done), *caller_steps(drawing)]
    for word in split(element.properties.get("separation", "")):
        if word not in known:
            near = get_close_matches(word, known, n=1)
            yield element, "separation_word", {"word": word, "near": (near or known)[0]}


def _member(element: Element, drawing: Drawing) -> _Found:
    """A member of the collective is the item of the instances around the step."""
    if element.properties.get("relation") not in words.OF_ITEM:
        return
    place: Element | None = element
    while place is not None:
        if place.multi is not None and place.multi.collection:
            return
        place = drawing.elements.get(place.scope)
    yield element, "relation_item", {}


def _unit(element: Element, drawing: Drawing, names: Mapping[str, feel.Type]) -> _Found:
    """A unit is named by a variable: of the case, or of the instances around the step."""
    name = element.properties.get("unit")
    known = variables.handed(element, drawing, names)
    if name and name not in known:
        told: dict[str, object] = {"name": "unit", "value": name, "known": ", ".join(sorted(known))}
        yield element, "property_value", told


def _instead(element: Element) -> _Found:
    """What a call names in the place of limits, papers and stages: each by one of its kind."""
    for part in filter(None, map(str.strip, element.properties.get("instead", "").split(";"))):
        name, _, other = (piece.strip() for piece in part.partition(":"))
        alike = next((kind for kind in _EXCHANGED if name in kind), ())
        if other not in alike and not (alike and other == NOTHING):
            named = (NOTHING, *alike) if alike else (name for kind in _EXCHANGED for name in kind)
            known = ", ".join(named)
            yield element, "property_value", {"name": "instead", "value": part, "known": known}


def _limits(
    element: Element,
    drawing: Drawing,
    names: Mapping[str, feel.Type],
    decisions: Mapping[str, Decision],
) -> _Found:
    """Limits named in what is counted, as ``working_days("wv_desk")``."""
    inside = {**variables.inside(element, drawing, names), **variables.COUNTERS}
    around = expressions.scope(inside)
    ways = drawing.outgoing(element.id)
    for text in flow_checks.texts(element, ways, decisions):
        try:
            parsed = feel.parse(expression(text), around)
        except feel.FeelError:
            continue  # said already, or a bare duration
        for node in tree.walk(parsed.tree):
            if isinstance(node, tree.Call) and node.name in _COUNTING:
                yield from _named(element, node)


def _named(element: Element, call: tree.Call) -> _Found:
    limits = _COUNTING[call.name]
    for argument in call.arguments:
        if isinstance(argument, tree.Text):
            name = argument.value
            if name not in limits:
                near = get_close_matches(name, limits, n=1)
                known = near[0] if near else ", ".join(limits)
                yield element, "unknown_limit", {"name": name, "known": known}
