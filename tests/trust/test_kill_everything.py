"""kill -9 of every process of the house, alone and together, while officers work.

What was acknowledged is there once, what was not is there once or not at all; the record verifies,
the seals cover it, the engine waits where the desks say. Three houses that err on purpose are found
out: one that forgets keys, one whose later work is not one transaction, one that does not wait for
the disk.
"""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from benchmarks import _many
from caseflow.embedded import places as at
from caseflow.embedded import postgres
from caseflow.models import Blob, Case, OutboxMessage, Task, Taxpayer, TaxWarning
from caseflow.models.record import RecordEvent, RecordPending
from caseflow.reads import record_check
from caseflow.services import blobs, consistency, files, place, selection
from caseflow.services.selection import Share
from caseflow.vocabulary import BlobState, TaskStatus
from tests import cast
from tests.desk import own_names
from tests.support import embedded
from tests.support.clamd import clamd
from tests.support.embedded import House
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG, count
from tests.trust.load import Act, Load, start

pytestmark = pytest.mark.crash

_HANDS = 6
_ACTS_A_KILL = 250 if IS_LONG else 40
_SCANS_A_KILL = 5
_PATIENCE = 300.0


@dataclass
class Wrong:
    """What a house did that it must not."""

    lost: int = 0
    doubled: int = 0
    untold: int = 0
    later_work: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_none(self) -> bool:
        """Whether it did none of it."""
        return not (self.lost or self.doubled or self.untold or self.later_work or self.problems)


