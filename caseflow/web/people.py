"""Signing in and out, and how a person wants the pages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from caseflow.reads import people as reads
from caseflow.services import people, second_factors, sessions
from caseflow.vocabulary import Forbidden, TooOften
from caseflow.web import address, confirm, shell
from caseflow.web import session as cookies
from caseflow.web.house import actor, house, reading, writing
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.well_formed import read_address

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
        return redirect(onward(), 303)
    return _page()


@bp.post("/sign-in")
def sign_in_post() -> Response | tuple[str, int]:
    """Open a session for a name and password."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    rules = house().config.door
    try:
        with writing() as session:
            found = people.sign_in(session, login, password, **_machine(), rules=rules)
    except Forbidden as refusal:
        return _page(login=login, problem=sentence(refusal)), HTTPStatus.FORBIDDEN
    except TooOften as refusal:
        page = make_response(_page(login=login, problem=sentence(refusal)))
        page.headers["Retry-After"] = str(refusal.values["seconds"])
        page.status_code = HTTPStatus.TOO_MANY_REQUESTS
        return page
    if found is None:
        problem = _("用户名或密码不对，请核对后再试。")
        return _page(login=login, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = redirect(onward(), 303)
    cookies.begin(answer, found.token)
    return answer


@bp.get("/sign-in/code")
def code() -> Response | str:
    """The second half of the door: the code of the device."""
    if g.get("entrant") is None:
        return redirect(onward(), 303)
    return _code_page()


@bp.post("/sign-in/code")
def code_post() -> Response | tuple[str, int]:
    """Take the code; the session goes on under a new token."""
    if g.get("entrant") is None:
        return redirect(url_for("people.sign_in", next=_wanted() or None), 303)
    try:
        with writing() as session:
            row = sessions.locked(session, cookies.entrant().token_sha256)
            typed = request.form.get("code", "")
            risen = people.show_code(session, row, typed, rules=house().config.door)
            is_spent = risen is None and second_factors.was_last(session, row.user_id, typed)
    except Forbidden as refusal:
        return _code_page(sentence(refusal)), HTTPStatus.FORBIDDEN
    if risen is None:
        wrong = confirm.spent_code() if is_spent else _("动态码不对，请核对后重新输入。")
        return _code_page(wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = redirect(onward(), 303)
    cookies.begin(answer, risen.token)
    return answer


@bp.post("/sign-in/demo")
def demo_sign_in() -> Response:
    """One click for a person of the demo bureau; refused anywhere else by the verb."""
    with writing() as session:
        found = people.sign_in_demo(session, request.form.get("user", 0, int), **_machine())
    answer = redirect(onward(), 303)
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
    answer = redirect(onward(), 303)
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


def onward() -> str:
    """Where to go on: a path of this house, never another host."""
    wanted = _wanted()
    parts = read_address(wanted)
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    # Browsers leave control characters out: "/\t/evil.example" would lead elsewhere.
    if is_path and wanted.isprintable() and parts is not None and not parts.netloc:
        return wanted
    return url_for("people.home")


def _page(*, login: str = "", problem: str = "") -> str:
    with reading() as session:
        is_demo = reads.is_demo(session)
        persons = reads.demo_people(session) if is_demo else ()
        return render_template(
            "pages/sign_in.html",
            people=persons,
            login=login,
            problem=problem,
            ended="" if problem else _ended(),
            next=_wanted(),
        )


def _code_page(problem: str = "") -> str:
    return render_template("pages/code.html", problem=problem, next=_wanted())


def _ended() -> str:
    """Why the session ended whose token the browser still has, when that is worth telling."""
    token = cookies.token_of(request)
    if not token:
        return ""
    with house().database.reading() as session:
        row = sessions.of_token(session, token)
        why = row.revoked_for if row is not None and row.revoked_at is not None else None
    return {
        "address": _(
            "这次登录改从另一个网络地址使用，为防冒用已经结束。如是您本人换了网络，请重新登录；"
            "如不是，请重新登录后修改密码，并告知系统管理员。"
        ),
        "password": _("密码已更改，请用新密码登录。"),
        "administrator": _("系统管理员结束了您的登录，如有疑问请与其联系。"),
        "factor": _("动态码已启用或取消，其他登录都已结束，请重新登录。"),
        "elsewhere": _("您在另一处结束了这次登录。"),
        "guessed": _("动态码连续输错，登录已结束，账户暂时锁定。"),
    }.get(why or "", "")


def _machine() -> dict[str, str | None]:
    here = address.address_of(request, house().config.door)
    return {"address": here, "agent": request.user_agent.string}


def _wanted() -> str:
    return request.values.get("next", "")
