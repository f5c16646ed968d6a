"""Files in and out of a draft: what Camunda Modeler or bpmn.io wrote comes back through here."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from caseflow import policy
from caseflow.engine import Finding, differences
from caseflow.engine.findings import folded
from caseflow.services import definitions, drafts
from caseflow.vocabulary import Invalid, Stale, Verb
from caseflow.web import difference_words
from caseflow.web.definitions import as_file
from caseflow.web.designer.place import (
    LARGEST,
    Place,
    bp,
    opened,
    packed,
    refuse_larger,
    save,
    sent_seen,
    show,
    unpacked,
)
from caseflow.web.difference_words import Shown
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

_MOST = 20
_CARRIED = "carried:"
_KINDS = (".bpmn", ".dmn", ".form")
# What nobody could mend on the pages of the designer: such a file never gets into a draft.
_UNREADABLE = (
    *("xml_", "form_size", "form_encoding", "form_broken", "form_type", "unknown_file"),
    *("bad_id", "undrawn"),  # the designer would lose what it cannot show
)


@dataclass(frozen=True, slots=True)
class Came:
    """One file that was sent: its name, what is wrong with it, what it changes."""

    name: str
    # Each finding with those that only follow from it.
    findings: tuple[tuple[str, tuple[str, ...]], ...]
    is_readable: bool
    changes: Shown


@dataclass(frozen=True, slots=True)
class Brought:
    """One file that was sent: as it came, and what the draft has by now in its place.

    ``present`` is the digest of that, "" for nothing; ``is_other`` says that somebody put it there
    after the upload's page was opened.
    """

    name: str
    carried: str
    present: str
    is_other: bool


@bp.get("/processes/drafts/<int:draft_id>/upload")
def upload(draft_id: int) -> str:
    """The files of a draft, to take and to bring."""
    with reading() as session:
        return _page(opened(session, draft_id))


@bp.post("/processes/drafts/<int:draft_id>/upload")
def upload_files(draft_id: int) -> AnyResponse | tuple[str, int]:
    """Put files into the draft; what has faults is refused, unless it is asked in to be mended."""
    policy.require(actor(), Verb.DRAFT_DEFINITION)
    refuse_larger(_MOST * LARGEST)
    sent = [each for each in request.files.getlist("files") if each.filename]
    with reading() as session:
        place = opened(session, draft_id)
        try:
            came = _carried() or _read(sent)
        except Invalid as refusal:
            return _page(place, refused=sentence(refusal)), 422
        finally:
            for each in sent:
                each.close()
        seen = _judged(place, came)
        if not _may_come_in(seen):
            refused = _("请按下面的提示改好再上传，或勾选放入草稿后在这里改。")
            brought = _brought(place, came) if _is_carried() else ()
            return _page(place, seen=seen, refused=refused, brought=brought), 422
    try:
        _save(draft_id, came)
    except Stale as refusal:
        with reading() as session:
            place = opened(session, draft_id)
            brought = _brought(place, came)
            return _page(place, seen=seen, refused=sentence(refusal), brought=brought), 409
    except Invalid as refusal:
        with reading() as session:
            return _page(opened(session, draft_id), seen=seen, refused=sentence(refusal)), 422
    replaced = _replaced(place, came)
    with reading() as session:
        return _page(opened(session, draft_id), seen=seen, is_in=True, replaced=replaced), 200


@bp.post("/processes/drafts/<int:draft_id>/files/<name>/remove")
def remove_file(draft_id: int, name: str) -> AnyResponse:
    """Take a file out of the draft."""
    with acting() as session:
        drafts.remove(session, actor(), draft_id, seen=sent_seen(), name=name)
    flash(_("已从草稿中删去 %(name)s", name=name), "ok")
    return redirect(url_for("designer.upload", draft_id=draft_id), 303)


@bp.get("/processes/drafts/<int:draft_id>/files/<name>")
def file(draft_id: int, name: str) -> AnyResponse:
    """One file of the draft, to be kept or opened in Camunda Modeler."""
    with reading() as session:
        data = opened(session, draft_id).file(name)
    return _attached(as_file(data, name), name)


@bp.get("/processes/drafts/<int:draft_id>/files.zip")
def bundle(draft_id: int) -> AnyResponse:
    """All files of the draft in one."""
    with reading() as session:
        place = opened(session, draft_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(place.files.items()):
            archive.writestr(name, data)
    answer = Response(packed.getvalue(), mimetype="application/zip")
    return _attached(answer, f"{place.draft.process}.zip")


def _attached(answer: AnyResponse, name: str) -> AnyResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(
    place: Place,
    *,
    seen: tuple[Came, ...] = (),
    refused: str = "",
    is_in: bool = False,
    brought: tuple[Brought, ...] = (),
    replaced: tuple[tuple[str, str], ...] = (),
) -> str:
    return show(
        place,
        "upload",
        "pages/designer_upload.html",
        files=[
            (name, len(data), drafts.digest(place.draft, name))
            for name, data in sorted(place.files.items())
        ],
        seen=seen,
        refused=refused,
        is_in=is_in,
        brought=brought,
        anyway=bool(request.form.get("anyway")),
        replaced=replaced,
    )


def _read(sent: list[FileStorage]) -> dict[str, bytes]:
    """
    What was sent, by name; names and sizes are judged before anything is read.

    Raises:
        Invalid: no file, too many, one too large, or of another kind.

    """
    if not sent:
        raise Invalid("draft_no_file")
    if len(sent) > _MOST:
        raise Invalid("draft_too_many_sent", most=_MOST)
    came: dict[str, bytes] = {}
    for each in sent:
        name = (each.filename or "").replace("\\", "/").rpartition("/")[2]
        if not name.endswith(_KINDS):
            raise Invalid("draft_file_name", name=name[:80])
        data = each.stream.read(drafts.LARGEST_FILE + 1)
        if len(data) > drafts.LARGEST_FILE:
            raise Invalid(
                "draft_file_too_large", name=name[:80], largest=drafts.LARGEST_FILE // 1000
            )
        came[name] = data
    return came


def _carried() -> dict[str, bytes]:
    """
    The files of an upload that came too late, as its page carried them to overwrite with.

    Raises:
        Invalid: what the page carries are no files, or too many.

    """
    sent = {
        field.removeprefix(_CARRIED): text
        for field, text in request.form.items()
        if field.startswith(_CARRIED)
    }
    if len(sent) > _MOST:
        raise Invalid("draft_too_many_sent", most=_MOST)
    return {name: unpacked(text) for name, text in sent.items()}


def _is_carried() -> bool:
    return any(field.startswith(_CARRIED) for field in request.form)


def _brought(place: Place, came: dict[str, bytes]) -> tuple[Brought, ...]:
    """What a page carries so that the upload can be put over what was saved in between."""
    return tuple(_brought_file(place, name, data) for name, data in sorted(came.items()))


def _brought_file(place: Place, name: str, data: bytes) -> Brought:
    present = drafts.digest(place.draft, name)
    is_other = present != _seen(name) and place.files.get(name) != data
    return Brought(name, packed(data), present, is_other)


def _replaced(place: Place, came: dict[str, bytes]) -> tuple[tuple[str, str], ...]:
    """What an upload was put over when asked to: each file by name, in base64.

    A draft keeps no earlier texts, so the page hands them out a last time.
    """
    return tuple(
        (name, base64.b64encode(place.files[name]).decode())
        for name, data in sorted(came.items())
        if _CARRIED + name in request.form and place.files.get(name, data) != data
    )


def _seen(name: str) -> str:
    return request.form.get(f"seen:{name}", "")


def _judged(place: Place, came: dict[str, bytes]) -> tuple[Came, ...]:
    files = {**place.files, **came}
    findings = definitions.undrawn(files) + definitions.findings(files)
    return tuple(_came(place, name, data, findings) for name, data in sorted(came.items()))


def _came(place: Place, name: str, data: bytes, findings: list[Finding]) -> Came:
    own = [each for each in findings if each.file == name and each.level == "error"]
    before = {name: place.files[name]} if name in place.files else {}
    return Came(
        name=name,
        findings=tuple(
            (cause.say(language()), tuple(each.say(language()) for each in following))
            for cause, following in folded(own)
        ),
        is_readable=not any(each.code.startswith(_UNREADABLE) for each in own),
        changes=difference_words.shown(
            differences.compare(before, {name: data}), place.files, {**place.files, name: data}
        ),
    )


def _may_come_in(seen: tuple[Came, ...]) -> bool:
    if not all(each.is_readable for each in seen):
        return False
    return bool(request.form.get("anyway")) or not any(each.findings for each in seen)


def _save(draft_id: int, came: dict[str, bytes]) -> None:
    with acting() as session:
        for name, data in sorted(came.items()):
            save(session, draft_id, _seen(name), name, data)
