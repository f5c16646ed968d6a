"""A daemon that speaks clamd's protocol and finds the EICAR line."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """The daemon on a socket in that folder; its address."""
    path = folder / "clamd"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door:
        door.bind(str(path))
        door.listen()
        threading.Thread(target=_serve, args=(door,), daemon=True).start()
        yield f"unix:{path}"
        door.shutdown(socket.SHUT_RDWR)


def _serve(door: socket.socket) -> None:
    while True:
        try:
            connection, _ = door.accept()
        except OSError:
            return
        # Who asked may have been killed meanwhile.
        with closing(connection), suppress(OSError, struct.error):
            _answer(connection)


def _answer(connection: socket.socket) -> None:
    with connection.makefile("rb") as said:
        command = said.read(9)
        if command == b"zVERSION\0":
            connection.sendall(b"ClamAV 1.4.1/27400\0")
            return
        said.read(len(b"zINSTREAM\0") - len(command))
        content = b""
        while size := struct.unpack("!I", said.read(4))[0]:
            content += said.read(size)
        is_bad = b"EICAR" in content
        connection.sendall(b"stream: Eicar-Signature FOUND\0" if is_bad else b"stream: OK\0")
