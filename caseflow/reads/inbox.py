"""The inbox: steps on a person's desk and those free to be taken, overdue first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Draft, Task, Taxpayer, TaxWarning
from caseflow.reads import doubts, limits
from caseflow.vocabulary import Actor, CaseStatus

LIMIT = 50
# So many steps one can walk through from case to case.
_WALKED = 500


class Tab(StrEnum):
    """Ways of cutting the inbox; each has its count."""

    ALL = "all"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    RETURNED = "returned"
    WAITING = "waiting"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks for: tab, filters, where to go on."""

    tab: Tab = Tab.ALL
    stage: str = ""
    grade: int | None = None
    after: tuple[datetime | None, int] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One step as the list shows it."""

    task_id: int
    case_id: int
    number: str
    name: str
    name_en: str
    stage: str
    due_at: datetime | None
    left: int | None
    is_paused: bool
    is_free: bool
    is_returned: bool
    has_draft: bool
    status: CaseStatus
    taxpayer: str
    tin: str
    score: Decimal
    grade: int
    doubt_count: int = 0
    amount: Decimal | None = None
    doubt: doubts.Doubt | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """The rows asked for, and the count of each tab by the same conditions."""

    rows: tuple[Row, ...]
    counts: dict[Tab, int]
    stages: tuple[str, ...] = field(default=())
    more: tuple[datetime | None, int] | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The steps before and after one on a desk, as case and task."""

    at: int
    count: int
    before: tuple[int, int] | None
    after: tuple[int, int] | None


def of(session: Session, actor: Actor, wish: Wish) -> Inbox:
    """The actor's inbox as the URL asks for it; five statements whatever its height."""
    counts = counts_of(session, actor)
    found = session.execute(_rows(actor, wish)).all()
    left = limits.days_left(session)
    by_case = _doubts(session, [row.case_id for row in found])
    rows = [
        Row(
            task_id=row.id,
            case_id=row.case_id,
            number=row.number,
            name=row.name,
            name_en=row.name_en,
            stage=row.stage,
            due_at=row.due_at,
            left=left(row.due_at),
            is_paused=row.paused_at is not None,
            is_free=row.assignee_id is None,
            is_returned=row.return_reason is not None,
            has_draft=row.has_draft,
            status=row.status,
            taxpayer=row.taxpayer,
            tin=row.tin,
            score=row.score,
            grade=row.grade,
            doubt_count=len(by_case.get(row.case_id, ())),
            amount=_amount(by_case.get(row.case_id, ())),
            doubt=_first(by_case.get(row.case_id, ())),
        )
        for row in found[:LIMIT]
    ]
    stages = session.scalars(
        select(Task.stage).where(policy.on_desk(actor)).group_by(Task.stage).order_by(Task.stage)
    )
    more = (rows[-1].due_at, rows[-1].task_id) if len(found) > LIMIT else None
    return Inbox(tuple(rows), counts, tuple(stages), more)


def counts_of(session: Session, actor: Actor) -> dict[Tab, int]:
    """How many rows each tab holds, in one statement."""
    columns = [func.count().filter(_cut(tab)).label(tab.value) for tab in Tab]
    row = session.execute(
        select(*columns)
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .where(policy.on_desk(actor))
    ).one()
    return {tab: getattr(row, tab.value) for tab in Tab}


def neighbours(session: Session, actor: Actor, task_id: int) -> Neighbours | None:
    """Where a step stands on the actor's desk by due date; None when it is not among the first."""
    due = func.coalesce(Task.due_at, clock.now() + timedelta(days=36500))
    rows = session.execute(
        select(Task.id, Task.case_id)
        .where(policy.on_desk(actor))
        .order_by(due, Task.id)
        .limit(_WALKED)
    ).all()
    places = {row.id: place for place, row in enumerate(rows)}
    if task_id not in places:
        return None
    at = places[task_id]
    before = rows[at - 1] if at else None
    after = rows[at + 1] if at + 1 < len(rows) else None
    return Neighbours(
        at + 1,
        len(rows),
        (before.case_id, before.id) if before else None,
        (after.case_id, after.id) if after else None,
    )


def end_of_week(today: date) -> date:
    """The Sunday of a day's week."""
    return today + timedelta(days=6 - today.weekday())


def _cut(tab: Tab) -> ColumnElement[bool]:
    now, today = clock.now(), clock.today()
    tonight, sunday = clock.end_of(today), clock.end_of(end_of_week(today))
    cuts: dict[Tab, ColumnElement[bool]] = {
        Tab.ALL: true(),
        Tab.OVERDUE: Task.due_at <= now,
        Tab.TODAY: and_(Task.due_at > now, Task.due_at <= tonight),
        Tab.WEEK: and_(Task.due_at > now, Task.due_at <= sunday),
        Tab.RETURNED: Task.return_reason.is_not(None),
        Tab.WAITING: Case.status == CaseStatus.WAITING_TAXPAYER,
        Tab.FREE: Task.assignee_id.is_(None),
    }
    return cuts[tab]


def _rows(actor: Actor, wish: Wish) -> Select[*tuple[Any, ...]]:
    has_draft = (
        select(Draft.task_id)
        .where(Draft.task_id == Task.id, Draft.user_id == actor.user_id)
        .exists()
    )
    due = func.coalesce(Task.due_at, clock.now() + timedelta(days=36500))
    query = (
        select(
            Task.id,
            Task.case_id,
            Task.name,
            Task.name_en,
            Task.stage,
            Task.due_at,
            Task.assignee_id,
            Task.return_reason,
            Case.number,
            Case.paused_at,
            Case.status,
            Case.score,
            Case.grade,
            Taxpayer.name.label("taxpayer"),
            Taxpayer.tin,
            has_draft.label("has_draft"),
        )
        .join(Case, Case.id == Task.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(policy.on_desk(actor), _cut(wish.tab))
        .order_by(due, Task.id)
        .limit(LIMIT + 1)
    )
    if wish.stage:
        query = query.where(Task.stage == wish.stage)
    if wish.grade:
        query = query.where(Case.grade == wish.grade)
    if wish.after:
        at = wish.after[0] or clock.now() + timedelta(days=36500)
        query = query.where((due > at) | ((due == at) & (Task.id > wish.after[1])))
    return query


def _doubts(session: Session, case_ids: Sequence[int]) -> dict[int, list[doubts.Doubt]]:
    """The doubts of the cases listed, the weightiest first."""
    found: dict[int, list[doubts.Doubt]] = {}
    for doubt in doubts.where(session, TaxWarning.case_id.in_(case_ids)):
        if doubt.case_id is not None:
            found.setdefault(doubt.case_id, []).append(doubt)
    return found


def _amount(found: Sequence[doubts.Doubt]) -> Decimal | None:
    known = [doubt.estimated_tax for doubt in found if doubt.estimated_tax is not None]
    return sum(known, Decimal(0)) if known else None


def _first(found: Sequence[doubts.Doubt]) -> doubts.Doubt | None:
    return found[0] if found else None
