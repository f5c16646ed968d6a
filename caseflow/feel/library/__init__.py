"""The built-in functions of the standard, by name; each may take its arguments in several ways."""

from caseflow.feel.library import (
    on_contexts,
    on_lists,
    on_numbers,
    on_ranges,
    on_text,
    on_time,
)
from caseflow.feel.library.register import REGISTER
from caseflow.feel.names import Names
from caseflow.feel.scope import Function
from caseflow.feel.typesystem import BOOLEAN

__all__ = [
    "BUILT_IN",
    "BUILT_IN_INDEX",
    "on_contexts",
    "on_lists",
    "on_numbers",
    "on_ranges",
    "on_text",
    "on_time",
]

BUILT_IN: dict[str, tuple[Function, ...]] = {
    "not": (Function("not", (BOOLEAN,), BOOLEAN, parameter_names=("negand",)),),
    **{name: tuple(functions) for name, functions in REGISTER.items()},
}
BUILT_IN_INDEX = Names(BUILT_IN)
