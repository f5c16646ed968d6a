"""Drawing lots: whoever has the numbers and the seed draws the same with any tool."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

# The least by SHA-256 of "<seed>:<number>" are drawn first.
METHOD = "sha256-v1"
# Seeds are kept as bigint.
LARGEST_SEED = 2**63 - 1


def ranked(seed: int, numbers: Iterable[str]) -> list[str]:
    """Give the numbers in the order in which the seed draws them.

    >>> ranked(7, ["03TA2009000002", "03TA2009000001", "03TA2009000003"])
    ['03TA2009000003', '03TA2009000002', '03TA2009000001']
    """
    return sorted(
        numbers, key=lambda number: (sha256(f"{seed}:{number}".encode()).digest(), number)
    )


def digest(numbers: Iterable[str]) -> str:
    """Give the SHA-256 of all numbers that were drawn from, in their order, one a line."""
    return sha256("\n".join(sorted(numbers)).encode()).hexdigest()
