"""Random drawings walked at random: the engine against its oracle, at length."""

from random import Random

import pytest

from tests.trust.counts import IS_LONG
from tests.unit.engine.judged import INCLUSIVE, PLAIN, TIMED, judge

DRAWINGS = 1_000 if IS_LONG else 20


@pytest.mark.parametrize("kinds", [PLAIN, TIMED, INCLUSIVE], ids=["plain", "timed", "inclusive"])
def test_engine_agrees_with_the_oracle(kinds: tuple[str, ...]) -> None:
    for seed in range(1_000, 1_000 + DRAWINGS):
        judge(kinds, Random(seed))
