"""A model of decisions: what requires what, and how a question to it is answered.

A decision sees its input data, the results of the decisions it requires and the functions of the
business knowledge models and decision services it requires. Those of the house see the routing
variables too: a table that names them needs no input data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from caseflow import feel
from caseflow.engine import expressions
from caseflow.engine.decisions.boxed import Box, Callables, Env, FunctionBox, Run
from caseflow.engine.decisions.tables import MANY_HITS, Hit, Input, Output, Table, TableRule
from caseflow.engine.decisions.types import Item
from caseflow.engine.errors import BadValue
from caseflow.engine.moments import Moment

MAPPINGS = frozenset({"", "singleEntry", "singleResult", "collectEntries", "resultList"})


@dataclass(frozen=True)
class Needs:
    """What something requires: names in its expressions, and the ids of what they stand for."""

    inputs: tuple[tuple[str, str], ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()
    functions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class InputData:
    """A value that is given from outside."""

    id: str
    name: str
    item: Item


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a function that decisions call."""

    id: str
    name: str
    function: FunctionBox
    needs: Needs


@dataclass(frozen=True)
class Service:
    """Decisions offered as one: some results out, some inputs and decisions given."""

    id: str
    name: str
    item: Item
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    decided: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """One decision, checked; others call its result by the name of its variable."""

    id: str
    name: str
    variable: str
    logic: Box
    item: Item
    needs: Needs
    model: Model = field(repr=False, compare=False)

    @property
    def table(self) -> Table | None:
        """The decision table that it is, if it is one."""
        return self.logic if isinstance(self.logic, Table) else None

    @property
    def policy(self) -> str:
        """The hit policy of its table; nothing for other expressions."""
        return self.table.policy if self.table else ""

    @property
    def aggregate(self) -> str:
        """The aggregation of its table."""
        return self.table.aggregate if self.table else ""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The columns of questions of its table."""
        return self.table.inputs if self.table else ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The columns of answers of its table."""
        return self.table.outputs if self.table else ()

    @property
    def rules(self) -> tuple[TableRule, ...]:
        """The rules of its table."""
        return self.table.rules if self.table else ()

    def decide(
        self,
        variables: Mapping[str, object],
        *,
        mapping: str = "",
        moment: Moment | None = None,
    ) -> object:
        """The answer for these variables, in the shape the drawing asks for; null if no rule."""
        question = Question(self.model, variables, expressions.functions(moment))
        table = self.table
        if table is None or (table.aggregate and mapping not in _LISTS):
            return _shaped(question.decision(self.id), mapping)
        env = question.env(self.needs)
        rows = [answers for _, answers in table.hits(env)]
        if table.aggregate:
            return [table.aggregated(rows, env)]
        if mapping == "resultList":
            return rows
        if table.policy in MANY_HITS or mapping == "collectEntries":
            return [table.entry(row) for row in rows] or table.default(env) or []
        if not rows:
            return table.default(env)
        return rows[0] if mapping == "singleResult" else table.entry(rows[0])

    def hits(self, variables: Mapping[str, object], moment: Moment | None = None) -> list[Hit]:
        """The rules that hold, as the hit policy has them, each with its answers."""
        return self.explained(variables, moment)[1]

    def explained(
        self, variables: Mapping[str, object], moment: Moment | None = None
    ) -> tuple[list[object], list[Hit]]:
        """The values of the inputs of its table, and the rules that hold for them."""
        if self.table is None:
            return [], []
        question = Question(self.model, variables, expressions.functions(moment))
        env = question.env(self.needs)
        asked = self.table.asked(env)
        return asked, self.table.hits_of(asked, env)

    def result_type(self, mapping: str) -> feel.Type:
        """What ``decide`` gives, for those who check expressions over it."""
        table = self.table
        if table is None or table.aggregate:
            kind = self.item.type if self.item.type != feel.ANY else self.logic.type
            is_listed = mapping in _LISTS and kind.name != "list"
            return feel.list_of(kind) if is_listed else kind
        if mapping == "resultList":
            return feel.list_of(table.row_type)
        if table.policy in MANY_HITS or mapping == "collectEntries":
            return feel.list_of(table.entry_type)
        return table.row_type if mapping == "singleResult" else table.entry_type


