"""The product as an operator brings it up alone: ``caseflow up`` with servers of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from caseflow import db
from caseflow.database_roles import APP
from caseflow.documents import HOUSE_FONTS
from caseflow.embedded import places as at
from caseflow.embedded import postgres
from caseflow.embedded.places import Places
from caseflow.embedded.processes import spawn, stop
from caseflow.services import place
from tests.support import product

# What each process of the house is called on its command line.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "web": "gunicorn",
        "worker": "caseflow.jobs.worker",
        "clockwork": "caseflow.jobs.clockwork",
        "sealer": "caseflow.jobs.sealer",
        "redis": "redis-server",
        "postgres": "/postgres",
    }
)


@dataclass(frozen=True)
class House:
    """A running house: where it answers, its folders, and a pool on its database."""

    address: str
    places: Places
    process: subprocess.Popen[bytes]
    database: db.Database

    def pids(self, kind: str) -> list[int]:
        """The processes of a kind that run now, the one that others descend from first."""
        mark = KINDS[kind].encode()
        return [pid for pid in _children(self.process.pid) if mark in _command(pid)]

    def workers_of_web(self) -> list[int]:
        """The processes that answer requests."""
        return [child for master in self.pids("web") for child in _children(master)]

    def backends(self) -> list[int]:
        """The processes that PostgreSQL works for its clients with."""
        children = [child for master in self.pids("postgres") for child in _children(master)]
        return [pid for pid in children if b"caseflow" in _command(pid)]


@contextmanager
def up(
    var: Path,
    *,
    wrapped: str = "caseflow",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[House]:
    """Start ``caseflow up`` with embedded servers below ``var``; stop it afterwards.

    ``wrapped`` is another module to run in the place of ``caseflow``, one that errs on purpose.
    """
    var.chmod(0o711)  # as root the server runs as nobody, who must be able to pass
    places = at.of(var)
    at.prepare(places)
    place.settle(place.under(var, fonts=HOUSE_FONTS, scanner=settings.get("CASEFLOW_SCANNER")))
    port = product.free_port()
    environment = {
        "CASEFLOW_VAR": str(var),
        "PORT": str(port),
        "CASEFLOW_LANG": "en",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        **settings,
    }
    argv = [sys.executable, "-m", wrapped, "up"]
    process = spawn(argv, log=places.logs / "up.log", environment=environment)
    try:
        product.wait_until_it_answers(port, process)
        database = db.connect(postgres.url(places, APP), pool_size=4)
        yield House(f"http://127.0.0.1:{port}", places, process, database)
        database.dispose()
    finally:
        stop(process, signal.SIGINT, seconds=60)


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in told.split()]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return b""
