"""中止计时: a section's chief lets the clocks of a case stand still, and lets them go on."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.reads import cases
from caseflow.services import pauses
from caseflow.services.pauses import Evidence
from caseflow.services.work import OWN_PAUSE
from caseflow.vocabulary import Actor, Invalid
from caseflow.web import acts, crumbs, step_forms, words
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import FIELD_SENTENCES, SENTENCES, field_sentence, sentence
from caseflow.web.speech import _

bp = Blueprint("pauses", __name__)


@bp.get("/cases/<int:case_id>/pause")
def page(case_id: int) -> str:
    """How long the clocks can stand still, and what that does; or why they cannot."""
    with reading() as session:
        return _page(session, case_id)


@bp.post("/cases/<int:case_id>/pause")
def begin(case_id: int) -> acts.Answer:
    """Let them stand still."""
    sent = request.files.get("file")
    evidence = Evidence(sent.filename or "", step_forms.chunks(sent)) if sent else None
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _page(session, case_id, error=_said(refusal)),
    ).act(
        _("已中止计时。"),
        pauses.begin,
        case_id,
        until=_day(request.form.get("until", "")),
        reason=request.form.get("reason", ""),
        evidence=evidence,
    )


@bp.post("/cases/<int:case_id>/pause/end")
def end(case_id: int) -> Response:
    """Let them go on."""
    with acting() as session:
        pauses.end(session, actor(), case_id)
    flash(_("已恢复计时，内部期限按中止的工作日顺延。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def may_begin(who: Actor, shown: cases.Page) -> bool:
    """Whether the page offers to let the clocks stand still."""
    case = shown.case
    is_running = case.closed_at is None and case.paused_at is None
    return is_running and case.taxpayer_id is not None and pauses.sits_over(who, case)


def may_end(who: Actor, shown: cases.Page) -> bool:
    """Whether the page offers to let them go on."""
    case = shown.case
    return case.closed_at is None and OWN_PAUSE in case.facts and pauses.sits_over(who, case)


def _page(session: Session, case_id: int, *, error: str = "") -> str:
    shown = cases.page(session, actor(), case_id)
    offer, why_not = None, ""
    try:
        offer = pauses.offer(session, actor(), shown.case)
    except Invalid as refusal:
        why_not = sentence(refusal)
    return render_template(
        "pages/pause.html",
        crumbs=[
            crumbs.parent_of_case(),
            (shown.case.number, url_for("cases.page", case_id=case_id)),
            (_("中止计时"), None),
        ],
        shown=shown,
        offer=offer,
        why_not=why_not,
        due=words.limit(shown.case.due_at) if shown.case.due_at else None,
        typed=request.form,
        shortest=pauses.SHORTEST_REASON,
        longest=pauses.LONGEST_REASON,
        error=error,
    )


def _said(refusal: Invalid) -> str:
    """A refusal in words; what is wrong with a file is told as at every field of files."""
    name = (request.files["file"].filename or "") if "file" in request.files else ""
    if refusal.code in FIELD_SENTENCES and refusal.code not in SENTENCES:
        return field_sentence(refusal.code, {"name": name, **refusal.values})
    return sentence(refusal)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
