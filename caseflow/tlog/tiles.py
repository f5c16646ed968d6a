"""Tiles of the tree (C2SP tlog-tiles): 256 hashes of every eighth level, one after the other.

A tile of level ``n`` holds nodes of the tree's level ``8n``; what lies between is computed. Full
tiles never change; the newest one of each level grows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from caseflow.tlog.tree import SIZE, Nodes, node_hash

WIDTH = 256
_HEIGHT = 8

Place = tuple[int, int]
"""The level of a tile and its number on it."""
Read = Callable[[int, int], bytes]
"""The hashes of the tile at a place; empty when there is none."""


class Incomplete(LookupError):
    """The tiles lack a hash that a tree of this size must have."""


def nodes(read: Read) -> Nodes:
    """The look-up of nodes in tiles; each tile is read once, and hashed upwards once."""
    held: dict[Place, list[list[bytes]]] = {}

    def look(level: int, place: int) -> bytes:
        tile_level, above = divmod(level, _HEIGHT)
        number, within = divmod(place << above, WIDTH)
        at = (tile_level, number)
        if at not in held:
            held[at] = _pyramid(split(read(*at)))
        rows = held[at]
        wanted = within >> above
        if above >= len(rows) or wanted >= len(rows[above]):
            raise Incomplete(f"level {level}, place {place}")
        return rows[above][wanted]

    return look


def growth(read: Read, size: int, leaves: Sequence[bytes]) -> Mapping[Place, bytes]:
    """The tiles that change when these leaf hashes follow the first ``size``: place to hashes.

    Raises:
        Incomplete: the newest tiles do not hold what a log of ``size`` must hold.
    """
    changed: dict[Place, bytes] = {}
    level, first, fresh = 0, size, list(leaves)
    while fresh:
        above: list[bytes] = []
        number, within = divmod(first, WIDTH)
        if within:
            fresh = _kept(read, level, number, within) + fresh
        for at in range(0, len(fresh), WIDTH):
            part = fresh[at : at + WIDTH]
            changed[level, number] = b"".join(part)
            if len(part) == WIDTH:
                above.append(_pyramid(part)[_HEIGHT][0])
            number += 1
        level, first, fresh = level + 1, first // WIDTH, above
    return changed


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, each by itself; a rest that is no hash is left out."""
    whole = len(hashes) // SIZE * SIZE
    return [hashes[at : at + SIZE] for at in range(0, whole, SIZE)]


def _kept(read: Read, level: int, number: int, count: int) -> list[bytes]:
    """What the growing tile holds so far; hashes beyond ``count`` are written anew."""
    held = split(read(level, number))[:count]
    if len(held) < count:
        raise Incomplete(f"tile {level}/{number} holds {len(held)} of {count}")
    return held


def _pyramid(row: list[bytes]) -> list[list[bytes]]:
    """The hashes of a tile and of the full nodes above them, level by level."""
    rows = [row]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        rows.append(row)
    return rows
