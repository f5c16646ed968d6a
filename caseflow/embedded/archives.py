"""The archive of PostgreSQL's log: how the embedded server is told to keep it, and to read it."""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from caseflow.embedded import places as at
from caseflow.embedded.places import CannotStart, Places

# What a broken disk may cost: changes of so many seconds.
_SECONDS = 5
_WAL = "wal"
SCRIPT = Path(__file__).parent / "archive_wal.sh"
SEGMENT_BYTES = 16 * 1024 * 1024
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_TIME_LINE = 8
# The long header of a segment's first page: 24 bytes of any page, then whose log it is.
_HEADER = struct.Struct("<24xQ")


def folder_of(archive: Path) -> Path:
    """Where the segments lie in an archive."""
    return archive / _WAL


def prepare(places: Places, archive: Path) -> None:
    """
    Make the folder of the segments, for the account of the server.

    Raises:
        CannotStart: that account cannot reach it.
    """
    archive.mkdir(mode=0o711, parents=True, exist_ok=True)
    if places.user is not None and not at.reachable(archive):
        raise CannotStart(f"CASEFLOW_ARCHIVE={archive}: {places.user} cannot reach it")
    at.own(folder_of(archive), places.user)


def keeping(places: Places, archive: Path) -> dict[str, str]:
    """The settings of a server that keeps its log in this archive."""
    return {
        "archive_mode": "on",
        "archive_command": _command("keep", _script(places.sockets), "%p", folder_of(archive)),
        "archive_timeout": str(_SECONDS),
    }


def fetching(folder: Path) -> str:
    """The command by which a server that recovers reads its log from a folder."""
    return _command("fetch", _script(folder), '%f" "%p', folder)


def segments(folder: Path, first: str) -> tuple[str, ...]:
    """The segments of a folder from ``first`` on, of its time line, in order; packed or not."""
    names = {path.name.removesuffix(".gz") for path in folder.iterdir()} if folder.exists() else ()
    return tuple(
        sorted(
            name
            for name in names
            if _SEGMENT.fullmatch(name) and name[:_TIME_LINE] == first[:_TIME_LINE]
            if name >= first
        )
    )


def place_of(segment: str) -> int:
    """Where in the log a segment begins, in bytes."""
    high, low = int(segment[_TIME_LINE:16], 16), int(segment[16:], 16)
    return (high * 0x1_0000_0000) + low * SEGMENT_BYTES


def gap_after(names: Sequence[str]) -> str | None:
    """The last segment before the first gap; None when one follows the other."""
    for before, after in pairwise(names):
        if place_of(after) - place_of(before) != SEGMENT_BYTES:
            return before
    return None


def stranger(archive: Path, names: Sequence[str], system: int) -> str | None:
    """The first of these segments that another server wrote, or that cannot be read."""
    for name in names:
        path = folder_of(archive) / f"{name}.gz"
        try:
            with gzip.open(path) as segment:
                (found,) = _HEADER.unpack(segment.read(_HEADER.size))
        except (OSError, EOFError, struct.error):
            return name
        if found != system:
            return name
    return None


def _command(act: str, script: str, names: str, folder: Path) -> str:
    """The words of a command; the server fills in the names."""
    own, there = (shlex.quote(word).replace("%", "%%") for word in (script, str(folder)))
    return f'/bin/sh {own} {act} "{names}" {there}'


def _script(beside: Path) -> str:
    """The script where the account of the server can read it."""
    script = beside / SCRIPT.name
    shutil.copyfile(SCRIPT, script)
    script.chmod(0o644)
    return str(script)
