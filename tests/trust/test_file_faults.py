"""A disk that fails, or a process that dies, at every single call while a file is handed in.

Whatever happens: no row names bytes that are missing or wrong, nothing wrong lies under a hash,
what was acknowledged is there, and what is left over is collected.
"""

import errno
import hashlib
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from caseflow import db
from caseflow.config import Config
from caseflow.models import Attachment, Blob, Task
from caseflow.services import attachments, blobs, files, people, place
from tests import cast, desk, factories
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG

# What the store asks of the disk; psycopg asks none of these of it.
_CALLS = ("open", "write", "fsync", "close", "link", "mkdir", "unlink", "utime")
_ACKNOWLEDGED, _REFUSED = 0, 7
_FAULTS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "KILL": None}


def _failing(call: Callable[..., object], strike: Callable[[], None]) -> Callable[..., object]:
    def struck(*args: object, **kwargs: object) -> object:
        strike()
        return call(*args, **kwargs)

    return struck


def _hand_in(config: Config, user_id: int, task_id: int, content: bytes) -> None:
    database = db.connect(str(config.database_url), pool_size=1)
    with database.transaction() as session:
        actor = people.actor_of(session, user_id)
        half = len(content) // 2
        attachments.add(
            session,
            actor,
            task_id,
            field="files",
            name="证据.pdf",
            chunks=[content[:half], content[half:]],
        )


def _in_a_child(act: Callable[[], None], nth: int, fault: int | None) -> tuple[int, bool]:
    """How a child ended that met the fault at its n-th call, and whether it came so far."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        left = nth

        def strike() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                real_write(tell, b"!")
                if fault is not None:
                    raise OSError(fault, os.strerror(fault))
                os.kill(os.getpid(), signal.SIGKILL)

        real_write = os.write
        for name in _CALLS:
            setattr(os, name, _failing(getattr(os, name), strike))
        try:
            act()
        except OSError:
            os._exit(_REFUSED)
        os._exit(_ACKNOWLEDGED)
    os.close(tell)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(told, "rb") as heard:
        return status, heard.read() == b"!"


def _are_sound(database: db.Database, root: Path) -> list[str]:
    """What is wrong: rows without their bytes, bytes that are not what their name says."""
    with database.reading() as session:
        named = set(session.scalars(select(Attachment.sha256)))
        named |= set(session.scalars(select(Blob.sha256)))
    wrong = [f"row without bytes {sha256}" for sha256 in named if not files.is_sound(sha256)]
    stored = list(root.glob("files/sha256/*/*/*"))
    return wrong + [
        f"wrong bytes {path.name}"
        for path in stored
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name
    ]


@pytest.fixture
def at_desk(own_house: Config, tmp_path: Path) -> tuple[Config, int, int]:
    """A bureau of its own with an open step: its settings, the officer and the step."""
    place.settle(place.under(tmp_path, fonts=place.here().fonts))
    database = db.connect(str(own_house.database_url))
    with database.transaction() as session:
        who = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, who, case)
        mine = Task.assignee_id == who.officer.user_id
        task_id = session.scalars(select(Task.id).where(mine, Task.status == "open")).one()
        officer = who.officer.user_id
    database.dispose()
    return own_house, officer or 0, task_id


@pytest.mark.crash
@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("bytes_", ["new", "known before"])
def test_every_call_to_the_disk_may_fail(
    at_desk: tuple[Config, int, int],
    tmp_path: Path,
    figures: Figures,
    fault: str,
    bytes_: str,
) -> None:
    config, officer, task_id = at_desk
    database = db.connect(str(config.database_url))
    acknowledged = struck = 0
    nth = 1
    while True:
        content = b"%PDF-1.4 " + os.urandom(64)
        if bytes_ == "known before":
            files.keep([content])
        hand_in = partial(_hand_in, config, officer, task_id, content)
        status, was_met = _in_a_child(hand_in, nth, _FAULTS[fault])
        sha256 = hashlib.sha256(content).hexdigest()
        with database.reading() as session:
            kept = session.scalars(select(Attachment.id).where(Attachment.sha256 == sha256)).all()
        assert _are_sound(database, tmp_path) == []
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _ACKNOWLEDGED:
            acknowledged += 1
            assert len(kept) == 1
        if not was_met:
            break
        struck += 1
        nth += 1 if IS_LONG or nth < 8 else 3
    assert struck >= 5
    assert acknowledged >= 1
    _all_left_over_is_collected(database, tmp_path)
    database.dispose()
    figures("file faults", fault=fault, calls=struck, missing=0, corrupt=0)


def _all_left_over_is_collected(database: db.Database, root: Path) -> None:
    old = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    for path in root.glob("files/**/*"):
        if path.is_file():
            os.utime(path, (old, old))
    with database.transaction() as session:
        blobs.collect(session)
    with database.reading() as session:
        named = set(session.scalars(select(Blob.sha256)))
    assert {path.name for path in root.glob("files/sha256/*/*/*")} == named
    assert list(root.glob("files/tmp/*")) == []


def test_a_store_that_writes_in_place_is_caught(tmp_path: Path, own_database: db.Database) -> None:
    """The control: bytes written straight under their hash are wrong when the process dies."""
    place.settle(place.under(tmp_path, fonts=place.here().fonts))

    content = b"%PDF-1.4 written in place"
    target = files.path_of(hashlib.sha256(content).hexdigest())
    target.parent.mkdir(parents=True)

    def careless() -> None:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT, 0o400)
        os.write(descriptor, content[:10])
        os.write(descriptor, content[10:])

    found = [
        wrong
        for nth in range(1, 6)
        if _in_a_child(careless, nth, None)[1]
        for wrong in _are_sound(own_database, tmp_path)
    ]
    assert any(wrong.startswith("wrong bytes") for wrong in found)
