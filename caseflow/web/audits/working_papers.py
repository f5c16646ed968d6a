"""Working papers (工作底稿): beside the cases, kept as one types, every version readable."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.reads.audits import papers as reads
from caseflow.services.audits import papers
from caseflow.services.audits.papers import Text
from caseflow.vocabulary import Invalid, Stale, Verb
from caseflow.web import listing as lists
from caseflow.web.audits import noting, tabs
from caseflow.web.faults import Faults
from caseflow.web.house import actor, audit_acting, auditing, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("working_papers", __name__)

_DIGITS = 9


@bp.get("/audit/papers")
def listing() -> tuple[str, int]:
    """The papers of all auditors, newest first."""
    faults = Faults()
    before = faults.read("before", lists.number, None)
    with reading() as session:
        found = reads.listing(session, actor(), before=before)
        shown = found[: reads.LIMIT]
        page = render_template(
            "pages/audit_papers.html",
            crumbs=[(_("抽样检查"), url_for("samples.listing")), (_("工作底稿"), None)],
            papers=shown,
            faults=faults,
            tabs=tabs.of_samples("papers"),
            pages=lists.pages(shown[-1].id if len(found) > reads.LIMIT else None, "before"),
        )
    noting.viewed("working_papers")
    return faults.answer(page)


@bp.post("/audit/papers")
def begin() -> Response:
    """Begin a paper, about a case or a case of a sample when the form names one."""
    case_id, sample_id = _id("case"), _id("sample")
    title = request.form.get("title", "").strip() or _("工作底稿")
    with audit_acting() as session:
        paper = papers.begin(
            session, actor(), Text(title, ""), case_id=case_id, sample_id=sample_id
        )
    return redirect(url_for("working_papers.page", paper_id=paper.id), 303)


@bp.get("/audit/papers/<int:paper_id>")
def page(paper_id: int) -> tuple[str, int]:
    """A paper to write on, for its author; to read, for the others and of an older version."""
    faults = Faults()
    version = faults.read("version", lists.number, None)
    with reading() as session:
        shown = _render(session, paper_id, faults, version=version)
    noting.viewed("working_paper", paper_id)
    return faults.answer(shown)


@bp.post("/audit/papers/<int:paper_id>")
def save(paper_id: int) -> Response | tuple[str, int]:
    """Save what was written; what cannot be saved comes back as it was typed."""
    policy.require(actor(), Verb.READ_RECORD)
    text, seen = _text(), _seen()
    try:
        with audit_acting() as session:
            papers.save(session, actor(), paper_id, text, seen=seen)
    except (Invalid, Stale) as refusal:
        is_stale = isinstance(refusal, Stale)
        with reading() as session:
            page = _render(session, paper_id, Faults(), typed=text, refusal=sentence(refusal))
        return page, HTTPStatus.CONFLICT if is_stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("working_papers.page", paper_id=paper_id), 303)


@bp.post("/audit/papers/<int:paper_id>/draft")
def keep(paper_id: int) -> Response:
    """Keep what is being typed."""
    policy.require(actor(), Verb.READ_RECORD)
    text, seen = _text(), _seen()
    with auditing() as session:
        version = papers.keep(session, actor(), paper_id, text, seen=seen)
        now = f"{clock.now().astimezone(clock.BUREAU_ZONE):%H:%M:%S}"
    return jsonify(saved=now, version=version)


def _render(
    session: Session,
    paper_id: int,
    faults: Faults,
    *,
    version: int | None = None,
    typed: Text | None = None,
    refusal: str = "",
) -> str:
    paper = reads.one(session, actor(), paper_id, version)
    stored = Text(paper.shown.title, paper.shown.body)
    is_newest = paper.shown.version == paper.newest
    return render_template(
        "pages/audit_paper.html",
        crumbs=[
            (_("抽样检查"), url_for("samples.listing")),
            (_("工作底稿"), url_for("working_papers.listing")),
            (paper.shown.title, None),
        ],
        paper=paper,
        faults=faults,
        text=typed or stored,
        stored=stored if refusal and typed is not None and typed != stored else None,
        refusal=refusal,
        may_write=paper.author_id == actor().user_id and is_newest,
        is_newest=is_newest,
        draft_words=_draft_words(),
        holder=actor().user_id,
        limits=papers,
    )


def _text() -> Text:
    """What was typed; browsers send line ends of their own."""
    body = request.form.get("body", "").replace("\r\n", "\n")
    return Text(request.form.get("title", "").strip(), body)


def _seen() -> int:
    """The version that was written on; none that there is, when the form does not say it."""
    text = request.form.get("_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _id(name: str) -> int | None:
    text = request.form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 -- a bigint
        raise Invalid("bad_page")
    return int(text)


def _draft_words() -> str:
    words = {
        "typing": _("正在输入…"),
        "saving": _("正在保存…"),
        "saved": _("已自动保存 {time}"),
        "failed": _("没有保存成功，文字留在本页，稍后会再试"),
        "offline": _("网络不通，文字留在本页，稍后会再试"),
        "signedOut": _("登录已过期，文字留在本页，重新登录后回到这里"),
        "changed": _("底稿在别处有了新版本，文字留在本页；请点“保存”对照两份"),
    }
    return json.dumps(words, ensure_ascii=False)
