"""What stands in a BPMN file and would mean nothing here: named, so that it can be refused.

Other engines read it, and a drawing that was made for them would run otherwise without a word.
Attributes and elements of tools that only draw (colours, exporters) are passed by.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
# Namespaces whose attributes and extension elements change what a drawing does.
_VENDORS = {
    CAMUNDA: "camunda",
    "{http://camunda.org/schema/zeebe/1.0}": "zeebe",
    "{http://spiffworkflow.org/bpmn/schema/1.0/core}": "spiffworkflow",
    "{http://flowable.org/bpmn}": "flowable",
    "{http://activiti.org/bpmn}": "activiti",
}
_FOREIGN = tuple(f"{each}*" for each in _VENDORS)
_PERSON = frozenset({"formKey", "candidateGroups", "dueDate"})
_VERB = frozenset({"type", "topic"})
# What is read of Camunda's attributes, by kind of element.
_READ = {
    "userTask": _PERSON,
    "manualTask": _PERSON,
    "serviceTask": _VERB,
    "sendTask": _VERB,
    "businessRuleTask": frozenset({"decisionRef", "resultVariable", "mapDecisionResult"}),
    "multiInstanceLoopCharacteristics": frozenset({"collection", "elementVariable"}),
}
# What says nothing to an engine that stores every step and keeps every version.
_QUIET = frozenset(
    {
        "asyncBefore",
        "asyncAfter",
        "exclusive",
        "jobPriority",
        "taskPriority",
        "decisionRefBinding",
        "calledElementBinding",
        "modelerTemplate",
        "modelerTemplateVersion",
        "modelerTemplateIcon",
        "historyTimeToLive",
        "isStartableInTasklist",
        "versionTag",
    }
)
# Attributes of BPMN with the values that would change a course.
_VALUES = {
    "isForCompensation": {"true"},
    "instantiate": {"true"},
    "parallelMultiple": {"true"},
    "eventGatewayType": {"Parallel"},
    "behavior": {"None", "One", "Complex"},
}
_TIMES = (BPMN + "timeDate", BPMN + "timeDuration", BPMN + "timeCycle")
_ONE = frozenset({"startQuantity", "completionQuantity"})
_EXTENSIONS = {"callActivity": frozenset({"properties", "in", "out"})}
_PROPERTIES = frozenset({"properties"})

Unmeant = tuple[etree._Element, str]


def unmeant(node: etree._Element) -> Iterator[Unmeant]:
    """What an element, flow or process says in vain: where it stands, and what it is called."""
    yield from _own(node)
    for part in node.iterchildren(BPMN + "*"):
        kind = etree.QName(part).localname
        if kind.endswith("EventDefinition"):
            yield from _own(part)
            # A timer has one time; what else would it be due at?
            for further in list(part.iterchildren(*_TIMES))[1:]:
                yield further, etree.QName(further).localname
        elif kind in {"multiInstanceLoopCharacteristics", "conditionExpression"}:
            yield from _own(part)


def _own(node: etree._Element) -> Iterator[Unmeant]:
    kind = etree.QName(node).localname
    for name, value in node.attrib.items():
        said = _attribute(kind, str(name), str(value))
        if said:
            yield node, said
    extension = node.find(BPMN + "extensionElements")
    known = _EXTENSIONS.get(kind, _PROPERTIES)
    foreign = () if extension is None else extension.iterchildren(*_FOREIGN)
    for child in foreign:
        vendor = _VENDORS[f"{{{etree.QName(child).namespace}}}"]
        part = etree.QName(child).localname
        if vendor != "camunda" or part not in known:
            yield child, f"{vendor}:{part}"


def _attribute(kind: str, name: str, value: str) -> str:
    """What an attribute is called if it says something in vain, else nothing."""
    space, brace, local = name.rpartition("}")
    vendor = _VENDORS.get(space + brace)
    if vendor == "camunda":
        if local == "type" and kind in _READ and value == "external":
            return ""
        is_read = local in _READ.get(kind, frozenset()) and local != "type"
        return "" if is_read or local in _QUIET else f'camunda:{local}="{value[:40]}"'
    if vendor:
        return f"{vendor}:{local}"
    if value in _VALUES.get(local, ()) or (local in _ONE and value != "1"):
        return f'{local}="{value[:40]}"'
    return ""
