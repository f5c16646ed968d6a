"""A trial run (试运行): acts and answers as plain data, for the command line and the designer.

An act is an object with one verb: ``start``, ``complete``, ``message``, ``signal`` or ``advance``.
The answer says what is open, what is waited for and what the variables are; or it is
``{"error": {"code", "message"}}``, and the case stands where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from caseflow import feel
from caseflow.engine import lenient, plain, steps
from caseflow.engine.course import OPENING, BadAct, Course, own_name
from caseflow.engine.errors import EngineError
from caseflow.engine.incoming import typed
from caseflow.engine.processes import Bundle, Process
from caseflow.engine.runs import Asked
from caseflow.engine.steps import OpenTask, Step
from caseflow.engine.waits import Wait

# Which words an act may hold besides its verb.
_VERBS: Mapping[str, frozenset[str]] = {
    "start": frozenset(),
    "complete": frozenset({"data", "item", "key"}),
    "message": frozenset({"data"}),
    "signal": frozenset({"data"}),
    "advance": frozenset(),
}


class Trial:
    """One trial run; ``state`` and ``now`` are all there is to keep between two acts."""

    def __init__(
        self,
        process: Process,
        *,
        state: bytes | None = None,
        now: datetime = OPENING,
        limits: Mapping[str, Decimal] | None = None,
    ) -> None:
        """Begin, or go on with what was kept."""
        self.process = process
        self.course = Course(process, state=state, now=now, limits=limits)
        # What the last act led the drawing to ask; ``reasons`` says it in words.
        self.asked: list[Asked] = []

    @classmethod
    def of(
        cls,
        bundle: Bundle,
        *,
        now: datetime = OPENING,
        limits: Mapping[str, Decimal] | None = None,
    ) -> Trial:
        """Load a bundle leniently; raise ``Invalid`` with findings for what cannot run."""
        return cls(lenient.load(bundle), now=now, limits=limits)

    @property
    def state(self) -> bytes | None:
        """The stored case; None before it has begun."""
        return self.course.state

    @property
    def now(self) -> datetime:
        """The trial's clock."""
        return self.course.now

    def act(self, act: object, lang: str = "zh") -> dict[str, Any]:
        """Do one act and answer; what goes wrong is an answer too, in ``zh`` or ``en``."""
        self.asked = []
        try:
            taken = self._do(act)
            self.asked = [each for step in taken for each in step.asked]
            return self._answer(taken)
        except EngineError as error:
            return refusal(error, lang)

    def answer(self) -> dict[str, Any]:
        """Where the case stands."""
        return self._answer([])

    def _do(self, act: object) -> list[Step]:
        if not isinstance(act, dict):
            raise BadAct("not_an_object")
        verbs = [verb for verb in _VERBS if verb in act]
        if len(verbs) != 1:
            raise BadAct("which_verb", known=", ".join(_VERBS))
        verb = verbs[0]
        unknown = sorted(act.keys() - _VERBS[verb] - {verb})
        if unknown:
            raise BadAct("unknown_word", word=", ".join(map(str, unknown))[:200], verb=verb)
        if verb == "start":
            return self.course.start(self._values(act["start"], "start"))
        what = act[verb]
        if not isinstance(what, str):
            raise BadAct("not_text", word=verb)
        if verb == "advance":
            return self.course.advance(what)
        values = self._values({} if act.get("data") is None else act["data"], "data")
        if verb == "complete":
            choose = {word: typed(act[word], feel.ANY) for word in ("item", "key") if word in act}
            return self.course.complete(what, values, choose=choose)
        let_in = self.course.message if verb == "message" else self.course.signal
        return let_in(what, values)

    def _values(self, data: object, word: str) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise BadAct("not_values", word=word)
        kinds = self.process.variables
        return {name: typed(value, kinds.get(name, feel.ANY)) for name, value in data.items()}

    def _answer(self, taken: list[Step]) -> dict[str, Any]:
        opened, waited = self.course.open_tasks(), self.course.waits()
        state = self.state
        return {
            "at": plain.of(self.now),
            "open": [_task(task) for task in opened],
            "waiting": [_wait(wait) for wait in waited],
            "finished": state is not None and not opened and not waited,
            "ended": next((step.ended for step in taken if step.ended), None),
            "variables": {} if state is None else plain.of(steps.variables_of(self.process, state)),
            "passed": [name for step in taken for name in step.passed],
            "called": [
                {"verb": call.verb, "id": call.element, "arguments": plain.of(call.arguments)}
                for step in taken
                for call in step.calls
            ],
            "sent": [
                {"message": sent.name, "id": sent.element, "data": plain.of(sent.arguments)}
                for step in taken
                for sent in step.sent
            ],
        }


def refusal(error: EngineError, lang: str) -> dict[str, Any]:
    """What went wrong, as an answer."""
    return {"error": {"code": error.code, "message": error.say(lang)}}


def _task(task: OpenTask) -> dict[str, Any]:
    name = own_name(task.element)
    found = {
        "id": name,
        "key": task.key,
        "name": task.name,
        "lane": task.lane,
        "roles": list(filter(None, task.groups)),
        "form": task.form_key,
        "due": plain.of(task.due_at),
    }
    if name != task.element:
        found["path"] = task.element
    if task.item is not None:
        found["item"] = plain.of(task.item)
    return found


def _wait(wait: Wait) -> dict[str, Any]:
    name = own_name(wait.element)
    found: dict[str, Any] = {"kind": wait.kind, "id": name}
    if name != wait.element:
        found["path"] = wait.element
    if wait.kind == "timer":
        return {**found, "due": plain.of(wait.due_at)}
    return {**found, "name": wait.name}
