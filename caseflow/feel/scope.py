"""What one use of FEEL declares: its names and their types, its own functions, their labels.

Whatever is not declared here and is not of the standard is refused when the text is parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from caseflow.feel.names import Names
from caseflow.feel.typesystem import ANY, Type

ResultRule = Callable[[tuple[Type, ...]], Type]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that an expression may call.

    ``call`` is None for a function that only a compiler understands (``ytd`` becomes SQL) or that
    the caller hands over when the expression runs. ``zh`` and ``en`` say a call in words, with
    ``{0}``, ``{1}`` for the arguments in words: ``"本年累计〔{0}〕"``. Parameters after the first
    ``required`` may be left out; the last one repeats if ``variadic``.

    ``cost`` is what a call counts for, in steps, beside the size of its arguments. A function that
    ``is_metered`` is handed its ``work``, on which it counts itself.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type | ResultRule
    call: Callable[..., object] | None = None
    zh: str = ""
    en: str = ""
    parameter_names: tuple[str, ...] = ()
    required: int | None = None
    variadic: bool = False
    cost: int = 5
    is_metered: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an expression and its work may become; beyond that it is refused.

    A step is the work of a node: about a millionth of a second on a small machine, so that nothing
    runs for longer than a twentieth of a second. ``size`` bounds text (in characters) and lists
    (in items, nested ones included) alike.
    """

    characters: int = 2_000
    nodes: int = 200
    depth: int = 24
    steps: int = 20_000
    size: int = 10_000


@dataclass(frozen=True)
class Scope:
    """Names with types, functions, and labels of both in Chinese and English.

    ``types`` are the use's own, for ``instance of`` and the parameters of functions.

    A function declared here replaces the built-in one of that name. With ``mismatch="null"``
    operands of the wrong type and unknown names are null when the expression runs, as the bare
    standard has it; the default is to refuse them. In an open scope a name that is not declared is
    looked up when the expression runs (the entries of an item whose type nobody declared).
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mismatch: Literal["refuse", "null"] = "refuse"
    types: Mapping[str, Type] = field(default_factory=dict)
    is_open: bool = False

    @cached_property
    def index(self) -> Names:
        """The names, found by their words; a Chinese label that only one name has stands for it."""
        labels = [zh for name, (zh, _) in self.labels.items() if name in self.names]
        aliases = {
            zh: name
            for name, (zh, _) in self.labels.items()
            if name in self.names and labels.count(zh) == 1
        }
        return Names(self.names, aliases)

    @cached_property
    def function_index(self) -> Names:
        """The scope's own functions, found by their words."""
        return Names(self.functions)

    @cached_property
    def type_index(self) -> Names:
        """The scope's own types, found by their words."""
        return Names(self.types)

    def with_name(self, name: str, kind: Type = ANY) -> Scope:
        """Declare one name more."""
        return replace(self, names={**self.names, name: kind})
