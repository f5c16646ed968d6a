"""Deputyships as the pages show them: own ones, those of the people below, all for the auditor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, any_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import Case, Deputy, Post, Task, Unit, User
from caseflow.reads import directory
from caseflow.reads.directory import Colleague
from caseflow.vocabulary import Actor, CaseKind, NotFound, PostHeld, Role, TaskStatus, Verb

LIMIT = 200
# So many sensitive files are named beside a deputyship; of more, how many there are.
NAMED = 10
# So many people are offered at most, the heads first.
_OFFERED = 400


class State(StrEnum):
    """How a grant stands on the bureau's date."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Sensitive cases of a principal that the deputy may not open: the first, and how many."""

    numbers: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One grant with the names of everybody in it."""

    id: int
    principal_id: int
    principal: str
    deputy_id: int
    deputy: str
    roles: tuple[Role, ...]
    kinds: tuple[CaseKind, ...]
    first: date
    last: date
    reason: str
    granted_by: str
    granted_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    state: State
    may_end: bool
    # As far as the actor sees them; none: no case is.
    out_of_reach: OutOfReach | None = None

    @property
    def is_open(self) -> bool:
        """Whether it holds or will hold."""
        return self.state in (State.COMING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the page of deputies shows."""

    given: tuple[Row, ...]
    received: tuple[Row, ...]
    others: tuple[Row, ...]
    may_see_others: bool


def out_of_reach(
    session: Session, actor: Actor, grant_ids: Collection[int]
) -> Mapping[int, OutOfReach]:
    """Sensitive open cases of a principal that the deputy may not open, by deputyship.

    Of the cases that the deputyship covers those that the actor sees; one statement for all. A
    deputyship brings no sight of sensitive files; somebody has to name the deputy as a reader.
    """
    if not grant_ids:
        return {}
    place = func.row_number().over(partition_by=Deputy.id, order_by=Case.id)
    total = func.count().over(partition_by=Deputy.id)
    kept = (
        select(Deputy.id, Case.number, place.label("place"), total.label("total"))
        .join(Case, _is_covered())
        .where(
            Deputy.id.in_(grant_ids),
            Case.closed_at.is_(None),
            exists().where(policy.keeps_out(Deputy.deputy_id)),
            Case.id.in_(policy.marked_cases()),
            policy.visible_cases(actor),
        )
        .subquery()
    )
    rows = session.execute(
        select(kept.c.id, kept.c.number, kept.c.total)
        .where(kept.c.place <= NAMED)
        .order_by(kept.c.id, kept.c.place)
    )
    found: dict[int, OutOfReach] = {}
    for grant_id, number, of_all in rows:
        before = found[grant_id].numbers if grant_id in found else ()
        found[grant_id] = OutOfReach((*before, number), of_all)
    return found


def lists(session: Session, actor: Actor) -> Lists:
    """Grants by which others act for the actor, the actor for others, and those of people below."""
    given = _rows(session, actor, Deputy.principal_id == actor.user_id)
    received = _rows(session, actor, Deputy.deputy_id == actor.user_id)
    sees_all = policy.may(actor, Verb.READ_RECORD)
    may_see = sees_all or policy.is_head(actor.posts)
    others: tuple[Row, ...] = ()
    if may_see:
        below = (
            Deputy.id.is_not(None)
            if sees_all
            else Deputy.principal_id.in_(policy.posts_below(actor.posts))
        )
        mine = or_(Deputy.principal_id == actor.user_id, Deputy.deputy_id == actor.user_id)
        others = _rows(session, actor, below & ~mine)
    open_ids = [row.id for row in (*given, *received, *others) if row.is_open]
    kept = out_of_reach(session, actor, open_ids)
    given, received, others = (
        tuple(replace(row, out_of_reach=kept.get(row.id)) for row in rows)
        for rows in (given, received, others)
    )
    return Lists(given, received, others, may_see)


def principals(session: Session, actor: Actor, *, text: str = "") -> tuple[Colleague, ...]:
    """For whom the actor may name a deputy: the own person first, then everybody below.

    ``text`` narrows to those whose name, login or unit has it; without, the highest are offered.
    """
    fits = directory.fits(text)
    own = _people(session, (User.id == actor.user_id) & fits)
    if not policy.is_head(actor.posts):
        return own
    below = _people(session, User.id.in_(policy.posts_below(actor.posts)) & fits)
    fit = [each for each in below if policy.is_superior(actor.posts, each.posts)]
    return (*own, *(each for each in fit if each.id != actor.user_id))


def principal(session: Session, actor: Actor, user_id: int) -> Colleague:
    """Somebody for whom the actor may name a deputy.

    Raises:
        NotFound: nobody of this number, or not the actor's to decide for.
    """
    found = _people(session, User.id == user_id)
    is_own = user_id == actor.user_id
    if not found or not (is_own or policy.is_superior(actor.posts, found[0].posts)):
        raise NotFound("person", id=user_id)
    return found[0]


