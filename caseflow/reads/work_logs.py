"""Work logs 工作日志 as their pages show them: a day of somebody, and a section's month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from caseflow import calendars, clock, policy
from caseflow.models import LogDay, LogEntry, PatrolVisit, Post, Taxpayer, Unit, User
from caseflow.reads import patrols
from caseflow.reads.enforcement import register
from caseflow.reads.record_acts import Wish
from caseflow.vocabulary import Actor, NotFound, Role, Verb

# So many acts of a day are shown; the register has them all.
ACTS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with the household that it names, where the reader sees it, and its correction."""

    entry: LogEntry
    household: str | None
    tin: str | None
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What somebody did on a day: entries, visits, acts on cases; and whether it is signed."""

    user: User
    on: date
    entries: tuple[Entry, ...]
    visits: tuple[PatrolVisit, ...]
    acts: register.Page
    signed: LogDay | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One administrator's month: days signed of its working days so far, entries, visits."""

    user_id: int
    name: str
    name_en: str
    signed: int
    days_with_entries: int
    entries: int
    visits: int


def sees_any(actor: Actor) -> bool:
    """Whether there can be logs that somebody sees."""
    return (
        policy.may(actor, Verb.KEEP_LOG)
        or policy.may(actor, Verb.PLAN_PATROLS)
        or policy.may(actor, Verb.READ_RECORD)
    )


def day(session: Session, actor: Actor, user_id: int, on: date) -> Day:
    """The log of somebody's day.

    Raises:
        NotFound: it is neither the actor's own, nor of the actor's section, nor read by auditors.
    """
    user = session.get(User, user_id)
    if user is None or not sees_any(actor) or not _may_read(session, actor, user_id):
        raise NotFound("work_log", id=user_id)
    later = aliased(LogEntry)
    tin = case((Taxpayer.id.is_not(None), policy.listed_tin(actor)))
    entries = session.execute(
        select(LogEntry, Taxpayer.name, tin, later.id.is_not(None))
        .select_from(LogEntry)
        .outerjoin(
            Taxpayer, (Taxpayer.id == LogEntry.taxpayer_id) & policy.visible_taxpayers(actor)
        )
        .outerjoin(later, later.corrects_id == LogEntry.id)
        .where(LogEntry.user_id == user_id, LogEntry.on == on)
        .order_by(LogEntry.began_at, LogEntry.id)
    )
    visits = session.scalars(
        select(PatrolVisit)
        .where(PatrolVisit.officer_id == user_id, PatrolVisit.on == on)
        .order_by(PatrolVisit.began_at, PatrolVisit.id)
    )
    wish = Wish(user_id=user_id, since=on, until=on)
    return Day(
        user=user,
        on=on,
        entries=tuple(Entry(*row) for row in entries),
        visits=tuple(visits),
        acts=register.rows(session, actor, wish, most=ACTS),
        signed=session.get(LogDay, (user_id, on)),
        is_own=user_id == actor.user_id,
    )


def unit_of(session: Session, shown: Day) -> int:
    """The section whose log a day is: where it was signed or written, else that of the last post.

    Raises:
        NotFound: who never held a post keeps no log.
    """
    known = [shown.signed.unit_id] if shown.signed else []
    known += [row.entry.unit_id for row in shown.entries]
    known += [visit.section_id for visit in shown.visits]
    if known:
        return known[0]
    is_administrator = Post.role == Role.TAX_ADMINISTRATOR
    held = select(Post.unit_id).where(Post.user_id == shown.user.id)
    found = session.scalar(held.order_by(is_administrator.desc(), Post.id.desc()).limit(1))
    if found is None:
        raise NotFound("work_log", id=shown.user.id)
    return found


def months(session: Session, actor: Actor, month: int) -> tuple[Month, ...]:
    """The administrators of the actor's section with their logs of a month.

    Raises:
        Forbidden: the actor heads no section.
    """
    policy.require(actor, Verb.PLAN_PATROLS)
    first, after = patrols.span(month)
    of_month = (LogEntry.user_id == User.id, LogEntry.on >= first, LogEntry.on < after)
    stands = LogEntry.corrects_id.is_(None)
    entries = select(func.count()).where(*of_month, stands).scalar_subquery()
    days = select(func.count(LogEntry.on.distinct())).where(*of_month).scalar_subquery()
    signed = select(func.count()).where(
        LogDay.user_id == User.id, LogDay.on >= first, LogDay.on < after
    )
    visits = select(func.count()).where(
        PatrolVisit.officer_id == User.id, PatrolVisit.on >= first, PatrolVisit.on < after
    )
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.name_en,
            signed.scalar_subquery(),
            days,
            entries,
            visits.scalar_subquery(),
        )
        .where(User.id.in_(_of_section(actor)), User.is_active)
        .order_by(User.name_key, User.id)
    )
    return tuple(Month(*row) for row in rows)


def working_days(session: Session, month: int) -> int:
    """How many working days of a month are over, or begun."""
    first, after = patrols.span(month)
    calendar = calendars.of(session)
    last = min(after, clock.end_of(clock.today()).date())
    days = (date.fromordinal(each) for each in range(first.toordinal(), last.toordinal()))
    return sum(calendar.is_working(each) for each in days)


def _may_read(session: Session, actor: Actor, user_id: int) -> bool:
    if user_id == actor.user_id or policy.may(actor, Verb.READ_RECORD):
        return True
    if not policy.may(actor, Verb.PLAN_PATROLS):
        return False
    own = _of_section(actor).where(Post.user_id == user_id)
    return session.scalar(own.limit(1)) is not None


def _of_section(actor: Actor) -> Select[int]:
    """Who is an administrator of the actor's section."""
    sections = [post.unit_id for post in actor.posts if post.role is Role.SECTION_CHIEF]
    return (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Unit.id.in_(sections), Post.role == Role.TAX_ADMINISTRATOR, policy.held_today())
    )
