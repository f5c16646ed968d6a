"""Checks of cases: course and desks, what is stuck, whose holder is gone, timers, duties, sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.orm import Session

from caseflow import assessed, clock
from caseflow.engine import EngineError
from caseflow.engine.waits import waits
from caseflow.models import AssessedAmount, Case, Post, Task, User
from caseflow.services import consistency, definitions
from caseflow.services.self_checks.findings import Finding, Seen
from caseflow.vocabulary import Invalid, TaskStatus

# Timers fire every two seconds: one that is so late does not fire at all.
_LATE = timedelta(minutes=10)
_AT_ONCE = 500
_IS_OPEN = Task.status == TaskStatus.OPEN
# Deputies count beside their principals, and so does who stands between.
_BOTH_SIDES = text("""
    SELECT late.id, late.case_id, late.element, min(early.element)
    FROM tasks AS late
    JOIN tasks AS early ON early.case_id = late.case_id AND early.id <> late.id
        AND early.status = 'done' AND early.done_at <= late.done_at
        AND (ARRAY[early.element, early.relation]::text[] && late.separation
            OR ARRAY[late.element, late.relation]::text[] && early.separation)
    WHERE late.status = 'done'
        AND ARRAY[late.done_by, late.done_for, late.done_through]
            && ARRAY[early.done_by, early.done_for, early.done_through]
    GROUP BY late.id
    ORDER BY late.id
""")
_TOTALS = text("""
    SELECT DISTINCT ON (stream) substr(stream, 6)::bigint, payload::jsonb ->> 'total_tax'
    FROM record_events
    WHERE stream LIKE 'case:%' AND action = 'task.completed'
        AND payload IS JSON OBJECT AND payload::jsonb ? 'total_tax'
    ORDER BY stream, seq DESC
""")


def courses(session: Session) -> Seen:
    """The open tasks of a case are the steps that its course waits at."""
    seen = consistency.compare(session)
    return Seen(
        seen.cases,
        tuple(
            Finding(
                f"case:{each.case_id}",
                "unreadable" if each.unreadable else "differs",
                each.case_id,
                {"off_desk": list(each.off_desk), "astray": list(each.astray)},
            )
            for each in seen.differences
        ),
    )


def closed_with_steps(session: Session) -> Seen:
    """A closed case has no open step."""
    rows = session.execute(
        select(Case.id, func.count())
        .join(Task, Task.case_id == Case.id)
        .where(Case.closed_at.is_not(None), _IS_OPEN)
        .group_by(Case.id)
        .order_by(Case.id)
    )
    found = tuple(Finding(f"case:{row[0]}", "open_steps", row[0], {"n": row[1]}) for row in rows)
    return Seen(_count(session, Case.closed_at.is_not(None)), found)


def stuck(session: Session) -> Seen:
    """An open case has a step on somebody's desk, or waits for a time or a message."""
    nobody = ~exists().where(Task.case_id == Case.id, _IS_OPEN)
    waits_for_nothing = (Case.wake_at.is_(None), func.cardinality(Case.awaits) == 0)
    rows = session.scalars(
        select(Case.id)
        .where(Case.closed_at.is_(None), nobody, *waits_for_nothing)
        .order_by(Case.id)
    )
    found = tuple(Finding(f"case:{case_id}", "nobody", case_id) for case_id in rows)
    return Seen(_count(session, Case.closed_at.is_(None)), found)


def holders(session: Session) -> Seen:
    """Who holds a step is there: not disabled, and with a post today."""
    today = clock.today()
    has_post = exists().where(
        Post.user_id == User.id,
        Post.valid_from <= today,
        or_(Post.valid_to.is_(None), Post.valid_to >= today),
    )
    rows = session.execute(
        select(Task.id, Task.case_id, Task.element, Task.relation, User.id)
        .join(User, User.id == Task.assignee_id)
        .where(_IS_OPEN, or_(~User.is_active, ~has_post))
        .order_by(Task.id)
    )
    found = tuple(
        Finding(
            f"task:{row[0]}",
            "gone_named" if row[3] else "gone",
            row[1],
            {"element": row[2], "user": row[4]},
        )
        for row in rows
    )
    held = select(func.count()).where(_IS_OPEN, Task.assignee_id.is_not(None))
    return Seen(session.scalars(held).one(), found)


def timers(session: Session) -> Seen:
    """The clockwork knows the timer of each course, as the course has it, and none is overdue.

    One that was set aside because its step failed is told too: it is tried again every hour.
    """
    now, looked_at = clock.now(), 0
    found: list[Finding] = []
    for case in _open_cases(session):
        looked_at += 1
        if fault := _timer_fault(session, case, late=now - _LATE):
            found.append(Finding(f"case:{case.id}", fault, case.id))
    overdue = session.execute(
        select(Task.id, Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(_IS_OPEN, Task.remind_at < now - _LATE, Case.paused_at.is_(None))
        .order_by(Task.id)
    )
    found += [Finding(f"task:{row[0]}", "unreminded", row[1]) for row in overdue]
    return Seen(looked_at, tuple(found))


def duties(session: Session) -> Seen:
    """Nobody has done two steps of a case that one person may not do both of."""
    rows = session.execute(_BOTH_SIDES)
    found = tuple(
        Finding(f"task:{row[0]}", "both_sides", row[1], {"element": row[2], "earlier": row[3]})
        for row in rows
    )
    kept = select(func.count()).where(
        Task.status == TaskStatus.DONE, func.cardinality(Task.separation) > 0
    )
    return Seen(session.scalars(kept).one(), found)


def sums(session: Session) -> Seen:
    """The tax that a conclusion was recorded with equals the sum of its rows."""
    recorded = {row[0]: row[1] for row in session.execute(_TOTALS)}
    found = []
    for case_id, told in sorted(recorded.items()):
        rows = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case_id))
        try:
            total = Decimal(told)
        except InvalidOperation:
            found.append(Finding(f"case:{case_id}", "unreadable", case_id))
            continue
        if assessed.total_tax(rows.all()) != total:
            found.append(Finding(f"case:{case_id}", "differs", case_id))
    return Seen(len(recorded), tuple(found))


def _timer_fault(session: Session, case: Case, *, late: datetime) -> str | None:
    """What is wrong between the first timer of a course and the one that the case's row tells."""
    try:
        process = definitions.process_of(session, case.definition_id)
        dues = [wait.due_at for wait in waits(process, case.state) if wait.due_at is not None]
    except (EngineError, Invalid):
        return None  # ``courses`` says of this case that it cannot be read
    due = min(dues, default=None)
    if case.wake_at is None:
        return None if due is None else "lost"
    if due is None:
        return "idle"
    if due < case.wake_at:
        return "set_aside"
    return "overdue" if case.wake_at < late else None


def _open_cases(session: Session) -> Iterator[Case]:
    last = 0
    while True:
        share = session.scalars(
            select(Case)
            .where(Case.closed_at.is_(None), Case.id > last)
            .order_by(Case.id)
            .limit(_AT_ONCE)
        ).all()
        if not share:
            return
        yield from share
        last = share[-1].id


def _count(session: Session, *where: object) -> int:
    return session.scalars(select(func.count()).select_from(Case).where(*where)).one()  # type: ignore[arg-type]  # conditions
