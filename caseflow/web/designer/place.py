"""What the pages of the designer share: the draft, its files, its frame, what may be changed."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from caseflow import clock, policy
from caseflow.engine import Finding, drawings
from caseflow.engine.findings import folded
from caseflow.models import DefinitionDraft
from caseflow.reads import drafts as reads
from caseflow.services import definitions, drafts
from caseflow.vocabulary import DraftStatus, Invalid, NotFound, Refused, Verb
from caseflow.web import bundle_names
from caseflow.web.definitions import main_drawing
from caseflow.web.house import actor
from caseflow.web.languages import language, name_of, say
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("designer", __name__)

# What one request may carry: a file of a draft, twice over for the marks of a posted form.
_DIGEST = re.compile(r"[0-9a-f]{64}")
LARGEST = 2 * drafts.LARGEST_FILE


@dataclass(frozen=True)
class Place:
    """A draft as its pages need it."""

    draft: DefinitionDraft
    files: dict[str, bytes]
    # The process as its pages call it.
    name: str

    @property
    def id(self) -> int:
        """The number of the draft."""
        return self.draft.id

    @property
    def status(self) -> str:
        """How far the draft is, in words."""
        return say(self.draft.status)

    @property
    def overview(self) -> str:
        """The page where the draft is handed in."""
        return url_for("drafts.page", draft_id=self.id)

    @property
    def may_edit(self) -> bool:
        """Whether the one who asks may change it now."""
        is_open = self.draft.status is DraftStatus.DRAFT
        return is_open and policy.may(actor(), Verb.DRAFT_DEFINITION)

    @property
    def drawing(self) -> str:
        """The file of its drawing: the one named like the process, else the first."""
        found = main_drawing(self.files, self.draft.process)
        if not found:
            raise NotFound("definition_file", name=f"{self.draft.process}.bpmn")
        return found

    @property
    def drawing_files(self) -> list[tuple[str, str]]:
        """The files with drawings, the process itself first, each with what it is called."""
        named = []
        for name in sorted(self.of_kind(".bpmn"), key=lambda each: each != self.drawing):
            said = joined(
                name_of(read.name, read.name_en) for read in drawings.read(name, self.files[name])
            )
            named.append((name, said or name))
        return named

    @cached_property
    def steps_of_forms(self) -> dict[str, list[str]]:
        """The steps that use each form, by form key: their names within their sub-process."""
        found: dict[str, list[str]] = {}
        for name in self.of_kind(".bpmn"):
            for read in drawings.read(name, self.files[name]):
                for each in read.elements.values():
                    if each.form_key:
                        around = read.elements.get(each.scope)
                        said = name_of(each.name, each.name_en)
                        if around is not None and around.name:
                            said = f"{name_of(around.name, around.name_en)} · {said}"
                        found.setdefault(each.form_key, []).append(said)
        return found

    def of_kind(self, ending: str) -> list[str]:
        """The names of the files that end so."""
        return bundle_names.of_kind(self.files, ending)

    def file(self, name: str, ending: str = "") -> bytes:
        """
        One file of the draft.

        Raises:
            NotFound: it has none of this name and kind.

        """
        if name not in self.files or not name.endswith(ending):
            raise NotFound("definition_file", name=name)
        return self.files[name]


def opened(session: Session, draft_id: int) -> Place:
    """
    The draft somebody asks for.

    Raises:
        NotFound, Forbidden: as the read says.

    """
    draft = reads.page(session, actor(), draft_id)
    base = definitions.process_of(session, draft.based_on_id)
    return Place(draft, drafts.files_of(draft), name_of(base.name, base.name_en))


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the designer in the row above all of them."""

    name: str
    words: str
    icon: str
    href: str


def show(place: Place, tab: str, template: str, **values: object) -> str:
    """Draw a page of the designer in its frame."""
    found = tabs(place)
    here = next(each.words for each in found if each.name == tab)
    crumbs = [
        (_("流程图"), url_for("definitions.listing")),
        (place.name, place.overview),
        (here, None),
    ]
    return render_template(template, crumbs=crumbs, place=place, tabs=found, current=tab, **values)


