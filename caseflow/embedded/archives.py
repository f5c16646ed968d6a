"""The archive of PostgreSQL's log: how the embedded server is told to keep it, and to read it."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from caseflow.embedded import places as at
from caseflow.embedded.places import CannotStart, Places

# What a broken disk may cost: changes of so many seconds.
_SECONDS = 5
_WAL = "wal"
SCRIPT = Path(__file__).parent / "archive_wal.sh"


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
