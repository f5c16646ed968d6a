"""Who is signed in now, for the system administrator: found, and ended where need be."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.services import sessions
from caseflow.vocabulary import NotFound, Verb
from caseflow.web import account
from caseflow.web.house import actor, house, writing
from caseflow.web.session import entrant
from caseflow.web.speech import _

bp = Blueprint("sign_ins", __name__)

_SHOWN = 200


@bp.get("/sign-ins")
def listing() -> str:
    """All sessions that may be used now; ``q`` narrows to a name or login."""
    policy.require(actor(), Verb.END_SESSIONS)
    wanted = request.args.get("q", "").strip()
    with house().database.reading() as session:
        found = sessions.live(session, wanted, at_most=_SHOWN)
        return render_template(
            "pages/sign_ins.html",
            crumbs=[(_("在线登录"), None)],
            lines=[(account.line(row, entrant().token_sha256), user) for row, user in found],
            wanted=wanted,
            is_cut=len(found) == _SHOWN,
        )


@bp.post("/sign-ins/<int:session_id>/end")
def end(session_id: int) -> Response:
    """End somebody's session."""
    policy.require(actor(), Verb.END_SESSIONS)
    with writing() as session:
        user_id = sessions.owner_of(session, session_id)
        if user_id is None:
            raise NotFound("session", id=session_id)
        sessions.end_one(session, actor(), user_id, session_id, why="administrator")
    flash(_("已结束这次登录，已留痕。"), "ok")
    return redirect(url_for("sign_ins.listing"), 303)
