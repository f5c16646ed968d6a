"""Deputies (代理): who acts for whom, granted for some days, never by the deputy, revocable.

A chain has at most two links: a deputy's own work may go to a deputy, who then also acts for
the first principal; what came by two links goes no further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Deputy, Task, User
from caseflow.models.base import Json
from caseflow.services import people, record, tasks
from caseflow.vocabulary import (
    CLOCKWORK,
    Actor,
    CaseKind,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PostHeld,
    Role,
    TaskStatus,
)

LONGEST = timedelta(days=366)
LONGEST_REASON = 500
_LOCK = "deputies"
_MOST_LINKS = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: from one day to another, for these roles and kinds; none means all."""

    first: date
    last: date
    reason: str
    roles: frozenset[Role] | None = None
    kinds: frozenset[CaseKind] | None = None


def grant(
    session: Session, actor: Actor, principal_id: int, deputy_id: int, *, wish: Wish
) -> Deputy:
    """Let somebody act for another; the principal or somebody above may, never the deputy.

    The same wish sent twice is granted once.

    Raises:
        NotFound: one of the two is nobody who works here.
        Forbidden: the actor is the deputy, or neither the principal nor above.
        Invalid: the days, the reason, the roles, somebody unfit, a chain of more than two links.
        Conflict: somebody else stands in for the same work on one of these days.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))
    principal, deputy = _person(session, principal_id), _person(session, deputy_id)
    posts = _posts_meant(principal, wish)
    _require_right(actor, principal, deputy, posts)
    _require_days(wish)
    _require_reason(wish.reason)
    _require_fit(principal, deputy, posts)
    overlapping = _overlapping(session, wish)
    same = _same(overlapping, actor, principal_id, deputy_id, wish)
    if same is not None:
        return same
    _require_short(session, overlapping, principal, deputy, wish)
    _require_nobody_else(session, overlapping, principal, wish)
    row = Deputy(
        principal_id=principal_id,
        deputy_id=deputy_id,
        roles=None if wish.roles is None else sorted(role.value for role in wish.roles),
        kinds=None if wish.kinds is None else sorted(kind.value for kind in wish.kinds),
        valid_from=wish.first,
        valid_to=wish.last,
        reason=wish.reason.strip(),
        granted_by=actor.user_id,
        granted_at=clock.now(),
    )
    session.add(row)
    session.flush()  # the record names the grant by its id
    record.append(
        session, actor, f"user:{principal_id}", action="deputy.granted", payload=_told(row)
    )
    return row


def revoke(session: Session, actor: Actor, deputy_row_id: int) -> Deputy:
    """End a grant at once; the principal, somebody above, whoever granted it or the deputy may.

    Steps that the deputy had taken for the principal are free again; the drafts stay.

    Raises:
        NotFound: there is no such grant, or it is none of the actor's business.
        Conflict: it has ended before.
    """
    row = session.get(Deputy, deputy_row_id, with_for_update=True)
    if row is None or not may_end(session, actor, row):
        raise NotFound("deputy", id=deputy_row_id)
    if row.revoked_at is not None:
        raise Conflict("deputy_ended", at=row.revoked_at)
    if row.valid_to < clock.today():
        raise Conflict("deputy_over", on=row.valid_to)
    row.revoked_at, row.revoked_by = clock.now(), actor.user_id
    session.flush()  # who stands for whom is read anew below
    record.append(
        session, actor, f"user:{row.principal_id}", action="deputy.revoked", payload=_told(row)
    )
    _release(session, actor)
    return row


def release_ended(session: Session) -> int:
    """Free the steps that deputies hold for people for whom they no longer stand; a sweep."""
    return _release(session, CLOCKWORK)


def may_end(session: Session, actor: Actor, row: Deputy) -> bool:
    """Whether somebody may revoke a grant."""
    if actor.user_id in (row.principal_id, row.deputy_id, row.granted_by):
        return True
    posts = people.posts_of(session, row.principal_id)
    return policy.is_superior(actor.posts, posts)


def _release(session: Session, actor: Actor) -> int:
    held = session.scalars(
        select(Task.id)
        .where(Task.status == TaskStatus.OPEN, Task.held_for.is_not(None))
        .order_by(Task.case_id, Task.id)
    )
    return sum(tasks.free_if_ended(session, actor, task_id) for task_id in list(held))


def _person(session: Session, user_id: int) -> Actor:
    try:
        return people.actor_of(session, user_id)
    except Forbidden:
        raise NotFound("person", id=user_id) from None


def _posts_meant(principal: Actor, wish: Wish) -> tuple[PostHeld, ...]:
    """The principal's posts that are meant.

    Raises:
        Invalid: a role is not held, or none of the posts has work that can be deputised.
    """
    missing = (wish.roles or frozenset()) - principal.roles
    if missing or wish.roles == frozenset():
        raise Invalid("deputy_roles", name=principal.name, roles=sorted(missing))
    posts = tuple(p for p in principal.posts if wish.roles is None or p.role in wish.roles)
    alone = policy.SUPERVISION | policy.SYSTEM
    if not posts or any(post.role in alone for post in posts):
        raise Invalid("deputy_no_work", name=principal.name)
    return posts


def _require_right(
    actor: Actor, principal: Actor, deputy: Actor, posts: Collection[PostHeld]
) -> None:
    if principal.user_id == deputy.user_id:
        raise Invalid("deputy_oneself")
    if actor.user_id == deputy.user_id:
        raise Forbidden("deputy_by_deputy")
    if actor.user_id != principal.user_id and not policy.is_superior(actor.posts, posts):
        raise Forbidden("deputy_not_yours", name=principal.name)


def _require_days(wish: Wish) -> None:
    if wish.first < clock.today():
        raise Invalid("deputy_past", today=clock.today())
    if wish.last < wish.first:
        raise Invalid("deputy_days")
    if wish.last - wish.first >= LONGEST:
        raise Invalid("deputy_too_long", days=LONGEST.days)


def _require_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("deputy_reason", longest=LONGEST_REASON)


def _require_fit(principal: Actor, deputy: Actor, posts: Collection[PostHeld]) -> None:
    for post in posts:
        code = policy.may_stand_in(deputy.posts, post)
        if code is not None:
            raise Invalid(code, deputy=deputy.name, name=principal.name, role=post.role)


def _overlapping(session: Session, wish: Wish) -> list[Deputy]:
    """The grants in force on one of these days."""
    rows = select(Deputy).where(
        Deputy.revoked_at.is_(None),
        Deputy.valid_from <= wish.last,
        Deputy.valid_to >= wish.first,
    )
    return list(session.scalars(rows.order_by(Deputy.id)))


def _same(
    rows: Collection[Deputy], actor: Actor, principal_id: int, deputy_id: int, wish: Wish
) -> Deputy | None:
    """The very grant asked for, when it was sent twice."""
    asked = (principal_id, deputy_id, actor.user_id, wish.first, wish.last, wish.reason.strip())
    for row in rows:
        known = (row.principal_id, row.deputy_id, row.granted_by, row.valid_from, row.valid_to)
        if (*known, row.reason) == asked and _bounds(row) == (wish.roles, wish.kinds):
            return row
    return None


def _bounds(row: Deputy) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    roles = None if row.roles is None else frozenset(row.roles)
    return roles, None if row.kinds is None else frozenset(row.kinds)


def _require_short(
    session: Session, rows: Collection[Deputy], principal: Actor, deputy: Actor, wish: Wish
) -> None:
    """Refuse a grant that would close a circle or make a chain of more than two links.

    Judged by the days alone: two grants for other roles may come together by a new post.
    """
    ends = (principal.user_id or 0, deputy.user_id or 0)
    days = (wish.first, wish.last)
    for before in _chains(rows, ends[0], days, forward=False):
        for after in _chains(rows, ends[1], before.days, forward=True):
            chain = (*reversed(before.people), *after.people)
            if len(set(chain)) < len(chain):
                raise Invalid("deputy_circle", chain=_named(session, chain))
            if len(chain) - 1 > _MOST_LINKS:
                raise Invalid("deputy_chain", chain=_named(session, chain), most=_MOST_LINKS)


@dataclass(frozen=True, slots=True)
class _Chain:
    people: tuple[int, ...]
    days: tuple[date, date]


def _chains(
    rows: Collection[Deputy], start: int, days: tuple[date, date], *, forward: bool
) -> Iterator[_Chain]:
    """The chains from somebody to deputies (forward) or to principals, with the common days."""
    yield _Chain((start,), days)
    todo = [_Chain((start,), days)]
    while todo:
        chain = todo.pop()
        for row in rows:
            near, far = row.principal_id, row.deputy_id
            if not forward:
                near, far = far, near
            common = (max(chain.days[0], row.valid_from), min(chain.days[1], row.valid_to))
            if near != chain.people[-1] or common[0] > common[1]:
                continue
            longer = _Chain((*chain.people, far), common)
            yield longer
            if len(longer.people) <= _MOST_LINKS + 1 and far not in chain.people:
                todo.append(longer)


def _require_nobody_else(
    session: Session, rows: Collection[Deputy], principal: Actor, wish: Wish
) -> None:
    for row in rows:
        roles, kinds = _bounds(row)
        if row.principal_id != principal.user_id:
            continue
        if _meet(roles, wish.roles) and _meet(kinds, wish.kinds):
            name = session.scalar(select(User.name).where(User.id == row.deputy_id))
            raise Invalid(
                "deputy_taken",
                name=principal.name,
                deputy=name,
                first=row.valid_from,
                last=row.valid_to,
            )


def _meet(one: Collection[str] | None, other: Collection[str] | None) -> bool:
    """Whether two bounds have something in common; none bounds nothing."""
    return one is None or other is None or bool(set(one) & set(other))


def _named(session: Session, chain: Collection[int]) -> str:
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(chain))).all())
    return " → ".join(names[user_id] for user_id in chain)


def _told(row: Deputy) -> Json:
    return {
        "grant": row.id,
        "deputy": row.deputy_id,
        "roles": row.roles,
        "kinds": row.kinds,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat(),
        "reason": row.reason,
    }
