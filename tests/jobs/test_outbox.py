"""The outbox: each piece of work is done once, with its effect, whatever happens to Redis."""

from datetime import date, timedelta

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.config import Config
from caseflow.db import Database
from caseflow.jobs import clockwork, worker
from caseflow.models import OutboxMessage, WorkingDay
from caseflow.models.base import Json
from caseflow.reads import operations
from caseflow.reads import record as record_reads
from caseflow.services import outbox
from caseflow.vocabulary import SYSTEM, Conflict, Invalid


def _leave(database: Database, topic: str, *, times: int = 1) -> None:
    with database.transaction() as session:
        for number in range(times):
            outbox.put(session, topic, {"number": number})


def _messages(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def _note(session: Session, payload: Json) -> None:
    on = date(1990, 1, payload["number"] + 1)
    session.add(WorkingDay(on=on, is_working=True, name="x", name_en="x"))
    session.flush()  # the effect has reached the database when the next line fails


def _fail(session: Session, payload: Json) -> None:
    _note(session, payload)
    raise LookupError("the printer is away")


def _effects_done(database: Database) -> int:
    with database.reading() as session:
        days = session.scalars(select(WorkingDay).where(WorkingDay.on < date(1991, 1, 1)))
        return len(days.all())


def test_each_piece_of_work_is_done_once(own_database: Database) -> None:
    _leave(own_database, "note", times=5)
    assert worker.work_through(own_database, {"note": _note}) == 5
    assert worker.work_through(own_database, {"note": _note}) == 0
    assert _effects_done(own_database) == 5


def test_a_failed_effect_leaves_nothing_and_is_tried_again_later(own_database: Database) -> None:
    _leave(own_database, "note")
    assert worker.work_through(own_database, {"note": _fail}) == 1
    (message,) = _messages(own_database)
    assert (message.done_at, message.attempts) == (None, 1)
    assert "the printer is away" in str(message.error)
    assert message.available_at > clock.wall()
    assert _effects_done(own_database) == 0


def test_one_failing_message_does_not_hold_up_the_others(own_database: Database) -> None:
    _leave(own_database, "broken")
    _leave(own_database, "note", times=3)
    worker.work_through(own_database, {"note": _note, "broken": _fail})
    assert _effects_done(own_database) == 3


def test_a_topic_that_is_not_listed_never_runs(own_database: Database) -> None:
    _leave(own_database, "os.system")
    worker.work_through(own_database, {})
    (message,) = _messages(own_database)
    assert message.done_at is None
    assert message.attempts == 1


def test_a_message_is_left_for_a_person_after_ten_attempts(own_database: Database) -> None:
    _leave(own_database, "note")
    with own_database.transaction() as session:
        session.execute(text("UPDATE outbox SET attempts = 10"))
    assert worker.work_through(own_database, {"note": _note}) == 0


def test_two_workers_never_take_the_same_message(own_database: Database) -> None:
    _leave(own_database, "note", times=2)
    with own_database.transaction() as first, own_database.transaction() as second:
        taken = (outbox.take(first), outbox.take(second))
    assert {message.payload["number"] for message in taken if message} == {0, 1}


def test_without_redis_the_clockwork_does_the_work_itself(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "EFFECTS", {"note": _note})
    _leave(own_database, "note", times=3)
    clockwork.beat(own_database, worker.queue_on("unix:///nonexistent/redis.sock"))
    assert _effects_done(own_database) == 3


def test_with_redis_the_worker_is_rung_once(own_database: Database, own_house: Config) -> None:
    queue = worker.queue_on(str(own_house.redis_url))
    queue.connection.flushdb()
    _leave(own_database, "note", times=3)
    for _ in range(3):
        clockwork.beat(own_database, queue)
    assert queue.count == 1
    assert _effects_done(own_database) == 0


def test_work_that_no_worker_takes_is_done_by_the_clockwork(
    own_database: Database, own_house: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "EFFECTS", {"note": _note})
    _leave(own_database, "note")
    with own_database.transaction() as session:
        session.execute(
            text("UPDATE outbox SET available_at = :then"),
            {"then": clock.wall() - timedelta(seconds=30)},
        )
    clockwork.beat(own_database, worker.queue_on(str(own_house.redis_url)))
    assert _effects_done(own_database) == 1


def test_the_worker_runs_no_function_but_ours(own_house: Config) -> None:
    queue = worker.queue_on(str(own_house.redis_url))
    queue.connection.flushdb()
    job = queue.enqueue("os.getcwd")
    _work_off(queue.connection)
    assert job.get_status(refresh=True) is JobStatus.FAILED
    result = job.latest_result()
    assert result is not None
    assert "not on the list" in str(result.exc_string)


def _work_off(connection: Redis) -> None:
    SimpleWorker(
        [worker.QUEUE], connection=connection, job_class=worker.Bell, serializer=JSONSerializer
    ).work(burst=True, logging_level="CRITICAL")


def _left_to_a_person(database: Database) -> int:
    _leave(database, "note")
    with database.transaction() as session:
        session.execute(text("UPDATE outbox SET attempts = 10, error = 'LookupError()'"))
        return session.scalars(select(OutboxMessage.id)).one()


def test_what_a_person_lets_retry_is_done_and_on_the_record(own_database: Database) -> None:
    message_id = _left_to_a_person(own_database)
    with own_database.transaction() as session:
        outbox.retry(session, SYSTEM, message_id, reason="修好了")
    assert worker.work_through(own_database, {"note": _note}) == 1
    with own_database.reading() as session:
        last = record_reads.chain(session, "sys:outbox").events[-1]
    assert (last.action, last.payload["reason"]) == ("message.retried", "修好了")


def test_what_a_person_gives_up_is_never_done(own_database: Database) -> None:
    message_id = _left_to_a_person(own_database)
    with own_database.transaction() as session:
        outbox.discard(session, SYSTEM, message_id, reason="不再需要")
    assert worker.work_through(own_database, {"note": _note}) == 0
    with own_database.transaction() as session, pytest.raises(Conflict):
        outbox.retry(session, SYSTEM, message_id, reason="改了主意")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_a_decision_about_failed_work_needs_a_reason(own_database: Database, reason: str) -> None:
    message_id = _left_to_a_person(own_database)
    with own_database.transaction() as session, pytest.raises(Invalid):
        outbox.discard(session, SYSTEM, message_id, reason=reason)


def test_work_that_is_still_tried_by_itself_is_not_for_a_person(own_database: Database) -> None:
    _leave(own_database, "note")
    worker.work_through(own_database, {"note": _fail})
    (message,) = _messages(own_database)
    with own_database.transaction() as session, pytest.raises(Conflict):
        outbox.discard(session, SYSTEM, message.id, reason="不等了")


def test_the_figures_tell_what_waits_for_whom(own_database: Database) -> None:
    _left_to_a_person(own_database)
    _leave(own_database, "note", times=3)
    worker.work_through(own_database, {"note": _note})
    _leave(own_database, "note")
    with own_database.reading() as session:
        figures = operations.queue(session)
    assert (figures.dead, figures.due, figures.done_last_hour) == (1, 1, 3)
    assert operations.MOST_ATTEMPTS == outbox.MOST_ATTEMPTS


def test_asked_to_stop_the_worker_leaves_the_rest_for_the_next(own_database: Database) -> None:
    _leave(own_database, "note", times=3)
    wishes = iter((False, False, True))
    assert worker.work_through(own_database, {"note": _note}, lambda: next(wishes)) == 2
    assert _effects_done(own_database) == 2
