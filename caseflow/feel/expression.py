"""A checked expression, ready to be evaluated, said in words or read by another room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from caseflow.feel import tree
from caseflow.feel.errors import FeelError
from caseflow.feel.evaluator import Callables, Meter, Run, evaluate
from caseflow.feel.grammar import parse_cell, parse_text
from caseflow.feel.scope import Limits, Scope
from caseflow.feel.typesystem import Type

_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_FUNCTIONS: Callables = MappingProxyType({})
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that has passed the check, and its tree."""

    text: str
    tree: tree.Node
    scope: Scope
    limits: Limits

    def evaluate(
        self,
        values: Mapping[str, object] = _NOTHING,
        functions: Callables = _NO_FUNCTIONS,
        meter: Meter | None = None,
    ) -> object:
        """Find the value: Decimal, str, bool, date, time, timedelta, YearsMonths, list, dict, None.

        A declared name without a value is null. ``functions`` computes the scope's own functions
        for this one run; what it spends is counted on ``meter``, for whoever limits many together.
        Raises FeelError only for the limits, for a function that nobody computes and for a value
        of no FEEL type.
        """
        run = Run(self.scope, self.limits, values, functions)
        try:
            return evaluate(self.tree, run)
        except RecursionError:
            raise FeelError("too_deep", limit=self.limits.depth) from None
        finally:
            if meter:
                meter.steps += run.steps


def parse(text: str, scope: Scope, limits: Limits = _LIMITS) -> Expression:
    """Read and check an expression; FeelError tells what is wrong, with line and column.

    >>> from caseflow.feel import NUMBER
    >>> tax = Scope({"vat_payable": NUMBER, "sales_taxable": NUMBER})
    >>> burden = parse("vat_payable / sales_taxable", tax)
    >>> burden.evaluate({"vat_payable": 4200, "sales_taxable": 420000})
    Decimal('0.01')
    >>> burden.evaluate({"vat_payable": 4200, "sales_taxable": 0}) is None
    True
    """
    return _parsed(partial(parse_text, text, scope, limits), text, scope, limits)


def parse_unary(text: str, scope: Scope, input_type: Type, limits: Limits = _LIMITS) -> Expression:
    """Read a cell of a decision table; evaluate it with the input's value under the name ``?``.

    >>> from caseflow.feel import NUMBER
    >>> cell = parse_unary("[6..10), > 20", Scope(), NUMBER)
    >>> cell.evaluate({"?": 8}), cell.evaluate({"?": 10}), cell.evaluate({"?": 21})
    (True, False, True)
    """
    return _parsed(partial(parse_cell, text, scope, input_type, limits), text, scope, limits)


def _parsed(read: Callable[[], tree.Node], text: str, scope: Scope, limits: Limits) -> Expression:
    """Read a text; with limits set too wide, what is too deep for the machine is refused."""
    try:
        return Expression(text, read(), scope, limits)
    except RecursionError:
        raise FeelError("too_deep", limit=limits.depth) from None
