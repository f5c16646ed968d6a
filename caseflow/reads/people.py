"""People as the pages show them: their settings, and the demo's one-click sign-ins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Post, Unit, User
from caseflow.models.settings import BureauClock
from caseflow.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants the pages: None follows the browser."""

    name_en: str
    locale: str | None
    theme: str | None
    density: str | None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo bureau whom one click signs in."""

    id: int
    login: str
    name: str
    name_en: str
    role: Role
    unit: str
    unit_en: str


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds today."""

    role: Role
    unit: str
    unit_en: str
    line: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who may sign in, and the posts of today."""

    login: str
    name: str
    name_en: str
    is_active: bool
    posts: tuple[Held, ...]


def everybody(session: Session) -> tuple[Listed, ...]:
    """All people on file in order of their logins."""
    held: dict[int, list[Held]] = {}
    rows = session.execute(
        select(Post.user_id, Post.role, Unit.name, Unit.name_en, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(policy.held_today())
        .order_by(Post.id)
    )
    for user_id, role, unit, unit_en, line in rows:
        held.setdefault(user_id, []).append(Held(role, unit, unit_en, line))
    people = session.execute(
        select(User.id, User.login, User.name, User.name_en, User.is_active).order_by(User.login)
    )
    return tuple(
        Listed(login, name, name_en, is_active, tuple(held.get(user_id, ())))
        for user_id, login, name, name_en, is_active in people
    )


def preferences(session: Session, user_id: int) -> Preferences:
    """A person's own settings."""
    row = session.execute(
        select(User.name_en, User.locale, User.theme, User.density).where(User.id == user_id)
    ).one()
    return Preferences(*row)


def name(session: Session, user_id: int) -> str | None:
    """What a person is called; None when there is no such person."""
    return session.scalar(select(User.name).where(User.id == user_id))


def named(session: Session, name: str) -> tuple[int, ...]:
    """The ids of the people of exactly this name."""
    return tuple(session.scalars(select(User.id).where(User.name == name).order_by(User.id)))


def is_demo(session: Session) -> bool:
    """Whether this installation is a demo."""
    return bool(session.scalar(select(BureauClock.is_demo)))


def is_demo_wanted(session: Session) -> bool:
    """Whether a demonstration may be made here: nobody is on file yet, or one is half made."""
    is_empty = session.scalar(select(User.id).limit(1)) is None
    return is_empty or bool(session.scalar(select(BureauClock.is_making_past)))


def demo_people(session: Session) -> tuple[DemoPerson, ...]:
    """The demo's people with their first post; none in a real bureau."""
    rows = session.execute(
        select(User.id, User.login, User.name, User.name_en, Post.role, Unit.name, Unit.name_en)
        .join(Post, Post.user_id == User.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(User.is_demo, User.is_active, Post.valid_to.is_(None))
        .order_by(User.id, Post.id)
        .ext(distinct_on(User.id))
    )
    return tuple(DemoPerson(*row) for row in rows)
