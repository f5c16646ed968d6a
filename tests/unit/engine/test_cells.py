"""Decision tables and drawings said in words, and tables tried on values."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from caseflow import engine, feel
from caseflow.engine import cells, wording
from caseflow.engine.readings import readings
from caseflow.engine.safe_xml import BadXml
from tests.unit.engine.sketch import moment

ROOT = Path(__file__).parents[3]
TABLE = "wv_decided_by.dmn"
LABELS = {"approve_tax_district": ("区局审批标准", "the limit of the district")}


def _files(**changed: bytes) -> dict[str, bytes]:
    places = [*(ROOT / "workflows").glob("*.*"), *(ROOT / "forms").glob("*.form")]
    files = {path.name: path.read_bytes() for path in places if path.suffix != ".md"}
    files = engine.pick(files, "warning_verification.bpmn")
    return {**files, **{f"{name}.dmn": data for name, data in changed.items()}}


@pytest.fixture(scope="module")
def table() -> cells.Table:
    return cells.read(_files(), TABLE, "zh", labels=LABELS)[0]


def test_a_cell_says_its_words_and_an_empty_one_nothing(table: cells.Table) -> None:
    assert table.cells[0, 0].words == "移送稽查"
    assert table.cells[1, 1].words == "≥ 10"
    assert table.cells[5, 4].words == "≥ 区局审批标准"
    assert table.cells[0, 1] == cells.Said()


def test_a_table_asks_for_what_its_columns_and_cells_read(table: cells.Table) -> None:
    asked = {each.name: each for each in table.asked}
    assert list(asked)[-1] == "approve_tax_district"
    assert asked["total_tax"].label == "应补税额合计（元）"
    assert ("cleared", "疑点排除") in [(each.value, each.zh) for each in asked["outcome"].choices]


def test_a_table_is_tried_on_values(table: cells.Table) -> None:
    tried = cells.attempt(table, {"outcome": "cleared", "score": Decimal(12)}, moment(), "zh")
    assert tried == cells.Tried(("wv_decided_by_cleared_high_score",), "collective")


def test_a_cell_with_a_fault_tells_it_and_the_table_is_not_tried() -> None:
    data = (ROOT / "workflows" / TABLE).read_bytes().replace(b"&gt;= 10<", b"&gt;= ten<")
    table = cells.read(_files(wv_decided_by=data), TABLE, "en", labels=LABELS)[0]
    assert "ten" in table.cells[1, 1].error
    assert table.findings
    assert cells.attempt(table, {}, moment(), "zh") == cells.Tried(error="broken")


def test_a_word_that_the_list_does_not_have_is_told_at_its_cell() -> None:
    data = (
        (ROOT / "workflows" / TABLE)
        .read_bytes()
        .replace(
            b'"section_chief"</text>\n        </outputE', b'"nobody"</text>\n        </outputE'
        )
    )
    table = cells.read(_files(wv_decided_by=data), TABLE, "zh", labels=LABELS)[0]
    assert "nobody" in table.cells[8, 6].error


def test_what_contradicts_itself_when_tried_is_an_answer_too() -> None:
    data = (ROOT / "workflows" / TABLE).read_bytes().replace(b'"FIRST"', b'"UNIQUE"')
    table = cells.read(_files(wv_decided_by=data), TABLE, "zh", labels=LABELS)[0]
    assert {each.code for each in table.findings} == {"dmn_overlap"}
    unjudged = replace(table, findings=())
    clash = {"outcome": "opened_ab", "invoice_stop": "yes"}
    assert cells.attempt(unjudged, clash, moment(), "zh").error


def test_a_column_that_cannot_be_read_asks_for_nothing() -> None:
    data = (
        (ROOT / "workflows" / TABLE)
        .read_bytes()
        .replace(b"<text>score</text>", b"<text>1 +</text>")
    )
    table = cells.read(_files(wv_decided_by=data), TABLE, "zh", labels=LABELS)[0]
    assert "score" not in [each.name for each in table.asked]


def test_a_file_that_is_no_table_is_refused() -> None:
    with pytest.raises(BadXml):
        cells.read({TABLE: b"<x"}, TABLE, "zh", labels=LABELS)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (feel.NUMBER, " 1,000.5 ", Decimal("1000.5")),
        (feel.BOOLEAN, "true", True),
        (feel.BOOLEAN, "false", False),
        (feel.DATE, "2010-01-25", date(2010, 1, 25)),
        (feel.DATE_TIME, "2010-01-25T09:00", datetime(2010, 1, 25, 9)),  # noqa: DTZ001 - as typed
        (feel.STRING, "是", "是"),
        (feel.NUMBER, " ", None),
    ],
)
def test_values_are_taken_as_their_kind_says(kind: feel.Type, text: str, value: object) -> None:
    assert cells.value(kind, text) == value


@pytest.mark.parametrize("kind", [feel.NUMBER, feel.DATE, feel.DATE_TIME])
def test_a_text_that_is_no_such_value_is_refused(kind: feel.Type) -> None:
    with pytest.raises(ValueError, match="many"):
        cells.value(kind, "many")


def test_the_expressions_of_a_drawing_are_said_with_labels_and_words() -> None:
    said = readings(_files(), "dispatching.bpmn", "zh")
    assert said["dispatched_to_on_hold"] == {"condition": "选择分派意见 = 暂缓分派"}
    assert "desk_check" not in said
    assert readings(_files(), "warning_verification.bpmn", "zh")["desk_check"]["camunda:dueDate"]
    said = readings(_files(), "inquiry.bpmn", "zh")
    assert said["issue_letter"] == {"kind": "inquiry_letter"}


def test_a_drawing_that_cannot_be_read_says_nothing() -> None:
    assert readings({"a.bpmn": b"<x"}, "a.bpmn", "zh") == {}


def test_a_closed_list_without_a_vocabulary_keeps_its_values() -> None:
    assert [each.zh for each in wording.choices_of(feel.one_of("aa", "bb"))] == ["aa", "bb"]
