"""One person on a day: posts, what each of them carried, for whom they stood, what was granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    Case,
    Deputy,
    Grant,
    Post,
    SensitiveFile,
    SensitiveReader,
    Taxpayer,
    User,
)
from caseflow.models import Unit as UnitRow
from caseflow.reads.trace import actors
from caseflow.vocabulary import Actor, CaseKind, NotFound, PostHeld, Role, Verb


@dataclass(frozen=True, slots=True)
class Held:
    """A post on the day with the verbs it carried."""

    post: PostHeld
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class Deputyship:
    """In force on the day: the other person's name, the days, and how far; none: everything."""

    name: str
    since: date
    to: date
    roles: tuple[Role, ...]
    kinds: tuple[CaseKind, ...]
    # Who stood between, where it came by two links.
    through: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody could see and do on a day; cases are named for those alone who see them."""

    user_id: int
    name: str
    login: str
    day: date
    actor: Actor
    posts: tuple[Held, ...]
    # For whom the person stood, and by whom the person was stood in for.
    principals: tuple[Deputyship, ...]
    deputies: tuple[Deputyship, ...]
    # What was granted: a unit's name, a household's or a case's where the asker sees it.
    grants: tuple[tuple[str, date, date], ...]
    # As whose reader the person was named: a household or a case, where the asker sees it.
    reads_sensitive: tuple[str, ...]


def profile_of(session: Session, actor: Actor, login: str, day: date) -> Profile:
    """
    What somebody could see and do when a day ended.

    Raises:
        NotFound: nobody of that name, or of no post in the asking leader's district that day.

    """
    policy.require(actor, Verb.TRACE_POWERS)
    user = session.scalar(select(User).where(User.login == login.strip()))
    if user is None:
        raise NotFound("person", login=login.strip())
    person = actors.some(session, day, [user.id])[user.id]
    if not _traces(session, actor, person):
        raise NotFound("person", login=login.strip())
    return Profile(
        user_id=user.id,
        name=user.name,
        login=user.login,
        day=day,
        actor=person,
        posts=tuple(Held(post, _verbs(post)) for post in person.posts),
        principals=_principals(session, user.id, day),
        deputies=_deputies(session, user.id, day),
        grants=_grants(session, actor, user.id, day),
        reads_sensitive=_named(session, actor, user.id, day),
    )


def _traces(session: Session, actor: Actor, person: Actor) -> bool:
    """A district leader traces the own people; supervision and system administration everybody."""
    if actor.roles & {Role.AUDITOR, Role.SYS_ADMIN}:
        return True
    own = actor.units_as(Role.DISTRICT_DIRECTOR)
    paths = session.scalars(select(UnitRow.path).where(UnitRow.id.in_(own))).all()
    ever = session.scalars(
        select(UnitRow.path)
        .join(Post, Post.unit_id == UnitRow.id)
        .where(Post.user_id == person.user_id)
    ).all()
    return any(path.startswith(above) for path in ever for above in paths)


def _verbs(post: PostHeld) -> tuple[Verb, ...]:
    return tuple(verb for verb in Verb if post.role in policy.VERBS.get(verb, ()))


def _principals(session: Session, user_id: int, day: date) -> tuple[Deputyship, ...]:
    links = actors.links(session, day, user_id)
    ids = {each for link in links for each in (link.principal_id, link.through)}
    names = {
        row[0]: row[1]
        for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }
    return tuple(
        Deputyship(
            names[link.principal_id],
            link.since,
            link.to,
            tuple(sorted(link.roles or ())),
            tuple(sorted(link.kinds or ())),
            "" if link.through is None else names[link.through],
        )
        for link in links
    )


def _deputies(session: Session, user_id: int, day: date) -> tuple[Deputyship, ...]:
    stand_in = aliased(User)
    rows = session.execute(
        select(stand_in.name, Deputy)
        .join(stand_in, stand_in.id == Deputy.deputy_id)
        .where(
            Deputy.principal_id == user_id,
            Deputy.valid_from <= day,
            Deputy.valid_to >= day,
            or_(Deputy.revoked_at.is_(None), Deputy.revoked_at >= clock.end_of(day)),
        )
        .order_by(Deputy.id)
    )
    return tuple(
        Deputyship(
            name,
            deputy.valid_from,
            deputy.valid_to,
            tuple(sorted(Role(role) for role in deputy.roles or ())),
            tuple(sorted(CaseKind(kind) for kind in deputy.kinds or ())),
        )
        for name, deputy in rows
    )


def _grants(
    session: Session, actor: Actor, user_id: int, day: date
) -> tuple[tuple[str, date, date], ...]:
    seen_case = select(Case.number).where(Case.id == Grant.case_id, policy.visible_cases(actor))
    seen_home = select(Taxpayer.name).where(
        Taxpayer.id == Grant.taxpayer_id, policy.visible_taxpayers(actor)
    )
    rows = session.execute(
        select(
            UnitRow.name,
            seen_home.scalar_subquery(),
            seen_case.scalar_subquery(),
            Grant.valid_from,
            Grant.valid_to,
        )
        .outerjoin(UnitRow, UnitRow.id == Grant.unit_id)
        .where(
            Grant.user_id == user_id,
            Grant.valid_from <= day,
            Grant.valid_to >= day,
            or_(Grant.revoked_at.is_(None), Grant.revoked_at >= clock.end_of(day)),
        )
        .order_by(Grant.id)
    )
    return tuple(
        (unit or home or number or "", since, to) for unit, home, number, since, to in rows
    )


def _named(session: Session, actor: Actor, user_id: int, day: date) -> tuple[str, ...]:
    until = clock.end_of(day)
    seen_case = select(Case.number).where(
        Case.id == SensitiveFile.case_id, policy.visible_cases(actor)
    )
    seen_home = select(Taxpayer.name).where(
        Taxpayer.id == SensitiveFile.taxpayer_id, policy.visible_taxpayers(actor)
    )
    rows = session.execute(
        select(seen_home.scalar_subquery(), seen_case.scalar_subquery())
        .select_from(SensitiveReader)
        .join(SensitiveFile, SensitiveFile.id == SensitiveReader.file_id)
        .where(
            SensitiveReader.user_id == user_id,
            SensitiveReader.allowed_at < until,
            or_(SensitiveReader.ended_at.is_(None), SensitiveReader.ended_at >= until),
            or_(SensitiveFile.lifted_at.is_(None), SensitiveFile.lifted_at >= until),
        )
        .order_by(SensitiveFile.id)
    )
    # Of a mark that the asker does not see, nothing: not that it exists, nor how many do.
    return tuple(name for home, number in rows if (name := home or number))
