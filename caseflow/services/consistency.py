"""Whether desks and engine agree: the open tasks of every case are where its course waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.engine import EngineError
from caseflow.models import Case, Task
from caseflow.services import definitions
from caseflow.vocabulary import Invalid, TaskStatus

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A case whose desks and course do not agree.

    ``off_desk`` are steps the course waits at and nobody has, and events it waits for that would
    not find it; ``astray`` are open tasks and awaited events that the course does not know;
    ``unreadable`` says why the course could not be read.
    """

    case_id: int
    number: str
    off_desk: tuple[str, ...]
    astray: tuple[str, ...]
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Consistency:
    """How many cases and open tasks were compared, and the cases that differ."""

    cases: int
    tasks: int
    differences: tuple[Difference, ...]


def compare(session: Session) -> Consistency:
    """Hold the open tasks of all open cases, and of closed ones with any, against the engine."""
    differences: list[Difference] = []
    cases = tasks = 0
    for case, desks in _cases_with_tasks(session):
        cases += 1
        tasks += len(desks)
        found = _differ(session, case, desks)
        if found is not None:
            differences.append(found)
    return Consistency(cases, tasks, tuple(differences))


def _differ(session: Session, case: Case, desks: dict[str, str]) -> Difference | None:
    try:
        process = definitions.process_of(session, case.definition_id)
        waits = {task.key: task.element for task in engine.open_tasks(process, case.state)}
        heard = set(engine.awaited(process, case.state))
    except (EngineError, Invalid) as error:
        return Difference(case.id, case.number, (), (), unreadable=str(error))
    off_desk = sorted(element for key, element in waits.items() if key not in desks)
    astray = sorted(element for key, element in desks.items() if waits.get(key) != element)
    off_desk += sorted(heard.difference(case.awaits))
    astray += sorted(set(case.awaits) - heard)
    if not off_desk and not astray:
        return None
    return Difference(case.id, case.number, tuple(off_desk), tuple(astray))


def _cases_with_tasks(session: Session) -> Iterator[tuple[Case, dict[str, str]]]:
    """Each case with its open tasks (key -> element), some hundred cases at a time."""
    open_task = exists().where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN)
    last = 0
    while True:
        cases = session.scalars(
            select(Case)
            .where(Case.id > last, or_(Case.closed_at.is_(None), open_task))
            .order_by(Case.id)
            .limit(_AT_ONCE)
        ).all()
        if not cases:
            return
        last = cases[-1].id
        rows = session.execute(
            select(Task.case_id, Task.key, Task.element)
            .where(
                Task.case_id.in_([case.id for case in cases]),
                Task.status == TaskStatus.OPEN,
                Task.asked_kind.is_(None),
            )
            .order_by(Task.case_id, Task.id)
        ).all()
        desks = {
            case_id: {row.key: row.element for row in group}
            for case_id, group in groupby(rows, key=lambda row: row.case_id)
        }
        yield from ((case, desks.get(case.id, {})) for case in cases)
