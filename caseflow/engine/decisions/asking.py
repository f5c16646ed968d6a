"""Questions to a model from outside: values as JSON has them, read by the declared types.

Dates, times and durations are ISO text both ways; numbers are Decimal, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta

from caseflow import feel
from caseflow.engine.decisions.boxed import Callables
from caseflow.engine.decisions.models import Decision, Model, Question, Service
from caseflow.engine.decisions.names import plain
from caseflow.engine.decisions.types import Item
from caseflow.engine.errors import BadValue
from caseflow.feel import temporal, values
from caseflow.feel.errors import say_type

_READERS: Mapping[str, Callable[[str], object]] = {
    feel.DATE.name: temporal.parse_date,
    feel.TIME.name: temporal.parse_time,
    feel.DATE_TIME.name: temporal.parse_date_time,
    feel.DAYS_DURATION.name: temporal.parse_duration,
    feel.YEARS_DURATION.name: temporal.parse_duration,
}


def find(model: Model, name: str) -> Decision | Service:
    """Find a decision or decision service by its id or name; raise BadValue if there is none."""
    offered: list[Decision | Service] = [*model.decisions.values(), *model.services.values()]
    for each in offered:
        if each.id == name:
            return each
    for each in offered:
        if plain(each.name) == plain(name):
            return each
    raise BadValue("no_decision", name=name, known=", ".join(each.name for each in offered))


def answer(
    model: Model, asked: Decision | Service, given: Mapping[str, object], timed: Callables
) -> object:
    """The result for inputs given by name (or id) as JSON values.

    A decision that is given is not made. Raises BadValue for a name that the model does not have,
    for a value that is not of its type, and for what cannot be decided.
    """
    inputs: dict[str, object] = {}
    known: dict[str, object] = {}
    for written, value in given.items():
        name = plain(written)
        data = [each for each in model.inputs.values() if name in (each.name, each.id)]
        decided = [
            each for each in model.decisions.values() if name in (each.variable, each.name, each.id)
        ]
        if not data and not decided:
            names = dict.fromkeys(each.name for each in model.inputs.values())
            raise BadValue("unknown_input", name=written, known=", ".join(names) or "-")
        for each in data:
            inputs[each.name] = _read(written, value, each.item)
        for made in () if data else decided:
            known[made.id] = _read(written, value, made.item)
    question = Question(model, inputs, timed, known=known)
    is_service = isinstance(asked, Service)
    return question.service(asked.id) if is_service else question.decision(asked.id)


def plain_value(value: object) -> object:
    """A result as JSON has it: what JSON has no word for is the text that FEEL gives it."""
    match value:
        case dict():
            return {name: plain_value(each) for name, each in value.items()}
        case list():
            return [plain_value(each) for each in value]
        case values.Closure():
            raise BadValue("function_value")
        case date() | time() | timedelta() | feel.YearsMonths() | values.Interval():
            return values.text(value)
    return value


def _read(name: str, value: object, item: Item) -> object:
    """Read a JSON value of a declared type; raise BadValue if it is not of it or not allowed."""
    found = _typed(value, item.type)
    if value is not None and (found is None or item.fitted(found) is None):
        said = {"zh": say_type(item.type, "zh"), "en": say_type(item.type, "en")}
        raise BadValue("bad_input", name=name, value=values.text(_shown(value)), **said)
    return found


def _typed(value: object, kind: feel.Type) -> object:
    """Turn text into the date, time or duration that is wanted, in lists and contexts too."""
    match value:
        case str() if kind.name in _READERS:
            return _READERS[kind.name](value)
        case list() if kind.name == "list":
            return [_typed(each, kind.of or feel.ANY) for each in value]
        case dict() if kind.name == "context":
            return {key: _typed(each, kind.entry(key) or feel.ANY) for key, each in value.items()}
        case _ if kind.name == "list":
            return _typed(value, kind.of or feel.ANY)
    return value


def _shown(value: object) -> object:
    return value if not isinstance(value, str) else value[:100]
