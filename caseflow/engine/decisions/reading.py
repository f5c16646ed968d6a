"""A DMN file: its decisions, input data, knowledge and services, read strictly or as the standard.

Whatever is not supported is refused by name, element and line; a decision in which something is
refused is left out, the others stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from caseflow import feel
from caseflow.engine import safe_xml
from caseflow.engine.decisions import gaps
from caseflow.engine.decisions.boxed import Box, RefusedBox
from caseflow.engine.decisions.models import (
    Decision,
    InputData,
    Knowledge,
    Model,
    Needs,
    Service,
)
from caseflow.engine.decisions.names import (
    NAMESPACES,
    ROOTS,
    child,
    children,
    local,
    named,
    plain,
    target,
    text_of,
)
from caseflow.engine.decisions.read_boxes import (
    logic_of,
    parameters_of,
    read_box,
    read_function,
    signature,
)
from caseflow.engine.decisions.source import Source, View
from caseflow.engine.decisions.tables import Table
from caseflow.engine.decisions.types import Item
from caseflow.engine.findings import Finding
from caseflow.feel.typesystem import conforms

Names = Mapping[str, feel.Type]
MOST_NESTED = 40
_NAME = re.compile(r"[^\W\d][\w ]*")

_MODEL = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_MAY_BE = {
    "requiredInput": ("inputData",),
    "requiredDecision": ("decision",),
    "requiredKnowledge": ("businessKnowledgeModel", "decisionService"),
}
# What only explains: it decides nothing, and may stand anywhere.
_REMARKS = frozenset(
    {
        *("description", "extensionElements", "itemDefinition", "knowledgeSource"),
        *("textAnnotation", "association", "group", "elementCollection"),
        *("performanceIndicator", "organizationUnit"),
    }
)


def read(file: str, data: bytes, names: Names) -> tuple[dict[str, Decision], list[Finding]]:
    """Read the decisions of a file over these variables."""
    model, findings = _model(file, data, names)
    return model.decisions, findings


def read_shapes(file: str, data: bytes) -> tuple[dict[str, Decision], list[Finding]]:
    """Read of the decisions of a file no more than tells which variables their answers give.

    What a table asks, and its rules, are left out: what is wrong there is not found either.
    """
    model, findings = _model(file, data, None, is_shape=True)
    return model.decisions, findings


def read_model(file: str, data: bytes) -> tuple[Model, list[Finding]]:
    """Read a file as the bare standard has it, for questions from outside a drawing."""
    return _model(file, data, None)


def read_alone(file: str, data: bytes) -> list[Finding]:
    """Judge a file by itself, over the input data that it declares and the names it asks for."""
    try:
        root = safe_xml.parse(data, roots=ROOTS)
    except safe_xml.BadXml as error:
        return [Finding("error", file, "", error.line, error.code, error.values)]
    asked = _asked_for(Source(file, root, is_strict=True), root)
    source = Source(file, root, is_strict=True)
    _Reader(source, root, asked).read()
    return source.findings


def _model(
    file: str, data: bytes, names: Names | None, *, is_shape: bool = False
) -> tuple[Model, list[Finding]]:
    try:
        root = safe_xml.parse(data, roots=ROOTS)
    except safe_xml.BadXml as error:
        return Model(), [Finding("error", file, "", error.line, error.code, error.values)]
    source = Source(file, root, is_strict=names is not None, is_shape=is_shape)
    return _Reader(source, root, names).read(), source.findings


def _asked_for(source: Source, root: etree._Element) -> dict[str, feel.Type]:
    """The names that a file asks for: its input data, and the plain names its tables ask."""
    names = {
        named(each): source.typed(child(each, "variable")).type
        for each in children(root, "inputData")
    }
    for node in root.iter(*(f"{{{space}}}inputExpression" for space in NAMESPACES)):
        name = plain(text_of(node, "text"))
        if _NAME.fullmatch(name):
            names.setdefault(name, source.typed(node).type)
    return names


class _Reader:
    """Reads what a file holds, each thing once, what it requires first."""

    def __init__(self, source: Source, root: etree._Element, names: Names | None) -> None:
        self.source = source
        self.root = root
        self.names = names or {}
        self.model = Model(is_strict=source.is_strict)
        self.nodes: dict[str, etree._Element] = {}
        self.open: set[str] = set()

    def read(self) -> Model:
        for node in children(self.root):
            kind, key = local(node), self.key(node)
            if kind in _MODEL and key in self.nodes:
                self.source.remark("twice", node)
            elif kind in _MODEL and not key:
                self.source.remark("dmn_no_table", node)
            elif kind in _MODEL:
                self.nodes[key] = node
            elif kind not in _REMARKS:
                self.source.remark("dmn_unsupported", node, kind=kind)
        for node in self.nodes.values():
            self._one(node)
        return self.model

    def key(self, node: etree._Element) -> str:
        """The id of an element; the bare standard lets the name do where there is none."""
        return node.get("id") or ("" if self.source.is_strict else named(node))

    def _one(self, node: etree._Element) -> None:
        kind = local(node)
        if kind == "inputData":
            self.input(node)
        elif kind == "decision":
            self.decision(node)
        elif kind == "businessKnowledgeModel":
            self.knowledge(node)
        else:
            self.service(node)

    def input(self, node: etree._Element) -> InputData:
        """Read an input; in a drawing it must be one of the routing variables."""
        key = self.key(node)
        if key in self.model.inputs:
            return self.model.inputs[key]
        name, item = named(node), self.source.typed(child(node, "variable"))
        if self.source.is_strict and name not in self.names:
            self.source.remark("dmn_input", node, name=name)
        elif self.source.is_strict and not conforms(self.names[name], item.type):
            found = self.names[name]
            self.source.remark("dmn_column_type", node, declared=item.type, found=found)
        self.model.inputs[key] = InputData(key, name, item)
        return self.model.inputs[key]

    def decision(self, node: etree._Element) -> Decision | None:
        """Read a decision; None for one that requires itself."""
        key = self.key(node)
        if key in self.model.decisions:
            return self.model.decisions[key]
        if key in self.open or len(self.open) >= MOST_NESTED:
            code = "dmn_cycle" if key in self.open else "dmn_too_deep"
            self.source.remark(code, node, limit=MOST_NESTED)
            return None
        self.open.add(key)
        logic = logic_of(node)
        if logic is None:
            self.source.remark("dmn_no_table", node)
        needs, view = self.needs(node)
        asks = not (self.source.is_strict or self.source.is_shape or needs.inputs)
        if asks and logic is not None:
            needs, view = self._asked(node, logic, needs, view)
        box = read_box(self.source, logic, view)
        item = self._declared(node, box)
        found = Decision(
            key, plain(node.get("name")) or key, named(node), box, item, needs, self.model
        )
        self.model.decisions[key] = found
        self.open.discard(key)
        if isinstance(box, Table) and self.source.is_strict:
            self.source.findings += gaps.judge(self.source.file, box)
        return found

    def knowledge(self, node: etree._Element) -> feel.Function:
        """Read a business knowledge model; the function that others may call."""
        key, name = self.key(node), named(node)
        known = self.model.knowledge.get(key)
        logic = child(node, "encapsulatedLogic")
        is_open = key in self.open or len(self.open) >= MOST_NESTED
        if known is None and logic is not None and not is_open:
            self.open.add(key)
            needs, view = self.needs(node)
            function = read_function(self.source, logic, view, name=name)
            known = self.model.knowledge[key] = Knowledge(key, name, function, needs)
            self.open.discard(key)
        if known is not None:
            return signature(self.source, name, known.function.parameters, known.function.body.type)
        if logic is None:
            self.source.remark("dmn_no_table", node)
        parameters = () if logic is None else parameters_of(self.source, logic)
        return signature(self.source, name, parameters, feel.ANY)

    def service(self, node: etree._Element) -> feel.Function:
        """Read a decision service; the function that others may call."""
        key, name = self.key(node), named(node)
        item = self.source.typed(child(node, "variable"))
        inputs = self._targets(node, "inputData", "inputData")
        decided = self._targets(node, "inputDecision", "decision")
        parameters = tuple(
            (named(each), self.source.typed(child(each, "variable")))
            for each in (self.nodes[each] for each in (*inputs, *decided))
        )
        outputs = self._targets(node, "outputDecision", "decision")
        if not outputs:
            self.source.remark(
                "dmn_incomplete", node, kind="decisionService", part="outputDecision"
            )
        self.model.services[key] = Service(key, name, item, outputs, inputs, decided)
        kinds = tuple(item.type for _, item in parameters)
        names = tuple(each for each, _ in parameters)
        return feel.Function(name, kinds, item.type, parameter_names=names)

    def needs(self, node: etree._Element) -> tuple[Needs, View]:
        """Read what something requires, and so what its expressions may name."""
        view = View(dict(self.names))
        inputs: list[tuple[str, str]] = []
        decisions: list[tuple[str, str]] = []
        functions: list[tuple[str, str]] = []
        for required in self._required(node):
            key, name, kind = self.key(required), named(required), local(required)
            if kind == "inputData":
                inputs.append((name, key))
                data = self.input(required)
                view = view.seeing({name: self.names.get(name, data.item.type)})
            elif kind == "decision":
                view = self._seeing(required, decisions, view)
            else:
                functions.append((name, key))
                is_model = kind == "businessKnowledgeModel"
                called = self.knowledge(required) if is_model else self.service(required)
                view = view.calling(name, called)
        return Needs(tuple(inputs), tuple(decisions), tuple(functions)), view

    def _seeing(self, node: etree._Element, decisions: list[tuple[str, str]], view: View) -> View:
        """See the result of a decision by its name, in a drawing by its id too."""
        key, found = self.key(node), self.decision(node)
        kind = feel.ANY if found is None else found.result_type("")
        called = [named(node)]
        if self.source.is_strict and key.isidentifier() and key not in view.names:
            called.append(key)
        decisions += [(name, key) for name in called]
        return view.seeing(dict.fromkeys(called, kind))

    def _required(self, node: etree._Element) -> Iterator[etree._Element]:
        for requirement in children(node, "informationRequirement", "knowledgeRequirement"):
            for each in children(requirement):
                found = self.nodes.get(target(each))
                if found is not None and local(found) in _MAY_BE.get(local(each), ()):
                    yield found
                elif local(each).startswith("required"):
                    self.source.remark("dmn_reference", each, href=each.get("href", ""))

    def _targets(self, node: etree._Element, name: str, kind: str) -> tuple[str, ...]:
        found: list[str] = []
        for each in children(node, name):
            key = target(each)
            if key in self.nodes and local(self.nodes[key]) == kind:
                found.append(key)
            else:
                self.source.remark("dmn_reference", each, href=each.get("href", ""))
        return tuple(found)

    def _declared(self, node: etree._Element, box: Box) -> Item:
        """The type of a decision's result, which what it is worth must fit."""
        item = self.source.typed(child(node, "variable"))
        is_known = not isinstance(box, RefusedBox) and box.type != feel.ANY
        if self.source.is_strict and is_known and not conforms(box.type, item.type):
            self.source.remark("dmn_column_type", node, declared=item.type, found=box.type)
        return item

    def _asked(
        self, node: etree._Element, logic: etree._Element, needs: Needs, view: View
    ) -> tuple[Needs, View]:
        """Take the plain names that a table asks for as its inputs, where it requires none."""
        asked: list[tuple[str, str]] = []
        for each in children(logic, "input"):
            inner = child(each, "inputExpression")
            name = plain(text_of(inner, "text"))
            if inner is None or not _NAME.fullmatch(name) or name in view.names:
                continue
            key = f"{node.get('id', '')}/{name}"
            item = self.source.typed(inner)
            self.model.inputs[key] = InputData(key, name, item)
            asked.append((name, key))
            view = view.seeing({name: item.type})
        return replace(needs, inputs=tuple(asked)), view
