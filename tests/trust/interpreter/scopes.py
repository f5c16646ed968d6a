"""The variables of a case, and which of them are seen and set from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from tests.trust.interpreter.marking import Frame, Marking, Path
from tests.trust.interpreter.net import Node
from tests.trust.interpreter.words import Limits, Value, period, value_of

# A date begins in Dalian.
_BUREAU = timezone(timedelta(hours=8))


class Scopes:
    """The case's variables, those that instances and calls keep, and the time."""

    def __init__(
        self, marking: Marking, case: dict[str, Any], limits: Callable[[datetime], Limits]
    ) -> None:
        self.marking, self.case, self.limits = marking, case, limits
        self.now = datetime.min.replace(tzinfo=UTC)

    def seen(self, path: Path) -> dict[str, Any]:
        """The variables as seen from a path: nearer ones cover those further out."""
        seen = dict(self.case)
        for number in path:
            frame = self.marking.frames[number]
            seen.update(frame.values or {})
            if frame.handed is not None:
                seen = dict(frame.handed)
        return seen

    def assign(self, path: Path, values: Mapping[str, Any]) -> None:
        """Set variables where the nearest instance or call around keeps its own."""
        kept = [self.case]
        for number in path:
            frame = self.marking.frames[number]
            kept += [own for own in (frame.values, frame.handed) if own is not None]
        kept[-1].update(values)

    def value(self, text: str, path: Path, more: Mapping[str, Any] | None = None) -> Value:
        return value_of(text, {**self.seen(path), **(more or {})}, self.limits(self.now))

    def holds(self, text: str, path: Path, more: Mapping[str, Any] | None = None) -> bool:
        return self.value(text, path, more) is True

    def instant(self, text: str, path: Path) -> datetime | None:
        """When a timer goes off or a limit ends."""
        length = period(text)
        value = length if length is not None else self.value(text, path)
        if isinstance(value, str):
            value = period(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time(), _BUREAU)
        return self.now + value if isinstance(value, timedelta) else value

    def hand_in(self, node: Node, path: Path) -> None:
        """Give a called process variables of its own, if the call says which."""
        if node.hands_in is None:
            return
        seen = self.seen(path) if node.hands_in.is_all else {}
        own = {name: self.value(text, path) for text, name in node.hands_in.pairs}
        self.marking.frames[path[-1]].handed = seen | own

    def hand_back(self, frame: Frame) -> None:
        """Take what comes out of a called process that had variables of its own."""
        if frame.handed is None or frame.node is None or frame.node.hands_out is None:
            return
        out, inside = frame.node.hands_out, frame.inside
        given = {name: self.value(text, inside) for text, name in out.pairs}
        kept = (frame.handed if out.is_all else {}) | given
        frame.handed = None
        self.assign(inside, kept)
