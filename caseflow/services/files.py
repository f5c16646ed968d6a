"""The file store: content-addressed, never overwritten, on disk before any row names it."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from caseflow.services import place
from caseflow.vocabulary import Conflict, Invalid

LARGEST = 20 * 1024 * 1024
_CHUNK = 1024 * 1024
_on_trial: ContextVar[bool] = ContextVar("on_trial", default=False)


def keep(
    chunks: Iterable[bytes], *, inspect: Callable[[IO[bytes]], None] = lambda _: None
) -> tuple[str, int]:
    """Store bytes under their SHA-256, synced to disk; returns the hash (hex) and the size.

    What is only tried out (``on_trial``) gets its hash and leaves no file.

    ``inspect`` looks at them before they lie under their hash, and refuses by raising.

    Raises:
        Invalid: empty, or more than 20 MiB.
    """
    if is_trial():
        return _weighed(chunks)
    inbox = inbox_folder()
    inbox.mkdir(parents=True, exist_ok=True)
    name = inbox / secrets.token_hex(16)
    try:
        sha256, size = _write(name, chunks)
        with name.open("rb") as written:
            inspect(written)
        target = path_of(sha256)
        _make_folder(target.parent)
        _lay(name, target)
        _sync_folder(target.parent)
        return sha256, size
    finally:
        name.unlink(missing_ok=True)


@contextmanager
def on_trial() -> Iterator[None]:
    """Let nothing that is kept meanwhile reach the disk: the act around it will be undone."""
    token = _on_trial.set(True)
    try:
        yield
    finally:
        _on_trial.reset(token)


def is_trial() -> bool:
    """Whether what is done now is only tried out."""
    return _on_trial.get()


def _weighed(chunks: Iterable[bytes]) -> tuple[str, int]:
    content = b"".join(chunks)
    return hashlib.sha256(content).hexdigest(), len(content)


def _lay(name: Path, target: Path) -> None:
    """Give new bytes their place; where the same lie already, those stay, unless they rotted."""
    try:
        os.link(name, target)
    except FileExistsError:
        if is_sound(target.name):
            os.utime(target)  # young again: about to be named by a row
        else:
            name.replace(target)


def inbox_folder() -> Path:
    """Where bytes lie while they come in; what a dead process left there may be removed."""
    return place.here().files / "tmp"


def stored() -> Iterator[Path]:
    """Every file that lies under a hash."""
    root = place.here().files / "sha256"
    yield from (path for path in root.glob("??/??/*") if path.is_file())


def is_sound(sha256: str) -> bool | None:
    """Whether the bytes under a hash still fit it; None when there are none."""
    path = path_of(sha256)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie, or would."""
    return place.here().files / "sha256" / sha256[:2] / sha256[2:4] / sha256


def read(sha256: str) -> bytes:
    """The bytes of a hash, checked against it.

    Raises:
        Conflict: they are missing or no longer fit their hash.
    """
    return whole(sha256).read_bytes()


def whole(sha256: str) -> Path:
    """Where the bytes of a hash lie, after they were held against it.

    Raises:
        Conflict: they are missing or no longer fit their hash.
    """
    is_whole = is_sound(sha256)
    if not is_whole:
        raise Conflict("file" if is_whole is None else "file_damaged", sha256=sha256)
    return path_of(sha256)


def _write(name: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise Invalid("file_too_large", largest=LARGEST)
            digest.update(chunk)
            left = memoryview(chunk)
            while left:  # the disk may take a part at a time
                left = left[os.write(descriptor, left) :]
        if size == 0:
            raise Invalid("file_empty")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return digest.hexdigest(), size


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each on disk before anything lies in it."""
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
