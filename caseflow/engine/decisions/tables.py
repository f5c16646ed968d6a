"""Decision tables: DMN read strictly, cells in FEEL, hit policies kept to the letter.

FIRST, UNIQUE (two hits are an error), ANY (hits that differ are an error), RULE ORDER, and
COLLECT with or without SUM, MIN, MAX, COUNT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from caseflow import feel
from caseflow.engine import expressions, safe_xml
from caseflow.engine.errors import BadValue
from caseflow.engine.findings import Finding
from caseflow.engine.moments import Moment
from caseflow.engine.safe_xml import line_of
from caseflow.feel.typesystem import conforms

_NAMESPACES = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
)
POLICIES = frozenset({"FIRST", "UNIQUE", "ANY", "RULE ORDER", "COLLECT"})
AGGREGATES = frozenset({"", "SUM", "MIN", "MAX", "COUNT"})
MAPPINGS = frozenset({"", "singleEntry", "singleResult", "collectEntries", "resultList"})
_TYPES = {
    "string": feel.STRING,
    "number": feel.NUMBER,
    "integer": feel.NUMBER,
    "long": feel.NUMBER,
    "double": feel.NUMBER,
    "boolean": feel.BOOLEAN,
    "date": feel.DATE,
    "dateTime": feel.DATE_TIME,
}
MOST_RULES = 500


@dataclass(frozen=True)
class Output:
    """One column of answers."""

    name: str
    label: str
    type: feel.Type


@dataclass(frozen=True)
class TableRule:
    """One row: the tests that must all hold and the answers it gives."""

    id: str
    line: int
    tests: tuple[feel.Expression | None, ...]
    answers: tuple[feel.Expression, ...]
    note: str


@dataclass(frozen=True)
class Decision:
    """One decision table, checked."""

    id: str
    name: str
    policy: str
    aggregate: str
    inputs: tuple[feel.Expression, ...]
    outputs: tuple[Output, ...]
    rules: tuple[TableRule, ...]

    def decide(
        self,
        variables: Mapping[str, object],
        *,
        mapping: str = "",
        moment: Moment | None = None,
    ) -> object:
        """The answer for these variables, in the shape the drawing asks for; null if no rule."""
        rows = [answers for _, answers in self.hits(variables, moment)]
        if self.aggregate:
            return self._aggregated(rows)
        if mapping == "resultList":
            return rows
        if self.policy in {"COLLECT", "RULE ORDER"} or mapping == "collectEntries":
            return [self._entry(row) for row in rows]
        if not rows:
            return None
        return rows[0] if mapping == "singleResult" else self._entry(rows[0])

    def hits(
        self, variables: Mapping[str, object], moment: Moment | None = None
    ) -> list[tuple[TableRule, dict[str, object]]]:
        """The rules that hold, as the hit policy has them, each with its answers."""
        timed = expressions.functions(moment)
        inputs = [expressions.evaluate(each, variables, timed) for each in self.inputs]
        found: list[tuple[TableRule, dict[str, object]]] = []
        for rule in self.rules:
            if all(
                test is None or expressions.evaluate(test, {**variables, "?": value}, timed) is True
                for test, value in zip(rule.tests, inputs, strict=True)
            ):
                answers = (expressions.evaluate(each, variables, timed) for each in rule.answers)
                names = (output.name for output in self.outputs)
                found.append((rule, dict(zip(names, answers, strict=True))))
                if self.policy == "FIRST":
                    break
        self._check_single(found)
        return found[:1] if self.policy in {"UNIQUE", "ANY"} else found

    def result_type(self, mapping: str) -> feel.Type:
        """What ``decide`` gives, for those who check expressions over it."""
        row = feel.context_of({output.name: output.type for output in self.outputs})
        single = self.outputs[0].type if len(self.outputs) == 1 else row
        if self.aggregate:
            return feel.NUMBER
        if mapping == "resultList":
            return feel.list_of(row)
        if self.policy in {"COLLECT", "RULE ORDER"} or mapping == "collectEntries":
            return feel.list_of(single)
        return row if mapping == "singleResult" else single

    def _check_single(self, found: Sequence[tuple[TableRule, dict[str, object]]]) -> None:
        if self.policy == "UNIQUE" and len(found) > 1:
            raise BadValue("not_unique", decision=self.id, rules=[rule.id for rule, _ in found])
        if self.policy == "ANY" and any(answers != found[0][1] for _, answers in found):
            raise BadValue("not_alike", decision=self.id, rules=[rule.id for rule, _ in found])

    def _entry(self, row: dict[str, object]) -> object:
        return row[self.outputs[0].name] if len(self.outputs) == 1 else row

    def _aggregated(self, rows: Sequence[dict[str, object]]) -> object:
        values = [self._entry(row) for row in rows]
        if self.aggregate == "COUNT":
            return Decimal(len(values))
        numbers = [value for value in values if isinstance(value, Decimal)]
        if len(numbers) != len(values):
            raise BadValue("not_a_number", decision=self.id)
        if not numbers:
            return None
        if self.aggregate == "SUM":
            return sum(numbers, Decimal(0))
        return min(numbers) if self.aggregate == "MIN" else max(numbers)


def read(
    file: str, data: bytes, names: Mapping[str, feel.Type] | None
) -> tuple[dict[str, Decision], list[Finding]]:
    """Read the decisions of a file over these variables.

    Without ``names`` only the shape is read: enough to know which variables the answers give.
    """
    reader = _Reader(file, names)
    try:
        root = safe_xml.parse(data, roots=tuple(f"{{{n}}}definitions" for n in _NAMESPACES))
    except safe_xml.BadXml as error:
        reader.remark(error.code, "", error.line, **error.values)
        return {}, reader.findings
    reader.space = f"{{{etree.QName(root).namespace}}}"
    found = {
        decision.id: decision
        for node in root.iterchildren(reader.space + "decision")
        if (decision := reader.decision(node)) is not None
    }
    return found, reader.findings


class _Reader:
    """Reads one file, collecting remarks."""

    def __init__(self, file: str, names: Mapping[str, feel.Type] | None) -> None:
        self.file = file
        self.names = names
        self.space = ""
        self.findings: list[Finding] = []

    def remark(self, code: str, element: str, line: int, **values: object) -> None:
        self.findings.append(Finding("error", self.file, element, line, code, values))

    def decision(self, node: etree._Element) -> Decision | None:
        name, line = node.get("id", ""), line_of(node)
        table = node.find(self.space + "decisionTable")
        if table is None or not name:
            self.remark("dmn_no_table", name, line)
            return None
        policy = (table.get("hitPolicy") or "UNIQUE").upper()
        aggregate = (table.get("aggregation") or "").upper()
        if policy not in POLICIES:
            self.remark("dmn_policy", name, line_of(table), policy=policy)
            return None
        outputs = self.outputs(table, name)
        if not outputs:
            return None
        if aggregate and (aggregate not in AGGREGATES or policy != "COLLECT" or len(outputs) != 1):
            self.remark("dmn_aggregate", name, line_of(table), aggregate=aggregate)
            return None
        inputs = self.inputs(table) if self.names is not None else []
        rules = self.rules(table, inputs, outputs) if self.names is not None else []
        return Decision(
            id=name,
            name=node.get("name", name),
            policy=policy,
            aggregate=aggregate,
            inputs=tuple(expression for expression, _ in inputs),
            outputs=outputs,
            rules=tuple(rules),
        )

    def outputs(self, table: etree._Element, decision: str) -> tuple[Output, ...]:
        found = []
        for node in table.iterchildren(self.space + "output"):
            kind = node.get("typeRef", "string")
            if kind not in _TYPES:
                self.remark("dmn_type", node.get("id", decision), line_of(node), kind=kind)
            name = node.get("name") or ""
            found.append(Output(name, node.get("label", name), self.words(node, kind)))
        if not found or (len(found) > 1 and not all(output.name for output in found)):
            self.remark("dmn_outputs", decision, line_of(table))
            return ()
        return tuple(found)

    def words(self, node: etree._Element, kind: str) -> feel.Type:
        """The type of an output; its list of allowed values makes it a closed list of words."""
        text = node.findtext(f"{self.space}outputValues/{self.space}text") or ""
        if kind == "string" and text.strip():
            return feel.one_of(*(word.strip().strip('"') for word in text.split(",")))
        return _TYPES.get(kind, feel.ANY)

    def inputs(self, table: etree._Element) -> list[tuple[feel.Expression, feel.Type]]:
        found = []
        for node in table.iterchildren(self.space + "input"):
            text = node.findtext(f"{self.space}inputExpression/{self.space}text") or ""
            expression = self.expression(text.strip(), node)
            found.append(
                (expression, expression.tree.type)
                if expression is not None
                else (feel.parse("null", feel.Scope()), feel.ANY)
            )
        return found

    def rules(
        self,
        table: etree._Element,
        inputs: list[tuple[feel.Expression, feel.Type]],
        outputs: tuple[Output, ...],
    ) -> list[TableRule]:
        nodes = list(table.iterchildren(self.space + "rule"))
        if len(nodes) > MOST_RULES or not nodes:
            self.remark("dmn_rules", table.get("id", ""), line_of(table), limit=MOST_RULES)
            return []
        return [rule for node in nodes if (rule := self.rule(node, inputs, outputs)) is not None]

    def rule(
        self,
        node: etree._Element,
        inputs: list[tuple[feel.Expression, feel.Type]],
        outputs: tuple[Output, ...],
    ) -> TableRule | None:
        cells = list(node.iterchildren(self.space + "inputEntry"))
        answers = list(node.iterchildren(self.space + "outputEntry"))
        name, line = node.get("id", ""), line_of(node)
        if len(cells) != len(inputs) or len(answers) != len(outputs):
            self.remark("dmn_cells", name, line)
            return None
        tests = tuple(self.test(cell, kind) for cell, (_, kind) in zip(cells, inputs, strict=True))
        given = tuple(
            self.answer(cell, output.type) for cell, output in zip(answers, outputs, strict=True)
        )
        known = tuple(answer for answer in given if answer is not None)
        if len(known) != len(given):
            return None
        note = (node.findtext(self.space + "description") or "").strip()
        return TableRule(name, line, tests, known, note)

    def test(self, cell: etree._Element, kind: feel.Type) -> feel.Expression | None:
        text = (cell.findtext(self.space + "text") or "").strip()
        if text in {"", "-"}:
            return None
        try:
            return feel.parse_unary(text, expressions.scope(self.names or {}), kind)
        except feel.FeelError as error:
            self.refuse(cell, error)
            return None

    def answer(self, cell: etree._Element, kind: feel.Type) -> feel.Expression | None:
        text = (cell.findtext(self.space + "text") or "").strip()
        expression = self.expression(text, cell)
        if expression is None or conforms(expression.tree.type, kind):
            return self.closed(expression, kind, cell)
        self.refuse(cell, feel.FeelError("wrong_type", wanted=kind, found=expression.tree.type))
        return None

    def closed(
        self, expression: feel.Expression | None, kind: feel.Type, cell: etree._Element
    ) -> feel.Expression | None:
        """Refuse a word that the list of allowed values does not have."""
        value: Any = getattr(expression and expression.tree, "value", None)
        if kind.choices and isinstance(value, str) and value not in kind.choices:
            self.refuse(cell, feel.FeelError("not_one_of", value=value, choices=kind.choices))
            return None
        return expression

    def expression(self, text: str, node: etree._Element) -> feel.Expression | None:
        try:
            return feel.parse(text, expressions.scope(self.names or {}))
        except feel.FeelError as error:
            self.refuse(node, error)
            return None

    def refuse(self, node: etree._Element, error: feel.FeelError) -> None:
        self.remark("feel", node.get("id", ""), line_of(node), reason=error.say)
