"""How many households each administrator carries: lognormal, truncated, with exact sums."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_SIGMA = 0.55


def apportion(total: int, weights: NDArray[np.generic]) -> Ints:
    """Split a whole number by weights, largest remainders first, so that the sum is exact."""
    share = total * weights.astype(float) / weights.astype(float).sum()
    whole: Ints = np.floor(share).astype(np.int64)
    rest = np.argsort(-(share - whole), kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return whole


def loads(rng: Generator, total: int, count: int, *, low: int, high: int) -> Ints:
    """Draw the loads of `count` administrators of `total` households, all below `high`."""
    if count == 0:
        return np.zeros(0, np.int64)
    low = min(low, total // count)
    drawn = np.clip(rng.lognormal(0.0, _SIGMA, count), 0.2, 4.0)
    parts = np.clip(apportion(total, drawn), low, high - 1)
    while gap := total - int(parts.sum()):
        room = np.flatnonzero(parts < high - 1 if gap > 0 else parts > low)
        if len(room) == 0:
            msg = f"{total} households do not fit {count} administrators"
            raise ValueError(msg)
        step = apportion(min(abs(gap), len(room)), np.ones(len(room)))
        parts[room] += step if gap > 0 else -step
    return parts


def loads_with_maximum(rng: Generator, total: int, count: int, *, low: int, high: int) -> Ints:
    """Draw loads as above, one administrator carrying exactly `high`."""
    rest = loads(rng, total - high, count - 1, low=low, high=high)
    return np.append(rest, high)
