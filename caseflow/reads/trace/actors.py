"""People as they were on a day: posts, grants and deputyships in force when it ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock
from caseflow.models import Deputy, Grant, Post, Unit, User
from caseflow.vocabulary import Actor, CaseKind, Granted, PostHeld, Role, Standing


def on(session: Session, day: date, also: Iterable[int] = ()) -> Mapping[int, Actor]:
    """Everybody who held a post, was granted sight or stood for somebody on that day, by id.

    With those asked for beside them, whatever they held.
    """
    deputies = _deputies(session, day, None)
    posts, grants = _posts(session, day, None), _grants(session, day, None)
    return _named(session, {*posts, *grants, *deputies, *also}, deputies, (posts, grants))


def some(session: Session, day: date, user_ids: Collection[int]) -> Mapping[int, Actor]:
    """These people as on that day, and nobody else looked up but for whom they stood."""
    near = _deputies(session, day, user_ids)
    far = _deputies(session, day, _principals(near))
    deputies = {**far, **near}
    posts = _posts(session, day, {*user_ids, *_principals(deputies)})
    grants = _grants(session, day, user_ids)
    return _named(session, set(user_ids), deputies, (posts, grants))


_Posts = Mapping[int, tuple[PostHeld, ...]]
_Grants = Mapping[int, tuple[Granted, ...]]
_Deputies = Mapping[int, list[Deputy]]


def _named(
    session: Session, known: set[int], deputies: _Deputies, held: tuple[_Posts, _Grants]
) -> Mapping[int, Actor]:
    posts, grants = held
    wanted = {*known, *_principals(deputies)}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    names = {row[0]: row[1] for row in rows}
    return {
        user_id: Actor(
            user_id,
            names[user_id],
            posts.get(user_id, ()),
            stands_for=tuple(_standings(user_id, deputies, posts, names)),
            grants=grants.get(user_id, ()),
        )
        for user_id in sorted(known & names.keys())
    }


def _principals(deputies: _Deputies) -> set[int]:
    return {each.principal_id for held in deputies.values() for each in held}


def _posts(session: Session, day: date, only: Collection[int] | None) -> _Posts:
    rows = session.execute(
        select(Post.user_id, Post.role, Unit.id, Unit.path, Unit.name, Post.line, Unit.name_en)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.valid_from <= day,
            or_(Post.valid_to.is_(None), Post.valid_to >= day),
            _among(Post.user_id, only),
        )
        .order_by(Post.id)
    )
    found: dict[int, tuple[PostHeld, ...]] = {}
    for user_id, role, unit_id, path, name, line, name_en in rows:
        held = PostHeld(role, unit_id, path, name, line, name_en)
        found[user_id] = (*found.get(user_id, ()), held)
    return found


def _grants(session: Session, day: date, only: Collection[int] | None) -> _Grants:
    rows = session.execute(
        select(Grant.user_id, Grant.unit_id, Grant.taxpayer_id, Grant.case_id)
        .where(
            Grant.valid_from <= day,
            Grant.valid_to >= day,
            Grant.granted_at < clock.end_of(day),
            or_(Grant.revoked_at.is_(None), Grant.revoked_at >= clock.end_of(day)),
            _among(Grant.user_id, only),
        )
        .order_by(Grant.id)
    )
    found: dict[int, tuple[Granted, ...]] = {}
    for user_id, unit_id, taxpayer_id, case_id in rows:
        found[user_id] = (*found.get(user_id, ()), Granted(unit_id, taxpayer_id, case_id))
    return found


def _deputies(session: Session, day: date, only: Collection[int] | None) -> _Deputies:
    """Deputyships in force on the day, by the one who stands in."""
    rows = session.scalars(
        select(Deputy)
        .where(
            Deputy.valid_from <= day,
            Deputy.valid_to >= day,
            Deputy.granted_at < clock.end_of(day),
            or_(Deputy.revoked_at.is_(None), Deputy.revoked_at >= clock.end_of(day)),
            _among(Deputy.deputy_id, only),
        )
        .order_by(Deputy.id)
    )
    found: defaultdict[int, list[Deputy]] = defaultdict(list)
    for deputy in rows:
        found[deputy.deputy_id].append(deputy)
    return found


def _among(column: InstrumentedAttribute[int], only: Collection[int] | None) -> ColumnElement[bool]:
    return true() if only is None else column.in_(only)


def _standings(
    user_id: int,
    deputies: _Deputies,
    posts: _Posts,
    names: Mapping[int, str],
) -> Iterator[Standing]:
    """For whom somebody stood: at most two links, each no wider than both."""
    for near in deputies.get(user_id, ()):
        yield from _standing(near.principal_id, _bounds(near), None, (posts, names))
        for far in deputies.get(near.principal_id, ()):
            if far.principal_id == user_id:
                continue
            narrowed = _both(_bounds(near), _bounds(far))
            yield from _standing(far.principal_id, narrowed, near.principal_id, (posts, names))


_Bounds = tuple[frozenset[str] | None, frozenset[str] | None]


def _bounds(deputy: Deputy) -> _Bounds:
    roles = None if deputy.roles is None else frozenset(deputy.roles)
    return roles, None if deputy.kinds is None else frozenset(deputy.kinds)


def _both(one: _Bounds, other: _Bounds) -> _Bounds:
    def within(left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
        if left is None or right is None:
            return right if left is None else left
        return left & right

    return within(one[0], other[0]), within(one[1], other[1])


def _standing(
    principal: int,
    bounds: _Bounds,
    through: int | None,
    known: tuple[_Posts, Mapping[int, str]],
) -> Iterator[Standing]:
    posts, names = known
    roles, kinds = bounds
    meant = tuple(
        post
        for post in posts.get(principal, ())
        if roles is None or post.role in {Role(role) for role in roles}
    )
    if meant and kinds != frozenset():
        of_kinds = None if kinds is None else frozenset(CaseKind(kind) for kind in kinds)
        yield Standing(principal, names[principal], meant, of_kinds, through)
