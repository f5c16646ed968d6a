"""Forms of a draft: their fields edited as a list, with the form as it will look beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from caseflow.engine import Finding
from caseflow.engine.forms import AnswerForm, Choice, FieldSpec, FormSpec, Part, Row, editing
from caseflow.engine.forms.editing import BadFormEdit, Item
from caseflow.engine.forms.formspec import BadForm
from caseflow.services import definitions
from caseflow.vocabulary import Invalid, Stale
from caseflow.vocabulary.choices import VOCABULARIES
from caseflow.web.designer import form_words, panel
from caseflow.web.designer.place import (
    Place,
    bp,
    carried,
    in_the_way,
    opened,
    opened_file,
    save,
    sent_seen,
    show,
)
from caseflow.web.house import acting, reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

_LONGEST = 4_000
_SHOWN_ROWS = 2


@dataclass(frozen=True, slots=True)
class Preview:
    """A form as the macros of the steps draw it, without a case behind it."""

    form: AnswerForm

    @property
    def parts(self) -> tuple[Part, ...]:
        """The components in order."""
        return self.form.layout()

    def errors_of(self, _name: str) -> tuple[str, ...]:
        """Nobody has filled it in."""
        return ()


@bp.get("/processes/drafts/<int:draft_id>/forms/<form_name>")
def form(draft_id: int, form_name: str) -> str:
    """The fields of one form."""
    with reading() as session:
        place = opened(session, draft_id)
        return _page(place, form_name, place.file(form_name, ".form"))


@bp.get("/processes/drafts/<int:draft_id>/forms")
def pick_form(draft_id: int) -> Response:
    """Go to the form that was chosen from the list."""
    with reading() as session:
        place = opened(session, draft_id)
        name = request.args.get("name") or next(iter(place.of_kind(".form")), "")
        place.file(name, ".form")
    return redirect(url_for("designer.form", draft_id=draft_id, form_name=name), 303)


@bp.post("/processes/drafts/<int:draft_id>/forms/<form_name>")
def edit_form(draft_id: int, form_name: str) -> Response | tuple[str, int]:
    """Save the fields as they stand, and do what the button says: add, copy, move, remove."""
    act, seen = request.form.get("_do", "save"), sent_seen()
    with reading() as session:
        data = _edited(opened_file(opened(session, draft_id), form_name, ".form"), act)
    try:
        with acting() as session:
            save(session, draft_id, seen, form_name, data)
    except (Stale, Invalid) as refusal:
        with reading() as session:
            page = _page(
                opened(session, draft_id),
                form_name,
                data,
                refused=sentence(refusal),
                late=in_the_way(refusal),
            )
        return page, 409 if isinstance(refusal, Stale) else 422
    if act == "save":
        flash(_("表单已保存到草稿"), "ok")
    return redirect(url_for("designer.form", draft_id=draft_id, form_name=form_name), 303)


@bp.post("/processes/drafts/<int:draft_id>/forms/<form_name>/preview")
def preview_form(draft_id: int, form_name: str) -> str:
    """How the form looks as typed, and what is wrong with it."""
    with reading() as session:
        place = opened(session, draft_id)
        data = _edited(opened_file(place, form_name, ".form"), "save")
        return render_template("pages/designer_form_preview.html", **_seen(place, form_name, data))


def _page(place: Place, name: str, data: bytes, *, refused: str = "", late: str = "") -> str:
    try:
        items = editing.items(data)
    except BadFormEdit as error:
        raise Invalid("draft_file_unreadable", name=name) from error
    return show(
        place,
        "forms",
        "pages/designer_form.html",
        file=name,
        files=_in_order(place),
        items=items,
        kinds=form_words.kinds(),
        vocabularies=_vocabularies(),
        refused=refused,
        carried=carried(place, name, data, theirs=late),
        **_seen(place, name, data),
    )


def _in_order(place: Place) -> list[tuple[str, str]]:
    """Title and file of each form in the order of the drawing, those of no step last."""
    keys = [each.removesuffix(".form") for each in place.of_kind(".form")]
    drawn = list(place.steps_of_forms)
    keys.sort(key=lambda key: drawn.index(key) if key in drawn else len(drawn))
    return [(panel.title(place, key), f"{key}.form") for key in keys]


def _seen(place: Place, name: str, data: bytes) -> dict[str, object]:
    files = {**place.files, name: data}
    findings = [each for each in definitions.findings(files) if each.file == name]
    return {"preview": _preview(data), "findings": _said(findings), "hide_rule": _no_rule}


def _no_rule(_part: Part, _prefix: str) -> None:
    """In the preview every field shows, so no condition travels to the browser."""


def _said(findings: Sequence[Finding]) -> list[str]:
    said = (f"{each.element} {each.what(language())}".strip() for each in findings)
    return list(dict.fromkeys(said))


def _preview(data: bytes) -> Preview | None:
    try:
        spec = FormSpec.parse(data)
    except BadForm:
        return None
    spec = replace(spec, fields=tuple(map(_shown, spec.fields)))
    fields = tuple(_all(spec.fields))
    names = [(f"sample_{n}", _("（示例 %(n)s）", n=n)) for n in range(1, _SHOWN_ROWS + 1)]
    offers = {
        each.choices_key: [Choice(key, said, said) for key, said in names]
        for each in fields
        if each.choices_key
    }
    rows = {
        each.rows_key: [Row(key, said, said) for key, said in names]
        for each in fields
        if each.rows_key
    }
    return Preview(spec.wtform(offers, rows, {}, language())())


def _shown(field: FieldSpec) -> FieldSpec:
    """A field that shows whatever its condition says."""
    return replace(field, hide="", children=tuple(map(_shown, field.children)))


def _all(fields: Sequence[FieldSpec]) -> Iterator[FieldSpec]:
    for each in fields:
        yield each
        yield from _all(each.children)


def _vocabularies() -> list[str]:
    return sorted(VOCABULARIES)


def _edited(data: bytes, act: str) -> bytes:
    """The file with every field as typed, then with the act of the button."""
    try:
        changes = {each.path: _typed(each) for each in editing.items(data)}
        return _done(editing.edited(data, changes), act)
    except BadFormEdit as error:
        raise Invalid("draft_form_moved") from error


def _typed(item: Item) -> Mapping[str, str]:
    """What was typed for a field; nothing for a field that the request does not show."""
    prefix = f"f:{item.path}:"
    if f"{prefix}label" not in request.form:
        return {}
    found: dict[str, str] = {}
    for name in item.values:
        text = request.form.get(f"{prefix}{name}")
        if name in {"required", "routing"}:
            text = "true" if text else item.values[name] if item.values[name] == "false" else ""
        if text is None:
            continue
        if len(text) > _LONGEST:
            raise Invalid("draft_cell_too_long", longest=_LONGEST)
        found[name] = text.replace("\r\n", "\n").strip()
    return found


def _done(data: bytes, act: str) -> bytes:
    what, _colon, path = act.partition(":")
    match what:
        case "save":
            return data
        case "add":
            return editing.with_field(data, path)
        case "copy":
            return editing.with_field(data, path, copied=True)
        case "remove":
            return editing.without_field(data, path)
        case "up":
            return editing.with_field_moved(data, path, -1)
        case "down":
            return editing.with_field_moved(data, path, 1)
    raise Invalid("draft_form_moved")
