"""Item definitions: what a value of a model may be, and which values are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from caseflow import feel
from caseflow.feel import tree
from caseflow.feel.coercion import NoFit, fit
from caseflow.feel.values import from_python

BUILT_IN: Mapping[str, feel.Type] = {
    "string": feel.STRING,
    "number": feel.NUMBER,
    "integer": feel.NUMBER,
    "long": feel.NUMBER,
    "double": feel.NUMBER,
    "boolean": feel.BOOLEAN,
    "date": feel.DATE,
    "time": feel.TIME,
    "dateTime": feel.DATE_TIME,
    "date and time": feel.DATE_TIME,
    "dayTimeDuration": feel.DAYS_DURATION,
    "days and time duration": feel.DAYS_DURATION,
    "yearMonthDuration": feel.YEARS_DURATION,
    "years and months duration": feel.YEARS_DURATION,
    "context": feel.CONTEXT,
    "Any": feel.ANY,
    "any": feel.ANY,
}


@dataclass(frozen=True)
class Item:
    """A type with the tests that its values, the items of its lists and its parts must pass."""

    type: feel.Type
    allowed: feel.Expression | None = None
    of: Item | None = None
    parts: Mapping[str, Item] = field(default_factory=dict)
    size: int = 1

    def fitted(self, value: object) -> object:
        """Make a value fit the type as FEEL converts; null where it does not or is not allowed."""
        if value is None:
            return None
        try:
            found = fit(from_python(value), self.type)
        except (NoFit, TypeError):
            return None
        return found if self.allows(found) else None

    def allows(self, value: object) -> bool:
        """Tell whether a value of the type is one of those allowed; null always is."""
        if value is None:
            return True
        if self.of is not None and isinstance(value, list):
            return all(self.of.allows(each) for each in value)
        if self.allowed is not None and self.allowed.evaluate({"?": value}) is not True:
            return False
        if isinstance(value, dict):
            return all(part.allows(value.get(name)) for name, part in self.parts.items())
        return True


ANYTHING = Item(feel.ANY)


def words(expression: feel.Expression) -> tuple[str, ...]:
    """The words of a list of allowed values, when it is nothing but texts."""
    tests = expression.tree
    if not isinstance(tests, tree.UnaryTests) or tests.negated:
        return ()
    found = [
        test.operand.value
        for test in tests.tests
        if test.op in ("=", "matches") and isinstance(test.operand, tree.Text)
    ]
    return tuple(found) if len(found) == len(tests.tests) else ()
