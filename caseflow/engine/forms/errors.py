"""What can be wrong with an answer: a code and values; the doors make the sentence.

required · too_short(limit, found) · too_long(limit, found) · too_small(limit) · too_large(limit) ·
pattern · not_a_number · too_many_decimals(limit) · not_a_date · not_a_time · not_a_choice ·
too_many_rows(limit) · bad_character, and the codes of the named validators (``validators``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with one answer."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}({shown})" if shown else self.code