def test_killed_at_any_moment_the_house_loses_and_doubles_nothing(
    tmp_path: Path, figures: Figures
) -> None:
    kills = count(4, 200)
    with (
        clamd(tmp_path) as scanner,
        embedded.up(tmp_path, settings={"CASEFLOW_SCANNER": scanner}) as house,
    ):
        load, tasks = _bureau(house, _ACTS_A_KILL * kills // 2)
        hands = start(load, tasks, hands=_HANDS)
        struck = _kill(house, load, kills, _TARGETS)
        for hand in hands:
            hand.join()
        _wait_until_quiet(house)
        wrong = _audit(house, load)
    assert wrong == Wrong(), load.statuses()
    assert sum(struck.values()) == kills
    figures(
        "kill",
        kills=kills,
        kinds=len(struck),
        acknowledged=load.acknowledged,
        asked_again=load.asked_again,
        hung_up=load.hung_up,
        lost=wrong.lost,
        doubled=wrong.doubled,
        longest_wait_s=round(load.slowest, 1),
    )


def test_a_house_that_forgets_keys_is_found_out(tmp_path: Path, figures: Figures) -> None:
    with embedded.up(tmp_path, wrapped="tests.support.forgetful") as house:
        load, tasks = _bureau(house, 120)
        for hand in start(load, tasks, hands=_HANDS):
            hand.join()
        wrong = _audit(house, load)
    assert load.hung_up > 0
    assert wrong.untold > 0
    figures("kill", control="keys forgotten", told_wrong=wrong.untold)


def test_later_work_in_two_transactions_is_found_out(tmp_path: Path, figures: Figures) -> None:
    with (
        clamd(tmp_path) as scanner,
        embedded.up(
            tmp_path, wrapped="tests.support.halving", settings={"CASEFLOW_SCANNER": scanner}
        ) as house,
    ):
        load, tasks = _bureau(house, 120)
        hands = start(load, tasks, hands=2)
        _kill(house, load, 3, {"worker": _in_between}, 60)
        for hand in hands:
            hand.join()
        _wait_until_quiet(house)
        wrong = _audit(house, load)
    assert wrong.later_work > 0
    figures("kill", control="two transactions", doubled_work=wrong.later_work)


def test_a_database_that_does_not_wait_for_the_disk_is_found_out(
    tmp_path: Path, figures: Figures
) -> None:
    with embedded.up(tmp_path) as house:
        with postgres.as_superuser(house.places) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            connection.execute("SELECT pg_reload_conf()")
        load, tasks = _bureau(house, 150)
        hands = start(load, tasks, hands=_HANDS)
        _kill(house, load, 3, {"postgres": _kind("postgres")}, 80)
        for hand in hands:
            hand.join()
        wrong = _audit(house, load)
    assert wrong.lost > 0
    figures("kill", control="no waiting for the disk", lost=wrong.lost)


def _bureau(house: House, cases: int) -> tuple[Load, list[int]]:
    """People and so many cases that wait to be dispatched; the leader's tasks, and the load."""
    with house.database.transaction() as session:
        payer_id, warning_id = _many.bureau_with_pool(session)
        who = cast.people_on_file(session)
        section = session.get_one(Taxpayer, payer_id).section_id
    with _superuser(house) as connection:
        _many.clone(
            connection,
            Taxpayer,
            payer_id,
            cases - 1,
            {"tin": "'9' || lpad(n::text, 14, '0')"},
        )
        of_payer = "(SELECT t.id FROM taxpayers t WHERE t.tin = '9' || lpad(n::text, 14, '0'))"
        fingerprint = "encode(sha256(n::text::bytea), 'hex')"
        changed = {"taxpayer_id": of_payer, "fingerprint": fingerprint}
        _many.clone(connection, TaxWarning, warning_id, cases - 1, changed)
    share = Share(1, (), {})
    while share.goes_on:
        with house.database.transaction() as session:
            share = selection.open_share(session, chosen=share.chosen)
    with house.database.reading() as session:
        tasks = list(
            session.scalars(
                select(Task.id)
                .where(Task.status == TaskStatus.OPEN, own_names() == "dispatch")
                .order_by(Task.id)
            )
        )
    assert len(tasks) == cases
    return Load(house.address, who.leader.user_id or 0, section), tasks


def _superuser(house: House) -> psycopg.Connection:
    return psycopg.connect(
        host=str(house.places.sockets),
        user="postgres",
        password=at.secret(house.places, "superuser"),
        dbname=postgres.DATABASE,
        autocommit=True,
    )


Find = Callable[[House], list[int]]


def _kind(name: str) -> Find:
    return lambda house: house.pids(name)


def _in_between(house: House) -> list[int]:
    """The worker, while something that it did is not yet marked as done."""
    half_done = text(
        "SELECT EXISTS (SELECT FROM outbox m JOIN record_events e"
        " ON e.action = 'file.scanned'"
        " AND e.payload::jsonb ->> 'sha256' = m.payload::jsonb ->> 'sha256'"
        " WHERE m.done_at IS NULL)"
    )
    with house.database.reading() as session:
        is_half_done = session.scalar(half_done)
    return house.pids("worker") if is_half_done else []


def _all(house: House) -> list[int]:
    return [pid for kind in embedded.KINDS for pid in house.pids(kind)]


_TARGETS: Mapping[str, Find] = {
    "web process": lambda house: house.workers_of_web()[:1],
    "web": _kind("web"),
    "worker": _kind("worker"),
    "clockwork": _kind("clockwork"),
    "sealer": _kind("sealer"),
    "redis": _kind("redis"),
    "a connection's server": lambda house: house.backends()[:1],
    "postgres": _kind("postgres"),
    "everything": _all,
}


def _kill(
    house: House,
    load: Load,
    kills: int,
    targets: Mapping[str, Find],
    acts_a_kill: int = _ACTS_A_KILL,
) -> Counter[str]:
    """Strike each time so many acts were acknowledged; what was struck, and how often."""
    lot = random.Random(kills)
    struck: Counter[str] = Counter()
    for nth in range(kills):
        _wait_for_acts(load, nth * acts_a_kill + acts_a_kill // 2)
        _leave_scans(house)
        name = list(targets)[nth % len(targets)]
        _wait(partial(_is_there, house, targets[name]))
        time.sleep(lot.random() * 0.2)
        for pid in targets[name](house):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        struck[name] += 1
    return struck


def _wait_for_acts(load: Load, wanted: int) -> None:
    _wait(lambda: load.acknowledged >= wanted)


def _is_there(house: House, find: Find) -> bool:
    return bool(find(house))


def _leave_scans(house: House) -> None:
    """Leave work for the worker: files to scan, each with one event to come of it."""
    if place.here().scanner is None:
        return
    kept = [files.keep([b"%PDF-1.4 " + os.urandom(16)]) for _ in range(_SCANS_A_KILL)]
    with house.database.transaction() as session:
        for sha256, size in kept:
            blobs.hold(session, sha256, size=size)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > deadline:
            message = "the house does not go on"
            raise TimeoutError(message)
        time.sleep(0.02)


def _wait_until_quiet(house: House) -> None:
    """Wait until later work is done and everything is sealed."""

    def is_quiet() -> bool:
        try:
            with house.database.reading() as session:
                open_work = select(func.count()).where(OutboxMessage.done_at.is_(None))
                unsealed = select(func.count()).select_from(RecordPending)
                return session.scalar(open_work) == session.scalar(unsealed) == 0
        except OperationalError:
            return False

    _wait(is_quiet)


def _audit(house: House, load: Load) -> Wrong:
    """Hold what was acknowledged against what is there."""
    wrong = Wrong()
    with house.database.reading() as session:
        by_key = dict(
            session.execute(
                select(RecordEvent.idem, func.count())
                .where(RecordEvent.action == "task.completed")
                .group_by(RecordEvent.idem)
            ).all()
        )
        cases = {row.id: row.case_id for row in session.execute(select(Task.id, Task.case_id))}
        acts = Counter(
            (row.stream, row.action)
            for row in session.execute(select(RecordEvent.stream, RecordEvent.action))
        )
        for act in load.acts:
            _hold(act, wrong, by_key, acts, f"case:{cases.get(act.task_id)}")
        scanned = session.execute(
            text(
                "SELECT count(*) - count(DISTINCT payload::jsonb ->> 'sha256') FROM record_events"
                " WHERE action = 'file.scanned'"
            )
        )
        wrong.later_work = scanned.scalar_one()
        unscanned = select(func.count()).where(Blob.state == BlobState.QUARANTINED)
        wrong.later_work += session.scalar(unscanned) or 0
        report = record_check.verify(session, path_of=files.path_of)
        wrong.problems = [str(problem) for problem in report.problems[:5]]
        differences = consistency.compare(session).differences
        wrong.problems += [str(difference) for difference in differences[:5]]
        closed_in = select(func.count()).where(
            Task.status == TaskStatus.OPEN, Task.case_id == Case.id, Case.closed_at.is_not(None)
        )
        wrong.problems += ["open task of a closed case"] * (session.scalar(closed_in) or 0)
    return wrong


def _hold(
    act: Act,
    wrong: Wrong,
    by_key: Mapping[uuid.UUID, int],
    acts: Mapping[tuple[str, str], int],
    stream: str,
) -> None:
    action = "task.claimed" if act.verb == "claim" else "task.completed"
    times = acts[stream, action] if act.verb == "claim" else by_key.get(act.key, 0)
    if act.status != 303:
        wrong.untold += 1
    elif times == 0:
        wrong.lost += 1
    if acts[stream, action] > 1:
        wrong.doubled += 1
