"""Writing an export: a folder or a zip whose manifest names every file by its hash.

What is written here is read by ``verify.py``, which shares no line with it: a verifier that
trusted the writer's code would prove nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

EXPORT, DOSSIER = "caseflow-export/v1", "caseflow-dossier/v1"
EVIDENCE = "caseflow-evidence/v1"
MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.sig"
VERIFIER = Path(__file__).with_name("verify.py")

# What proves the rest of a dossier, and so cannot be in the digest that is on record.
PROOFS = frozenset({"events.jsonl", "proofs.jsonl", "checkpoint.txt", "keys.json"})
# Already compressed, or nearly.
_STORED = (".pdf", ".png", ".jpg", ".jpeg", ".zip", ".docx", ".xlsx")

Sign = Callable[[str], bytes]


class Sink(Protocol):
    """Where files go."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file."""


class Folder:
    """Files in a folder that is new or empty."""

    def __init__(self, path: Path) -> None:
        """Make the folder.

        Raises:
            FileExistsError: something lies in it.
        """
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise FileExistsError(path)
        self._path = path

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file, synced to disk."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())


class Zip:
    """Files in a zip, under one folder, all dated alike."""

    def __init__(self, file: IO[bytes], *, top: str, made_at: datetime) -> None:
        """Begin a zip; ``top`` is the folder in it."""
        self._zip = zipfile.ZipFile(file, "w")
        self._top, self._date = top, made_at.timetuple()[:6]

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file."""
        told = zipfile.ZipInfo(f"{self._top}/{name}", self._date)
        told.external_attr = 0o644 << 16
        is_small = name.lower().endswith(_STORED)
        told.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
        with self._zip.open(told, "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)

    def close(self) -> None:
        """Write the directory of the zip."""
        self._zip.close()


class Package:
    """An export under way: every file hashed while it is written."""

    def __init__(self, sink: Sink) -> None:
        """Write into a sink."""
        self._sink = sink
        self.files: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file; memory holds one chunk."""
        whole = hashlib.sha256()

        def hashed() -> Iterator[bytes]:
            for chunk in chunks:
                whole.update(chunk)
                yield chunk

        self._sink.put(name, hashed())
        self.files[name] = whole.hexdigest()

    def add_text(self, name: str, text: str) -> None:
        """Write one file of text."""
        self.add(name, [text.encode()])

    def add_json(self, name: str, value: object) -> None:
        """Write one file of JSON that people can read."""
        self.add_text(name, f"{json.dumps(value, ensure_ascii=False, indent=1)}\n")

    def seal(self, told: Mapping[str, object], sign: Sign) -> str:
        """Close with the manifest and the writer's signature of it; the manifest's SHA-256."""
        manifest = {**told, "files": dict(sorted(self.files.items()))}
        text = f"{json.dumps(manifest, ensure_ascii=False, indent=1)}\n".encode()
        sha256 = hashlib.sha256(text).hexdigest()
        self._sink.put(MANIFEST, [text])
        self._sink.put(SIGNATURE, [f"{sign(manifest_text(sha256)).hex()}\n".encode()])
        return sha256


@contextmanager
def into(target: Path, *, made_at: datetime, top: str = "") -> Iterator[Package]:
    """Write into a zip (by its ending) or a folder; a zip appears when it is whole.

    ``top`` is the folder in the zip; without, it is called as the zip.

    Raises:
        FileExistsError: the zip is there already, or the folder holds something.
    """
    if target.suffix.lower() != ".zip":
        yield Package(Folder(target))
        return
    if target.exists():
        raise FileExistsError(target)
    # Closed before its file is, also when what was to go in is refused; then it never appears.
    with (
        draft_of(target) as file,
        closing(Zip(file, top=top or target.stem, made_at=made_at)) as sink,
    ):
        yield Package(sink)


@contextmanager
def draft_of(target: Path) -> Iterator[IO[bytes]]:
    """A file beside its name, which it gets when it is whole and on disk."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with draft.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def manifest_text(sha256: str) -> str:
    """What a writer signs of a manifest with this hash."""
    return f"caseflow-manifest/v1\n{sha256}"


def content_digest(files: Mapping[str, str]) -> str:
    """One SHA-256 over names and hashes of all files of a dossier but its proofs."""
    lines = (f"{name}\n{told}\n" for name, told in sorted(files.items()) if name not in PROOFS)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256, hex, of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
