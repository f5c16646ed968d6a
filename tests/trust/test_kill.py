"""A process killed at any statement of a completion leaves everything of it or nothing."""

import os
import signal
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.config import Config
from caseflow.models import Answer, Case, Document, NumberSeries, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import consistency, files, record, tasks
from tests import cast, desk, factories
from tests.cast import Cast
from tests.trust.conftest import IS_LONG

# Every statement of a completion is a place to die; `make test` takes one in nine.
_STRIDE = 1 if IS_LONG else 9

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Closing:
    """A committed case whose last step, the one that issues a paper, waits on the desk."""

    config: Config
    database: db.Database
    people: Cast
    case_id: int
    task_id: int

    def hand_in(self, database: db.Database, key: uuid.UUID) -> None:
        """Hand the step in, in a transaction of its own."""
        with database.transaction() as session:
            tasks.complete(
                session,
                self.people.officer,
                self.task_id,
                seen_version=1,
                answers={"sign_off": True},
                idem=key,
            )


@pytest.fixture
def closing(own_house: Config, own_database: db.Database) -> Closing:
    """The desk just before the case closes."""
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        agreed = {"review_decision": "agree", "opinion": "同意"}
        desk.do(session, people.chief, case, "review", agreed)
        task = desk.open_task(session, case, "closing_check")
    return Closing(own_house, own_database, people, case.id, task.id)


def _dies(work: Callable[[], None]) -> bool:
    """Run work in a child of this process; whether it was killed on the way."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _hand_in_and_die(closing: Closing, at: int, moment: str) -> bool:
    """Hand in from a process that kills itself at its n-th statement; False: it came through."""
    key = uuid.uuid4()

    def work() -> None:
        database = db.connect(str(closing.config.database_url))
        executed = 0

        def strike(*_: object) -> None:
            nonlocal executed
            executed += 1
            if executed == at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(database.engine, moment, strike)
        closing.hand_in(database, key)

    return _dies(work)


def _footprint(session: Session, closing: Closing) -> tuple[object, ...]:
    """All that a completion touches."""
    case = session.get_one(Case, closing.case_id)
    task = session.get_one(Task, closing.task_id)
    counts = tuple(
        session.scalars(select(func.count()).select_from(table)).one()
        for table in (RecordEvent, Answer, Document)
    )
    numbers = session.execute(select(NumberSeries.series, NumberSeries.last)).all()
    return (
        case.revision,
        case.status,
        case.state,
        task.status,
        counts,
        sorted(map(tuple, numbers)),
    )


def _is_in_order(session: Session) -> bool:
    report = record_check.verify(session, path_of=files.path_of)
    return report.is_sound and not consistency.compare(session).differences


def _look(closing: Closing) -> tuple[object, ...]:
    with closing.database.reading() as session:
        assert _is_in_order(session)
        return _footprint(session, closing)


def test_killed_before_its_end_nothing_is_there_and_the_step_can_be_done_again(
    closing: Closing,
) -> None:
    before = _look(closing)
    at, kills = 1, 0
    while _hand_in_and_die(closing, at, "after_cursor_execute"):
        assert _look(closing) == before
        at, kills = at + _STRIDE, kills + 1
    assert kills > 3
    assert _look(closing) != before


def test_killed_just_before_the_commit_nothing_is_there(closing: Closing) -> None:
    before = _look(closing)
    assert _hand_in_and_die(closing, 1, "commit")
    assert _look(closing) == before


def test_killed_just_after_the_commit_everything_is_there_and_a_repeat_adds_nothing(
    closing: Closing,
) -> None:
    key = uuid.uuid4()

    def work() -> None:
        closing.hand_in(db.connect(str(closing.config.database_url)), key)
        os.kill(os.getpid(), signal.SIGKILL)

    assert _dies(work)
    after = _look(closing)
    closing.hand_in(closing.database, key)
    assert _look(closing) == after
    with closing.database.reading() as session:
        assert session.scalars(select(Document.serial)).all() == [1]
