"""One human step, engine and all, in one durable transaction, against the same without the engine.

Usage: python -m benchmarks.step
Two cases take the same steps side by side on an embedded PostgreSQL with fsync on. Both go through
the verb (`tasks.complete`): policy, answers, task rows, record with its chain, outbox, commit. In
one the engine works; in the other it hands out what it found in a rehearsal that was rolled back.
Each figure is the median of seven rounds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from caseflow import db, engine
from caseflow.engine import Step
from caseflow.models import Case, Task
from caseflow.services import tasks
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support import house

ROUNDS = 7
PAIRS = 6
BUDGET = 2.0
_ACCEPTED = {"recusal": "none", "accept_decision": "accept"}


@dataclass
class Figures:
    """Seconds by kind of run, and by step; statements by step."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"with": [], "without": []})
    steps: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Print the comparison."""
    with house.standing() as standing, standing.clone("bench") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            people = cast.enter(session)
        rounds = [_round(database, people, number) for number in range(ROUNDS)]
        database.dispose()
    _print(rounds)


def _round(database: db.Database, people: Cast, number: int) -> Figures:
    figures = Figures()
    for pair in range(PAIRS):
        serial = 2 * (number * PAIRS + pair)
        cases = {
            "with": _open(database, serial + 1),
            "without": _open(database, serial + 2),
        }
        order = ("with", "without") if pair % 2 else ("without", "with")
        for element in _STEPS:
            for kind in order:
                _take(database, people, cases[kind], element, kind=kind, figures=figures)
    return figures


def _open(database: db.Database, serial: int) -> int:
    with database.transaction() as session:
        return factories.case(session, factories.taxpayer(session, serial=serial)).id


def _take(
    database: db.Database,
    people: Cast,
    case_id: int,
    element: str,
    *,
    kind: str,
    figures: Figures,
) -> None:
    """Put a step on its desk, rehearse handing it in, then do so and time it."""
    with database.transaction() as session:
        task = desk.open_task(session, session.get_one(Case, case_id), element)
        if task.assignee_id is None:
            tasks.claim(session, people.people[_STEPS[element][0]], task.id)
    found: list[Step] = []
    try:
        with database.transaction() as session, _recorded(found):
            _hand_in(session, people, case_id, element)
            raise _Rehearsed  # noqa: TRY301 - rolls back
    except _Rehearsed:
        pass
    with _counted(database) as statements, _replayed(found, is_on=kind == "without"):
        begin = time.perf_counter()
        with database.transaction() as session:
            _hand_in(session, people, case_id, element)
        taken = time.perf_counter() - begin
    figures.seconds[kind].append(taken)
    if kind == "with":
        figures.steps.setdefault(element, []).append(taken)
        figures.statements[element] = len(statements)


def _hand_in(session: Session, people: Cast, case_id: int, element: str) -> Task:
    case = session.get_one(Case, case_id)
    login, answers = _STEPS[element]
    task = desk.open_task(session, case, element)
    return desk.hand_in(session, people.people[login], task, answers(session, people, case))


class _Rehearsed(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


@contextmanager
def _recorded(found: list[Step]) -> Iterator[None]:
    complete = engine.complete

    def recording(*args: Any, **kwargs: Any) -> Step:  # noqa: ANN401 - whatever it takes
        found.append(complete(*args, **kwargs))
        return found[-1]

    with _instead(recording):
        yield


@contextmanager
def _replayed(found: list[Step], *, is_on: bool) -> Iterator[None]:
    if not is_on:
        yield
        return
    with _instead(lambda *_, **__: found[0]):
        yield


@contextmanager
def _instead(replacement: Callable[..., Step]) -> Iterator[None]:
    complete = engine.complete
    engine.complete = replacement
    try:
        yield
    finally:
        engine.complete = complete


@contextmanager
def _counted(database: db.Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _print(rounds: list[Figures]) -> None:
    medians = {
        kind: [statistics.median(each.seconds[kind]) * 1000 for each in rounds]
        for kind in ("with", "without")
    }
    ratios = [a / b for a, b in zip(medians["with"], medians["without"], strict=True)]
    print(f"one human step, durable, median of {ROUNDS} rounds of {PAIRS} pairs of cases")
    print(f"  with the engine       {statistics.median(medians['with']):8.2f} ms")
    print(f"  without               {statistics.median(medians['without']):8.2f} ms")
    print(f"  ratio                 {statistics.median(ratios):8.2f}    (budget {BUDGET})")
    for element in _STEPS:
        taken = [seconds for each in rounds for seconds in each.steps[element]]
        statements = rounds[-1].statements[element]
        shown = statistics.median(taken) * 1000
        print(f"  {element:<20}  {shown:8.2f} ms {statements:4} statements")


Answers = Callable[[Session, Cast, Case], dict[str, Any]]


def _checked(session: Session, _: Cast, case: Case) -> dict[str, Any]:
    doubts = desk.doubts_of(session, case)
    return {
        "steps": [{"row": f"{doubt}:V01", "state": "done"} for doubt in doubts],
        "doubts": [
            {"row": str(each), "result": "explained", "text": desk.REASONS, "evidence": []}
            for each in doubts
        ],
        "next_step": "conclude",
    }


_STEPS: dict[str, tuple[str, Answers]] = {
    "dispatch": (
        "leader",
        lambda _, __, case: {
            "dispatch_decision": "assign",
            "section": str(case.section_id),
            "priority": "normal",
        },
    ),
    "assign": (
        "chief",
        lambda _, people, __: {
            "assign_decision": "assign",
            "main_officer": str(people.officer.user_id),
            "second_officer": str(people.partner.user_id),
        },
    ),
    "accept_main": ("officer", lambda *_: _ACCEPTED),
    "accept_second": ("partner", lambda *_: _ACCEPTED),
    "desk_check": ("officer", _checked),
    "conclusion": ("officer", lambda session, _, case: desk.conclusion(session, case)),
    "review": ("chief", lambda *_: {"review_decision": "agree", "opinion": "同意"}),
}


if __name__ == "__main__":
    main()