def tabs(place: Place) -> list[Tab]:
    """The pages of a draft."""
    table, form = place.of_kind(".dmn"), place.of_kind(".form")
    found = [Tab("drawing", _("流程设计"), "sitemap", _to("drawing", place))]
    if table:
        found.append(Tab("tables", _("决策表"), "table", _to("table", place, table_name=table[0])))
    if form:
        found.append(Tab("forms", _("表单"), "forms", _to("form", place, form_name=form[0])))
    found.append(Tab("upload", _("上传下载"), "upload", _to("upload", place)))
    found.append(Tab("trial", _("试运行"), "player-play", _to("trial_run", place)))
    return found


def _to(endpoint: str, place: Place, **names: str) -> str:
    values: dict[str, Any] = {"draft_id": place.id, **names}
    return url_for(f"designer.{endpoint}", **values)


def sent_seen() -> str:
    """
    The digest of the file that a change was made from; of the present one to overwrite that.

    Raises:
        Forbidden: the one who asks does not draft.
        Invalid: the request does not say.

    """
    policy.require(actor(), Verb.DRAFT_DEFINITION)
    header, form = request.headers.get("X-Draft-Seen"), request.form
    text = header or form.get("overwrite") or form.get("seen", "")
    if not _DIGEST.fullmatch(text):
        raise Invalid("draft_seen")
    return text


def opened_file(place: Place, name: str, ending: str) -> bytes:
    """
    The file that a posted page shows: as it was opened, whatever the draft has by now.

    Raises:
        Invalid: what the page carries is no file.
        NotFound: the draft has none of this name and kind.

    """
    present = place.file(name, ending)
    text = request.form.get("opened")
    return present if text is None else unpacked(text)


def carried(place: Place, name: str, data: bytes, *, theirs: str = "") -> dict[str, str]:
    """What a page carries to save ``data``: the file it shows, what that was made from.

    ``theirs`` is the digest of the present file where a save came too late.
    """
    return {
        "opened": packed(data),
        "seen": request.form.get("seen", drafts.digest(place.draft, name)),
        "theirs": theirs,
    }


def in_the_way(refusal: Refused) -> str:
    """The digest of the file that stands in the way of a save; empty for other refusals."""
    return str(refusal.values["seen"]) if refusal.code == "draft_file_changed" else ""


def packed(data: bytes) -> str:
    """A file as a page carries it."""
    return base64.b64encode(zlib.compress(data)).decode()


def unpacked(text: str) -> bytes:
    """
    A file that a page carried.

    Raises:
        Invalid: it is none, or larger than a file of a draft may be.

    """
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(text, validate=True), drafts.LARGEST_FILE + 1)
    except (ValueError, zlib.error) as error:
        raise Invalid("draft_seen") from error
    if not unpacking.eof or len(data) > drafts.LARGEST_FILE:
        raise Invalid("draft_seen")
    return data


def save(session: Session, draft_id: int, seen: str, name: str, data: bytes) -> DefinitionDraft:
    """
    Put one file into the draft, as the actor.

    Raises:
        Stale, Invalid, Conflict, Forbidden: as the verb says.

    """
    return drafts.save(session, actor(), draft_id, seen=seen, name=name, data=data)


def body() -> bytes:
    """
    The file that a script sent as it is.

    Raises:
        RequestEntityTooLarge: it is larger than a file of a draft may be.

    """
    refuse_larger(LARGEST)
    return request.get_data()


def refuse_larger(most: int) -> None:
    """
    Refuse a request by the length it announces, before it is read.

    Raises:
        RequestEntityTooLarge: it is larger.

    """
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge


def told(findings: list[Finding], file: str) -> list[dict[str, object]]:
    """Findings for a script: level, file, element, line, sentence; errors first.

    What only follows from another comes right after it. Elements are those of ``file``, by their
    ids as drawn there.
    """
    ordered = folded(sorted(findings, key=lambda each: each.level != "error"))
    return [
        {
            "level": each.level,
            "file": each.file,
            "element": each.element.rpartition("/")[2] if each.file == file else "",
            "line": each.line,
            "text": each.what(language()),
            "follows": each is not cause,
        }
        for cause, following in ordered
        for each in (cause, *following)
    ]


def time_of(at: datetime) -> str:
    """An instant as the state line of an editor shows it."""
    return f"{at.astimezone(clock.BUREAU_ZONE):%H:%M:%S}"
