"""Patrols 巡查: the plan of a section for a month, visits by two officers, what comes of them.

Source: reports.md L4-02, L5-24 and 4 (new households visited within 30 days); procedures.md 0.1:
on-site work needs two officers; order-to-correct.md: on the finding of a patrol a section's chief
opens an order to correct, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import PurePath

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, case, exists, func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import (
    Case,
    PatrolLine,
    PatrolPhotograph,
    PatrolVisit,
    Post,
    Taxpayer,
    TaxWarning,
    User,
)
from caseflow.services import (
    blobs,
    cases,
    file_types,
    files,
    limits,
    photographs,
    record,
    work_logs,
)
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    Conflict,
    Invalid,
    NotFound,
    PatrolFinding,
    PatrolReason,
    Role,
    Verb,
    WarningStatus,
)

LONGEST = 1_000
LONGEST_REASON = 200
MOST_PHOTOGRAPHS = 10
# So many households are planned or proposed in one act.
MOST = 500
_PICTURES = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A household that the rule would have visited, and why."""

    taxpayer_id: int
    tin: str
    name: str
    officer_id: int
    officer: str
    reason: PatrolReason
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Visited:
    """What two officers say of a visit."""

    taxpayer_id: int
    on: date
    at: time
    second_id: int
    finding: PatrolFinding
    content: str


def section_of(actor: Actor) -> int:
    """The section whose patrols somebody plans.

    Raises:
        Forbidden: the actor is no section chief.
    """
    policy.require(actor, Verb.PLAN_PATROLS)
    return next(post.unit_id for post in actor.posts if post.role is Role.SECTION_CHIEF)


def propose(session: Session, actor: Actor, month: int) -> tuple[Proposed, ...]:
    """Whom the rule would have visited, for each administrator so many as the limit says.

    New households come first, then such with open warnings, then those not visited for longest;
    what is planned already counts.

    Raises:
        Forbidden: the actor plans no patrols. Invalid: no month that can be planned.
    """
    section_id = section_of(actor)
    _check_month(month)
    times = limits.of_today(session)
    most = int(times.value("patrol_month"))
    new_since = clock.today() - timedelta(days=int(times.value("patrol_new")))
    last = _last_visits()
    is_new = and_(Taxpayer.registered_on >= new_since, last.c.on.is_(None))
    at_risk = exists().where(
        TaxWarning.taxpayer_id == Taxpayer.id,
        TaxWarning.status.in_((WarningStatus.NEW, WarningStatus.POOL, WarningStatus.IN_CASE)),
    )
    rank = case((is_new, 0), (at_risk, 1), else_=2)
    planned = _planned(month)
    had = (
        select(func.count())
        .where(
            PatrolLine.officer_id == Taxpayer.administrator_id,
            PatrolLine.month == month,
            PatrolLine.dropped_at.is_(None),
        )
        .scalar_subquery()
    )
    order = (rank, last.c.on.nulls_first(), Taxpayer.registered_on, Taxpayer.id)
    place = func.row_number().over(partition_by=Taxpayer.administrator_id, order_by=order)
    ranked = (
        select(
            Taxpayer.id,
            policy.listed_tin(actor),
            Taxpayer.name,
            User.id.label("officer_id"),
            User.name.label("officer"),
            User.name_key,
            rank.label("rank"),
            last.c.on.label("last_on"),
            place.label("place"),
            had.label("had"),
        )
        .join(User, User.id == Taxpayer.administrator_id)
        .outerjoin(last, last.c.taxpayer_id == Taxpayer.id)
        .where(
            Taxpayer.section_id == section_id,
            Taxpayer.reg_status == "normal",
            Taxpayer.administrator_id.in_(_administrators(section_id)),
            ~planned,
            ~_visited_in(month),
        )
        .subquery()
    )
    rows = session.execute(
        select(ranked)
        .where(ranked.c.place + ranked.c.had <= most)
        .order_by(ranked.c.name_key, ranked.c.officer_id, ranked.c.place)
        .limit(MOST)
    )
    reasons = (PatrolReason.NEW, PatrolReason.RISK, PatrolReason.LONGEST)
    return tuple(
        Proposed(
            row.id, row.tin, row.name, row.officer_id, row.officer, reasons[row.rank], row.last_on
        )
        for row in rows
    )


