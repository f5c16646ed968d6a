"""Signing in and out, and the actor that a signed-in person is today."""

from __future__ import annotations

import logging
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock, door_rules, policy
from caseflow.door_rules import DoorRules
from caseflow.models import Post, Unit, User, UserSession
from caseflow.services import (
    accounts,
    failures,
    passwords,
    record,
    second_factors,
    sessions,
    standings,
)
from caseflow.services.sessions import DOOR, Machine, SignedIn
from caseflow.vocabulary import Actor, Forbidden, Granted, Invalid, PostHeld

log = logging.getLogger("caseflow.door")


def sign_in(
    session: Session,
    login: str,
    password: str,
    *,
    address: str | None,
    agent: str | None,
    rules: DoorRules = door_rules.USUAL,
) -> SignedIn | None:
    """Open a session for a name and password; None when they do not fit (the failure is kept).

    Raises:
        Forbidden: five failures; the account is locked for a quarter of an hour.
        TooOften: too many failures from this address.
    """
    failures.require_quiet(session, address, rules)
    failures.require_unlocked(session, login)
    user = session.scalar(select(User).where(User.login == login, User.is_active))
    if not passwords.fits(user.password_hash if user else None, password) or user is None:
        _refuse(session, user, login, address=address, why="password")
        return None
    actor = actor_of(session, user.id)
    owed = _owed(session, user, actor, rules, has_shown_code=False)
    if owed != "code":
        failures.forget(session, login)  # else the guesses at the code would count from nothing
    return sessions.begin(session, actor, Machine(address, agent), by="password", awaits=owed)


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
    actor = actor_of(session, user.id)
    return sessions.begin(session, actor, Machine(address, agent), by="one_click", awaits=None)


def show_code(
    session: Session, row: UserSession, typed: str, *, rules: DoorRules
) -> SignedIn | None:
    """Take the code that a session still owes; None when it does not fit (the failure is kept).

    Raises:
        Forbidden: five failures; the account is locked for a quarter of an hour.
    """
    user = session.get_one(User, row.user_id)
    failures.require_unlocked(session, user.login)
    actor = actor_of(session, user.id)
    if not second_factors.take(session, actor, user.id, typed):
        if _refuse(session, user, user.login, address=row.address, why="code"):
            sessions.end_one(session, DOOR, user.id, row.id, why="guessed")
        return None
    failures.forget(session, user.login)
    record.append(session, actor, f"user:{user.id}", action="factor.shown", payload={})
    owed = _owed(session, user, actor, rules, has_shown_code=True)
    return sessions.renew(session, row, awaits=owed, second_factor_at=clock.wall())


def confirm(
    session: Session, row: UserSession, *, password: str, code: str, address: str | None
) -> bool:
    """Show once more who sits there, by password or code; a demo person needs neither.

    False when what was typed does not fit (the failure is kept).

    Raises:
        Forbidden: five failures; the account is locked for a quarter of an hour.
    """
    user = session.get_one(User, row.user_id)
    actor = actor_of(session, user.id)
    if not has_secret(session, user):
        sessions.note_confirmed(session, row.token_sha256)
        payload = {"by": "one_click"}
        record.append(session, actor, f"user:{user.id}", action="person.confirmed", payload=payload)
        return True
    failures.require_unlocked(session, user.login)
    fits = (
        second_factors.take(session, actor, user.id, code)
        if code
        else passwords.fits(user.password_hash, password)
    )
    if not fits:
        _refuse(session, user, user.login, address=address, why="confirmation")
        return False
    failures.forget(session, user.login)
    sessions.note_confirmed(session, row.token_sha256)
    payload = {"by": "code" if code else "password"}
    record.append(session, actor, f"user:{user.id}", action="person.confirmed", payload=payload)
    return True


def has_secret(session: Session, user: User) -> bool:
    """Whether there is something the person alone knows or has: a password, a device."""
    return user.password_hash is not None or second_factors.is_set(session, user.id)


def owes(session: Session, row: UserSession, actor: Actor, *, rules: DoorRules) -> str | None:
    """What an open session owes at this moment: a post or an order may have changed since.

    None when the door is open. Who came in as a demo person owes what was owed at the door.
    """
    user_id = row.user_id
    is_demo, must_change_password, has_device = session.execute(
        select(User.is_demo, User.must_change_password, second_factors.has_device(user_id)).where(
            User.id == user_id
        )
    ).one()
    if is_demo:
        return row.awaits
    if has_device and row.second_factor_at is None:
        return "code"
    if must_change_password:
        return "password"
    return "factor" if not has_device and actor.roles & rules.second_factor else None


def sign_out(session: Session, token: str) -> None:
    """End the session of this token; doing it twice does no harm."""
    row = sessions.of_token(session, token)
    if row is not None and row.revoked_at is None:
        row.revoked_at, row.revoked_for = clock.wall(), "signed_out"
        actor = actor_of(session, row.user_id)
        record.append(session, actor, f"user:{row.user_id}", action="session.ended", payload={})


