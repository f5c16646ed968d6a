"""Random walks over random drawings, judged after every step by an independent oracle."""

import os
from random import Random

import pytest
from SpiffWorkflow.util.task import TaskState

from caseflow.engine.nodes import InclusiveNode, ParallelNode
from caseflow.engine.runs import Token
from tests.unit.engine.oracle import Sketcher, World
from tests.unit.engine.walk import Walk

PLAIN = ("task", "sequence", "choice", "loop", "parallel", "sub")
TIMED = (*PLAIN, "interrupted", "reminded")
INCLUSIVE = ("task", "sequence", "loop", "inclusive", "inclusive", "parallel", "sub")
# `make trust` sets this to walk fifty times as far.
ROUNDS = int(os.environ.get("CASEFLOW_WALKS", "1"))


@pytest.mark.parametrize("kinds", [PLAIN, TIMED, INCLUSIVE], ids=["plain", "timed", "inclusive"])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_open_is_what_the_oracle_says(kinds: tuple[str, ...], seed: int) -> None:
    for again in range(ROUNDS):
        _walk(kinds, Random(seed + 1000 * again))


def _walk(kinds: tuple[str, ...], random: Random) -> None:
    sketch = Sketcher(random, kinds)
    walk = Walk(sketch.text(), sketch.declared())
    world = World({})
    live = sketch.begin(world)
    is_over = live.is_over
    for _ in range(60):
        assert walk.open == sorted(live.tasks())
        assert (walk.ended is not None) == is_over
        if is_over:
            return
        if random.random() < 0.15 and walk.step.wake_at is not None:
            days = random.choice([0.3, 1.1, 4.0])
            walk.advance(days)
            world.day += days
            while due := sorted(t for t in live.timers() if t[0] <= world.day):
                is_over = due[0][1]()
            continue
        world.env.update({name: random.random() < 0.5 for name in sketch.variables})
        name = random.choice(walk.open)
        walk.do(name, **world.env)
        is_over = live.step(name)


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
        _walk(kinds, Random(seed))
