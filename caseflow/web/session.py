"""
Who is asking: our own cookie, the row it names in ``sessions``, Flask-Login's request loader.

No state lives in a cookie: it holds a token, and the table decides what the token is worth.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, redirect, request, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response as AnyResponse

from caseflow import clock
from caseflow.reads import people as people_reads
from caseflow.services import people, sessions
from caseflow.vocabulary import Actor, Forbidden
from caseflow.web import address
from caseflow.web.house import House, house, noting, reading


class Guarded(TypedDict):
    """How every cookie is set: over TLS or to this machine alone, out of reach of scripts."""

    secure: bool
    httponly: bool
    samesite: str


COOKIE = "__Host-caseflow"
FORM_COOKIE = "__Host-caseflow-form"
TOLD_COOKIE = "__Host-caseflow-told"
# Where Flask's flash puts its words.
_TOLD = "_flashes"
_GUARDED: Guarded = {"secure": True, "httponly": True, "samesite": "Lax"}

# Endpoints that a person without a session may ask for; everything else leads to the sign-in.
PUBLIC = frozenset(
    {
        "static",
        "people.sign_in",
        "people.sign_in_post",
        "people.code",
        "people.code_post",
        "people.demo_sign_in",
        "people.prefer",
        "health.alive",
        "health.metrics",
        "health.ready",
    }
)


# Where a session leads that still owes something, and what else is open to it meanwhile.
OWED: Mapping[str, frozenset[str]] = {
    "code": frozenset({"people.code", "people.code_post"}),
    "password": frozenset({"account.password", "account.change_password"}),
    "factor": frozenset({"account.factor", "account.begin_factor", "account.confirm_factor"}),
}
_OPEN_TO_ENTRANTS = frozenset(
    {"static", "people.sign_out", "people.prefer", "health.alive", "health.ready", "health.metrics"}
)
_PAGES = {"code": "people.code", "password": "account.password", "factor": "account.factor"}

_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a live session belongs to, and how they want their pages.

    ``awaits`` is what the session owes now before anything else opens.
    """

    actor: Actor
    csrf_secret: str
    preferences: people_reads.Preferences
    token_sha256: bytes
    confirmed_at: datetime | None
    awaits: str | None


class _LoginUser(UserMixin):  # type: ignore[misc]  # flask_login is shipped without types
    """The person as Flask-Login knows them."""

    def __init__(self, person: Person) -> None:
        """Keep the id that Flask-Login asks for."""
        self.id = str(person.actor.user_id)


class _Values(dict[str, Any], SessionMixin):
    """What Flask calls the session: the secret that forms carry, and words for the next page."""


class _FormSecrets(SessionInterface):
    """Gives forms their secret: the session row's, or before sign-in a cookie's."""

    def open_session(self, app: Flask, request: Request) -> _Values:
        """Find the secret and what the last act left to be told; the row is read once."""
        values = _Values()
        found = _find_or_remember(request) or g.get("entrant")
        secret = found.csrf_secret if found else request.cookies.get(FORM_COOKIE)
        if secret:
            values["csrf_token"] = secret
        with suppress(BadData):
            values[_TOLD] = _signer(app).loads(request.cookies.get(TOLD_COOKIE, ""))
        return values

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep the sign-in form's secret, and what is to be told on the next page."""
        secret, told = session.get("csrf_token"), session.get(_TOLD)
        is_stranger = g.get("person") is None and g.get("entrant") is None
        if secret and is_stranger and request.cookies.get(FORM_COOKIE) != secret:
            response.set_cookie(FORM_COOKIE, secret, **_GUARDED)
        if told:
            response.set_cookie(TOLD_COOKIE, str(_signer(app).dumps(told)), **_GUARDED)
        elif TOLD_COOKIE in request.cookies:
            response.delete_cookie(TOLD_COOKIE, **_GUARDED)


def _find_or_remember(asked: Request) -> Person | None:
    """The person; what kept us from asking is raised later, where it gets a page that helps."""
    try:
        return _find(asked)
    except (OperationalError, PoolTimeout) as error:
        g.person, g.trouble = None, error
        return None


