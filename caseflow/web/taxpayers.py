"""Households: the portfolio, and the one-household file (一户式)."""

from __future__ import annotations

from flask import Blueprint, render_template

from caseflow import clock, policy
from caseflow.reads import cases as case_reads
from caseflow.reads import taxpayers as reads
from caseflow.services import corrections
from caseflow.vocabulary import Role, Verb
from caseflow.web import (
    case_words,
    charts,
    chips,
    contacts,
    crumbs,
    doubt_words,
    history,
    listing,
    readings,
    taxpayer_words,
    words,
)
from caseflow.web.house import actor, reading
from caseflow.web.speech import _

bp = Blueprint("taxpayers", __name__)

_CARDS = 6


@bp.get("/taxpayers")
def listing_page() -> str:
    """Households within the actor's reach."""
    wish = listing.taxpayer_wish()
    with reading() as session:
        found = reads.listing(session, actor(), wish)
        filters = taxpayer_words.filters(wish)
        brought = chips.of_taxpayers(session, wish)
        cursor = f"{found.next_after[0]}~{found.next_after[1]}" if found.next_after else None
        return render_template(
            "pages/taxpayers.html",
            crumbs=[(_("纳税人"), None)],
            found=found,
            wish=wish,
            lines=[(row, taxpayer_words.row(row)) for row in found.rows],
            filters=filters,
            chips=brought,
            said=words.joined(listing.said(filters, wish.text, brought)) or _("无"),
            pages=listing.pages(cursor, "after"),
            has_filters=listing.has_filters(),
            count=listing.count_words(found.count, is_capped=found.is_capped),
            may_own=Role.TAX_ADMINISTRATOR in actor().roles,
        )


@bp.get("/taxpayers/<int:taxpayer_id>")
def page(taxpayer_id: int) -> str:
    """One household: identity, indicators with trend, filings, cases."""
    with readings.opened_household(taxpayer_id) as session:
        shown = reads.page(session, actor(), taxpayer_id)
        groups = doubt_words.grouped(shown.doubts)
        trends = history.of([group[0][1] for group in groups[:_CARDS]])
        cases = case_reads.of_taxpayer(session, actor(), taxpayer_id)
        in_full = contacts.in_full(shown.taxpayer)
        return render_template(
            "pages/taxpayer.html",
            crumbs=[crumbs.parent_of_taxpayer(), (shown.taxpayer.name, None)],
            shown=shown,
            tin=contacts.tin_of(shown.taxpayer),
            identity=taxpayer_words.identity(shown),
            state=taxpayer_words.state(shown.taxpayer),
            evidence=[
                doubt_words.evidence(group, trend, charts.Frame.CARD, in_full=in_full)
                for group, trend in zip(groups[:_CARDS], trends, strict=True)
            ],
            hidden=max(0, len(groups) - _CARDS),
            cases=[(row, case_words.due(row)) for row in cases],
            filings=history.returns(shown.taxpayer, until=_this_month(), by_lines=shown.lines),
            same_rep=taxpayer_words.same_rep(shown),
            marks=taxpayer_words.marks(shown),
            may_patrol=shown.taxpayer.administrator_id == actor().user_id
            and policy.may(actor(), Verb.KEEP_LOG),
            may_correct=corrections.seat_of(actor(), shown.taxpayer) is not None,
        )


def _this_month() -> int:
    today = clock.today()
    return today.year * 100 + today.month
