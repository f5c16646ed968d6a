"""Boxed expressions: from XML to boxes, with whatever is not supported refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from lxml import etree

from caseflow import feel
from caseflow.engine.decisions.boxed import (
    Box,
    ConditionalBox,
    ContextBox,
    FilterBox,
    FunctionBox,
    InvocationBox,
    ListBox,
    LiteralBox,
    LoopBox,
    RefusedBox,
    TypedBox,
    argument,
)
from caseflow.engine.decisions.names import child, children, local, plain, text_of
from caseflow.engine.decisions.read_tables import read_table
from caseflow.engine.decisions.source import Source, View, entries_of
from caseflow.engine.decisions.types import Item
from caseflow.feel import tree
from caseflow.feel.check import element

_Reader = Callable[[Source, etree._Element, View], Box]


def logic_of(node: etree._Element) -> etree._Element | None:
    """Find the expression in an element; every kind of box counts, those not read too."""
    return child(node, *_READERS, *_REFUSED)


def read_box(source: Source, node: etree._Element | None, view: View) -> Box:
    """Read a box, by whatever name; what cannot be read is remarked and refuses to be asked."""
    if node is None:
        return RefusedBox("")
    reader = _READERS.get(local(node))
    if reader is None:
        source.remark("dmn_unsupported", node, kind=local(node) or str(node.tag)[:100])
        return RefusedBox(node.get("id", ""))
    box = reader(source, node, view)
    item = source.typed(node)
    is_bare = item.type == feel.ANY or isinstance(box, FunctionBox | RefusedBox)
    return box if is_bare else TypedBox(box, item)


def read_function(
    source: Source, node: etree._Element, view: View, *, name: str = ""
) -> FunctionBox:
    """Read a function; it may call itself by its name."""
    kind = (node.get("kind") or "FEEL").upper()
    body = logic_of(node)
    parameters = parameters_of(source, node)
    if kind != "FEEL" or body is None:
        source.remark("dmn_function", node, kind=kind)
        return FunctionBox(parameters, RefusedBox(node.get("id", "")))
    if name:
        view = view.calling(name, signature(source, name, parameters, feel.ANY))
    inner = view.seeing({each: item.type for each, item in parameters})
    return FunctionBox(parameters, read_box(source, body, inner))


def parameters_of(source: Source, node: etree._Element) -> tuple[tuple[str, Item], ...]:
    """Read the parameters of a function with their types."""
    return tuple(
        (plain(each.get("name")), source.typed(each)) for each in children(node, "formalParameter")
    )


def signature(
    source: Source, name: str, parameters: tuple[tuple[str, Item], ...], gives: feel.Type
) -> feel.Function:
    """How a function may be called; by the bare standard, with arguments of any type."""
    kinds = (item.type if source.is_strict else feel.ANY for _, item in parameters)
    return feel.Function(
        name, tuple(kinds), gives, parameter_names=tuple(each for each, _ in parameters)
    )


def _literal(source: Source, node: etree._Element, view: View) -> Box:
    if child(node, "importedValues") is not None:
        source.remark("dmn_unsupported", node, kind="importedValues")
        return RefusedBox(node.get("id", ""))
    expression = source.expression(text_of(node, "text"), node, view)
    return RefusedBox(node.get("id", "")) if expression is None else LiteralBox(expression)


def _table(source: Source, node: etree._Element, view: View) -> Box:
    owner = node.getparent()
    name = (owner.get("id", "") if owner is not None else "") or node.get("id", "")
    return read_table(source, node, view, name)


def _context(source: Source, node: etree._Element, view: View) -> Box:
    entries: list[tuple[str, Box]] = []
    for each in children(node, "contextEntry"):
        variable, inner = child(each, "variable"), logic_of(each)
        name = "" if variable is None else plain(variable.get("name"))
        is_last = each.getnext() is None
        if inner is None or not (name or is_last):
            part = "expression" if inner is None else "variable"
            source.remark("dmn_incomplete", each, kind="contextEntry", part=part)
            return RefusedBox(node.get("id", ""))
        if not name:
            return ContextBox(tuple(entries), read_box(source, inner, view))
        if local(inner) == "functionDefinition":
            function = read_function(source, inner, view, name=name)
            view = view.calling(
                name, signature(source, name, function.parameters, function.body.type)
            )
            entries.append((name, function))
            continue
        box = read_box(source, inner, view)
        item = source.typed(variable)
        entries.append((name, box if item.type == feel.ANY else TypedBox(box, item)))
        view = view.seeing({name: entries[-1][1].type})
    return ContextBox(tuple(entries), None)


def _list(source: Source, node: etree._Element, view: View) -> Box:
    items = children(node, *_READERS, *_REFUSED)
    return ListBox(tuple(read_box(source, each, view) for each in items))


def _relation(source: Source, node: etree._Element, view: View) -> Box:
    columns = [(plain(each.get("name")), source.typed(each)) for each in children(node, "column")]
    rows: list[Box] = []
    for row in children(node, "row"):
        cells = [read_box(source, each, view) for each in children(row, *_READERS, *_REFUSED)]
        if len(cells) != len(columns):
            source.remark("dmn_cells", row)
            return RefusedBox(node.get("id", ""))
        rows.append(
            ContextBox(
                tuple(
                    (name, cell if item.type == feel.ANY else TypedBox(cell, item))
                    for (name, item), cell in zip(columns, cells, strict=True)
                ),
                None,
            )
        )
    return ListBox(tuple(rows))


def _invocation(source: Source, node: etree._Element, view: View) -> Box:
    called = child(node, "literalExpression")
    name = plain(text_of(called, "text"))
    bindings = [
        (plain(parameter.get("name")), logic_of(each))
        for each in children(node, "binding")
        if (parameter := child(each, "parameter")) is not None
    ]
    given = [(key, read_box(source, inner, view)) for key, inner in bindings if inner is not None]
    named = {argument(at): box.type for at, (_, box) in enumerate(given)}
    written = [f"{key}: {argument(at)}" for at, (key, _) in enumerate(given)]
    missing = [f"{key}: null" for key, inner in bindings if inner is None]
    text = f"{name}({', '.join([*written, *missing])})"
    expression = source.expression(text, node, view.seeing(named))
    if expression is None or not isinstance(expression.tree, tree.Call | tree.Apply):
        if expression is not None:
            source.remark("dmn_invocation", node, name=name)
        return RefusedBox(node.get("id", ""))
    return InvocationBox(expression, tuple(box for _, box in given))


def _function(source: Source, node: etree._Element, view: View) -> Box:
    return read_function(source, node, view)


def _inside(source: Source, node: etree._Element, name: str, view: View) -> Box:
    """Read the box in a part of another box, such as ``then`` of a conditional."""
    part = child(node, name)
    inner = None if part is None else logic_of(part)
    if inner is None:
        source.remark("dmn_incomplete", node, kind=local(node), part=name)
    return read_box(source, inner, view)


def _conditional(source: Source, node: etree._Element, view: View) -> Box:
    parts = (_inside(source, node, name, view) for name in ("if", "then", "else"))
    return ConditionalBox(*parts)


def _filter(source: Source, node: etree._Element, view: View) -> Box:
    items = _inside(source, node, "in", view)
    of = element(items.type)
    is_open = of.name == "any" or (of.name == "context" and not of.entries)
    inner = view.seeing({"item": of, **entries_of(of)}, is_open=is_open)
    return FilterBox(items, _inside(source, node, "match", inner))


def _loop(source: Source, node: etree._Element, view: View) -> Box:
    kind = local(node)
    items = _inside(source, node, "in", view)
    name = plain(node.get("iteratorVariable"))
    inner = view.seeing({name: element(items.type), "partial": feel.list_of(feel.ANY)})
    body = _inside(source, node, "return" if kind == "for" else "satisfies", inner)
    kinds: Mapping[str, Literal["for", "some", "every"]] = {"for": "for", "some": "some"}
    return LoopBox(kinds.get(kind, "every"), name, items, body)


_READERS: Mapping[str, _Reader] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    **dict.fromkeys(("for", "some", "every"), _loop),
}
# Boxes of older or other editions of the standard, which would else be overlooked.
_REFUSED = ("expression", "unaryTests", "decisionTree", "import")
