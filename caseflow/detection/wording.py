"""How the value and the limit of an indicator are written, by what its version noted of itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# The step of verification that every doubt asks for: identifier, Chinese, English.
ALWAYS_DONE = ("V01", "调阅一户式资料", "read the one-household file")

# A threshold is noted as: type low high strict side factor.
_STRICT = 3


class ValueUnit(StrEnum):
    """How values are written: a ratio in percent, money in yuan, a condition as met or not."""

    PERCENT = "percent"
    YUAN = "yuan"
    PLAIN = "plain"
    FLAG = "flag"


def unit_of(content: Mapping[str, Any]) -> ValueUnit:
    """The unit of the values of an indicator's version."""
    if str(content.get("threshold", "")).startswith("flag"):
        return ValueUnit.FLAG
    noted = str(content.get("unit", ""))
    return {"ratio": ValueUnit.PERCENT, "CNY": ValueUnit.YUAN}.get(noted, ValueUnit.PLAIN)


def is_strict(content: Mapping[str, Any]) -> bool:
    """Whether a value has to go beyond the limit; else reaching it is enough."""
    words = str(content.get("threshold", "")).split()
    return len(words) <= _STRICT or words[_STRICT] != "False"
