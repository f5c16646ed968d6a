"""Plain SpiffWorkflow as an engine that a walk can lead: a client of the program beside this."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.trust.interpreter import Play
from tests.trust.walks import Act, Manner, View, bundle

# What both can be asked: all variables told at each step, none of them missing, no late clicks.
ALIKE = Manner(stray=0, moved=0, told=1, nothing=0, drift=0, events_carry=False)


_PROGRAM = Path(__file__).with_name("program.py")


class Program:
    """The running program; close it when done."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a program of these tests
            [sys.executable, str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **asked: object) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer

    def load(self, name: str) -> str:
        """Load a drawing; the reason where the library refuses it."""
        drawing = bundle(name)[f"{name}.bpmn"].decode()
        return str(self.ask(drawing=drawing, key=name).get("failed", ""))

    def close(self) -> None:
        self._process.communicate()


class Stock:
    """A case in the plain package: it can tell which elements are open and whether all is over."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def take(self, act: Act, judge: Play) -> View | str:
        asked: dict[str, object] = {"word": act.word}
        if act.task is not None:
            # Instance by instance, as the library lists its tasks.
            alike = [mark for mark in judge.open() if judge.address(mark) == act.word]
            alike.sort(key=lambda mark: (mark.path, mark.number))
            asked = {"word": act.word, "index": alike.index(act.task)}
        now, values = act.now.isoformat(), dict(act.values)
        seen = self.program.ask(kind=act.kind, now=now, values=values, **asked)
        if "failed" in seen:
            return str(seen["failed"])
        return _view(seen["open"], "over" if seen["ended"] else None)

    def sight(self, judge: Play) -> View:
        return _view([mark.node.id for mark in judge.open()], "over" if judge.ended else None)


def _view(elements: list[str], ended: str | None) -> View:
    return View(tuple((name,) for name in sorted(elements)), None, (), {}, ended, ())
