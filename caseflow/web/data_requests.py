"""提出数据需求: a unit asks for data from the list of cases, and takes a request back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from caseflow.services import data_requests
from caseflow.web.house import acting, actor
from caseflow.web.speech import _

bp = Blueprint("data_requests", __name__)


@bp.post("/data-requests")
def begin() -> Response:
    """Begin a request of the own unit; its form is the first step, on the own desk."""
    with acting() as session:
        case_id = data_requests.begin(session, actor()).id
    flash(_("已开立数据需求，请填写需求单。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.post("/cases/<int:case_id>/withdraw-request")
def withdraw(case_id: int) -> Response:
    """Take the own request back before it is delivered."""
    with acting() as session:
        data_requests.withdraw(session, actor(), case_id)
    flash(_("已撤回数据需求。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)
