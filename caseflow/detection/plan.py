"""
From the checked tree of a formula to its terms for one period.

Windows are resolved here: a name is a cell over the months of the period; `base`, `prev`, `ytd`,
`roll` and `streak` move or widen these months. Units are checked on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from caseflow.detection import units
from caseflow.detection.terms import Cell, Constant, Held, How, Operation, Term
from caseflow.detection.units import Unit
from caseflow.feel import tree
from caseflow.lake import calendar_months
from caseflow.lake.fields import Field, Grain, Kind, OverTime, Registry


class Span(StrEnum):
    """The length of an indicator's period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {"month": 1, "quarter": 3, "year": 12}[self]

    def ends_with(self, period: int) -> bool:
        """Tell whether a period of this length ends with the month."""
        return period % 100 % self.months == 0


class Base(StrEnum):
    """What `chg` and `base` compare with."""

    NONE = "none"
    YOY = "yoy"
    PREV = "prev"
    OPEN = "open"


LONGEST_ROLL = 36
LONGEST_STREAK = {Span.MONTH: 24, Span.QUARTER: 8, Span.YEAR: 5}


class Unplannable(Exception):
    """The formula is sound FEEL but means nothing over facts; place as in FeelError."""

    def __init__(self, code: str, detail: str, node: tree.Node) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
        self.line, self.column = node.line, node.column


class NoHistory(Exception):
    """The formula looks into the past of a field of which only the present state is kept."""


@dataclass(frozen=True, slots=True)
class Window:
    """The months a name stands for, and whether sums of flows are wanted whatever the field."""

    first: int
    last: int
    summed: bool = False

    def moved(self, months: int) -> Window:
        """Move the window."""
        shift = calendar_months.shift
        return replace(self, first=shift(self.first, months), last=shift(self.last, months))


