"""FEEL where drawings and tables use it: what a text may name, checked once, run many times.

This is the only way from a text in a definition to a value. Python's own parser is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from caseflow import feel
from caseflow.engine.errors import BadValue
from caseflow.engine.moments import Moment
from caseflow.feel import tree
from caseflow.feel.typesystem import conforms

Names = Mapping[str, feel.Type]

_CYCLE = re.compile(r"R(\d{0,4})/(P.+)")

_DAYS = re.compile(
    r"P(?=[\dT])(?:(\d{1,5})W|(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?)"
)
# No limit of the law is longer; counting further would only cost time.
_MOST_DAYS = 36_600
_MONTHS = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?")


@dataclass(frozen=True)
class Rule:
    """One checked expression; names without a value are null."""

    text: str
    expression: feel.Expression | None
    constant: object = None

    def evaluate(self, values: Mapping[str, object], moment: Moment | None) -> object:
        """Evaluate it over variables, at a moment; raises BadValue beyond FEEL's limits."""
        if self.expression is None:
            return self.constant
        return evaluate(self.expression, values, functions(moment))


def evaluate(
    expression: feel.Expression,
    values: Mapping[str, object],
    callables: Mapping[str, Callable[..., object]],
) -> object:
    """Evaluate a checked expression; raises BadValue where it is too much work."""
    try:
        return expression.evaluate(values, callables)
    except feel.FeelError as error:
        raise BadValue("feel", text=expression.text, reason=error.say("en")) from error


@dataclass(frozen=True)
class Unreadable(Rule):
    """A text that was accepted once and is refused today: whoever asks it is told so."""

    reason: str = ""

    def evaluate(self, values: Mapping[str, object], moment: Moment | None) -> object:
        """Raise BadValue."""
        raise BadValue("feel", text=self.text, reason=self.reason)


@dataclass(frozen=True)
class Cycle(Rule):
    """A timer that comes again: a duration, and how often (None: without end)."""

    times: int | None = None


def scope(names: Names) -> feel.Scope:
    """What an expression of a drawing or table may name."""
    return feel.Scope(names, TIME_FUNCTIONS)


def rule(text: str, names: Names, wanted: feel.Type | None = None) -> Rule:
    """Check a text that gives a value; raise FeelError if it may not stand here."""
    return _checked(text, scope(names), wanted)


def _checked(text: str, around: feel.Scope, wanted: feel.Type | None) -> Rule:
    expression = feel.parse(text, around)
    if wanted is not None and not conforms(expression.tree.type, wanted):
        raise feel.FeelError("wrong_type", wanted=wanted, found=expression.tree.type)
    return Rule(text, expression)


def form_condition(text: str, names: Names) -> Rule:
    """Check a condition of a form; a form knows no moment, so no functions of time either."""
    found = _checked(text, feel.Scope(names), feel.BOOLEAN)
    for node in tree.walk(found.expression.tree) if found.expression else ():
        if isinstance(node, tree.Call) and node.name in TIME_FUNCTIONS:
            place = {"line": node.line, "column": node.column}
            raise feel.FeelError("not_computable", **place, name=node.name)
    return found


def condition(text: str, names: Names) -> Rule:
    """Check a text that is true or not."""
    return rule(text, names, feel.BOOLEAN)


def when(text: str, names: Names) -> Rule:
    """Check a text that gives an instant, a date or a duration; bare ISO durations will do."""
    constant = literal(text)
    if constant is not None:
        return Rule(text, None, constant=constant)
    found = rule(text, names)
    assert found.expression is not None  # noqa: S101 - ``rule`` always parses
    kind = found.expression.tree.type
    if kind.name not in _INSTANTS:
        raise feel.FeelError("wrong_type", wanted=feel.DATE_TIME, found=kind)
    return found


def cycle(text: str) -> Cycle | None:
    """Read the repetition of a timer, ISO 8601 ``R3/PT1H``; ``R/P1D`` has no end; else None."""
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        return None
    count, period = match.group(1), literal(match.group(2))
    is_period = isinstance(period, timedelta | feel.YearsMonths) and period not in _NO_TIME
    if not is_period or (count and int(count) == 0):
        return None
    return Cycle(text, None, period, int(count) if count else None)


_NO_TIME = (timedelta(), feel.YearsMonths(0))


def literal(text: str) -> date | datetime | timedelta | feel.YearsMonths | None:
    """A bare ISO date, instant or duration, as modelers write timers."""
    if match := _DAYS.fullmatch(text):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if match := _MONTHS.fullmatch(text):
        years, months = (int(part or 0) for part in match.groups())
        return feel.YearsMonths(years * 12 + months)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)?", text):
            return datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def functions(moment: Moment | None) -> Mapping[str, Callable[..., object]]:
    """What the functions of time mean at this moment."""
    if moment is None:
        return {}
    return {
        "working_days": lambda limit: _counted(moment.working_days, limit),
        "days": lambda limit: _counted(moment.days, limit),
        "day_of_month": lambda number: _counted(moment.day_of_month, number),
        "now": lambda: moment.now,
        "today": moment.today,
    }


def _counted(count: Callable[[str | int], datetime], limit: object) -> object:
    if isinstance(limit, str):
        return count(limit)
    if isinstance(limit, Decimal):
        if not 0 <= limit <= _MOST_DAYS:
            raise BadValue("bad_limit", value=str(limit)[:40], most=_MOST_DAYS)
        if limit == int(limit):
            return count(int(limit))
    return None


# ``duration(…)`` may give either kind, so FEEL calls it any; a wrong one is refused when it runs.
_INSTANTS = {
    kind.name
    for kind in (
        feel.ANY,
        feel.DATE,
        feel.DATE_TIME,
        feel.DAYS_DURATION,
        feel.YEARS_DURATION,
    )
}

TIME_FUNCTIONS: Mapping[str, feel.Function] = {
    "working_days": feel.Function(
        "working_days",
        (feel.ANY,),
        feel.DATE_TIME,
        zh="自此起工作日限期{0}",
        en="the limit of {0} working days from now",
    ),
    "days": feel.Function(
        "days",
        (feel.ANY,),
        feel.DATE_TIME,
        zh="自此起限期{0}日",
        en="the limit of {0} days from now",
    ),
    "day_of_month": feel.Function(
        "day_of_month",
        (feel.ANY,),
        feel.DATE_TIME,
        zh="下一个{0}日，遇休假日提前",
        en="the next day {0} of a month, moved back from a rest day",
    ),
    "now": feel.Function("now", (), feel.DATE_TIME, zh="当前时间", en="now"),
    "today": feel.Function("today", (), feel.DATE, zh="今天", en="today"),
}
