"""Reminders: what is running late, on the own desk or below."""

from __future__ import annotations

from flask import Blueprint, render_template

from caseflow.reads import reminders as reads
from caseflow.web import timeline, words
from caseflow.web.house import actor, reading
from caseflow.web.speech import _

bp = Blueprint("reminders", __name__)


@bp.get("/reminders")
def listing() -> str:
    """The latest reminders that reached the person."""
    with reading() as session:
        rows = reads.listing(session, actor())
        return render_template(
            "pages/reminders.html",
            crumbs=[(_("催办提醒"), None)],
            lines=[
                (row, timeline.rung_name(row.rung), words.due(row.due_at, row.left)) for row in rows
            ],
        )
