"""批量派发: choosing waiting cases, what is proposed and why, the outcome, taking it back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.models.base import Json
from caseflow.reads import assignments as reads
from caseflow.services import assignments, suggestions
from caseflow.services.assignments import Order
from caseflow.services.suggestions import Chosen
from caseflow.vocabulary import Invalid, Verb
from caseflow.web import acts
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import field_sentence, sentence
from caseflow.web.speech import _

bp = Blueprint("assignments", __name__)


@bp.get("/assignments")
def listing() -> str:
    """Cases that wait to be dispatched or assigned by the person, to choose from."""
    policy.require(actor(), Verb.ASSIGN_MANY)
    with reading() as session:
        return _listing(session)


@bp.post("/assignments/plan")
def plan() -> str | tuple[str, int]:
    """What is proposed for those chosen, each with its reason; nothing is done."""
    policy.require(actor(), Verb.ASSIGN_MANY)
    chosen = request.form.getlist("task", int)
    with reading() as session:
        found = suggestions.propose(session, actor(), chosen)
        if not found.suggestions:
            refusal = sentence(Invalid("assignments_how_many", most=suggestions.MOST))
            return _listing(session, error=refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        return render_template(
            "pages/assignments_plan.html",
            crumbs=[(_("批量派发"), url_for("assignments.listing")), (_("预览"), None)],
            found=found,
            why=_why,
            problem=_problem,
        )


@bp.post("/assignments")
def carry_out() -> acts.Answer:
    """Hand in each of them as chosen."""
    try:
        with acting() as session:
            done = assignments.carry_out(session, actor(), _orders())
            bulk_id, count, failed = done.id, len(done.done), len(done.failed)
    except Invalid as refusal:
        with reading() as session:
            again = _listing(session, error=sentence(refusal))
            return again, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已派发 %(n)s 件，未成 %(failed)s 件。", n=count, failed=failed), "ok")
    return redirect(url_for("assignments.page", bulk_id=bulk_id), 303)


@bp.get("/assignments/<int:bulk_id>")
def page(bulk_id: int) -> str:
    """What came of it: done, failed and why; until when it can be taken back."""
    with reading() as session:
        row = reads.one(session, actor(), bulk_id)
        until = assignments.undo_until(session, row)
        return render_template(
            "pages/assignments_done.html",
            crumbs=[(_("批量派发"), url_for("assignments.listing")), (_("结果"), None)],
            row=row,
            until=until,
            may_undo=row.undone_at is None and row.done and clock.now() <= until,
            told=_told,
        )


@bp.post("/assignments/<int:bulk_id>/undo")
def undo(bulk_id: int) -> Response:
    """Take back what nobody has touched."""
    with acting() as session:
        row = assignments.undo(session, actor(), bulk_id)
        kept = len(row.kept or ())
        back = len(row.done) - kept
    flash(_("已拿回 %(n)s 件，%(kept)s 件已有人办理，未拿回。", n=back, kept=kept), "ok")
    return redirect(url_for("assignments.page", bulk_id=bulk_id), 303)


def _listing(session: Session, *, error: str = "") -> str:
    rows = reads.waiting(session, suggestions.waiting(actor()), most=suggestions.MOST)
    return render_template(
        "pages/assignments.html",
        crumbs=[(_("批量派发"), None)],
        rows=rows,
        latest=reads.latest(session, actor()),
        most=suggestions.MOST,
        error=error,
    )


def _orders() -> list[Order]:
    form = request.form
    return [
        Order(
            task_id,
            form.get(f"version-{task_id}", 0, int),
            form.get(f"section-{task_id}", None, int),
            form.get(f"main-{task_id}", None, int),
            form.get(f"second-{task_id}", None, int),
        )
        for task_id in form.getlist("task", int)
    ]


def _why(chosen: Chosen | None) -> str:
    """Why somebody is proposed, in words."""
    if chosen is None:
        return ""
    return {
        "responsible": _("管户"),
        "certified": _("持该行业资格，现负担 %(n)s 分", n=chosen.load),
        "least_load": _("负担最轻，现 %(n)s 分", n=chosen.load),
        "below_least": _("本月未达最低件数，现负担 %(n)s 分", n=chosen.load),
    }[chosen.why]


def _problem(code: str) -> str:
    """Why nobody is proposed, in words."""
    return {
        "not_below": _("该户不在本局各科（所），请人工选择"),
        "section_full": _("该科（所）本月已达上限，请人工选择"),
        "nobody_fit": _("没有合适的人：都应当回避、岗位不符或者本月已达上限"),
        "nobody_second": _("没有可以协办的人"),
    }[code]


def _told(failed: Json) -> str:
    """Why one of them could not be done, in words."""
    if failed.get("is_field"):
        return field_sentence(str(failed["code"]), failed.get("values") or {})
    return sentence(Invalid(str(failed["code"]), **(failed.get("values") or {})))
