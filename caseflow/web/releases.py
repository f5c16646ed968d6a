"""受理解除非正常户: the tax number of the household, then the case and its first step."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for

from caseflow import policy
from caseflow.services import releases
from caseflow.vocabulary import Invalid, Verb
from caseflow.web import acts
from caseflow.web.house import acting, actor
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("releases", __name__)


@bp.get("/releases/new")
def new() -> str:
    """Ask for the number."""
    policy.require(actor(), Verb.RECEIVE_RELEASE)
    return _form()


@bp.post("/releases/new")
def receive() -> acts.Answer:
    """Open the case; what is wrong with the number is told beside it."""
    try:
        with acting() as session:
            case = releases.receive(session, actor(), tin=request.form.get("tin", ""))
            case_id, number = case.id, case.number
    except Invalid as refusal:
        return _form(error=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已受理，任务 %(number)s。请领取并登记解除原因。", number=number), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _form(error: str | None = None) -> str:
    return render_template(
        "pages/release_new.html",
        crumbs=[(_("受理解除非正常户"), None)],
        typed=request.form.get("tin", request.args.get("tin", "")),
        error=error,
    )
