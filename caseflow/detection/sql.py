"""
Terms said in SQL.

What `evidence` computes one taxpayer at a time, these expressions compute for all at once, with the
same arithmetic in the same order.
"""

from collections.abc import Callable, Mapping

from caseflow.detection.dialects import Dialect
from caseflow.detection.terms import Cell, Constant, Held, Operation, Term
from caseflow.detection.thresholds import MILLION

LARGEST_VALUE = 9 * 10**12
"""Beyond it a value in millionths would not fit 64 bits; it is then unknown."""

_INFIX = {
    "+": "+",
    "-": "-",
    "*": "*",
    "=": "=",
    "!=": "<>",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


def expression(term: Term, columns: Mapping[Cell, str], dialect: Dialect) -> str:
    """Write a term; `columns` names the column each cell stands in."""
    if isinstance(term, Cell):
        return columns[term]
    if isinstance(term, Constant):
        return _constant(term, dialect)
    args = [expression(each, columns, dialect) for each in term.args]
    if term.name in _INFIX:
        if term.args[0].held is Held.TEXT:
            args[0] = dialect.ordered(args[0])
        return f"({args[0]} {_INFIX[term.name]} {args[1]})"
    return _WRITERS[term.name](term, args, dialect)


def value(term: Term, columns: Mapping[Cell, str], dialect: Dialect) -> str:
    """Write the value of a formula: a truth, or a number rounded once to whole millionths."""
    written = expression(term, columns, dialect)
    if term.held is Held.TRUTH:
        return written
    if term.held is Held.EXACT:
        written = _double(term, written, dialect)
    rounded = f"CAST(FLOOR({written} * {MILLION} + 0.5) AS BIGINT)"
    return f"CASE WHEN ABS({written}) < {LARGEST_VALUE} THEN {rounded} END"


def _constant(constant: Constant, dialect: Dialect) -> str:
    if constant.held is Held.TEXT:
        return "'" + str(constant.value).replace("'", "''") + "'"
    if constant.held is Held.TRUTH:
        return "TRUE" if constant.value else "FALSE"
    if constant.held is Held.EXACT:
        return str(constant.scaled)
    return f"CAST({constant.value} AS {dialect.double})"


def _double(term: Term, written: str, dialect: Dialect) -> str:
    as_double = f"CAST({written} AS {dialect.double})"
    return as_double if term.scale == 1 else f"({as_double} / {term.scale})"


def _extreme(term: Operation, args: list[str], _: Dialect) -> str:
    """Engines differ in what LEAST makes of NULL; ours makes NULL."""
    missing = " OR ".join(f"{each} IS NULL" for each in args)
    chosen = "LEAST" if term.name == "min" else "GREATEST"
    return f"CASE WHEN {missing} THEN NULL ELSE {chosen}({', '.join(args)}) END"


def _streak(_: Operation, args: list[str], __: Dialect) -> str:
    """Count the periods up to the first in which the condition does not hold."""
    steps = " ".join(f"WHEN {each} IS NOT TRUE THEN {ago}" for ago, each in enumerate(args))
    return f"CASE WHEN {args[0]} IS NULL THEN NULL {steps} ELSE {len(args)} END"


_WRITERS: Mapping[str, Callable[[Operation, list[str], Dialect], str]] = {
    "double": lambda term, args, dialect: _double(term.args[0], args[0], dialect),
    "/": lambda _, args, __: f"({args[0]} / NULLIF({args[1]}, 0))",
    "neg": lambda _, args, __: f"(-{args[0]})",
    "abs": lambda _, args, __: f"ABS({args[0]})",
    "min": _extreme,
    "max": _extreme,
    "and": lambda _, args, __: f"({' AND '.join(args)})",
    "or": lambda _, args, __: f"({' OR '.join(args)})",
    "not": lambda _, args, __: f"(NOT {args[0]})",
    "if": lambda _, args, __: f"CASE WHEN {args[0]} THEN {args[1]} ELSE {args[2]} END",
    "where": lambda _, args, __: f"CASE WHEN {args[1]} THEN {args[0]} END",
    "streak": _streak,
}
