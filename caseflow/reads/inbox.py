"""The inbox: steps on a person's desk and those free to be taken, overdue first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Draft, SeenCase, Task, Taxpayer, TaxWarning
from caseflow.reads import case_names, doubts, limits
from caseflow.vocabulary import Actor, CaseStatus

LIMIT = 50
# Asked for instead of a principal: what is there in the own name.
OWN = 0
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


class Sort(StrEnum):
    """What the rows may be ordered by, upwards or downwards."""

    DUE = "due"
    DUE_DOWN = "-due"
    SCORE = "score"
    SCORE_DOWN = "-score"
    AMOUNT = "amount"
    AMOUNT_DOWN = "-amount"

    @property
    def column(self) -> str:
        """The column without its direction."""
        return self.value.removeprefix("-")

    @property
    def is_down(self) -> bool:
        """Whether the highest comes first."""
        return self.value.startswith("-")


# What a page of the list ends with: the value it is ordered by, and the step.
Cursor = tuple[datetime | Decimal | None, int]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks for: tab, filters, order, where to go on."""

    tab: Tab = Tab.ALL
    stage: str = ""
    grade: int | None = None
    sort: Sort = Sort.DUE
    # A principal for whom the person stands, or ``OWN``; none: all.
    for_id: int | None = None
    after: Cursor | None = None


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
    # Whether the person has opened the case since the step came.
    is_unread: bool
    # The principal for whom a deputy finds the step on the desk; none: the own.
    for_id: int | None
    for_name: str
    status: CaseStatus
    taxpayer: str
    tin: str
    score: Decimal
    grade: int
    is_sensitive: bool
    doubt_count: int = 0
    amount: Decimal | None = None
    doubt: doubts.Doubt | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """The rows asked for, and the count of each tab by the same conditions."""

    rows: tuple[Row, ...]
    counts: dict[Tab, int]
    stages: tuple[str, ...] = field(default=())
    more: Cursor | None = None


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
    found = rows(session, actor, wish, most=LIMIT + 1)
    stages = session.scalars(
        select(Task.stage).where(policy.on_desk(actor)).group_by(Task.stage).order_by(Task.stage)
    )
    shown = found[:LIMIT]
    more = (_value(shown[-1], wish.sort), shown[-1].task_id) if len(found) > LIMIT else None
    return Inbox(shown, counts, tuple(stages), more)


def rows(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[Row, ...]:
    """The first steps of the list as the URL asks for it; three statements."""
    found = session.execute(_rows(actor, wish).limit(most)).all()
    left = limits.days_left(session)
    by_case = _doubts(session, [row.case_id for row in found])
    principals = {each.principal_id: each.principal_name for each in actor.stands_for}
    return tuple(
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
            is_unread=row.is_unread,
            for_id=row.for_id,
            for_name=principals.get(row.for_id, ""),
            status=row.status,
            taxpayer=row.taxpayer,
            tin=row.tin,
            score=row.score,
            grade=row.grade,
            is_sensitive=row.is_sensitive,
            doubt_count=len(by_case.get(row.case_id, ())),
            amount=_amount(by_case.get(row.case_id, ())),
            doubt=_first(by_case.get(row.case_id, ())),
        )
        for row in found
    )


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


def counts_by(session: Session, actor: Actor, wishes: Sequence[Wish]) -> list[int]:
    """How many rows each of these wishes finds, in one statement."""
    if not wishes:
        return []
    columns = [func.count().filter(*_conditions(actor, wish)) for wish in wishes]
    row = session.execute(
        select(*columns)
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .where(policy.on_desk(actor))
    ).one()
    return list(row)


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
    opened = (
        select(SeenCase.case_id)
        .where(
            SeenCase.case_id == Task.case_id,
            SeenCase.user_id == actor.user_id,
            SeenCase.at >= Task.opened_at,
        )
        .exists()
    )
    key = _key(wish.sort)
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
            case_names.about().label("taxpayer"),
            policy.listed_tin(actor),
            has_draft.label("has_draft"),
            (~opened).label("is_unread"),
            policy.on_desk_for_whom(actor).label("for_id"),
            policy.marked().label("is_sensitive"),
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(policy.on_desk(actor), *_conditions(actor, wish))
        .order_by(key.desc() if wish.sort.is_down else key, Task.id)
    )
    if wish.after:
        last = _NOTHING[wish.sort.column]() if wish.after[0] is None else wish.after[0]
        beyond = key < last if wish.sort.is_down else key > last
        query = query.where(beyond | ((key == last) & (Task.id > wish.after[1])))
    return query


def _conditions(actor: Actor, wish: Wish) -> list[ColumnElement[bool]]:
    parts = [_cut(wish.tab)]
    if wish.for_id == OWN:
        parts.append(policy.on_desk_in_own_name(actor))
    elif wish.for_id is not None:
        parts.append(policy.on_desk_for(actor, wish.for_id))
    if wish.stage:
        parts.append(Task.stage == wish.stage)
    if wish.grade:
        parts.append(Case.grade == wish.grade)
    return parts


def _far() -> datetime:
    """Where a step without a limit stands: behind all others."""
    return clock.now() + timedelta(days=36500)


# What stands for a missing value in the order, by column.
_NOTHING: Mapping[str, Callable[[], datetime | Decimal]] = {
    "due": _far,
    "score": lambda: Decimal(-1),
    "amount": lambda: Decimal(-1),
}


def _key(sort: Sort) -> ColumnElement[Any]:
    amount = (
        select(func.sum(TaxWarning.estimated_tax))
        .where(TaxWarning.case_id == Task.case_id)
        .scalar_subquery()
    )
    columns: dict[str, ColumnElement[Any]] = {
        "due": func.coalesce(Task.due_at, _far()),
        "score": func.coalesce(Case.score, Decimal(-1)),
        "amount": func.coalesce(amount, Decimal(-1)),
    }
    return columns[sort.column]


def _value(row: Row, sort: Sort) -> datetime | Decimal | None:
    """What the row is ordered by."""
    return {"due": row.due_at, "score": row.score, "amount": row.amount}[sort.column]


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
