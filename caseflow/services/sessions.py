"""Signed-in browsers: begun, renewed, found, confirmed, ended. The row decides, not the cookie."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.door_rules import DoorRules
from caseflow.models import User, UserSession
from caseflow.services import record
from caseflow.vocabulary import Actor, Forbidden, NotFound

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# Those who come in by the door itself, before anybody is signed in.
DOOR = Actor(user_id=None, name="系统", system="door")
_LONGEST_AGENT = 200
# What of an address says where it is: a device of IPv6 changes the rest by itself (RFC 8981).
_SUBNET = {4: 24, 6: 64}
_EXACT = {4: 32, 6: 64}


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a request comes from: its address, as text, and what the browser calls itself."""

    address: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: the token goes into the cookie and is stored only as a hash.

    ``awaits`` is what is still owed before anything else opens: code, password, factor.
    """

    token: str
    user_id: int
    awaits: str | None = None


def begin(
    session: Session, actor: Actor, machine: Machine, *, by: str, awaits: str | None
) -> SignedIn:
    """Open a session for somebody who has shown who they are, ``by`` password or one click."""
    user_id = actor.user_id or 0
    now = clock.wall()
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_sha256=digest(token),
            user_id=user_id,
            csrf_secret=secrets.token_hex(16),
            created_at=now,
            seen_at=now,
            address=machine.address,
            agent=(machine.agent or "")[:_LONGEST_AGENT] or None,
            revoked_at=None,
            revoked_for=None,
            second_factor_at=None,
            confirmed_at=now,
            awaits=awaits,
        )
    )
    payload = {"address": machine.address, "by": by}
    if awaits:
        payload["awaits"] = awaits
    record.append(session, actor, f"user:{user_id}", action="session.begun", payload=payload)
    return SignedIn(token, user_id, awaits)


def renew(
    session: Session, row: UserSession, *, awaits: str | None, second_factor_at: datetime | None
) -> SignedIn:
    """Give a session that has risen a new token; the old one is worth nothing any more."""
    now = clock.wall()
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_sha256=digest(token),
            user_id=row.user_id,
            csrf_secret=secrets.token_hex(16),
            created_at=row.created_at,
            seen_at=now,
            address=row.address,
            agent=row.agent,
            revoked_at=None,
            revoked_for=None,
            second_factor_at=second_factor_at,
            confirmed_at=now,
            awaits=awaits,
        )
    )
    row.revoked_at, row.revoked_for = now, "renewed"
    return SignedIn(token, row.user_id, awaits)


def of_token(session: Session, token: str) -> UserSession | None:
    """The row of a token, whatever has become of it."""
    return session.get(UserSession, digest(token))


def locked(session: Session, token_sha256: bytes) -> UserSession:
    """The row of a session that asks for a change of itself.

    Raises:
        Forbidden: it has ended meanwhile.
    """
    row = session.get(UserSession, token_sha256, with_for_update=True, populate_existing=True)
    if row is None or not is_live(row):
        raise Forbidden("sign_in_first")
    return row


def is_live(row: UserSession) -> bool:
    """Whether a session may be used: not ended, not idle for long, not older than a shift."""
    return row.revoked_at is None and clock.wall() <= ends_at(row)


def ends_at(row: UserSession) -> datetime:
    """When a session ends by itself if nobody uses it any more."""
    return min(row.seen_at + IDLE, row.created_at + LONGEST)


def is_at_home(row: UserSession, address: str | None, rules: DoorRules) -> bool:
    """Whether a session is used from where it was begun, or from its subnet if that is enough."""
    if row.address is None or address is None:
        return True
    return _place_of(row.address, rules) == _place_of(address, rules)


def refuse_elsewhere(session: Session, token: str, address: str | None, rules: DoorRules) -> None:
    """End a session that came from another address: its token is in other hands, or moved."""
    row = session.get(UserSession, digest(token), with_for_update=True, populate_existing=True)
    if row is None or row.revoked_at is not None or is_at_home(row, address, rules):
        return
    payload = {"why": "address", "from": row.address, "to": address}
    _end(row, "address")
    record.append(session, DOOR, f"user:{row.user_id}", action="session.revoked", payload=payload)


def touch(session: Session, token_sha256: bytes) -> None:
    """Note that the session is in use (the door calls this at most once a minute)."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_sha256 == token_sha256)
        .values(seen_at=clock.wall())
    )


