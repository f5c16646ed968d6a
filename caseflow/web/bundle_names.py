"""The files of a version by kind, in the order in which people look for them."""

from __future__ import annotations

from collections.abc import Iterable


def of_kind(names: Iterable[str], ending: str) -> list[str]:
    """The names that end so; files of called parts, named like their drawing, come last."""
    known = set(names)
    found = (name for name in known if name.endswith(ending))
    return sorted(found, key=lambda name: (f"{name.removesuffix(ending)}.bpmn" in known, name))
