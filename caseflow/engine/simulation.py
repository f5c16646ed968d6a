"""Cases walked at random through a process, to find what no rule of drawing finds.

Every step sets the variables that its form and the drawing declare to random values of their
types; timers and messages are let in now and then. A walk that gets stuck, runs in a circle or
asks a question without an answer is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from caseflow import feel
from caseflow.engine import steps
from caseflow.engine.errors import EngineError
from caseflow.engine.findings import Finding
from caseflow.engine.moments import Moment
from caseflow.engine.processes import Process
from caseflow.engine.steps import Step

_START = datetime(2010, 1, 25, 1, tzinfo=UTC)
_NULL_SHARE, _TIMER_SHARE, _MESSAGE_SHARE = 0.1, 0.15, 0.1
# Further walks would fail the same way.
_ENOUGH = 3
# A check is asked for while somebody draws: so many flows passed and tokens stored and restored
# are a second's work or two, and some ten times what the largest drawing of the bureau takes.
_MOST_WORK = 200_000
_TOKEN = 60
_NUMBERS = (0, 1, 2, 3, 5, 10, 100, 9_999, 10_000, 1_000_000)


@dataclass
class Walked:
    """What the walks came to: flows passed, ends reached, walks that were cut off."""

    passed: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    largest_state: int = 0
    work: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether the work was too much to walk on."""
        return self.work > _MOST_WORK


def walk(
    process: Process,
    *,
    walks: int = 100,
    longest: int = 300,
    seed: int = 0,
    state: bytes | None = None,
) -> Walked:
    """Walk so many cases, from their start or from a stored state.

    Each is stored and restored after every step.
    """
    result = Walked()
    for number in range(walks):
        if result.is_cut:
            break
        random = Random(seed * 1_000_003 + number)  # noqa: S311 - chance, not secrecy
        try:
            _count(islice(case(process, random, state=state), longest), result)
        except EngineError as error:
            result.findings.append(_failed(process, error, number))
            if len(result.findings) == _ENOUGH:
                break
    return result


def _failed(process: Process, error: EngineError, number: int) -> Finding:
    """A walk that came to grief: where, as far as the error says, and why."""
    places = [error.values.get("element"), *_listed(error.values.get("places"))]
    element = next((str(place) for place in places if place in process.elements), "")
    line = process.elements[element].line if element else 0
    is_told = bool(element) and element == error.values.get("element")
    values = {"seed": number, "reason": error.what if is_told else error.say}
    return Finding("error", process.key, element, line, "walk", values)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def case(process: Process, random: Random, *, state: bytes | None = None) -> Iterator[Step]:
    """One case at random, step by step, until it ends."""
    now = _START
    if state is None:
        step = steps.start(process, values_for(process.variables, random), at=_moment(now))
    else:
        step = steps.fire(process, state, at=_moment(now))
    yield step
    while step.ended is None:
        now += timedelta(hours=random.choice((0, 1, 20)))
        step = _next(process, step, random, now)
        yield step
        now = max(now, step.wake_at or now) if random.random() < _TIMER_SHARE else now


def values_for(names: Mapping[str, feel.Type], random: Random) -> dict[str, Any]:
    """Random values of these types; now and then none."""
    return {
        name: None if random.random() < _NULL_SHARE else _value(kind, random)
        for name, kind in names.items()
    }


def _count(taken: Iterator[Step], result: Walked) -> None:
    ended = None
    for step in taken:
        result.passed.update(step.passed)
        result.largest_state = max(result.largest_state, len(step.state))
        result.work += len(step.passed) + len(step.state) // _TOKEN
        ended = step.ended
        if result.is_cut:
            break
    if ended is None:
        result.unfinished += 1
    else:
        result.ends[ended] += 1


def _next(process: Process, step: Step, random: Random, now: datetime) -> Step:
    at = _moment(now)
    if step.wake_at is not None and step.wake_at <= now:
        return steps.fire(process, step.state, at=at)
    waited = steps.awaited(process, step.state)
    tasks = steps.open_tasks(process, step.state)
    if waited and (not tasks or random.random() < _MESSAGE_SHARE):
        values = values_for(process.variables, random)
        kind, _, name = random.choice(waited).partition(":")
        hand_in = steps.message if kind == "message" else steps.signal
        return hand_in(process, step.state, name, values, at=at)
    if not tasks:
        due = step.wake_at or now
        return steps.fire(process, step.state, at=_moment(max(now, due)))
    values = values_for(process.variables, random)
    return steps.complete(process, step.state, random.choice(tasks).key, values, at=at)


def _moment(now: datetime) -> Moment:
    def limit(value: str | int) -> datetime:
        return now + timedelta(days=5 if isinstance(value, str) else value)

    return Moment(now, limit, limit, limit)


def _value(kind: feel.Type, random: Random) -> Any:
    if kind.choices:
        return random.choice(kind.choices)
    if kind.name == "list":
        return [_value(kind.of or feel.STRING, random) for _ in range(random.randint(0, 3))]
    later = _START + timedelta(days=random.randint(0, 20))
    values: Mapping[str, Any] = {
        feel.NUMBER.name: Decimal(random.choice(_NUMBERS)),
        feel.BOOLEAN.name: random.choice((True, False)),
        feel.DATE.name: later.date(),
        feel.DATE_TIME.name: later,
    }
    return values.get(kind.name, random.choice(("a", "b")))
