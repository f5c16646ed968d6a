"""The RQ worker. A job says only "there is work"; the work is rows of the outbox.

Whoever can write to Redis must not run code here: messages are JSON, never pickle, and a job's
function is looked up in a closed list, never imported by its name.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import FrameType

from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from caseflow import logs, metrics
from caseflow.config import Config
from caseflow.db import Database
from caseflow.jobs import start
from caseflow.jobs.topics import EFFECTS, Effect
from caseflow.services import outbox

QUEUE = "caseflow"
DRAIN = "caseflow.jobs.worker.drain"
_JOBS_BEFORE_RENEWAL = 1000

_log = logging.getLogger(__name__)
_over = threading.Event()


def main() -> None:
    """Serve the queue until told to stop; the supervisor starts the next worker."""
    settings, _ = _house()
    if settings.redis_url is None:
        raise SystemExit("REDIS_URL is not set: the clockwork does the work itself")
    queue = queue_on(settings.redis_url)
    worker = Worker([queue], connection=queue.connection, job_class=Bell, serializer=JSONSerializer)
    worker.work(max_jobs=_JOBS_BEFORE_RENEWAL, logging_level="WARNING")


def queue_on(redis_url: str) -> Queue:
    """The one queue, speaking JSON."""
    connection = Redis.from_url(redis_url, socket_connect_timeout=2)
    return Queue(QUEUE, connection=connection, job_class=Bell, serializer=JSONSerializer)


def drain() -> int:
    """Do the work that is due in this process's database, until told to stop; how much it was."""
    return work_through(_house()[1], EFFECTS, _over.is_set)


def work_through(
    database: Database,
    effects: Mapping[str, Effect],
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Do what is due, each piece in a transaction of its own; what fails is tried again later.

    Asked to stop, it ends with the piece at hand: the rest are rows for the next one.
    """
    done = 0
    while not is_over() and _do_one(database, effects):
        done += 1
    return done


def _do_one(database: Database, effects: Mapping[str, Effect]) -> bool:
    """Take one piece and do it; False when nothing is due."""
    with logs.watched(job=secrets.token_hex(6)):
        began, taken = time.perf_counter(), _Taken()
        try:
            with database.transaction() as session:
                message = outbox.take(session)
                if message is None:
                    return False
                taken = _Taken(message.id, message.topic)
                effects[message.topic](session, message.payload)
                outbox.settle(message)
        except Exception as error:
            if taken.topic is None:
                raise
            _log.exception("event=effect_failed topic=%s message=%d", taken.topic, taken.id)
            with database.transaction() as session:
                outbox.postpone(session, taken.id, repr(error))
            taken.tell("failed", began)
        else:
            taken.tell("done", began)
    return True


@dataclass(frozen=True, slots=True)
class _Taken:
    """The piece of work at hand."""

    id: int = 0
    topic: str | None = None

    def tell(self, outcome: str, began: float) -> None:
        """Log and count how it went."""
        metrics.WORK.labels(self.topic, outcome).inc()
        logs.say(
            _log,
            "work",
            topic=self.topic,
            message=self.id,
            outcome=outcome,
            ms=round(1000 * (time.perf_counter() - began), 1),
            case=logs.case_of_receipts(),
            events=logs.receipts_given(),
        )


class Worker(SimpleWorker):
    """RQ's worker in one process, which passes the wish to stop on to the work at hand."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the piece at hand, and take no other."""
        _over.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ's own


class Bell(Job):
    """A job whose function comes from our list; what else a message may ask for is dropped."""

    @property
    def func(self) -> Callable[..., object]:
        """
        Give the function of the closed list.

        Raises:
            PermissionError: the message names another function.
        """
        if self.func_name != DRAIN:
            message = f"job function {self.func_name!r} is not on the list"
            raise PermissionError(message)
        return drain

    def restore(self, raw_data: dict[str, bytes]) -> None:
        """Read the message, without the callbacks and web hooks that it may carry."""
        super().restore(raw_data)
        self._success_callback_name = None
        self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []


@cache
def _house() -> tuple[Config, Database]:
    return start.house("worker")


if __name__ == "__main__":
    main()
