"""The Merkle tree of RFC 6962: roots, and proofs that a leaf is in it or that it only grew.

A node is named by its level (0: leaves) and its place on it; only nodes whose subtree is full have
a name. Whoever asks for a root or a proof brings ``Nodes``, the look-up of full nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Nodes = Callable[[int, int], bytes]
"""The hash of the full node at a level and place."""

SIZE = hashlib.sha256().digest_size
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of what is logged."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """The look-up over leaf hashes held in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, place: levels[level][place]


def root(nodes: Nodes, size: int) -> bytes:
    """The root over the first ``size`` leaves."""
    return _over(nodes, 0, size) if size else EMPTY


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The proof that a leaf is in the tree of ``size``: the hashes beside its way to the root.

    Raises:
        ValueError: there is no such leaf in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_over(nodes, middle, high))
            high = middle
        else:
            proof.append(_over(nodes, low, middle))
            low = middle
    return proof[::-1]


def consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """The proof that the tree of ``size`` begins with the whole tree of ``old`` leaves.

    Raises:
        ValueError: the old tree is not among the beginnings of the new one.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {old}")
    if old in (0, size):
        return []
    proof: list[bytes] = []
    low, high = 0, size
    is_left_edge = True  # the old tree is a node of the new one as far as we have gone down
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_over(nodes, middle, high))
            high = middle
        else:
            proof.append(_over(nodes, low, middle))
            low, is_left_edge = middle, False
    return ([] if is_left_edge else [_over(nodes, low, high)]) + proof[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads from this leaf hash; None when it does not fit the place."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], whole: bytes) -> bool:
    """Whether the proof shows that this leaf hash stands there in the tree of this root."""
    return root_by_inclusion(leaf, index, size, proof) == whole


def grew(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree (size, root) begins with the whole old one."""
    (old_size, old_root), (size, whole) = old, new
    if old_size == size:
        return not proof and old_root == whole
    if old_size == 0:
        return not proof and old_root == EMPTY
    if not 0 < old_size < size:
        return False
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:  # the old tree is itself a node of the new one
        hashes.insert(0, old_root)
    return _roots_by_growth(old_size, size, hashes) == (old_root, whole)


def _roots_by_growth(
    old_size: int, size: int, hashes: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """The old and the new root to which a proof leads; None when it does not fit the sizes."""
    if not hashes:
        return None
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        place, last = place >> 1, last >> 1
    return (before, after) if last == 0 else None


def _over(nodes: Nodes, low: int, high: int) -> bytes:
    """The hash over the leaves from ``low`` up to ``high``, as RFC 6962 cuts a tree."""
    count = high - low
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, low >> level)
    middle = low + _split(count)
    return node_hash(_over(nodes, low, middle), _over(nodes, middle, high))


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
