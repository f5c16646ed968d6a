"""A paper's page, its receipt and working copy; the register of the use of seals."""

from __future__ import annotations

import io

from flask import Blueprint, Response, render_template, send_file, url_for

from caseflow import documents, policy
from caseflow.documents import PAPERS, PaperKind
from caseflow.reads import papers as reads
from caseflow.services import place
from caseflow.services.file_reads import Thing
from caseflow.vocabulary import DocumentStatus, Reading, Verb
from caseflow.vocabulary.choices import NoticeMedium, ServiceMethod
from caseflow.web import crumbs, paper_words, readings
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.speech import _

bp = Blueprint("papers", __name__)

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_COLOURS = {
    DocumentStatus.ISSUED: "ok",
    DocumentStatus.SERVED: "ok",
    DocumentStatus.VOID: "bad",
}


@bp.get("/papers/<int:paper_id>/about")
def page(paper_id: int) -> str:
    """A paper with its seal, its service, and what it cancels or is cancelled by."""
    with reading() as session:
        found = reads.about(session, actor(), paper_id)
        paper = found.paper
        return render_template(
            "pages/paper.html",
            crumbs=[
                crumbs.parent_of_case(),
                (found.case.number, url_for("cases.page", case_id=found.case.id)),
                (paper_words.name(paper.kind), None),
            ],
            found=found,
            paper=paper,
            name=paper_words.name(paper.kind),
            status=say(paper.status),
            colour=_COLOURS.get(paper.status, ""),
            kept=_("永久")
            if found.retention_years is None
            else _("%(years)s 年", years=found.retention_years),
            method=say(ServiceMethod(found.service.method)) if found.service else "",
            medium=_medium(found.service.medium) if found.service else "",
            others={
                other.id: paper_words.name(other.kind)
                for other in (found.cancels, found.cancelled_by)
                if other is not None
            },
        )


def _medium(medium: str | None) -> str:
    """Where a paper was announced; older services say it in words of their own."""
    return next((say(term) for term in NoticeMedium if term == medium), medium or "")


@bp.get("/papers/<int:paper_id>/receipt")
def receipt(paper_id: int) -> Response:
    """The receipt of service 送达回证, to take along or as it was filled in."""
    with reading() as session:
        data = reads.receipt(session, actor(), paper_id)
        found = reads.about(session, actor(), paper_id)
        told = {"name": f"{found.paper.number or found.paper.kind}.receipt"}
        case_id = found.case.id
    pdf = documents.render(PaperKind.SERVICE_RECEIPT, data, fonts=place.here().fonts)
    readings.note(case_id, Reading.PAPER, Thing("paper", paper_id, told))
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", download_name=f"{told['name']}.pdf"
    )


@bp.get("/papers/<int:paper_id>/working-copy")
def working_copy(paper_id: int) -> Response:
    """The paper's text as a DOCX, marked as a working copy."""
    with reading() as session:
        found = reads.about(session, actor(), paper_id)
        kind = PaperKind(found.paper.kind)
        docx = documents.working_copy(kind, documents.read(PAPERS[kind].data, found.paper.data))
        told = {"name": f"{found.paper.number or found.paper.kind}.docx"}
        case_id = found.case.id
    readings.note(case_id, Reading.PAPER, Thing("paper", paper_id, told))
    return send_file(
        io.BytesIO(docx), mimetype=_DOCX, as_attachment=True, download_name=told["name"]
    )


@bp.get("/seal-uses")
def seal_uses() -> str:
    """The register of the use of seals, newest first, on cases that the person may see."""
    policy.require(actor(), Verb.READ_CASE)
    with reading() as session:
        rows = reads.seal_uses(session, actor())
        return render_template(
            "pages/seal_uses.html",
            crumbs=[(_("用印登记"), None)],
            rows=[(row, paper_words.name(row.paper.kind)) for row in rows],
            most=reads.MOST_SHOWN if len(rows) == reads.MOST_SHOWN else 0,
        )
