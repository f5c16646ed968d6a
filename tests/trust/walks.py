"""A random walk: the interpreter leads, the product follows through stored bytes, and is judged.

What is done next is drawn from what the interpreter has open, waiting or listening. After each
step both are asked what they see; the first difference ends the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Protocol

from caseflow import engine
from tests.trust.interpreter import Mark, Net, NotHeard, Play, StuckHere, read
from tests.trust.interpreter.words import Limits

DRAWINGS = Path(__file__).parent / "drawings"
REPOSITORY = Path(__file__).parents[2]
FORM = b'{"type": "default", "id": "plain", "components": []}'
BEGIN = datetime(2010, 1, 25, 1, tzinfo=UTC)
LONGEST = 40
HOURS = (1, 7, 13, 26, 50, 100)
# How often a walk calls what nobody waits for, lets an event come, lets time pass.
_STRAY, _HEARD, _TIMED = 0.03, 0.18, 0.35
_HALF, _NOTHING = 0.5, 0.05


@dataclass(frozen=True)
class View:
    """What can be seen of a case after a step."""

    open: tuple[tuple[str, ...], ...]
    wake_at: datetime | None
    awaits: tuple[str, ...]
    variables: Mapping[str, Any]
    ended: str | None
    done: tuple[tuple[str, ...], ...]


class Different(AssertionError):
    """Product and interpreter see different things."""

    def __init__(self, what: str, product: object, judge: object, acts: list[str]) -> None:
        self.what, self.product, self.judge, self.acts = what, product, judge, acts
        lines = [f"{what}: product {product!r}, interpreter {judge!r}, after", *acts]
        super().__init__("\n  ".join(lines))


class Case(Protocol):
    """A case in some engine, taken step by step; every act gives what is seen after it."""

    def begin(self, values: Mapping[str, Any], now: datetime) -> View: ...

    def complete(
        self, judge: Play, task: Mark, values: Mapping[str, Any], now: datetime
    ) -> View: ...

    def fire(self, now: datetime) -> View: ...

    def hear(self, kind: str, word: str, values: Mapping[str, Any], now: datetime) -> View: ...


def limits(now: datetime) -> Limits:
    """Working days and days, counted simply: a word is as long as it has letters."""
    return lambda limit: now + timedelta(days=limit if isinstance(limit, int) else len(limit))


@cache
def bundle(name: str) -> dict[str, bytes]:
    """The files of a drawing; the house's own process has its tables and forms beside it."""
    workflows, forms = REPOSITORY / "workflows", REPOSITORY / "forms"
    if name == "warning_verification":
        files = [workflows / f"{name}.bpmn", *workflows.glob("wv_*.dmn"), *forms.glob("wv_*.form")]
        return {file.name: file.read_bytes() for file in files}
    data = (DRAWINGS / f"{name}.bpmn").read_bytes()
    tables = {file.name: file.read_bytes() for file in DRAWINGS.glob(f"{name}*.dmn")}
    return {f"{name}.bpmn": data, "plain.form": FORM} | tables


@cache
def net(name: str) -> Net:
    """A drawing as the interpreter reads it."""
    return read(bundle(name), name)


class Product:
    """The case in Caseflow's engine, by nothing but its stored bytes from step to step."""

    def __init__(self, name: str) -> None:
        self.process = engine.load(bundle(name))
        self.state = b""
        self.keys: dict[int, str] = {}
        self.opened: list[engine.OpenTask] = []

    def begin(self, values: Mapping[str, Any], now: datetime) -> View:
        return self._taken(lambda at: engine.start(self.process, values, at=at), now)

    def complete(self, judge: Play, task: Mark, values: Mapping[str, Any], now: datetime) -> View:
        key = self._key(judge, task)
        return self._taken(
            lambda at: engine.complete(self.process, self.state, key, values, at=at), now
        )

    def fire(self, now: datetime) -> View:
        return self._taken(lambda at: engine.fire(self.process, self.state, at=at), now)

    def hear(self, kind: str, word: str, values: Mapping[str, Any], now: datetime) -> View:
        hear = engine.message if kind == "message" else engine.signal
        return self._taken(lambda at: hear(self.process, self.state, word, values, at=at), now)

    def _taken(self, take: Callable[[engine.Moment], engine.Step], now: datetime) -> View:
        try:
            step = take(_moment(now))
        except engine.NotOpen as error:
            raise NotHeard from error
        except engine.Stuck as error:
            raise StuckHere from error
        return self._seen(step)

    def _seen(self, step: engine.Step) -> View:
        self.state = step.state
        closed = set(step.closed)
        self.opened = [task for task in self.opened if task.key not in closed] + list(step.opened)
        tasks = engine.open_tasks(self.process, self.state)
        done = [(call.verb, call.element) for call in step.calls]
        return View(
            tuple(sorted(_task_words(task) for task in tasks)),
            step.wake_at,
            step.awaits,
            engine.variables_of(self.process, self.state),
            step.ended,
            tuple(sorted(done + [(sent.name, sent.element) for sent in step.sent])),
        )

    def _key(self, judge: Play, task: Mark) -> str:
        """The key of a task: of several alike, those that opened first belong together."""
        for mark in judge.open():
            if mark.number not in self.keys:
                words = _mark_words(judge, mark)
                new = next(each for each in self.opened if _task_words(each) == words)
                self.opened.remove(new)
                self.keys[mark.number] = new.key
        return self.keys[task.number]


