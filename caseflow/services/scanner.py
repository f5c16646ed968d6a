"""The virus scanner: clamd asked over a socket (INSTREAM); none where the bureau has none."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from caseflow.vocabulary import Unavailable

_CHUNK = 1 << 16
_PATIENCE = 60.0
_LONGEST_ANSWER = 4096
_UNIX = "unix:"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says: its name and version, and what it found; None: nothing."""

    scanner: str
    finding: str | None


def scan(address: str, path: Path) -> Verdict:
    """Have a file looked at by the clamd at ``unix:/path`` or ``host:port``.

    Raises:
        Unavailable: the scanner does not answer, or not as clamd does; to be tried again.
    """
    try:
        version = _ask(address, b"zVERSION\0", None)[:100]
        answer = _ask(address, b"zINSTREAM\0", path)
    except (OSError, ValueError) as error:
        raise Unavailable("scanner_away", address=address, told=str(error)[:200]) from error
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return Verdict(version, None)
    if told.endswith(" FOUND"):
        return Verdict(version, told.removesuffix(" FOUND")[:200])
    raise Unavailable("scanner_away", address=address, told=told[:200])


def _ask(address: str, command: bytes, path: Path | None) -> str:
    with _connected(address) as connection:
        connection.sendall(command)
        if path is not None:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    if address.startswith(_UNIX):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_PATIENCE)
            connection.connect(address.removeprefix(_UNIX))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_PATIENCE)
