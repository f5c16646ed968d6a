"""A process killed at any statement of a completion leaves everything of it or nothing."""

import json
import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.config import Config
from caseflow.models import Answer, Case, Document, NumberSeries, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import consistency, files, record, tasks
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support.house import ROOT
from tests.trust.counts import IS_LONG

# Every statement of a completion is a place to die; `make test` takes one in fifteen.
_STRIDE = 1 if IS_LONG else 15

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


def _hand_in_and_die(
    closing: Closing, moment: str, *, at: int = 1, key: uuid.UUID | None = None
) -> bool:
    """Hand in from a process that kills itself at a moment; False: it came through."""
    orders = {
        "user": closing.people.officer.user_id,
        "task": closing.task_id,
        "key": str(key or uuid.uuid4()),
        "moment": moment,
        "at": at,
    }
    environment = {
        **os.environ,
        "CASEFLOW_VAR": str(closing.config.var),
        "DATABASE_URL": str(closing.config.database_url),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.dying", json.dumps(orders)],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode == -signal.SIGKILL


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
    while _hand_in_and_die(closing, "after_cursor_execute", at=at):
        assert _look(closing) == before
        at, kills = at + _STRIDE, kills + 1
    assert kills > 2
    assert _look(closing) != before


def test_killed_just_before_the_commit_nothing_is_there(closing: Closing) -> None:
    before = _look(closing)
    assert _hand_in_and_die(closing, "commit")
    assert _look(closing) == before


def test_killed_just_after_the_commit_everything_is_there_and_a_repeat_adds_nothing(
    closing: Closing,
) -> None:
    key = uuid.uuid4()
    assert _hand_in_and_die(closing, "after", key=key)
    after = _look(closing)
    closing.hand_in(closing.database, key)
    assert _look(closing) == after
    with closing.database.reading() as session:
        closing_paper = select(Document.serial).where(Document.kind == "warning_feedback")
        assert session.scalars(closing_paper).all() == [1]
