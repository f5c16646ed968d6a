"""One case played by hand on a clock of its own, from stored bytes to stored bytes.

Scenarios and trial runs are played here. Nothing but ``state`` and ``now`` is remembered from one
act to the next, and an act that fails changes neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from caseflow import feel
from caseflow.engine import counting, plain, steps
from caseflow.engine.errors import EngineError, NotOpen
from caseflow.engine.moments import Moment
from caseflow.engine.processes import Process
from caseflow.engine.steps import OpenTask, Step
from caseflow.engine.waits import Wait, waits
from caseflow.vocabulary import limits as known_limits

# Monday morning in the bureau.
OPENING = datetime(2010, 1, 25, 1, tzinfo=UTC)
_MOST_FIRINGS = 10_000
_SPAN = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,7})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


class BadAct(EngineError):
    """An act that nobody can do: it is written wrongly, or comes too early or too late."""


class Course:
    """A case and its clock; each act gives the steps it led to, in order."""

    def __init__(
        self,
        process: Process,
        *,
        state: bytes | None = None,
        now: datetime = OPENING,
        limits: Mapping[str, Decimal] | None = None,
    ) -> None:
        """Begin with no case, or go on with a stored ``state``; ``limits`` by name are in days."""
        self.process = process
        self.state = state
        self.now = now
        self.limits = known_limits.defaults() if limits is None else limits

    def start(self, values: Mapping[str, Any]) -> list[Step]:
        """Begin the case."""
        if self.state is not None:
            raise BadAct("already_started")
        return self._kept([steps.start(self.process, values, at=self._moment(self.now))])

    def complete(
        self, element: str, values: Mapping[str, Any], *, choose: Mapping[str, Any] | None = None
    ) -> list[Step]:
        """Hand in a task by the id of its element.

        Of several ``choose`` takes one, by its ``item`` or ``key``; without it the oldest is taken.
        """
        state = self._running()
        task = self._task(element, choose or {})
        return self._kept(
            [steps.complete(self.process, state, task.key, values, at=self._moment(self.now))]
        )

    def message(self, name: str, values: Mapping[str, Any]) -> list[Step]:
        """Let a message in."""
        at = self._moment(self.now)
        return self._kept([steps.message(self.process, self._running(), name, values, at=at)])

    def signal(self, name: str, values: Mapping[str, Any]) -> list[Step]:
        """Let a signal in from outside."""
        at = self._moment(self.now)
        return self._kept([steps.signal(self.process, self._running(), name, values, at=at)])

    def advance(self, span: str) -> list[Step]:
        """Let time pass, an ISO duration; each timer goes off at the instant at which it is due."""
        self._running()
        target = later(self.now, span)
        taken = self._fired(target)
        if taken:
            self.state = taken[-1].state
        self.now = target
        return taken

    def open_tasks(self) -> tuple[OpenTask, ...]:
        """The tasks that wait for people, oldest first."""
        return () if self.state is None else steps.open_tasks(self.process, self.state)

    def waits(self) -> tuple[Wait, ...]:
        """What the case waits for besides people."""
        return () if self.state is None else waits(self.process, self.state)

    def _running(self) -> bytes:
        if self.state is None:
            raise BadAct("not_started")
        return self.state

    def _moment(self, now: datetime) -> Moment:
        return counting.moment(now, self.limits)

    def _task(self, element: str, choose: Mapping[str, Any]) -> OpenTask:
        found = [
            task
            for task in self.open_tasks()
            if element in (task.element, own_name(task.element))
            and choose.get("key", task.key) == task.key
            and ("item" not in choose or plain.of(task.item) == plain.of(choose["item"]))
        ]
        if not found:
            if not any(element in (name, own_name(name)) for name in self.process.elements):
                raise BadAct("unknown_element", element=element)
            opened = sorted({task.element for task in self.open_tasks()})
            raise NotOpen("element_not_open", element=element, open=", ".join(opened) or "-")
        return found[0]

    def _kept(self, taken: list[Step]) -> list[Step]:
        """Fire what is due already, then remember where the case stands."""
        taken += self._fired(self.now, taken[-1])
        self.state = taken[-1].state
        return taken

    def _fired(self, until: datetime, last: Step | None = None) -> list[Step]:
        """Fire all timers up to an instant, each at its own."""
        now, fired = self.now, []
        state = self._running() if last is None else last.state
        wake_at = self._wake_at(state) if last is None else last.wake_at
        while wake_at is not None and wake_at <= until:
            now = max(now, wake_at)
            step = steps.fire(self.process, state, at=self._moment(now))
            fired.append(step)
            if len(fired) > _MOST_FIRINGS:
                raise BadAct("too_many_timers", limit=_MOST_FIRINGS)
            state, wake_at = step.state, step.wake_at
        return fired

    def _wake_at(self, state: bytes) -> datetime | None:
        dues = (wait.due_at for wait in waits(self.process, state))
        return min((due for due in dues if due is not None), default=None)


def own_name(element: str) -> str:
    """The id as drawn, without the call activities on the way to it."""
    return element.rpartition("/")[2]


def later(now: datetime, span: str) -> datetime:
    """The instant so much later, as ``P3D``, ``PT90M``, ``P1M`` or ``P1Y2M3DT4H`` says.

    Raises BadAct for anything else, and beyond the calendar.
    """
    match = _SPAN.fullmatch(span)
    if match is None:
        raise BadAct("bad_span", text=span[:100])
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    seconds = Decimal(match[7] or 0)
    try:
        moved = Moment(now, _no_limit, _no_limit, _no_limit).instant(
            feel.YearsMonths(years * 12 + months)
        )
        return moved.astimezone(UTC) + timedelta(
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            microseconds=int(seconds * 1_000_000),
        )
    except (OverflowError, ValueError):
        raise BadAct("bad_span", text=span[:100]) from None


def _no_limit(limit: str | int) -> datetime:
    raise BadAct("unknown_limit", name=limit)
