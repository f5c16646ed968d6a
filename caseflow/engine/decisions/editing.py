"""Decision tables as rows and cells for whoever edits them, and edits that touch nothing else.

Rows and columns count from 0; columns are the inputs, then the outputs. ``key`` is the id of the
decision (of the table itself where it stands deeper). An edit takes the bytes of a file and gives
those of the next: ids, pictures, comments, order and blanks of everything else stay as they were.

- ``sheets(data)``: the tables of a file as plain values, ``sheet(data, key)`` one of them
- ``with_cell(data, key, row, column, text)``, ``with_note(data, key, row, text)``
- ``with_row(data, key, at)``: an empty rule before row ``at``; ``like=`` copies one
- ``without_row(data, key, row)``, ``with_row_moved(data, key, row, to)``
- ``with_policy(data, key, policy, aggregate)``

All raise ``safe_xml.BadXml`` for a file that is none and ``BadEdit`` for a place that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from caseflow.engine import safe_xml
from caseflow.engine.decisions import spans
from caseflow.engine.decisions.names import ROOTS
from caseflow.engine.decisions.spans import Span
from caseflow.engine.errors import EngineError

_CELLS = ("inputEntry", "outputEntry")
_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")


class BadEdit(EngineError):
    """The file has no such table, row or column (any more); ``code`` says which."""


@dataclass(frozen=True)
class Column:
    """A column: ``text`` is the expression of an input, the name of an output.

    ``values`` is the list of allowed values as written, ``""`` where there is none.
    """

    id: str
    label: str
    text: str
    type: str
    values: str
    is_input: bool


@dataclass(frozen=True)
class Row:
    """A rule: the texts of its cells, inputs first, and its note."""

    id: str
    line: int
    cells: tuple[str, ...]
    cell_ids: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Sheet:
    """A decision table as one sees it."""

    key: str
    name: str
    policy: str
    aggregate: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def sheets(data: bytes) -> tuple[Sheet, ...]:
    """List the decision tables of a file."""
    return tuple(_sheet(key, name, table) for key, name, table in _tables(data))


def sheet(data: bytes, key: str) -> Sheet:
    """Find one table of a file."""
    found = next((each for each in sheets(data) if each.key == key), None)
    if found is None:
        raise BadEdit("no_table", table=key)
    return found


def with_cell(data: bytes, key: str, row: int, column: int, text: str) -> bytes:
    """Write a cell."""
    cell = _at(_row(_table(data, key), row).all(*_CELLS), column, "no_column")
    _check_signs(text)
    written = cell.first("text")
    if written is not None:
        return spans.with_text(data, written, text)
    tag = spans.tag_beside(data, cell, "text")
    return spans.with_content(data, cell, spans.element(tag, text))


def with_note(data: bytes, key: str, row: int, text: str) -> bytes:
    """Write the note of a rule (its ``description``)."""
    rule = _row(_table(data, key), row)
    _check_signs(text)
    note = rule.first("description")
    if note is not None:
        return spans.with_text(data, note, text)
    space = spans.indent(data, rule.children[0].start) if rule.children else b""
    made = spans.element(spans.tag_beside(data, rule, "description"), text)
    return data[: rule.inner] + space + made + data[rule.inner :]


def with_row(data: bytes, key: str, at: int, *, like: int | None = None) -> bytes:
    """Add a rule before row ``at`` (behind the last if there are no more): empty, or a copy."""
    table = _table(data, key)
    rules = table.all("rule")
    source = None if like is None else _at(rules, like, "no_row")
    before = rules[at] if at < len(rules) else None
    beside = before or table.children[-1]
    space = spans.indent(data, beside.start)
    made = space + _rule(data, table, source, space)
    place = before.start - len(space) if before else beside.end
    return data[:place] + made + data[place:]


def without_row(data: bytes, key: str, row: int) -> bytes:
    """Take a rule away, with the line it stood on."""
    rule = _row(_table(data, key), row)
    return data[: rule.start - len(spans.indent(data, rule.start))] + data[rule.end :]


def with_row_moved(data: bytes, key: str, row: int, to: int) -> bytes:
    """Move a rule so that it becomes row ``to``."""
    table = _table(data, key)
    rule = _row(table, row)
    _row(table, to)
    if row == to:
        return data
    written = data[rule.start - len(spans.indent(data, rule.start)) : rule.end]
    rest = without_row(data, key, row)
    rules = _table(rest, key).all("rule")
    place = rules[-1].end
    if to < len(rules):
        place = rules[to].start - len(spans.indent(rest, rules[to].start))
    return rest[:place] + written + rest[place:]


def with_policy(data: bytes, key: str, policy: str, aggregate: str = "") -> bytes:
    """Set the hit policy and the aggregation (``""`` for none)."""
    table = _table(data, key)
    tag = data[table.start : table.inner]
    for name, value in (("hitPolicy", policy), ("aggregation", aggregate)):
        tag = _with_attribute(tag, name, value)
    return data[: table.start] + tag + data[table.inner :]


def _tables(data: bytes) -> list[tuple[str, str, Span]]:
    """All tables of a file with their keys and names."""
    safe_xml.parse(data, roots=ROOTS)
    found: list[tuple[str, str, Span]] = []
    for owner in spans.read(data).children:
        key, name = owner.attributes.get("id", ""), owner.attributes.get("name", "")
        for each in owner.walk():
            if each.name == "decisionTable" and each.space == owner.space:
                is_own = each in owner.children
                found.append((key if is_own else each.attributes.get("id", ""), name or key, each))
    return found


def _table(data: bytes, key: str) -> Span:
    found = next((table for each, _, table in _tables(data) if each == key), None)
    if found is None:
        raise BadEdit("no_table", table=key)
    return found


def _row(table: Span, row: int) -> Span:
    return _at(table.all("rule"), row, "no_row")


def _at(found: Sequence[Span], place: int, code: str) -> Span:
    if not 0 <= place < len(found):
        raise BadEdit(code, place=place)
    return found[place]


def _check_signs(text: str) -> None:
    """Refuse what XML cannot hold, before it makes a file that nobody can read."""
    found = safe_xml.UNWRITABLE.search(text)
    if found:
        raise BadEdit("bad_sign", sign=f"U+{ord(found[0]):04X}")


def _sheet(key: str, name: str, table: Span) -> Sheet:
    return Sheet(
        key,
        name,
        table.attributes.get("hitPolicy", "UNIQUE"),
        table.attributes.get("aggregation", ""),
        tuple(_column(each) for each in (*table.all("input"), *table.all("output"))),
        tuple(_sheet_row(each) for each in table.all("rule")),
    )


def _column(span: Span) -> Column:
    is_input = span.name == "input"
    typed = span.first("inputExpression") if is_input else span
    attributes = typed.attributes if typed else {}
    name = _text(span, "inputExpression", "text") if is_input else attributes.get("name", "")
    return Column(
        id=span.attributes.get("id", ""),
        label=span.attributes.get("label", name),
        text=name,
        type=attributes.get("typeRef", ""),
        values=_text(span, "inputValues" if is_input else "outputValues", "text"),
        is_input=is_input,
    )


def _sheet_row(rule: Span) -> Row:
    cells = rule.all("inputEntry") + rule.all("outputEntry")
    return Row(
        rule.attributes.get("id", ""),
        rule.line,
        tuple(_text(each, "text") for each in cells),
        tuple(each.attributes.get("id", "") for each in cells),
        _text(rule, "description"),
    )


def _text(span: Span, *path: str) -> str:
    found = span.first(*path)
    return found.text.strip() if found else ""


def _rule(data: bytes, table: Span, like: Span | None, space: bytes) -> bytes:
    """Write a rule with ids of its own, each element on a line where the table has it so."""
    columns = [(each.name, each) for each in (*table.all("input"), *table.all("output"))]
    cells = like.all("inputEntry") + like.all("outputEntry") if like else []
    texts = [_text(each, "text") for each in cells] or [""] * len(columns)
    note = _text(like, "description") if like else ""
    name = _free_id(data, f"{table.attributes.get('id', 'table')}_rule")
    deep = space + b"  " if space else b""
    deeper = deep + b"  " if space else b""
    tag = {
        each: spans.tag_beside(data, table, each)
        for each in (*_CELLS, "rule", "text", "description")
    }
    parts = [f"<{tag['rule']} id={quoteattr(name)}>".encode()]
    if note:
        parts += [deep, spans.element(tag["description"], note)]
    for number, ((column, _), text) in enumerate(zip(columns, texts, strict=False)):
        kind = tag["inputEntry" if column == "input" else "outputEntry"]
        parts += [deep, f"<{kind} id={quoteattr(f'{name}_{number}')}>".encode()]
        parts += [deeper, spans.element(tag["text"], text), deep, f"</{kind}>".encode()]
    return b"".join([*parts, space, f"</{tag['rule']}>".encode()])


def _free_id(data: bytes, stem: str) -> str:
    number = 1
    while f'"{stem}_{number}"'.encode() in data:
        number += 1
    return f"{stem}_{number}"


def _with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Set an attribute of a start tag where it stands, else at the end; ``""`` takes it away."""
    for match in _ATTRIBUTE.finditer(tag):
        if match[1] == name.encode():
            start, end = match.span(2) if value else match.span()
            return tag[:start] + (quoteattr(value).encode() if value else b"") + tag[end:]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end] + (f" {name}={quoteattr(value)}".encode() if value else b"") + tag[end:]
