"""What an operator does for the people who sign in: passwords, lost devices, closed accounts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import User
from caseflow.services import failures, passwords, record, second_factors, sessions
from caseflow.vocabulary import Actor, NotFound


def set_password(
    session: Session, actor: Actor, login: str, *, password: str, is_first: bool = False
) -> None:
    """Give a person a password: sessions begun with an older one end, a locked account opens.

    ``is_first`` makes it open the door once: its owner then has to choose another.

    Raises:
        NotFound: nobody of that name is on file, or the account is disabled.
        Invalid: see ``passwords.hashed``.
    """
    user = _locked(session, login)
    user.password_hash = passwords.hashed(password, words=own_words(user))
    user.must_change_password = is_first
    failures.forget(session, login)
    sessions.end_all(session, actor, user.id, why="password")
    # The record keeps that there is a new one, by whom and when; never what it is.
    record.append(session, actor, f"user:{user.id}", action="password.set", payload={})


def forget_factor(session: Session, actor: Actor, login: str) -> None:
    """Take the device of a person away who has lost it with the recovery codes; sessions end.

    Raises:
        NotFound: nobody of that name is on file, or there is no device.
    """
    user = _locked(session, login)
    second_factors.remove(session, actor, user.id)
    sessions.end_all(session, actor, user.id, why="administrator")


def disable(session: Session, actor: Actor, login: str) -> None:
    """Close an account; its sessions end at once. The record goes on naming the person.

    Raises:
        NotFound: nobody of that name is on file, or the account is disabled already.
    """
    user = _locked(session, login)
    user.is_active = False
    sessions.end_all(session, actor, user.id, why="disabled")
    record.append(session, actor, f"user:{user.id}", action="account.disabled", payload={})


def enable(session: Session, actor: Actor, login: str) -> None:
    """Open an account again that was closed.

    Raises:
        NotFound: nobody of that name has a closed account.
    """
    user = session.scalar(
        select(User).where(User.login == login, ~User.is_active).with_for_update()
    )
    if user is None:
        raise NotFound("no_closed_account", login=login)
    user.is_active = True
    record.append(session, actor, f"user:{user.id}", action="account.enabled", payload={})


def own_words(user: User) -> tuple[str, ...]:
    """The words that somebody would try first who knows the person."""
    parts = user.name_en.replace("-", " ").split()
    return (user.login, user.name, *parts, "".join(parts), "".join(reversed(parts)))


def _locked(session: Session, login: str) -> User:
    user = session.scalar(select(User).where(User.login == login, User.is_active).with_for_update())
    if user is None:
        raise NotFound("no_such_login", login=login)
    return user
