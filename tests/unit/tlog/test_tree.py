"""The tree against RFC 6962 written down word by word, and its proofs against everything else."""

import hashlib
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from caseflow.tlog import tiles, tree

_LARGEST = 70


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 2.1 over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    both = naive_root(leaves[:half]) + naive_root(leaves[half:])
    return hashlib.sha256(b"\x01" + both).digest()


def leaves_of(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


def stored(kept: Mapping[tuple[int, int], bytes]) -> tiles.Read:
    return lambda level, number: kept.get((level, number), b"")


def test_roots_are_those_of_the_rfc() -> None:
    leaves = leaves_of(_LARGEST)
    nodes = tree.nodes_of(leaves)
    for size in range(_LARGEST + 1):
        assert tree.root(nodes, size) == naive_root(leaves[:size])


def test_known_roots_of_certificate_transparency() -> None:
    """The eight leaves with which implementations of RFC 6962 compare themselves."""
    texts = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
    last = "606162636465666768696a6b6c6d6e6f"
    leaves = [tree.leaf_hash(bytes.fromhex(text)) for text in (*texts, last)]
    known = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert tree.root(tree.nodes_of(leaves), 8).hex() == known


def test_every_leaf_is_proved_in_every_tree() -> None:
    leaves = leaves_of(_LARGEST)
    nodes = tree.nodes_of(leaves)
    for size in range(1, _LARGEST + 1):
        whole = naive_root(leaves[:size])
        for index in range(size):
            proof = tree.inclusion(nodes, index, size)
            assert tree.includes(leaves[index], index, size, proof, whole)


def test_every_growth_is_proved() -> None:
    leaves = leaves_of(_LARGEST)
    nodes = tree.nodes_of(leaves)
    roots = [naive_root(leaves[:size]) for size in range(_LARGEST + 1)]
    for size in range(_LARGEST + 1):
        for old in range(size + 1):
            proof = tree.consistency(nodes, old, size)
            assert tree.grew((old, roots[old]), (size, roots[size]), proof)


@given(st.data())
def test_a_changed_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    nodes = tree.nodes_of(leaves)
    whole = tree.root(nodes, size)
    proof = tree.inclusion(nodes, index, size)
    broken = _broken(data, proof)
    assert not tree.includes(leaves[index], index, size, broken, whole)
    assert not tree.includes(tree.leaf_hash(b"forged"), index, size, proof, whole)
    other = data.draw(st.integers(0, size + 3).filter(lambda place: place != index))
    assert not tree.includes(leaves[index], other, size, proof, whole)


@given(st.data())
def test_a_changed_history_did_not_grow(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    old = data.draw(st.integers(1, size - 1))
    leaves = leaves_of(size)
    nodes = tree.nodes_of(leaves)
    first, last = (old, tree.root(nodes, old)), (size, tree.root(nodes, size))
    proof = tree.consistency(nodes, old, size)
    assert not tree.grew(first, last, _broken(data, proof))
    at = data.draw(st.integers(0, old - 1))
    rewritten = tree.nodes_of([*leaves[:at], tree.leaf_hash(b"forged"), *leaves[at + 1 :]])
    forged = (size, tree.root(rewritten, size))
    assert not tree.grew(first, forged, tree.consistency(rewritten, old, size))
    assert not tree.grew(first, forged, proof)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=5), st.data())
def test_tiles_give_the_same_nodes_in_whatever_portions_they_grew(
    portions: list[int], data: st.DataObject
) -> None:
    leaves = leaves_of(sum(portions))
    kept: dict[tuple[int, int], bytes] = {}
    size = 0
    for portion in portions:
        fresh = leaves[size : size + portion]
        kept.update(tiles.growth(stored(kept), size, fresh))
        size += portion
    nodes = tiles.nodes(stored(kept))
    whole = tree.nodes_of(leaves)
    assert tree.root(nodes, size) == tree.root(whole, size)
    old = data.draw(st.integers(0, size))
    assert tree.consistency(nodes, old, size) == tree.consistency(whole, old, size)
    assert all(len(hashes) <= tiles.WIDTH * tree.SIZE for hashes in kept.values())


def test_a_large_tree_needs_three_levels_of_tiles() -> None:
    size = 65_536 + 300
    leaves = leaves_of(size)
    kept = dict(tiles.growth(lambda *_: b"", 0, leaves))
    nodes = tiles.nodes(stored(kept))
    assert {level for level, _ in kept} == {0, 1, 2}
    assert tree.root(nodes, size) == tree.root(tree.nodes_of(leaves), size)


def _broken(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with a bit changed, a hash left out or one too many."""
    at = data.draw(st.integers(0, len(proof) - 1))
    how = data.draw(st.sampled_from(("flip", "drop", "add")))
    if how == "drop":
        return proof[:at] + proof[at + 1 :]
    if how == "add":
        return [*proof[:at], bytes(32), *proof[at:]]
    flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    return [*proof[:at], flipped, *proof[at + 1 :]]
