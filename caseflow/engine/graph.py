"""What can be reached in a graph; a drawing is one, read forwards or backwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


def of(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each place those that it leads to."""
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return found


def reached(
    starts: Iterable[str], edges: Mapping[str, set[str]], *, barred: Collection[str] = ()
) -> set[str]:
    """The starts and all that lies behind them; nothing barred, and nothing beyond it."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        place = waiting.pop()
        if place not in found and place not in barred:
            found.add(place)
            waiting += edges.get(place, ())
    return found