def seen(play: Play) -> View:
    """What the interpreter sees."""
    return View(
        tuple(sorted(_mark_words(play, mark) for mark in play.open())),
        play.wake_at(),
        play.awaits(),
        dict(play.values),
        play.ended,
        tuple(sorted(play.calls + play.sent)),
    )


def _mark_words(play: Play, mark: Mark) -> tuple[str, ...]:
    return _words(play.address(mark), play.item(mark), mark.node.lane, mark.due)


def _task_words(task: engine.OpenTask) -> tuple[str, ...]:
    return _words(task.element, task.item, task.lane, task.due_at)


def _words(element: str, item: object, lane: str, due: datetime | None) -> tuple[str, ...]:
    return element, str(item), lane, due.isoformat() if due else ""


class Walk:
    """One case walked at random by interpreter and engine side by side."""

    def __init__(self, name: str, random: Random, case: Case) -> None:
        self.random, self.case = random, case
        self.net = net(name)
        self.play = Play(self.net, values_for(self.net.declared, random, share=1), limits)
        self.now = BEGIN
        self.acts: list[str] = []
        self.is_stuck = False

    def run(self) -> int:
        """Walk to the end; the number of steps. Raises ``Different`` where the two part."""
        given = dict(self.play.values)
        self._both("begin", lambda: self.case.begin(given, self.now), self._begin)
        while self.play.ended is None and not self.is_stuck and len(self.acts) < LONGEST:
            self._next()
        return len(self.acts)

    def _begin(self) -> None:
        self.play.begin(self.now)

    def _next(self) -> None:
        chance = self.random.random()
        tasks, awaited, wake = self.play.open(), self.play.awaits(), self.play.wake_at()
        if chance < _STRAY:
            self._hear(self.random.choice(("message:nobody", "signal:nobody")))
        elif awaited and (chance < _HEARD or not (tasks or wake)):
            self._hear(self.random.choice(awaited))
        elif wake and (chance < _TIMED or not tasks):
            self._wait(wake, is_needed=not tasks)
        else:
            self._complete(self.random.choice(tasks))

    def _hear(self, event: str) -> None:
        kind, _, word = event.partition(":")
        values, play = self._values(), self.play
        hear = play.message if kind == "message" else play.signal
        self._both(
            f"{event} {values}",
            lambda: self.case.hear(kind, word, values, self.now),
            lambda: hear(word, values, self.now),
        )

    def _wait(self, wake: datetime, *, is_needed: bool) -> None:
        if is_needed or self.random.random() < _HALF:
            self.now = max(self.now, wake)
        if self.random.random() < _HALF:
            self.now += timedelta(hours=self.random.choice(HOURS))
        self._both(
            f"fire at {self.now:%d %H:%M}",
            lambda: self.case.fire(self.now),
            lambda: self.play.fire(self.now),
        )

    def _complete(self, task: Mark) -> None:
        values = self._values()
        self.now += timedelta(minutes=self.random.randint(0, 400))
        self._both(
            f"complete {self.play.address(task)} of {self.play.item(task)} {values}",
            lambda: self.case.complete(self.play, task, values, self.now),
            lambda: self.play.complete(task, values, self.now),
        )

    def _values(self) -> dict[str, Any]:
        return values_for(self.net.declared, self.random, share=0.7)

    def _both(self, act: str, product: Callable[[], View], judge: Callable[[], None]) -> None:
        """Take one step in both and compare what comes of it."""
        self.acts.append(act)
        is_seen = self._outcome(product)
        is_right = self._outcome(lambda: self._judged(judge))
        self.is_stuck = is_right == "stuck"
        if isinstance(is_seen, str) or isinstance(is_right, str):
            self._same("outcome", is_seen, is_right)
            return
        for part in fields(View):
            self._same(part.name, getattr(is_seen, part.name), getattr(is_right, part.name))

    def _same(self, what: str, product: object, judge: object) -> None:
        if product != judge:
            raise Different(what, product, judge, self.acts)

    def _judged(self, judge: Callable[[], None]) -> View:
        judge()
        return seen(self.play)

    def _outcome(self, act: Callable[[], View]) -> View | str:
        try:
            return act()
        except NotHeard:
            return "not heard"
        except StuckHere:
            return "stuck"


def values_for(declared: Mapping[str, str], random: Random, *, share: float) -> dict[str, Any]:
    """Random values for about this share of the variables of a drawing; some of them none."""
    return {
        name: None if random.random() < _NOTHING else _value(kind, random)
        for name, kind in declared.items()
        if random.random() < share
    }


def _value(kind: str, random: Random) -> object:
    if kind.startswith("list of"):
        return random.sample(["甲", "乙", "丙", "丁"], random.randint(0, 3))
    if kind.startswith("one of"):
        return random.choice([word.strip() for word in kind.removeprefix("one of").split(",")])
    return random.random() < _HALF if kind == "boolean" else random.randint(0, 3)


def _moment(now: datetime) -> engine.Moment:
    return engine.Moment(now, limits(now), limits(now))
