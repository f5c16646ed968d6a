"""What an indicator is: its formula, its limit, its peers, what it may point to, in words."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from caseflow.reads import indicators as reads
from caseflow.web import doubt_words, indicator_words
from caseflow.web.house import reading
from caseflow.web.speech import _

bp = Blueprint("indicators", __name__)


@bp.get("/indicators/<code>")
def page(code: str) -> str:
    """One indicator as a warning was raised by it; the latest version unless one is named."""
    with reading() as session:
        shown = reads.page(session, code, version=request.args.get("version", None, int))
        name = doubt_words.indicator_name(shown.indicator)
        return render_template(
            "pages/indicator.html",
            crumbs=[
                (_("疑点预警"), url_for("tax_warnings.listing_page")),
                (f"{shown.indicator.code} {name}", None),
            ],
            shown=shown,
            name=name,
            rule=indicator_words.rule(shown),
            facts=indicator_words.facts(shown),
            risks=indicator_words.risks(shown.content),
            steps=indicator_words.steps(shown.content),
            sources=indicator_words.sources(shown.content),
        )
