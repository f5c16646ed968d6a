"""A case while it takes a step: tokens in memory, the queue of what may run, what came of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from caseflow.engine.drawings import Element
from caseflow.engine.errors import EngineError, Stuck
from caseflow.engine.expressions import literal
from caseflow.engine.moments import Moment
from caseflow.engine.nodes import (
    CatchNode,
    GuardNode,
    InclusiveNode,
    JoinNode,
    ListenNode,
    Node,
    ScopeNode,
    UserNode,
    Way,
)

# A drawing that runs in a circle without ever waiting is stopped here.
_MOST_MOVES = 10_000


@contextmanager
def _at(token: Token) -> Iterator[None]:
    """Say of an error where it happened, unless it says so itself."""
    try:
        yield
    except EngineError as error:
        error.values.setdefault("element", token.task_spec.element.id)
        raise


@dataclass(frozen=True)
class Asked:
    """A question on the way of a case: to a table, or which flows of a gateway to take.

    ``values`` are the variables as they were seen there, at that moment.
    """

    node: Node
    values: Mapping[str, Any]
    moment: Moment | None
    taken: tuple[str, ...] = ()


class Token(Task):
    """One token. Unlike the stock task it reads no clock, writes no log and copies no data."""

    def __init__(self, run: Run, node: Node, parent: Token | None, key: Any) -> None:
        self.id = key
        run.tasks[key] = self
        self.workflow = run
        self._parent = parent.id if parent is not None else None
        self._children: list[Any] = []
        self._state = TaskState.FUTURE
        self.triggered = False
        self.task_spec = node
        self.internal_data: dict[str, Any] = {}
        if parent is not None:
            parent._children.append(key)

    def _set_state(self, value: int) -> None:
        self._state = value


class Run(Workflow):
    """The live tokens of one case, for the length of one step."""

    def __init__(self, spec: Any, moment: Moment | None, variables: dict[str, Any]) -> None:
        super().__init__(spec, deserializing=True)
        self.moment = moment
        self.variables = variables
        self.queue: deque[Token] = deque()
        self.passed: list[str] = []
        self.calls: list[tuple[Element, dict[str, Any]]] = []
        self.sent: list[tuple[Element, dict[str, Any]]] = []
        self.asked: list[Asked] = []
        self.ended: str | None = None
        self.is_over = False
        self._numbers = count(1)

    def number(self) -> int:
        """A key for a token that nobody outside will ask for."""
        return next(self._numbers)

    def begin(self, root: Node) -> None:
        """Put the first token."""
        self.task_tree = Token(self, root, None, self.number())
        self.task_tree.run()

    # -- what nodes ask for ------------------------------------------------------------------
    def is_ready(self, token: Token) -> None:
        """Queue a token that needs no person."""
        if not token.task_spec.manual:
            self.queue.append(token)

    def put(self, scope: Token, node: Node, **data: Any) -> None:
        """Put a new token on a node, below a scope; ``data`` is what it has to remember."""
        token = Token(self, node, scope, self.number())
        token.internal_data.update(data)
        node._update(token)

    def take(self, scope: Token, ways: list[Way]) -> None:
        """Send tokens along flows."""
        for way in ways:
            self.passed.append(way.id)
            if isinstance(way.target, JoinNode):
                self.put(scope, way.target, via=way.id)
            else:
                self.put(scope, way.target)

    def take_away(self, token: Token) -> None:
        """Remove a token whose children are gone."""
        token.parent._children.remove(token.id)
        del self.tasks[token.id]

    def drop(self, token: Token) -> None:
        """Cancel a token and all below it."""
        self.drop_children(token)
        token._set_state(TaskState.CANCELLED)
        self.take_away(token)

    def drop_children(self, scope: Token) -> None:
        """Cancel all tokens below a scope."""
        for child in list(scope.children):
            self.drop(child)

    def name_token(self, token: Token) -> None:
        """Give a task its lasting key."""
        key = uuid4().hex
        siblings = token.parent._children
        siblings[siblings.index(token.id)] = key
        self.tasks[key] = self.tasks.pop(token.id)
        token.id = key

    def call(self, element: Element, arguments: dict[str, Any]) -> None:
        """Note an effect to be done by the caller."""
        self.calls.append((element, arguments))

    def ask(self, token: Token, taken: Iterable[Way] = ()) -> None:
        """Note a question and the flows that it led to, for whoever wants to know why."""
        ways = tuple(way.id for way in taken)
        asked = Asked(token.task_spec, dict(self.values(token)), self.moment, ways)
        self.asked.append(asked)

    def hear(self, kind: str, name: str, values: Mapping[str, Any] | None = None) -> int:
        """Wake every event that waits for this; say how many.

        What it brings is set where it is heard: in the call or instance around each event.
        """
        heard = [
            token
            for token in list(self.tasks.values())
            if token._state == TaskState.WAITING
            and isinstance(token.task_spec, CatchNode)
            and token.task_spec.hears(kind, name)
        ]
        for token in heard:
            self.assign(token, values or {})
        for token in heard:
            # At once: what threw it may end the scope that a listener stands in, and another
            # listener may have dropped this one.
            if self.has(token):
                token.run()
        return len(heard)

    def has(self, token: Token) -> bool:
        """Whether a token is still there."""
        return token.id in self.tasks

    def raise_error(self, token: Token, name: str) -> None:
        """Hand an error to the nearest catcher around (lint: there is one)."""
        caught = self._catcher(token, "error", name)
        if caught is None:
            raise Stuck("uncaught", element=token.task_spec.element.id, name=name)
        self._catch(*caught)

    def escalate(self, token: Token, name: str) -> bool:
        """Hand an escalation to the nearest catcher; say whether it ended what threw it."""
        caught = self._catcher(token, "escalation", name)
        if caught is None:
            return False
        self._catch(*caught)
        return caught[1].element.is_interrupting

    def interrupt(self, scope: Token, listener: ListenNode, token: Token | None = None) -> None:
        """Begin an event sub-process; interrupting, it ends all else in its scope."""
        if listener.element.is_interrupting:
            self.drop_children(scope)
            scope.internal_data.pop("end", None)
        elif token is not None:
            self.take_away(token)
            further = listener.again(token)
            if further is not None:
                self.put(scope, listener, **further)
        self.put(scope, listener.inner)

    def _catcher(self, token: Token, kind: str, name: str) -> tuple[Token, Node] | None:
        """The nearest token around that has a catcher: a scope, or the guard of an activity.

        What an event sub-process throws is not for the event sub-processes beside it.
        """
        inner, scope = token, token.parent
        while scope is not None:
            node = scope.task_spec
            is_own = inner.task_spec.element.is_event_scope
            if isinstance(node, GuardNode) or (isinstance(node, ScopeNode) and not is_own):
                found = node.catcher(kind, name)
                if found is not None:
                    return scope, found
            inner, scope = scope, scope.parent
        return None

    def _catch(self, scope: Token, catcher: Node) -> None:
        if isinstance(catcher, ListenNode):
            self.interrupt(scope, catcher)
            return
        self.passed.append(catcher.element.id)
        if catcher.element.is_interrupting:
            self.drop_children(scope)
            scope.parent.task_spec.child_done(scope.parent, scope, catcher.ways)
        else:
            self.take(scope.parent, catcher.ways)

    # -- values ------------------------------------------------------------------------------
    def values(self, token: Token) -> dict[str, Any]:
        """The variables as this token sees them: its instance's own before the case's."""
        own: list[dict[str, Any]] = []
        outermost = self.variables
        place: Token | None = token
        while place is not None:
            if "frame" in place.internal_data:
                outermost = place.internal_data["frame"]
                break
            if "local" in place.internal_data:
                own.append(place.internal_data["local"])
            place = place.parent
        if not own:
            return outermost
        seen = dict(outermost)
        for local in reversed(own):
            seen.update(local)
        return seen

    def assign(self, token: Token, values: Mapping[str, Any]) -> None:
        """Set variables in the instance around the token, else in the case."""
        place: Token | None = token
        while place is not None:
            for name in ("frame", "local"):
                if name in place.internal_data:
                    place.internal_data[name].update(values)
                    return
            place = place.parent
        self.variables.update(values)

    def evaluate(self, rule: Any, token: Token, *, extra: Mapping[str, Any] | None = None) -> Any:
        """Evaluate a checked expression as this token sees the case."""
        values = self.values(token)
        with _at(token):
            return rule.evaluate({**values, **extra} if extra else values, self.moment)

    def instant(self, rule: Any, token: Token, *, since: datetime | None = None) -> datetime | None:
        """The instant that a due date or timer gives; None when it has no value.

        A duration is counted from ``since``, else from the moment of the step.
        """
        value = self.evaluate(rule, token)
        if value is None or self.moment is None:
            return None
        if isinstance(value, str):  # ISO text, as messages bring it
            found = literal(value)
            value = value if found is None else found
        moment = self.moment if since is None else replace(self.moment, now=since)
        with _at(token):
            return moment.instant(value)

    # -- the loop ----------------------------------------------------------------------------
    def settle(self) -> None:
        """Run all that needs no person, until every token waits."""
        moves = 0
        while True:
            while self.queue:
                token = self.queue.popleft()
                if token._state == TaskState.READY:
                    with _at(token):
                        token.run()
                moves += 1
                if moves > _MOST_MOVES:
                    raise Stuck("endless", element=token.task_spec.element.id)
            if not self._fire_inclusive():
                break
        self._check_alive()

    def _fire_inclusive(self) -> bool:
        """Fire one inclusive gateway that has nothing left to wait for."""
        for token in list(self.tasks.values()):
            node = token.task_spec
            is_join = isinstance(node, InclusiveNode) and token._state == TaskState.WAITING
            if is_join and node.fire_if_complete(token.parent):
                return True
        return False

    def _check_alive(self) -> None:
        """Refuse a state that nothing can ever move."""
        if (
            self.ended is None
            and not self.is_over
            and not any(
                isinstance(token.task_spec, UserNode | CatchNode) for token in self.tasks.values()
            )
        ):
            places = sorted(token.task_spec.element.id for token in self.tasks.values())
            raise Stuck("stuck", places=places)
