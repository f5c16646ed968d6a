"""并入 taken back, and 拆分: what would come of it, and doing it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow.reads import cases
from caseflow.reads.doubts import Doubt
from caseflow.services import mergers, splits
from caseflow.web import acts, doubt_words, words
from caseflow.web.house import actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("mergers", __name__)

Crumbs = list[tuple[str, str | None]]


@bp.get("/cases/<int:case_id>/merger")
def merger_page(case_id: int) -> str:
    """What comes back when a merged case is taken out of its lead."""
    with reading() as session:
        return _merger_page(session, case_id)


@bp.post("/cases/<int:case_id>/merger")
def undo(case_id: int) -> acts.Answer:
    """Take a merged case out of its lead."""
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _merger_page(session, case_id, error=sentence(refusal)),
    ).act(
        _("已撤销并入，本任务恢复办理。"),
        mergers.undo,
        case_id,
        reason=request.form.get("reason", ""),
    )


@bp.get("/cases/<int:case_id>/split")
def split_page(case_id: int) -> str:
    """The doubts of a case, and where each could go on."""
    with reading() as session:
        return _split_page(session, case_id)


@bp.post("/cases/<int:case_id>/split")
def split(case_id: int) -> acts.Answer:
    """Split doubts off a case."""
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _split_page(session, case_id, error=sentence(refusal)),
    ).act(
        lambda other: _("已拆分到任务 %(number)s。", number=other.number),
        splits.split,
        case_id,
        warning_ids=request.form.getlist("doubt", type=int),
        kind=request.form.get("kind", ""),
        reason=request.form.get("reason", ""),
    )


def _merger_page(session: Session, case_id: int, *, error: str = "") -> str:
    found = mergers.returning(session, actor(), case_id)
    shown = cases.page(session, actor(), case_id)
    return render_template(
        "pages/merger.html",
        crumbs=_crumbs(shown, _("撤销并入")),
        shown=shown,
        found=found,
        refusal=sentence(found.refusal) if found.refusal else "",
        limit=words.limit(found.due_at),
        doubts=[
            _named(each) for each in shown.doubts if each.id in {row.id for row in found.warnings}
        ],
        typed=request.form,
        shortest=mergers.SHORTEST_REASON,
        longest=mergers.LONGEST_REASON,
        error=error,
    )


def _split_page(session: Session, case_id: int, *, error: str = "") -> str:
    offer = splits.offer(session, actor(), case_id)
    shown = cases.page(session, actor(), case_id)
    return render_template(
        "pages/split.html",
        crumbs=_crumbs(shown, _("拆分疑点")),
        shown=shown,
        doubts=[
            (each.id, _named(each), offer.kinds[each.id])
            for each in shown.doubts
            if each.id in offer.kinds
        ],
        kinds=sorted({kind for kinds in offer.kinds.values() for kind in kinds}),
        chosen=set(request.form.getlist("doubt", type=int)),
        typed=request.form,
        shortest=splits.SHORTEST_REASON,
        longest=splits.LONGEST_REASON,
        error=error,
    )


def _named(doubt: Doubt) -> str:
    return f"{doubt.indicator.code} {doubt_words.indicator_name(doubt.indicator)}"


def _crumbs(shown: cases.Page, name: str) -> Crumbs:
    return [
        (_("核查任务"), url_for("cases.listing_page")),
        (shown.case.number, url_for("cases.page", case_id=shown.case.id)),
        (name, None),
    ]
