"""The supervisor: what dies comes back, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from caseflow.embedded import places as at
from caseflow.embedded.processes import lock, spawn
from caseflow.embedded.supervisor import Child, Supervisor

_SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
_PARENT = """
import signal, sys, time
from pathlib import Path
from caseflow.embedded.processes import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(600)"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(600)
"""


def _sleeper(folder: Path, name: str = "sleeper") -> Child:
    return Child(name, lambda: spawn(_SLEEP, log=folder / f"{name}.log"))


def _within(seconds: float, condition: Callable[[], bool]) -> Callable[[], bool]:
    """A condition to wait for that fails the test when it does not come true in time."""
    deadline = time.monotonic() + seconds

    def holds() -> bool:
        assert time.monotonic() < deadline, "did not come true in time"
        return condition()

    return holds


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    deaths: list[tuple[str, int]] = []
    supervisor = Supervisor(lambda name, code, _pause: deaths.append((name, code)))
    with supervisor.listening():
        child = supervisor.add(_sleeper(tmp_path))
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        supervisor.mind(
            _within(5, lambda: child.process is not None and child.process.pid != first)
        )
    assert deaths == [("sleeper", -signal.SIGKILL)]
    assert not _is_alive(first)


def test_a_child_that_keeps_dying_is_given_longer_and_longer_pauses(tmp_path: Path) -> None:
    pauses: list[float | None] = []
    supervisor = Supervisor(lambda _name, _code, pause: pauses.append(pause))
    with supervisor.listening():
        supervisor.add(
            Child("broken", lambda: spawn([sys.executable, "-c", "1/0"], log=tmp_path / "log"))
        )
        supervisor.mind(_within(10, lambda: len(pauses) >= 3))
    assert pauses[:3] == [0.1, 0.4, 1.6]
    assert "ZeroDivisionError" in (tmp_path / "log").read_text()


def test_work_that_is_done_once_is_not_started_again(tmp_path: Path) -> None:
    codes: list[int] = []
    supervisor = Supervisor(lambda _name, code, _pause: codes.append(code))
    with supervisor.listening():
        argv = [sys.executable, "-c", "raise SystemExit(7)"]
        child = supervisor.add(Child("demo", lambda: spawn(argv, log=tmp_path / "log"), once=True))
        supervisor.mind(_within(5, lambda: bool(codes)))
        deadline = time.monotonic() + 0.5
        supervisor.mind(lambda: time.monotonic() > deadline)
    assert codes == [7]
    assert child.process is None


def test_ctrl_c_stops_all_children_in_good_order(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda *_: None)
    with supervisor.listening():
        children = [supervisor.add(_sleeper(tmp_path, name)) for name in ("postgres", "web")]
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.mind(_within(5, lambda: False))
        assert supervisor.is_stopping()
    codes = [child.process.returncode for child in children if child.process]
    assert codes == [-signal.SIGTERM, -signal.SIGTERM]


@pytest.mark.crash
def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and script
        [sys.executable, "-c", _PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
        parent.wait()
        condition = _within(5, lambda: not _is_alive(child))
        while not condition():
            time.sleep(0.02)


def test_two_supervisors_cannot_run_the_same_folder(tmp_path: Path) -> None:
    with ExitStack() as stack:
        assert stack.enter_context(lock(tmp_path / "lock"))
        assert not stack.enter_context(lock(tmp_path / "lock"))
    with lock(tmp_path / "lock") as again:
        assert again


def test_secrets_are_made_once_and_readable_to_their_owner_alone(tmp_path: Path) -> None:
    places = at.Places(tmp_path, tmp_path / "data", tmp_path / "sockets", None)
    at.prepare(places)
    first = at.secret(places, "superuser")
    assert first == at.secret(places, "superuser")
    assert len(first) >= 32
    assert (places.secrets / "superuser").stat().st_mode & 0o777 == 0o600
    assert places.sockets.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "real")
    with pytest.raises(at.CannotStart):
        at.prepare(at.Places(tmp_path, tmp_path / "data", tmp_path / "sockets", None))
