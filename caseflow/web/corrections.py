"""更正数据: a correction of a household's data begins on its page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from caseflow.services import corrections
from caseflow.web.house import acting, actor
from caseflow.web.speech import _

bp = Blueprint("corrections", __name__)


@bp.post("/taxpayers/<int:taxpayer_id>/corrections")
def begin(taxpayer_id: int) -> Response:
    """Open a correction; its form is the first step, on the own desk."""
    with acting() as session:
        case_id = corrections.open_by_hand(session, actor(), taxpayer_id).id
    flash(_("已开立数据更正，请填写更正单。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)
