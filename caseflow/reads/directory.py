"""Finding colleagues by name, section or login, for forms that name somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import policy
from caseflow.models import Post, Unit, User
from caseflow.vocabulary import PostHeld, Role

OFFERED = 20
_MOST_WORDS = 4
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here, with the posts held today."""

    id: int
    login: str
    name: str
    name_en: str
    posts: tuple[PostHeld, ...]


def find(session: Session, text: str) -> tuple[Colleague, ...]:
    """People of whom each word of the text is part of the name, the login or a unit's name."""
    words = text.replace("·", " ").split()[:_MOST_WORDS]
    return _people(session, and_(*(_fits(word[:_LONGEST]) for word in words))) if words else ()


def named(session: Session, text: str) -> tuple[Colleague, ...]:
    """The person of a login, else everybody of a name."""
    of_login = _people(session, User.login == text)
    return of_login or _people(session, or_(User.name == text, User.name_en.ilike(_plain(text))))


def of_ids(session: Session, ids: Sequence[int]) -> tuple[Colleague, ...]:
    """The people of these ids who are in service, in the order of their names."""
    return _people(session, User.id.in_(ids), most=len(ids)) if ids else ()


def fits(text: str) -> ColumnElement[bool]:
    """The condition on people that ``find`` uses."""
    words = text.replace("·", " ").split()[:_MOST_WORDS]
    return and_(true(), *(_fits(word[:_LONGEST]) for word in words))


def _fits(word: str) -> ColumnElement[bool]:
    above = aliased(Unit)
    sits_there = (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(above, Unit.path.startswith(above.path))
        .where(
            policy.held_today(),
            or_(*(_holds(name, word) for name in (above.name, above.short_name, above.name_en))),
        )
    )
    return or_(
        *(_holds(column, word) for column in (User.name, User.login, User.name_en)),
        User.id.in_(sits_there),
    )


def _holds(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _people(
    session: Session, condition: ColumnElement[bool], *, most: int = OFFERED
) -> tuple[Colleague, ...]:
    rows = session.execute(
        select(User.id, User.login, User.name, User.name_en)
        .where(User.is_active, condition)
        .order_by(User.name_key, User.id)
        .limit(most)
    ).all()
    posts = _posts(session, [row.id for row in rows])
    return tuple(Colleague(*row, tuple(posts.get(row.id, ()))) for row in rows)


def _posts(session: Session, ids: Sequence[int]) -> dict[int, list[PostHeld]]:
    rows = session.execute(
        select(Post.user_id, Post.role, Unit.id, Unit.path, Unit.name, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.user_id.in_(ids), policy.held_today())
        .order_by(Post.id)
    )
    found: dict[int, list[PostHeld]] = {}
    for user_id, role, unit_id, path, name, line in rows:
        found.setdefault(user_id, []).append(PostHeld(Role(role), unit_id, path, name, line))
    return found
