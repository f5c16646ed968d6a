"""The sealer beside many writers, and killed among them: every event sealed once, in its order."""

import signal
import threading
import time
import uuid
from collections.abc import Callable
from random import Random

import psycopg
import pytest
from sqlalchemy import text

from caseflow.config import Config
from caseflow.db import Database
from caseflow.reads import record_check, seals
from caseflow.services import files, place, record
from tests.support import product
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG, count

pytestmark = pytest.mark.crash

_WRITERS = 16
_EVENTS = count(long=16_000, short=800)
_KILLS = 40 if IS_LONG else 2
_APPEND = (
    "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
    " VALUES (%s, 'system', 'test.done', %s, %s, %s)"
)


def _write(config: Config, streams: int, *, share: int, seed: int) -> None:
    """Append signed events to random streams, each in a transaction of its own."""
    random, writer = Random(seed), record.writer(place.here().keys)
    address = str(config.database_url).replace("+psycopg", "", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        for number in range(share):
            stream, idem = f"test:{random.randrange(streams)}", uuid.uuid4()
            payload = f'{{"n":{number}}}'
            said = {"stream": stream, "actor": "system", "action": "test.done"}
            sig = writer.sign(**said, idem=idem, payload=payload)
            connection.execute(_APPEND, [stream, idem, sig, payload])


def _write_at_once(config: Config, streams: int) -> list[threading.Thread]:
    share = _EVENTS // _WRITERS
    writers = [
        threading.Thread(target=_write, args=(config, streams), kwargs={"share": share, "seed": n})
        for n in range(_WRITERS)
    ]
    for each in writers:
        each.start()
    return writers


def _soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _is_all_sealed(database: Database) -> bool:
    with database.reading() as session:
        return not seals.backlog(session).count and not seals.open_findings(session)


def _problems(database: Database) -> list[str]:
    """What does not fit: chains, signatures, the order of the leaves, the root."""
    with database.reading() as session:
        found = [p.say("en") for p in record_check.verify(session, path_of=files.path_of).problems]
        last = seals.latest(session)
        assert last is not None
        if last.size != seals.sealed_count(session) or seals.root(session, last.size) != last.root:
            found.append("the tree does not give the signed root")
        astray = text(
            "SELECT count(*) FROM (SELECT l.index <= lag(l.index) OVER"
            " (PARTITION BY e.stream ORDER BY e.seq) AS astray FROM record_leaves l"
            " JOIN record_events e ON e.id = l.event_id) AS places WHERE astray"
        )
        if session.scalar(astray):
            found.append("leaves of a stream are not in its order")
        if session.scalar(text("SELECT count(*) FROM record_events")) != last.size:
            found.append("an event is not sealed, or sealed twice")
    return found


@pytest.mark.parametrize("streams", [1, 16, 2_000])
def test_hot_streams_are_sealed_in_their_order(
    own_house: Config, own_database: Database, streams: int, figures: Figures
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
    longest = 0.0
    with product.sealer(own_house):
        assert _soon(lambda: _is_all_sealed(own_database))
        writers = _write_at_once(own_house, streams)
        while any(each.is_alive() for each in writers):
            with own_database.reading() as session:
                longest = max(longest, seals.backlog(session).age.total_seconds())
            time.sleep(0.2)
        assert _soon(lambda: _is_all_sealed(own_database))
    problems = _problems(own_database)
    figures("seal", streams=streams, events=_EVENTS, lag=f"{longest:.2f}s", problems=len(problems))
    assert problems == []


def test_a_sealer_killed_at_any_time_loses_and_doubles_nothing(
    own_house: Config, own_database: Database, figures: Figures
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
    writers = _write_at_once(own_house, 50)
    random = Random(5)
    for _ in range(_KILLS):
        with product.sealer(own_house) as process:
            time.sleep(random.uniform(1.0, 2.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
    for each in writers:
        each.join()
    with product.sealer(own_house):
        assert _soon(lambda: _is_all_sealed(own_database))
    problems = _problems(own_database)
    figures("seal", kills=_KILLS, events=_EVENTS, problems=len(problems))
    assert problems == []


def test_the_negative_control_an_event_slipped_in_is_found(
    own_house: Config, own_database: Database
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
    with product.sealer(own_house):
        _write(own_house, 3, share=20, seed=1)
        assert _soon(lambda: _is_all_sealed(own_database))
    with psycopg.connect(str(own_house.owner_url).replace("+psycopg", "", 1)) as owner:
        owner.execute("ALTER TABLE record_tiles DISABLE TRIGGER USER")
        owner.execute("UPDATE record_tiles SET hashes = sha256('x') || substring(hashes FROM 33)")
    assert "the tree does not give the signed root" in _problems(own_database)