def candidates(session: Session, person: Colleague) -> tuple[Colleague, ...]:
    """Who may stand in for one of a person's posts, by the rules of the policy."""
    paths = {post.unit_path for post in person.posts}
    near = [_around(path) for path in paths]
    found = _people(session, or_(false(), *near)) if near else ()
    return tuple(
        each
        for each in found
        if each.id != person.id
        and any(policy.may_stand_in(each.posts, post) is None for post in person.posts)
    )


def _is_covered() -> ColumnElement[bool]:
    """The condition on ``Deputy`` and ``Case``: work of the principal that the deputy comes to.

    By kind of case and by role, as the policy's sight for somebody stood in for has it.
    """
    principal, every_role = Deputy.principal_id, Deputy.roles.is_(None)
    is_officer = and_(
        or_(every_role, Deputy.roles.contains([Role.TAX_ADMINISTRATOR.value])),
        or_(Case.main_officer_id == principal, Case.second_officer_id == principal),
    )
    holds_step = exists().where(
        Task.case_id == Case.id,
        Task.status == TaskStatus.OPEN,
        or_(Task.assignee_id == principal, Task.held_for == principal),
        or_(every_role, Task.roles.overlap(Deputy.roles)),
    )
    of_kind = or_(Deputy.kinds.is_(None), Case.kind == any_(Deputy.kinds))
    return and_(of_kind, or_(is_officer, holds_step))


def _rows(session: Session, actor: Actor, condition: ColumnElement[bool]) -> tuple[Row, ...]:
    principal, deputy, granter, ender = (aliased(User) for _ in range(4))
    rows = session.execute(
        select(Deputy, principal.name, deputy.name, granter.name, ender.name)
        .join(principal, principal.id == Deputy.principal_id)
        .join(deputy, deputy.id == Deputy.deputy_id)
        .join(granter, granter.id == Deputy.granted_by)
        .outerjoin(ender, ender.id == Deputy.revoked_by)
        .where(condition)
        .order_by(Deputy.valid_to.desc(), Deputy.id.desc())
        .limit(LIMIT)
    ).all()
    posts = _posts(session, {row[0].principal_id for row in rows})
    return tuple(
        _row(actor, grant, names, posts.get(grant.principal_id, ())) for grant, *names in rows
    )


def _row(
    actor: Actor,
    grant: Deputy,
    names: Sequence[str],
    posts: Sequence[PostHeld],
) -> Row:
    principal, deputy, granter, ender = names
    state = _state(grant)
    involved = (grant.principal_id, grant.deputy_id, grant.granted_by)
    may_end = actor.user_id in involved or policy.is_superior(actor.posts, tuple(posts))
    return Row(
        id=grant.id,
        principal_id=grant.principal_id,
        principal=principal,
        deputy_id=grant.deputy_id,
        deputy=deputy,
        roles=tuple(Role(role) for role in grant.roles or ()),
        kinds=tuple(CaseKind(kind) for kind in grant.kinds or ()),
        first=grant.valid_from,
        last=grant.valid_to,
        reason=grant.reason,
        granted_by=granter,
        granted_at=grant.granted_at,
        revoked_by=ender,
        revoked_at=grant.revoked_at,
        state=state,
        may_end=may_end and state in (State.COMING, State.RUNNING),
    )


def _state(grant: Deputy) -> State:
    today = clock.today()
    if grant.revoked_at is not None:
        return State.REVOKED
    if grant.valid_from > today:
        return State.COMING
    return State.RUNNING if grant.valid_to >= today else State.OVER


def _around(path: str) -> ColumnElement[bool]:
    """People with a post in the same district or division, or in the city bureau itself."""
    parts = [part for part in path.split("/") if part]
    near = f"/{'/'.join(parts[:2])}/"
    top = f"/{parts[0]}/"
    posts = (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(policy.held_today(), or_(Unit.path.startswith(near), Unit.path == top))
    )
    return User.id.in_(posts)


def _people(session: Session, condition: ColumnElement[bool]) -> tuple[Colleague, ...]:
    rows = session.execute(
        select(User.id, User.login, User.name, User.name_en)
        .where(User.is_active, condition)
        .order_by(User.name_key, User.id)
    ).all()
    posts = _posts(session, {row.id for row in rows})
    found = [Colleague(*row, posts.get(row.id, ())) for row in rows]
    working = [each for each in found if each.posts]
    return tuple(sorted(working, key=lambda each: policy.rank(each.posts))[:_OFFERED])


def _posts(session: Session, user_ids: Iterable[int]) -> dict[int, tuple[PostHeld, ...]]:
    rows = session.execute(
        select(Post.user_id, Post.role, Unit.id, Unit.path, Unit.name, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.user_id.in_(user_ids), policy.held_today())
        .order_by(Post.id)
    )
    found: dict[int, tuple[PostHeld, ...]] = {}
    for user_id, role, unit_id, path, name, line in rows:
        found[user_id] = (*found.get(user_id, ()), PostHeld(role, unit_id, path, name, line))
    return found
