"""Random walks over random drawings, judged after every step by an independent oracle."""

from random import Random

import pytest
from SpiffWorkflow.util.task import TaskState

from caseflow.engine.nodes import InclusiveNode, ParallelNode
from caseflow.engine.runs import Token
from tests.unit.engine.judged import INCLUSIVE, PLAIN, TIMED, judge


@pytest.mark.parametrize("kinds", [PLAIN, TIMED, INCLUSIVE], ids=["plain", "timed", "inclusive"])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_open_is_what_the_oracle_says(kinds: tuple[str, ...], seed: int) -> None:
    judge(kinds, Random(seed))


def test_oracle_notices_a_parallel_join_that_fires_early(monkeypatch: pytest.MonkeyPatch) -> None:
    def arrive(join: ParallelNode, token: Token) -> bool:
        token._set_state(TaskState.WAITING)  # noqa: SLF001 - the node's own protocol
        join.fire(join.arrivals(token.parent))
        return False

    monkeypatch.setattr(ParallelNode, "arrive", arrive)
    with pytest.raises(AssertionError):
        _walk_many(PLAIN)


def test_oracle_notices_an_inclusive_join_that_fires_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fire_at_once(join: InclusiveNode, scope: Token) -> bool:
        join.fire(join.arrivals(scope))
        return True

    monkeypatch.setattr(InclusiveNode, "fire_if_complete", fire_at_once)
    with pytest.raises(AssertionError):
        _walk_many(INCLUSIVE)


def _walk_many(kinds: tuple[str, ...]) -> None:
    for seed in range(20):
        judge(kinds, Random(seed))