def require_confirmed(session: Session, token_sha256: bytes, *, rules: DoorRules) -> None:
    """Refuse unless the person has shown within the last minutes that they sit there themselves.

    Raises:
        Forbidden: they have to show it once more.
    """
    row = session.get(UserSession, token_sha256)
    if row is None or not is_confirmed(row.confirmed_at, rules):
        raise Forbidden("confirm_yourself")


def is_confirmed(confirmed_at: datetime | None, rules: DoorRules) -> bool:
    """Whether the time of the last confirmation is near enough."""
    return confirmed_at is not None and clock.wall() <= confirmed_at + rules.confirmed_for


def note_confirmed(session: Session, token_sha256: bytes) -> None:
    """The person has shown who they are once more."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_sha256 == token_sha256)
        .values(confirmed_at=clock.wall())
    )


def live_of(session: Session, user_id: int) -> Sequence[UserSession]:
    """The sessions of one person that may be used now, the latest used first."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, *_may_be_used())
        .order_by(UserSession.seen_at.desc(), UserSession.id)
    ).all()


def live(session: Session, text: str, *, at_most: int) -> Sequence[tuple[UserSession, User]]:
    """The sessions of everybody that may be used now, the latest used first.

    ``text`` narrows to people whose name or login holds it.
    """
    named = or_(
        User.login.contains(text, autoescape=True), User.name.contains(text, autoescape=True)
    )
    rows = session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(*_may_be_used(), *([named] if text else []))
        .order_by(UserSession.seen_at.desc(), UserSession.id)
        .limit(at_most)
    )
    return [(row, user) for row, user in rows]


def owner_of(session: Session, session_id: int) -> int | None:
    """Whose session this is; None when there is none."""
    return session.scalar(select(UserSession.user_id).where(UserSession.id == session_id))


def end_one(session: Session, actor: Actor, user_id: int, session_id: int, *, why: str) -> None:
    """End one session of a person; one that has ended stays as it is.

    Raises:
        NotFound: the person has no such session.
    """
    row = session.scalar(
        select(UserSession)
        .where(UserSession.id == session_id, UserSession.user_id == user_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("session", id=session_id)
    if row.revoked_at is None:
        _end(row, why)
        payload = {"why": why, "address": row.address}
        record.append(session, actor, f"user:{user_id}", action="session.revoked", payload=payload)


def end_all(
    session: Session, actor: Actor, user_id: int, *, why: str, but: bytes | None = None
) -> int:
    """End all sessions of a person, ``but`` the one with this hash; how many there were."""
    others = [UserSession.token_sha256 != but] if but else []
    ended = session.scalars(
        update(UserSession)
        .where(UserSession.user_id == user_id, *_may_be_used(), *others)
        .values(revoked_at=clock.wall(), revoked_for=why)
        .returning(UserSession.id)
    ).all()
    if ended:
        payload = {"why": why, "count": len(ended)}
        record.append(session, actor, f"user:{user_id}", action="session.revoked", payload=payload)
    return len(ended)


def digest(token: str) -> bytes:
    """What of a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _may_be_used() -> tuple[ColumnElement[bool], ...]:
    """The condition that ``is_live`` decides for one."""
    now = clock.wall()
    return (
        UserSession.revoked_at.is_(None),
        UserSession.seen_at >= now - IDLE,
        UserSession.created_at >= now - LONGEST,
    )


def _end(row: UserSession, why: str) -> None:
    row.revoked_at, row.revoked_for = clock.wall(), why


def _place_of(address: str, rules: DoorRules) -> object:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    length = (_SUBNET if rules.is_roaming else _EXACT)[parsed.version]
    return ip_network((parsed, length), strict=False)
