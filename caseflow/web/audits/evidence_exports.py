"""Evidence taken out (取证导出): of cases, a sample, a person, or the whole record, as a zip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.models import Run
from caseflow.reads import people as people_reads
from caseflow.reads.audits import evidence as reads
from caseflow.services.audits import evidence
from caseflow.vocabulary import Conflict, Invalid, NotFound, Verb
from caseflow.web import form_keys, jobs
from caseflow.web import listing as lists
from caseflow.web.audits import noting
from caseflow.web.house import acting, actor, reading, writing
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("evidence_exports", __name__)

_LONGEST_LIST = 10_000
# Tells that the person has read which of the chosen cases are sensitive.
_KNOWN = "known"
_NOT_ASKED = frozenset({"csrf_token", form_keys.FIELD})
_NO_QUESTION = frozenset({"name", _KNOWN})


@dataclass(frozen=True, slots=True)
class Line:
    """One packing in words."""

    run: Run
    job: jobs.Line
    what: str
    sensitive: int
    error: str


@dataclass(frozen=True, slots=True)
class Warned:
    """That chosen cases are sensitive, in words, and by what the answer knows them again."""

    told: str
    known: str


@bp.get("/audit/evidence")
def listing() -> str:
    """What was taken out, and the form that asks for more; ``part=list`` gives the list alone."""
    is_part = request.args.get("part") == "list"
    with reading() as session:
        page = _page(session, dict(request.args), is_part=is_part)
    if not is_part:
        noting.viewed("evidence")
    return page


@bp.post("/audit/evidence")
def ask() -> Response | tuple[str, int]:
    """Ask for evidence; what was wrong comes back with everything that was typed."""
    policy.require(actor(), Verb.READ_RECORD)
    typed = {name: text.strip() for name, text in request.form.items() if name not in _NOT_ASKED}
    try:
        with reading() as session:
            found = _cases(session, typed)
            warned = _warned(session, found)
            if warned and typed.get("name") and typed.get(_KNOWN) != warned.known:
                return _page(session, typed, warned=warned), HTTPStatus.OK
        asked = {key: text for key, text in typed.items() if text and key not in _NO_QUESTION}
        with acting() as session:
            evidence.ask(session, actor(), typed.get("name", ""), asked=asked, case_ids=found)
    except Invalid as refusal:
        with reading() as session:
            page = _page(session, typed, refusal=sentence(refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("evidence_exports.listing"), 303)


@bp.post("/audit/evidence/<int:evidence_id>/cancel")
def cancel(evidence_id: int) -> Response:
    """Break packing off."""
    try:
        with acting() as session:
            evidence.cancel(session, actor(), evidence_id)
    except Conflict as refusal:
        flash(sentence(refusal), "bad")
    return redirect(url_for("evidence_exports.listing"), 303)


@bp.get("/audit/evidence/<int:evidence_id>.zip")
def take(evidence_id: int) -> Response:
    """Carry packed evidence away; noted before it goes."""
    policy.require(actor(), Verb.READ_RECORD)
    path = evidence.path_of(evidence_id)
    if not path.exists():
        raise NotFound("evidence", id=evidence_id)
    with writing() as session:
        run = evidence.take(session, actor(), evidence_id)
    answer = send_file(
        path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{evidence.file_name(run)}.zip",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    session: Session,
    typed: dict[str, str],
    *,
    refusal: str = "",
    warned: Warned | None = None,
    is_part: bool = False,
) -> str:
    runs = reads.listing(session, actor())
    lines = [_line(run) for run in runs]
    return render_template(
        "pages/audit_evidence_list.html" if is_part else "pages/audit_evidence.html",
        crumbs=[(_("取证导出"), None)],
        lines=lines,
        typed=typed,
        refusal=refusal,
        warned=warned,
        most=evidence.MOST,
        is_running=any(run.finished_at is None for run in runs),
    )


def _warned(session: Session, case_ids: tuple[int, ...] | None) -> Warned | None:
    """What to say before sensitive files are taken out; nothing where none is among them."""
    ids = evidence.sensitive_among(session, case_ids)
    if not ids:
        return None
    known = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]
    if case_ids is None:
        told = _("全部留痕里有 %(n)s 件涉密任务的留痕。", n=len(ids))
    else:
        told = _("所选 %(all)s 件任务中有 %(n)s 件涉密。", all=len(case_ids), n=len(ids))
    return Warned(told, known)


def _cases(session: Session, typed: dict[str, str]) -> tuple[int, ...] | None:
    """The cases asked for; None for the whole record."""
    what = typed.get("what", "cases")
    if what == "record":
        return None
    wish = reads.Wish()
    if what == "cases":
        text = typed.get("numbers", "")[:_LONGEST_LIST]
        wish = reads.Wish(numbers=tuple(text.upper().replace("，", " ").replace(",", " ").split()))
    elif what == "sample":
        wish = reads.Wish(sample_id=lists.number("sample", typed))
    elif what == "person":
        wish = _of_person(session, typed)
    return reads.cases(session, actor(), wish, most=evidence.MOST)


def _of_person(session: Session, typed: dict[str, str]) -> reads.Wish:
    """Cases on which somebody acted in a period; the name must be one person's."""
    name = typed.get("person", "")
    user_id = None
    if name:
        found = people_reads.named(session, name)
        if len(found) != 1:
            raise Invalid("evidence_person", name=name, count=len(found))
        (user_id,) = found
    return reads.Wish(
        user_id=user_id, since=lists.day("since", typed), until=lists.day("until", typed)
    )


def _line(run: Run) -> Line:
    ids = run.detail["case_ids"]
    what = _("全部留痕") if ids is None else _("%(n)s 件任务的案卷", n=len(ids))
    sensitive = run.detail.get("sensitive", 0)  # packages of before do not tell
    return Line(run, jobs.line(run), what, sensitive, jobs.failure(run))
