"""归档: what waits to be archived, filing one case or many, the sheets of a file, lending it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, documents, policy
from caseflow.documents import PaperKind
from caseflow.models import ArchivedFile, Case
from caseflow.reads import archiving as reads
from caseflow.services import archive_lists, archive_sheets, archiving, place
from caseflow.services.archive_lists import Missing, Proposal
from caseflow.services.archiving import Filed, Left
from caseflow.vocabulary import Invalid, NotFound, Retention, Verb
from caseflow.web import acts
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import say
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("archiving", __name__)


@bp.get("/archive")
def listing() -> str:
    """What waits to be archived by the person, and the files that are in the archive."""
    with reading() as session:
        return _listing(session)


@bp.post("/archive")
def archive_many() -> Response | tuple[str, int]:
    """File all that were ticked in one place, as proposed."""
    try:
        with acting() as session:
            done, left = archiving.archive_many(
                session,
                actor(),
                request.form.getlist("case", int),
                place=request.form.get("place", ""),
            )
    except Invalid as refusal:
        with reading() as session:
            page = _listing(session, error=sentence(refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if done:
        flash(_("已归档 %(n)s 件。", n=done), "ok")
    for each in left:
        flash(_left(each), "warn")
    return redirect(url_for("archiving.listing"), 303)


@bp.get("/archive/<int:case_id>")
def page(case_id: int) -> str:
    """The file of one case: what it lacks, what lies in it, where it is, who has borrowed it."""
    with reading() as session:
        return _page(session, case_id)


@bp.post("/archive/<int:case_id>")
def archive(case_id: int) -> acts.Answer:
    """File one case."""
    return _at(case_id).act(_archived, archiving.archive, case_id, said=_said())


@bp.post("/archive/<int:case_id>/lend")
def lend(case_id: int) -> acts.Answer:
    """Lend the file."""
    return _at(case_id).act(
        _("已借出，期满前请催还。"),
        archiving.lend,
        case_id,
        borrower_id=request.form.get("borrower", 0, int),
        purpose=request.form.get("purpose", ""),
    )


@bp.post("/archive/<int:case_id>/take-in")
def take_in(case_id: int) -> acts.Answer:
    """Take the lent file back."""
    return _at(case_id).act(
        _("已收回。"), archiving.take_in, case_id, note=request.form.get("note", "")
    )


@bp.get("/archive/<int:case_id>/sheets")
def sheets(case_id: int) -> Response:
    """Cover, list and notes of an archived file, as PDF."""
    with reading() as session:
        reads.case(session, actor(), case_id)
        kept = reads.of_case(session, case_id)
        if kept is None:
            raise NotFound("archived_file", id=case_id)
        pdf = documents.render_archive_sheets(
            archive_sheets.of(session, kept.file),
            at=kept.file.archived_at,
            fonts=place.here().fonts,
        )
    name = f"{kept.file.number}.pdf"
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)


def _listing(session: Session, *, error: str = "") -> str:
    text = request.args.get("q", "").strip()
    rows = reads.waiting(session, actor())
    cases = [row.case for row in rows]
    missing = archive_lists.missing(session, cases)
    proposals = archive_lists.proposals(session, cases)
    return render_template(
        "pages/archive.html",
        crumbs=[(_("归档"), None)],
        rows=[
            (row, len(missing[row.case.id]), proposals[row.case.id], _why(proposals[row.case.id]))
            for row in rows
        ],
        is_archivist=policy.may(actor(), Verb.ARCHIVE),
        kept=reads.kept(session, actor(), text=text),
        text=text,
        most=reads.LIMIT,
        today=clock.today(),
        typed=request.form,
        error=error,
    )


def _page(session: Session, case_id: int, *, error: str = "") -> str:
    shown = reads.case(session, actor(), case_id)
    case = shown.case
    kept = reads.of_case(session, case_id)
    proposal = archive_lists.proposals(session, [case])[case_id]
    may_archive = kept is None and archiving.may_archive(session, actor(), case_id)
    may_lend = kept is not None and archiving.keeps(actor(), case)
    return render_template(
        "pages/archive_file.html",
        crumbs=[(_("归档"), url_for("archiving.listing")), (case.number, None)],
        shown=shown,
        kept=kept,
        due_on=reads.due_of(session, case_id),
        may_archive=may_archive,
        missing=[] if kept else _missing(session, case),
        proposal=proposal,
        why=_why(proposal),
        retentions=tuple(Retention),
        pieces=archive_lists.pieces(session, case_id),
        may_lend=may_lend,
        borrowers=archiving.who_may_borrow(session, case)
        if may_lend and kept and not kept.loan
        else {},
        loans=reads.loans(session, case_id),
        today=clock.today(),
        longest=archiving.LONGEST,
        shortest=archiving.SHORTEST,
        longest_place=archiving.LONGEST_PLACE,
        typed=request.form,
        error=error,
    )


def _missing(session: Session, case: Case) -> list[tuple[str, str]]:
    """What the file lacks in words, and where to mend it."""
    return [
        (_lack(each), _where(case.id, each))
        for each in archive_lists.missing(session, [case])[case.id]
    ]


def _lack(each: Missing) -> str:
    return {
        "archive_draft": _("%(name)s 尚未签发", name=each.subject),
        "archive_receipt": _("%(name)s 没有送达回证", name=each.subject),
        "archive_no_paper": _("没有一份已签发的文书"),
        "archive_locked_file": _("附件 %(name)s 还没有通过扫描", name=each.subject),
        "archive_open_step": _("%(name)s 还没有办完", name=each.subject),
        "archive_recheck": _("抽中的复查还没有派员"),
    }[each.code]


def _where(case_id: int, each: Missing) -> str:
    if each.anchor.startswith("file-"):
        return url_for("custody.page", file_id=int(each.anchor.removeprefix("file-")))
    return url_for("cases.page", case_id=case_id, _anchor=each.anchor)


def _why(proposal: Proposal) -> str:
    return {
        "offence": _("稽查查实偷税、逃避追缴欠税、骗税、抗税或已处罚的发票违法"),
        "transfer": _("移送稽查的案卷"),
        "paper": _("卷内有%(name)s", name=say(PaperKind(proposal.paper)) if proposal.paper else ""),
        "ordinary": _("一般征管案卷"),
    }[proposal.why]


def _left(each: Left) -> str:
    why: Mapping[str, str] = {
        "archive_incomplete": _("缺 %(n)s 项，请逐件归档", n=each.missing),
        "already_done": _("已由他人归档"),
        "archive_not_due": _("还没有到归档环节"),
        "archive_not_yours": _("不由您归档"),
    }
    return _(
        "%(number)s 没有归档：%(why)s。", number=each.number, why=why.get(each.code, each.code)
    )


def _archived(row: ArchivedFile) -> str:
    return _("已归档，档号 %(number)s。", number=row.number)


def _said() -> Filed:
    form = request.form
    try:
        retention = Retention(form["retention"]) if form.get("retention") else None
    except ValueError:
        raise Invalid("archive_retention") from None
    return Filed(
        place=form.get("place", ""),
        retention=retention,
        retention_reason=form.get("reason", ""),
        notes=form.get("notes", ""),
    )


def _at(case_id: int) -> acts.Page:
    return acts.Page(
        url_for("archiving.page", case_id=case_id),
        lambda session, refusal: _page(session, case_id, error=sentence(refusal)),
    )
