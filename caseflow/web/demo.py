"""The demo's clock, moved forward by the demo's administrator."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.services import bureau_clock
from caseflow.web import words
from caseflow.web.house import acting, actor
from caseflow.web.speech import _

bp = Blueprint("demo", __name__)


@bp.post("/demo/advance")
def advance() -> Response:
    """Move the demo's clock; timers, reminders and limits follow by themselves."""
    days = request.form.get("days", 0, int)
    with acting() as session:
        at = bureau_clock.advance(session, actor(), timedelta(days=days))
        on = words.day_long(clock.local_date(at))
    flash(_("演练时钟已到 %(day)s，到期的期限随即处理。", day=on), "ok")
    return redirect(url_for("people.home"), 303)
