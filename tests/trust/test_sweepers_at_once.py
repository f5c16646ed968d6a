"""Several sweepers and messages at once: each case moves once, whoever comes to it first."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.db import Database
from caseflow.models import Case, Message
from caseflow.models.record import RecordEvent
from caseflow.services import cases, messages
from caseflow.vocabulary import SYSTEM, MessageStatus
from tests import cast, desk, factories
from tests.trust.counts import IS_LONG

_CASES = 200 if IS_LONG else 8
_LATER = timedelta(days=5)
_WAITING = """
    start s
    receive wait message:paid
    user book section_chief
    end closed
    s -> wait -> book -> closed
"""


@contextmanager
def later(database: Database) -> Iterator[Session]:
    """A transaction some days on."""
    with database.transaction() as session:
        token = clock.set_moment(clock.now() + _LATER)
        yield session
        clock.reset_moment(token)


def held(database: Database, count: int) -> None:
    """Cases on hold until a day before ``later``."""
    with database.transaction() as session:
        people = cast.enter(session)
        until = clock.today() + timedelta(days=3)
        held = {"dispatch_decision": "hold", "hold_until": until.isoformat()}
        for serial in range(count):
            case = factories.case(session, factories.taxpayer(session, serial=serial))
            answers = {**held, "reason": "等待工商年检数据一并核查"}
            desk.do(session, people.leader, case, "dispatch", answers)


def woken(database: Database) -> list[int]:
    """How often each case has woken."""
    with database.reading() as session:
        found = select(func.count()).where(RecordEvent.action == "timer.fired")
        return list(session.scalars(found.group_by(RecordEvent.stream)))


def test_a_second_sweeper_passes_over_what_the_first_one_holds(own_database: Database) -> None:
    held(own_database, 2)
    with later(own_database) as first:
        assert cases.wake_due(first, at_once=1) == 1
        with later(own_database) as second:
            assert (cases.wake_due(second), cases.wake_due(second)) == (1, 0)
    assert woken(own_database) == [1, 1]


def test_four_sweepers_wake_each_case_once(own_database: Database) -> None:
    held(own_database, _CASES)
    gate = threading.Barrier(4)

    def sweep(_: int) -> int:
        gate.wait()
        moved, total = 1, 0
        while moved:
            with later(own_database) as session:
                moved = cases.wake_due(session, at_once=3)
            total += moved
        return total

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sweep, range(4))) == _CASES
    assert woken(own_database) == [1] * _CASES


def test_the_same_message_twice_in_the_same_second_is_heard_once(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_database.transaction() as session:
        cast.enter(session)
        variables = "score: number; ti_flag: boolean"
        factories.deploy_sketch(session, monkeypatch, _WAITING, variables)
        number = factories.case_on(session, factories.taxpayer(session)).number
    key, gate = uuid.uuid4(), threading.Barrier(3)

    def tell(_: int) -> tuple[MessageStatus, list[str]]:
        gate.wait()
        with own_database.transaction() as session:
            told = messages.deliver(
                session, SYSTEM, "paid", correlation={"case": number}, variables={}, idem=key
            )
            return told.status, told.heard_by

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(tell, range(3))) == [(MessageStatus.HEARD, [number])] * 3
    with own_database.reading() as session:
        assert session.scalars(select(func.count()).select_from(Message)).one() == 1
        assert session.scalars(select(Case.revision)).one() == 2
