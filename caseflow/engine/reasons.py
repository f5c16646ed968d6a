"""Why a case went on as it did: what a gateway or table was asked, which rule held, what it gave.

All in words, for whoever tries a drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from caseflow import feel
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import wording
from caseflow.engine.decisions import Decision, Output, TableRule
from caseflow.engine.decisions.tables import Input
from caseflow.engine.nodes import RuleNode, Way
from caseflow.engine.processes import Process
from caseflow.engine.runs import Asked
from caseflow.feel.errors import Language
from caseflow.feel.values import text

Said = tuple[tuple[str, str], ...]
_TRUTH = {True: ("是", "yes"), False: ("否", "no")}


@dataclass(frozen=True)
class Reason:
    """One question and its answer.

    ``rules`` are the rows of a table that held: their number from 1, condition and note; ``taken``
    are the flows of a gateway: their id and condition. Conditions are in words, "" where there is
    none; so is a value that is not there.
    """

    element: str
    is_table: bool
    inputs: Said
    rules: tuple[tuple[int, str, str], ...] = ()
    outputs: Said = ()
    taken: Said = ()
    # The conditions of the flows that were not taken.
    refused: tuple[str, ...] = ()


def of(
    process: Process, asked: Iterable[Asked], language: Language, *, labels: wording.Labels
) -> list[Reason]:
    """The reasons of what was asked, in order; ``labels`` name what no form and no column does."""
    known = {**labels, **_results(process), **wording.labels_of(process.forms)}
    speech = _Speech(known, language)
    return [
        _of_table(process, each, each.node.decision, speech)
        if isinstance(each.node, RuleNode)
        else _of_gateway(process, each, speech)
        for each in asked
    ]


def _results(process: Process) -> dict[str, tuple[str, str]]:
    """What the results of tables are called: by the heading of their only column of answers."""
    found = {}
    for element in process.elements.values():
        decision = process.decisions.get(element.decision)
        if decision is not None and len(decision.outputs) == 1:
            found[element.result] = (decision.outputs[0].label, element.result)
    return found


@dataclass(frozen=True)
class _Speech:
    labels: wording.Labels
    language: Language

    def name(self, name: str) -> str:
        return self.labels.get(name, (name, name))[self.language == "en"] or name

    def value(self, value: object, kind: feel.Type = feel.ANY) -> str:
        """A value as people write it, a word of a closed list in words; "" for none."""
        if isinstance(value, list):
            return (", " if self.language == "en" else "、").join(
                self.value(each, kind.of or feel.ANY) for each in value
            )
        if isinstance(value, bool):
            return _TRUTH[value][self.language == "en"]
        if isinstance(value, datetime):
            return f"{value.astimezone(BUREAU_ZONE):%Y-%m-%d %H:%M}"
        if value is None:
            return ""
        words = {each.value: each.label(self.language) for each in wording.choices_of(kind)}
        return words.get(str(value)) or text(value)

    def column(self, column: Input | Output) -> str:
        """The heading of a column; headings are Chinese, so English says what is asked."""
        written = column.expression.text if isinstance(column, Input) else column.name
        if column.label not in ("", written) and self.language == "zh":
            return column.label
        return (
            self.expression(column.expression) if isinstance(column, Input) else self.name(written)
        )

    def expression(self, expression: feel.Expression, subject: feel.Type = feel.ANY) -> str:
        return wording.say(expression, self.labels, self.language, subject=subject)


def _of_table(process: Process, asked: Asked, decision: Decision, speech: _Speech) -> Reason:
    element = asked.node.element
    values, hits = decision.explained(asked.values, asked.moment)
    kinds = [each.expression.tree.type for each in decision.inputs]
    names = [speech.column(each) for each in decision.inputs]
    said = [speech.value(value, kind) for value, kind in zip(values, kinds, strict=True)]
    return Reason(
        element=element.id,
        is_table=True,
        inputs=tuple(zip(names, said, strict=True)),
        rules=tuple(
            (rule.place + 1, _tests(rule, names, kinds, speech), rule.note) for rule, _ in hits
        ),
        outputs=tuple(_outputs(process, asked, decision, speech)),
    )


def _tests(rule: TableRule, names: list[str], kinds: list[feel.Type], speech: _Speech) -> str:
    tests = [
        f"{name} {speech.expression(test, kind)}"
        for name, kind, test in zip(names, kinds, rule.tests, strict=True)
        if test is not None
    ]
    return ("; " if speech.language == "en" else "；").join(tests)


def _outputs(
    process: Process, asked: Asked, decision: Decision, speech: _Speech
) -> Iterator[tuple[str, str]]:
    """What came out: each column where one row answers with several, else the result."""
    element = asked.node.element
    answer = decision.decide(asked.values, mapping=element.mapping, moment=asked.moment)
    if isinstance(answer, Mapping):
        columns = {each.name: each for each in decision.outputs}
        for name, value in answer.items():
            column = columns.get(name)
            yield (
                speech.column(column) if column else name,
                speech.value(value, column.type if column else feel.ANY),
            )
        return
    only = decision.outputs[0] if len(decision.outputs) == 1 else None
    kind = process.variables.get(element.result, feel.ANY)
    yield speech.column(only) if only else speech.name(element.result), speech.value(answer, kind)


def _of_gateway(process: Process, asked: Asked, speech: _Speech) -> Reason:
    ways = {way.id: way for way in asked.node.ways}
    kinds = {
        name: process.variables.get(name, feel.ANY) for w in ways.values() for name in _names(w)
    }
    return Reason(
        element=asked.node.element.id,
        is_table=False,
        inputs=tuple(
            (speech.name(name), speech.value(asked.values.get(name), kind))
            for name, kind in kinds.items()
        ),
        taken=tuple((name, _condition(ways[name], speech)) for name in asked.taken),
        refused=tuple(
            _condition(way, speech)
            for way in ways.values()
            if way.condition is not None and way.id not in asked.taken
        ),
    )


def _names(way: Way) -> Iterator[str]:
    if way.condition is not None and way.condition.expression is not None:
        yield from wording.names_in(way.condition.expression)


def _condition(way: Way, speech: _Speech) -> str:
    if way.condition is None:
        return ""
    parsed = way.condition.expression
    return way.condition.text if parsed is None else speech.expression(parsed)
