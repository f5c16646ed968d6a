"""The clockwork as a process: one works, the others stand by, and killing it loses nothing."""

import re
import signal
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow.config import Config
from caseflow.db import Database
from caseflow.jobs import clockwork
from caseflow.models.base import Json
from caseflow.services import courses, outbox
from tests import cast, factories
from tests.support import product


def _holders(database: Database) -> set[int]:
    with database.reading() as session:
        return set(
            session.scalars(
                text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
            )
        )


def _soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.crash
def test_when_the_clockwork_is_killed_the_next_one_takes_over(
    own_house: Config, own_database: Database
) -> None:
    with product.clockwork(own_house) as first:
        assert _soon(lambda: len(_holders(own_database)) == 1)
        before = _holders(own_database)
        with product.clockwork(own_house):
            time.sleep(1)
            assert _holders(own_database) == before
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert _soon(lambda: bool(_holders(own_database) - before))


@pytest.mark.crash
def test_the_clockwork_stops_when_it_is_asked_to(own_house: Config, own_database: Database) -> None:
    with product.clockwork(own_house) as process:
        assert _soon(lambda: len(_holders(own_database)) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_sweep_that_fails_keeps_no_other_from_running(
    own_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def broken(session: Session) -> int:
        ran.append("broken")
        return int(session.execute(text("SELECT 1/0")).scalar_one())

    def sound(session: Session) -> int:
        ran.append("sound")
        return int(session.execute(text("SELECT 0")).scalar_one())

    monkeypatch.setattr(clockwork, "SWEEPS", (broken, sound))
    clockwork.beat(own_database, None)
    clockwork.beat(own_database, None)
    assert ran == ["broken", "sound", "broken", "sound"]
    told = [line for line in caplog.messages if "event=sweep_failed" in line]
    assert len(told) == 2
    assert all(re.search(r"sweep=broken error=[0-9a-f]{8}$", line) for line in told)


def test_timers_go_on_while_a_piece_of_later_work_lasts(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Redis, no worker: the clockwork packs evidence itself, and its sweeps run beside it."""
    is_begun, may_end, swept = threading.Event(), threading.Event(), []

    def lasts(_session: Session, _payload: Json) -> None:
        is_begun.set()
        assert may_end.wait(60)

    def sweep(session: Session) -> int:
        swept.append(is_begun.is_set() and not may_end.is_set())
        return int(session.execute(text("SELECT 0")).scalar_one())

    monkeypatch.setattr(clockwork, "SWEEPS", (sweep,))
    monkeypatch.setattr(clockwork, "EFFECTS", {"lasts": lasts})
    with own_database.transaction() as session:
        outbox.put(session, "lasts", {})
        outbox.put(session, "lasts", {})
    hand = clockwork.Hand(own_database, lambda: False)
    clockwork.beat(own_database, None, work=hand.take_up)
    assert is_begun.wait(60)
    for _ in range(3):
        clockwork.beat(own_database, None, work=hand.take_up)
    may_end.set()
    assert swept[1:] == [True, True, True]
    assert _soon(lambda: _left(own_database) == 0)


def test_what_ends_the_hand_ends_the_clockwork(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise LookupError("no database")

    monkeypatch.setattr(clockwork, "work_through", broken)
    hand = clockwork.Hand(own_database, lambda: False)
    hand.take_up()

    def is_told() -> bool:
        try:
            hand.take_up()
        except LookupError:
            return True
        return False

    assert _soon(is_told)


def _left(database: Database) -> int:
    with database.reading() as session:
        waiting = text("SELECT count(*) FROM outbox WHERE done_at IS NULL")
        return int(session.execute(waiting).scalar_one())


def test_sweep_that_may_lag_takes_one_share_in_a_beat(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade of a full house nothing is summed up: timers do not wait until it is."""
    with own_database.transaction() as session:
        cast.enter(session)
        factories.deploy(session)
        for serial in range(1, 4):
            factories.case(session, factories.taxpayer(session, serial=serial))
    shares: list[int] = []

    def sweep(session: Session) -> int:
        shares.append(courses.catch_up(session, at_once=1))
        return shares[-1]

    monkeypatch.setattr(clockwork, "SWEEPS", (sweep,))
    monkeypatch.setattr(clockwork, "UNHURRIED", frozenset({sweep}))
    for _ in range(4):
        clockwork.beat(own_database, None)
    assert shares == [1, 1, 1, 0]
