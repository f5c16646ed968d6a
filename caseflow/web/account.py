"""A person's own way in: sessions, password, device for one-time codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import segno
from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from caseflow import one_time_codes
from caseflow.models import User, UserSession
from caseflow.services import digests, people, second_factors, sessions
from caseflow.vocabulary import Conflict, Forbidden, Invalid, NotFound
from caseflow.web import browsers
from caseflow.web import session as cookies
from caseflow.web.house import actor, house, surveying, writing
from caseflow.web.people import onward
from caseflow.web.sentences import sentence
from caseflow.web.session import entrant
from caseflow.web.speech import _

bp = Blueprint("account", __name__)

Answer = AnyResponse | tuple[str, int] | str


@dataclass(frozen=True, slots=True)
class Line:
    """One session as the list shows it."""

    id: int
    is_this: bool
    browser: str
    address: str
    since: datetime
    seen: datetime
    ends: datetime
    has_code: bool


@bp.get("/account")
def page() -> str:
    """The own sessions, password and device."""
    with surveying() as session:  # the levels may not see what secures a person
        me = entrant()
        user = session.get_one(User, actor().user_id)
        lines = [line(row, me.token_sha256) for row in sessions.live_of(session, user.id)]
        return render_template(
            "pages/account.html",
            crumbs=[(_("登录与安全"), None)],
            lines=lines,
            others=len(lines) - 1,
            has_password=user.password_hash is not None,
            has_device=second_factors.is_set(session, user.id),
            recovery_left=second_factors.recovery_left(session, user.id),
            is_owed=bool(actor().roles & house().config.door.second_factor) and not user.is_demo,
            wants_digest=user.wants_digest,
            idle=_minutes(sessions.IDLE.total_seconds()),
            longest=int(sessions.LONGEST.total_seconds()) // 3600,
        )


def line(row: UserSession, mine: bytes) -> Line:
    """A session in words."""
    return Line(
        id=row.id,
        is_this=row.token_sha256 == mine,
        browser=browsers.named(row.agent),
        address=row.address or _("本机"),
        since=row.created_at,
        seen=row.seen_at,
        ends=sessions.ends_at(row),
        has_code=row.second_factor_at is not None,
    )


@bp.post("/account/digest")
def digest() -> AnyResponse:
    """Have, or decline, the daily mail that counts unread notices."""
    with writing() as session:
        digests.set_wanted(session, actor().user_id or 0, is_wanted="wanted" in request.form)
    flash(_("已保存。"), "ok")
    return redirect(url_for("account.page"), 303)


@bp.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> AnyResponse:
    """End one of the own sessions."""
    with writing() as session:
        sessions.end_one(session, actor(), actor().user_id or 0, session_id, why="elsewhere")
    flash(_("已结束这次登录。"), "ok")
    return redirect(url_for("account.page"), 303)


@bp.post("/account/sessions/end-others")
def end_others() -> AnyResponse:
    """End all of the own sessions but this one."""
    with writing() as session:
        mine = entrant().token_sha256
        user_id = actor().user_id or 0
        count = sessions.end_all(session, actor(), user_id, why="elsewhere", but=mine)
    flash(_("已结束其他 %(n)s 次登录。", n=count), "ok")
    return redirect(url_for("account.page"), 303)


@bp.get("/account/password")
def password() -> str:
    """The form for another password."""
    return _password_page()


@bp.post("/account/password")
def change_password() -> Answer:
    """Choose another password; all other sessions end."""
    old, new = request.form.get("old"), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_page(_("两次输入的新密码不一样。")), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with writing() as session:
            row = sessions.locked(session, entrant().token_sha256)
            risen = people.change_password(
                session, row, old=old, new=new, rules=house().config.door
            )
    except Invalid as refusal:
        return _password_page(sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    except Forbidden as refusal:
        return _password_page(sentence(refusal)), HTTPStatus.FORBIDDEN
    if risen is None:
        return _password_page(_("原密码不对，没有更改。")), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("密码已更改，其他登录都已结束。"), "ok")
    answer = redirect(_onward(), 303)
    cookies.begin(answer, risen.token)
    return answer


@bp.get("/account/factor")
def factor() -> Answer:
    """The picture and key of a device to be confirmed; before that, what it is good for."""
    return _factor_page()


@bp.post("/account/factor")
def begin_factor() -> Answer:
    """Make the secret of a new device."""
    try:
        with writing() as session:
            second_factors.begin(session, entrant().actor, entrant().actor.user_id or 0)
    except Conflict as refusal:
        flash(sentence(refusal), "bad")
        return redirect(url_for("account.page"), 303)
    return redirect(url_for("account.factor", next=_wanted() or None), 303)


@bp.post("/account/factor/confirm")
def confirm_factor() -> Answer:
    """Take the first code; the recovery codes are on the answer, and nowhere else ever."""
    typed = request.form.get("code", "")
    try:
        with writing() as session:
            row = sessions.locked(session, entrant().token_sha256)
            risen, codes = people.set_factor(session, row, typed, rules=house().config.door)
    except NotFound:
        return redirect(url_for("account.factor"), 303)
    except Invalid:
        wrong = _("动态码不对：请核对设备的时间，输入现在显示的 6 位数字。")
        again = _factor_page(wrong)
        again.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return again
    answer = _recovery_page(codes, _onward(), has_ended=True)
    cookies.begin(answer, risen.token)
    return answer


@bp.post("/account/factor/recovery")
def renew_recovery() -> Answer:
    """Make new recovery codes, told once."""
    with writing() as session:
        codes = second_factors.renew_recovery_codes(session, actor(), actor().user_id or 0)
    return _recovery_page(codes, url_for("account.page"), has_ended=False)


@bp.post("/account/factor/remove")
def remove_factor() -> AnyResponse:
    """Take the own device away."""
    with writing() as session:
        row = sessions.locked(session, entrant().token_sha256)
        people.remove_factor(session, row, rules=house().config.door)
    flash(_("动态码已取消，其他登录都已结束。"), "ok")
    return redirect(url_for("account.page"), 303)


def _password_page(problem: str = "") -> str:
    me = entrant()
    return render_template(
        "pages/password.html",
        crumbs=[(_("登录与安全"), url_for("account.page")), (_("修改密码"), None)],
        is_first=me.awaits == "password",
        problem=problem,
        next=_wanted(),
    )


def _factor_page(problem: str = "") -> Response:
    me = entrant()
    with house().database.reading() as session:
        user = session.get_one(User, me.actor.user_id)
        secret = second_factors.begun(session, user.id)
        has_device = second_factors.is_set(session, user.id)
        login = user.login
    picture = ""
    if secret is not None:
        address = one_time_codes.address(secret, issuer=_("信息管税平台"), account=login)
        picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
    page = render_template(
        "pages/factor.html",
        crumbs=[(_("登录与安全"), url_for("account.page")), (_("动态码"), None)],
        is_owed=me.awaits == "factor",
        has_device=has_device,
        picture=picture,
        key=one_time_codes.key_text(secret) if secret is not None else "",
        problem=problem,
        next=_wanted(),
    )
    return _unkept(page)


def _recovery_page(codes: tuple[str, ...], onward: str, *, has_ended: bool) -> Response:
    page = render_template(
        "pages/recovery_codes.html",
        crumbs=[(_("登录与安全"), url_for("account.page")), (_("恢复码"), None)],
        codes=codes,
        onward=onward,
        has_ended=has_ended,
    )
    return _unkept(page)


def _unkept(page: str) -> Response:
    """A page with a secret on it: no browser and no proxy keeps it."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wanted() -> str:
    return request.values.get("next", "")


def _onward() -> str:
    """Where to go on: on the way in to what was wanted, else back to the own page."""
    return onward() if _wanted() or entrant().awaits else url_for("account.page")


def _minutes(seconds: float) -> int:
    return int(seconds) // 60
