"""Handovers of households as their pages show them, to who gives, who takes, and their heads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import (
    Case,
    Handover,
    HandoverCase,
    HandoverTaker,
    Post,
    Responsibility,
    Taxpayer,
    Unit,
    User,
)
from caseflow.vocabulary import Actor, FollowFate, HandoverReason, NotFound, PostHeld, Role, Verb

LIMIT = 100
# So many households are shown on the page; the printed list has all of them.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One handover in the list."""

    id: int
    on: date
    giver: str
    reason: HandoverReason
    households: int
    takers: int
    unconfirmed: int
    done_by: str
    unit: str


@dataclass(frozen=True, slots=True)
class Taker:
    """Who took how many, and when they confirmed it."""

    user_id: int
    name: str
    households: int
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Household:
    """One household of the list."""

    tin: str
    name: str
    kind: str
    address: str
    taker: str


@dataclass(frozen=True, slots=True)
class Followed:
    """An open case of such a household: where it went, or why it stayed."""

    case_id: int
    number: str
    taxpayer: str
    taker: str
    fate: FollowFate


@dataclass(frozen=True, slots=True)
class Page:
    """One handover with everything on its list that the actor may see."""

    handover: Handover
    giver: str
    done_by: str
    unit: str
    takers: tuple[Taker, ...]
    households: tuple[Household, ...]
    cases: tuple[Followed, ...]
    names: Mapping[int, str]

    @property
    def is_confirmed(self) -> bool:
        """Whether everybody has signed."""
        return all(each.confirmed_at is not None for each in self.takers)


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who manages households in a head's reach, and whether they still hold a post."""

    id: int
    name: str
    name_en: str
    households: int
    is_gone: bool


def sees_any(actor: Actor) -> bool:
    """Whether there can be handovers that somebody sees."""
    return (
        policy.may(actor, Verb.HAND_OVER_HOUSEHOLDS)
        or policy.may(actor, Verb.READ_RECORD)
        or Role.TAX_ADMINISTRATOR in actor.roles
    )


def listing(session: Session, actor: Actor) -> tuple[Row, ...]:
    """Handovers that the actor sees, the newest first; one statement."""
    giver, doer = aliased(User), aliased(User)
    of_it = HandoverTaker.handover_id == Handover.id
    takers = select(func.count()).where(of_it).scalar_subquery()
    waiting = and_(of_it, HandoverTaker.confirmed_at.is_(None))
    unconfirmed = select(func.count()).where(waiting).scalar_subquery()
    rows = session.execute(
        select(
            Handover.id,
            Handover.on,
            giver.name,
            Handover.reason,
            Handover.households,
            takers,
            unconfirmed,
            doer.name,
            Unit.name,
        )
        .join(giver, giver.id == Handover.giver_id)
        .join(doer, doer.id == Handover.done_by)
        .join(Unit, Unit.id == Handover.unit_id)
        .where(_visible(actor))
        .order_by(Handover.id.desc())
        .limit(LIMIT)
    )
    return tuple(Row(*row) for row in rows)


def page(session: Session, actor: Actor, handover_id: int, *, most: int | None) -> Page:
    """One handover; ``most`` households of it, or all.

    Raises:
        NotFound: there is none for the actor.
    """
    found = session.scalar(select(Handover).where(Handover.id == handover_id, _visible(actor)))
    if found is None:
        raise NotFound("handover", id=handover_id)
    takers = session.execute(
        select(User.id, User.name, HandoverTaker.households, HandoverTaker.confirmed_at)
        .join(HandoverTaker, HandoverTaker.user_id == User.id)
        .where(HandoverTaker.handover_id == found.id)
        .order_by(User.name_key, User.id)
    )
    ids = {found.giver_id, found.done_by, *map(int, found.loads)}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
    return Page(
        handover=found,
        giver=names[found.giver_id],
        done_by=names[found.done_by],
        unit=session.get_one(Unit, found.unit_id).name,
        takers=tuple(Taker(*row) for row in takers),
        households=_households(session, actor, found.id, most),
        cases=_cases(session, actor, found.id),
        names=names,
    )


def givers(session: Session, actor: Actor, inside: ColumnElement[bool]) -> tuple[Giver, ...]:
    """Everybody who manages households there, who has left before the others."""
    gone = or_(
        ~User.is_active,
        ~exists().where(
            Post.user_id == User.id, Post.role == Role.TAX_ADMINISTRATOR, policy.held_today()
        ),
    )
    rows = session.execute(
        select(User.id, User.name, User.name_en, func.count(), gone.label("gone"))
        .join(Taxpayer, Taxpayer.administrator_id == User.id)
        .where(inside, policy.visible_taxpayers(actor))
        .group_by(User.id, User.name, User.name_en, User.name_key, User.is_active)
        .order_by(gone.desc(), User.name_key, User.id)
    )
    return tuple(Giver(*row) for row in rows)


def unconfirmed(actor: Actor) -> Select[int]:
    """How many handovers wait for this person's confirmation; for the frame of every page."""
    return select(func.count()).where(
        HandoverTaker.user_id == actor.user_id, HandoverTaker.confirmed_at.is_(None)
    )


def _households(
    session: Session, actor: Actor, handover_id: int, most: int | None
) -> tuple[Household, ...]:
    rows = session.execute(
        select(policy.listed_tin(actor), Taxpayer.name, Taxpayer.kind, Taxpayer.address, User.name)
        .join(Responsibility, Responsibility.taxpayer_id == Taxpayer.id)
        .join(User, User.id == Responsibility.user_id)
        .where(Responsibility.handover_id == handover_id, policy.visible_taxpayers(actor))
        .order_by(User.name_key, User.id, Taxpayer.name_key, Taxpayer.id)
        .limit(most)
    )
    return tuple(Household(*row) for row in rows)


def _cases(session: Session, actor: Actor, handover_id: int) -> tuple[Followed, ...]:
    rows = session.execute(
        select(Case.id, Case.number, Taxpayer.name, User.name, HandoverCase.fate)
        .join(Case, Case.id == HandoverCase.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(User, User.id == HandoverCase.taker_id)
        .where(HandoverCase.handover_id == handover_id, policy.visible_cases(actor))
        .order_by(HandoverCase.fate, Case.number)
    )
    return tuple(Followed(*row) for row in rows)


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Who gave, who took, the heads over the unit, auditors."""
    if policy.may(actor, Verb.READ_RECORD):
        return true()
    taken = select(HandoverTaker.handover_id).where(HandoverTaker.user_id == actor.user_id)
    over = [_over(post) for post in actor.posts if post.role in _HEADS]
    return or_(Handover.giver_id == actor.user_id, Handover.id.in_(taken), false(), *over)


_HEADS = policy.VERBS[Verb.HAND_OVER_HOUSEHOLDS]


def _over(post: PostHeld) -> ColumnElement[bool]:
    units = select(Unit.id).where(Unit.path.startswith(post.unit_path))
    return Handover.unit_id.in_(units)
