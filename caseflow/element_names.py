"""What an element of a drawing is called in another version of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product


def renamed(name: str, mapping: Mapping[str, str]) -> str:
    """What an element is called in the new version; what a call holds goes with the call."""
    base, mark, wrapper = name.partition(":")
    if base in mapping:
        return f"{mapping[base]}{mark}{wrapper}"
    outer, slash, inner = base.rpartition("/")
    if slash:
        return f"{renamed(outer, mapping)}/{inner}{mark}{wrapper}"
    return name


def with_former(elements: Iterable[str], renames: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """These elements and all that they were called before, each with the name asked for.

    A case that was carried over and back has steps done under the names of both versions. Of
    versions that give one name to different steps both are meant: rather too many people are
    kept from a step than one too few.
    """
    found = {name: name for name in elements}
    for _ in renames:  # one after the other in any order: no name comes of more than all of them
        for name, mapping in product(list(found), renames):
            found.setdefault(renamed(name, mapping), found[name])
    return found
