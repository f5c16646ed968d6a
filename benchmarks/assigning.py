"""Assigning five hundred waiting cases at once: proposing, carrying out, taking back.

Usage: python -m benchmarks.assigning
A chief has 500 cases to assign. Timed are the proposals, and carrying them out in one transaction
with an act of its own for each case, on an embedded PostgreSQL with fsync on; then taking all of
them back, and handing the same steps in again one by one, as somebody would who opens each. The
floor is what no way of doing it can leave out: the engine's step with each of the same 500 states,
and nothing else. The budget is that of the requirement, five seconds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import select

from caseflow import db, engine
from caseflow.models import Case, Task
from caseflow.services import assignments, definitions, limits, suggestions
from caseflow.services.assignments import Order
from caseflow.services.many_hand_ins import Hand
from caseflow.services.suggestions import Suggestion
from caseflow.vocabulary import Actor, TaskStatus
from tests import cast, factories
from tests.cast import Cast
from tests.support import house

COUNT = 500
BUDGET = 5.0


def main() -> None:
    """Print the comparison."""
    with house.standing() as standing, standing.clone("bench") as config:
        database = db.connect(str(config.database_url))
        people = _waiting(database)
        proposing, found = _proposed(database, people.chief)
        floor = _floor(database)
        carrying, bulk_id = _carried_out(database, people.chief, found)
        undoing = _undone(database, people.chief, bulk_id)
        singly = _one_by_one(database, people.chief, found)
        database.dispose()
    print(f"assigning {COUNT} cases at once")
    print(f"  proposals with reasons   {proposing:8.2f} s")
    print(f"  engine's steps alone     {floor:8.2f} s    (floor)")
    print(f"  carried out, durable     {carrying:8.2f} s    (budget {BUDGET:.0f} s)")
    print(f"  ratio to the budget      {carrying / BUDGET:8.2f}")
    print(f"  ratio to the floor       {carrying / floor:8.2f}")
    print(f"  one by one               {singly:8.2f} s    ({singly / carrying:.1f} times as long)")
    print(f"  taken back at once       {undoing:8.2f} s")


def _waiting(database: db.Database) -> Cast:
    """As many cases that wait for the chief of one section."""
    with database.transaction() as session:
        people = cast.enter(session)
        factories.deploy(session)
        for serial in range(COUNT):
            factories.case_on(session, factories.taxpayer(session, serial=serial + 1))
    _, found = _proposed(database, people.leader)
    _carried_out(database, people.leader, found)
    return people


def _proposed(database: db.Database, who: Actor) -> tuple[float, Sequence[Suggestion]]:
    with database.reading() as session:
        ids = session.scalars(select(Task.id).where(Task.status == TaskStatus.OPEN)).all()
        begin = time.perf_counter()
        found = suggestions.propose(session, who, ids).suggestions
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


def _floor(database: db.Database) -> float:
    with database.reading() as session:
        moment = limits.of_today(session).moment()
        steps = session.execute(
            select(Case.definition_id, Case.state, Task.key, Task.element)
            .join(Task, Task.case_id == Case.id)
            .where(Task.status == TaskStatus.OPEN)
        ).all()
        process = definitions.process_of(session, steps[0].definition_id)
        pending = {"main_pending": True, "second_pending": True}
        begin = time.perf_counter()
        for step in steps:
            routed = engine.routing(process, step.element, {"assign_decision": "assign"})
            engine.complete(process, step.state, step.key, {**routed, **pending}, at=moment)
        return time.perf_counter() - begin


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
