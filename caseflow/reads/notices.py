"""What somebody was told of cases and handovers: how much is unread, and the latest of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, Handover, HandoverTaker, Notice, Task, User
from caseflow.vocabulary import Actor, HandoverReason

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Handed:
    """A handover as one of its two sides is told of it: all that was given, or the own share."""

    giver: str
    reason: HandoverReason
    takers: str
    households: int
    # Unknown of handovers before it was kept.
    cases: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One notice, with the case and the step, or the handover, that it tells of, and who did it."""

    notice: Notice
    number: str | None
    step: str | None
    step_en: str | None
    by: str | None
    handed: Handed | None


def unread(session: Session, actor: Actor) -> int:
    """How many of the own notices are not read, of cases that still exist for the actor."""
    query = (
        select(func.count())
        .select_from(Notice)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None), _visible(actor))
    )
    return session.scalars(query).one()


def listing(session: Session, actor: Actor) -> tuple[Row, ...]:
    """The latest of the own notices, the newest first; one statement."""
    giver, taker = aliased(User), aliased(User)
    is_own = or_(HandoverTaker.user_id == Notice.user_id, Handover.giver_id == Notice.user_id)
    share = (
        select(
            func.string_agg(taker.name, aggregate_order_by(literal("、"), taker.name_key)).label(
                "takers"
            ),
            func.sum(HandoverTaker.households).label("households"),
            func.sum(HandoverTaker.cases).label("cases"),
        )
        .select_from(HandoverTaker)
        .join(taker, taker.id == HandoverTaker.user_id)
        .where(HandoverTaker.handover_id == Handover.id, is_own)
        .correlate(Notice, Handover)
        .lateral("share")
    )
    rows = session.execute(
        select(
            Notice,
            Case.number,
            Task.name,
            Task.name_en,
            User.name,
            giver.name,
            Handover.reason,
            share.c.takers,
            share.c.households,
            share.c.cases,
        )
        .outerjoin(Case, Case.id == Notice.case_id)
        .outerjoin(Task, Task.id == Notice.task_id)
        .outerjoin(User, User.id == Notice.by_id)
        .outerjoin(Handover, Handover.id == Notice.handover_id)
        .outerjoin(giver, giver.id == Handover.giver_id)
        .outerjoin(share, true())
        .where(Notice.user_id == actor.user_id, _visible(actor))
        .order_by(Notice.id.desc())
        .limit(LIMIT)
    )
    return tuple(
        Row(notice, number, step, step_en, by, Handed(*handed) if notice.handover_id else None)
        for notice, number, step, step_en, by, *handed in rows
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Of cases those that still exist for the actor; who gave or took households sees that."""
    return or_(Notice.case_id.is_(None), policy.visible_cases(actor))
