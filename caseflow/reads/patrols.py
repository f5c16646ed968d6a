"""Patrols 巡查 as their pages show them: plan against done, visits, and the counts of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    Case,
    LogEntry,
    PatrolLine,
    PatrolPhotograph,
    PatrolVisit,
    Taxpayer,
    User,
)
from caseflow.vocabulary import Actor, NotFound, Role, Verb

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A household on the plan, with the visit that did it."""

    line: PatrolLine
    tin: str
    name: str
    address: str
    officer: str
    visit_id: int | None
    visited_on: date | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """One administrator's month: planned, done of it, and visits beyond the plan."""

    officer: str
    planned: int
    done: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with who made it."""

    visit: PatrolVisit
    officer: str
    second: str


@dataclass(frozen=True, slots=True)
class Page:
    """One visit with its photographs, and the case that was opened on it."""

    visit: PatrolVisit
    officer: str
    second: str
    photographs: tuple[PatrolPhotograph, ...]
    case_number: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """What the two fields of a household and month are: visits confirmed, entries that stand."""

    tin: str
    patrol_visits: int
    log_entries: int


def sees_any(actor: Actor) -> bool:
    """Whether there can be patrols that somebody sees."""
    return any(
        policy.may(actor, verb) for verb in (Verb.KEEP_LOG, Verb.PLAN_PATROLS, Verb.READ_RECORD)
    )


def span(month: int) -> tuple[date, date]:
    """The first day of a month and the first of the next one.

    >>> span(200912)
    (datetime.date(2009, 12, 1), datetime.date(2010, 1, 1))
    """
    first = date(month // 100, month % 100, 1)
    return first, (first + timedelta(days=32)).replace(day=1)


def lines(session: Session, actor: Actor, month: int) -> tuple[Line, ...]:
    """The plan of a month that the actor sees, by administrator; one statement."""
    rows = session.execute(
        select(
            PatrolLine,
            policy.listed_tin(actor),
            Taxpayer.name,
            Taxpayer.address,
            User.name,
            PatrolVisit.id,
            PatrolVisit.on,
            PatrolVisit.confirmed_at.is_not(None),
        )
        .join(Taxpayer, Taxpayer.id == PatrolLine.taxpayer_id)
        .join(User, User.id == PatrolLine.officer_id)
        .outerjoin(PatrolVisit, PatrolVisit.line_id == PatrolLine.id)
        .where(
            PatrolLine.month == month,
            PatrolLine.dropped_at.is_(None),
            _seen(actor, PatrolLine.section_id, PatrolLine.officer_id),
        )
        .order_by(User.name_key, PatrolLine.officer_id, PatrolLine.id)
        .limit(LIMIT)
    )
    return tuple(Line(*row) for row in rows)


def visits(session: Session, actor: Actor, month: int) -> tuple[Visit, ...]:
    """The visits of a month that the actor sees, the newest first; one statement."""
    first, after = span(month)
    rows = session.execute(
        _visits()
        .where(
            PatrolVisit.on >= first,
            PatrolVisit.on < after,
            or_(
                _seen(actor, PatrolVisit.section_id, PatrolVisit.officer_id),
                PatrolVisit.second_id == actor.user_id,
            ),
        )
        .order_by(PatrolVisit.began_at.desc(), PatrolVisit.id.desc())
        .limit(LIMIT)
    )
    return tuple(Visit(*row) for row in rows)


def sums(plan: tuple[Line, ...], made: tuple[Visit, ...]) -> tuple[Sum, ...]:
    """Plan against done for each administrator, from what a page shows."""
    names = {each.line.officer_id: each.officer for each in plan}
    names |= {each.visit.officer_id: each.officer for each in made}
    return tuple(
        Sum(
            name,
            planned=sum(each.line.officer_id == who for each in plan),
            done=sum(each.line.officer_id == who and each.visit_id is not None for each in plan),
            beyond=sum(
                each.visit.officer_id == who and each.visit.line_id is None for each in made
            ),
        )
        for who, name in names.items()
    )


def page(session: Session, actor: Actor, visit_id: int) -> Page:
    """One visit.

    Raises:
        NotFound: there is none for the actor.
    """
    _require_any(actor, "patrol_visit", visit_id)
    row = session.execute(
        _visits()
        .add_columns(Case.number)
        .outerjoin(Case, and_(Case.id == PatrolVisit.case_id, policy.visible_cases(actor)))
        .where(PatrolVisit.id == visit_id, _seen_visit(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("patrol_visit", id=visit_id)
    pictures = session.scalars(
        select(PatrolPhotograph)
        .where(PatrolPhotograph.visit_id == visit_id)
        .order_by(PatrolPhotograph.id)
    )
    return Page(row[0], row[1], row[2], tuple(pictures), row[3])


def photograph(session: Session, actor: Actor, photograph_id: int) -> PatrolPhotograph:
    """One photograph of a visit that the actor sees.

    Raises:
        NotFound: there is none for the actor.
    """
    _require_any(actor, "photograph", photograph_id)
    found = session.scalar(
        select(PatrolPhotograph)
        .join(PatrolVisit, PatrolVisit.id == PatrolPhotograph.visit_id)
        .where(PatrolPhotograph.id == photograph_id, _seen_visit(actor))
    )
    if found is None:
        raise NotFound("photograph", id=photograph_id)
    return found


def of_household(session: Session, actor: Actor, taxpayer_id: int) -> Taxpayer:
    """A household of one's own or on one's plan, to which one notes a visit.

    Raises:
        NotFound: there is none for the actor.
    """
    _require_any(actor, "taxpayer", taxpayer_id)
    on_plan = exists().where(
        PatrolLine.taxpayer_id == Taxpayer.id,
        PatrolLine.officer_id == actor.user_id,
        PatrolLine.dropped_at.is_(None),
    )
    own = or_(Taxpayer.administrator_id == actor.user_id, on_plan)
    found = session.scalar(select(Taxpayer).where(Taxpayer.id == taxpayer_id, own))
    if found is None:
        raise NotFound("taxpayer", id=taxpayer_id)
    return found


def unconfirmed(actor: Actor) -> Select[int]:
    """How many visits wait for the actor to confirm them as the second officer."""
    return select(func.count()).where(
        PatrolVisit.second_id == actor.user_id, PatrolVisit.confirmed_at.is_(None)
    )


def counts(session: Session, month: int) -> tuple[Count, ...]:
    """The fields ``patrol_visits`` and ``log_entries`` of every household that has any.

    A visit counts when both officers stand for it; an entry until another one corrects it.
    """
    first, after = span(month)
    made = (
        select(PatrolVisit.taxpayer_id, func.count().label("n"))
        .where(
            PatrolVisit.on >= first, PatrolVisit.on < after, PatrolVisit.confirmed_at.is_not(None)
        )
        .group_by(PatrolVisit.taxpayer_id)
        .subquery()
    )
    later = aliased(LogEntry)
    written = (
        select(LogEntry.taxpayer_id, func.count().label("n"))
        .outerjoin(later, later.corrects_id == LogEntry.id)
        .where(
            LogEntry.on >= first,
            LogEntry.on < after,
            LogEntry.taxpayer_id.is_not(None),
            later.id.is_(None),
        )
        .group_by(LogEntry.taxpayer_id)
        .subquery()
    )
    rows = session.execute(
        select(Taxpayer.tin, func.coalesce(made.c.n, 0), func.coalesce(written.c.n, 0))
        .outerjoin(made, made.c.taxpayer_id == Taxpayer.id)
        .outerjoin(written, written.c.taxpayer_id == Taxpayer.id)
        .where(or_(made.c.n > 0, written.c.n > 0))
        .order_by(Taxpayer.tin)
    )
    return tuple(Count(*row) for row in rows)


def this_month() -> int:
    """The month that runs, as 201001."""
    today = clock.today()
    return today.year * 100 + today.month


def _require_any(actor: Actor, what: str, number: int) -> None:
    """For whom no patrols exist there is no such thing; their role may not even ask."""
    if not sees_any(actor):
        raise NotFound(what, id=number)


def _visits() -> Select[PatrolVisit, str, str]:
    officer, second = aliased(User), aliased(User)
    return (
        select(PatrolVisit, officer.name, second.name)
        .join(officer, officer.id == PatrolVisit.officer_id)
        .join(second, second.id == PatrolVisit.second_id)
    )


def _seen_visit(actor: Actor) -> ColumnElement[bool]:
    return or_(
        _seen(actor, PatrolVisit.section_id, PatrolVisit.officer_id),
        PatrolVisit.second_id == actor.user_id,
    )


def _seen(
    actor: Actor, section_id: InstrumentedAttribute[int], officer_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """One's own, those of the section that one heads, all of them for auditors."""
    if policy.may(actor, Verb.READ_RECORD):
        return section_id.is_not(None)
    headed = [post.unit_id for post in actor.posts if post.role is Role.SECTION_CHIEF]
    return or_(officer_id == actor.user_id, section_id.in_(headed))
