"""The file store: content-addressed, never overwritten, on disk before any row names it."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from caseflow.services import place
from caseflow.vocabulary import Invalid, NotFound

LARGEST = 20 * 1024 * 1024
_CHUNK = 1024 * 1024

# Ending -> media type and how the bytes must begin (None: text, checked by decoding).
_TYPES: dict[str, tuple[str, tuple[bytes, ...] | None]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    ".zip": ("application/zip", (b"PK\x03\x04",)),
    ".csv": ("text/csv", None),
    ".txt": ("text/plain", None),
}

# Documents of an office are zip files that begin with a part of their own.
_OFFICE = (".docx", ".xlsx")
_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/")


def media_type(name: str, head: bytes) -> str:
    """The media type of a file, by its ending and its first bytes, which must agree.

    Raises:
        Invalid: the ending is not allowed, or the bytes are something else.
    """
    ending = Path(name).suffix.lower()
    if ending not in _TYPES:
        raise Invalid("file_type", name=name, allowed=sorted(_TYPES))
    found, starts = _TYPES[ending]
    fits = head.startswith(starts) if starts is not None else _is_text(head)
    if ending in _OFFICE:
        fits = fits and any(part in head for part in _PARTS)
    if not fits:
        raise Invalid("file_content", name=name, ending=ending)
    return found


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store bytes under their SHA-256, synced to disk; returns the hash (hex) and the size.

    Raises:
        Invalid: empty, or more than 20 MiB.
    """
    root = place.here().files
    inbox = root / "tmp"
    inbox.mkdir(parents=True, exist_ok=True)
    name = inbox / secrets.token_hex(16)
    try:
        sha256, size = _write(name, chunks)
        target = path_of(sha256)
        _make_folder(target.parent)
        with suppress(FileExistsError):  # the same bytes lie there, or came at the same moment
            os.link(name, target)
        _sync_folder(target.parent)
        return sha256, size
    finally:
        name.unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie, or would."""
    return place.here().files / "sha256" / sha256[:2] / sha256[2:4] / sha256


def read(sha256: str) -> bytes:
    """The bytes of a hash, checked against it.

    Raises:
        NotFound: they are missing or no longer fit their hash.
    """
    path = path_of(sha256)
    if not path.exists():
        raise NotFound("file", sha256=sha256)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound("file_damaged", sha256=sha256)
    return content


def _write(name: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    whole, size = hashlib.sha256(), 0
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise Invalid("file_too_large", largest=LARGEST)
            whole.update(chunk)
            file.write(chunk)
        if size == 0:
            raise Invalid("file_empty")
        file.flush()
        os.fsync(file.fileno())
    return whole.hexdigest(), size


def _is_text(head: bytes) -> bool:
    # A cut inside a character at the end of the head is no fault.
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        return "\x00" not in text
    return False


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
