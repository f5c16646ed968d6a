"""How a built-in function is declared: its FEEL name, parameters, result and words beside its code.

An implementation only ever sees values of the types it declares; anything else is null before it
is called. An optional argument that is missing or null arrives as None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from caseflow.feel.scope import Function, ResultRule
from caseflow.feel.typesystem import ANY, Type

F = TypeVar("F", bound=Callable[..., object])

REGISTER: dict[str, list[Function]] = {}


def built_in(  # noqa: PLR0913 - a declaration: all but three are by name and mostly left out
    name: str,
    parameters: Mapping[str, Type],
    gives: Type | ResultRule,
    *,
    required: int | None = None,
    variadic: bool = False,
    cost: int = 5,
    is_metered: bool = False,
    words: tuple[str, str] = ("", ""),
) -> Callable[[F], F]:
    """Declare the function below as one that expressions may call; a name may have several."""

    def declare(call: F) -> F:
        function = Function(
            name,
            tuple(parameters.values()),
            gives,
            call,
            zh=words[0],
            en=words[1],
            parameter_names=tuple(parameters),
            required=required,
            variadic=variadic,
            cost=cost,
            is_metered=is_metered,
        )
        REGISTER.setdefault(name, []).append(function)
        return call

    return declare


def whole(value: Decimal | None) -> int | None:
    """Read a number as a position or count; null unless it is a whole one of sensible size."""
    if value is None or value != value.to_integral_value() or abs(value) > 10**9:
        return None
    return int(value)


def element_of_first(types: tuple[Type, ...]) -> Type:
    """Give what the first argument, a list, holds."""
    first = types[0]
    return (first.of or ANY) if first.name == "list" else first


def same_as_first(types: tuple[Type, ...]) -> Type:
    """Give what the first argument is; a single value counts as a list."""
    return types[0] if types[0].name in ("list", "any") else Type("list", types[0])
