"""A random walk: the interpreter leads, the product follows through stored bytes, and is judged.

What is done next is drawn from what the interpreter has open, waiting or listening. After each
step both are asked what they see; the first difference ends the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from caseflow import engine, feel
from tests import factories
from tests.trust.interpreter import Mark, Net, NotHeard, Play, StuckHere, read
from tests.trust.interpreter.words import Limits

DRAWINGS = Path(__file__).parent / "drawings"
FORM = b'{"type": "default", "id": "plain", "components": []}'
BEGIN = datetime(2010, 1, 25, 1, tzinfo=UTC)
LONGEST = 40
HOURS = (1, 7, 13, 26, 50, 100)
# How often a walk lets an event come, lets time pass.
_HEARD, _TIMED = 0.18, 0.35
_HALF = 0.5
# How often a walk answers yes: some go round and round, some straight on.
_YES = (0.1, 0.5, 0.9)

_T = TypeVar("_T")


@dataclass(frozen=True)
class View:
    """What can be seen of a case after a step."""

    open: tuple[tuple[str, ...], ...]
    wake_at: datetime | None
    awaits: tuple[str, ...]
    variables: Mapping[str, Any]
    ended: str | None
    done: tuple[tuple[str, ...], ...]
    passed: tuple[str, ...] = ()


class Different(AssertionError):
    """An engine and the interpreter see different things."""

    def __init__(
        self, engine: str, what: str, found: object, right: object, acts: list[str]
    ) -> None:
        self.engine, self.what, self.found, self.right = engine, what, found, right
        lines = [f"{what}: {engine} {found!r}, interpreter {right!r}, after", *acts]
        super().__init__("\n  ".join(lines))


@dataclass(frozen=True)
class Act:
    """One step: begin, complete a task, fire what is due, let a message or signal in, or move the
    timers of an element to ``now``.
    """

    kind: str
    now: datetime
    values: Mapping[str, Any]
    word: str = ""
    task: Mark | None = None


@dataclass(frozen=True)
class Manner:
    """How a walk goes: how often it calls what nobody waits for or (below ``moved``) moves a timer;
    the share of variables that are set at a step, and of values that are none; the minutes that
    may pass before a task is handed in. Of several tokens one is moved by lot, or the oldest.
    """

    stray: float = 0.03
    moved: float = 0.06
    told: float = 0.7
    nothing: float = 0.05
    drift: int = 400
    events_carry: bool = True
    by_lot: bool = True


class Case(Protocol):
    """A case in some engine. Where steps cannot be taken it raises as the interpreter does."""

    def take(self, act: Act, judge: Play) -> View | str: ...

    def sight(self, judge: Play) -> View:
        """What the interpreter sees, as far as this engine can tell it."""
        ...


def limits(now: datetime) -> Limits:
    """Working days and days, counted simply: a word is as long as it has letters."""
    return lambda limit: now + timedelta(days=limit if isinstance(limit, int) else len(limit))


@cache
def bundle(name: str) -> dict[str, bytes]:
    """The files of a drawing; the house's own process has its parts, tables, forms beside it."""
    if name == "warning_verification":
        return factories.bundle(name)
    data = (DRAWINGS / f"{name}.bpmn").read_bytes()
    tables = {file.name: file.read_bytes() for file in DRAWINGS.glob("*.dmn")}
    return {f"{name}.bpmn": data, "plain.form": FORM} | (tables if b"decisionRef" in data else {})


@cache
def net(name: str) -> Net:
    """A drawing as the interpreter reads it; what its forms ask for may be set as well."""
    found = read(bundle(name), name)
    for variable, kind in engine.load(bundle(name)).variables.items():
        found.declared.setdefault(variable, _words_of(kind))
    return found


def _words_of(kind: feel.Type) -> str:
    """A type in the words of the ``variables`` property."""
    if kind.choices:
        return f"one of {', '.join(kind.choices)}"
    return f"list of {kind.of}" if kind.of else str(kind)


