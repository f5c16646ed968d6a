"""The product as it runs: its processes, started for a test on a database of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import make_url

from caseflow.config import Config
from caseflow.embedded.processes import spawn, stop

_PATIENCE = 60.0


@dataclass(frozen=True)
class Web:
    """A web process that answers at ``address``."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def web(config: Config, *, workers: int = 1) -> Iterator[Web]:
    """Start the web as ``caseflow up`` does, on a free port; stop it afterwards."""
    port = free_port()
    argv = [
        *(sys.executable, "-m", "gunicorn", "caseflow.app:create_app()"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", "4"),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
    ]
    process = _start(config, "web", argv, port=port)
    try:
        wait_until_it_answers(port, process)
        yield Web(f"http://127.0.0.1:{port}", process)
    finally:
        stop(process, signal.SIGTERM, seconds=20)


@contextmanager
def up(config: Config) -> Iterator[Web]:
    """Start ``caseflow up`` as an operator does, on the servers of the settings."""
    port = free_port()
    argv = [sys.executable, "-m", "caseflow", "up"]
    environment = {
        "CASEFLOW_OWNER_URL": str(config.owner_url),
        "CASEFLOW_SEALER_URL": str(config.sealer_url),
        "CASEFLOW_LANG": "en",
    }
    process = _start(config, "up", argv, port=port, further=environment)
    try:
        wait_until_it_answers(port, process)
        yield Web(f"http://127.0.0.1:{port}", process)
    finally:
        stop(process, signal.SIGINT, seconds=40)


@contextmanager
def worker(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    """Start the worker."""
    process = _start(config, "worker", [sys.executable, "-m", "caseflow.jobs.worker"])
    try:
        yield process
    finally:
        stop(process, signal.SIGTERM, seconds=20)


@contextmanager
def clockwork(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    """Start the clockwork."""
    process = _start(config, "clockwork", [sys.executable, "-m", "caseflow.jobs.clockwork"])
    try:
        yield process
    finally:
        stop(process, signal.SIGTERM, seconds=20)


@contextmanager
def sealer(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    """Start the sealer, with a folder of its own for each database: it remembers its log."""
    own = config.var / "sealers" / str(make_url(str(config.sealer_url)).database)
    told = {"CASEFLOW_SEALER_URL": str(config.sealer_url), "CASEFLOW_VAR": str(own)}
    argv = [sys.executable, "-m", "caseflow.jobs.sealer"]
    process = _start(config, "sealer", argv, further=told)
    try:
        yield process
    finally:
        stop(process, signal.SIGTERM, seconds=20)


def _start(
    config: Config,
    name: str,
    argv: list[str],
    *,
    port: int = 8000,
    further: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    environment = {
        "CASEFLOW_VAR": str(config.var),
        "DATABASE_URL": str(config.database_url),
        "REDIS_URL": str(config.redis_url),
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        **further,
    }
    return spawn(argv, log=config.var / "log" / f"{name}.log", environment=environment)


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the web of a port answers.

    Raises:
        RuntimeError: it did not in a minute, or ended.
    """
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    message = "the web does not answer; see web.log"
    raise RuntimeError(message)
