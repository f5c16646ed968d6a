"""A case walked step by step; each step begins from the stored bytes of the one before."""

from __future__ import annotations

from typing import Any

from caseflow import engine
from tests.unit.engine.sketch import bundle, moment


class Walk:
    """Takes steps by element id and remembers what came of them."""

    def __init__(self, text: str, variables: str = "", **start: object) -> None:
        self.begin(bundle(text, variables), start)

    @classmethod
    def of(cls, files: dict[str, bytes], **start: object) -> Walk:
        """Walk a bundle that was put together elsewhere."""
        walk = cls.__new__(cls)
        walk.begin(files, start)
        return walk

    def begin(self, files: dict[str, bytes], start: dict[str, object]) -> None:
        self.process = engine.load(files)
        self.day = 0.0
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.step = self._keep(engine.start(self.process, start, at=moment()))

    @property
    def open(self) -> list[str]:
        """What waits for people now, in order of name."""
        return sorted(task.element for task in self.tasks())

    @property
    def ended(self) -> str | None:
        return self.step.ended

    def tasks(self) -> tuple[engine.OpenTask, ...]:
        return engine.open_tasks(self.process, self.step.state)

    def do(self, element: str, item: object = None, **variables: object) -> Walk:
        """Hand in the first open task of this element (of this item)."""
        task = next(
            each
            for each in self.tasks()
            if each.element == element and (item is None or each.item == item)
        )
        at = moment(self.day)
        step = engine.complete(self.process, self.step.state, task.key, variables, at=at)
        assert task.key in step.closed
        self._keep(step)
        return self

    def advance(self, days: float) -> Walk:
        """Let time pass and timers fire."""
        self.day += days
        self._keep(engine.fire(self.process, self.step.state, at=moment(self.day)))
        return self

    def message(self, name: str, **variables: object) -> Walk:
        at = moment(self.day)
        self._keep(engine.message(self.process, self.step.state, name, variables, at=at))
        return self

    def signal(self, name: str, **variables: object) -> Walk:
        at = moment(self.day)
        self._keep(engine.signal(self.process, self.step.state, name, variables, at=at))
        return self

    def _keep(self, step: engine.Step) -> engine.Step:
        self.step = step
        self.calls += [(call.verb, call.arguments) for call in step.calls]
        return step
