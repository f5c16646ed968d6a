"""Notices: what the person was told, read and unread."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from caseflow.reads import notices as reads
from caseflow.services import notices
from caseflow.vocabulary import NoticeKind
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _

bp = Blueprint("notices", __name__)


@bp.get("/notices")
def listing() -> str:
    """The latest notices, the newest first."""
    with reading() as session:
        rows = reads.listing(session, actor())
        return render_template(
            "pages/notices.html",
            crumbs=[(_("通知"), None)],
            lines=[(row, name_of(row.step or "", row.step_en or "")) for row in rows],
            handed=_handed,
            has_unread=any(row.notice.read_at is None for row in rows),
        )


@bp.post("/notices/<int:notice_id>/open")
def open_one(notice_id: int) -> Response:
    """Mark a notice as read and lead to its case or handover."""
    with acting() as session:
        notice = notices.read(session, actor(), notice_id)
        address = (
            url_for("handovers.page", handover_id=notice.handover_id)
            if notice.handover_id is not None
            else url_for("cases.page", case_id=notice.case_id, task=notice.task_id)
        )
    return redirect(address, 303)


@bp.post("/notices/read")
def read_all() -> Response:
    """Mark all as read."""
    with acting() as session:
        notices.read_all(session, actor())
    return redirect(url_for("notices.listing"), 303)


def _handed(told: reads.Handed, kind: NoticeKind) -> str:
    """What was handed over, as the side is told that gave or took it; households have no names."""
    counts = {"households": told.households, "cases": "—" if told.cases is None else told.cases}
    reason = say(told.reason)
    if kind is NoticeKind.HOUSEHOLDS_GIVEN:
        return _(
            "移交给 %(takers)s：%(households)s 户，在办任务 %(cases)s 件（%(reason)s）",
            takers=told.takers,
            reason=reason,
            **counts,
        )
    return _(
        "由 %(giver)s 移交：%(households)s 户，在办任务 %(cases)s 件（%(reason)s）",
        giver=told.giver,
        reason=reason,
        **counts,
    )
