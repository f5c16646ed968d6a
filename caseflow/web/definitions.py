"""Deployed processes: their versions, and what each changed; read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import engine, policy
from caseflow.engine import Process, differences
from caseflow.engine.decisions import editing
from caseflow.engine.decisions.editing import Sheet
from caseflow.models import DefinitionDraft
from caseflow.reads import case_migrations as migration_reads
from caseflow.reads import definitions as reads
from caseflow.reads import drafts as draft_reads
from caseflow.services import definitions, drafts
from caseflow.vocabulary import NotFound, Verb
from caseflow.web import difference_words
from caseflow.web.house import actor, surveying
from caseflow.web.languages import name_of
from caseflow.web.speech import _

bp = Blueprint("definitions", __name__)


@dataclass(frozen=True, slots=True)
class Lineage:
    """One process: its versions, newest first, and its open draft."""

    process: str
    name: str
    versions: tuple[reads.Version, ...]
    draft: DefinitionDraft | None

    @property
    def on_old_versions(self) -> int:
        """How many open cases keep running on versions that are not the latest."""
        return sum(each.open_cases for each in self.versions[1:])


@bp.get("/processes")
def listing() -> str:
    """All processes with their versions, and what waits for a decision."""
    with surveying() as session:
        found = draft_reads.listing(session, actor())
        lineages = tuple(_lineages(session, reads.listing(session), found))
        return render_template(
            "pages/processes.html",
            crumbs=[(_("流程图"), None)],
            lineages=lineages,
            names={each.process: each.name for each in lineages},
            to_decide=draft_reads.to_decide(session, actor()),
            closed=[each for each in found if each.status not in drafts.OPEN],
            plans_to_decide=migration_reads.to_decide(session, actor()),
            migrations=migration_reads.listing(session, actor()),
            may_migrate=policy.may(actor(), Verb.MIGRATE_CASES),
            may_draft=policy.may(actor(), Verb.DRAFT_DEFINITION),
        )


@bp.get("/processes/<int:definition_id>")
def page(definition_id: int) -> str:
    """One version with its drawing, tables, forms and outline."""
    with surveying() as session:
        definition = reads.page(session, definition_id)
        process = definitions.process_of(session, definition_id)
        name = name_of(process.name, process.name_en)
        before = reads.before(session, definition)
        return render_template(
            "pages/process.html",
            crumbs=[(_("流程图"), url_for("definitions.listing")), (name, None)],
            definition=definition,
            version=reads.version(session, definition_id),
            before=before,
            name=name,
            drawing=main_drawing(definition.files, process.key),
            steps=steps(process),
            sheets=sheets(definition.files),
            forms=form_lines(process),
            outline=engine.outline(process),
        )


@bp.get("/processes/<int:old_id>/diff/<int:new_id>")
def compare(old_id: int, new_id: int) -> str:
    """Two versions of a process side by side, and the changes in words."""
    with surveying() as session:
        old, new = reads.page(session, old_id), reads.page(session, new_id)
        if old.process != new.process:
            raise NotFound("definition", id=new_id)
        process = definitions.process_of(session, new_id)
        name = name_of(process.name, process.name_en)
        old_files, new_files = definitions.files_of(old.files), definitions.files_of(new.files)
        found = differences.compare(old_files, new_files)
        drawing = main_drawing(new.files, process.key)
        return render_template(
            "pages/process_diff.html",
            crumbs=[
                (_("流程图"), url_for("definitions.listing")),
                (name, url_for("definitions.page", definition_id=new_id)),
                (_("版本对比"), None),
            ],
            name=name,
            old=reads.version(session, old_id),
            new=reads.version(session, new_id),
            shown=difference_words.shown(found, old_files, new_files),
            sides=(
                (
                    _("第 %(n)s 版", n=old.version),
                    url_for(
                        "definitions.file",
                        definition_id=old_id,
                        name=main_drawing(old.files, process.key),
                    ),
                    difference_words.course(found, drawing, is_new=False),
                ),
                (
                    _("第 %(n)s 版", n=new.version),
                    url_for("definitions.file", definition_id=new_id, name=drawing),
                    difference_words.course(found, drawing, is_new=True),
                ),
            ),
        )


@bp.get("/processes/<int:definition_id>/<name>")
def file(definition_id: int, name: str) -> Response:
    """One file of a version, byte for byte as it was deployed."""
    with surveying() as session:
        text = reads.file(session, definition_id, name)
    return as_file(text, name)


def as_file(text: str | bytes, name: str) -> Response:
    """A file of a definition as it is."""
    return Response(
        text, mimetype="application/json" if name.endswith(".form") else "application/xml"
    )


def main_drawing(files: Mapping[str, object], process: str) -> str:
    """The name of the file that holds the drawing of the process itself."""
    drawings = sorted(name for name in files if name.endswith(".bpmn"))
    return next((name for name in drawings if name == f"{process}.bpmn"), next(iter(drawings), ""))


def steps(process: Process) -> list[tuple[engine.Element, str]]:
    """The steps for people, with their names in the language of the page."""
    return [
        (element, name_of(element.name, element.name_en))
        for element in process.elements.values()
        if element.form_key
    ]


def sheets(files: Mapping[str, object]) -> list[tuple[str, Sheet]]:
    """The decision tables of a version that was found good, each with its file."""
    return [
        (name, sheet)
        for name, text in sorted(files.items())
        if name.endswith(".dmn")
        for sheet in editing.sheets(str(text).encode())
    ]


def form_lines(process: Process) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """The forms with the label, key, type and duty of each field."""
    return [
        (
            key,
            [
                (name_of(each.label, each.label_en), each.key, each.type, each.limits.required)
                for each in form.answered()
            ],
        )
        for key, form in sorted(process.forms.items())
        if key
    ]


def _lineages(
    session: Session, versions: Iterable[reads.Version], made: Iterable[DefinitionDraft]
) -> Iterable[Lineage]:
    waiting = {each.process: each for each in made if each.status in drafts.OPEN}
    for key, found in groupby(versions, key=lambda each: each.process):
        lineage = tuple(found)
        process = definitions.process_of(session, lineage[0].id)
        name = name_of(process.name, process.name_en)
        yield Lineage(key, name, lineage, waiting.get(key))
