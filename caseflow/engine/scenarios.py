"""Scenarios: courses written down as data and played against a process, and what they leave out.

A scenario says what is done and how it ends; a course that must be refused says at which step and
with what code. Reading files is the caller's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from caseflow.engine.course import BadAct, Course, own_name
from caseflow.engine.errors import EngineError
from caseflow.engine.processes import Process
from caseflow.engine.steps import Step

# The verbs of a step and what else may be written with each.
_VERBS: Mapping[str, frozenset[str]] = {
    "do": frozenset({"set", "item"}),
    "message": frozenset({"set"}),
    "signal": frozenset({"set"}),
    "advance": frozenset(),
    "open": frozenset(),
}
_WORDS = frozenset({"title", "start", "steps", "end", "refused"})


@dataclass(frozen=True)
class Refusal:
    """Where a course must be refused: the number of the step (0 is the start), and the code."""

    step: int
    code: str


@dataclass(frozen=True)
class Scenario:
    """A course: variables at the start, steps in order, and the end or the refusal it comes to."""

    title: str
    start: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]
    end: str
    refused: Refusal | None


@dataclass(frozen=True)
class Played:
    """What came of a scenario: what it passed in order, and why it failed, if it did.

    ``step`` is the number of the step that failed, ``last`` what the engine did last.
    """

    passed: tuple[str, ...]
    last: Step | None
    step: int = 0
    failure: EngineError | None = None


def read(content: object) -> Scenario:
    """Make a scenario of the content of a file; raise BadAct where it is written wrongly."""
    if not isinstance(content, dict):
        raise BadAct("scenario_shape", reason="title, start, steps, end | refused")
    unknown = sorted(str(word) for word in content.keys() - _WORDS)
    if unknown:
        raise BadAct("scenario_shape", reason=", ".join(unknown))
    steps = content.get("steps")
    if not isinstance(steps, list) or ("end" in content) == ("refused" in content):
        raise BadAct("scenario_shape", reason="steps, end | refused")
    for number, step in enumerate(steps, 1):
        _check_step(number, step)
    return Scenario(
        title=str(content.get("title", "")),
        start=_exact(content.get("start") or {}),
        steps=tuple(_exact(step) for step in steps),
        end=str(content.get("end", "")),
        refused=_refusal(content["refused"]) if "refused" in content else None,
    )


def play(
    process: Process, scenario: Scenario, *, limits: Mapping[str, Decimal] | None = None
) -> Played:
    """Play a scenario from stored bytes to stored bytes; ``limits`` by name are in days."""
    course = Course(process, limits=limits)
    taken: list[Step] = []
    number = 0
    try:
        taken += course.start(_known(process, scenario.start))
        for step in scenario.steps:
            number += 1
            taken += _take(course, step)
        failure = _wrong_end(scenario, taken[-1])
    except EngineError as error:
        failure = error
    if scenario.refused is not None:
        number, failure = _as_refused(scenario.refused, number, failure)
    passed = tuple(name for step in taken for name in step.passed)
    return Played(passed, taken[-1] if taken else None, number, failure)


def unwalked(process: Process, played: Iterable[Played]) -> list[str]:
    """The ids of the flows that none of these passed, in the order of the drawing."""
    passed = {name for each in played for name in each.passed}
    return [flow for flow in process.flows if flow not in passed]


def _check_step(number: int, step: object) -> None:
    verbs = [verb for verb in _VERBS if isinstance(step, dict) and verb in step]
    if not isinstance(step, dict) or len(verbs) != 1 or step.keys() - {verbs[0]} - _VERBS[verbs[0]]:
        raise BadAct("scenario_step", number=number, known=", ".join(_VERBS))


def _refusal(content: object) -> Refusal:
    if isinstance(content, dict) and content.keys() == {"step", "code"}:
        step, code = content["step"], content["code"]
        if isinstance(step, int) and step >= 0 and isinstance(code, str):
            return Refusal(step, code)
    raise BadAct("scenario_shape", reason="refused: {step: 3, code: element_not_open}")


def _take(course: Course, step: Mapping[str, Any]) -> list[Step]:
    values = _known(course.process, step.get("set") or {})
    if "open" in step:
        opened = sorted(own_name(task.element) for task in course.open_tasks())
        if opened != sorted(own_name(str(name)) for name in step["open"]):
            raise BadAct("scenario_open", open=", ".join(opened) or "-")
        return []
    if "do" in step:
        choose = {"item": step["item"]} if "item" in step else {}
        return course.complete(str(step["do"]), values, choose=choose)
    if "message" in step:
        return course.message(str(step["message"]), values)
    if "signal" in step:
        return course.signal(str(step["signal"]), values)
    return course.advance(str(step["advance"]))


def _known(process: Process, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A word that the drawing does not know would only lead down the default way, unnoticed."""
    for name, value in values.items():
        kind = process.variables.get(name)
        if kind is not None and kind.choices and value is not None and value not in kind.choices:
            raise BadAct("not_one_of", name=name, value=value, choices=", ".join(kind.choices))
    return values


def _wrong_end(scenario: Scenario, last: Step) -> EngineError | None:
    if scenario.refused is not None or last.ended == scenario.end:
        return None
    return BadAct("scenario_end", end=scenario.end, found=last.ended or "-")


def _as_refused(
    wanted: Refusal, number: int, failure: EngineError | None
) -> tuple[int, EngineError | None]:
    """A refusal that was wanted is right; anything else is a failure."""
    if failure is not None and (wanted.step, wanted.code) == (number, failure.code):
        return number, None
    found = "-" if failure is None else f"{number} {failure.code}"
    values = {"step": wanted.step, "wanted": wanted.code, "found": found}
    return wanted.step, BadAct("scenario_passed", **values)


def _exact(value: Any) -> Any:
    """What YAML reads as floating numbers, to the digit as it was written."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {str(name): _exact(each) for name, each in value.items()}
    return [_exact(each) for each in value] if isinstance(value, list) else value
