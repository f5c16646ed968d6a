"""The clockwork: fires due timers and sends the outbox on, once in the whole installation.

An advisory lock lets one clockwork work and the others stand by. It wakes when something is put
into the outbox, else every two seconds. It holds no state: killed at any instant, the next one
goes on where this one stopped. Where it does later work itself, a hand beside it does: a piece
may last for minutes, and timers do not wait for it.
"""

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from redis.exceptions import RedisError
from rq import Queue, Worker

from caseflow import clock, metrics
from caseflow.db import Database
from caseflow.jobs import start
from caseflow.jobs.sweeps import SWEEPS, UNHURRIED
from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import DRAIN, queue_on, work_through
from caseflow.services import beats, bureau_clock, done_posts, outbox, record

_LOCK = 0x63617365666C6F77  # "caseflow"
_POLL = 2.0
_PATIENCE = timedelta(seconds=10)

_log = logging.getLogger(__name__)


def main() -> None:
    """Work until told to stop."""
    over = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: over.set())
    settings, database = start.house("clockwork")
    queue = queue_on(settings.redis_url) if settings.redis_url else None
    address = str(settings.database_url).replace("+psycopg", "", 1)
    with psycopg.connect(address, autocommit=True) as listener:
        _stand_by(listener, over.is_set)
        listener.execute(f"LISTEN {outbox.CHANNEL}")
        heard_at, is_introduced, hand = 0.0, False, Hand(database, over.is_set)
        while not over.is_set():
            is_introduced = is_introduced or _introduce(database)
            if time.monotonic() - heard_at > beats.EVERY.total_seconds():
                _give_sign(database, queue)
                heard_at = time.monotonic()
            beat(database, queue, over.is_set, work=hand.take_up)
            for _ in listener.notifies(timeout=_POLL, stop_after=1):
                break


def _introduce(database: Database) -> bool:
    """Put the writer's key on record as soon as there is an act; True when it stands there.

    Not before: an empty house may become a demo, whose time begins elsewhere.
    """
    with database.transaction() as session:
        if record.latest_at(session) is None:
            return False
        record.introduce(session)
    return True


def beat(
    database: Database,
    queue: Queue | None,
    is_over: Callable[[], bool] = lambda: False,
    *,
    work: Callable[[], object] | None = None,
) -> None:
    """Do once what is due now; while a demo's past is made, its maker does it.

    Asked to stop, it ends with the piece at hand and leaves the rest for the next one. ``work``
    sees to later work that no worker does; by default it is done before the beat ends.
    """
    with database.reading() as session:
        is_busy = bureau_clock.is_making_past(session)
    for sweep in (bureau_clock.see,) if is_busy else SWEEPS:
        _sweep(database, sweep, is_over)
    with database.reading() as session:
        since = outbox.waiting_since(session)
    if is_busy or since is None:
        return
    heard = ring(queue)
    if heard and clock.wall() - since <= _PATIENCE:
        return
    if work is None:
        work_through(database, EFFECTS, is_over)
    else:
        work()


@dataclass
class Hand:
    """Does the later work in a thread of its own, one piece after the other."""

    database: Database
    is_over: Callable[[], bool]
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "hand"))
    _work: Future[int] | None = None

    def take_up(self) -> None:
        """Begin to work through what is due, unless that is still going on.

        Raises:
            whatever ended the last time: the supervisor starts the next clockwork.
        """
        if self._work is not None:
            if not self._work.done():
                return
            self._work.result()
        self._work = self._pool.submit(work_through, self.database, EFFECTS, self.is_over)


def ring(queue: Queue | None) -> bool:
    """Tell the worker that there is work, unless it was told already; False without Redis."""
    if queue is None:
        return False
    try:
        if queue.count == 0:
            queue.enqueue(DRAIN, result_ttl=0, failure_ttl=3600, job_timeout=3600)
    except RedisError as error:
        _log.warning("event=redis_away error=%s", type(error).__name__)
        return False
    return True


def _give_sign(database: Database, queue: Queue | None) -> None:
    """Say that the clockwork is there, and whether Redis and a worker are.

    The web asks the database how the others do, and never Redis.
    """
    told: dict[str, object] = {"redis": "none"}
    if queue is not None:
        try:
            workers = Worker.count(connection=queue.connection, queue=queue)
            told = {"redis": "here", "workers": workers}
        except RedisError:
            told = {"redis": "away"}
    with database.transaction() as session:
        beats.note(session, beats.CLOCKWORK, told)
        beats.forget_old(session)
        done_posts.forget_old(session)


def _sweep(database: Database, sweep: Callable[..., int], is_over: Callable[[], bool]) -> None:
    """Repeat a sweep until nothing is due; one that may lag or fails waits for the next beat."""
    try:
        while moved := 0 if is_over() else _share(database, sweep):
            _log.info("event=swept sweep=%s count=%d", sweep.__name__, moved)
            if sweep in UNHURRIED:
                break
    except Exception:  # noqa: BLE001 - one broken sweep must not keep the others from running
        number = secrets.token_hex(4)
        metrics.SWEEP_FAILURES.labels(sweep.__name__).inc()
        _log.exception("event=sweep_failed sweep=%s error=%s", sweep.__name__, number)


def _share(database: Database, sweep: Callable[..., int]) -> int:
    """Do one share of a sweep, in a transaction of its own; how much it moved."""
    with database.transaction() as session:
        return sweep(session)


def _stand_by(listener: psycopg.Connection, is_over: Callable[[], bool]) -> None:
    """Wait for the lock, which its holder loses with its connection."""
    while not is_over():
        row = listener.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row and row[0]:
            _log.info("event=clockwork_began")
            return
        for _ in listener.notifies(timeout=_POLL):
            break


if __name__ == "__main__":
    main()
