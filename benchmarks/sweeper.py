"""A million sleeping cases: what looking for due ones costs while none is, and how fast they wake.

Usage: python -m benchmarks.sweeper
The cases lie on hold on the shipped drawing, each with its state and its open step, copied from
one that was put there through the verbs. Waking is ``cases.wake_due`` as the clockwork calls it:
50 in a transaction with fsync, the timer fired by the engine, the step withdrawn, the next one
opened, a signed and chained event for each; first by one sweeper, then by two at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import time
from datetime import timedelta
from multiprocessing.synchronize import Barrier

import psycopg

from benchmarks import _many
from caseflow import clock, db
from caseflow.config import Config
from caseflow.models import Case, Task, Taxpayer
from caseflow.services import cases
from caseflow.vocabulary import CaseKind
from tests import cast, desk, factories
from tests.support import house
from tests.support.house import House

SLEEPING = 1_000_000
WOKEN = 10_000
IDLE_AT_MOST = 1.0
FEWEST_A_SECOND = 2_000
_LOOKS = 200
# One household can have one open case of each kind.
_KINDS = tuple(CaseKind)[:10]
_HELD = {"dispatch_decision": "hold", "reason": "等待工商年检数据一并核查"}
_LATER = timedelta(days=5)


def main() -> None:
    """Print the figures."""
    with house.standing() as standing, standing.clone("sleep") as config:
        seconds = _fill(standing, config)
        print(f"{SLEEPING:,} sleeping cases (made in {seconds:.0f} s)")
        idle = _idle(config)
        print(f"  sweep when none is due        {idle:8.2f} ms       (at most {IDLE_AT_MOST})")
        one = _woken(config, sweepers=1)
        print(f"  waking, one sweeper           {one:8.0f} cases/s  (at least {FEWEST_A_SECOND})")
        two = _woken(config, sweepers=2)
        print(f"  waking, two sweepers at once  {two:8.0f} cases/s  ({two / one:.2f} of one)")
        after = _idle(config, at=_LATER)
        print(f"  sweep when all have woken     {after:8.2f} ms")
        _check(standing)


def _fill(standing: House, config: Config) -> float:
    """Put one case on hold and copy it; the first of the copies are due first. Gives seconds."""
    begin = time.perf_counter()
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        people = cast.enter(session)
        payer = factories.taxpayer(session)
        case = factories.case(session, payer)
        until = clock.today() + timedelta(days=3)
        answers = {**_HELD, "hold_until": until.isoformat()}
        desk.do(session, people.leader, case, "dispatch", answers)
        task = desk.open_task(session, case, "on_hold")
        ids = payer.id, case.id, task.id
    database.dispose()
    with _many.superuser(standing, "sleep") as connection:
        _copy(connection, *ids)
    return time.perf_counter() - begin


def _copy(connection: psycopg.Connection, payer_id: int, case_id: int, task_id: int) -> None:
    # The copies have no record yet; it begins when they wake.
    _many.guards_off(connection)
    connection.execute("SET session_replication_role = replica")  # keys are right by making
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    tin = {"tin": "'9' || lpad(n::text, 14, '0')"}
    payer = _many.clone(connection, Taxpayer, payer_id, SLEEPING // len(_KINDS) + 1, tin)
    changed = {
        "number": "'B' || n",
        "kind": f"(ARRAY[{kinds}])[1 + n % {len(_KINDS)}]",
        "taxpayer_id": f"{payer} + n / {len(_KINDS)}",
        "revision": "0",
        "wake_at": f"wake_at + CASE WHEN n > {2 * WOKEN} THEN 30 + n % 300 ELSE 0 END"
        " * interval '1 day'",
    }
    first = _many.clone(connection, Case, case_id, SLEEPING, changed)
    _many.clone(connection, Task, task_id, SLEEPING, {"case_id": f"{first} + n - 1"})
    connection.execute("SET session_replication_role = origin")
    _many.guards_on(connection)
    connection.execute("VACUUM ANALYZE")


def _idle(config: Config, *, at: timedelta = timedelta(0)) -> float:
    """Milliseconds of a sweep that finds nothing, its transaction included."""
    database = db.connect(str(config.database_url))
    taken = []
    for _ in range(_LOOKS):
        begin = time.perf_counter()
        woken = _sweep(database, at)
        taken.append(time.perf_counter() - begin)
        if woken and at == timedelta(0):
            raise SystemExit("a case woke before its time")
    database.dispose()
    return statistics.median(taken) * 1000


def _woken(config: Config, *, sweepers: int) -> float:
    """Cases woken a second by so many sweepers."""
    gate = _FORK.Barrier(sweepers + 1)
    workers = [
        _FORK.Process(target=_work, args=(config, gate, WOKEN // sweepers)) for _ in range(sweepers)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    begin = time.perf_counter()
    gate.wait()
    taken = time.perf_counter() - begin
    for worker in workers:
        worker.join()
    return WOKEN / taken


_FORK = multiprocessing.get_context("fork")


def _work(config: Config, gate: Barrier, count: int) -> None:
    database = db.connect(str(config.database_url))
    _sweep(database, timedelta(0))  # the definition is read once in the life of a clockwork
    gc.freeze()
    gate.wait()
    while count > 0:
        count -= _sweep(database, _LATER)
    gate.wait()
    database.dispose()


def _sweep(database: db.Database, at: timedelta) -> int:
    """One sweep, as the clockwork does it, so much later."""
    with database.transaction() as session:
        token = clock.set_moment(clock.now() + at)
        try:
            return cases.wake_due(session)
        finally:
            clock.reset_moment(token)


def _check(standing: House) -> None:
    """Stop unless every case that woke has woken once."""
    woken = "SELECT count(*), count(DISTINCT stream) FROM record_events WHERE action = %s"
    with _many.superuser(standing, "sleep") as connection:
        times, different = connection.execute(woken, ["timer.fired"]).fetchone() or (0, 0)
    if times != different or times < 2 * WOKEN:
        raise SystemExit(f"{times} times was a case woken, of {different} cases")


if __name__ == "__main__":
    main()
