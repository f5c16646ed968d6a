"""Brings a copy of the server's data to a second of the past, in places of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from datetime import datetime
from enum import Enum
from pathlib import Path

import psycopg

from caseflow.embedded import archives, base_backups, postgres
from caseflow.embedded import places as at
from caseflow.embedded.places import CannotStart, Places
from caseflow.embedded.processes import stop

_FETCHED = "log_to_replay"
_LONGEST = 24 * 3600.0


class End(Enum):
    """Ends of a recovery that are no time: the copy's own, or all that the archive holds."""

    COPY = "copy"
    LATEST = "latest"


Target = End | datetime


class NotReached(RuntimeError):
    """The log does not reach the wanted time; the text is the server's own."""


def lay_down(places: Places, base: Path, archive: Path | None) -> None:
    """
    Put a copy and the log that follows it where the server of these places will find them.

    Without an archive there is only the log that came with the copy.

    Raises:
        CannotStart: there is data already.
    """
    at.prepare(places)
    if any(places.data.iterdir()):
        raise CannotStart(f"{places.data}: not empty")
    shutil.copytree(base, places.data, dirs_exist_ok=True, symlinks=True)
    fetched = places.data / _FETCHED
    fetched.mkdir()
    if archive is not None:
        log = archives.folder_of(archive)
        first = base_backups.first_segment(base)
        wanted = [log / f"{name}.gz" for name in archives.segments(log, first)]
        for segment in (*wanted, *log.glob("*.history.gz")):
            shutil.copyfile(segment, fetched / segment.name)
    (places.data / "postgresql.auto.conf").write_text("")
    (places.data / "recovery.signal").touch()
    archives.fetching(fetched)
    _hand_over(places)


def recover(places: Places, to: Target) -> int:
    """
    Replay the log to its target, and open the data for work with fresh passwords.

    Gives the place in the log, in bytes, up to which it was replayed.

    Raises:
        NotReached: the log ends before that time.
    """
    hba = places.sockets / "hba"
    hba.write_text("local all all trust\n")  # nobody but us can enter the folder of the socket
    hba.chmod(0o644)
    further = {
        "hba_file": str(hba),
        "archive_mode": "off",
        "restore_command": archives.fetching(places.data / _FETCHED),
        "recovery_target_timeline": "current",
        "recovery_target_action": "promote",
        "hot_standby": "on",
    }
    if to is End.COPY:
        further["recovery_target"] = "immediate"
    elif isinstance(to, datetime):
        further["recovery_target_time"] = to.isoformat()
    server = postgres.start(places, further=further)
    try:
        _wait_until_open(places, server)
        with postgres.as_superuser(places) as connection:
            postgres.give_passwords(connection, places)
            reached = connection.execute(
                "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn"
            ).fetchone()
    finally:
        stop(server, signal.SIGINT, seconds=60)
        hba.unlink()
    shutil.rmtree(places.data / _FETCHED)
    return int(reached[0]) if reached and reached[0] is not None else 0


def _wait_until_open(places: Places, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server has replayed the log and takes changes."""
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NotReached(_last_words(places))
        try:
            with postgres.as_superuser(places) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
            if row == (False,):
                return
        except psycopg.OperationalError:
            pass  # it does not answer before it has become consistent
        time.sleep(0.2)
    raise NotReached(str(places.logs / "postgres.log"))


def _last_words(places: Places) -> str:
    lines = (places.logs / "postgres.log").read_text(errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL" in line]
    return (fatal or lines or [""])[-1]


def _hand_over(places: Places) -> None:
    """Give everything below the data folder to the account of the server, to it alone."""
    owner = at.account(places.user) if places.user else None
    for folder, _, files in os.walk(places.data):
        Path(folder).chmod(0o700)
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            if owner and not path.is_symlink():
                os.chown(path, owner.pw_uid, owner.pw_gid)
