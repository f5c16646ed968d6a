"""Samples (抽样检查): drawn from what a search finds, with what draws the same ones again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.reads.audits import samples as reads
from caseflow.services.audits import samples
from caseflow.vocabulary import Invalid
from caseflow.web import chips, form_keys
from caseflow.web import listing as lists
from caseflow.web.audits import noting, tabs
from caseflow.web.faults import Faults
from caseflow.web.house import actor, audit_acting, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("samples", __name__)

_DIGITS = 18
_SEEDS = 10**9
# What the form asks beside the search.
_OURS = frozenset({"csrf_token", form_keys.FIELD, "name", "seed", "size", "before", "check"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form."""

    name: str = ""
    seed: str = ""
    size: str = "20"


@bp.get("/audit/samples")
def listing() -> tuple[str, int]:
    """The samples, newest first, and the form that draws another one."""
    with reading() as session:
        faults = Faults()
        page = _page(session, Typed(seed=str(secrets.randbelow(_SEEDS))), faults)
    noting.viewed("samples")
    return faults.answer(page)


@bp.post("/audit/samples")
def draw() -> Response | tuple[str, int]:
    """Draw a sample and keep it; what was wrong comes back with everything that was typed."""
    typed = Typed(
        request.form.get("name", "").strip(), request.form.get("seed", "").strip(), _size()
    )
    asked = {k: v for k, v in request.form.items() if v.strip() and k not in _OURS}
    try:
        seed, size = _number(typed.seed, "sample_seed"), _number(typed.size, "sample_size")
        samples.check_wish(typed.name, seed, size)
        with reading() as session:
            wish = lists.case_wish(asked)
            drawn = reads.draw(session, actor(), wish, seed=seed, size=size)
        found = samples.Draw(asked, drawn.population, drawn.population_sha256, drawn.case_ids)
        with audit_acting() as session:
            kept = samples.keep(session, actor(), found, name=typed.name, seed=seed)
    except Invalid as refusal:
        with reading() as session:
            page = _page(session, typed, Faults(asked), asked=asked, refusal=refusal)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("samples.page", sample_id=kept.id), 303)


@bp.get("/audit/samples/<int:sample_id>")
def page(sample_id: int) -> str:
    """The cases of a sample; ``check=1`` draws once more and says whether it is the same."""
    is_checked = request.args.get("check") == "1"
    with reading() as session:
        found = reads.one(session, actor(), sample_id)
        items = reads.items(session, sample_id)
        asked = {str(k): str(v) for k, v in found.sample.wish.get("asked", {}).items()}
        wish = lists.case_wish(asked)
        again = None
        if is_checked:
            again = reads.draw(
                session, actor(), wish, seed=found.sample.seed, size=found.sample.size
            )
        shown = render_template(
            "pages/audit_sample.html",
            crumbs=[(_("抽样检查"), url_for("samples.listing")), (found.sample.name, None)],
            found=found,
            items=items,
            done=sum(item.paper_id is not None for item in items),
            said=lists.said(
                lists.case_filters(session, wish), wish.text, chips.of_cases(session, wish)
            ),
            sha256=found.sample.wish.get("population_sha256", ""),
            again=again,
            is_same=again is not None and again.case_ids == tuple(item.case_id for item in items),
            cases_href=f"{url_for('cases.listing_page')}?{urlencode(asked)}",
        )
    noting.viewed("sample", found.sample.id)
    return shown


def _page(
    session: Session,
    typed: Typed,
    faults: Faults,
    *,
    asked: dict[str, str] | None = None,
    refusal: Invalid | None = None,
) -> str:
    """The page; of the conditions of the population those are chosen that can be read."""
    wish = lists.case_wish(faults.sift(lists.case_wish) if asked else {})
    before = faults.read("before", lists.number, None)
    found = reads.listing(session, actor(), before=before)
    shown = found[: reads.LIMIT]
    return render_template(
        "pages/audit_samples.html",
        crumbs=[(_("抽样检查"), None)],
        samples=shown,
        tabs=tabs.of_samples("samples"),
        filters=lists.case_filters(session, wish),
        wish=wish,
        typed=typed,
        faults=faults,
        refusal=sentence(refusal) if refusal and not faults else "",
        most=samples.MOST,
        pages=lists.pages(shown[-1].sample.id if len(found) > reads.LIMIT else None, "before"),
    )


def _size() -> str:
    return request.form.get("size", "").strip()


def _number(text: str, code: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise Invalid(code, most=samples.MOST)
    return int(text)
