"""What a backup holds beside the database: files, the lake, and a list of all with its hashes.

The list is written last: a folder without it is no backup. Keys are never among it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow.services import place, record
from caseflow.vocabulary import Conflict, Invalid

FORMAT, LIST = "caseflow-backup/v1", "MANIFEST.json"
BASE, FILES, LAKE = "base", "files", "lake"
_NAME_OF_FILE = 64


@dataclass(frozen=True, slots=True)
class Head:
    """How far the record and the schema are at the time of a backup."""

    schema: str
    events: int
    newest: int
    newest_hash: str
    sealed: int
    writer: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of a backup. ``files`` maps paths to SHA-256, hex."""

    format: str
    made_at: str
    postgresql: str
    head: Head
    archive: str | None
    files: dict[str, str] = field(default_factory=dict)
    # Files whose bytes no longer fit their name when they were copied.
    damaged: tuple[str, ...] = ()


def head(session: Session) -> Head:
    """How far record and schema are now."""
    row = session.execute(
        text(
            "SELECT (SELECT version_num FROM alembic_version), count(*),"
            " coalesce(max(id), 0), (SELECT coalesce(max(size), 0) FROM checkpoints)"
            " FROM record_events"
        )
    ).one()
    newest_hash = session.scalar(
        text("SELECT encode(hash, 'hex') FROM record_events WHERE id = :id"), {"id": row[2]}
    )
    writer = record.public_key(place.here().keys)
    return Head(row[0], row[1], row[2], newest_hash or "", row[3], writer)


def copy_store(source: Path, target: Path) -> tuple[dict[str, str], list[str]]:
    """Copy what the target lacks of a store of immutable files; each checked as it is copied.

    A copy whose bytes no longer fit its name is replaced when the source is sound. Gives the
    path below ``target`` and SHA-256 of every file, and those that are damaged in both.
    """
    hashes: dict[str, str] = {}
    damaged: list[str] = []
    for path in _files_of(source):
        name = path.relative_to(source)
        copied = target / name
        copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sha256 = _hash_of(copied) if copied.exists() else _copy(path, copied)
        if _is_damaged(path, sha256) and not _is_damaged(path, _hash_of(path)):
            sha256 = _copy(path, copied)
        hashes[str(name)] = sha256
        if _is_damaged(path, sha256):
            damaged.append(str(name))
    return hashes, damaged


def add_to_store(source: Path, target: Path) -> tuple[int, list[str]]:
    """Copy what the target lacks, by name and size; how many, and those that do not fit.

    What lies there already is not read: the work grows with what is new, not with the store.
    """
    added, damaged = 0, []
    for path in _files_of(source):
        name = path.relative_to(source)
        copied = target / name
        if copied.exists() and copied.stat().st_size == path.stat().st_size:
            continue
        copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        added += 1
        if _is_damaged(path, _copy(path, copied)):
            damaged.append(str(name))
    return added, damaged


def write_list(folder: Path, listing: Listing) -> None:
    """Write the list of a backup, at its very end: it appears whole or not at all."""
    draft = folder / f".{LIST}"
    with draft.open("w") as file:
        json.dump(asdict(listing), file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / LIST)


def read_list(folder: Path) -> Listing:
    """The list of a backup.

    Raises:
        Invalid: there is none, so it was broken off; or it is of another format.
    """
    try:
        told: dict[str, Any] = json.loads((folder / LIST).read_text())
        listing = Listing(**{**told, "head": Head(**told["head"])})
    except FileNotFoundError:
        raise Invalid("backup_incomplete", folder=str(folder)) from None
    except (ValueError, TypeError, KeyError):
        raise Invalid("backup_unreadable", folder=str(folder)) from None
    if listing.format != FORMAT:
        raise Invalid("backup_format", found=listing.format, wanted=FORMAT)
    return listing


def check_files(folder: Path, listing: Listing) -> int:
    """Check every file of a backup against its list; how many that are.

    Raises:
        Conflict: a file is missing or changed; the values name it.
    """
    for name, sha256 in listing.files.items():
        path = folder / name
        if not path.is_file() or _hash_of(path) != sha256:
            raise Conflict("backup_file_changed", file=name)
    return len(listing.files)


def made_at(listing: Listing) -> datetime:
    """When the backup was complete: it can be brought to this time and any later one."""
    return datetime.fromisoformat(listing.made_at)


def _is_damaged(path: Path, sha256: str) -> bool:
    """Whether these are not the bytes that the file is named after, if it is named so."""
    return len(path.name) == _NAME_OF_FILE and sha256 != path.name


def _files_of(source: Path) -> Iterator[Path]:
    """Files that are whole: not those that somebody is writing."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and "tmp" not in path.relative_to(source).parts[:1]:
            yield path


def _copy(source: Path, target: Path) -> str:
    """Copy a file beside its name, synced, then give it the name; its SHA-256, hex."""
    draft, whole = target.with_name(f".{target.name}.{os.getpid()}"), hashlib.sha256()
    with source.open("rb") as reader, draft.open("wb") as writer:
        while chunk := reader.read(1024 * 1024):
            whole.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    shutil.copystat(source, draft)
    draft.rename(target)
    return whole.hexdigest()


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
