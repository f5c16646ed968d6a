"""Assigning five hundred waiting cases at once: proposing, carrying out, taking back.

Usage: python -m benchmarks.assigning
A chief has 500 cases to assign. Timed are the proposals, carrying them out in one transaction with
an act of its own for each case, and taking all of them back in another, on an embedded PostgreSQL
with fsync on; five rounds, each with 500 cases of its own, of which the medians are told. Last, the
same steps are handed in again one by one, as somebody would who opens each. The floor of either is
what no way of doing it can leave out: the engine's step with each of the same 500 states, and
nothing else. The budget of either is that of the requirement, five seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from caseflow import db, engine
from caseflow.engine import Moment, Process, send_backs
from caseflow.models import Case, Task
from caseflow.models.base import among
from caseflow.services import assignments, definitions, limits, suggestions
from caseflow.services.assignments import Order
from caseflow.services.many_hand_ins import Hand
from caseflow.services.suggestions import Suggestion
from caseflow.vocabulary import Actor, CaseKind, TaskStatus
from caseflow.vocabulary.kinds import PROCESSES
from tests import cast, factories
from tests.cast import Cast
from tests.support import house

COUNT = 500
ROUNDS = 5
BUDGET = 5.0


@dataclass(frozen=True, slots=True)
class Round:
    """The seconds that one round took."""

    proposing: float
    carrying: float
    carrying_floor: float
    undoing: float
    undoing_floor: float


def main() -> None:
    """Print the comparison."""
    with house.standing() as standing, standing.clone("bench") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            people = cast.enter(session)
            factories.deploy(session)
        rounds = [_round(database, people, number) for number in range(ROUNDS)]
        _, found = _proposed(database, people.chief, _waiting(database, people, ROUNDS))
        singly = _one_by_one(database, people.chief, found)
        database.dispose()
    print(f"assigning {COUNT} cases at once, median of {ROUNDS} rounds (least to most), durable")
    _say("proposals with reasons", [each.proposing for each in rounds])
    carrying = _say("carried out", [each.carrying for each in rounds])
    floor = _say("  engine's steps alone", [each.carrying_floor for each in rounds])
    print(f"    ratio to the floor      {carrying / floor:6.1f}")
    print(f"    ratio to the budget     {carrying / BUDGET:6.2f}    ({BUDGET:.0f} s)")
    undoing = _say("taken back", [each.undoing for each in rounds])
    floor = _say("  engine's steps alone", [each.undoing_floor for each in rounds])
    print(f"    ratio to the floor      {undoing / floor:6.1f}")
    print(f"    ratio to the budget     {undoing / BUDGET:6.2f}    ({BUDGET:.0f} s)")
    print(f"  one by one              {singly:8.2f} s  ({singly / carrying:.1f} times as long)")
    if max(carrying, undoing) > BUDGET:
        raise SystemExit("over the budget")


def _say(what: str, seconds: Sequence[float]) -> float:
    middle = median(seconds)
    print(f"  {what:24}{middle:8.2f} s  ({min(seconds):.2f} to {max(seconds):.2f})")
    return middle


def _round(database: db.Database, people: Cast, number: int) -> Round:
    chief, task_ids = people.chief, _waiting(database, people, number)
    proposing, found = _proposed(database, chief, task_ids)
    before = _states(database, task_ids)
    carrying_floor = _engine_alone(database, before, _forward)
    carrying, bulk_id = _carried_out(database, chief, found)
    after = _states_after(database, task_ids)
    undoing_floor = _engine_alone(database, after, partial(_backward, before[0][2]))
    undoing = _undone(database, chief, bulk_id)
    return Round(proposing, carrying, carrying_floor, undoing, undoing_floor)


def _waiting(database: db.Database, people: Cast, number: int) -> list[int]:
    """As many cases that wait for the chief of one section: their steps."""
    with database.transaction() as session:
        opened = [
            factories.case_on(session, factories.taxpayer(session, serial=serial + 1)).id
            for serial in range(number * COUNT, (number + 1) * COUNT)
        ]
    _, found = _proposed(database, people.leader, _open_steps(database, opened))
    _carried_out(database, people.leader, found)
    return _open_steps(database, opened)


def _open_steps(database: db.Database, case_ids: Sequence[int]) -> list[int]:
    with database.reading() as session:
        of_cases = select(Task.id).where(
            among(Task.case_id, case_ids), Task.status == TaskStatus.OPEN
        )
        return list(session.scalars(of_cases.order_by(Task.id)))


def _proposed(
    database: db.Database, who: Actor, task_ids: Sequence[int]
) -> tuple[float, Sequence[Suggestion]]:
    with database.reading() as session:
        begin = time.perf_counter()
        found = suggestions.propose(session, who, task_ids).suggestions
        return time.perf_counter() - begin, found


def _carried_out(
    database: db.Database, who: Actor, found: Sequence[Suggestion]
) -> tuple[float, int]:
    orders = [
        Order(
            each.task_id,
            each.version,
            each.section.id if each.section else None,
            each.main.id if each.main else None,
            each.second.id if each.second else None,
        )
        for each in found
    ]
    begin = time.perf_counter()
    with database.transaction() as session:
        row = assignments.carry_out(session, who, orders)
        assert (len(row.done), row.failed) == (COUNT, [])  # noqa: S101 - else it measures nothing
        bulk_id = row.id
    return time.perf_counter() - begin, bulk_id


_State = tuple[bytes, str, str]
_Mover = Callable[[Process, _State, Moment], object]


def _states(database: db.Database, task_ids: Sequence[int]) -> list[_State]:
    """The states of the cases of open steps, with key and element of the step."""
    with database.reading() as session:
        steps = select(Case.state, Task.key, Task.element).join(Task, Task.case_id == Case.id)
        return [
            (row[0], row[1], row[2])
            for row in session.execute(steps.where(among(Task.id, task_ids)))
        ]


def _states_after(database: db.Database, done: Sequence[int]) -> list[_State]:
    """The states once these steps are done, with the first step that each opened."""
    with database.reading() as session:
        followed = aliased(Task)
        first = (
            select(func.min(followed.id))
            .where(followed.case_id == Task.case_id, followed.status == TaskStatus.OPEN)
            .scalar_subquery()
        )
        ids = list(session.scalars(select(first).where(among(Task.id, done))))
    return _states(database, ids)


def _engine_alone(database: db.Database, states: Sequence[_State], step: _Mover) -> float:
    with database.reading() as session:
        moment = limits.of_today(session).moment()
        process = definitions.process_of(
            session, definitions.latest(session, PROCESSES[CaseKind.WV]).id
        )
        begin = time.perf_counter()
        for state in states:
            step(process, state, moment)
        return time.perf_counter() - begin


def _forward(process: Process, state: _State, moment: Moment) -> None:
    routed = engine.routing(process, state[2], {"assign_decision": "assign"})
    pending = {"main_pending": True, "second_pending": True}
    engine.complete(process, state[0], state[1], {**routed, **pending}, at=moment)


def _backward(target: str, process: Process, state: _State, moment: Moment) -> None:
    send_backs.sent_back(process, state[0], state[1], target=target, values={}, at=moment)


def _undone(database: db.Database, who: Actor, bulk_id: int) -> float:
    begin = time.perf_counter()
    with database.transaction() as session:
        row = assignments.undo(session, who, bulk_id)
        assert row.kept == []  # noqa: S101 - else it measures nothing
    return time.perf_counter() - begin


def _one_by_one(database: db.Database, who: Actor, found: Sequence[Suggestion]) -> float:
    begin = time.perf_counter()
    with database.transaction() as session:
        for each in found:
            task = session.scalars(
                select(Task).where(Task.case_id == each.case_id, Task.status == TaskStatus.OPEN)
            ).one()
            answers = {
                "assign_decision": "assign",
                "main_officer": str(each.main.id if each.main else 0),
                "second_officer": str(each.second.id if each.second else 0),
            }
            assignments.hand_in_alone(session, who, Hand(task.id, task.version, answers))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
