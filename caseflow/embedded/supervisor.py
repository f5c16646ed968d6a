"""Minds the processes of one installation: starts them, restarts them with patience, stops them."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from caseflow.embedded.processes import stop

POSTGRES_STOP = signal.SIGINT  # "fast": sessions are ended, nothing is lost
_STEADY = 10.0  # a process that lived this long starts again with a clean sheet
_LONGEST_PAUSE = 30.0
_BEAT = 0.1


@dataclass
class Child:
    """A process to mind. One that does its work ``once`` is not started again when it ends."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_with: signal.Signals = signal.SIGTERM
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    due_at: float = 0.0

    def begin(self) -> None:
        """Start the process."""
        self.process = self.start()
        self.started_at = time.monotonic()

    def end(self) -> None:
        """Stop the process in good order."""
        if self.process is not None:
            stop(self.process, self.stop_with, seconds=25)


class Supervisor:
    """The children in the order of their start; ``tell`` hears of each death: name, code, pause."""

    def __init__(self, tell: Callable[[str, int, float | None], None]) -> None:
        """Begin with no children."""
        self._tell = tell
        self._children: list[Child] = []
        self._over = threading.Event()

    def is_stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self._over.is_set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C and SIGTERM as the wish to stop; on leaving, stop all, youngest first."""
        before = {how: signal.signal(how, self._ask_to_stop) for how in _WISHES}
        try:
            yield
        finally:
            self._stop_all()
            for how, handler in before.items():
                signal.signal(how, handler)

    def add(self, child: Child) -> Child:
        """Start a child and mind it from now on."""
        self._children.append(child)
        child.begin()
        return child

    def mind(self, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what dies, until the condition holds or we are asked to stop."""
        while not self._over.is_set() and not until():
            for child in self._children:
                self._look_after(child)
            self._over.wait(_BEAT)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due_at and not child.once:
                child.begin()
            return
        code = child.process.poll()
        if code is None:
            return
        if now - child.started_at > _STEADY:
            child.failures = 0
        pause = None if child.once else min(_BEAT * 4**child.failures, _LONGEST_PAUSE)
        child.process, child.due_at = None, now + (pause or 0)
        child.failures += 1
        self._tell(child.name, code, pause)

    def _ask_to_stop(self, *_signal: object) -> None:
        self._over.set()

    def _stop_all(self) -> None:
        """Stop the youngest first; those that stand on nothing of each other end together."""
        self._over.set()
        for child in _all_but_servers(self._children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.stop_with)
        for child in reversed(self._children):
            child.end()


_WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SERVERS = ("postgres", "redis")


def _all_but_servers(children: Sequence[Child]) -> list[Child]:
    return [child for child in reversed(children) if child.name not in _SERVERS]
