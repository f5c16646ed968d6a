"""Signing in and out, and how a person wants the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from caseflow.reads import people as reads
from caseflow.services import people
from caseflow.vocabulary import Forbidden
from caseflow.web import session as cookies
from caseflow.web import shell
from caseflow.web.house import actor, reading, writing
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("people", __name__)

_YEAR = 365 * 24 * 3600
_CHOICES = {
    "locale": ("zh", "en"),
    "theme": ("light", "dark"),
    "density": ("normal", "compact"),
}


@bp.get("/")
def home() -> Response:
    """Lead to the page that the person's post begins the day with."""
    return redirect(url_for(shell.home_of(actor())), 303)


@bp.get("/sign-in")
def sign_in() -> Response | str:
    """The door; people who are inside are led on."""
    if g.get("person") is not None:
        return redirect(_next(), 303)
    return _page()


@bp.post("/sign-in")
def sign_in_post() -> Response | tuple[str, int]:
    """Open a session for a name and password."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        with writing() as session:
            found = people.sign_in(session, login, password, **_machine())
    except Forbidden as refusal:
        return _page(login=login, problem=sentence(refusal)), 403
    if found is None:
        return _page(login=login, problem=_("用户名或密码不对，请核对后再试。")), 422
    answer = redirect(_next(), 303)
    cookies.begin(answer, found.token)
    return answer


@bp.post("/sign-in/demo")
def demo_sign_in() -> Response:
    """One click for a person of the demo bureau; refused anywhere else by the verb."""
    with writing() as session:
        found = people.sign_in_demo(session, request.form.get("user", 0, int), **_machine())
    answer = redirect(_next(), 303)
    cookies.begin(answer, found.token)
    return answer


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session and let the browser forget the pages."""
    token = cookies.token_of(request)
    if token:
        with writing() as session:
            people.sign_out(session, token)
    answer = redirect(url_for("people.sign_in"), 303)
    cookies.end(answer)
    return answer


@bp.post("/preferences")
def prefer() -> Response:
    """Keep language, theme or density: with the person, before sign-in in a cookie."""
    wanted = {
        name: value
        for name, allowed in _CHOICES.items()
        if (value := request.form.get(name)) in allowed
    }
    answer = redirect(_next(), 303)
    person = g.get("person")
    if person is None:
        for name, value in wanted.items():
            answer.set_cookie(f"cf_{name}", value or "", max_age=_YEAR, samesite="Lax")
        return answer
    kept = {name: getattr(person.preferences, name) for name in _CHOICES} | wanted
    with writing() as session:
        people.set_preferences(session, person.actor, **kept)
    return answer


@bp.get("/keys")
def keys() -> str:
    """The keyboard, as a page."""
    return render_template("pages/keys.html", crumbs=[(_("快捷键"), None)])


def warn(text: str) -> None:
    """Leave a message of refusal for the next page."""
    flash(text, "bad")


def _page(*, login: str = "", problem: str = "") -> str:
    with reading() as session:
        is_demo = reads.is_demo(session)
        persons = reads.demo_people(session) if is_demo else ()
        return render_template(
            "pages/sign_in.html", people=persons, login=login, problem=problem, next=_wanted()
        )


def _machine() -> dict[str, str | None]:
    return {"address": request.remote_addr, "agent": request.user_agent.string}


def _wanted() -> str:
    return request.values.get("next", "")


def _next() -> str:
    """Where to go on: a path of this house, never another host."""
    wanted = _wanted()
    parts = urlsplit(wanted)
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc:
        return wanted
    return url_for("people.home")
