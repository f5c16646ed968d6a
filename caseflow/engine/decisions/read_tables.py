"""Decision tables: from XML to columns and rules, with whatever cannot work refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from caseflow import feel
from caseflow.engine.decisions.boxed import RefusedBox
from caseflow.engine.decisions.names import child, children, plain, text_of
from caseflow.engine.decisions.source import Source, View
from caseflow.engine.decisions.tables import (
    AGGREGATES,
    BY_PRIORITY,
    POLICIES,
    Input,
    Output,
    Table,
    TableRule,
)
from caseflow.engine.decisions.types import Item, words
from caseflow.engine.safe_xml import line_of
from caseflow.feel import tree
from caseflow.feel.typesystem import conforms

MOST_RULES = 500
NOTHING = feel.parse("null", feel.Scope())
_EMPTY = frozenset({"", "-"})


def read_table(source: Source, node: etree._Element, view: View, name: str) -> Table | RefusedBox:
    """Read a table; one in which something is refused cannot be asked."""
    before = len(source.findings)
    policy = plain(node.get("hitPolicy") or "UNIQUE").upper()
    if policy not in POLICIES:
        source.remark("dmn_policy", node, policy=policy)
        return RefusedBox(name)
    outputs = tuple(read_output(source, each, view) for each in children(node, "output"))
    if not outputs or (len(outputs) > 1 and not all(output.name for output in outputs)):
        source.remark("dmn_outputs", node)
        return RefusedBox(name)
    asked = () if source.is_shape else children(node, "input")
    inputs = tuple(read_input(source, each, view) for each in asked)
    aggregate = _aggregate(source, node, policy, outputs)
    rules = () if source.is_shape else _rules(source, node, view, inputs, outputs)
    table = Table(name, policy, aggregate, inputs, outputs, rules, source.is_strict)
    is_refused = any(each.level == "error" for each in source.findings[before:])
    return RefusedBox(name, table.type) if is_refused else table


def read_input(source: Source, node: etree._Element, view: View) -> Input:
    """Read a column of questions: its expression, its type, the values that it allows."""
    inner = child(node, "inputExpression")
    declared = source.typed(inner)
    asked = inner if inner is not None else node
    expression = source.expression(text_of(inner, "text"), asked, view)
    item = declared
    if source.is_strict and expression is not None:
        item = _narrowest(source, asked, declared, expression.tree.type)
    elif expression is not None and declared.type == feel.ANY:
        item = Item(expression.tree.type)
    allowed = None
    values = child(node, "inputValues")
    if values is not None and text_of(values, "text"):
        allowed = source.tests(text_of(values, "text"), values, view, item.type)
    if allowed is not None and item.type == feel.STRING and words(allowed):
        item = replace(item, type=feel.one_of(*words(allowed)))
    name = text_of(inner, "text")
    return Input(
        node.get("id", ""), node.get("label") or name, expression or NOTHING, item, allowed
    )


def read_output(source: Source, node: etree._Element, view: View) -> Output:
    """Read a column of answers; its list of allowed values makes a closed list of words."""
    item = source.typed(node)
    if source.is_strict and not node.get("typeRef"):
        item = Item(feel.STRING)
    values: tuple[object, ...] = ()
    listed = child(node, "outputValues")
    if listed is not None and text_of(listed, "text"):
        tests = source.tests(text_of(listed, "text"), listed, view, item.type)
        values = _values(tests) if tests else ()
        if tests and item.type == feel.STRING and words(tests):
            item = replace(item, type=feel.one_of(*words(tests)))
    default = child(node, "defaultOutputEntry")
    text = "" if source.is_shape else text_of(default, "text")
    return Output(
        name=plain(node.get("name")),
        label=node.get("label") or plain(node.get("name")),
        item=item,
        values=values,
        default=_answer(source, default, text, view, item)
        if default is not None and text
        else None,
    )


def _aggregate(source: Source, node: etree._Element, policy: str, outputs: Sequence[Output]) -> str:
    aggregate = (node.get("aggregation") or "").upper()
    is_sum = policy == "COLLECT" and aggregate in AGGREGATES and len(outputs) == 1
    if aggregate and not is_sum:
        source.remark("dmn_aggregate", node, aggregate=aggregate)
    if policy in BY_PRIORITY and not any(output.values for output in outputs):
        source.remark("dmn_priority", node, policy=policy)
    return aggregate


def _narrowest(source: Source, node: etree._Element, declared: Item, found: feel.Type) -> Item:
    """What is known of a column: the type of what it asks, which the declared one must fit."""
    if found == feel.ANY or found.name == declared.type.name == "context":
        return declared
    if not conforms(found, declared.type):
        source.remark("dmn_column_type", node, declared=declared.type, found=found)
    return replace(declared, type=found)


def _rules(
    source: Source,
    node: etree._Element,
    view: View,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
) -> tuple[TableRule, ...]:
    nodes = list(children(node, "rule"))
    if not 0 < len(nodes) <= MOST_RULES:
        source.remark("dmn_rules", node, limit=MOST_RULES)
        nodes = []
    rules = [_rule(source, each, view, inputs, outputs) for each in nodes]
    return tuple(replace(rule, place=place) for place, rule in enumerate(rules) if rule is not None)


def _rule(
    source: Source,
    node: etree._Element,
    view: View,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
) -> TableRule | None:
    cells = list(children(node, "inputEntry"))
    answers = list(children(node, "outputEntry"))
    if len(cells) != len(inputs) or len(answers) != len(outputs):
        source.remark("dmn_cells", node)
        return None
    tests = [_test(source, cell, view, each) for cell, each in zip(cells, inputs, strict=True)]
    given = [
        _answer(source, cell, text_of(cell, "text"), view, each.item)
        for cell, each in zip(answers, outputs, strict=True)
    ]
    return TableRule(
        id=node.get("id", ""),
        line=line_of(node),
        tests=tuple(tests),
        answers=tuple(each for each in given if each is not None),
        note=text_of(node, "description"),
    )


def _test(
    source: Source, cell: etree._Element, view: View, column: Input
) -> feel.Expression | None:
    text = text_of(cell, "text")
    return None if text in _EMPTY else source.tests(text, cell, view, column.item.type)


def _answer(
    source: Source, node: etree._Element, text: str, view: View, item: Item
) -> feel.Expression | None:
    """Read a cell of answers, which must fit its column and be one of its words."""
    if not text and not source.is_strict:
        return NOTHING
    expression = source.expression(text, node, view)
    if expression is None or not source.is_strict:
        return expression
    found = expression.tree
    if not conforms(found.type, item.type):
        source.refuse(node, feel.FeelError("wrong_type", wanted=item.type, found=found.type))
        return None
    if isinstance(found, tree.Text) and item.type.choices and found.value not in item.type.choices:
        choices = item.type.choices
        source.refuse(node, feel.FeelError("not_one_of", value=found.value, choices=choices))
        return None
    return expression


def _values(tests: feel.Expression) -> tuple[object, ...]:
    """The values of a list that holds nothing else, in its order: their priority."""
    found = tests.tree
    if not isinstance(found, tree.UnaryTests) or found.negated:
        return ()
    operands = [replace(tests, tree=each.operand) for each in found.tests]
    if any(tree.names(each.tree) for each in operands):
        return ()
    return tuple(each.evaluate() for each in operands)
