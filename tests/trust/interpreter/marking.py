"""Where the tokens of a case are: a flat set of marks, and the activities that are going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.trust.interpreter.net import Node

# The numbers of the activities around a place, outermost first.
Path = tuple[int, ...]


@dataclass(eq=False)
class Mark:
    """A token on a node, or an event that listens for the activity or scope it belongs to.

    ``watches`` is the frame that a boundary event belongs to, ``is_idle`` marks the start of an
    event sub-process that has not happened: neither keeps anything alive.
    """

    number: int
    node: Node
    path: Path
    via: str = ""
    state: str = "moves"
    due: datetime | None = None
    every: timedelta | None = None
    left: int | None = 1
    watches: int = 0
    is_idle: bool = False
    group: int = 0

    @property
    def holds(self) -> bool:
        """Whether it is a token that its scope has to wait for."""
        return not self.watches and not self.is_idle


@dataclass(eq=False)
class Frame:
    """An activity that goes on: its own life, one of its instances, or the whole case.

    ``values`` are the variables kept here. ``handed`` are those of a called process that was handed
    some: it sees no others. ``end`` is the end event that was reached last.
    """

    number: int
    node: Node | None
    path: Path
    values: dict[str, Any] | None = None
    handed: dict[str, Any] | None = None
    item: Any = None
    is_instance: bool = False
    total: int = 0
    done: int = 0
    rest: list[Any] = field(default_factory=list)
    end: str = ""

    @property
    def inside(self) -> Path:
        return (*self.path, self.number)


class Marking:
    """The marks and frames of one case."""

    def __init__(self) -> None:
        self.marks: dict[int, Mark] = {}
        self.frames: dict[int, Frame] = {}
        self._numbers = count(1)

    def put(
        self,
        node: Node,
        path: Path,
        *,
        via: str = "",
        watches: int = 0,
        is_idle: bool = False,
        group: int = 0,
    ) -> Mark:
        mark = Mark(next(self._numbers), node, path, via)
        mark.watches, mark.is_idle, mark.group = watches, is_idle, group
        self.marks[mark.number] = mark
        return mark

    def open(self, node: Node | None, path: Path) -> Frame:
        frame = Frame(next(self._numbers), node, path)
        self.frames[frame.number] = frame
        return frame

    def remove(self, mark: Mark) -> None:
        self.marks.pop(mark.number, None)

    def clear(self, path: Path) -> None:
        """Take away all that is on a path or below it."""
        depth = len(path)
        for number, mark in list(self.marks.items()):
            if mark.path[:depth] == path:
                del self.marks[number]
        for number, frame in list(self.frames.items()):
            if frame.path[:depth] == path:
                del self.frames[number]

    def close(self, frame: Frame) -> None:
        """End an activity: all inside it, its boundary events, and itself."""
        self.clear(frame.inside)
        for number, mark in list(self.marks.items()):
            if mark.watches == frame.number:
                del self.marks[number]
        self.frames.pop(frame.number, None)

    def at(self, path: Path) -> Iterator[Mark]:
        """The marks right on a path, oldest first."""
        return (mark for mark in list(self.marks.values()) if mark.path == path)

    def is_alive(self, path: Path) -> bool:
        """Whether a scope has a token left, or an activity that goes on."""
        return any(mark.holds for mark in self.at(path)) or any(
            frame.path == path for frame in self.frames.values()
        )

    def places(self, path: Path) -> list[Node]:
        """The nodes right on a path that hold a token, as tokens or as activities."""
        here = [mark.node for mark in self.at(path) if mark.holds]
        return here + [f.node for f in self.frames.values() if f.path == path and f.node]
