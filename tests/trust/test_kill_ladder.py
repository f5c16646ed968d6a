"""Each rung of the ladder fires once: for sweepers at once, after kills, past a moved limit."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Case, Reminder, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import extensions, files, pauses, record, reminders
from caseflow.services.pauses import Evidence
from caseflow.services.work import OWN_PAUSE
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import at
from tests.support.house import ROOT
from tests.trust.counts import IS_LONG

pytestmark = pytest.mark.crash

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)
HALF = ("half",)
ALL = ("four_fifths", "half", "overdue", "overdue_10", "overdue_3")
WHY = "纳税人账簿被法院查封，须待解封后才能核对。"
_SWEEPERS = 4
_STRIDE = 1 if IS_LONG else 20


@dataclass(frozen=True)
class Steps:
    """Committed cases whose officers look through them, each within five working days."""

    people: Cast
    case_ids: tuple[int, ...]
    task_ids: tuple[int, ...]


def begun(database: Database, count: int) -> Steps:
    with database.transaction() as session, at(MONDAY):
        record.introduce(session)
        people = cast.enter(session)
        found = []
        for serial in range(count):
            case = factories.case(session, factories.taxpayer(session, serial=serial + 1))
            desk.to_desk_check(session, people, case)
            found.append((case.id, desk.open_task(session, case, "desk_check").id))
    case_ids, task_ids = zip(*found, strict=True)
    return Steps(people, case_ids, task_ids)


def fired(database: Database) -> dict[int, tuple[str, ...]]:
    """The rungs of each step, as the table has them; the record must tell the same."""
    with database.reading() as session:
        assert record_check.verify(session, path_of=files.path_of).is_sound
        rows = session.execute(select(Reminder.task_id, Reminder.rung)).all()
        acts = select(RecordEvent.payload).where(RecordEvent.action == "task.reminded")
        told = Counter(json.loads(payload)["rung"] for payload in session.scalars(acts))
        assert told == Counter(rung for _, rung in rows)
    return {
        task_id: tuple(sorted(rung for of, rung in rows if of == task_id)) for task_id, _ in rows
    }


def sweep(database: Database, moment: datetime) -> None:
    """Several sweepers at once, each until nothing is left for it."""
    gate = threading.Barrier(_SWEEPERS)

    def climb(_: int) -> None:
        gate.wait(timeout=30)
        moved = 1
        while moved:
            with database.transaction() as session, at(moment):
                moved = reminders.climb_due(session, at_once=2)

    with ThreadPoolExecutor(_SWEEPERS) as pool:
        list(pool.map(climb, range(_SWEEPERS)))


def sweep_and_die(config: Config, moment: datetime, *, strike: str, number: int) -> bool:
    """One sweeper of a process of its own, killed; False: it came through."""
    orders = {"now": moment.isoformat(), "moment": strike, "at": number}
    environment = {
        **os.environ,
        "CASEFLOW_VAR": str(config.var),
        "DATABASE_URL": str(config.database_url),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.dying_sweeper", json.dumps(orders)],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=120,
        capture_output=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode == -signal.SIGKILL


def lengthened(session: Session, steps: Steps) -> None:
    """Each officer gets five days more."""
    for task_id in steps.task_ids:
        row = extensions.ask(
            session, steps.people.officer, task_id, seen_version=1, days=5, reason=WHY
        )
        extensions.decide(session, steps.people.chief, row.id, grants=True, note="")


def stopped(session: Session, steps: Steps) -> None:
    """The chief lets each case stand still for ten days."""
    until = clock.today() + timedelta(days=10)
    for case_id in steps.case_ids:
        evidence = Evidence("法院来函.txt", ["查封通知".encode()])
        pauses.begin(
            session, steps.people.chief, case_id, until=until, reason=WHY, evidence=evidence
        )


def test_sweepers_at_once_fire_each_rung_once(own_database: Database) -> None:
    steps = begun(own_database, 6)
    sweep(own_database, MONDAY + timedelta(days=90))
    assert fired(own_database) == dict.fromkeys(steps.task_ids, ALL)


def test_across_an_extension_and_a_pause_each_rung_fires_once(own_database: Database) -> None:
    steps = begun(own_database, 4)
    sweep(own_database, MONDAY + timedelta(days=4))
    assert fired(own_database) == dict.fromkeys(steps.task_ids, HALF)
    with own_database.transaction() as session, at(MONDAY + timedelta(days=4)):
        lengthened(session, steps)
        stopped(session, steps)
    # While it stands still nothing fires, though the first limit is over by now.
    sweep(own_database, MONDAY + timedelta(days=10))
    assert fired(own_database) == dict.fromkeys(steps.task_ids, HALF)
    with own_database.transaction() as session, at(MONDAY + timedelta(days=15)):
        assert pauses.end_due(session) == len(steps.case_ids)
    sweep(own_database, MONDAY + timedelta(days=15))
    assert fired(own_database) == dict.fromkeys(steps.task_ids, HALF)
    sweep(own_database, MONDAY + timedelta(days=90))
    assert fired(own_database) == dict.fromkeys(steps.task_ids, ALL)


def test_a_killed_sweeper_leaves_whole_rungs_and_the_next_one_fires_the_rest_once(
    own_house: Config, own_database: Database
) -> None:
    steps = begun(own_database, 2)
    with own_database.transaction() as session, at(MONDAY + timedelta(days=2)):
        lengthened(session, steps)
        stopped(session, steps)
    later = MONDAY + timedelta(days=90)
    number, kills = 1, 0
    while sweep_and_die(own_house, later, strike="after_cursor_execute", number=number):
        found = fired(own_database)
        assert set(found.values()) <= {ALL}
        number, kills = number + _STRIDE, kills + 1
    assert kills > 2
    assert fired(own_database) == dict.fromkeys(steps.task_ids, ALL)
    with own_database.reading() as session:
        cases = session.scalars(select(Case).where(Case.id.in_(steps.case_ids))).all()
        assert [OWN_PAUSE in case.facts for case in cases] == [False, False]
        assert [len(case.facts["own_pauses"]) for case in cases] == [1, 1]
        dues = session.scalars(select(Task.due_at).where(Task.id.in_(steps.task_ids))).all()
        # Ten working days from 26 January; 28 January to 6 February stood still.
        assert [clock.last_day_of(due).isoformat() for due in dues if due] == ["2010-02-22"] * 2
