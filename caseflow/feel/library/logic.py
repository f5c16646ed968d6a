"""The two ways of joining truth values when some may be unknown."""

from __future__ import annotations

from collections.abc import Sequence


def conjunction(items: Sequence[object]) -> bool | None:
    """Join by "and" with three values: one false makes it false, else one unknown unknown."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def disjunction(items: Sequence[object]) -> bool | None:
    """Join by "or" with three values: one true makes it true, else one unknown unknown."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None
