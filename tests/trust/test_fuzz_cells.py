"""Cells that a spreadsheet would compute: exported so that it shows them and does nothing."""

import csv
import io
from dataclasses import dataclass

import pytest
from flask import g

from caseflow.app import create_app
from caseflow.web import sheets
from tests.trust.conftest import Bureau, Figures

COMPUTED = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "|cmd",
    "%0A=1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "｜cmd",
    "％1",
    " =1",
    "\t=1",
    "\r=1",
    "\n=1",
    "\u200b=1",
    "\ufeff=cmd|' /C calc'!A0",
    '\u3000=HYPERLINK("http://evil.example")',
    "\x00\x1b=1",
)
PLAIN = ("大连甲有限公司", "2010-01-25", "a=b", "税额 -5", "210202123456", "（一）", "·")


@dataclass(frozen=True)
class _Row:
    text: str


@pytest.mark.parametrize("text", COMPUTED)
def test_a_cell_that_would_be_computed_is_shown_as_text(text: str) -> None:
    shown = sheets.harmless(text)
    assert shown.startswith("'")
    assert text.lstrip("\x00\x1b") in shown or text in shown


@pytest.mark.parametrize("text", PLAIN)
def test_an_ordinary_cell_stays_as_it_is(text: str) -> None:
    assert sheets.harmless(text).strip("\t") == text


def test_the_file_that_is_handed_out_holds_none(bureau: Bureau, figures: Figures) -> None:
    rows = [_Row(text) for text in COMPUTED]
    app = create_app(bureau.config, bureau.database)
    with app.test_request_context("/cases.csv"), bureau.database.reading():
        g.actor = bureau.people.leader
        answer = sheets.answer(sheets.Sheet("清单", (), rows, [("名称", lambda row: row.text)]))
        answer.direct_passthrough = False
        text = answer.get_data().decode("utf-8-sig")
    cells = [line[0] for line in csv.reader(io.StringIO(text)) if line]
    bare = [
        cell
        for cell in cells
        if cell.lstrip("\u200b\ufeff\u3000 \x00\x1b")[:1] in set("=+-@|%＝＋－＠｜％")
    ]
    figures("fuzz cells", cells=len(COMPUTED), computed=len(bare))
    assert bare == []
