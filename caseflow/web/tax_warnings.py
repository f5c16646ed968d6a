"""Warnings: the list behind the funnel and behind each run."""

from __future__ import annotations

from flask import Blueprint, render_template

from caseflow.reads import tax_warnings as reads
from caseflow.web import chips, doubt_words, listing, words
from caseflow.web.house import actor, reading
from caseflow.web.speech import _

bp = Blueprint("tax_warnings", __name__)


@bp.get("/warnings")
def listing_page() -> str:
    """Warnings of households within the actor's reach."""
    wish = listing.warning_wish()
    with reading() as session:
        found = reads.listing(session, actor(), wish)
        filters = listing.warning_filters(session, wish)
        brought = chips.of_warnings(wish)
        return render_template(
            "pages/warnings.html",
            crumbs=[(_("疑点预警"), None)],
            found=found,
            wish=wish,
            lines=[
                (
                    row,
                    doubt_words.indicator_name(row.indicator),
                    doubt_words.found(row.indicator, row.value),
                    doubt_words.limit(row.indicator, row.side, row.threshold),
                )
                for row in found.rows
            ],
            filters=filters,
            chips=brought,
            said=words.joined(listing.said(filters, wish.text, brought)) or _("无"),
            pages=listing.pages(found.next_before, "before"),
            has_filters=listing.has_filters(),
            count=listing.count_words(found.count, is_capped=found.is_capped),
        )
