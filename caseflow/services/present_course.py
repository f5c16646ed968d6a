"""Which of the steps that were done still count: those on the present course of a case.

A step that opens again, be it by a loop of the drawing or by a sending back, begins its part of
the course anew: what was done in it before, and what was done behind it, counts no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caseflow.engine import Process, send_backs
from caseflow.models import Task
from caseflow.vocabulary import TaskStatus


def of(process: Process, rows: Sequence[Task]) -> list[Task]:
    """The steps done on the present course, in the order in which they were handed in.

    Args:
        process: the version on which the case runs.
        rows: every step that the case has had, the oldest first.

    """
    known = [row for row in rows if row.element in process.elements]
    done = sorted(
        (row for row in known if row.status is TaskStatus.DONE),
        key=lambda row: (_at(row), row.id),
    )
    for opened in known:
        _begin_anew(process, done, opened)
    return done


def is_same_place(process: Process, one: Task, other: Task) -> bool:
    """Whether two steps are the same one, done twice: instances side by side are not."""
    multi = process.elements[one.element].multi
    is_together = multi is not None and not multi.sequential
    return one.element == other.element and (is_together or one.item == other.item)


def falls_with(process: Process, first: Task, other: Task) -> bool:
    """Whether a step done later has to be done again when the first one is."""
    is_same = first.element == other.element
    return is_same or send_backs.lies_before(process, first.element, other.element)


def _at(row: Task) -> datetime:
    """When it was handed in."""
    return row.done_at or row.opened_at


def _begin_anew(process: Process, done: list[Task], opened: Task) -> None:
    before = [row for row in done if _at(row) <= opened.opened_at and row.id < opened.id]
    first = next((row for row in before if is_same_place(process, row, opened)), None)
    if first is None:
        return
    at = before.index(first)
    for row in before[at:]:
        if falls_with(process, first, row):
            done.remove(row)
