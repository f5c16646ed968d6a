"""Decision tables of a draft, edited in place: cells, rules, hit policy, and a row to try them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.engine import Moment, cells
from caseflow.engine.cells import Table, Tried
from caseflow.engine.decisions import editing
from caseflow.engine.decisions.editing import BadEdit
from caseflow.engine.safe_xml import BadXml
from caseflow.reads import parameters
from caseflow.services import limits
from caseflow.vocabulary import Invalid, Stale
from caseflow.web import sum_words
from caseflow.web.designer import table_words
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
from caseflow.web.words import joined

_LONGEST_CELL = 4_000
_ROW = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One table on its page, with what was typed into its row of trying."""

    table: Table
    typed: Mapping[str, str]
    tried: Tried | None

    @property
    def answer(self) -> str:
        """What the table answered, in words."""
        return table_words.answer(self.table, self.tried)

    @property
    def is_hit(self) -> frozenset[str]:
        """The rules that hold for the values typed."""
        return frozenset(self.tried.rules if self.tried else ())


@bp.get("/processes/drafts/<int:draft_id>/tables/<table_name>")
def table(draft_id: int, table_name: str) -> str:
    """The tables of one file."""
    with reading() as session:
        place = opened(session, draft_id)
        return _page(session, place, table_name, place.file(table_name, ".dmn"))


@bp.post("/processes/drafts/<int:draft_id>/tables/<table_name>")
def edit_table(draft_id: int, table_name: str) -> Response | tuple[str, int]:
    """Save the cells as they stand, and do what the button says: add, copy, move, remove, try."""
    act, seen = request.form.get("_do", "save"), sent_seen()
    with reading() as session:
        place = opened(session, draft_id)
        data = _edited(opened_file(place, table_name, ".dmn"), act)
        if act.startswith("try:"):
            return _page(session, place, table_name, data), 200
    try:
        with acting() as session:
            save(session, draft_id, seen, table_name, data)
    except (Stale, Invalid) as refusal:
        with reading() as session:
            place = opened(session, draft_id)
            page = _page(
                session,
                place,
                table_name,
                data,
                refused=sentence(refusal),
                late=in_the_way(refusal),
            )
        return page, 409 if isinstance(refusal, Stale) else 422
    if act == "save":
        flash(_("决策表已保存到草稿"), "ok")
    where = act.partition(":")[2].partition(":")[0]
    return redirect(
        url_for("designer.table", draft_id=draft_id, table_name=table_name, _anchor=where or None),
        303,
    )


@bp.post("/processes/drafts/<int:draft_id>/tables/<table_name>/check")
def check_table(draft_id: int, table_name: str) -> Response:
    """What each cell says in words, or what is wrong with it, and which rules hold, as typed."""
    with reading() as session:
        place = opened(session, draft_id)
        data = _edited(opened_file(place, table_name, ".dmn"), "save")
        shown = _tables(session, place, table_name, data)
    return jsonify(
        cells={
            f"{each.table.sheet.key}:{row}:{column}": {"words": said.words, "error": said.error}
            for each in shown
            for (row, column), said in each.table.cells.items()
        },
        tried={
            each.table.sheet.key: {
                "rules": sorted(each.is_hit),
                "answer": each.answer,
            }
            for each in shown
        },
        findings={
            each.table.sheet.key: [
                {"level": found.level, "text": found.what(language())}
                for found in each.table.findings
            ]
            for each in shown
        },
    )


def _page(
    session: Session, place: Place, name: str, data: bytes, *, refused: str = "", late: str = ""
) -> str:
    return show(
        place,
        "tables",
        "pages/designer_table.html",
        file=name,
        files=_files(place),
        shown=_tables(session, place, name, data),
        words=table_words,
        refused=refused,
        carried=carried(place, name, data, theirs=late),
    )


def _files(place: Place) -> list[tuple[str, str]]:
    """The files that hold tables, each with what these are called."""
    titles = ((name, _title(place, name)) for name in place.of_kind(".dmn"))
    return [(name, title) for name, title in titles if title]


def _title(place: Place, name: str) -> str:
    """What the tables of a file are called; its own name where it cannot be read; else nothing."""
    try:
        return joined(sheet.name or sheet.key for sheet in editing.sheets(place.files[name]))
    except BadXml:
        return name


def _tables(session: Session, place: Place, name: str, data: bytes) -> list[Shown]:
    files = {**place.files, name: data}
    try:
        found = cells.read(files, name, language(), labels=sum_words.labels())
    except BadXml as error:
        raise Invalid("draft_file_unreadable", name=name) from error
    moment = limits.of_today(session).moment()
    sums = parameters.sums(session)
    return [_shown(each, moment, sums) for each in found]


def _shown(table: Table, moment: Moment, sums: Mapping[str, str]) -> Shown:
    prefix = f"t:{table.sheet.key}:"
    typed = {
        each.name: request.values.get(f"{prefix}{each.name}", sums.get(each.name, ""))
        for each in table.asked
    }
    if not any(name.startswith(prefix) for name in request.values):
        return Shown(table, typed, None)
    values: dict[str, object] = {}
    for each in table.asked:
        try:
            values[each.name] = cells.value(each.type, typed[each.name])
        except ValueError:
            return Shown(table, typed, Tried(error="value"))
    return Shown(table, typed, cells.attempt(table, values, moment, language()))


def _edited(data: bytes, act: str) -> bytes:
    """The file with every cell as typed, then with the act of the button."""
    try:
        for sheet in editing.sheets(data):
            data = _typed(data, sheet)
        return _done(data, act)
    except (BadEdit, BadXml) as error:
        raise Invalid("draft_table_moved") from error


def _typed(data: bytes, sheet: editing.Sheet) -> bytes:
    key = sheet.key
    for number, row in enumerate(sheet.rows):
        for column, text in enumerate(row.cells):
            typed = _text(f"c:{key}:{number}:{column}")
            if typed is not None and typed != text:
                data = editing.with_cell(data, key, number, column, typed)
        note = _text(f"n:{key}:{number}")
        if note is not None and note != row.note:
            data = editing.with_note(data, key, number, note)
    policy = request.form.get(f"p:{key}")
    if policy is not None and policy != f"{sheet.policy} {sheet.aggregate}".strip():
        name, aggregate = table_words.policy_of(policy)
        data = editing.with_policy(data, key, name, aggregate)
    return data


def _text(name: str) -> str | None:
    text = request.form.get(name)
    if text is None:
        return None
    if len(text) > _LONGEST_CELL:
        raise Invalid("draft_cell_too_long", longest=_LONGEST_CELL)
    return text.replace("\r\n", "\n").strip()


def _done(data: bytes, act: str) -> bytes:
    what, _colon, rest = act.partition(":")
    if what in {"save", "try"}:
        return data
    key, _colon, text = rest.rpartition(":")
    if not _ROW.fullmatch(text):
        raise Invalid("draft_table_moved")
    row = int(text)
    match what:
        case "add":
            return editing.with_row(data, key, row)
        case "copy":
            return editing.with_row(data, key, row + 1, like=row)
        case "remove":
            return editing.without_row(data, key, row)
        case "up":
            return editing.with_row_moved(data, key, row, max(row - 1, 0))
        case "down":
            return editing.with_row_moved(data, key, row, row + 1)
    raise Invalid("draft_table_moved")
