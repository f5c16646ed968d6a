"""The work log 工作日志: what an administrator adds to the acts of a day, and signing the day off.

Source: documents.md 3 (daily; time, household, content; signed by the administrator) and
procedures.md 0.4: corrections are new entries that point to the wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import LogDay, LogEntry, PatrolVisit, Taxpayer
from caseflow.services import record
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, NotFound, Role, Verb

LONGEST = 1_000
# How far back somebody may still write down what they did; later it is no daily log any more.
DAYS_BACK = 31


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes down: on which day, at what time, about which household."""

    on: date
    at: time
    content: str
    tin: str = ""


def section_of(actor: Actor) -> int:
    """The section in which somebody keeps a log: that of their post as administrator.

    Raises:
        Forbidden: there is no such post.
    """
    policy.require(actor, Verb.KEEP_LOG)
    return next(post.unit_id for post in actor.posts if post.role is Role.TAX_ADMINISTRATOR)


def write(session: Session, actor: Actor, written: Written) -> LogEntry:
    """Write down what the record does not have by itself.

    Raises:
        Forbidden: the actor keeps no log.
        Invalid: no text or a longer one, a day or time that has not come or is long past, a number
            of no household that the actor sees.
        Conflict: the day is signed.
    """
    return _add(session, actor, written, corrects=None)


def correct(session: Session, actor: Actor, entry_id: int, written: Written) -> LogEntry:
    """Write an entry anew that was wrong; both stay. The day remains that of the wrong one.

    Raises:
        As ``write``, but for a signed day. NotFound: the entry is nobody's or somebody else's.
        Conflict: it was corrected before: its correction is the one to correct.
    """
    _lock(session, actor.user_id or 0)
    wrong = session.get(LogEntry, entry_id)
    if wrong is None or wrong.user_id != actor.user_id:
        raise NotFound("log_entry", id=entry_id)
    known = session.scalar(select(LogEntry.id).where(LogEntry.corrects_id == entry_id))
    if known is not None:
        raise Conflict("log_corrected")
    return _add(session, actor, written, corrects=wrong)


def sign(session: Session, actor: Actor, on: date) -> LogDay:
    """Sign a day off: nothing is added to it any more, what is wrong in it is corrected.

    Raises:
        Forbidden: the actor keeps no log. Invalid: the day has not come, or is long past.
        Conflict: it is signed, or has neither entries nor acts nor visits.
    """
    unit_id = section_of(actor)
    user_id = actor.user_id or 0
    _check_day(on)
    _lock(session, user_id)
    if session.get(LogDay, (user_id, on)) is not None:
        raise Conflict("log_signed", day=on)
    entries = session.scalar(
        select(func.count()).where(
            LogEntry.user_id == user_id, LogEntry.on == on, LogEntry.corrects_id.is_(None)
        )
    )
    visits = session.scalar(
        select(func.count()).where(PatrolVisit.officer_id == user_id, PatrolVisit.on == on)
    )
    since, until = clock.start_of(on), clock.end_of(on)
    acts = record.acts_on_cases(session, user_id, since=since, until=until)
    if not entries and not visits and not acts:
        raise Conflict("log_empty", day=on)
    row = LogDay(
        user_id=user_id,
        on=on,
        unit_id=unit_id,
        signed_at=clock.now(),
        entries=entries or 0,
        acts=acts,
        visits=visits or 0,
    )
    session.add(row)
    payload = {"on": on.isoformat(), "entries": row.entries, "acts": acts, "visits": row.visits}
    record.append(session, actor, f"user:{user_id}", action="log.signed", payload=payload)
    return row


def printed(session: Session, actor: Actor, user_id: int, on: date) -> None:
    """Note that somebody printed a day's log: papers kept inside leave a trace."""
    payload = {"of": user_id, "on": on.isoformat()}
    record.append(session, actor, f"user:{actor.user_id}", action="log.printed", payload=payload)


def _add(
    session: Session, actor: Actor, written: Written, *, corrects: LogEntry | None
) -> LogEntry:
    unit_id, user_id = section_of(actor), actor.user_id or 0
    on = written.on if corrects is None else corrects.on
    content = written.content.strip()
    if not 1 <= len(content) <= LONGEST:
        raise Invalid("text_length", longest=LONGEST)
    began_at = instant(on, written.at)
    if corrects is None:
        require_open(session, actor, on)
    household = household_of(session, actor, written.tin) if written.tin.strip() else None
    row = LogEntry(
        user_id=user_id,
        unit_id=unit_id,
        on=on,
        began_at=began_at,
        taxpayer_id=household.id if household else None,
        content=content,
        noted_at=clock.now(),
        corrects_id=corrects.id if corrects else None,
    )
    session.add(row)
    payload = {
        "on": on.isoformat(),
        "began_at": began_at.isoformat(),
        "taxpayer": household.id if household else None,
        "taxpayer_name": household.name if household else "",
        "content": content,
        "corrects": row.corrects_id,
    }
    action = "log.corrected" if corrects else "log.entered"
    record.append(session, actor, f"user:{user_id}", action=action, payload=payload)
    return row


def require_open(session: Session, actor: Actor, on: date) -> None:
    """Refuse unless the actor may still write something down for a day.

    Raises:
        Invalid: the day has not come, or is long past. Conflict: it is signed.
        Forbidden: nobody writes down another's day.
    """
    user_id = actor.user_id or 0
    if actor.acting_for is not None:
        raise Forbidden("log_is_own")
    _check_day(on)
    _lock(session, user_id)
    if session.get(LogDay, (user_id, on)) is not None:
        raise Conflict("log_signed", day=on)


def instant(on: date, at: time) -> datetime:
    """A time of a day by the bureau's clock.

    Raises:
        Invalid: it has not come yet.
    """
    found = clock.start_of(on) + timedelta(hours=at.hour, minutes=at.minute)
    if found > clock.now():
        raise Invalid("log_time_future", day=on)
    return found


def household_of(session: Session, actor: Actor, tin: str) -> Taxpayer:
    """The household of a tax number, of those that the actor sees.

    Raises:
        Invalid: there is none.
    """
    known = session.scalar(
        select(Taxpayer).where(Taxpayer.tin == tin.strip().upper(), policy.visible_taxpayers(actor))
    )
    if known is None:
        raise Invalid("log_no_household", tin=tin.strip()[:40])
    return known


def _check_day(on: date) -> None:
    if on > clock.today():
        raise Invalid("in_the_future", day=on)
    if on < clock.today() - timedelta(days=DAYS_BACK):
        raise Invalid("log_too_late", days=DAYS_BACK)


def _lock(session: Session, user_id: int) -> None:
    """One hand at a time on somebody's log, so that nothing is written while the day is signed."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('log:' || :user_id, 0))"),
        {"user_id": str(user_id)},
    )
