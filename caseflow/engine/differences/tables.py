"""Decision tables compared, rule by rule and cell by cell; other decisions as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from caseflow.engine import safe_xml
from caseflow.engine.decisions import editing, spans
from caseflow.engine.decisions.editing import Row, Sheet
from caseflow.engine.decisions.names import ROOTS
from caseflow.engine.decisions.spans import Span
from caseflow.engine.differences.changes import Change, Detail, RowChange, RowKind

# Where one rule goes before another, moving a rule changes the answer.
_ORDERED = frozenset({"FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_LOGIC = ("decision", "businessKnowledgeModel", "decisionService", "inputData", "itemDefinition")

# Places of a column on either side.
_Pair = tuple[int | None, int | None]


def compare_tables(file: str, old: bytes, new: bytes) -> list[Change]:
    """The changes of one file of decisions; one that cannot be read is one change of the file."""
    try:
        for data in (old, new):
            safe_xml.parse(data, roots=ROOTS)
    except safe_xml.BadXml:
        return [
            Change("changed", "file", file, file, file, details=(Detail("unreadable", "", ""),))
        ]
    before, after = ({each.key: each for each in editing.sheets(data)} for data in (old, new))
    changes = [
        change
        for key in [*after, *(name for name in before if name not in after)]
        for change in _table(file, before.get(key), after.get(key))
    ]
    changes += _others(file, old, new, {*before, *after})
    return changes or [Change("moved", "file", file, file, file)]


def _table(file: str, old: Sheet | None, new: Sheet | None) -> Iterator[Change]:
    if new is None or old is None:
        sheet = new or old
        assert sheet is not None  # noqa: S101 - the key is of one of the two
        places = range(len(sheet.columns))
        pairs: list[_Pair] = [(n, None) if new is None else (None, n) for n in places]
        rows = _rows(old.rows if old else (), new.rows if new else (), pairs)
        kind: RowKind = "added" if old is None else "removed"
        heads = tuple(column.label for column in sheet.columns)
        yield _change(kind, file, sheet, (), heads, rows)
        return
    pairs = _columns(old, new)
    rows = _rows(old.rows, new.rows, pairs)
    details = (*_said(old, new), *_column_details(old, new, pairs), *_order(old, new))
    if details or any(row.kind != "same" for row in rows):
        heads = tuple(_head(old, new, pair) for pair in pairs)
        yield _change("changed", file, new, details, heads, rows)


def _change(
    kind: RowKind,
    file: str,
    sheet: Sheet,
    details: Sequence[Detail],
    heads: tuple[str, ...],
    rows: Sequence[RowChange],
) -> Change:
    assert kind != "same"  # noqa: S101 - what is the same is no change
    return Change(
        kind,
        "decision",
        file,
        sheet.key,
        sheet.name,
        details=tuple(details),
        columns=heads,
        rows=tuple(rows),
    )


def _said(old: Sheet, new: Sheet) -> Iterator[Detail]:
    for name in ("name", "policy", "aggregate"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Detail(name, before, after)


def _columns(old: Sheet, new: Sheet) -> list[_Pair]:
    """Columns of both sides: by id, else by what they ask or answer."""
    left = list(range(len(old.columns)))
    pairs: list[_Pair] = []
    for place, column in enumerate(new.columns):
        by_id = [n for n in left if old.columns[n].id and old.columns[n].id == column.id]
        by_text = [
            n
            for n in left
            if (old.columns[n].is_input, old.columns[n].text) == (column.is_input, column.text)
        ]
        same = next(iter(by_id or by_text), None)
        if same is not None:
            left.remove(same)
        pairs.append((same, place))
    return pairs + [(place, None) for place in left]


def _head(old: Sheet, new: Sheet, pair: _Pair) -> str:
    if pair[1] is not None:
        return new.columns[pair[1]].label
    return old.columns[pair[0]].label if pair[0] is not None else ""


def _column_details(old: Sheet, new: Sheet, pairs: Sequence[_Pair]) -> Iterator[Detail]:
    for before, after in pairs:
        if before is None or after is None:
            head = _head(old, new, (before, after))
            yield Detail("column", "" if before is None else head, "" if after is None else head)
            continue
        for name in ("label", "text", "type", "values"):
            said, says = getattr(old.columns[before], name), getattr(new.columns[after], name)
            if said != says:
                yield Detail(f"column.{name}", said, says)


def _rows(old: Sequence[Row], new: Sequence[Row], pairs: Sequence[_Pair]) -> list[RowChange]:
    """Rules of both sides in the order of the new one, what is gone where it stood."""
    partners = _partners(old, new)
    gone = [place for place in range(len(old)) if place not in partners.values()]
    rows: list[RowChange] = []
    for place in range(len(new)):
        before = partners.get(place)
        while gone and before is not None and gone[0] < before:
            rows.append(_row(old, gone.pop(0), new, None, pairs))
        rows.append(_row(old, before, new, place, pairs))
    return rows + [_row(old, place, new, None, pairs) for place in gone]


def _partners(old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """For each new rule the old one it comes from: by id, else by the same cells."""
    by_id = {row.id: place for place, row in enumerate(old) if row.id}
    found = {place: by_id[row.id] for place, row in enumerate(new) if row.id in by_id}
    free = [place for place in range(len(old)) if place not in found.values()]
    for place, row in enumerate(new):
        if place in found:
            continue
        same = next((n for n in free if old[n].cells == row.cells), None)
        if same is not None:
            found[place] = same
            free.remove(same)
    return found


def _row(
    old: Sequence[Row],
    before: int | None,
    new: Sequence[Row],
    after: int | None,
    pairs: Sequence[_Pair],
) -> RowChange:
    said = None if before is None else old[before]
    says = None if after is None else new[after]
    cells = tuple((_cell(said, a), _cell(says, b)) for a, b in pairs)
    note = (said.note if said else "", says.note if says else "")
    if said is None:
        kind: RowKind = "added"
    elif says is None:
        kind = "removed"
    else:
        kind = "changed" if any(a != b for a, b in (*cells, note)) else "same"
    return RowChange(
        kind,
        None if before is None else before + 1,
        None if after is None else after + 1,
        cells,
        note,
    )


def _cell(row: Row | None, place: int | None) -> str:
    if row is None or place is None or place >= len(row.cells):
        return ""
    return row.cells[place]


def _order(old: Sheet, new: Sheet) -> Iterator[Detail]:
    """Rules that changed places, where the place counts."""
    partners = _partners(old.rows, new.rows)
    order = [partners[place] + 1 for place in sorted(partners)]
    if new.policy in _ORDERED and order != sorted(order):
        was, now = (", ".join(map(str, each)) for each in (sorted(order), order))
        yield Detail("order", was, now)


def _others(file: str, old: bytes, new: bytes, tables: set[str]) -> Iterator[Change]:
    """Decisions that are no table, models of knowledge, services, and what they require."""
    before, after = (_logic(data, tables) for data in (old, new))
    for key in [*after, *(name for name in before if name not in after)]:
        was, said = before.get(key, ("", ""))
        name, says = after.get(key, (was, ""))
        if said == says and was != name and key not in tables:
            renamed = (Detail("name", was, name),)
            yield Change("changed", "decision", file, key, name, details=renamed)
        if said != says:
            kind: RowKind = "added" if not said else "removed" if not says else "changed"
            assert kind != "same"  # noqa: S101 - the texts differ
            yield Change(kind, "decision", file, key, name, details=(Detail("logic", said, says),))


def _logic(data: bytes, tables: set[str]) -> Mapping[str, tuple[str, str]]:
    """Name and text of each part of a file but its tables, whose rules are compared themselves."""
    found: dict[str, tuple[str, str]] = {}
    for part in spans.read(data).children:
        for each in part.walk() if part.name == "definitions" else [part]:
            if each.name in _LOGIC:
                key = each.attributes.get("id", each.attributes.get("name", ""))
                text = " ".join(_texts(each, tables))
                found[key] = (each.attributes.get("name", key), text)
    return found


def _texts(span: Span, tables: set[str]) -> Iterator[str]:
    """What a part says, without its tables, ids and pictures."""
    for child in span.children:
        if child.name == "decisionTable" and (tables & _keys(span, child)):
            continue
        if child.name in ("description", "extensionElements"):
            continue
        said = [text for name, text in child.attributes.items() if name != "id"]
        own = child.text.strip()
        yield from (text for text in (*said, own) if text)
        yield from _texts(child, tables)


def _keys(span: Span, table: Span) -> set[str]:
    return {span.attributes.get("id", ""), table.attributes.get("id", "")}
