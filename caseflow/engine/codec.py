"""Tokens and variables to bytes and back: what a case stores, about 1 kB, flat for ever.

Byte 1 is the format. Format 2: JSON ``[variables, [[node, parent, state, key, memory], …]]``,
parents before children, root first; values JSON lacks stand in one-key objects ``{"$…": …}``, and
a context that looks like one has its key's ``$`` doubled. Format 1 did not double it, and knew
three kinds of values only; ``_UPGRADES`` makes of each older format the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from caseflow import feel
from caseflow.engine.errors import BadState, BadValue
from caseflow.engine.moments import Moment
from caseflow.engine.runs import Run, Token

FORMAT = 2
# Far above what one case of a household needs: a directive runs through every section at once.
MOST_BYTES = 250_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Our own words for what orjson would write as text or as a context.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
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
        memory = _doubled_in(token.internal_data)
        rows.append([token.task_spec.name, parent, token._state, key, memory])
        waiting += [tasks[child] for child in reversed(token._children)]
    try:
        data = bytes([FORMAT]) + _dumped([_doubled_in(run.variables), rows])
    except TypeError as error:
        raise BadValue("not_storable", reason=str(error)[:200]) from error
    if len(data) > MOST_BYTES:
        raise BadValue("state_too_large", size=len(data), limit=MOST_BYTES)
    return data


def read(spec: Any, state: bytes, moment: Moment | None) -> Run:
    """Restore a run; refuse bytes that are no state of this process."""
    try:
        variables, rows = _document(state)
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
        return _restored(orjson.loads(_dumped(_doubled_in(values))))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise BadValue("not_storable", reason=str(error)[:200]) from error


def _document(state: bytes) -> Any:
    """What the bytes hold, in today's format."""
    number = state[0] if state else 0
    if not 1 <= number <= FORMAT:
        raise BadState("unknown_format", format=state[:1].hex())
    document = orjson.loads(state[1:])
    for older in range(number, FORMAT):
        document = _UPGRADES[older](document)
    return document


def _from_1(document: Any) -> Any:
    """Double the ``$`` of contexts that format 1 wrote as they were."""
    if isinstance(document, list):
        return [_from_1(each) for each in document]
    if not isinstance(document, dict):
        return document
    if len(document) == 1 and next(iter(document)) in _TAGS_OF_1:
        return document
    return _key_doubled({name: _from_1(value) for name, value in document.items()})


_TAGS_OF_1 = frozenset({"$n", "$t", "$d"})
_UPGRADES: Mapping[int, Callable[[Any], Any]] = {1: _from_1}


def _dumped(values: object) -> bytes:
    return orjson.dumps(values, default=_tag, option=_OPTIONS)


def _doubled_in(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values with their contexts made safe to store; most are words and need no second look."""
    if all(type(value) not in _NESTED for value in values.values()):
        return values
    return {name: _doubled(value) for name, value in values.items()}


def _doubled(value: Any) -> Any:
    """Double the ``$`` of the only key of a context, so that it is not taken for a tag."""
    if isinstance(value, list):
        return [_doubled(each) for each in value]
    if not isinstance(value, dict):
        return value
    return _key_doubled({name: _doubled(each) for name, each in value.items()})


def _key_doubled(context: dict[str, Any]) -> dict[str, Any]:
    if len(context) == 1:
        ((name, value),) = context.items()
        if str(name).startswith("$"):
            return {f"${name}": value}
    return context


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
    if isinstance(value, time):
        return {"$c": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$s": value // _MICROSECOND}
    if isinstance(value, feel.YearsMonths):
        return {"$m": value.months}
    raise TypeError(repr(value)[:100])


_WORDS: Mapping[str, Callable[[Any], Any]] = {
    "$n": Decimal,
    "$t": lambda microseconds: _EPOCH + microseconds * _MICROSECOND,
    "$d": date.fromisoformat,
    "$c": time.fromisoformat,
    "$s": lambda microseconds: microseconds * _MICROSECOND,
    "$m": feel.YearsMonths,
}


def _untag(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, inner),) = value.items()
            if name in _WORDS:
                return _WORDS[name](inner)
            if name.startswith("$$"):
                return {name[1:]: _untag(inner)}
        return {name: _untag(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_untag(inner) for inner in value]
    return value
