"""第三方批次: the batches there are, beginning one, and matching its records one by one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import record_counts
from caseflow.models import Case
from caseflow.reads import third_party_batches as reads
from caseflow.services import third_party_batches as services
from caseflow.vocabulary import CaseKind, CaseStatus, Forbidden, Invalid
from caseflow.vocabulary.choices.batches import TbKey, TbMatch
from caseflow.vocabulary.terms import Term
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("third_party_batches", __name__)


@bp.get("/third-party-batches")
def listing() -> str:
    """Every batch within sight."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["post_data_prep", "post_data_quality"])
    with reading() as session:
        return render_template(
            "pages/third_party_batches.html",
            crumbs=[(_("第三方批次"), None)],
            batches=reads.listing(session, actor()),
            may_begin=services.may_begin(actor()),
            status=lambda value: _term(CaseStatus, value),
        )


@bp.post("/third-party-batches")
def begin() -> Response:
    """Begin a batch; its receipt is the first step."""
    with acting() as session:
        case_id = services.begin(session, actor()).id
    flash(_("已开立第三方批次，请填写接收情况。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.get("/third-party-batches/<int:case_id>/records")
def records(case_id: int) -> str:
    """The records of a batch: those to be decided, those decided by hand, or all."""
    part = request.args.get("part", "undecided")
    with reading() as session:
        found = reads.page(
            session,
            actor(),
            case_id,
            part=part,
            number=request.args.get("page", 1, int),
        )
        return render_template(
            "pages/third_party_records.html",
            crumbs=[
                (_("第三方批次"), url_for("third_party_batches.listing")),
                (found.case.number, url_for("cases.page", case_id=case_id)),
                (_("逐条匹配"), None),
            ],
            found=found,
            part=part,
            may_match=services.may_match(session, actor(), found.case),
            key_name=lambda value: _term(TbKey, value),
            decision_name=lambda value: _term(TbMatch, value),
            decisions=list(TbMatch),
            said=lambda term: term.en if language() == "en" else term.zh,
        )


@bp.post("/third-party-batches/<int:case_id>/records/<int:number>")
def decide(case_id: int, number: int) -> Response:
    """Settle one record."""
    form = request.form
    try:
        with acting() as session:
            services.decide(
                session,
                actor(),
                case_id,
                number=number,
                decision=form.get("decision", ""),
                tin=form.get("tin", ""),
                reason=form.get("reason", ""),
            )
    except Invalid as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(_("第 %(n)s 条已处理。", n=number), "ok")
    where = {"part": form.get("part", "undecided"), "page": form.get("page", "1")}
    url = url_for("third_party_batches.records", case_id=case_id, **where)  # type: ignore[arg-type]  # all text
    return redirect(f"{url}#record-{number}", 303)


def shown(session: Session, case: Case) -> record_counts.Counts | None:
    """What the page of a batch shows beside its steps; other cases: nothing."""
    return record_counts.of(session, case) if case.kind is CaseKind.TB else None


def lines(counts: record_counts.Counts) -> list[tuple[str, int]]:
    """The records of a batch by what has become of them; they add up."""
    named = [(_term(TbKey, key), count) for key, count in counts.by_key]
    rest = [
        (_term(TbMatch, TbMatch.NO_MATCH.value), counts.no_match),
        (_term(TbMatch, TbMatch.SOURCE_ERROR.value), counts.source_error),
        (_("待处理"), counts.undecided),
    ]
    return [*named, *rest]


def _term(terms: type[Term], value: str) -> str:
    known = {term.value: term for term in terms}
    if value not in known:
        return value
    return known[value].en if language() == "en" else known[value].zh
