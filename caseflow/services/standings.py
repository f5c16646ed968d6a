"""For whom somebody acts as a deputy (代理) today: read once, when a person becomes an actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import Deputy, Post, Unit, User
from caseflow.vocabulary import CaseKind, PostHeld, Role, Standing


@dataclass(frozen=True, slots=True)
class _Way:
    """One way from a deputy to a principal: directly, or through somebody between."""

    principal_id: int
    principal_name: str
    roles: frozenset[str] | None
    kinds: frozenset[str] | None
    through: int | None


def of(session: Session, user_id: int) -> tuple[Standing, ...]:
    """Everybody for whom a person acts today, nearest first; a chain has at most two links."""
    ways = list(_ways(session, user_id))
    if not ways:
        return ()
    posts = _posts(session, {way.principal_id for way in ways})
    standings = (_standing(way, posts.get(way.principal_id, ())) for way in ways)
    return tuple(each for each in standings if each is not None)


def in_force(deputy: type[Deputy], day: date) -> ColumnElement[bool]:
    """The condition on ``Deputy``: holds on a day of the bureau, both days named included."""
    return and_(deputy.valid_from <= day, deputy.valid_to >= day, deputy.revoked_at.is_(None))


def _ways(session: Session, user_id: int) -> Iterator[_Way]:
    """Direct ways first; one statement."""
    today = clock.today()
    near, far = Deputy, aliased(Deputy)
    principal, beyond = aliased(User), aliased(User)
    rows = session.execute(
        select(
            near.principal_id,
            principal.name,
            near.roles,
            near.kinds,
            far.principal_id.label("far_id"),
            beyond.name.label("far_name"),
            far.roles.label("far_roles"),
            far.kinds.label("far_kinds"),
        )
        .join(principal, and_(principal.id == near.principal_id, principal.is_active))
        .outerjoin(far, and_(far.deputy_id == near.principal_id, in_force(far, today)))
        .outerjoin(beyond, and_(beyond.id == far.principal_id, beyond.is_active))
        .where(near.deputy_id == user_id, in_force(near, today))
        .order_by(near.id, far.id)
    ).all()
    direct = {
        (row.principal_id, row.name, _bound(row.roles), _bound(row.kinds)): None for row in rows
    }
    for person, name, roles, kinds in direct:
        yield _Way(person, name, roles, kinds, None)
    for row in rows:
        if row.far_name is None or row.far_id == user_id:
            continue
        roles = _both(_bound(row.roles), _bound(row.far_roles))
        kinds = _both(_bound(row.kinds), _bound(row.far_kinds))
        if kinds != frozenset():
            yield _Way(row.far_id, row.far_name, roles, kinds, row.principal_id)


def _bound(values: Sequence[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What lies within two bounds, none of which bounds nothing."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _posts(session: Session, user_ids: Iterable[int]) -> Mapping[int, tuple[PostHeld, ...]]:
    """The posts that people hold today."""
    rows = session.execute(
        select(Post.user_id, Post.role, Unit.id, Unit.path, Unit.name, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.user_id.in_(user_ids), policy.held_today())
        .order_by(Post.id)
    )
    found: dict[int, tuple[PostHeld, ...]] = {}
    for user_id, role, unit_id, path, name, line in rows:
        held = PostHeld(role, unit_id, path, name, line)
        found[user_id] = (*found.get(user_id, ()), held)
    return found


def _standing(way: _Way, posts: tuple[PostHeld, ...]) -> Standing | None:
    """What a way comes to; nothing when the principal holds none of the posts meant."""
    meant = tuple(post for post in posts if way.roles is None or post.role in _roles(way.roles))
    if not meant:
        return None
    kinds = None if way.kinds is None else frozenset(CaseKind(kind) for kind in way.kinds)
    return Standing(way.principal_id, way.principal_name, meant, kinds, way.through)


def _roles(values: frozenset[str]) -> frozenset[Role]:
    return frozenset(Role(value) for value in values)