def _signer(app: Flask) -> URLSafeSerializer:
    return URLSafeSerializer(app.secret_key or b"", salt="told")


def install(app: Flask, house: House) -> None:
    """Let the application know people by their sessions, and turn strangers to the door."""
    app.secret_key = _secret(house.config.var)
    app.session_interface = _FormSecrets()
    manager = LoginManager(app)
    manager.request_loader(_load)
    app.before_request(_require_person)


def begin(response: AnyResponse, token: str) -> None:
    """Hand a browser the token of its new session."""
    response.set_cookie(COOKIE, token, **_GUARDED)
    response.delete_cookie(FORM_COOKIE, **_GUARDED)


def end(response: AnyResponse) -> None:
    """Take the token away and let the browser forget every page."""
    response.delete_cookie(COOKIE, **_GUARDED)
    response.headers["Clear-Site-Data"] = '"cache"'


def token_of(asked: Request) -> str | None:
    """The token a request carries."""
    return asked.cookies.get(COOKIE)


def entrant() -> Person:
    """Who asks for a page on the way in: with a session, whatever it still owes."""
    found: Person | None = g.get("person") or g.get("entrant")
    if found is None:
        raise Forbidden("sign_in_first")
    return found


def _find(asked: Request) -> Person | None:
    """The person of the request's token; looked up once per request."""
    if "person" not in g:
        token = token_of(asked)
        found = _person(asked, token) if token else None
        g.person = None if found is None or found.awaits else found
        g.entrant = found if found is not None and found.awaits else None
    person: Person | None = g.person
    return person


def _person(asked: Request, token: str) -> Person | None:
    rules = house().config.door
    here = address.address_of(asked, rules)
    with reading() as session:
        row = people.session_of(session, token)
        if row is None:
            return None
        is_at_home = sessions.is_at_home(row, here, rules)
        try:
            actor = people.actor_of(session, row.user_id)
        except Forbidden:
            return None
        settings = people_reads.preferences(session, row.user_id)
        is_due = clock.wall() - row.seen_at > _TOUCH_EVERY
        owed = people.owes(session, row, actor, rules=rules)
        person = Person(actor, row.csrf_secret, settings, row.token_sha256, row.confirmed_at, owed)
    if not is_at_home:
        with noting() as session:
            sessions.refuse_elsewhere(session, token, here, rules)
        return None
    if is_due:
        with noting() as session:
            sessions.touch(session, person.token_sha256)
    return person


def _load(asked: Request) -> _LoginUser | None:
    person = _find(asked)
    return None if person is None else _LoginUser(person)


def _require_person() -> AnyResponse | None:
    if "trouble" in g:
        raise g.trouble
    person = _find(request)
    if person is not None:
        g.actor = person.actor
        return None
    owing: Person | None = g.entrant
    if owing is not None and owing.awaits:
        if request.endpoint in _OPEN_TO_ENTRANTS | OWED[owing.awaits]:
            g.actor = owing.actor
            return None
        return _lead(url_for(_PAGES[owing.awaits], next=_wanted(request) or None))
    if request.endpoint in PUBLIC:
        return None
    return _lead(url_for("people.sign_in", next=_place_of(request) or None))


def _lead(target: str) -> AnyResponse:
    """To a page of the door; a script is told to go there."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    return redirect(target, 303)


def _wanted(asked: Request) -> str:
    """Where somebody goes on who still owes something: what was wanted before, or this page."""
    if asked.endpoint in PUBLIC | {endpoint for each in OWED.values() for endpoint in each}:
        return asked.values.get("next", "")
    return _place_of(asked)


def _place_of(asked: Request) -> str:
    """Where to go on after signing in: the page asked for, or the one that a form came from."""
    if asked.method == "GET":
        return asked.full_path.rstrip("?")
    came = urlsplit(asked.referrer or "")
    if came.netloc != asked.host:
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path


def _secret(var: Path) -> bytes:
    """The key that signs form tokens: made once per installation, read by every process."""
    path = var / "keys" / "web"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"web.{os.getpid()}")
        fresh.write_bytes(secrets.token_bytes(32))
        fresh.chmod(0o400)
        # A link appears whole or not at all: two processes starting together agree on one key.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()
