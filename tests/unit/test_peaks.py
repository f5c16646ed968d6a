"""The root kept while leaves come in is that of RFC 6962, at each size and across portions."""

import hashlib

from caseflow.reads.audits.verification import Peaks
from caseflow.tlog import tree

LEAVES = [hashlib.sha256(bytes([n])).digest() for n in range(130)]


def test_the_root_is_that_of_the_whole_tree_at_each_size() -> None:
    peaks = Peaks()
    for size, leaf in enumerate(LEAVES, 1):
        peaks.add(leaf)
        assert peaks.root() == tree.root(tree.nodes_of(LEAVES[:size]), size)


def test_a_portion_goes_on_where_the_last_one_ended() -> None:
    first = Peaks()
    for leaf in LEAVES[:77]:
        first.add(leaf)
    second = Peaks(first.size, list(first.peaks))
    for leaf in LEAVES[77:]:
        second.add(leaf)
    assert second.root() == tree.root(tree.nodes_of(LEAVES), len(LEAVES))
