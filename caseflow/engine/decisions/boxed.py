"""Boxed expressions: what each kind of box is worth, once its texts are checked.

A box is evaluated in an ``Env``: the names it sees, the functions it may call, and the run that
bounds the work of all boxes together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, Protocol

from caseflow import feel
from caseflow.engine.decisions.types import Item
from caseflow.engine.errors import BadValue
from caseflow.feel import tree
from caseflow.feel.library.logic import conjunction, disjunction
from caseflow.feel.values import Closure, Interval

Callables = Mapping[str, Callable[..., object]]

MOST_STEPS = 500_000
MOST_CALLS = 50
# What going into a function, and beginning on a text, cost in steps beside what they compute.
_CALL_COST, _TEXT_COST = 100, 10
MOST_ITEMS = 10_000


@dataclass(slots=True)
class Run:
    """One question to a model: what it has cost so far, and how deep its functions are."""

    meter: feel.Meter = field(default_factory=feel.Meter)
    calls: int = 0

    def evaluate(
        self, text: feel.Expression, values: Mapping[str, object], by: Callables
    ) -> object:
        """Evaluate a text; raises BadValue where it, or the whole run, is too much work."""
        if self.meter.steps > MOST_STEPS:
            raise BadValue("too_much_work", limit=MOST_STEPS)
        try:
            return text.evaluate(values, by, self.meter)
        except feel.FeelError as error:
            said = {"reason": error.say("en"), "reason_zh": error.say("zh")}
            raise BadValue("not_computed", text=text.text, **said) from error
        finally:
            self.meter.steps += _TEXT_COST

    def within(self, work: Callable[[], object]) -> object:
        """Go into a decision or function; those that call each other without end are stopped."""
        if self.calls >= MOST_CALLS:
            raise BadValue("too_many_calls", limit=MOST_CALLS)
        self.calls += 1
        self.meter.steps += _CALL_COST
        try:
            return work()
        except RecursionError:
            raise BadValue("too_many_calls", limit=self.calls) from None
        finally:
            self.calls -= 1


@dataclass(frozen=True, slots=True)
class Env:
    """What a box sees."""

    values: Mapping[str, object]
    callables: Callables
    run: Run

    def evaluate(self, text: feel.Expression, **more: object) -> object:
        """Evaluate a text over the names seen, and more."""
        values = {**self.values, **more} if more else self.values
        return self.run.evaluate(text, values, self.callables)

    def seeing(self, names: Mapping[str, object]) -> Env:
        """See more names."""
        return replace(self, values={**self.values, **names})

    def calling(self, name: str, function: Callable[..., object]) -> Env:
        """Be able to call one function more."""
        return replace(self, callables={**self.callables, name: function})


class Box(Protocol):
    """One expression, boxed or literal."""

    @property
    def type(self) -> feel.Type:
        """What kind of value it gives."""

    def value(self, env: Env) -> object:
        """Find the value; raises BadValue for what cannot be decided."""


@dataclass(frozen=True, slots=True)
class LiteralBox:
    """A text in FEEL."""

    expression: feel.Expression

    @property
    def type(self) -> feel.Type:
        return self.expression.tree.type

    def value(self, env: Env) -> object:
        return env.evaluate(self.expression)


@dataclass(frozen=True, slots=True)
class RefusedBox:
    """What could not be read: the finding says why; to ask it is an error."""

    place: str
    type: feel.Type = feel.ANY

    def value(self, env: Env) -> object:
        raise BadValue("refused", element=self.place)


@dataclass(frozen=True, slots=True)
class TypedBox:
    """A box whose value is declared to be of a type; null where it is not."""

    of: Box
    item: Item

    @property
    def type(self) -> feel.Type:
        return self.item.type

    def value(self, env: Env) -> object:
        return self.item.fitted(self.of.value(env))


@dataclass(frozen=True, slots=True)
class FunctionBox:
    """A function: of a business knowledge model, or defined in a box."""

    parameters: tuple[tuple[str, Item], ...]
    body: Box

    @property
    def type(self) -> feel.Type:
        return feel.Type("function", self.body.type)

    def value(self, env: Env) -> object:
        """The function as a value, which only a text in FEEL can be."""
        if not isinstance(self.body, LiteralBox):
            raise BadValue("function_value")
        parameters = tuple((name, item.type) for name, item in self.parameters)
        made = tree.FunctionOf(parameters, self.body.expression.tree, type=self.type)
        return Closure(made, (env.values,))

    def callable(self, env: Env) -> Callable[..., object]:
        """What a text may call; an argument of the wrong type arrives as null."""

        def call(*arguments: object) -> object:
            given = (*arguments, *(None for _ in self.parameters[len(arguments) :]))
            local = {
                name: item.fitted(value)
                for (name, item), value in zip(self.parameters, given, strict=True)
            }
            return env.run.within(lambda: self.body.value(env.seeing(local)))

        return call


@dataclass(frozen=True, slots=True)
class ContextBox:
    """Named entries, each of which sees those before it; a nameless last one is the result."""

    entries: tuple[tuple[str, Box], ...]
    result: Box | None

    @property
    def type(self) -> feel.Type:
        if self.result is not None:
            return self.result.type
        return feel.context_of({name: box.type for name, box in self.entries})

    def value(self, env: Env) -> object:
        made: dict[str, object] = {}
        for name, box in self.entries:
            if isinstance(box, FunctionBox):
                env = env.calling(name, box.callable(env))
                if self.result is not None:
                    continue
            made[name] = box.value(env)
            env = env.seeing({name: made[name]})
        return made if self.result is None else self.result.value(env)


@dataclass(frozen=True, slots=True)
class ListBox:
    """A list, one box for each item."""

    items: tuple[Box, ...]

    @property
    def type(self) -> feel.Type:
        kind = self.items[0].type if self.items else feel.NULL
        for each in self.items[1:]:
            kind = feel.join(kind, each.type)
        return feel.list_of(kind)

    def value(self, env: Env) -> object:
        return [each.value(env) for each in self.items]


@dataclass(frozen=True, slots=True)
class InvocationBox:
    """The call of a function with arguments by name; those not given are null."""

    call: feel.Expression
    arguments: tuple[Box, ...]

    @property
    def type(self) -> feel.Type:
        return self.call.tree.type

    def value(self, env: Env) -> object:
        given = {argument(at): box.value(env) for at, box in enumerate(self.arguments)}
        return env.seeing(given).evaluate(self.call)


def argument(place: int) -> str:
    """The name under which the text of an invocation finds an argument."""
    return f"argument_{place}"


@dataclass(frozen=True, slots=True)
class ConditionalBox:
    """If, then, else; null where the condition is something else than true, false or null."""

    condition: Box
    then: Box
    otherwise: Box

    @property
    def type(self) -> feel.Type:
        return feel.join(self.then.type, self.otherwise.type)

    def value(self, env: Env) -> object:
        verdict = self.condition.value(env)
        if verdict is not None and not isinstance(verdict, bool):
            return None
        return self.then.value(env) if verdict else self.otherwise.value(env)


@dataclass(frozen=True, slots=True)
class FilterBox:
    """The items of a list for which a condition holds, or the one at a place."""

    source: Box
    condition: Box

    @property
    def type(self) -> feel.Type:
        is_place = self.condition.type == feel.NUMBER
        return (self.source.type.of or feel.ANY) if is_place else self.source.type

    def value(self, env: Env) -> object:
        source = self.source.value(env)
        items = source if isinstance(source, list) else [] if source is None else [source]
        kept: list[object] = []
        for item in items:
            entries = item if isinstance(item, dict) else {}
            verdict = self.condition.value(env.seeing({"item": item, **entries}))
            if isinstance(verdict, Decimal):
                return _at(items, verdict)
            if verdict is True:
                kept.append(item)
        return kept


@dataclass(frozen=True, slots=True)
class LoopBox:
    """For, some or every: what its body is worth for each item."""

    kind: Literal["for", "some", "every"]
    variable: str
    source: Box
    body: Box

    @property
    def type(self) -> feel.Type:
        return feel.list_of(self.body.type) if self.kind == "for" else feel.BOOLEAN

    def value(self, env: Env) -> object:
        items = _items(self.source.value(env))
        if items is None:
            return None
        found: list[object] = []
        for item in items:
            around = env.seeing({self.variable: item, "partial": found})
            found.append(self.body.value(around))
        if self.kind == "for":
            return found
        return disjunction(found) if self.kind == "some" else conjunction(found)


def _items(source: object) -> Sequence[object] | None:
    """What a loop goes through: a list, the whole numbers of a range, or a single value."""
    match source:
        case None:
            return None
        case list():
            return source
        case Interval(low=Decimal() as low, high=Decimal() as high):
            if abs(high - low) > MOST_ITEMS:
                raise BadValue("too_much_work", limit=MOST_ITEMS)
            step = 1 if low <= high else -1
            return [Decimal(each) for each in range(int(low), int(high) + step, step)]
    return [source]


def _at(items: Sequence[object], place: Decimal) -> object:
    at = int(place) if place == place.to_integral_value() else 0
    if not at or abs(at) > len(items):
        return None
    return items[at - 1 if at > 0 else at]
