"""Begin a case, hand in a task, let timers and messages in: state in, ``Step`` out.

Pure: no database, no clock, no other knowledge than the process and what is handed over. The
caller stores ``Step.state`` and does ``Step.calls`` in order, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from caseflow.engine import codec
from caseflow.engine.errors import NotOpen, Stuck
from caseflow.engine.moments import Moment
from caseflow.engine.nodes import CatchNode, UserNode
from caseflow.engine.processes import Process
from caseflow.engine.runs import Asked, Run, Token

# So many timers go off in one step; the rest in the next, which need not wait for it.
_MOST_ROUNDS = 200
_MOST_BEGUN = 100


@dataclass(frozen=True)
class OpenTask:
    """A human step that waits; ``key`` stays the same as long as it is open."""

    key: str
    element: str
    name: str
    lane: str
    groups: tuple[str, ...]
    form_key: str
    due_at: datetime | None
    properties: Mapping[str, str]
    item: object | None
    # The unit whose posts it comes to, where the drawing names a variable for it (``unit``).
    unit: object | None = None


@dataclass(frozen=True)
class Call:
    """An effect the drawing asks for: a verb and its arguments."""

    verb: str
    element: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message that the drawing throws; it leaves the case."""

    name: str
    element: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one step did. ``closed`` holds keys that are no longer open, the handed-in one too.

    ``awaits`` are the messages and signals that would be heard now: ``message:paid``.
    """

    state: bytes
    opened: tuple[OpenTask, ...]
    closed: tuple[str, ...]
    calls: tuple[Call, ...]
    variables: dict[str, Any]
    wake_at: datetime | None
    passed: tuple[str, ...]
    ended: str | None = field(default=None)
    sent: tuple[Sent, ...] = ()
    awaits: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()


def start(process: Process, variables: Mapping[str, Any], *, at: Moment) -> Step:
    """Begin a case with these variables."""
    run = Run(process.spec, at, codec.plain(variables))
    run.begin(process.root)
    return settled(run, frozenset())


def complete(
    process: Process, state: bytes, key: str, variables: Mapping[str, Any], *, at: Moment
) -> Step:
    """Hand in a task; what it sets is seen by everything after it."""
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    token = run.tasks.get(key)
    if token is None or not isinstance(token.task_spec, UserNode):
        raise NotOpen("task_not_open", key=key)
    run.assign(token, codec.plain(variables))
    token.run()
    return settled(run, before)


def fire(process: Process, state: bytes, *, at: Moment) -> Step:
    """Let the timers go off that are due, the earliest first; fine when none is.

    Of very many (a repetition that nobody watched for months) some are left for the next call:
    ``wake_at`` of the step says so by lying in the past. Raises Stuck where timers that are due at
    once begin each other without end.
    """
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    old = set(run.tasks)
    begun = 0
    for _ in range(_MOST_ROUNDS):
        due = [t for t in _timers(run) if t.internal_data["due"] <= at.now]
        if not due:
            break
        first = min(due, key=lambda token: token.internal_data["due"])
        if first.id not in old and "left" not in first.internal_data:
            begun += 1
            if begun > _MOST_BEGUN:
                raise Stuck("endless", element=first.task_spec.element.id)
        first._ready()
        run.settle()
    return settled(run, before)


def message(
    process: Process, state: bytes, name: str, variables: Mapping[str, Any], *, at: Moment
) -> Step:
    """Hand in a message; every event that waits for it hears it. Raises NotOpen if none does."""
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    if not run.hear("message", name, codec.plain(variables)):
        raise NotOpen("message_not_awaited", name=name)
    return settled(run, before)


def signal(
    process: Process, state: bytes, name: str, variables: Mapping[str, Any], *, at: Moment
) -> Step:
    """Hand in a signal from outside, as ``message`` does a message."""
    run = codec.read(process.spec, state, at)
    before = open_keys(run)
    if not run.hear("signal", name, codec.plain(variables)):
        raise NotOpen("signal_not_awaited", name=name)
    return settled(run, before)


def move_timer(process: Process, state: bytes, element: str, due_at: datetime) -> Step:
    """Set the timer of an element to another instant, as when a pause moves a limit."""
    run = codec.read(process.spec, state, None)
    tokens = [token for token in _timers(run) if token.task_spec.element.id == element]
    if not tokens:
        raise NotOpen("timer_not_running", element=element)
    for token in tokens:
        token.internal_data["due"] = due_at
    return _step(run, open_keys(run))


def retime(process: Process, state: bytes, instants: Mapping[datetime, datetime]) -> Step:
    """Set every timer and limit that runs out at one of these instants to the instant beside it."""
    run = codec.read(process.spec, state, None)
    for token in run.tasks.values():
        due = token.internal_data.get("due")
        if due in instants:
            token.internal_data["due"] = instants[due]
    return _step(run, open_keys(run))


def open_tasks(process: Process, state: bytes) -> tuple[OpenTask, ...]:
    """The tasks that wait for people, as the stored state has them."""
    run = codec.read(process.spec, state, None)
    return tuple(_open(token) for token in run.tasks.values() if _is_open(token))


def awaited(process: Process, state: bytes) -> tuple[str, ...]:
    """What would be heard now, as ``Step.awaits`` has it."""
    return _awaits(codec.read(process.spec, state, None))


def variables_of(process: Process, state: bytes) -> dict[str, Any]:
    """The routing variables of a stored state."""
    return codec.read(process.spec, state, None).variables


def settled(run: Run, before: frozenset[str]) -> Step:
    """Run all that needs no person; the step since ``before``, the keys that were open then."""
    run.settle()
    return _step(run, before)


def _step(run: Run, before: frozenset[str]) -> Step:
    opened = tuple(
        _open(token) for token in run.tasks.values() if _is_open(token) and token.id not in before
    )
    timers = [token.internal_data["due"] for token in _timers(run)]
    return Step(
        state=codec.write(run),
        opened=opened,
        closed=tuple(key for key in before if key not in run.tasks),
        calls=tuple(Call(element.topic, element.id, values) for element, values in run.calls),
        variables=run.variables,
        wake_at=min(timers, default=None),
        passed=tuple(run.passed),
        ended=run.ended,
        sent=tuple(Sent(each.event_name, each.id, values) for each, values in run.sent),
        awaits=() if run.ended is not None else _awaits(run),
        asked=tuple(run.asked),
    )


def _awaits(run: Run) -> tuple[str, ...]:
    found = {
        f"{token.task_spec.element.event}:{token.task_spec.element.event_name}"
        for token in run.tasks.values()
        if token._state == TaskState.WAITING and isinstance(token.task_spec, CatchNode)
    }
    return tuple(sorted(each for each in found if not each.startswith("timer:")))


def _open(token: Token) -> OpenTask:
    element = token.task_spec.element
    return OpenTask(
        key=token.id,
        element=element.id,
        name=element.name,
        lane=element.lane,
        groups=element.groups or (element.lane,),
        form_key=element.form_key,
        due_at=token.internal_data.get("due"),
        properties=element.properties,
        item=_item(token),
        unit=_named_unit(token),
    )


def _named_unit(token: Token) -> object | None:
    name = token.task_spec.element.properties.get("unit")
    return token.workflow.values(token).get(name) if name else None


def _item(token: Token) -> object | None:
    """The item of the innermost multi-instance activity around a task."""
    place: Token | None = token
    while place is not None:
        if "item" in place.internal_data:
            found: object = place.internal_data["item"]
            return found
        place = place.parent
    return None


def _is_open(token: Token) -> bool:
    return token._state == TaskState.READY and isinstance(token.task_spec, UserNode)


def open_keys(run: Run) -> frozenset[str]:
    """The keys of the tasks that wait for people."""
    return frozenset(token.id for token in run.tasks.values() if _is_open(token))


def _timers(run: Run) -> list[Token]:
    return [
        token
        for token in run.tasks.values()
        if token._state == TaskState.WAITING
        and isinstance(token.task_spec, CatchNode)
        and token.internal_data.get("due") is not None
    ]