def change_password(
    session: Session, row: UserSession, *, old: str | None, new: str, rules: DoorRules
) -> SignedIn | None:
    """Choose another password; all other sessions end, this one gets a new token.

    ``old`` is None at the first sign-in alone, which has just been opened with it. None when the
    old one does not fit (the failure is kept).

    Raises:
        Forbidden: the account is locked; Invalid: the new one is the old one, or not good enough.
    """
    user = session.get_one(User, row.user_id, with_for_update=True, populate_existing=True)
    actor = actor_of(session, user.id)
    if old is not None or row.awaits != "password":
        failures.require_unlocked(session, user.login)
        if not passwords.fits(user.password_hash, old or ""):
            _refuse(session, user, user.login, address=row.address, why="old_password")
            return None
    if passwords.fits(user.password_hash, new):
        raise Invalid("password_unchanged")
    user.password_hash = passwords.hashed(new, words=accounts.own_words(user))
    user.must_change_password = False
    failures.forget(session, user.login)
    record.append(session, actor, f"user:{user.id}", action="password.changed", payload={})
    sessions.end_all(session, actor, user.id, why="password", but=row.token_sha256)
    owed = _owed(session, user, actor, rules, has_shown_code=row.second_factor_at is not None)
    return sessions.renew(session, row, awaits=owed, second_factor_at=row.second_factor_at)


def set_factor(
    session: Session, row: UserSession, typed: str, *, rules: DoorRules
) -> tuple[SignedIn, tuple[str, ...]]:
    """Confirm a new device by its first code: a new token, and the recovery codes, told once.

    All other sessions end: they were opened without it.

    Raises:
        NotFound: nothing was begun; Invalid: the code does not fit.
    """
    user = session.get_one(User, row.user_id)
    actor = actor_of(session, user.id)
    codes = second_factors.confirm(session, actor, user.id, typed)
    sessions.end_all(session, actor, user.id, why="factor", but=row.token_sha256)
    owed = _owed(session, user, actor, rules, has_shown_code=True)
    return sessions.renew(session, row, awaits=owed, second_factor_at=clock.wall()), codes


def remove_factor(session: Session, row: UserSession, *, rules: DoorRules) -> None:
    """Take the own device away; all other sessions end.

    A post that may not work without one owes a new one at once.

    Raises:
        NotFound: there is none; Forbidden: the person has not confirmed to be there.
    """
    sessions.require_confirmed(session, row.token_sha256, rules=rules)
    user = session.get_one(User, row.user_id)
    actor = actor_of(session, user.id)
    second_factors.remove(session, actor, user.id)
    sessions.end_all(session, actor, user.id, why="factor", but=row.token_sha256)
    row.second_factor_at = None
    row.awaits = _owed(session, user, actor, rules, has_shown_code=False)


def session_of(session: Session, token: str) -> UserSession | None:
    """The live session of a token: not ended, not idle for long, not older than a shift."""
    row = sessions.of_token(session, token)
    return row if row is not None and sessions.is_live(row) else None


def actor_of(session: Session, user_id: int) -> Actor:
    """The person as an actor, with the posts held today and for whom this one stands.

    Raises:
        Forbidden: the account does not exist or is disabled.
    """
    name = session.scalar(select(User.name).where(User.id == user_id, User.is_active))
    if name is None:
        raise Forbidden("account_disabled")
    posts = posts_of(session, user_id)
    granted = tuple(Granted(*row) for row in session.execute(policy.grants_today(user_id)))
    return Actor(user_id, name, posts, stands_for=standings.of(session, user_id), grants=granted)


def posts_of(session: Session, user_id: int) -> tuple[PostHeld, ...]:
    """The posts that a person holds today."""
    rows = session.execute(
        select(Post.role, Unit.id, Unit.path, Unit.name, Post.line)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.user_id == user_id, policy.held_today())
        .order_by(Post.id)
    )
    return tuple(PostHeld(*row) for row in rows)


def in_units(session: Session, unit_ids: Collection[int]) -> tuple[int, ...]:
    """Everybody in service who holds a post in one of these units today."""
    rows = select(Post.user_id).join(User, User.id == Post.user_id)
    held = rows.where(User.is_active, Post.unit_id.in_(unit_ids), policy.held_today())
    return tuple(sorted(set(session.scalars(held))))


def set_preferences(
    session: Session, actor: Actor, *, locale: str | None, theme: str | None, density: str | None
) -> None:
    """Keep language, theme and density of a person; None follows the browser."""
    session.execute(
        update(User)
        .where(User.id == actor.user_id)
        .values(locale=locale, theme=theme, density=density)
    )


def _owed(
    session: Session, user: User, actor: Actor, rules: DoorRules, *, has_shown_code: bool
) -> str | None:
    """What is owed next before anything else opens; None when the door is open."""
    has_device = second_factors.is_set(session, user.id)
    if has_device and not has_shown_code:
        return "code"
    if user.must_change_password:
        return "password"
    if not has_device and not user.is_demo and actor.roles & rules.second_factor:
        return "factor"
    return None


def _refuse(
    session: Session, user: User | None, login: str, *, address: str | None, why: str
) -> bool:
    """Count and tell a failure; True when it locks the account."""
    is_locked = failures.count(session, login, address)
    if user is None:
        # A name that does not exist may be a password typed into the wrong field: not told.
        log.info("sign-in refused for an unknown name from %s", address)
        return is_locked
    payload = {"why": why, "address": address}
    record.append(session, DOOR, f"user:{user.id}", action="session.refused", payload=payload)
    if is_locked:
        until = clock.wall() + failures.LOCKED_FOR
        payload = {"until": until.isoformat(timespec="seconds"), "address": address}
        record.append(session, DOOR, f"user:{user.id}", action="account.locked", payload=payload)
    return is_locked
