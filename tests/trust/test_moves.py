"""Cases put on random steps and walked on at random: after a move that was taken nobody is stuck.

A drawing in which a case may get stuck without any move proves nothing; it is walked unmoved too.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from caseflow import engine
from caseflow.engine import migration
from tests.trust.counts import IS_LONG
from tests.trust.walks import BEGIN, DRAWINGS, bundle, limits, net, random_values

MOVES = 200 if IS_LONG else 20
LONGEST, AGAIN = 60, 60
NAMES = sorted(file.stem for file in DRAWINGS.glob("*.bpmn"))


class Case:
    """A case that is walked on by lot."""

    def __init__(self, name: str, random: Random) -> None:
        self.random, self.declared = random, net(name).declared
        self.process = engine.load(bundle(name))
        self.now = BEGIN
        self.yes = random.choice((0.1, 0.5, 0.9))
        self.keep(engine.start(self.process, self.values(), at=self.moment()))

    def values(self) -> dict[str, Any]:
        return random_values(self.declared, self.random, self.yes)

    def moment(self) -> engine.Moment:
        return engine.Moment(self.now, *[limits(self.now)] * 3)

    def keep(self, step: engine.Step) -> None:
        self.state, self.ended = step.state, step.ended
        self.wake_at, self.awaits = step.wake_at, step.awaits

    def walk(self, most: int) -> None:
        """Take steps until the end, until none can be taken, or so many."""
        for _ in range(most):
            if self.ended or not self._take_one():
                return

    def _take_one(self) -> bool:
        tasks = engine.open_tasks(self.process, self.state)
        acts = [("task", task.key) for task in tasks] + [("event", each) for each in self.awaits]
        acts += [("timer", "")] if self.wake_at else []
        if not acts:
            return False
        kind, word = self.random.choice(acts)
        if kind == "task":
            done = engine.complete(self.process, self.state, word, self.values(), at=self.moment())
        elif kind == "event":
            what, _, name = word.partition(":")
            hear = engine.message if what == "message" else engine.signal
            done = hear(self.process, self.state, name, self.values(), at=self.moment())
        else:
            self.now = max(self.now, self.wake_at or self.now)
            done = engine.fire(self.process, self.state, at=self.moment())
        self.keep(done)
        return True


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_stuck_after_a_move_that_was_taken(name: str) -> None:
    for seed in range(MOVES):
        random = Random(f"{name} {seed}")
        case = _begun(name, random)
        if case is None or case.ended or not _moved(case, random):
            continue
        if _gets_stuck(case) and not _is_stuck_unmoved(name):
            raise AssertionError((name, seed))


def _begun(name: str, random: Random) -> Case | None:
    try:
        case = Case(name, random)
        case.walk(random.randrange(8))
    except engine.EngineError:
        return None
    return case


def _moved(case: Case, random: Random) -> bool:
    places = migration.places(case.process, case.state)
    targets = migration.targets(case.process, case.state)
    drop = [place.key for place in places if random.random() < 0.5]
    if not targets:
        return False
    target = random.choice(targets).id
    try:
        step = migration.moved(case.process, case.state, drop=drop, target=target, at=case.moment())
    except engine.EngineError:
        return False
    case.keep(step)
    return True


def _gets_stuck(case: Case) -> bool:
    try:
        case.walk(LONGEST)
    except engine.Stuck as stuck:
        return stuck.code == "stuck"
    except engine.EngineError:
        return False
    return False


def _is_stuck_unmoved(name: str) -> bool:
    for seed in range(AGAIN):
        try:
            Case(name, Random(seed)).walk(LONGEST)
        except engine.Stuck as stuck:
            if stuck.code == "stuck":
                return True
        except engine.EngineError:
            continue
    return False
