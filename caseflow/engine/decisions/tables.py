"""Decision tables: cells in FEEL, hit policies kept to the letter.

UNIQUE (two hits are an error), ANY (hits that differ are an error), FIRST, PRIORITY, RULE ORDER,
OUTPUT ORDER, and COLLECT with or without SUM, MIN, MAX, COUNT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from caseflow import feel
from caseflow.engine.decisions.boxed import Env
from caseflow.engine.decisions.types import Item
from caseflow.engine.errors import BadValue
from caseflow.feel.values import ARITHMETIC, equal

ONE_HIT = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})
MANY_HITS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
BY_PRIORITY = frozenset({"PRIORITY", "OUTPUT ORDER"})
POLICIES = ONE_HIT | MANY_HITS
AGGREGATES = frozenset({"SUM", "MIN", "MAX", "COUNT"})

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Input:
    """One column of questions; ``allowed`` are the tests that its values must pass."""

    id: str
    label: str
    expression: feel.Expression
    item: Item
    allowed: feel.Expression | None = None


@dataclass(frozen=True)
class Output:
    """One column of answers; ``values`` are those allowed, the most important first."""

    name: str
    label: str
    item: Item
    values: tuple[object, ...] = ()
    default: feel.Expression | None = None

    @property
    def type(self) -> feel.Type:
        """What kind of answer it gives."""
        return self.item.type


@dataclass(frozen=True)
class TableRule:
    """One row: the tests that must all hold and the answers it gives."""

    id: str
    line: int
    tests: tuple[feel.Expression | None, ...]
    answers: tuple[feel.Expression, ...]
    note: str
    place: int = 0


Hit = tuple[TableRule, dict[str, object]]


@dataclass(frozen=True)
class Table:
    """A decision table, checked.

    A strict table refuses answers that are not allowed; the bare standard lets them pass.
    """

    name: str
    policy: str
    aggregate: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[TableRule, ...]
    is_strict: bool = True

    @property
    def type(self) -> feel.Type:
        """What it gives as the value of a decision."""
        if self.aggregate:
            return feel.NUMBER
        return feel.list_of(self.entry_type) if self.policy in MANY_HITS else self.entry_type

    @property
    def row_type(self) -> feel.Type:
        """The answers of one rule, by name."""
        return feel.context_of({output.name: output.type for output in self.outputs})

    @property
    def entry_type(self) -> feel.Type:
        """The answer of one rule: a single one bare, several as a context."""
        return self.outputs[0].type if len(self.outputs) == 1 else self.row_type

    def value(self, env: Env) -> object:
        """The value of a decision that is this table."""
        rows = [answers for _, answers in self.hits(env)]
        if self.aggregate:
            return self.aggregated(rows, env)
        if not rows:
            return self.default(env)
        entries = [self.entry(row) for row in rows]
        return entries if self.policy in MANY_HITS else entries[0]

    def hits(self, env: Env) -> list[Hit]:
        """The rules that hold, as the hit policy has them, each with its answers."""
        return self.hits_of(self.asked(env), env)

    def asked(self, env: Env) -> list[object]:
        """The values of the inputs."""
        return [self._asked(each, env) for each in self.inputs]

    def hits_of(self, asked: Sequence[object], env: Env) -> list[Hit]:
        """The rules that hold for these values of the inputs."""
        found: list[Hit] = []
        for rule in self.rules:
            if self._holds(rule, asked, env):
                found.append((rule, self._answers(rule, env)))
                if self.policy == "FIRST":
                    break
        if self.policy in BY_PRIORITY:
            found.sort(key=lambda hit: self._priority(hit[1]))
        self._check_single(found)
        return found[:1] if self.policy in ONE_HIT else found

    def default(self, env: Env) -> object:
        """The answer where no rule holds: the default outputs, or null."""
        given = {
            each.name: None if each.default is None else self._fitted(each, each.default, env)
            for each in self.outputs
        }
        if all(value is None for value in given.values()):
            return [] if self.policy in MANY_HITS and self.is_strict else None
        return self.entry(given)

    def entry(self, row: Answers) -> object:
        """The answers of one rule as a value."""
        return row[self.outputs[0].name] if len(self.outputs) == 1 else dict(row)

    def aggregated(self, rows: Sequence[Answers], env: Env) -> object:
        """The answers put together as COLLECT wants it."""
        if self.aggregate == "COUNT":
            return Decimal(len(rows))
        values = [self.entry(row) for row in rows]
        numbers = [value for value in values if isinstance(value, Decimal)]
        if len(numbers) != len(values):
            raise BadValue("not_a_number", decision=self.name)
        if not numbers:
            return self.default(env) if self.outputs[0].default else None
        if self.aggregate == "SUM":
            return reduce(ARITHMETIC.add, numbers)
        return min(numbers) if self.aggregate == "MIN" else max(numbers)

    def _asked(self, column: Input, env: Env) -> object:
        """The value of an input; one that the column does not allow is null."""
        value = column.item.fitted(env.evaluate(column.expression))
        if value is None or column.allowed is None:
            return value
        return value if env.evaluate(column.allowed, **{"?": value}) is True else None

    def _holds(self, rule: TableRule, asked: Sequence[object], env: Env) -> bool:
        return all(
            test is None or env.evaluate(test, **{"?": value}) is True
            for test, value in zip(rule.tests, asked, strict=True)
        )

    def _answers(self, rule: TableRule, env: Env) -> dict[str, object]:
        return {
            output.name: self._fitted(output, answer, env)
            for output, answer in zip(self.outputs, rule.answers, strict=True)
        }

    def _fitted(self, output: Output, answer: feel.Expression, env: Env) -> object:
        value = output.item.fitted(env.evaluate(answer))
        is_allowed = value is None or not output.values or _place(value, output.values) is not None
        if self.is_strict and not is_allowed:
            raise BadValue("not_allowed", decision=self.name, input=output.label, value=str(value))
        return value

    def _priority(self, row: Answers) -> tuple[int, ...]:
        """Where the answers stand in the lists of allowed values; any other comes last."""
        columns = [each for each in self.outputs if each.values]
        places = (_place(row[each.name], each.values) for each in columns)
        return tuple(
            len(column.values) if place is None else place
            for column, place in zip(columns, places, strict=True)
        )

    def _check_single(self, found: Sequence[Hit]) -> None:
        rules = [rule.place + 1 for rule, _ in found]
        if self.policy == "UNIQUE" and len(found) > 1:
            raise BadValue("not_unique", decision=self.name, rules=rules)
        if self.policy == "ANY" and any(not _same(row, found[0][1]) for _, row in found):
            raise BadValue("not_alike", decision=self.name, rules=rules)


def _place(value: object, among: Sequence[object]) -> int | None:
    return next((at for at, each in enumerate(among) if equal(each, value) is True), None)


def _same(left: Answers, right: Answers) -> bool:
    return all(equal(left[name], right[name]) is True for name in left)
