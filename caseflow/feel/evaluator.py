"""What an expression is worth: walks the tree with the caller's values.

Three-valued logic, null instead of errors; only the limits stop a run. No Python object of the
caller is ever touched: values are turned into FEEL values first, and ``a.b`` reads a context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch

from caseflow.feel import check, tree
from caseflow.feel.arithmetic import calculate, negate
from caseflow.feel.coercion import NoFit, fit, is_instance
from caseflow.feel.errors import FeelError
from caseflow.feel.library import BUILT_IN
from caseflow.feel.library.logic import conjunction, disjunction
from caseflow.feel.library.register import whole
from caseflow.feel.parts import part_of
from caseflow.feel.patterns import TooMuchWork, Work
from caseflow.feel.scope import Function, Limits, Scope
from caseflow.feel.values import (
    Closure,
    Interval,
    compare,
    equal,
    from_python,
    includes,
    size,
)

# What is dearer than a step: a power of 34 digits, a call within a call within a call.
_POWER_COST = 60
_APPLIED_COST = 40

Frames = tuple[Mapping[str, object], ...]
Callables = Mapping[str, Callable[..., object]]


@dataclass(slots=True)
class Meter:
    """What several evaluations that belong together have spent: it counts and does not limit."""

    steps: int = 0


@dataclass(slots=True)
class Run:
    """One evaluation: the caller's values and functions, and what has been spent so far."""

    scope: Scope
    limits: Limits
    values: Mapping[str, object]
    callables: Callables
    known: dict[str, object] = field(default_factory=dict)
    steps: int = 0
    calls: int = 0

    def spend(self, steps: int, node: tree.Node) -> None:
        """Count work; too much of it stops the run."""
        self.steps += steps
        if self.steps > self.limits.steps:
            raise _limit("too_many_steps", node, self.limits.steps)

    def bounded(self, value: object, node: tree.Node) -> object:
        """Count a new value's size; one that is too large stops the run."""
        if isinstance(value, str | list | dict):
            held = size(value, self.limits.size)
            if held > self.limits.size:
                raise _limit("too_large", node, self.limits.size)
            self.spend(held // 8, node)
        return value

    def weigh(self, value: object, node: tree.Node) -> object:
        """Count the work of going through a value, which the caller may have made large."""
        if isinstance(value, list | dict):
            self.spend(size(value, self.limits.steps), node)
        return value

    def value_of(self, node: tree.Name) -> object:
        """Look a declared name up; one that is not declared or was left out is null."""
        is_declared = node.name in self.scope.names or node.name == "?" or self.scope.is_open
        if not is_declared:
            return None
        if node.name not in self.known:
            try:
                self.known[node.name] = from_python(self.values.get(node.name))
            except TypeError:
                place = {"line": node.line, "column": node.column}
                raise FeelError("bad_value", **place, name=node.name) from None
        return self.known[node.name]


def evaluate(node: tree.Node, run: Run, frames: Frames = ()) -> object:
    """Find the value of a node; ``frames`` hold the local names, the innermost first."""
    run.spend(1, node)
    return _value(node, run, frames)


@singledispatch
def _value(node: tree.Node, _run: Run, _frames: Frames) -> object:
    raise AssertionError(node)


@_value.register
def _(_node: tree.Null, _run: Run, _frames: Frames) -> object:
    return None


@_value.register(tree.Boolean)
@_value.register(tree.Number)
@_value.register(tree.Text)
@_value.register(tree.Temporal)
def _(
    node: tree.Boolean | tree.Number | tree.Text | tree.Temporal,
    _run: Run,
    _frames: Frames,
) -> object:
    return node.value


@_value.register
def _(node: tree.Name, run: Run, frames: Frames) -> object:
    for frame in frames:
        if node.name in frame:
            return frame[node.name]
    return run.value_of(node)


@_value.register
def _(node: tree.Path, run: Run, frames: Frames) -> object:
    return part_of(run.weigh(evaluate(node.of, run, frames), node), node.name)


@_value.register
def _(node: tree.Negate, run: Run, frames: Frames) -> object:
    return negate(evaluate(node.of, run, frames))


@_value.register
def _(node: tree.Binary, run: Run, frames: Frames) -> object:
    # A long sum leans to the left: its spine is walked in a loop, not by calls within calls.
    spine = [node]
    while isinstance(spine[-1].left, tree.Binary):
        spine.append(spine[-1].left)
        run.spend(1, node)
    value = evaluate(spine[-1].left, run, frames)
    for each in reversed(spine):
        right = evaluate(each.right, run, frames)
        if each.op == "**":
            run.spend(_POWER_COST, each)
        value = run.bounded(calculate(each.op, value, right), each)
    return value


@_value.register
def _(node: tree.Compare, run: Run, frames: Frames) -> object:
    left, right = (evaluate(each, run, frames) for each in (node.left, node.right))
    return _compared(node.op, run.weigh(left, node), right)


@_value.register
def _(node: tree.And, run: Run, frames: Frames) -> object:
    return conjunction(evaluate(part, run, frames) for part in node.parts)


@_value.register
def _(node: tree.Or, run: Run, frames: Frames) -> object:
    return disjunction(evaluate(part, run, frames) for part in node.parts)


@_value.register
def _(node: tree.Not, run: Run, frames: Frames) -> object:
    return _negated(evaluate(node.of, run, frames))


@_value.register
def _(node: tree.If, run: Run, frames: Frames) -> object:
    holds = evaluate(node.condition, run, frames) is True
    return evaluate(node.then if holds else node.otherwise, run, frames)


@_value.register
def _(node: tree.Between, run: Run, frames: Frames) -> object:
    of, low, high = (evaluate(each, run, frames) for each in (node.of, node.low, node.high))
    return conjunction([_compared(">=", of, low), _compared("<=", of, high)])


@_value.register
def _(node: tree.Range, run: Run, frames: Frames) -> object:
    low = None if node.low is None else evaluate(node.low, run, frames)
    high = None if node.high is None else evaluate(node.high, run, frames)
    return _interval(node, low, high)


@_value.register
def _(node: tree.In, run: Run, frames: Frames) -> object:
    subject = evaluate(node.of, run, frames)
    return disjunction(_passes(test, subject, run, frames) for test in node.tests)


@_value.register
def _(node: tree.UnaryTests, run: Run, frames: Frames) -> object:
    subject = run.value_of(tree.Name("?", type=node.type))
    if not node.tests:
        return True
    verdict = disjunction(_passes(test, subject, run, frames) for test in node.tests)
    return _negated(verdict) if node.negated else verdict


@_value.register
def _(node: tree.Call, run: Run, frames: Frames) -> object:
    arguments = [evaluate(argument, run, frames) for argument in node.arguments]
    own = run.scope.functions.get(node.name)
    functions = (own,) if own else BUILT_IN.get(node.name, ())
    return _call(node, functions, arguments, run)


@_value.register
def _(node: tree.Apply, run: Run, frames: Frames) -> object:
    function = evaluate(node.of, run, frames)
    arguments = [evaluate(argument, run, frames) for argument in node.arguments]
    if not isinstance(function, Closure):
        return None
    if node.names:
        order = [name for name, _ in function.function.parameters]
        if sorted(order) != sorted(node.names):
            return None
        arguments = [arguments[node.names.index(name)] for name in order]
    return _applied(function, arguments, run)


@_value.register
def _(node: tree.FunctionOf, _run: Run, frames: Frames) -> object:
    return Closure(node, frames)


@_value.register
def _(node: tree.ListOf, run: Run, frames: Frames) -> object:
    return run.bounded([evaluate(item, run, frames) for item in node.items], node)


@_value.register
def _(node: tree.ContextOf, run: Run, frames: Frames) -> object:
    entries: dict[str, object] = {}
    for name, entry in node.entries:
        entries[name] = evaluate(entry, run, (dict(entries), *frames))
    return run.bounded(entries, node)


@_value.register
def _(node: tree.For, run: Run, frames: Frames) -> object:
    results: list[object] = []
    held = 0
    uses_partial = "partial" in tree.names(node.result)
    for row in _rows(node.bindings, run, frames):
        if row is None:
            return None
        local = {"partial": list(results)} if uses_partial else {}
        results.append(evaluate(node.result, run, (local, *row)))
        held += size(results[-1], run.limits.size)
        if held > run.limits.size:
            raise _limit("too_large", node, run.limits.size)
        run.spend(len(results) if uses_partial else 1, node)
    return results


@_value.register
def _(node: tree.Quantified, run: Run, frames: Frames) -> object:
    joined = disjunction if node.kind == "some" else conjunction
    rows = _rows(node.bindings, run, frames)
    # Nothing to go through is not the same as an empty list: one null makes the whole null.
    return joined(None if row is None else evaluate(node.condition, run, row) for row in rows)


@_value.register
def _(node: tree.Filter, run: Run, frames: Frames) -> object:
    source = evaluate(node.of, run, frames)
    items = source if isinstance(source, list) else [] if source is None else [source]
    if node.condition.type.name == "number":
        return _at(items, evaluate(node.condition, run, frames))
    kept: list[object] = []
    for item in items:
        verdict = evaluate(node.condition, run, (_local(item), *frames))
        if isinstance(verdict, Decimal):
            return _at(items, verdict)
        if verdict is True:
            kept.append(item)
    return run.bounded(kept, node)


@_value.register
def _(node: tree.InstanceOf, run: Run, frames: Frames) -> object:
    return is_instance(run.weigh(evaluate(node.of, run, frames), node), node.wanted)


def _negated(value: object) -> bool | None:
    return not value if isinstance(value, bool) else None


def _compared(op: tree.ComparisonOp, left: object, right: object) -> bool | None:
    if op == "=":
        return equal(left, right)
    if op == "!=":
        return _negated(equal(left, right))
    order = compare(left, right)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


def _interval(node: tree.Range, low: object, high: object) -> Interval | None:
    """Make a range; null when an end that was given has no value or the ends do not go together."""
    if (node.low is not None and low is None) or (node.high is not None and high is None):
        return None
    if low is not None and high is not None and compare(low, high) is None:
        return None
    return Interval(low, high, node.low_closed, node.high_closed)


def _passes(test: tree.UnaryTest, subject: object, run: Run, frames: Frames) -> object:
    operand = run.weigh(evaluate(test.operand, run, frames), test)
    if test.op == "holds":
        return operand if isinstance(operand, bool) else None
    if test.op == "in" and operand is None:
        return None
    if test.op == "in" or test.op == "matches":  # noqa: PLR1714 - so that mypy narrows the type
        return _is_in(subject, operand)
    return _compared(test.op, subject, operand)


def _is_in(subject: object, operand: object) -> bool | None:
    """Hold a value against a range, the items of a list, or a single value."""
    if isinstance(operand, Interval):
        return (
            equal(subject, operand) if isinstance(subject, Interval) else includes(operand, subject)
        )
    if isinstance(operand, list):
        if equal(subject, operand) is True:
            return True
        return disjunction([_is_in(subject, each) is True for each in operand])
    return equal(subject, operand)


def _call(
    node: tree.Call,
    functions: Sequence[Function],
    arguments: Sequence[object],
    run: Run,
) -> object:
    """Call the first of the functions that the values fit; null when there is none."""
    for function in functions:
        if not check.takes_count(function, len(arguments)):
            continue
        for each in arguments:
            run.weigh(each, node)  # To find that they do not fit is work as well.
        try:
            fitted = [
                _fitted(function, position, argument, run)
                for position, argument in enumerate(arguments)
            ]
        except NoFit:
            continue
        call = run.callables.get(function.name, function.call)
        if call is None:
            place = {"line": node.line, "column": node.column}
            raise FeelError("not_computable", **place, name=function.name)
        run.spend(function.cost, node)
        if function.is_metered and call is function.call:
            return run.bounded(_metered(call, fitted, node, run), node)
        return run.bounded(from_python(call(*fitted)), node)
    return None


def _metered(
    call: Callable[..., object], arguments: Sequence[object], node: tree.Node, run: Run
) -> object:
    """Call a function that counts its own work."""
    work = Work(run.limits.steps - run.steps)
    try:
        return call(*arguments, work=work)
    except TooMuchWork:
        raise _limit("too_many_steps", node, run.limits.steps) from None
    finally:
        run.steps += work.spent


def _fitted(function: Function, position: int, argument: object, run: Run) -> object:
    fitted = fit(argument, check.parameter(function, position))
    if isinstance(fitted, Closure):
        closure = fitted
        return lambda *values: _applied(closure, values, run)
    return fitted


def _applied(function: Closure, arguments: Sequence[object], run: Run) -> object:
    """Call a function that the expression made; null when the arguments do not fit."""
    parameters = function.function.parameters
    if len(parameters) != len(arguments):
        return None
    try:
        local = {
            name: None if value is None else fit(value, wanted)
            for (name, wanted), value in zip(parameters, arguments, strict=True)
        }
    except NoFit:
        return None
    run.spend(_APPLIED_COST, function.function)
    run.calls += 1
    if run.calls > run.limits.depth:
        raise _limit("too_deep", function.function, run.limits.depth)
    result = evaluate(function.function.body, run, (local, *function.frames))
    run.calls -= 1
    return result


def _rows(
    bindings: Sequence[tuple[str, tree.Node]],
    run: Run,
    frames: Frames,
) -> Iterator[Frames | None]:
    """Yield the frames of each round of a loop, the first name turning slowest; None ends it."""
    if not bindings:
        yield frames
        return
    (name, source), *rest = bindings
    items = _iterated(source, run, frames)
    if items is None:
        yield None
        return
    for item in items:
        yield from _rows(rest, run, ({name: item}, *frames))


def _iterated(source: tree.Node, run: Run, frames: Frames) -> Iterable[object] | None:
    if isinstance(source, tree.Steps):
        first, last = evaluate(source.first, run, frames), evaluate(source.last, run, frames)
        return _stepped(source, first, last, run)
    match evaluate(source, run, frames):
        case None:
            return None
        case list() as items:
            return items
        case Interval(low=low, high=high, low_closed=True, high_closed=True):
            return _stepped(source, low, high, run)
        case Interval():
            return None
        case single:
            return [single]


def _stepped(node: tree.Node, first: object, last: object, run: Run) -> Iterable[object] | None:
    """Count from one whole number or date to another, up or down; null for anything else."""
    match first, last:
        case (datetime(), _) | (_, datetime()):
            return None
        case (date(), date()):
            start, end = Decimal(first.toordinal()), Decimal(last.toordinal())
            return (date.fromordinal(int(day)) for day in _counted(node, start, end, run))
        case (Decimal(), Decimal()) if whole(first) is not None and whole(last) is not None:
            return _counted(node, first, last, run)
    return None


def _counted(node: tree.Node, first: Decimal, last: Decimal, run: Run) -> Iterator[Decimal]:
    step = 1 if first <= last else -1
    for value in range(int(first), int(last) + step, step):
        run.spend(1, node)
        yield Decimal(value)


def _at(items: Sequence[object], position: object) -> object:
    place = whole(position) if isinstance(position, Decimal) else None
    if not place or abs(place) > len(items):
        return None
    return items[place - 1 if place > 0 else place]


def _local(item: object) -> Mapping[str, object]:
    return {"item": item, **item} if isinstance(item, dict) else {"item": item}


def _limit(code: str, node: tree.Node, limit: int) -> FeelError:
    return FeelError(code, line=node.line, column=node.column, limit=limit)
