"""Deployed processes: the drawing, its decision tables and forms, read-only."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from caseflow.reads import definitions as reads
from caseflow.services import definitions
from caseflow.web.house import reading
from caseflow.web.languages import name_of
from caseflow.web.speech import _

bp = Blueprint("definitions", __name__)


@bp.get("/processes")
def listing() -> str:
    """All versions of all processes."""
    with reading() as session:
        versions = reads.listing(session)
        names = {each.id: definitions.process_of(session, each.id) for each in versions}
        return render_template(
            "pages/processes.html",
            crumbs=[(_("流程图"), None)],
            versions=[
                (each, name_of(names[each.id].name, names[each.id].name_en)) for each in versions
            ],
        )


@bp.get("/processes/<int:definition_id>")
def page(definition_id: int) -> str:
    """One version with its drawing, steps and files."""
    with reading() as session:
        definition = reads.page(session, definition_id)
        process = definitions.process_of(session, definition_id)
        name = name_of(process.name, process.name_en)
        return render_template(
            "pages/process.html",
            crumbs=[(_("流程图"), url_for("definitions.listing")), (name, None)],
            definition=definition,
            name=name,
            steps=[
                (element, name_of(element.name, element.name_en))
                for element in process.elements.values()
                if element.form_key
            ],
        )


@bp.get("/processes/<int:definition_id>/<name>")
def file(definition_id: int, name: str) -> Response:
    """One file of a version, byte for byte as it was deployed."""
    with reading() as session:
        text = reads.file(session, definition_id, name)
    return Response(
        text, mimetype="application/json" if name.endswith(".form") else "application/xml"
    )
