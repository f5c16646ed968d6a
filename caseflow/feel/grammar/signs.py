"""The signs of the language and how tightly they bind."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.feel.tree import ArithmeticOp, ComparisonOp

OR, AND, COMPARISON, SUM, PRODUCT, POWER, POSTFIX = range(1, 8)
ARITHMETIC: Mapping[str, tuple[ArithmeticOp, int]] = {
    "+": ("+", SUM),
    "-": ("-", SUM),
    "*": ("*", PRODUCT),
    "/": ("/", PRODUCT),
    "**": ("**", POWER),
}
COMPARISONS: Mapping[str, ComparisonOp] = {
    "=": "=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
POWERS: Mapping[str, int] = {
    "or": OR,
    "and": AND,
    "between": COMPARISON,
    "in": COMPARISON,
    "instance": POSTFIX,
    **dict.fromkeys(COMPARISONS, COMPARISON),
    **{sign: power for sign, (_, power) in ARITHMETIC.items()},
    **dict.fromkeys((".", "[", "("), POSTFIX),
}
