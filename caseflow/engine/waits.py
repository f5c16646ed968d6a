"""What a case waits for besides people: timers, messages, signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from caseflow.engine import codec
from caseflow.engine.nodes import CatchNode
from caseflow.engine.processes import Process

_KINDS = ("timer", "message", "signal")


@dataclass(frozen=True)
class Wait:
    """One event that would be heard now; ``name`` is empty for a timer, ``due_at`` is a timer's."""

    kind: str
    element: str
    name: str
    due_at: datetime | None


def waits(process: Process, state: bytes) -> tuple[Wait, ...]:
    """All that a stored state waits for; a timer whose limit has no value has no ``due_at``."""
    run = codec.read(process.spec, state, None)
    return tuple(
        Wait(
            kind=token.task_spec.element.event,
            element=token.task_spec.element.id,
            name=token.task_spec.element.event_name,
            due_at=token.internal_data.get("due"),
        )
        for token in run.tasks.values()
        if token._state == TaskState.WAITING
        and isinstance(token.task_spec, CatchNode)
        and token.task_spec.element.event in _KINDS
    )