def plan(
    session: Session, actor: Actor, month: int, taxpayer_ids: Sequence[int]
) -> tuple[PatrolLine, ...]:
    """Put households of the section on the plan of a month, for their administrators.

    Why each is there the rule says; one that the rule would not propose was chosen by the chief.

    Raises:
        Forbidden: the actor plans no patrols.
        Invalid: no month that can be planned; nothing or too much chosen; a household elsewhere,
            that nobody manages, or that is on the plan.
    """
    section_id = section_of(actor)
    wanted = sorted(set(taxpayer_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid("patrol_nothing", most=MOST)
    proposed = {each.taxpayer_id: each.reason for each in propose(session, actor, month)}
    households = session.execute(
        select(Taxpayer.id, Taxpayer.name, Taxpayer.administrator_id, _planned(month))
        .where(Taxpayer.id.in_(wanted), Taxpayer.section_id == section_id)
        .order_by(Taxpayer.id)
        .with_for_update(of=Taxpayer)  # who manages it stays while it is planned
    ).all()
    if len(households) != len(wanted):
        raise Invalid("patrol_elsewhere")
    lines = []
    for taxpayer_id, name, officer_id, is_planned in households:
        if is_planned:
            raise Invalid("patrol_planned", name=name)
        if officer_id is None:
            raise Invalid("patrol_unmanaged", name=name)
        lines.append(
            PatrolLine(
                section_id=section_id,
                month=month,
                taxpayer_id=taxpayer_id,
                officer_id=officer_id,
                reason=proposed.get(taxpayer_id, PatrolReason.CHOSEN),
                planned_by=actor.user_id or 0,
                planned_at=clock.now(),
            )
        )
    session.add_all(lines)
    told = [{"taxpayer": e.taxpayer_id, "officer": e.officer_id, "why": e.reason} for e in lines]
    payload = {"month": month, "section": section_id, "households": told}
    _tell(session, actor, "patrol.planned", payload)
    return tuple(lines)


def plan_one(session: Session, actor: Actor, month: int, *, tin: str) -> PatrolLine:
    """Put the household of that tax number on the plan.

    Raises:
        As ``plan``; Invalid: no household that the actor sees has the number.
    """
    section_of(actor)
    household = work_logs.household_of(session, actor, tin)
    return plan(session, actor, month, [household.id])[0]


def drop(session: Session, actor: Actor, line_id: int, *, reason: str) -> PatrolLine:
    """Take a household off the plan, for a reason; the line stays as it was.

    Raises:
        Forbidden: the actor plans no patrols. NotFound: it is of another section.
        Conflict: it was visited, or taken off before. Invalid: no reason, or a longer one.
    """
    section_id = section_of(actor)
    line = session.get(PatrolLine, line_id, with_for_update=True)
    if line is None or line.section_id != section_id:
        raise NotFound("patrol_line", id=line_id)
    is_done = session.scalar(select(PatrolVisit.id).where(PatrolVisit.line_id == line_id))
    if is_done is not None or line.dropped_at is not None:
        raise Conflict("patrol_settled")
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=1, longest=LONGEST_REASON)
    line.dropped_by, line.dropped_at = actor.user_id, clock.now()
    line.drop_reason = reason.strip()
    payload = {"line": line.id, "taxpayer": line.taxpayer_id, "reason": line.drop_reason}
    _tell(session, actor, "patrol.dropped", payload)
    return line


def visit(session: Session, actor: Actor, visited: Visited) -> PatrolVisit:
    """Note a visit to an own household, or to one that is on one's plan.

    The line of that month's plan is done by it. It counts when the second officer has confirmed.

    Raises:
        Forbidden: the actor manages no households. NotFound: not a household of the actor's.
        Invalid: no text or a longer one; a time that has not come, or a day long past; a second
            officer who is none.
        Conflict: the day's log is signed.
    """
    section_id, user_id = work_logs.section_of(actor), actor.user_id or 0
    work_logs.require_open(session, actor, visited.on)
    content = visited.content.strip()
    if not 1 <= len(content) <= LONGEST:
        raise Invalid("text_length", longest=LONGEST)
    began_at = work_logs.instant(visited.on, visited.at)
    month = visited.on.year * 100 + visited.on.month
    line = session.scalar(
        select(PatrolLine)
        .where(
            PatrolLine.taxpayer_id == visited.taxpayer_id,
            PatrolLine.month == month,
            PatrolLine.dropped_at.is_(None),
            ~exists().where(PatrolVisit.line_id == PatrolLine.id),
        )
        .with_for_update()
    )
    payer = session.get(Taxpayer, visited.taxpayer_id)
    is_own = payer is not None and payer.administrator_id == user_id
    if payer is None or not (is_own or (line is not None and line.officer_id == user_id)):
        raise NotFound("taxpayer", id=visited.taxpayer_id)
    if visited.second_id not in {each.id for each in colleagues(session, actor)}:
        raise Invalid("patrol_second")
    row = PatrolVisit(
        line_id=line.id if line is not None else None,
        section_id=section_id,
        taxpayer_id=payer.id,
        name=payer.name,
        address=payer.address,
        on=visited.on,
        began_at=began_at,
        officer_id=user_id,
        second_id=visited.second_id,
        finding=visited.finding,
        content=content,
        noted_at=clock.now(),
    )
    session.add(row)
    session.flush()  # its event names it by its id
    payload = {
        "visit": row.id,
        "line": row.line_id,
        "taxpayer": payer.id,
        "taxpayer_name": payer.name,
        "address": payer.address,
        "began_at": began_at.isoformat(),
        "second": row.second_id,
        "finding": row.finding.value,
        "content": content,
    }
    _tell(session, actor, "patrol.visited", payload)
    return row


def to_photograph(session: Session, actor: Actor, visit_id: int) -> PatrolVisit:
    """The visit, locked, to which the actor may add photographs.

    Raises:
        NotFound: there is no visit on which the actor was. Conflict: it is confirmed.
    """
    row = session.get(PatrolVisit, visit_id, with_for_update=True)
    if row is None or actor.user_id not in (row.officer_id, row.second_id):
        raise NotFound("patrol_visit", id=visit_id)
    if row.confirmed_at is not None:
        raise Conflict("patrol_closed", at=row.confirmed_at)
    return row


def photograph(
    session: Session, actor: Actor, visit_id: int, *, name: str, chunks: Iterable[bytes]
) -> PatrolPhotograph:
    """Keep a photograph that one of the two officers took, until the second one has confirmed.

    The same one sent once more is kept once: a phone that lost the answer sends again.

    Raises:
        NotFound: there is no visit on which the actor was. Conflict: it is confirmed.
        Invalid: too many of them, no photograph, or one that is empty or larger than 20 MiB.
    """
    shown = PurePath(name.replace("\\", "/")).name[:200]
    stream = iter(chunks)
    head = next(stream, b"")
    media_type = file_types.media_type(shown, head)
    if media_type not in _PICTURES:
        raise Invalid("patrol_no_picture", name=shown)
    sha256, size = files.keep(_again(head, stream))
    blobs.hold(session, sha256, size=size)
    row = to_photograph(session, actor, visit_id)
    of_visit = PatrolPhotograph.visit_id == visit_id
    kept = session.scalars(select(PatrolPhotograph).where(of_visit)).all()
    for each in kept:
        if (each.name, each.sha256) == (shown, sha256):
            return each
    if len(kept) >= MOST_PHOTOGRAPHS:
        raise Invalid("patrol_photographs", most=MOST_PHOTOGRAPHS)
    device = photographs.told_by_device(head)
    made = PatrolPhotograph(
        visit_id=visit_id,
        name=shown,
        media_type=media_type,
        size=size,
        sha256=sha256,
        noted_by=actor.user_id or 0,
        noted_at=clock.now(),
        **device,
    )
    session.add(made)
    payload = {"visit": visit_id, "taxpayer_name": row.name, "name": shown, "size": size}
    _tell(session, actor, "patrol.photographed", payload | {"sha256": sha256, **device})
    return made


def confirm(session: Session, actor: Actor, visit_id: int) -> PatrolVisit:
    """Confirm, as the second officer, that one was there and that it was so.

    Raises:
        NotFound: there is no visit on which the actor was the second officer.
        Conflict: confirmed before.
    """
    row = session.get(PatrolVisit, visit_id, with_for_update=True)
    if row is None or row.second_id != actor.user_id:
        raise NotFound("patrol_visit", id=visit_id)
    if row.confirmed_at is not None:
        raise Conflict("patrol_confirmed", at=row.confirmed_at)
    row.confirmed_at = clock.now()
    payload = {"visit": row.id, "taxpayer": row.taxpayer_id, "taxpayer_name": row.name}
    _tell(session, actor, "patrol.confirmed", payload)
    return row


def printed(session: Session, actor: Actor, visit_id: int) -> None:
    """Note that somebody printed the record of a visit: papers kept inside leave a trace."""
    stream = f"user:{actor.user_id}"
    record.append(session, actor, stream, action="patrol.printed", payload={"visit": visit_id})


def open_order(session: Session, actor: Actor, visit_id: int) -> Case:
    """Open an order to correct on what a confirmed patrol found: a duty that is not met.

    Raises:
        Forbidden: the actor is no section chief. NotFound: it is a visit of another section.
        Conflict: not confirmed, no duty found, opened before, or the household has one open: its
            duties are lines of that one.
    """
    section_id = section_of(actor)
    row = session.get(PatrolVisit, visit_id, with_for_update=True)
    if row is None or row.section_id != section_id:
        raise NotFound("patrol_visit", id=visit_id)
    if row.confirmed_at is None or row.finding is not PatrolFinding.DUTY or row.case_id is not None:
        raise Conflict("patrol_no_order")
    payer = session.get_one(Taxpayer, row.taxpayer_id, with_for_update=True)
    known = session.scalar(
        select(Case.number).where(
            Case.taxpayer_id == payer.id, Case.kind == CaseKind.OC, Case.closed_at.is_(None)
        )
    )
    if known is not None:
        raise Conflict("patrol_order_open", number=known)
    said = {"patrol_visit": row.id}
    found = cases.open_by_hand(session, actor, payer, kind=CaseKind.OC, said=said)
    row.case_id = found.id
    return found


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who may come along."""

    id: int
    name: str
    name_en: str


def colleagues(session: Session, actor: Actor) -> tuple[Colleague, ...]:
    """The other administrators of the own section: one of them is the second officer."""
    rows = session.execute(
        select(User.id, User.name, User.name_en)
        .where(User.id.in_(_administrators(work_logs.section_of(actor))), User.id != actor.user_id)
        .order_by(User.name_key, User.id)
    )
    return tuple(Colleague(*row) for row in rows)


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _administrators(section_id: int) -> ScalarSelect[int]:
    """Who manages households in a section today."""
    return (
        select(Post.user_id)
        .join(User, User.id == Post.user_id)
        .where(
            Post.unit_id == section_id,
            Post.role == Role.TAX_ADMINISTRATOR,
            policy.held_today(),
            User.is_active,
        )
        .scalar_subquery()
    )


def _planned(month: int) -> ColumnElement[bool]:
    return exists().where(
        PatrolLine.taxpayer_id == Taxpayer.id,
        PatrolLine.month == month,
        PatrolLine.dropped_at.is_(None),
    )


def _visited_in(month: int) -> ColumnElement[bool]:
    first = date(month // 100, month % 100, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return exists().where(
        PatrolVisit.taxpayer_id == Taxpayer.id, PatrolVisit.on >= first, PatrolVisit.on < after
    )


def _last_visits() -> Subquery:
    return (
        select(PatrolVisit.taxpayer_id, func.max(PatrolVisit.on).label("on"))
        .group_by(PatrolVisit.taxpayer_id)
        .subquery()
    )


def _check_month(month: int) -> None:
    """The month that runs, and the next one, can be planned."""
    today = clock.today()
    runs = today.year * 100 + today.month
    after = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    if month not in (runs, after.year * 100 + after.month):
        raise Invalid("patrol_month", month=month)


def _tell(session: Session, actor: Actor, action: str, payload: Mapping[str, object]) -> None:
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload)
