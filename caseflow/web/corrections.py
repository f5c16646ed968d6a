"""更正数据: before a correction of a household's data opens, what is wrong is named on a page."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow.reads import correction_choices, parameters
from caseflow.services import corrections
from caseflow.services.corrections import Wrong
from caseflow.vocabulary import Invalid
from caseflow.web import acts, contacts, crumbs, taxpayer_words, term_filters
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import name_of
from caseflow.web.sentences import field_sentence
from caseflow.web.speech import _

bp = Blueprint("corrections", __name__)

# Who reviews a request, by whom it comes from.
_REVIEWERS = {
    "section": "section_chief",
    "district": "district_leader",
    "city": "division_chief",
}
# Beside which field of the page a refusal is told.
_PLACES = {"no_such_field": "field", "no_such_period": "period", "reason_length": "reason"}


@bp.get("/taxpayers/<int:taxpayer_id>/corrections/new")
def new(taxpayer_id: int) -> str:
    """What will be opened, for whom and on what it rests; which value is wrong, and why."""
    with reading() as session:
        return _page(session, taxpayer_id)


@bp.post("/taxpayers/<int:taxpayer_id>/corrections")
def begin(taxpayer_id: int) -> acts.Answer:
    """Open a correction; its form is the first step, on the own desk."""
    said = request.form
    wrong = Wrong(said.get("field", ""), said.get("period", ""), said.get("reason", ""))
    try:
        with acting() as session:
            case_id = corrections.open_by_hand(session, actor(), taxpayer_id, wrong=wrong).id
    except Invalid as refusal:
        with reading() as session:
            return _page(session, taxpayer_id, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已开立数据更正，请填写更正单。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _page(session: Session, taxpayer_id: int, refusal: Invalid | None = None) -> str:
    household, seat = corrections.household(session, actor(), taxpayer_id)
    told = field_sentence(refusal.code, refusal.values) if refusal else ""
    place = _PLACES.get(refusal.code, "") if refusal else ""
    days = {limit.name: limit.value for limit in parameters.day_limits(session)}
    return render_template(
        "pages/correction_new.html",
        crumbs=[
            crumbs.parent_of_taxpayer(),
            (household.name, url_for("taxpayers.page", taxpayer_id=household.id)),
            (_("更正数据"), None),
        ],
        household=household,
        tin=contacts.tin_of(household),
        state=taxpayer_words.state(household),
        reviewer=term_filters.lane(_REVIEWERS[seat]),
        days=days["dc_total"],
        open_ones=correction_choices.open_ones(session, actor(), household.id),
        sources=[
            (
                name_of(source.zh, source.en),
                [(each.key, name_of(each.zh, each.en)) for each in found],
            )
            for source, found in correction_choices.by_source()
        ],
        typed=request.form,
        shortest=corrections.SHORTEST_WHY,
        longest=corrections.LONGEST_WHY,
        error="" if place else told,
        wrong={place: told},
    )
