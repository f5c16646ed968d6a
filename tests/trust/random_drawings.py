"""Random drawings out of everything that runs: blocks in blocks, as text for ``sketch``.

Each block has one way in and one way out. What throws stands right behind a task, so that nothing
else is moving then: where BPMN leaves the order open, no drawing may depend on it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.unit.engine import sketch

Block = tuple[str, str]
_HALF = 0.5

_SIMPLE = ("task", "task", "manual", "receive", "catch", "gate", "several", "sends")
_NESTED = (
    "sequence",
    "sequence",
    "choice",
    "loop",
    "parallel",
    "inclusive",
    "inclusive",
    "sub",
    "watched",
    "watched",
    "instances",
    "handled",
    "handled",
    "escalating",
    "failing",
    "stopping",
    "shouting",
    "calls",
)


def bundle(random: Random, depth: int) -> dict[str, bytes]:
    """The files of a random drawing; the process is ``sketch``."""
    maker = Maker(random, depth)
    files = sketch.bundle(maker.text(), maker.declared())
    for name, called in maker.called.items():
        data = sketch.bpmn(called.text(), called.declared())
        files[f"{name}.bpmn"] = data.replace(b'id="sketch"', f'id="{name}"'.encode())
    return files


class Maker:
    """Makes one drawing; ``text`` is its sketch, ``declared`` its variables."""

    def __init__(self, random: Random, depth: int) -> None:
        self.random = random
        self.called: dict[str, Maker] = {}
        self.flows: list[str] = []
        self.lines: list[str] = ["start s", "end e"]
        self.variables: list[str] = []
        self.signals: list[str] = []
        self.count = 0
        first, last = self._block(depth)
        self.flows += [f"s -> {first}", f"{last} -> e"]

    def text(self) -> str:
        return "\n".join(self.lines + self.flows)

    def declared(self) -> str:
        names = [f"{name}: boolean" for name in self.variables]
        return "; ".join([*names, "members: list of string"])

    def _block(self, depth: int) -> Block:
        kind = self.random.choice(_NESTED if depth else _SIMPLE)
        make: Callable[[int], Block] = getattr(self, f"_{kind}")
        return make(depth - 1)

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _node(self, word: str, kind: str, rest: str = "") -> str:
        name = self._name(kind)
        self.lines.append(f"{word} {name} {rest}".rstrip())
        return name

    def _flow(self, *names: str) -> None:
        self.flows.append(" -> ".join(names))

    def _variable(self) -> str:
        self.variables.append(self._name("v"))
        return self.variables[-1]

    def _fork(self, *, yes: str, no: str) -> str:
        """A question with two answers."""
        fork, variable = self._node("xor", "x"), self._variable()
        self.flows += [f"{fork} -> {yes} : {variable}", f"{fork} => {no}"]
        return fork

    # -- simple ones -------------------------------------------------------------------------
    def _task(self, _depth: int = 0) -> Block:
        name = self._node("user", "t")
        return name, name

    def _manual(self, _depth: int) -> Block:
        name = self._node("manual", "h")
        return name, name

    def _receive(self, _depth: int) -> Block:
        name = self._node("receive", "r", f"message:{self._name('m')}")
        return name, name

    def _catch(self, _depth: int) -> Block:
        name = self._node("catch", "c", self._event())
        return name, name

    def _several(self, _depth: int) -> Block:
        name = self._node("user", "u", self._multi())
        return name, name

    def _sends(self, _depth: int) -> Block:
        first = self._node("send", "n", f"message:{self._name('m')}")
        last = self._node("service", "w", "cases.note")
        self._flow(first, last)
        return first, last

    def _gate(self, _depth: int) -> Block:
        gate, merge = self._node("gate", "g"), self._node("xor", "x")
        for _ in range(self.random.randint(2, 3)):
            self._flow(gate, self._node("catch", "c", self._event()), merge)
        return gate, merge

    def _event(self) -> str:
        """Something to wait for: a time, a message, or a signal that somebody may throw."""
        kind = self.random.choice(("timer", "message", "signal"))
        if kind == "timer":
            self.count += 1
            # No two timers of a drawing are ever due together.
            return f"timer:PT{self.random.randint(5, 60)}H{self.count % 59 + 1}S"
        if kind == "message":
            return f"message:{self._name('m')}"
        if not self.signals or self.random.random() < 0.5:
            self.signals.append(self._name("q"))
        return f"signal:{self.random.choice(self.signals)}"

    def _multi(self) -> str:
        words = ["multi=members:member"]
        if self.random.random() < 0.4:
            words.append("seq")
        if self.random.random() < 0.4:
            words.append("until=nrOfCompletedInstances~>=~2")
        elif self.random.random() < 0.4:
            words.append(f"until={self._variable()}~=~true")
        return " ".join(words)

    # -- those that hold others --------------------------------------------------------------
    def _sequence(self, depth: int) -> Block:
        first, middle = self._block(depth)
        start, last = self._block(depth)
        self._flow(middle, start)
        return first, last

    def _choice(self, depth: int) -> Block:
        merge, yes, no = self._node("xor", "x"), self._block(depth), self._block(depth)
        self._flow(yes[1], merge)
        self._flow(no[1], merge)
        return self._fork(yes=yes[0], no=no[0]), merge

    def _loop(self, depth: int) -> Block:
        merge, after = self._node("xor", "x"), self._node("xor", "x")
        task, body = self._task(), self._block(depth)
        fork = self._fork(yes=merge, no=after)
        self._flow(merge, task[0])
        self._flow(task[1], body[0])
        self._flow(body[1], fork)
        return merge, after

    def _parallel(self, depth: int) -> Block:
        fork, join = self._node("and", "f"), self._node("and", "j")
        for _ in range(self.random.randint(2, 3)):
            first, last = self._block(depth)
            self._flow(fork, first)
            self._flow(last, join)
        return fork, self._then(join)

    def _inclusive(self, depth: int) -> Block:
        fork, join = self._node("or", "o"), self._node("or", "j")
        for number in range(self.random.randint(2, 3)):
            first, last = self._block(depth)
            way = f"{fork} -> {first} : {self._variable()}" if number else f"{fork} => {first}"
            self.flows.append(way)
            self._flow(last, join)
        return fork, self._then(join)

    def _then(self, join: str) -> str:
        """A task right behind a join, so that one that fires early is seen."""
        task, _ = self._task()
        self._flow(join, task)
        return task

    def _sub(self, depth: int, extra: str = "") -> Block:
        name, start, end = self._name("p"), self._name("s"), self._name("e")
        self.lines += [f"sub {name} {extra}".rstrip(), f"start {start}", f"end {end}"]
        first, last = self._block(depth)
        self._flow(start, first)
        self._flow(last, end)
        self.lines.append("up")
        return name, name

    def _calls(self, depth: int) -> Block:
        """A process of its own, called with the case's variables or with some handed over."""
        called = Maker(self.random, depth)
        process = f"called{self.random.getrandbits(40)}"
        self.called |= {process: called, **called.called}
        ways = ("", "", "in:all", "in:members>members", "multi=members:member")
        mapping = self.random.choice(ways)
        call = self._node("call", "k", f"{process} {mapping}".strip())
        host = (call, call)
        return self._on(host, self._event()) if self.random.random() < _HALF else host

    def _instances(self, depth: int) -> Block:
        return self._sub(depth, self._multi())

    def _watched(self, depth: int) -> Block:
        """An activity with a boundary event."""
        host = self._sub(depth) if self.random.random() < 0.6 else self._task()
        return self._on(host, self._event())

    def _on(self, host: Block, event: str, *, must: bool = False) -> Block:
        merge = self._node("xor", "x")
        is_soft = not must and self.random.random() < 0.5
        if is_soft and event.startswith("timer") and self.random.random() < 0.5:
            event = f"timer:R3/{event.partition(':')[2]}"
        watcher = self._node("on", "b", f"{host[0]} {event}{' soft' if is_soft else ''}")
        task, _ = self._task()
        self._flow(host[1], merge)
        self._flow(watcher, task, self._node("end", "e") if is_soft else merge)
        return host[0], merge

    def _handled(self, depth: int) -> Block:
        """A sub-process with event sub-processes in it."""
        name, start, end = self._name("p"), self._name("s"), self._name("e")
        self.lines += [f"sub {name}", f"start {start}", f"end {end}"]
        first, last = self._block(depth)
        self._flow(start, first)
        self._flow(last, end)
        for _ in range(self.random.randint(1, 2)):
            self._handler(self._event())
        self.lines.append("up")
        return name, name

    def _handler(self, event: str) -> None:
        name, start, end = self._name("p"), self._name("s"), self._name("e")
        is_soft = self.random.random() < 0.5
        if is_soft and event.startswith("timer") and self.random.random() < 0.5:
            event = f"timer:R2/{event.partition(':')[2]}"
        soft = " soft" if is_soft else ""
        self.lines += [f"event {name}", f"start {start} {event}{soft}", f"end {end}"]
        first, last = self._task() if self.random.random() < 0.7 else self._block(1)
        self.lines.append("up")
        self._flow(start, first)
        self._flow(last, end)

    def _escalating(self, depth: int) -> Block:
        """Something may be reported to whoever stands around."""
        return self._throwing(depth, "escalation")

    def _failing(self, depth: int) -> Block:
        return self._throwing(depth, "error")

    def _throwing(self, depth: int, kind: str) -> Block:
        word = self._name("k")
        name, start, end = self._name("p"), self._name("s"), self._name("e")
        self.lines += [f"sub {name}", f"start {start}", f"end {end}"]
        (first, middle), (task, _) = self._block(depth), self._task()
        if kind == "error":
            other = self._node("end", "e", f"error:{word}")
        else:
            other = self._node("throw", "y", f"escalation:{word}")
            self._flow(other, self._node("end", "e"))
        self._flow(start, first)
        self._flow(middle, task, self._fork(yes=other, no=end))
        is_inside = self.random.random() < 0.4
        if is_inside:
            self._handler_of(kind, word)
        self.lines.append("up")
        if is_inside:
            return name, name
        return self._on((name, name), f"{kind}:{word}", must=kind == "error")

    def _handler_of(self, kind: str, word: str) -> None:
        if kind == "error":
            name, start, end = self._name("p"), self._name("s"), self._name("e")
            self.lines += [f"event {name}", f"start {start} error:{word}", f"end {end}"]
            task, _ = self._task()
            self.lines.append("up")
            self._flow(start, task, end)
        else:
            self._handler(f"{kind}:{word}")

    def _stopping(self, depth: int) -> Block:
        """A sub-process that one of its arms may end at once."""
        name, start, end = self._name("p"), self._name("s"), self._name("e")
        self.lines += [f"sub {name}", f"start {start}", f"end {end}"]
        fork, (one, one_last), (two, two_last) = (
            self._node("and", "f"),
            self._block(depth),
            self._task(),
        )
        self._flow(start, fork, one)
        self._flow(one_last, end)
        stop, over = self._node("end", "e", "terminate"), self._node("end", "e")
        self._flow(fork, two)
        self._flow(two_last, self._fork(yes=stop, no=over))
        self.lines.append("up")
        return name, name

    def _shouting(self, depth: int) -> Block:
        """A task, and a signal for all who wait for it."""
        first, last = self._block(depth)
        task, _ = self._task()
        if not self.signals:
            self.signals.append(self._name("q"))
        throw = self._node("throw", "y", f"signal:{self.random.choice(self.signals)}")
        self._flow(last, task, throw)
        return first, throw
