"""Signing in and out, and the actor that a signed-in person is today."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Post, SignInFailure, Unit, User, UserSession
from caseflow.services import record, standings
from caseflow.vocabulary import Actor, Forbidden, Invalid, NotFound, PostHeld

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_FAILURES_ALLOWED = 5
_LOCKED_FOR = timedelta(minutes=15)

# Hashing takes 19 MiB and a few hundredths of a second: many at once would be an attack.
_hashing = threading.Semaphore(4)
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified for names that do not exist, so that both answers take the same time.
_NOBODY = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes into the cookie and is stored only as a hash."""

    token: str
    user_id: int


def hash_password(password: str) -> str:
    """The argon2id hash of a password.

    Raises:
        Invalid: shorter than 12 or longer than 256 characters.
    """
    shortest, longest = 12, 256
    if not shortest <= len(password) <= longest:
        raise Invalid("password_length", shortest=shortest, longest=longest)
    with _hashing:
        return _hasher.hash(password)


def set_password(session: Session, actor: Actor, login: str, *, password: str) -> None:
    """Give a person a password: sessions begun with an older one end, a locked account opens.

    Raises:
        NotFound: nobody of that name is on file, or the account is disabled.
        Invalid: see ``hash_password``.
    """
    user = session.scalar(select(User).where(User.login == login, User.is_active).with_for_update())
    if user is None:
        raise NotFound("no_such_login", login=login)
    user.password_hash = hash_password(password)
    session.execute(delete(SignInFailure).where(SignInFailure.login == login))
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
        .values(revoked_at=clock.wall())
    )
    # The record keeps that there is a new one, by whom and when; never what it is.
    record.append(session, actor, f"user:{user.id}", action="password.set", payload={})


def sign_in(
    session: Session, login: str, password: str, *, address: str | None, agent: str | None
) -> SignedIn | None:
    """Open a session for a name and password; None when they do not fit (the failure is kept).

    Raises:
        Forbidden: five failures; the account is locked for a quarter of an hour.
    """
    failure = session.get(SignInFailure, login, with_for_update=True)
    if failure and failure.count >= _FAILURES_ALLOWED:
        until = failure.last_at + _LOCKED_FOR
        if clock.wall() < until:
            raise Forbidden("account_locked", until=until)
        failure.count = 0
    user = session.scalar(select(User).where(User.login == login, User.is_active))
    if not _fits(user.password_hash if user else None, password) or user is None:
        _count_failure(session, login)
        return None
    session.execute(delete(SignInFailure).where(SignInFailure.login == login))
    return _open(session, user, address=address, agent=agent)


def sign_in_demo(
    session: Session, user_id: int, *, address: str | None, agent: str | None
) -> SignedIn:
    """Open a session for one of the demo's people with one click.

    Raises:
        Forbidden: this person is no demo person.
    """
    user = session.scalar(select(User).where(User.id == user_id, User.is_demo, User.is_active))
    if user is None:
        raise Forbidden("no_demo_person")
    return _open(session, user, address=address, agent=agent)


def sign_out(session: Session, token: str) -> None:
    """End the session of this token; doing it twice does no harm."""
    row = session.get(UserSession, _digest(token))
    if row is not None and row.revoked_at is None:
        row.revoked_at = clock.wall()
        actor = actor_of(session, row.user_id)
        record.append(session, actor, f"user:{row.user_id}", action="session.ended", payload={})


def session_of(session: Session, token: str) -> UserSession | None:
    """The live session of a token: not revoked, not idle for long, not older than a shift."""
    row = session.get(UserSession, _digest(token))
    now = clock.wall()
    if row is None or row.revoked_at or now > min(row.seen_at + IDLE, row.created_at + LONGEST):
        return None
    return row


def touch(session: Session, token_sha256: bytes) -> None:
    """Note that the session is in use (the door calls this at most once a minute)."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_sha256 == token_sha256)
        .values(seen_at=clock.wall())
    )


def actor_of(session: Session, user_id: int) -> Actor:
    """The person as an actor, with the posts held today and for whom this one stands.

    Raises:
        Forbidden: the account does not exist or is disabled.
    """
    name = session.scalar(select(User.name).where(User.id == user_id, User.is_active))
    if name is None:
        raise Forbidden("account_disabled")
    rows = session.execute(
        select(Post.role, Unit.id, Unit.path, Unit.name, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.user_id == user_id, policy.held_today())
        .order_by(Post.id)
    )
    posts = tuple(PostHeld(*row) for row in rows)
    return Actor(user_id, name, posts, stands_for=standings.of(session, user_id))


def set_preferences(
    session: Session, actor: Actor, *, locale: str | None, theme: str | None, density: str | None
) -> None:
    """Keep language, theme and density of a person; None follows the browser."""
    session.execute(
        update(User)
        .where(User.id == actor.user_id)
        .values(locale=locale, theme=theme, density=density)
    )


def _fits(stored: str | None, password: str) -> bool:
    with _hashing:
        try:
            _hasher.verify(stored or _NOBODY, password)
        except VerificationError:
            return False
    return stored is not None


def _count_failure(session: Session, login: str) -> None:
    now = clock.wall()
    row = insert(SignInFailure).values(login=login[:100], count=1, last_at=now)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[SignInFailure.login],
            set_={"count": SignInFailure.count + 1, "last_at": now},
        )
    )


def _open(session: Session, user: User, *, address: str | None, agent: str | None) -> SignedIn:
    token = secrets.token_urlsafe(32)
    now: datetime = clock.wall()
    session.add(
        UserSession(
            token_sha256=_digest(token),
            user_id=user.id,
            csrf_secret=secrets.token_hex(16),
            created_at=now,
            seen_at=now,
            address=address,
            agent=(agent or "")[:200] or None,
            revoked_at=None,
        )
    )
    actor = actor_of(session, user.id)
    payload = {"address": address}
    record.append(session, actor, f"user:{user.id}", action="session.begun", payload=payload)
    return SignedIn(token, user.id)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
