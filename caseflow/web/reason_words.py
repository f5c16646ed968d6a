"""Why rows of a file were refused, in words."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.lake.reasons import REASONS
from caseflow.web.languages import name_of


def reasons(counts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Each reason with how many rows it concerns, the most frequent first."""
    found = sorted(counts.items(), key=lambda item: -int(str(item[1])))
    return tuple((_say(code), f"{int(str(count)):,}") for code, count in found)


def _say(code: str) -> str:
    zh, en = REASONS.get(code, (code, code))
    return name_of(zh, en)
