"""The gate before a bundle is deployed: reads all its files and says what is wrong.

A bundle that passes runs: every expression parsed, every form, role, table, flow found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from caseflow import feel
from caseflow.engine import decisions as tables
from caseflow.engine import diagrams, drawings, expressions, variables
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import Drawing, Element
from caseflow.engine.findings import Finding
from caseflow.engine.forms import checks as form_checks
from caseflow.engine.forms import reading
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.structure import judge_structure
from caseflow.vocabulary import Role

# Lanes that are no post: the system, the leader of a district (director or deputy).
LANES = frozenset({"system", "district_leader"})
ROLES = frozenset(role.value for role in Role) | LANES
_KEPT = 16


@dataclass
class Judged:
    """A bundle as read, and all that was found."""

    findings: list[Finding] = field(default_factory=list)
    undrawn: list[Finding] = field(default_factory=list)
    drawing: Drawing | None = None
    forms: dict[str, FormSpec] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    names: dict[str, feel.Type] = field(default_factory=dict)
    verbs: Collection[str] | None = None


def judge(
    files: Mapping[str, bytes],
    *,
    verbs: Collection[str] | None = None,
    undeclared: Mapping[str, feel.Type] = MappingProxyType({}),
) -> Judged:
    """Read a bundle and judge it: first the files, then the drawing against them.

    ``undeclared`` are names that a trial takes for variables although nobody declared them.
    """
    judged = Judged(verbs=verbs)
    drawing = _drawing(files, judged)
    for file, data in _of_kind(files, ".form"):
        _form(file, data, judged)
    if drawing is None:
        return judged
    shapes: dict[str, Decision] = {}
    for file, data in _of_kind(files, ".dmn"):
        shapes.update(tables.read_shapes(file, data)[0])
    judged.names = {**undeclared, **variables.declared(drawing, judged.forms, shapes)}
    for file, data in _of_kind(files, ".dmn"):
        found, findings = tables.read(file, data, judged.names)
        judged.decisions.update(found)
        judged.findings += findings
    for file, _ in _of_kind(files, ".form"):
        form = judged.forms.get(_form_key(file))
        if form is not None:
            judged.findings += form_checks.check(file, form, judged.names)
    judge_structure(drawing)
    for element in drawing.elements.values():
        _element(element, drawing, judged)
    _conditions(drawing, judged)
    judged.findings[:0] = drawing.findings
    return judged


def judged(files: Mapping[str, bytes]) -> Judged:
    """A bundle as it stands, judged once for each content; shared, so nobody may change it."""
    return _judged(tuple(sorted(files.items())))


@lru_cache(maxsize=_KEPT)
def _judged(items: tuple[tuple[str, bytes], ...]) -> Judged:
    return judge(dict(items))


def _of_kind(files: Mapping[str, bytes], ending: str) -> list[tuple[str, bytes]]:
    return [(file, data) for file, data in sorted(files.items()) if file.endswith(ending)]


def _form_key(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".form")


def _drawing(files: Mapping[str, bytes], judged: Judged) -> Drawing | None:
    unknown = [file for file in files if not file.endswith((".bpmn", ".dmn", ".form"))]
    for file in sorted(unknown):
        judged.findings.append(Finding("error", file, "", 0, "unknown_file"))
    read = [each for file, data in _of_kind(files, ".bpmn") for each in drawings.read(file, data)]
    judged.undrawn = diagrams.undrawn(read)
    broken = [each for each in read if not each.key]
    if broken or not read:
        judged.findings += [finding for each in broken for finding in each.findings]
        if not read:
            judged.findings.append(Finding("error", "*.bpmn", "", 0, "one_drawing"))
        return None
    return _main(read, judged)


def _main(read: list[Drawing], judged: Judged) -> Drawing | None:
    """The one process that no other of the bundle calls, with those that it calls inside it."""
    known: dict[str, Drawing] = {}
    for each in read:
        if known.setdefault(each.key, each) is not each:
            each.remark("twice", each.key, each.line)
            judged.findings += each.findings[-1:]
    mains = drawings.mains(known.values())
    if len(mains) != 1:
        names = ", ".join(each.key for each in mains)
        where = (mains or read)[0]
        values = {"count": len(mains), "names": names}
        judged.findings.append(
            Finding("error", where.file, where.key, where.line, "one_process", values)
        )
        return None
    judged.drawing = drawings.assemble(mains[0], known)
    return judged.drawing


def _form(file: str, data: bytes, judged: Judged) -> None:
    found, findings = reading.read(file, data)
    judged.findings += findings
    if found is None:
        return
    key = _form_key(file)
    if found.id != key:
        judged.findings.append(
            Finding("error", file, "", 0, "form_name", {"id": found.id, "key": key})
        )
    judged.forms[key] = FormSpec(key, found.fields, found.properties)


def _element(element: Element, drawing: Drawing, judged: Judged) -> None:
    """Judge what is written on one element against the rest of the bundle."""
    names = variables.inside(element, drawing, judged.names)
    if element.needs_person:
        _user_task(element, drawing, judged)
    if element.type == "serviceTask" or (element.type == "sendTask" and element.topic):
        _service_task(element, drawing, judged)
    if element.type == "businessRuleTask":
        _rule_task(element, drawing, judged)
    for text, check in _texts(element):
        _feel(drawing, element.id, element.line, text, check, names)
    if element.is_cycle and expressions.cycle(element.timer) is None:
        drawing.remark("cycle_text", element.id, element.line, text=element.timer)
    if element.call is not None:
        _call(element, drawing, judged)
    _multi(element, drawing, judged)
    _correlation(element, drawing)


def _texts(element: Element) -> Iterator[tuple[str, str]]:
    """The expressions on an element and how each is checked."""
    if element.due:
        yield element.due, "when"
    if element.event == "timer" and not element.is_cycle:
        yield element.timer, "when"
    throws = element.type in {"endEvent", "intermediateThrowEvent"} and element.event == "message"
    if throws or element.type in {"serviceTask", "sendTask"}:
        for name, text in element.properties.items():
            if name not in drawings.OWN_PROPERTIES:
                yield drawings.expression(text), "rule"


def _feel(
    drawing: Drawing, name: str, line: int, text: str, check: str, names: Mapping[str, feel.Type]
) -> None:
    try:
        {"when": expressions.when, "rule": expressions.rule, "condition": expressions.condition}[
            check
        ](text, names)
    except feel.FeelError as error:
        drawing.remark("feel", name, line, reason=error.say)


def _user_task(element: Element, drawing: Drawing, judged: Judged) -> None:
    _form_of(element, drawing, judged)
    roles = (*element.groups, element.lane) if element.lane else element.groups
    if not roles:
        drawing.remark("no_role", element.id, element.line)
    for role in roles:
        if role not in ROLES:
            drawing.remark("unknown_role", element.id, element.line, role=role)
    if element.lane == "system" and not element.groups:
        drawing.remark("system_task", element.id, element.line)


def _form_of(element: Element, drawing: Drawing, judged: Judged) -> None:
    """A manual task may do without: whoever did it outside the house says so, and no more."""
    if not element.form_key:
        if element.type == "userTask":
            drawing.remark("no_form", element.id, element.line)
        return
    if element.form_key not in judged.forms:
        drawing.remark("unknown_form", element.id, element.line, form=element.form_key)
        return
    known = {each.key for each in judged.forms[element.form_key].answered()}
    for name in element.routes:
        if name not in known:
            drawing.remark("unknown_route", element.id, element.line, name=name)
    if element.properties.get("opinion") == "required" and "opinion" not in known:
        drawing.remark("no_opinion", element.id, element.line, form=element.form_key)


def _service_task(element: Element, drawing: Drawing, judged: Judged) -> None:
    if not element.topic:
        drawing.remark("no_topic", element.id, element.line)
    elif judged.verbs is not None and element.topic not in judged.verbs:
        known = ", ".join(sorted(judged.verbs))
        drawing.remark("unknown_verb", element.id, element.line, verb=element.topic, known=known)


def _rule_task(element: Element, drawing: Drawing, judged: Judged) -> None:
    if element.decision not in judged.decisions:
        drawing.remark("unknown_decision", element.id, element.line, decision=element.decision)
    if not element.result:
        drawing.remark("no_result", element.id, element.line)
    if element.mapping not in tables.MAPPINGS:
        drawing.remark("unknown_mapping", element.id, element.line, mapping=element.mapping)


def _call(element: Element, drawing: Drawing, judged: Judged) -> None:
    call = element.call
    assert call is not None  # noqa: S101 - asked by the caller
    outer = variables.handed(element, drawing, judged.names)
    inner = variables.inside(element, drawing, judged.names)
    for pairs, names in ((call.takes, outer), (call.gives, inner)):
        for name, text in pairs:
            if not name.isidentifier():
                drawing.remark("multi_variable", element.id, element.line, name=name)
            _feel(drawing, element.id, element.line, text, "rule", names)


def _multi(element: Element, drawing: Drawing, judged: Judged) -> None:
    multi = element.multi
    if multi is None:
        return
    if element.type not in drawings.ACTIVITIES or element.is_event_scope:
        drawing.remark("multi_kind", element.id, element.line)
    if bool(multi.collection) == bool(multi.cardinality):
        drawing.remark("multi_count", element.id, element.line)
    if multi.variable and not multi.variable.isidentifier():
        drawing.remark("multi_variable", element.id, element.line, name=multi.variable)
    outer = variables.outside(element, drawing, judged.names)
    for text in (multi.collection, multi.cardinality):
        if text:
            _feel(drawing, element.id, element.line, text, "rule", outer)
    if multi.until:
        inner = {**variables.inside(element, drawing, judged.names), **variables.COUNTERS}
        _feel(drawing, element.id, element.line, multi.until, "condition", inner)


def _correlation(element: Element, drawing: Drawing) -> None:
    """Cases are told apart by what the case knows, not by what one of its instances does."""
    told_by = [name.strip() for name in element.properties.get("correlation", "").split(",")]
    own = variables.of_instances(element, drawing)
    for name in told_by:
        if element.event == "message" and name in own:
            drawing.remark("correlation_own", element.id, element.line, name=name)


def _conditions(drawing: Drawing, judged: Judged) -> None:
    """Conditions stand after exclusive and inclusive gateways, on all flows but the default."""
    for flow in drawing.flows.values():
        source = drawing.elements[flow.source]
        asks = source.type in {"exclusiveGateway", "inclusiveGateway"}
        is_split = asks and len(drawing.outgoing(source.id)) > 1
        if flow.condition and (not is_split or flow.id == source.default):
            drawing.remark("condition_place", flow.id, flow.line)
        elif flow.condition:
            names = variables.inside(source, drawing, judged.names)
            _feel(drawing, flow.id, flow.line, flow.condition, "condition", names)
        elif is_split and flow.id != source.default and not _splits_all(source, drawing):
            drawing.remark("no_condition", flow.id, flow.line)


def _splits_all(source: Element, drawing: Drawing) -> bool:
    """An inclusive gateway without any condition sends a token along every flow."""
    return source.type == "inclusiveGateway" and not any(
        flow.condition for flow in drawing.outgoing(source.id)
    )
