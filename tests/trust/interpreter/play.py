"""The rules: what may happen to a marking, and what it comes to.

One rule is applied at a time to some token that moves, until all of them wait. BPMN leaves open to
which; ``lot`` says it, and where it draws, an engine agrees only if its own order does not matter.
Only then inclusive gateways are looked at, one at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.trust.interpreter.marking import Frame, Mark, Marking, Path
from tests.trust.interpreter.net import Body, Net, Node, reach
from tests.trust.interpreter.scopes import Scopes
from tests.trust.interpreter.tables import decide
from tests.trust.interpreter.words import Limits, period

_MOST_MOVES = 5_000


class NotHeard(Exception):
    """Nobody waits for this message or signal."""


class StuckHere(Exception):
    """Tokens are left and nothing can ever move them, or they move for ever."""


class Play:
    """One case of a net, played by the rules of BPMN 2.0."""

    def __init__(
        self,
        net: Net,
        values: Mapping[str, Any],
        limits: Callable[[datetime], Limits],
        lot: Callable[[list[Mark]], Mark],
    ) -> None:
        self.net = net
        self.marking = Marking()
        self.scopes = Scopes(self.marking, dict(values), limits)
        self.lot = lot
        self.ended: str | None = None
        self.happened: Counter[Node] = Counter()
        self.calls: list[tuple[str, str]] = []
        self.sent: list[tuple[str, str]] = []
        self.passed: list[str] = []
        self._rules: Mapping[str, Callable[[Mark], None]] = {
            "exclusiveGateway": self._exclusive,
            "parallelGateway": self._parallel,
            "inclusiveGateway": self._inclusive,
            "eventBasedGateway": self._event_based,
            "intermediateCatchEvent": self._listen,
            "intermediateThrowEvent": self._throw_event,
            "endEvent": self._end_event,
        }

    # -- what may be done from outside -------------------------------------------------------
    def begin(self, now: datetime) -> None:
        self._clock(now)
        case = self.marking.open(None, ())
        self._enter(self.net.bodies[self.net.key], case.inside)
        self._settle()

    def complete(self, task: Mark, values: Mapping[str, Any], now: datetime) -> None:
        self._clock(now)
        self.scopes.assign(task.path, values)
        self.marking.remove(task)
        self._performed(task.path)
        self._settle()

    def fire(self, now: datetime) -> None:
        """Let timers go off one by one, the earliest first."""
        self._clock(now)
        while due := [mark for mark in self.timers() if mark.due and mark.due <= now]:
            self._happen(min(due, key=lambda mark: (mark.due, _place(mark))))
            self._settle()

    def move_timer(self, address: str, due: datetime) -> None:
        """Set the running timers of an element to another instant."""
        self._afresh()
        for mark in self.timers():
            if self.address(mark) == address:
                mark.due = due

    def message(self, word: str, values: Mapping[str, Any], now: datetime) -> None:
        self._from_outside("message", word, values, now)

    def signal(self, word: str, values: Mapping[str, Any], now: datetime) -> None:
        self._from_outside("signal", word, values, now)

    # -- what can be seen --------------------------------------------------------------------
    @property
    def values(self) -> dict[str, Any]:
        """The variables of the case."""
        return self.scopes.case

    def open(self) -> list[Mark]:
        return [mark for mark in self.marking.marks.values() if mark.state == "open"]

    def wake_at(self) -> datetime | None:
        return min((mark.due for mark in self.timers() if mark.due), default=None)

    def awaits(self) -> tuple[str, ...]:
        heard = {
            f"{mark.node.event}:{mark.node.word}"
            for mark in self._listening()
            if mark.node.event in {"message", "signal"}
        }
        return tuple(sorted(heard))

    def item(self, mark: Mark) -> object:
        """The item of the innermost instance around a task."""
        frames = (self.marking.frames[number] for number in reversed(mark.path))
        return next((frame.item for frame in frames if frame.is_instance), None)

    def address(self, mark: Mark) -> str:
        """The id of a node, behind the call activities it was called through."""
        return self._address(mark.node.id, mark.path)

    def _address(self, name: str, path: Path) -> str:
        frames = [self.marking.frames[number] for number in path]
        calls = [f.node.id for f in frames if f.node and f.node.called and not f.is_instance]
        return "/".join([*calls, name])

    def lane(self, mark: Mark) -> str:
        return mark.node.lane

    # -- time and words from outside ---------------------------------------------------------
    def _clock(self, now: datetime) -> None:
        self.scopes.now = now
        self._afresh()

    def _afresh(self) -> None:
        """Forget what the step before did."""
        self.calls, self.sent, self.passed = [], [], []

    def _from_outside(self, kind: str, word: str, values: Mapping[str, Any], now: datetime) -> None:
        self._clock(now)
        if f"{kind}:{word}" not in self.awaits():
            raise NotHeard(word)
        for mark in self._listening():
            if (mark.node.event, mark.node.word) == (kind, word):
                self.scopes.assign(mark.path, values)
        self._broadcast(kind, word)
        self._settle()

    def _listening(self) -> list[Mark]:
        return [mark for mark in self.marking.marks.values() if mark.state == "listens"]

    def timers(self) -> list[Mark]:
        """The timers that run."""
        return [mark for mark in self._listening() if mark.due is not None]

    # -- the loop ----------------------------------------------------------------------------
    def _settle(self) -> None:
        for _ in range(_MOST_MOVES):
            moving = [mark for mark in self.marking.marks.values() if mark.state == "moves"]
            if moving:
                self._move(self.lot(moving))
            elif not self._fire_inclusive():
                break
        else:
            raise StuckHere("endless")
        if self.ended is None and not any(
            mark.state in {"open", "listens"} and mark.node.event not in {"error", "escalation"}
            for mark in self.marking.marks.values()
        ):
            raise StuckHere(sorted(mark.node.id for mark in self.marking.marks.values()))

    def _move(self, mark: Mark) -> None:
        node, path = mark.node, mark.path
        if node.is_activity and not mark.group:
            self.marking.remove(mark)
            self._begin(node, path)
            return
        self._rules.get(node.kind, self._leave)(mark)

    # -- gateways ----------------------------------------------------------------------------
    def _exclusive(self, mark: Mark) -> None:
        out = mark.node.outgoing
        first = [f for f in out if f.condition and f.id != mark.node.default]
        chosen = next((f.id for f in first if self.scopes.holds(f.condition, mark.path)), None)
        self._leave(mark, {chosen or mark.node.default or out[0].id})

    def _parallel(self, mark: Mark) -> None:
        mark.state = "waits"
        arrived = self._arrived(mark.node, mark.path)
        if len(arrived) == len(mark.node.incoming):
            self._join(arrived)
            self._leave(mark)

    def _inclusive(self, mark: Mark) -> None:
        if len(mark.node.incoming) > 1:
            mark.state = "waits"
        else:
            self._split(mark)

    def _event_based(self, mark: Mark) -> None:
        self.marking.remove(mark)
        for flow in mark.node.outgoing:
            event = self.marking.put(flow.target, mark.path, via=flow.id, group=mark.number)
            self._listen(event)

    def _arrived(self, node: Node, path: Path) -> dict[str, Mark]:
        """The oldest waiting token of each flow into a gateway."""
        found: dict[str, Mark] = {}
        for mark in self.marking.at(path):
            if mark.node is node and mark.state == "waits":
                found.setdefault(mark.via, mark)
        return found

    def _join(self, arrived: Mapping[str, Mark]) -> None:
        for mark in arrived.values():
            self.marking.remove(mark)

    def _fire_inclusive(self) -> bool:
        """Let one inclusive gateway go on that has nothing left to wait for."""
        for mark in list(self.marking.marks.values()):
            if mark.node.kind != "inclusiveGateway" or mark.state != "waits":
                continue
            arrived = self._arrived(mark.node, mark.path)
            if not any(self._may_come(mark.node, place, arrived) for place in self._others(mark)):
                self._join(arrived)
                self._split(mark)
                return True
        return False

    def _others(self, mark: Mark) -> list[Node]:
        return [node for node in self.marking.places(mark.path) if node is not mark.node]

    def _may_come(self, gateway: Node, place: Node, arrived: Mapping[str, Mark]) -> bool:
        """Whether a token could still fill an empty flow, and none that is filled already."""
        ways = {flow.id for flow in gateway.incoming} & reach([place], barred=gateway)
        return bool(ways) and not ways & arrived.keys()

    def _split(self, mark: Mark) -> None:
        out = mark.node.outgoing
        asked = [f for f in out if f.condition and f.id != mark.node.default]
        chosen = {f.id for f in asked if self.scopes.holds(f.condition, mark.path)}
        self._leave(mark, chosen or ({mark.node.default} if asked else {f.id for f in out}))

    # -- events ------------------------------------------------------------------------------
    def _throw_event(self, mark: Mark) -> None:
        self._pass(mark.node.id, mark.path)
        self._throw(mark)
        if mark.number in self.marking.marks:
            self.marking.remove(mark)
            self._go_on(mark.node, mark.path)

    def _end_event(self, mark: Mark) -> None:
        self._pass(mark.node.id, mark.path)
        if mark.node.event == "terminate":
            self.marking.frames[mark.path[-1]].end = mark.node.id
            self.marking.clear(mark.path)
            self._performed(mark.path)
            return
        self._throw(mark)
        if mark.number in self.marking.marks:
            self.marking.frames[mark.path[-1]].end = mark.node.id
            self.marking.remove(mark)
            self._go_on(mark.node, mark.path)

    def _throw(self, mark: Mark) -> None:
        node = mark.node
        if node.event == "message":
            self.sent.append((node.word, self.address(mark)))
        elif node.event == "signal":
            self._broadcast("signal", node.word)
        elif node.event in {"escalation", "error"}:
            catcher = self._catcher(node.event, node.word, mark.path)
            if node.event == "error":
                assert catcher is not None, f"nobody catches {node.word}"
                self.marking.remove(mark)
            if catcher is not None:
                self._happen(catcher)

    def _catcher(self, kind: str, word: str, path: Path) -> Mark | None:
        """The nearest around that catches: in each scope handlers first, then its boundary."""
        for depth in range(len(path), 0, -1):
            around, number = path[:depth], path[depth - 1]
            is_beside = depth < len(path) and self._is_handler(path[depth])
            own = [m for m in self._listening() if m.is_idle and m.path == around]
            own = [] if is_beside else own
            edge = [m for m in self._listening() if m.watches == number]
            for near in (own, edge):
                fit = [m for m in near if m.node.event == kind and m.node.word in {word, ""}]
                if fit:
                    return max(fit, key=lambda mark: bool(mark.node.word))
        return None

    def _broadcast(self, kind: str, word: str) -> None:
        # BPMN leaves the order open; here the instance that began first hears first.
        for mark in sorted(self._listening(), key=_place):
            is_meant = mark.node.event == kind and mark.node.word == word
            if is_meant and mark.number in self.marking.marks:
                self._happen(mark)

    def _listen(self, mark: Mark) -> None:
        mark.state = "listens"
        if mark.node.timer is None:
            return
        kind, text = mark.node.timer
        if kind == "timeCycle":
            times, _, each = text.partition("/")
            mark.left = int(times[1:]) if times[1:] else None
            mark.every = period(each)
            assert mark.every is not None
            mark.due = self.scopes.now + mark.every
        else:
            mark.due = self.scopes.instant(text, mark.path)

    def _happen(self, mark: Mark) -> None:
        """An event that listens has come."""
        self.happened[mark.node] += 1
        if mark.group:
            for other in self.marking.at(mark.path):
                if other.group == mark.group:
                    self.marking.remove(other)
            self._pass(mark.node.incoming[0].source.id, mark.path)
            self._pass(mark.via, mark.path)
            self._pass(mark.node.id, mark.path)
            self._go_on(mark.node, mark.path)
        elif mark.watches:
            self._boundary(mark)
        elif mark.is_idle:
            self._handler(mark)
        elif mark.node.is_activity:
            self.marking.remove(mark)
            self._performed(mark.path)
        else:
            self._leave(mark)

    def _boundary(self, mark: Mark) -> None:
        if mark.node.stops or mark.node.event == "error":
            self.marking.close(self.marking.frames[mark.watches])
        else:
            self._again(mark)
        self._pass(mark.node.id, mark.path)
        self._go_on(mark.node, mark.path)

    def _handler(self, mark: Mark) -> None:
        """An event sub-process begins, in place of all else in its scope or beside it."""
        if mark.node.stops or mark.node.event == "error":
            self.marking.clear(mark.path)
            self.marking.frames[mark.path[-1]].end = ""
        else:
            self._again(mark)
        owner = next(
            handler
            for handler in self._handlers_of(mark.path)
            if handler.body is not None and handler.body.start is mark.node
        )
        frame = self.marking.open(owner, mark.path)
        assert owner.body is not None
        self._enter(owner.body, frame.inside)

    def _handlers_of(self, path: Path) -> list[Node]:
        frame = self.marking.frames[path[-1]]
        return self._body_of(frame).handlers

    def _is_handler(self, number: int) -> bool:
        node = self.marking.frames[number].node
        return node is not None and node.is_handler

    def _again(self, mark: Mark) -> None:
        """A timer goes off as often as it says; the others go on listening."""
        if mark.due is None:
            return
        mark.left = None if mark.left is None else mark.left - 1
        if mark.left == 0:
            self.marking.remove(mark)
        else:
            mark.due += mark.every or timedelta()

    # -- activities --------------------------------------------------------------------------
    def _begin(self, node: Node, path: Path) -> None:
        """A token enters an activity: its boundary events listen before it does anything."""
        frame = self.marking.open(node, path)
        for event in node.boundary:
            self._listen(self.marking.put(event, path, watches=frame.number))
        if node.multi is None:
            self._perform(node, frame.inside)
            return
        items = self._items(node, path)
        frame.total, frame.rest = len(items), items
        if not items:
            self._pass(node.id, path)
            self._finish(frame)
        for _ in range(1 if node.multi.is_sequential else len(items)):
            self._instance(frame)

    def _items(self, node: Node, path: Path) -> list[Any]:
        assert node.multi is not None
        if node.multi.collection:
            return list(self.scopes.value(node.multi.collection, path) or [])
        return list(range(1, int(self.scopes.value(node.multi.cardinality, path)) + 1))

    def _instance(self, frame: Frame) -> None:
        if not frame.rest or frame.number not in self.marking.frames:
            return
        node, item = frame.node, frame.rest.pop(0)
        assert node is not None
        assert node.multi is not None
        own = {"loopCounter": frame.total - len(frame.rest)}
        if node.multi.item:
            own[node.multi.item] = item
        instance = self.marking.open(node, frame.inside)
        instance.values, instance.item, instance.is_instance = own, item, True
        self._perform(node, instance.inside)

    def _perform(self, node: Node, path: Path) -> None:
        """Do the work of an activity once."""
        if node.kind in {"userTask", "manualTask"}:
            task = self.marking.put(node, path)
            task.state = "open"
            if node.due:
                task.due = self.scopes.instant(node.due, path)
        elif node.kind == "receiveTask":
            self._listen(self.marking.put(node, path))
        elif node.kind == "subProcess":
            assert node.body is not None
            self._enter(node.body, path)
        elif node.kind == "callActivity":
            self.scopes.hand_in(node, path)
            self._enter(self.net.bodies[node.called], path)
        else:
            self._at_once(node, path)
            self._performed(path)

    def _at_once(self, node: Node, path: Path) -> None:
        """The work of a service, send or business rule task takes no time."""
        there = self.address(Mark(0, node, path))
        if node.kind == "businessRuleTask":
            name, result = node.decision
            self.scopes.assign(
                path, {result: decide(self.net.tables, name, self.scopes.seen(path))}
            )
        elif node.word:
            self.sent.append((node.word, there))
        else:
            self.calls.append((node.topic, there))

    def _enter(self, body: Body, path: Path) -> None:
        """A scope begins: its handlers listen, then its start event lets a token in."""
        for handler in body.handlers:
            assert handler.body is not None
            assert handler.body.start is not None
            self._listen(self.marking.put(handler.body.start, path, is_idle=True))
        assert body.start is not None
        self.marking.put(body.start, path)

    def _performed(self, path: Path) -> None:
        """The work on a path is done: an instance, an activity or the case ends."""
        self.marking.clear(path)
        frame = self.marking.frames[path[-1]]
        if frame.node is not None:
            self._pass(frame.node.id, frame.path[:-1] if frame.is_instance else frame.path)
        if frame.node is None:
            self.ended = frame.end
            self.marking.close(frame)
        elif frame.is_instance:
            self._instance_done(frame)
        else:
            self._finish(frame)

    def _instance_done(self, one: Frame) -> None:
        whole = self.marking.frames[one.path[-1]]
        assert whole.node is not None
        assert whole.node.multi is not None
        self.scopes.hand_back(one)
        multi, own = whole.node.multi, one.values or {}
        whole.done += 1
        is_enough = bool(multi.until) and self.scopes.holds(
            multi.until, one.inside, self._counts(whole)
        )
        self.marking.close(one)
        kept = {name: own[name] for name in own.keys() - {multi.item, "loopCounter"}}
        self.scopes.assign(one.path, kept)
        if is_enough or whole.done == whole.total:
            self._finish(whole)
        elif multi.is_sequential:
            self._instance(whole)

    def _counts(self, whole: Frame) -> dict[str, int]:
        active = sum(f.path == whole.inside for f in self.marking.frames.values()) - 1
        return {
            "nrOfInstances": whole.total,
            "nrOfCompletedInstances": whole.done,
            "nrOfActiveInstances": active,
        }

    def _finish(self, frame: Frame) -> None:
        node = frame.node
        assert node is not None
        self.scopes.hand_back(frame)
        if node.is_handler:
            around = self.marking.frames[frame.path[-1]]
            around.end = around.end or frame.end
        self.marking.close(frame)
        self._go_on(node, frame.path)

    # -- moving on ---------------------------------------------------------------------------
    def _leave(self, mark: Mark, chosen: set[str] | None = None) -> None:
        self.marking.remove(mark)
        self._pass(mark.node.id, mark.path)
        self._go_on(mark.node, mark.path, chosen)

    def _pass(self, name: str, path: Path) -> None:
        self.passed.append(self._address(name, path))

    def _go_on(self, node: Node, path: Path, chosen: set[str] | None = None) -> None:
        """Put a token on each flow out, or see whether the scope is done."""
        for flow in node.outgoing:
            if chosen is None or flow.id in chosen:
                self._pass(flow.id, path)
                self.marking.put(flow.target, path, via=flow.id)
        if not self.marking.is_alive(path):
            self._performed(path)

    def _body_of(self, frame: Frame) -> Body:
        if frame.node is None:
            return self.net.bodies[self.net.key]
        return frame.node.body or self.net.bodies[frame.node.called]


def _place(mark: Mark) -> tuple[int, ...]:
    """Where a mark stands among all: by what is around it, outermost first, each by its age."""
    return (*mark.path, *([mark.watches] if mark.watches else []), mark.number)
