"""`caseflow up` as an operator sees it: all of it comes up, what is killed comes back, all ends."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caseflow.embedded import places as at
from tests.support.product import free_port

pytestmark = pytest.mark.crash


class Installation:
    """A folder of one's own in which the product is brought up."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [sys.executable, "-m", "caseflow", "up"],
            env={
                **os.environ,
                "CASEFLOW_VAR": str(self.var),
                "CASEFLOW_LANG": "en",
                "PORT": str(self.port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


@pytest.fixture
def installation() -> Iterator[Installation]:
    var = Path(tempfile.mkdtemp(prefix="caseflow-test-"))
    var.chmod(0o711)  # as root the database runs as nobody, who must be able to pass
    yield Installation(var)
    assert _soon(lambda: not (at.of(var).data / "postmaster.pid").exists())
    shutil.rmtree(at.of(var).sockets)
    shutil.rmtree(var)


def _soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _children(pid: int) -> dict[str, int]:
    """The processes that a supervisor minds, by what they are."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = re.search(r"^PPid:\s(\d+)", (entry / "status").read_text(), re.MULTILINE)
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if parent and int(parent[1]) == pid:
            names = (
                *("gunicorn", "jobs.worker", "jobs.clockwork", "jobs.sealer"),
                *("redis-server", "postgres"),
            )
            found[next((name for name in names if name in words), words)] = int(entry.name)
    return found


def test_what_is_killed_comes_back_and_ctrl_c_ends_all(installation: Installation) -> None:
    with installation.up() as supervisor:
        assert _soon(installation.answers)
        before = _children(supervisor.pid)
        assert set(before) == {
            "gunicorn",
            "jobs.worker",
            "jobs.clockwork",
            "jobs.sealer",
            "redis-server",
            "postgres",
        }
        for victim in ("gunicorn", "jobs.worker", "jobs.clockwork", "jobs.sealer", "redis-server"):
            os.kill(before[victim], signal.SIGKILL)
        assert _soon(lambda: set(_children(supervisor.pid)) == set(before))
        assert _soon(installation.answers)
        after = _children(supervisor.pid)
        assert after["postgres"] == before["postgres"]
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(40) == 0
        assert not [pid for pid in after.values() if Path(f"/proc/{pid}").exists()]


def test_nothing_outlives_a_killed_supervisor_and_the_next_one_comes_up(
    installation: Installation,
) -> None:
    with installation.up() as first:
        assert _soon(installation.answers)
        minded = _children(first.pid)
        first.kill()
        first.wait()
    assert _soon(lambda: not [pid for pid in minded.values() if Path(f"/proc/{pid}").exists()])
    with installation.up() as second:
        assert _soon(installation.answers)
        second.send_signal(signal.SIGTERM)
        assert second.wait(40) == 0


def test_a_taken_port_is_told_with_the_remedy(installation: Installation) -> None:
    with installation.up() as first:
        assert _soon(installation.answers)
        neighbour = Installation(installation.var / "neighbour")
        neighbour.port = installation.port
        (installation.var / "neighbour").mkdir(mode=0o711)
        with neighbour.up() as second:
            told = second.communicate(timeout=30)[0]
        assert second.returncode == 3
        assert f"Port {installation.port} is taken; choose another" in told
        shutil.rmtree(at.of(neighbour.var).sockets)
        first.send_signal(signal.SIGINT)
        assert first.wait(40) == 0
