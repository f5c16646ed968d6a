"""The embedded Redis: a doorbell on a Unix socket. It keeps nothing; its loss loses nothing."""

import signal
import subprocess
from pathlib import Path

from caseflow.embedded.places import Places
from caseflow.embedded.processes import spawn


def url(places: Places) -> str:
    """The address of the server."""
    return f"unix://{_socket(places)}"


def start(places: Places, binary: Path) -> subprocess.Popen[bytes]:
    """Start the server."""
    return spawn(
        [
            str(binary),
            *("--port", "0", "--unixsocket", str(_socket(places)), "--unixsocketperm", "700"),
            *("--dir", str(places.sockets), "--save", "", "--appendonly", "no"),
            *("--maxmemory", "64mb", "--daemonize", "no"),
        ],
        log=places.logs / "redis.log",
        on_our_death=signal.SIGTERM,
    )


def _socket(places: Places) -> Path:
    return places.sockets / "redis.sock"