@dataclass(frozen=True, slots=True)
class Planned:
    """The terms of a formula and the unit of its value."""

    term: Term
    unit: Unit


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans formulas of one span and base for the period that ends with `end`."""

    registry: Registry
    span: Span
    base: Base
    end: int

    def plan(self, node: tree.Node, names: dict[str, Planned] | None = None) -> Planned:
        """Plan a whole formula; `names` are values known from elsewhere."""
        first = calendar_months.shift(self.end, 1 - self.span.months)
        return _Plan(self, names or {}).term(node, Window(first, self.end))


@dataclass(frozen=True, slots=True)
class _Plan:
    planner: Planner
    names: dict[str, Planned]

    def term(self, node: tree.Node, window: Window) -> Planned:
        """Plan any node."""
        for kind, plan in _PLANS.items():
            if isinstance(node, kind):
                return plan(self, node, window)
        raise Unplannable("not_supported", type(node).__name__, node)

    def name(self, node: tree.Name, window: Window) -> Planned:
        """Plan a field, or a value known from elsewhere."""
        if node.name in self.names:
            return self.names[node.name]
        field = self.planner.registry.formula_fields[node.name]
        held = _held(field)
        unit = units.of(field.unit) if field.is_numeric else units.BARE
        how = self._how(field, node, window)
        if how is How.STATE:
            window = Window(self.planner.end, self.planner.end)
        return Planned(Cell(field.name, window.first, window.last, how, held, field.scale), unit)

    def _how(self, field: Field, node: tree.Node, window: Window) -> How:
        is_state = field.grain is not Grain.MONTH or field.derived is not None
        if window.summed and (is_state or field.over_time is not OverTime.FLOW):
            raise Unplannable("not_a_flow", field.name, node)
        if is_state:
            if window.last != self.planner.end:
                raise NoHistory(field.name)
            return How.STATE
        if field.over_time is OverTime.FLOW:
            return How.SUM
        return How.FIRST if field.over_time is OverTime.OPENING else How.LAST

    def number(self, node: tree.Number, _: Window) -> Planned:
        """Plan a number: held exactly if whole, scaled later to what it meets."""
        is_whole = node.value == node.value.to_integral_value()
        held = Held.EXACT if is_whole else Held.DOUBLE
        return Planned(Constant(node.value, held), units.BARE)

    def text(self, node: tree.Text, _: Window) -> Planned:
        """Plan a text."""
        return Planned(Constant(node.value, Held.TEXT), units.BARE)

    def boolean(self, node: tree.Boolean, _: Window) -> Planned:
        """Plan true or false."""
        return Planned(Constant(node.value, Held.TRUTH), units.BARE)

    def negate(self, node: tree.Negate, window: Window) -> Planned:
        """Plan -x."""
        of = self.term(node.of, window)
        if isinstance(of.term, Constant):
            return Planned(replace(of.term, value=-Decimal(str(of.term.value))), of.unit)
        return Planned(Operation("neg", (of.term,), of.term.held, of.term.scale), of.unit)

    def binary(self, node: tree.Binary, window: Window) -> Planned:
        """Plan + - * /."""
        left, right = self.term(node.left, window), self.term(node.right, window)
        if node.op in ("+", "-"):
            unit = self._common(node, left, right)
            args = alike(left.term, right.term)
            return Planned(Operation(node.op, args, args[0].held, args[0].scale), unit)
        if node.op not in ("*", "/") or window.summed:
            raise Unplannable("not_linear" if window.summed else "not_supported", node.op, node)
        unit = units.times(left.unit, right.unit, 1 if node.op == "*" else -1)
        both = (doubled(left.term), doubled(right.term))
        return Planned(Operation(node.op, both, Held.DOUBLE), unit)

    def compare(self, node: tree.Compare, window: Window) -> Planned:
        """Plan a comparison; with a missing side it is unknown."""
        left, right = self.term(node.left, window), self.term(node.right, window)
        self._common(node, left, right)
        args = alike(left.term, right.term)
        return Planned(Operation(node.op, args, Held.TRUTH), units.BARE)

    def logic(self, node: tree.And | tree.Or, window: Window) -> Planned:
        """Plan and, or."""
        args = tuple(self.term(part, window).term for part in node.parts)
        name = "and" if isinstance(node, tree.And) else "or"
        return Planned(Operation(name, args, Held.TRUTH), units.BARE)

    def negation(self, node: tree.Not, window: Window) -> Planned:
        """Plan not(a)."""
        return Planned(Operation("not", (self.term(node.of, window).term,), Held.TRUTH), units.BARE)

    def member(self, node: tree.In, window: Window) -> Planned:
        """Plan x in ("a", "b"): one of the values is met."""
        of = self.term(node.of, window)
        tests: list[Term] = []
        for each in node.tests:
            if each.op not in ("=", "!=", "<", "<=", ">", ">="):
                raise Unplannable("not_supported", f"in {each.op}", node)
            operand = self.term(each.operand, window)
            self._common(node, of, operand)
            tests.append(Operation(each.op, alike(of.term, operand.term), Held.TRUTH))
        whole = tests[0] if len(tests) == 1 else Operation("or", tuple(tests), Held.TRUTH)
        return Planned(whole, units.BARE)

    def between(self, node: tree.Between, window: Window) -> Planned:
        """Plan x between a and b."""
        of = self.term(node.of, window)
        low, high = self.term(node.low, window), self.term(node.high, window)
        self._common(node, of, low, high)
        tests = (
            Operation(">=", alike(of.term, low.term), Held.TRUTH),
            Operation("<=", alike(of.term, high.term), Held.TRUTH),
        )
        return Planned(Operation("and", tests, Held.TRUTH), units.BARE)

    def choice(self, node: tree.If, window: Window) -> Planned:
        """Plan if a then b else c."""
        condition = self.term(node.condition, window).term
        then, otherwise = self.term(node.then, window), self.term(node.otherwise, window)
        unit = self._common(node, then, otherwise)
        args = alike(then.term, otherwise.term)
        return Planned(Operation("if", (condition, *args), args[0].held, args[0].scale), unit)

    def call(self, node: tree.Call, window: Window) -> Planned:
        """Plan a function."""
        if node.name not in _CALLS:
            raise Unplannable("not_supported", node.name, node)
        if window.summed:
            raise Unplannable("not_linear", node.name, node)
        return _CALLS[node.name](self, node, window)

    def chg(self, node: tree.Call, window: Window) -> Planned:
        """Plan (x - base(x)) / abs(base(x))."""
        now = self.term(node.arguments[0], window)
        then = self.term(node.arguments[0], self._base_window(node, window))
        difference = Operation("-", (now.term, then.term), now.term.held, now.term.scale)
        size = Operation("abs", (then.term,), then.term.held, then.term.scale)
        return Planned(
            Operation("/", (doubled(difference), doubled(size)), Held.DOUBLE), units.RATIO
        )

    def base_value(self, node: tree.Call, window: Window) -> Planned:
        """Plan x in the base period."""
        return self.term(node.arguments[0], self._base_window(node, window))

    def prev(self, node: tree.Call, window: Window) -> Planned:
        """Plan x in the period before."""
        return self.term(node.arguments[0], window.moved(-self.planner.span.months))

    def ytd(self, node: tree.Call, window: Window) -> Planned:
        """Plan x summed since January."""
        first = window.last // 100 * 100 + 1
        return self.term(node.arguments[0], Window(first, window.last, summed=True))

    def roll(self, node: tree.Call, window: Window) -> Planned:
        """Plan x summed over the last n months."""
        count = node.arguments[1]
        months = count.value if isinstance(count, tree.Number) else Decimal(0)
        if months != months.to_integral_value() or not 1 <= months <= LONGEST_ROLL:
            raise Unplannable("bad_months", "", node)
        first = calendar_months.shift(window.last, 1 - int(months))
        return self.term(node.arguments[0], Window(first, window.last, summed=True))

    def streak(self, node: tree.Call, window: Window) -> Planned:
        """Plan the number of periods in a row, up to the longest that is looked at."""
        span = self.planner.span
        conditions = tuple(
            self.term(node.arguments[0], window.moved(-ago * span.months)).term
            for ago in range(LONGEST_STREAK[span])
        )
        return Planned(Operation("streak", conditions, Held.EXACT), units.BARE)

    def where(self, node: tree.Call, window: Window) -> Planned:
        """Plan x only where a condition holds."""
        value = self.term(node.arguments[0], window)
        condition = self.term(node.arguments[1], window).term
        args = (value.term, condition)
        return Planned(Operation("where", args, value.term.held, value.term.scale), value.unit)

    def absolute(self, node: tree.Call, window: Window) -> Planned:
        """Plan abs(x)."""
        of = self.term(node.arguments[0], window)
        return Planned(Operation("abs", (of.term,), of.term.held, of.term.scale), of.unit)

    def extreme(self, node: tree.Call, window: Window) -> Planned:
        """Plan min and max; one missing argument makes it unknown."""
        planned = [self.term(each, window) for each in node.arguments]
        unit = self._common(node, *planned)
        args = alike(*(each.term for each in planned))
        return Planned(Operation(node.name, args, args[0].held, args[0].scale), unit)

    def _base_window(self, node: tree.Call, window: Window) -> Window:
        base = self.planner.base
        if base is Base.NONE:
            raise Unplannable("no_base", "", node)
        if base is Base.OPEN:
            december = window.last // 100 * 100 - 100 + 12
            return Window(december, december)
        return window.moved(-12 if base is Base.YOY else -self.planner.span.months)

    def _common(self, node: tree.Node, *parts: Planned) -> Unit:
        unit, agree = units.common(each.unit for each in parts)
        if not agree:
            named = " / ".join(units.say(each.unit) for each in parts if each.unit is not None)
            raise Unplannable("unit_mismatch", named, node)
        return unit


def alike(*terms: Term) -> tuple[Term, ...]:
    """Hold numbers that meet in the same way: exactly if all can be, else as doubles."""
    if terms[0].held not in (Held.EXACT, Held.DOUBLE):
        return terms
    scales = {each.scale for each in terms if not isinstance(each, Constant)}
    exact = all(each.held is Held.EXACT or isinstance(each, Constant) for each in terms)
    if exact and len(scales) <= 1:
        scale = next(iter(scales), 1)
        fitted = [_fitted(each, scale) for each in terms]
        if None not in fitted:
            return tuple(each for each in fitted if each is not None)
    return tuple(doubled(each) for each in terms)


def doubled(term: Term) -> Term:
    """Hold a number as a double."""
    if term.held is Held.DOUBLE:
        return term
    if isinstance(term, Constant):
        return replace(term, held=Held.DOUBLE)
    return Operation("double", (term,), Held.DOUBLE, term.scale)


def _fitted(term: Term, scale: int) -> Term | None:
    """Scale a constant to what it meets; None if it is no whole multiple."""
    if not isinstance(term, Constant):
        return term
    scaled = Decimal(str(term.value)) * scale
    is_whole = scaled == scaled.to_integral_value()
    return replace(term, held=Held.EXACT, scale=scale) if is_whole else None


def _held(field: Field) -> Held:
    if field.is_numeric:
        return Held.EXACT
    return Held.TRUTH if field.type is Kind.BOOL else Held.TEXT


_Calls = Callable[[_Plan, tree.Call, Window], Planned]
# Each is called with a node of its own type only.
_PLANS: dict[type[tree.Node], Callable[..., Planned]] = {
    tree.Name: _Plan.name,
    tree.Number: _Plan.number,
    tree.Text: _Plan.text,
    tree.Boolean: _Plan.boolean,
    tree.Negate: _Plan.negate,
    tree.Binary: _Plan.binary,
    tree.Compare: _Plan.compare,
    tree.And: _Plan.logic,
    tree.Or: _Plan.logic,
    tree.Not: _Plan.negation,
    tree.In: _Plan.member,
    tree.Between: _Plan.between,
    tree.If: _Plan.choice,
    tree.Call: _Plan.call,
}
_CALLS: dict[str, _Calls] = {
    "chg": _Plan.chg,
    "base": _Plan.base_value,
    "prev": _Plan.prev,
    "ytd": _Plan.ytd,
    "roll": _Plan.roll,
    "streak": _Plan.streak,
    "where": _Plan.where,
    "abs": _Plan.absolute,
    "min": _Plan.extreme,
    "max": _Plan.extreme,
}
