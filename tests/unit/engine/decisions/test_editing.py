"""Edits of a decision table change what they say and not one byte more."""

from functools import partial
from pathlib import Path

import pytest

from caseflow.engine import safe_xml
from caseflow.engine.decisions import editing

FILES = sorted((Path(__file__).parents[4] / "workflows").glob("*.dmn"))
PREFIXED = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="t">
  <dmn:decision id="limit" name="限额 &gt; 1">
    <dmn:decisionTable  id='t'
        hitPolicy="UNIQUE" label="a &gt; b">
      <dmn:input id="i" label="税额"><dmn:inputExpression typeRef="number"><dmn:text>tax</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="o" name="who" typeRef="string"/>
      <dmn:rule id="r1"><dmn:inputEntry id="c1"><dmn:text><![CDATA[< 10]]></dmn:text></dmn:inputEntry><dmn:outputEntry id="c2"><dmn:text>"a"</dmn:text></dmn:outputEntry></dmn:rule>
      <!-- kept -->
      <dmn:rule id="r2"><dmn:inputEntry id="c3"><dmn:text/></dmn:inputEntry><dmn:outputEntry id="c4" /></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
</dmn:definitions>
""".encode()  # noqa: E501 - written as a tool writes it


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_cell_written_as_it_was_changes_no_byte(file: Path) -> None:
    data = file.read_bytes()
    for sheet in editing.sheets(data):
        for row in (0, len(sheet.rows) - 1):
            for column, text in enumerate(sheet.rows[row].cells):
                assert editing.with_cell(data, sheet.key, row, column, text) == data


def test_table_is_read_as_rows_and_columns() -> None:
    sheet = editing.sheet(PREFIXED, "limit")
    assert (sheet.name, sheet.policy, sheet.aggregate) == ("限额 > 1", "UNIQUE", "")
    assert [(c.label, c.text, c.type, c.is_input) for c in sheet.columns] == [
        ("税额", "tax", "number", True),
        ("who", "who", "string", False),
    ]
    assert [row.cells for row in sheet.rows] == [("< 10", '"a"'), ("", "")]


def test_cell_is_all_that_an_edit_changes() -> None:
    edited = editing.with_cell(PREFIXED, "limit", 0, 0, "< 20 & < 30")
    assert edited == PREFIXED.replace(b"<![CDATA[< 10]]>", b"&lt; 20 &amp; &lt; 30")
    assert editing.sheet(edited, "limit").rows[0].cells[0] == "< 20 & < 30"


def test_empty_cells_can_be_written() -> None:
    edited = editing.with_cell(PREFIXED, "limit", 1, 0, ">= 10")
    edited = editing.with_cell(edited, "limit", 1, 1, '"b"')
    assert editing.sheet(edited, "limit").rows[1].cells == (">= 10", '"b"')
    assert edited == PREFIXED.replace(b"<dmn:text/>", b"<dmn:text>&gt;= 10</dmn:text>").replace(
        b'id="c4" />', b'id="c4"><dmn:text>"b"</dmn:text></dmn:outputEntry>'
    )


def test_rule_is_added_and_taken_away_without_a_trace() -> None:
    for at in (0, 1, 2):
        added = editing.with_row(PREFIXED, "limit", at)
        assert editing.sheet(added, "limit").rows[at].cells == ("", "")
        assert b"<!-- kept -->" in added
        assert editing.without_row(added, "limit", at) == PREFIXED


def test_rule_is_copied_with_ids_of_its_own() -> None:
    noted = editing.with_note(PREFIXED, "limit", 0, "小额")
    copied = editing.with_row(noted, "limit", 1, like=0)
    first, second, _ = editing.sheet(copied, "limit").rows
    assert (first.cells, first.note) == (second.cells, second.note) == (("< 10", '"a"'), "小额")
    assert first.id != second.id
    assert not set(first.cell_ids) & set(second.cell_ids)


def test_rule_is_moved_and_comes_back() -> None:
    moved = editing.with_row_moved(PREFIXED, "limit", 0, 1)
    assert [row.id for row in editing.sheet(moved, "limit").rows] == ["r2", "r1"]
    back = editing.with_row_moved(moved, "limit", 1, 0)
    assert [row.id for row in editing.sheet(back, "limit").rows] == ["r1", "r2"]
    assert editing.with_row_moved(PREFIXED, "limit", 1, 1) == PREFIXED


def test_policy_is_set_where_it_stands() -> None:
    edited = editing.with_policy(PREFIXED, "limit", "COLLECT", "SUM")
    sheet = editing.sheet(edited, "limit")
    assert (sheet.policy, sheet.aggregate) == ("COLLECT", "SUM")
    assert editing.with_policy(edited, "limit", "UNIQUE") == PREFIXED


@pytest.mark.parametrize(
    ("key", "row", "column"),
    [("nothing", 0, 0), ("limit", 2, 0), ("limit", -1, 0), ("limit", 0, 2)],
)
def test_place_that_is_not_there_is_refused(key: str, row: int, column: int) -> None:
    with pytest.raises(editing.BadEdit):
        editing.with_cell(PREFIXED, key, row, column, "1")


@pytest.mark.parametrize("text", ["\0", "a\x1b", "\ud800", "\uffff"])
def test_signs_that_xml_cannot_hold_are_refused(text: str) -> None:
    for edit in (
        partial(editing.with_cell, PREFIXED, "limit", 0, 0),
        partial(editing.with_note, PREFIXED, "limit", 0),
    ):
        with pytest.raises(editing.BadEdit):
            edit(text)


def test_file_that_is_no_dmn_is_refused() -> None:
    with pytest.raises(safe_xml.BadXml):
        editing.sheets(b"<html/>")
