"""The search box: straight to the page when only one thing fits."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from caseflow.reads import search as reads
from caseflow.web import case_words, taxpayer_words
from caseflow.web.house import actor, reading
from caseflow.web.speech import _

bp = Blueprint("search", __name__)

# Full-width digits and letters, as an input method for Chinese leaves them; brackets of names stay.
_WIDE = range(0xFF10, 0xFF5B)
_NARROW = {sign: sign - 0xFEE0 for sign in _WIDE if chr(sign - 0xFEE0).isalnum()}


@bp.get("/search")
def page() -> Response | str:
    """Cases and households that fit the words."""
    text = request.args.get("q", "").translate(_NARROW).strip()[:100]
    with reading() as session:
        found = reads.of(session, actor(), text)
        if len(found.cases) == 1 and found.cases[0].number == text.upper():
            return redirect(url_for("cases.page", case_id=found.cases[0].id), 303)
        if len(found.taxpayers) == 1 and found.taxpayers[0].tin == text.upper():
            return redirect(url_for("taxpayers.page", taxpayer_id=found.taxpayers[0].id), 303)
        return render_template(
            "pages/search.html",
            crumbs=[(_("搜索"), None)],
            q=text,
            cases=[(row, case_words.due(row)) for row in found.cases],
            taxpayers=[(row, taxpayer_words.row(row)) for row in found.taxpayers],
        )
