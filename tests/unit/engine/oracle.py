"""An independent judge: random block drawings, and what must be open in them after each step.

The engine moves tokens over a graph. The oracle knows no graph: it walks the blocks that the
drawing was made of (sequence, choice, loop, parallel, inclusive, sub-process, timers), so the two
share neither code nor method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from random import Random

Env = dict[str, bool]


@dataclass
class World:
    """What the live blocks share: variables, the day, side branches of the scope around."""

    env: Env
    day: float = 0.0


@dataclass
class Sides:
    """Side branches that a scope still waits for."""

    live: list[Live] = field(default_factory=list)


class Live:
    """A block that was entered. Subclasses say what is open and what a step does to it."""

    def tasks(self) -> list[str]:
        raise NotImplementedError

    def step(self, name: str) -> bool:
        """Hand in a task of this block; say whether the block is over."""
        raise NotImplementedError

    def timers(self) -> list[tuple[float, Callable[[], bool]]]:
        """Due days, and what fires them (giving whether the block is over)."""
        return []


Block = Callable[[World, Sides], "Live | None"]


@dataclass
class _Task(Live):
    name: str

    def tasks(self) -> list[str]:
        return [self.name]

    def step(self, name: str) -> bool:
        return name == self.name


class _Sequence(Live):
    """Blocks one after the other; a loop is a sequence that makes itself up as it goes."""

    def __init__(self, blocks: Iterator[Block], world: World, sides: Sides) -> None:
        self.blocks, self.world, self.sides = blocks, world, sides
        self.now: Live | None = None
        self.is_over = self._next()

    def _next(self) -> bool:
        for block in self.blocks:
            self.now = block(self.world, self.sides)
            if self.now is not None:
                return False
        self.now = None
        return True

    def tasks(self) -> list[str]:
        return self.now.tasks() if self.now else []

    def step(self, name: str) -> bool:
        assert self.now is not None
        return self._next() if self.now.step(name) else False

    def timers(self) -> list[tuple[float, Callable[[], bool]]]:
        found = self.now.timers() if self.now else []
        return [(due, partial(self._inner_fired, fire)) for due, fire in found]

    def _inner_fired(self, fire: Callable[[], bool]) -> bool:
        return self._next() if fire() else False


class _Arms(Live):
    """Arms side by side; over when all are."""

    def __init__(self, arms: list[Live | None]) -> None:
        self.arms = [arm for arm in arms if arm is not None]

    def tasks(self) -> list[str]:
        return [name for arm in self.arms for name in arm.tasks()]

    def step(self, name: str) -> bool:
        arm = next(arm for arm in self.arms if name in arm.tasks())
        return self._end(arm, is_over=arm.step(name))

    def _end(self, arm: Live, *, is_over: bool) -> bool:
        if is_over:
            self.arms.remove(arm)
        return not self.arms

    def timers(self) -> list[tuple[float, Callable[[], bool]]]:
        return [
            (due, partial(self._fired, arm, fire))
            for arm in self.arms
            for due, fire in arm.timers()
        ]

    def _fired(self, arm: Live, fire: Callable[[], bool]) -> bool:
        return self._end(arm, is_over=fire())


class _Scope(Live):
    """A process or sub-process: its body and the side branches begun inside."""

    def __init__(self, body: Block, world: World) -> None:
        self.sides = Sides()
        self.body = body(world, self.sides)
        self.is_over = self.body is None and not self.sides.live

    def _parts(self) -> list[Live]:
        return ([self.body] if self.body else []) + self.sides.live

    def _end(self, part: Live, *, is_over: bool) -> bool:
        if is_over and part is self.body:
            self.body = None
        elif is_over:
            self.sides.live.remove(part)
        return not self._parts()

    def tasks(self) -> list[str]:
        return [name for part in self._parts() for name in part.tasks()]

    def step(self, name: str) -> bool:
        part = next(part for part in self._parts() if name in part.tasks())
        return self._end(part, is_over=part.step(name))

    def timers(self) -> list[tuple[float, Callable[[], bool]]]:
        return [
            (due, partial(self._fired, part, fire))
            for part in self._parts()
            for due, fire in part.timers()
        ]

    def _fired(self, part: Live, fire: Callable[[], bool]) -> bool:
        return self._end(part, is_over=fire())


class _Watched(Live):
    """An activity with a timer on it; ``other`` is where the timer leads."""

    def __init__(self, inner: Live, due: float, other: Block, *, soft: bool, sides: Sides) -> None:
        self.inner, self.due, self.other, self.soft, self.sides = inner, due, other, soft, sides
        self.is_armed = True
        self.world: World | None = None

    def tasks(self) -> list[str]:
        return self.inner.tasks()

    def step(self, name: str) -> bool:
        is_over = self.inner.step(name)
        self.is_armed = self.is_armed and not is_over
        return is_over

    def _fire(self) -> bool:
        assert self.world is not None
        self.is_armed = False
        branch = self.other(self.world, self.sides)
        if self.soft:
            if branch is not None:
                self.sides.live.append(branch)
            return False
        if branch is None:
            return True
        self.inner = branch
        return False

    def timers(self) -> list[tuple[float, Callable[[], bool]]]:
        own = [(self.due, self._fire)] if self.is_armed else []
        return own + [(due, partial(self._inner_fired, fire)) for due, fire in self.inner.timers()]

    def _inner_fired(self, fire: Callable[[], bool]) -> bool:
        is_over = fire()
        self.is_armed = self.is_armed and not is_over
        return is_over


class Sketcher:
    """Makes a random drawing: its sketch, and its block for the oracle."""

    def __init__(self, random: Random, kinds: tuple[str, ...]) -> None:
        self.random = random
        self.kinds = kinds
        self.nodes: list[str] = ["start s", "end e"]
        self.flows: list[str] = []
        self.variables: list[str] = []
        self.count = 0
        first, last, block = self.block(depth=3)
        self.flows += [f"s -> {first}", f"{last} -> e"]
        self.block_of_all: Block = block

    def text(self) -> str:
        return "\n".join(self.nodes + self.flows)

    def declared(self) -> str:
        return "; ".join(f"{name}: boolean" for name in self.variables)

    def begin(self, world: World) -> _Scope:
        return _Scope(self.block_of_all, world)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def variable(self) -> str:
        self.variables.append(self.name("v"))
        return self.variables[-1]

    def block(self, depth: int) -> tuple[str, str, Block]:
        """A random block: its first and last node, and its meaning."""
        kind = self.random.choice(self.kinds) if depth else "task"
        make: Callable[[int], tuple[str, str, Block]] = getattr(self, f"_{kind}")
        return make(depth - 1)

    def _task(self, _: int) -> tuple[str, str, Block]:
        name = self.name("t")
        self.nodes.append(f"user {name}")
        return name, name, lambda _world, _sides: _Task(name)

    def _sequence(self, depth: int) -> tuple[str, str, Block]:
        parts = [self.block(depth) for _ in range(self.random.randint(2, 3))]
        for (_, last, _), (first, _, _) in pairwise(parts):
            self.flows.append(f"{last} -> {first}")
        blocks = [block for _, _, block in parts]
        return parts[0][0], parts[-1][1], lambda w, s: _over(_Sequence(iter(blocks), w, s))

    def _choice(self, depth: int) -> tuple[str, str, Block]:
        fork, merge, variable = self.name("x"), self.name("m"), self.variable()
        self.nodes += [f"xor {fork}", f"xor {merge}"]
        yes, no = self.block(depth), self.block(depth)
        self.flows += [f"{fork} -> {yes[0]} : {variable}", f"{fork} => {no[0]}"]
        self.flows += [f"{yes[1]} -> {merge}", f"{no[1]} -> {merge}"]
        return fork, merge, lambda w, s: (yes if w.env.get(variable) else no)[2](w, s)

    def _loop(self, depth: int) -> tuple[str, str, Block]:
        merge, fork, variable = self.name("m"), self.name("x"), self.variable()
        self.nodes += [f"xor {merge}", f"xor {fork}"]
        task, body = self._task(0), self.block(depth)
        after = self.name("m")
        self.nodes.append(f"xor {after}")
        self.flows += [f"{merge} -> {task[0]}", f"{task[1]} -> {body[0]}", f"{body[1]} -> {fork}"]
        self.flows += [f"{fork} -> {merge} : {variable}", f"{fork} => {after}"]

        def rounds(world: World) -> Iterator[Block]:
            yield task[2]
            yield body[2]
            while world.env.get(variable):
                yield task[2]
                yield body[2]

        return merge, after, lambda w, s: _over(_Sequence(rounds(w), w, s))

    def _parallel(self, depth: int) -> tuple[str, str, Block]:
        fork, join = self.name("f"), self.name("j")
        self.nodes += [f"and {fork}", f"and {join}"]
        arms = self._arms(fork, join, depth, [""] * self.random.randint(2, 3))
        return self._then(fork, join, lambda w, s: _any(_Arms([arm(w, s) for arm in arms])))

    def _inclusive(self, depth: int) -> tuple[str, str, Block]:
        fork, join = self.name("o"), self.name("oj")
        self.nodes += [f"or {fork}", f"or {join}"]
        names = [self.variable() for _ in range(self.random.randint(2, 3))]
        *arms, other = self._arms(fork, join, depth, [*names, "default"])

        def enter(world: World, sides: Sides) -> Live | None:
            chosen = [a for a, n in zip(arms, names, strict=True) if world.env.get(n)] or [other]
            return _any(_Arms([arm(world, sides) for arm in chosen]))

        return self._then(fork, join, enter)

    def _then(self, fork: str, join: str, block: Block) -> tuple[str, str, Block]:
        """A task right after a join, so that one that fires early is seen."""
        name, _, task = self._task(0)
        self.flows.append(f"{join} -> {name}")
        return fork, name, lambda w, s: _over(_Sequence(iter((block, task)), w, s))

    def _arms(self, fork: str, join: str, depth: int, conditions: list[str]) -> list[Block]:
        found = []
        for condition in conditions:
            first, last, block = self.block(depth)
            if condition == "default":
                self.flows.append(f"{fork} => {first}")
            else:
                self.flows.append(f"{fork} -> {first}" + (f" : {condition}" if condition else ""))
            self.flows.append(f"{last} -> {join}")
            found.append(block)
        return found

    def _sub(self, depth: int) -> tuple[str, str, Block]:
        name, start, end = self.name("p"), self.name("s"), self.name("e")
        mark = len(self.nodes)
        first, last, block = self.block(depth)
        inner = self.nodes[mark:]
        self.nodes[mark:] = [f"sub {name}", f"start {start}", f"end {end}", *inner, "up"]
        self.flows += [f"{start} -> {first}", f"{last} -> {end}"]
        return name, name, lambda w, _: _over(_Scope(block, w))

    def _interrupted(self, depth: int) -> tuple[str, str, Block]:
        return self._watched(depth, soft=False)

    def _reminded(self, depth: int) -> tuple[str, str, Block]:
        return self._watched(depth, soft=True)

    def _watched(self, depth: int, *, soft: bool) -> tuple[str, str, Block]:
        host = self._sub(depth) if depth and self.random.random() < 0.5 else self._task(0)
        timer, merge = self.name("b"), self.name("m")
        days = 1 + self.count * 0.0137  # no two timers of a drawing are ever due together
        mode = " soft" if soft else ""
        self.nodes += [f'on {timer} {host[0]} timer:duration("PT{int(days * 86400)}S"){mode}']
        other = self.block(depth) if not soft else self._task(0)
        self.nodes.append(f"xor {merge}")
        self.flows += [f"{timer} -> {other[0]}", f"{host[1]} -> {merge}"]
        if soft:
            end = self.name("e")
            self.nodes.append(f"end {end}")
            self.flows.append(f"{other[1]} -> {end}")
        else:
            self.flows.append(f"{other[1]} -> {merge}")

        def enter(world: World, sides: Sides) -> Live | None:
            inner = host[2](world, sides)
            if inner is None:
                return None
            due = world.day + int(days * 86400) / 86400
            live = _Watched(inner, due, other[2], soft=soft, sides=sides)
            live.world = world
            return live

        return host[0], merge, enter


def _over(live: _Sequence | _Scope) -> Live | None:
    return None if live.is_over else live


def _any(live: _Arms) -> Live | None:
    return live if live.arms else None
