"""登记延期缴纳: an officer enters an approved deferral of what an evaluation asks to pay."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow.reads import cases
from caseflow.reads import steps as step_reads
from caseflow.services import deferrals, tasks
from caseflow.vocabulary import Invalid
from caseflow.web import acts, crumbs
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

# The form of the step beside which it is entered.
FORM = deferrals.FORM

bp = Blueprint("deferrals", __name__)


@bp.get("/tasks/<int:task_id>/deferral")
def page(task_id: int) -> str:
    """Until when payment can be deferred; or why nothing can be entered."""
    with reading() as session:
        return _page(session, task_id)


@bp.post("/tasks/<int:task_id>/deferral")
def enter(task_id: int) -> acts.Answer:
    """Enter it."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id, task=task_id),
        lambda session, refusal: _page(session, task_id, error=sentence(refusal)),
    ).act(
        _("已登记延期缴纳，缴款期限已改。"),
        deferrals.enter,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        number=request.form.get("number", ""),
        until=_day(request.form.get("until", "")),
    )


def _page(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    task, _who = tasks.holding(session, actor(), task_id)
    offer, why_not = None, ""
    try:
        offer = deferrals.offer(session, shown.case, task)
    except Invalid as refusal:
        why_not = sentence(refusal)
    return render_template(
        "pages/deferral.html",
        crumbs=[
            crumbs.parent_of_case(),
            (shown.case.number, url_for("cases.page", case_id=case_id)),
            (_("登记延期缴纳"), None),
        ],
        shown=shown,
        step=name_of(task.name, task.name_en),
        task_id=task_id,
        version=task.version,
        offer=offer,
        why_not=why_not,
        typed=request.form,
        longest=deferrals.LONGEST_NUMBER,
        error=error,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
