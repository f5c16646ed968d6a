"""The open steps of a case as its new version draws them: their names, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, element_names
from caseflow.engine import Process, migration
from caseflow.engine.migration import Hindrance
from caseflow.models import Case, Task
from caseflow.models.base import Json
from caseflow.services import cases, seats, tasks
from caseflow.services.cases import Leading
from caseflow.vocabulary import TaskStatus

# What a step is called and asks, and whose it is: the columns that a drawing decides.
_CALLED = ("element", "name", "name_en", "stage", "form_key", "case_status")
_WHOSE = ("roles", "unit_id", "separation")


class _Named(NamedTuple):
    """Whom an open step names beside its drawing, as its row keeps it."""

    item: object | None
    unit: object | None


def of(session: Session, case: Case) -> Sequence[Task]:
    """The open steps of a case, the oldest first."""
    rows = select(Task).where(
        Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.asked_kind.is_(None)
    )
    return session.scalars(rows.order_by(Task.id)).all()


def redraw(
    session: Session, case: Case, old: Process, new: Process, mapping: Mapping[str, str]
) -> tuple[Hindrance, ...]:
    """Let the open steps of a case be what the new version says; gives what that changed.

    Key, limit and draft stay. Where the new version says otherwise whose a step is, its holder
    keeps it only if still permitted; else it waits on the desk of its role.
    """
    found = of(session, case)
    if not found:
        return ()
    leading = next((task for task in reversed(found) if task.stage == case.stage), found[-1])
    before = (leading.stage, leading.case_status)
    told: list[Hindrance] = []
    units = cache(partial(seats.city_units, session))
    for task in found:
        changes = migration.redrawn(old, new, task.element, mapping)
        element = new.elements[element_names.renamed(task.element, mapping)]
        named = _Named((task.item or {}).get("item"), task.unit_id)
        drawn = cases.as_drawn(element, cases.standing(case), named, units)
        _take(task, drawn, _CALLED)
        told += changes
        if any(change.code == "other_people" for change in changes):
            _take(task, drawn, _WHOSE)
            if not _keeps_holder(session, case, task, drawn):
                told.append(Hindrance("handed_back", element.id, element.name, element.name_en))
    if (leading.stage, leading.case_status) != before:
        case.stage = leading.stage
        leads = Leading(leading.stage, leading.case_status, leading.due_at, leading.return_reason)
        case.status = cases.status(cases.standing(case), leads, clock.now())
    return tuple(told)


def _take(task: Task, drawn: Json, columns: tuple[str, ...]) -> None:
    for column in columns:
        setattr(task, column, drawn[column])


def _keeps_holder(session: Session, case: Case, task: Task, drawn: Json) -> bool:
    """Whether a step stays with whoever holds it; otherwise it is given to whose it is now."""
    holder, named = task.assignee_id, task.relation
    task.relation = drawn["relation"]
    if task.relation is not None:
        if named == task.relation or holder == drawn["assignee_id"]:
            return True
    elif holder is None or tasks.could_take(session, case, task, holder):
        return True
    task.assignee_id = drawn["assignee_id"]
    task.held_for = None
    task.claimed_at = clock.now() if task.assignee_id is not None else None
    task.version += 1
    return False