class Product:
    """The case in Caseflow's engine, by nothing but its stored bytes from step to step."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.process = engine.load(files)
        self.state = b""
        self.keys: dict[int, str] = {}
        self.opened: list[engine.OpenTask] = []

    def take(self, act: Act, judge: Play) -> View:
        try:
            step = self._step(act, judge)
        except engine.NotOpen as error:
            raise NotHeard from error
        except engine.Stuck as error:
            raise StuckHere from error
        return self._seen(step)

    def sight(self, judge: Play) -> View:
        return seen(judge)

    def _step(self, act: Act, judge: Play) -> engine.Step:
        self._match(judge)
        at = engine.Moment(act.now, *[limits(act.now)] * 3)
        process, state, values = self.process, self.state, act.values
        if act.kind == "begin":
            return engine.start(process, values, at=at)
        if act.task is not None:
            return engine.complete(process, state, self.keys[act.task.number], values, at=at)
        if act.kind == "message":
            return engine.message(process, state, act.word, values, at=at)
        if act.kind == "move":
            return engine.move_timer(process, state, act.word, act.now)
        if act.kind == "signal":
            return engine.signal(process, state, act.word, values, at=at)
        return engine.fire(process, state, at=at)

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
            tuple(sorted(step.passed)),
        )

    def _match(self, judge: Play) -> None:
        """Find the keys of new tasks: of several alike that opened together, one by one."""
        for mark in sorted(judge.open(), key=lambda mark: (mark.path, mark.number)):
            if mark.number not in self.keys:
                words = _mark_words(judge, mark)
                new = next(each for each in self.opened if _task_words(each) == words)
                self.opened.remove(new)
                self.keys[mark.number] = new.key


def seen(play: Play) -> View:
    """What the interpreter sees."""
    return View(
        tuple(sorted(_mark_words(play, mark) for mark in play.open())),
        play.wake_at(),
        play.awaits(),
        dict(play.values),
        play.ended,
        tuple(sorted(play.calls + play.sent)),
        tuple(sorted(play.passed)),
    )


def _mark_words(play: Play, mark: Mark) -> tuple[str, ...]:
    node = mark.node
    item = str(play.item(mark))
    return _words((play.address(mark), item, node.lane, *(node.groups or [node.lane])), mark.due)


def _task_words(task: engine.OpenTask) -> tuple[str, ...]:
    return _words((task.element, str(task.item), task.lane, *task.groups), task.due_at)


def _words(words: tuple[str, ...], due: datetime | None) -> tuple[str, ...]:
    return *words, due.astimezone(UTC).isoformat() if due else ""


class Walk:
    """One case walked at random by the interpreter, with engines that have to follow it."""

    def __init__(
        self,
        net: Net,
        random: Random,
        *cases: Case,
        manner: Manner = Manner(),
    ) -> None:
        self.random, self.cases, self.manner = random, cases, manner
        self.yes = random.choice(_YES)
        self.net = net
        self.play = Play(
            self.net, self._values(), limits, random.choice if manner.by_lot else _oldest
        )
        self.now = BEGIN
        self.acts: list[str] = []
        self.last: Act | None = None
        self.is_stuck = False

    def run(self) -> int:
        """Walk to the end; the number of steps. Raises ``Different`` where the two part."""
        self._take(Act("begin", self.now, dict(self.play.values)))
        while self.play.ended is None and not self.is_stuck and len(self.acts) < LONGEST:
            if not (self.play.open() or self.play.awaits() or self.play.wake_at()):
                break  # a timer without a date waits until somebody moves it
            self._take(self._next())
        if self.play.ended is not None and self.manner.stray:
            self._take(self._heard("signal:nobody"))  # nothing is heard after the end
        return len(self.acts)

    def _next(self) -> Act:
        chance = self.random.random()
        tasks, awaited, wake = self.play.open(), self.play.awaits(), self.play.wake_at()
        if chance < self.manner.stray:
            return self._heard(self.random.choice(("message:nobody", "signal:nobody")))
        if wake and chance < self.manner.moved:
            return self._moved()
        if awaited and (chance < _HEARD or not (tasks or wake)):
            return self._heard(self.random.choice(awaited))
        if wake and (chance < _TIMED or not tasks):
            return self._waited(wake, is_needed=not tasks)
        return self._handed_in(self.random.choice(tasks))

    def _heard(self, event: str) -> Act:
        kind, _, word = event.partition(":")
        values = self._some_values() if self.manner.events_carry else {}
        return Act(kind, self.now, values, word)

    def _waited(self, wake: datetime, *, is_needed: bool) -> Act:
        if is_needed or self.random.random() < _HALF:
            self.now = max(self.now, wake)
        if self.random.random() < _HALF:
            self.now += timedelta(hours=self.random.choice(HOURS))
        return Act("fire", self.now, {})

    def _moved(self) -> Act:
        timer = self.random.choice(self.play.timers())
        due = self.now + timedelta(hours=self.random.choice(HOURS))
        return Act("move", due, {}, self.play.address(timer))

    def _handed_in(self, task: Mark) -> Act:
        self.now += timedelta(minutes=self.random.randint(0, self.manner.drift))
        return Act("complete", self.now, self._some_values(), self.play.address(task), task)

    def _some_values(self) -> dict[str, Any]:
        told = self.manner.told
        return {n: value for n, value in self._values().items() if self.random.random() < told}

    def _values(self) -> dict[str, Any]:
        """Random values for the variables of the drawing; some of them none."""
        random, nothing = self.random, self.manner.nothing
        return random_values(self.net.declared, random, self.yes, nothing)

    def _take(self, act: Act) -> None:
        """Take one step everywhere and compare what comes of it."""
        self.last = act
        item = self.play.item(act.task) if act.task else ""
        self.acts.append(f"{act.now:%d %H:%M} {act.kind} {act.word} {item} {dict(act.values)}")
        found = [_outcome(partial(case.take, act, self.play)) for case in self.cases]
        failure = _outcome(partial(self._judge, act))
        self.is_stuck = failure == "stuck"
        for case, outcome in zip(self.cases, found, strict=True):
            self._compare(type(case).__name__, outcome, failure or case.sight(self.play))

    def _judge(self, act: Act) -> None:
        play = self.play
        if act.kind == "begin":
            play.begin(act.now)
        elif act.task is not None:
            play.complete(act.task, act.values, act.now)
        elif act.kind == "message":
            play.message(act.word, act.values, act.now)
        elif act.kind == "move":
            play.move_timer(act.word, act.now)
        elif act.kind == "signal":
            play.signal(act.word, act.values, act.now)
        else:
            play.fire(act.now)

    def _compare(self, name: str, found: View | str, right: View | str) -> None:
        if not isinstance(found, View) or not isinstance(right, View):
            self._same(name, "outcome", found, right)
            return
        for part in fields(View):
            self._same(name, part.name, getattr(found, part.name), getattr(right, part.name))

    def _same(self, name: str, what: str, found: object, right: object) -> None:
        if found != right:
            raise Different(name, what, found, right, self.acts)


def _oldest(moving: list[Mark]) -> Mark:
    return moving[0]


def _outcome(act: Callable[[], _T]) -> _T | str:
    """What an act gives, or the word for its failure."""
    try:
        return act()
    except NotHeard:
        return "not heard"
    except StuckHere:
        return "stuck"


def random_values(
    declared: Mapping[str, str], random: Random, yes: float, nothing: float = 0.0
) -> dict[str, Any]:
    """Random values for declared variables; so many of them none, so many booleans true."""
    return {
        name: None if random.random() < nothing else _value(kind, random, yes)
        for name, kind in declared.items()
    }


def _value(kind: str, random: Random, yes: float) -> object:
    if kind.startswith("list of"):
        return random.sample(["甲", "乙", "丙", "丁"], random.randint(0, 3))
    if kind.startswith("one of"):
        return random.choice([word.strip() for word in kind.removeprefix("one of").split(",")])
    later = BEGIN + timedelta(days=random.randint(0, 20))
    values: Mapping[str, object] = {
        "boolean": random.random() < yes,
        "number": random.choice((0, 1, 2, 3, 12)),
        "date": later.date(),
        "date and time": later,
        "date_time": later,
        "string": random.choice("甲乙"),
        "any": random.choice(("P1D", "PT5H")),
    }
    return values[kind]
