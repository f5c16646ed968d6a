"""One random drawing walked at random, judged after every step by the oracle."""

from __future__ import annotations

from random import Random

from tests.unit.engine.oracle import Sketcher, World
from tests.unit.engine.walk import Walk

PLAIN = ("task", "sequence", "choice", "loop", "parallel", "sub")
TIMED = (*PLAIN, "interrupted", "reminded")
INCLUSIVE = ("task", "sequence", "loop", "inclusive", "inclusive", "parallel", "sub")


def judge(kinds: tuple[str, ...], random: Random) -> None:
    """Walk; AssertionError where engine and oracle differ."""
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