@dataclass
class Model:
    """What a file holds, by id."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    inputs: dict[str, InputData] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    is_strict: bool = True


class Question:
    """One question to a model: the values given, and what has been decided so far."""

    def __init__(
        self,
        model: Model,
        given: Mapping[str, object],
        timed: Callables,
        *,
        run: Run | None = None,
        known: Mapping[str, object] | None = None,
    ) -> None:
        self.model = model
        self.given = given
        self.timed = timed
        self.run = run or Run()
        self.known = dict(known or {})

    def decision(self, key: str) -> object:
        """The result of a decision; each is made once."""
        if key not in self.known:
            decision = self.model.decisions.get(key)
            if decision is None:
                raise BadValue("refused", element=key)
            self.known[key] = decision.item.fitted(self.run.within(partial(self._made, decision)))
        return self.known[key]

    def _made(self, decision: Decision) -> object:
        return decision.logic.value(self.env(decision.needs))

    def service(self, key: str) -> object:
        """The result of a service: that of its decision, a context where it has several."""
        service = self.model.services[key]
        for each in service.decided:
            self.known.setdefault(each, None)  # It must be given: a service does not make it.
        results = {
            self.model.decisions[each].variable: self.decision(each) for each in service.outputs
        }
        found = next(iter(results.values())) if len(results) == 1 else results
        return service.item.fitted(found)

    def call(self, key: str, arguments: Sequence[object]) -> object:
        """The result of a business knowledge model or service, called with these arguments."""
        return self._function(key)(*arguments)

    def env(self, needs: Needs) -> Env:
        """What an expression with these needs sees."""
        values = dict(self.given) if self.model.is_strict else {}
        for name, key in needs.inputs:
            values[name] = self._input(key)
        for name, key in needs.decisions:
            values[name] = self.decision(key)
        callables = {name: self._function(key) for name, key in needs.functions}
        return Env(values, {**self.timed, **callables}, self.run)

    def _input(self, key: str) -> object:
        data = self.model.inputs.get(key)
        if data is None:
            return self.given.get(key)
        value = self.given.get(data.name)
        fitted = data.item.fitted(value)
        if self.model.is_strict and value is not None and fitted is None:
            raise BadValue("not_allowed", decision=key, input=data.name, value=str(value))
        return fitted

    def _function(self, key: str) -> Callable[..., object]:
        knowledge = self.model.knowledge.get(key)
        if knowledge is None:
            return self._service_call(key)

        def call(*arguments: object) -> object:
            # Its surroundings are looked up when it is called, so that it may call itself.
            env = self.env(knowledge.needs).calling(knowledge.name, call)
            return knowledge.function.callable(env)(*arguments)

        return call

    def _service_call(self, key: str) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            service = self.model.services.get(key)
            if service is None:
                raise BadValue("refused", element=key)
            inputs = dict(zip(service.inputs, arguments, strict=False))
            decided = arguments[len(service.inputs) :]
            known = {
                each: self.model.decisions[each].item.fitted(value)
                for each, value in zip(service.decided, decided, strict=True)
            }
            given = {self.model.inputs[each].name: value for each, value in inputs.items()}
            inner = Question(self.model, given, self.timed, run=self.run, known=known)
            return self.run.within(lambda: inner.service(service.id))

        return call


_LISTS = frozenset({"collectEntries", "resultList"})


def _shaped(value: object, mapping: str) -> object:
    is_listed = mapping in _LISTS and not isinstance(value, list)
    return [value] if is_listed and value is not None else [] if is_listed else value
