"""The clockwork as a process: one works, the others stand by, and killing it loses nothing."""

import signal
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from caseflow.config import Config
from caseflow.db import Database
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
