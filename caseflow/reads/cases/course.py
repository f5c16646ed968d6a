"""The ways that cases went, as conditions: the same for a figure and for the list it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select

from caseflow import clock
from caseflow.models import Case, CaseCourse, Definition, Route, Task, Variant
from caseflow.vocabulary import TaskStatus

# Said for an element: whichever it is. No drawing can call an element so.
ANY_STEP = "*"


@dataclass(frozen=True, slots=True)
class Course:
    """What is asked of the way of a case; the empty one asks nothing.

    ``process`` or ``version_id`` is what it runs on, ``since`` and ``until`` the days it was
    opened on; ``is_ended`` takes voided cases in. ``at`` are elements one of which has an open
    step, or calls with one inside, late if ``is_late_there``; without elements any will do.
    ``passed`` is a flow or an element that was done, ``repeated`` an element that was opened
    again, or ``ANY_STEP``.
    """

    process: str = ""
    version_id: int | None = None
    since: date | None = None
    until: date | None = None
    is_ended: bool = False
    at: tuple[str, ...] = ()
    is_late_there: bool = False
    passed: str = ""
    variant_id: int | None = None
    repeated: str = ""
    reason: str = ""
    sent_to: str = ""


ANY_COURSE = Course()


def conditions(course: Course) -> Iterator[ColumnElement[bool]]:
    """The conditions on ``Case``."""
    yield from _runs_on(course)
    if course.is_ended:
        yield Case.closed_at.is_not(None)
    if course.at or course.is_late_there:
        yield _step_at(course)
    if course.reason or course.sent_to:
        returned = _task(Task.return_reason.is_not(None))
        if course.reason:
            returned.append(Task.return_reason == course.reason)
        if course.sent_to:
            returned.append(Task.element == course.sent_to)
        yield exists().where(*returned)
    if course.passed:
        routes = select(Route.id).where(Route.passed.contains([course.passed]))
        yield exists().where(CaseCourse.case_id == Case.id, CaseCourse.route_id.in_(routes))
    if course.variant_id:
        is_it = CaseCourse.variant_id == course.variant_id
        yield exists().where(CaseCourse.case_id == Case.id, is_it)
    if course.repeated:
        has_it = Variant.repeats.has_key(course.repeated)
        has_any = Variant.repeats != {}
        is_any = course.repeated == ANY_STEP
        variants = select(Variant.id).where(has_any if is_any else has_it)
        yield exists().where(CaseCourse.case_id == Case.id, CaseCourse.variant_id.in_(variants))


def is_late() -> ColumnElement[bool]:
    """Open steps whose own limit has passed, as on the desk of their holder."""
    return Task.due_at < clock.now()


def _runs_on(course: Course) -> Iterator[ColumnElement[bool]]:
    if course.version_id:
        yield Case.definition_id == course.version_id
    if course.process:
        versions = select(Definition.id).where(Definition.process == course.process)
        yield Case.definition_id.in_(versions)
    if course.since:
        yield Case.opened_at >= clock.start_of(course.since)
    if course.until:
        yield Case.opened_at < clock.end_of(course.until)


def _step_at(course: Course) -> ColumnElement[bool]:
    waiting = _task(Task.status == TaskStatus.OPEN)
    if course.at:
        # The steps inside a call bear its name and a slash before their own.
        inside = (Task.element.startswith(f"{each}/", autoescape=True) for each in course.at)
        waiting.append(or_(Task.element.in_(course.at), *inside))
    return exists().where(*waiting, *([is_late()] if course.is_late_there else []))


def _task(*parts: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [Task.case_id == Case.id, *parts]
