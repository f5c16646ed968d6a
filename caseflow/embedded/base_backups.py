"""A copy of the embedded server's data while it works, and its verification.

The wheel's ``pg_verifybackup`` cannot be run, so the manifest that ``pg_basebackup`` writes is
checked here: each file by size and SHA-256, files too many or too few, the manifest by itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from caseflow.embedded import places as at
from caseflow.embedded.places import Places

MANIFEST = "backup_manifest"
# The log that came with the copy, and what the server may be told beside it, are not listed.
_UNLISTED = ("pg_wal", MANIFEST, "postgresql.auto.conf")
_CHUNK = 1024 * 1024


class BackupFailed(RuntimeError):
    """A backup could not be made or does not hold; the text says what and where."""


def make(places: Places, folder: Path) -> None:
    """
    Copy the running server's data into a folder that is not there yet.

    Raises:
        BackupFailed: the server or the disk refused; the text is their own.
    """
    done = subprocess.run(  # noqa: S603 -- our own binary with fixed arguments
        [
            str(at.postgres_binaries(places) / "pg_basebackup"),
            *("-h", str(places.sockets), "-U", "postgres", "-D", str(folder)),
            *("-c", "fast", "-X", "stream", "--manifest-checksums=SHA256", "--no-password"),
        ],
        env={**os.environ, "PGPASSWORD": at.secret(places, "superuser")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(done.stderr.strip())


def verify(folder: Path) -> int:
    """
    Check every file of a copy against its manifest; how many files were checked.

    Raises:
        BackupFailed: something is missing, changed or too many; the text names the first.
    """
    whole = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).exists() else b""
    listed = _listed(whole)
    for path, size, checksum in listed:
        file = folder / path
        if not file.is_file():
            raise BackupFailed(f"{path}: missing")
        if file.stat().st_size != size or hash_of(file) != checksum:
            raise BackupFailed(f"{path}: changed")
    known = {path for path, _, _ in listed}
    for path in _present(folder):
        if path not in known:
            raise BackupFailed(f"{path}: not in the manifest")
    return len(listed)


def version_of(folder: Path) -> str:
    """The major version of PostgreSQL that made the copy."""
    return (folder / "PG_VERSION").read_text().strip()


def first_segment(folder: Path) -> str:
    """The name of the first segment of the log that a recovery of this copy reads."""
    label = folder / "backup_label"
    for line in label.read_text().splitlines() if label.exists() else ():
        if line.startswith("START WAL LOCATION:"):
            return line.rpartition("(file ")[2].rstrip(")")
    raise BackupFailed("backup_label: names no segment")


def system_of(folder: Path) -> int:
    """
    The number of the server that made the copy: every segment of its log bears it.

    Raises:
        BackupFailed: the manifest cannot be read.
    """
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        return int(told["System-Identifier"])
    except (OSError, ValueError, KeyError) as error:
        raise BackupFailed(f"{MANIFEST}: cannot be read") from error


def hash_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(whole: bytes) -> list[tuple[str, int, str]]:
    """What the manifest lists: path, size, SHA-256; after its own checksum was checked."""
    try:
        told = json.loads(whole)
        end = whole.rindex(b'"Manifest-Checksum"')
    except ValueError as error:
        raise BackupFailed(f"{MANIFEST}: cannot be read") from error
    if hashlib.sha256(whole[:end]).hexdigest() != told["Manifest-Checksum"]:
        raise BackupFailed(f"{MANIFEST}: changed")
    found = []
    for file in told["Files"]:
        if file.get("Checksum-Algorithm") != "SHA256":
            raise BackupFailed(f"{file.get('Path')}: no SHA-256 in the manifest")
        path = file.get("Path") or bytes.fromhex(file["Encoded-Path"]).decode()
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise BackupFailed(f"{path}: leads out of the backup")
        found.append((path, int(file["Size"]), file["Checksum"]))
    return found


def _present(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in _UNLISTED:
            yield str(name)
