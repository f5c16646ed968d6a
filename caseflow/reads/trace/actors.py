"""People as they were on a day: posts, grants and deputyships in force when it ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock
from caseflow.models import Deputy, Grant, Post, Unit, User
from caseflow.vocabulary import Actor, CaseKind, Granted, PostHeld, Role, Standing

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Link:
    """A deputyship, or two in a chain with who stands between: no wider than both."""

    principal_id: int
    since: date
    to: date
    # None: all that the principal has.
    roles: frozenset[Role] | None
    kinds: frozenset[CaseKind] | None
    through: int | None = None


def links(session: Session, day: date, user_id: int) -> tuple[Link, ...]:
    """For whom somebody stood on that day, as ``Actor.stands_for`` has it, with the days."""
    near = _deputies(session, day, [user_id])
    far = _deputies(session, day, _principals(near))
    found = tuple(_links(user_id, {**far, **near}))
    posts = _posts(session, day, {link.principal_id for link in found})
    return tuple(link for link in found if _meant(link, posts))


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
    """For whom somebody stood, in the posts that the principal held."""
    for link in _links(user_id, deputies):
        if meant := _meant(link, posts):
            principal = link.principal_id
            yield Standing(principal, names[principal], meant, link.kinds, link.through)


def _links(user_id: int, deputies: _Deputies) -> Iterator[Link]:
    """At most two links, each no wider than both."""
    for near in deputies.get(user_id, ()):
        direct = _link(near)
        yield direct
        for each in deputies.get(near.principal_id, ()):
            far = _link(each)
            if far.principal_id != user_id:
                yield Link(
                    far.principal_id,
                    since=max(direct.since, far.since),
                    to=min(direct.to, far.to),
                    roles=_both(direct.roles, far.roles),
                    kinds=_both(direct.kinds, far.kinds),
                    through=near.principal_id,
                )


def _link(deputy: Deputy) -> Link:
    roles, kinds = deputy.roles, deputy.kinds
    return Link(
        deputy.principal_id,
        since=deputy.valid_from,
        to=deputy.valid_to,
        roles=None if roles is None else frozenset(Role(role) for role in roles),
        kinds=None if kinds is None else frozenset(CaseKind(kind) for kind in kinds),
    )


def _both(left: frozenset[T] | None, right: frozenset[T] | None) -> frozenset[T] | None:
    if left is None or right is None:
        return right if left is None else left
    return left & right


def _meant(link: Link, posts: _Posts) -> tuple[PostHeld, ...]:
    """The principal's posts that the link covers; none where it covers no kind of case."""
    if link.kinds == frozenset():
        return ()
    held = posts.get(link.principal_id, ())
    return tuple(post for post in held if link.roles is None or post.role in link.roles)
