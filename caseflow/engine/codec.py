"""Tokens and variables to bytes and back: what a case stores, about 1 kB, flat for ever.

Byte 1 is the format. Format 1: JSON ``[variables, [[node, parent, state, key, memory], …]]``,
parents before children, root first; values JSON lacks stand in one-key objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from caseflow.engine.errors import BadState, BadValue
from caseflow.engine.moments import Moment
from caseflow.engine.runs import Run, Token

FORMAT = b"\x01"
MOST_BYTES = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SIMPLE = frozenset({str, bool, int, type(None)})
_NESTED = frozenset({dict, list})
_STATES = frozenset({TaskState.WAITING, TaskState.READY, TaskState.STARTED})


def write(run: Run) -> bytes:
    """Store a settled run."""
    rows: list[list[Any]] = []
    places: dict[Any, int] = {}
    tasks = run.tasks
    waiting = [] if run.ended is not None or run.is_over else [run.task_tree]
    while waiting:
        token = waiting.pop()
        places[token.id] = len(rows)
        key = token.id if isinstance(token.id, str) else 0
        parent = places.get(token._parent, -1)
        rows.append([token.task_spec.name, parent, token._state, key, token.internal_data])
        waiting += [tasks[child] for child in reversed(token._children)]
    try:
        data = FORMAT + orjson.dumps(
            [run.variables, rows], default=_tag, option=orjson.OPT_PASSTHROUGH_DATETIME
        )
    except TypeError as error:
        raise BadValue("not_storable", reason=str(error)[:200]) from error
    if len(data) > MOST_BYTES:
        raise BadValue("state_too_large", size=len(data), limit=MOST_BYTES)
    return data


def read(spec: Any, state: bytes, moment: Moment | None) -> Run:
    """Restore a run; refuse bytes that are no state of this process."""
    if state[:1] != FORMAT:
        raise BadState("unknown_format", format=state[:1].hex())
    try:
        variables, rows = orjson.loads(state[1:])
        run = Run(spec, moment, _restored(variables))
        _rebuild(run, rows)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadState("broken_state", reason=repr(error)[:200]) from error
    return run


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Check and copy variables that come from outside, so that nobody else's hands change them."""
    if all(type(value) in _SIMPLE for value in values.values()):
        return dict(values)
    try:
        data = orjson.dumps(values, default=_tag, option=orjson.OPT_PASSTHROUGH_DATETIME)
        return _restored(orjson.loads(data))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise BadValue("not_storable", reason=str(error)[:200]) from error


def _restored(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they were; most are words and need no second look."""
    for name, value in values.items():
        if type(value) in _NESTED:
            values[name] = _untag(value)
    return values


def _rebuild(run: Run, rows: list[list[Any]]) -> None:
    tokens: list[Token] = []
    specs = run.spec.task_specs
    for name, parent, state, key, memory in rows:
        if state not in _STATES:
            raise ValueError(state)
        above = tokens[parent] if parent >= 0 else None
        token = Token(run, specs[name], above, key or run.number())
        token._state = state
        token.internal_data = _restored(memory)
        tokens.append(token)
    if tokens:
        run.task_tree = tokens[0]
    else:
        run.is_over = True


def _tag(value: object) -> object:
    """Write what JSON has no word for."""
    if isinstance(value, Decimal) and value.is_finite():
        return {"$n": str(value)}
    if isinstance(value, datetime) and value.tzinfo:
        return {"$t": (value - _EPOCH) // _MICROSECOND}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"$d": value.isoformat()}
    raise TypeError(repr(value)[:100])


def _untag(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, inner),) = value.items()
            if name == "$n":
                return Decimal(inner)
            if name == "$t":
                return _EPOCH + inner * _MICROSECOND
            if name == "$d":
                return date.fromisoformat(inner)
        return {name: _untag(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_untag(inner) for inner in value]
    return value
