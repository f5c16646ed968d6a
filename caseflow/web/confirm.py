"""Confirming to be oneself: asked for inside the page, nothing typed is lost meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from caseflow import policy
from caseflow.models import Task, User
from caseflow.services import people, second_factors, sessions
from caseflow.vocabulary import Forbidden
from caseflow.web import address
from caseflow.web.house import house, noting
from caseflow.web.sentences import sentence
from caseflow.web.session import entrant
from caseflow.web.speech import _, later
from caseflow.web.well_formed import read_address

# Names of fields of ours: neither drafts nor pages that give back what was typed keep them.
PASSWORD, CODE, YES = "_confirm_password", "_confirm_code", "_confirm_yes"
_SHOWN = frozenset({PASSWORD, CODE, YES})
# Says that the fields stood on the page, so that none filled in is told; where one came from.
_ASKED, _CAME_FROM = "_confirm_asked", "_confirm_from"
FIELDS = _SHOWN | {_ASKED, _CAME_FROM}

# Acts outside of steps that are not done without it, and what they are called.
ACTS: Mapping[str, object] = {
    "drafts.approve": later("批准并发布流程新版本"),
    "case_migrations.approve": later("批准迁移在办任务"),
    "case_moves.approve": later("批准行政调整"),
    "rechecks.sign": later("签批复查报告"),
    "campaigns.repeat": later("照此办理停在同一步的其他任务"),
    "powers.mark": later("标记为涉密"),
    "powers.lift": later("解除涉密"),
    "account.begin_factor": later("设置动态码"),
    "account.remove_factor": later("取消动态码"),
    "account.renew_recovery": later("换一组恢复码"),
    "sign_ins.end": later("结束他人的登录"),
}
# Acts asked for on a page that has no address: where the same fields are sent to have it again.
_REVIEWS: Mapping[str, str] = {"powers.mark": "powers.review"}


@dataclass(frozen=True, slots=True)
class Ask:
    """What the page asks for: which of the two a person has, and what was wrong with the last."""

    has_password: bool
    has_device: bool
    minutes: int
    wrong: str = ""
    # The tick was set on a form that came back before it was handed in.
    is_ticked: bool = False


def install(app: Flask) -> None:
    """Ask before the acts of the table are done."""
    app.before_request(_ask_first)


def guards(session: Session, task_id: int) -> policy.StepGuards:
    """What decides whether a step is confirmed before it is handed in."""
    task = session.get_one(Task, task_id)
    return policy.StepGuards(task.form_key, task.relation, separates=bool(task.separation))


def for_step(step: policy.StepGuards, answers: Mapping[str, Any] | None = None) -> Ask | None:
    """What a step's form asks for before it is handed in; None when nothing is."""
    return needed() if policy.needs_confirmation(step, answers) else None


def still(step: policy.StepGuards, answers: Mapping[str, Any] | None = None) -> Ask | None:
    """The same on a form that comes back before it is handed in: nothing is tried, a tick stays."""
    if not policy.needs_confirmation(step, answers) or _has_confirmed():
        return None
    return replace(_ask(), is_ticked=bool(request.form.get(YES)))


def needed() -> Ask | None:
    """None when the person has just confirmed, now or minutes ago; else what to ask for."""
    if _has_confirmed():
        return None
    wrong = ""
    if request.method == "POST" and any(request.form.get(name) for name in _SHOWN):
        wrong = _try()
        if not wrong:
            g.has_confirmed = True
            return None
    ask = _ask(wrong)
    was_left_out = request.method == "POST" and _ASKED in request.form and not wrong
    return replace(ask, wrong=_missing(ask)) if was_left_out else ask


def _has_confirmed() -> bool:
    """Whether the person has confirmed with this form, or minutes ago."""
    rules = house().config.door
    return bool(g.get("has_confirmed")) or sessions.is_confirmed(entrant().confirmed_at, rules)


def _ask(wrong: str = "") -> Ask:
    with house().database.reading() as session:
        user = session.get_one(User, entrant().actor.user_id)
        return Ask(
            has_password=user.password_hash is not None,
            has_device=second_factors.is_set(session, user.id),
            minutes=int(house().config.door.confirmed_for.total_seconds()) // 60,
            wrong=wrong,
        )


def _missing(ask: Ask) -> str:
    """What was not filled in, of what the person has to show."""
    if ask.has_password and ask.has_device:
        return _("还没有办理：请输入密码或动态码。")
    if ask.has_device:
        return _("还没有办理：请输入动态码。")
    if ask.has_password:
        return _("还没有办理：请输入密码。")
    return _("还没有办理：请先勾选“是我本人在办理”。")


def _try() -> str:
    """Check what the form brought; what was wrong with it, or nothing."""
    rules = house().config.door
    try:
        with noting() as session:
            row = sessions.locked(session, entrant().token_sha256)
            code = request.form.get(CODE, "")
            fits = people.confirm(
                session,
                row,
                password=request.form.get(PASSWORD, ""),
                code=code,
                address=address.address_of(request, rules),
            )
            is_spent = bool(code) and second_factors.was_last(session, row.user_id, code)
    except Forbidden as refusal:
        return sentence(refusal)
    if fits:
        return ""
    return spent_code() if is_spent else _("密码或动态码不对，没有办理，请核对后再试。")


def spent_code() -> str:
    """What to do about a code that was right and was taken before."""
    return _("这个动态码已经用过，请等设备显示下一个。")


def _ask_first() -> tuple[str, int] | None:
    endpoint = request.endpoint or ""
    title = ACTS.get(endpoint)
    if title is None or request.method != "POST" or g.get("actor") is None:
        return None
    asked = needed()
    if asked is None:
        return None
    typed = [
        (name, text)
        for name, texts in request.form.lists()
        for text in texts
        if name not in FIELDS and name != "csrf_token"
    ]
    page = render_template(
        "pages/confirm.html",
        crumbs=[(_("确认是本人"), None)],
        ask=asked,
        act=title,
        typed=typed,
        here=request.full_path.rstrip("?"),
        back=_back(),
        review=url_for(_REVIEWS[endpoint]) if endpoint in _REVIEWS else None,
    )
    return page, HTTPStatus.FORBIDDEN


def _back() -> str:
    """The page that the act was asked for on; of one that has no address, the page above it."""
    ways = ((request.form.get(_CAME_FROM, ""), ""), (request.referrer or "", request.host))
    for text, host in ways:
        found = read_address(text)
        if found is not None and found.netloc == host and _is_page(found.path):
            return f"{found.path}?{found.query}" if found.query else found.path
    above = request.path
    while above and not _is_page(above):
        above = above.rpartition("/")[0]
    return above or "/"


def _is_page(path: str) -> bool:
    """Whether an address of this house can be opened."""
    if not path.startswith("/"):
        return False
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True
