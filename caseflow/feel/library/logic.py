"""The two ways of joining truth values when some may be unknown."""

from __future__ import annotations

from collections.abc import Iterable


def conjunction(items: Iterable[object]) -> bool | None:
    """Join by "and": the first false decides; else one that is no truth value makes it null."""
    is_known = True
    for item in items:
        if item is False:
            return False
        is_known = is_known and item is True
    return True if is_known else None


def disjunction(items: Iterable[object]) -> bool | None:
    """Join by "or": the first true decides; else one that is no truth value makes it null."""
    is_known = True
    for item in items:
        if item is True:
            return True
        is_known = is_known and item is False
    return False if is_known else None
