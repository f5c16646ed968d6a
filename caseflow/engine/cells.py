"""The cells of a decision table as one edits them: what each says in words, or what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from caseflow import feel
from caseflow.engine import expressions, lint, wording
from caseflow.engine.decisions import Decision, editing
from caseflow.engine.decisions.editing import Column, Sheet
from caseflow.engine.errors import EngineError
from caseflow.engine.findings import Finding
from caseflow.engine.forms.specs import Choice
from caseflow.engine.moments import Moment
from caseflow.engine.trial import refusal
from caseflow.feel.errors import Language


@dataclass(frozen=True)
class Said:
    """One cell: its words, or the sentence of what is wrong with it."""

    words: str = ""
    error: str = ""


@dataclass(frozen=True)
class Asked:
    """One value that a table reads: its name, what it is called, what it may hold and is said."""

    name: str
    label: str
    type: feel.Type
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What a table says to some values: the ids of the rules that hold, and the answer."""

    rules: tuple[str, ...] = ()
    answer: object = None
    error: str = ""


@dataclass(frozen=True)
class Table:
    """A decision table of a draft, read for its page."""

    sheet: Sheet
    cells: Mapping[tuple[int, int], Said]
    asked: tuple[Asked, ...]
    decision: Decision | None
    findings: tuple[Finding, ...]


def read(
    files: Mapping[str, bytes], file: str, language: Language, *, labels: wording.Labels
) -> tuple[Table, ...]:
    """
    Read the tables of one file within its bundle; ``labels`` name what no column and no form does.

    Raises:
        BadXml: the file is no decision file that can be edited.

    """
    found = editing.sheets(files[file])
    judged = lint.judged(files)
    remarks = [each for each in judged.findings if each.file == file]
    return tuple(_table(sheet, judged, remarks, language, labels) for sheet in found)


def attempt(
    table: Table, values: Mapping[str, object], moment: Moment, language: Language
) -> Tried:
    """Ask a table for its answer to these values."""
    if table.decision is None or any(each.level == "error" for each in table.findings):
        return Tried(error="broken")
    known = {each.name: values.get(each.name) for each in table.asked}
    try:
        hits = table.decision.hits(known, moment)
        answer = table.decision.decide(known, moment=moment)
    except EngineError as error:
        return Tried(error=refusal(error, language)["error"]["message"])
    return Tried(tuple(rule.id for rule, _ in hits), answer)


def value(kind: feel.Type, text: str) -> object:
    """
    A value as somebody typed it; None for nothing.

    Raises:
        ValueError: the text is no value of this kind.

    """
    text = text.strip()
    if not text:
        return None
    if kind.name == feel.NUMBER.name:
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            raise ValueError(text) from None
    if kind.name == feel.BOOLEAN.name:
        return text == "true"
    if kind.name == feel.DATE.name:
        return date.fromisoformat(text)
    if kind.name == feel.DATE_TIME.name:
        return datetime.fromisoformat(text)
    return text


def _table(
    sheet: Sheet,
    judged: lint.Judged,
    remarks: list[Finding],
    language: Language,
    labels: wording.Labels,
) -> Table:
    names = judged.names
    own_labels = {
        column.text: (column.label, column.label) for column in sheet.columns if column.is_input
    }
    labels = {**labels, **wording.labels_of(judged.forms), **own_labels}
    scope = expressions.scope(names)
    kinds = [_kind(column, scope) for column in sheet.columns]
    cells: dict[tuple[int, int], Said] = {}
    wanted: dict[str, None] = {}
    for column in sheet.columns:
        if column.is_input:
            wanted |= dict.fromkeys(_names(column.text, scope))
    by_id = {each.element: each for each in remarks if each.element and each.level == "error"}
    for number, row in enumerate(sheet.rows):
        for place, text in enumerate(row.cells[: len(sheet.columns)]):
            is_input = sheet.columns[place].is_input
            said, used = _said(text, scope, kinds[place], labels, language, is_test=is_input)
            wanted |= dict.fromkeys(used)
            if said.words == text:
                said = Said()
            remark = by_id.get(row.cell_ids[place])
            if remark is not None and not said.error:
                said = Said(error=remark.what(language))
            cells[number, place] = said
    ids = {name for row in sheet.rows for name in (row.id, *row.cell_ids)}
    ids |= {sheet.key, *(column.id for column in sheet.columns)}
    asked = tuple(
        Asked(
            name,
            labels.get(name, (name, name))[language == "en"],
            names[name],
            wording.choices_of(names[name]),
        )
        for name in wanted
        if name in names
    )
    own = tuple(each for each in remarks if each.element in ids or not each.element)
    return Table(sheet, cells, asked, judged.decisions.get(sheet.key), own)


def _kind(column: Column, scope: feel.Scope) -> feel.Type:
    if not column.is_input:
        words = [word.strip().strip('"') for word in column.values.split(",") if word.strip()]
        is_closed = column.type == "string" and bool(words)
        return feel.one_of(*words) if is_closed else feel.ANY
    try:
        return feel.parse(column.text, scope).tree.type
    except feel.FeelError:
        return feel.ANY


def _names(text: str, scope: feel.Scope) -> Iterator[str]:
    try:
        yield from wording.names_in(feel.parse(text, scope))
    except feel.FeelError:
        return


def _said(
    text: str,
    scope: feel.Scope,
    kind: feel.Type,
    labels: Mapping[str, tuple[str, str]],
    language: Language,
    *,
    is_test: bool,
) -> tuple[Said, list[str]]:
    if is_test and text in {"", "-"}:
        return Said(), []
    try:
        parsed = feel.parse_unary(text, scope, kind) if is_test else feel.parse(text, scope)
        words = wording.say(parsed, labels, language, subject=kind)
        return Said(words=words), list(wording.names_in(parsed))
    except feel.FeelError as error:
        return Said(error=error.say(language)), []
