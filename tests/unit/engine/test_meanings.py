"""What changed, said in the words of either side."""

from caseflow.engine import differences
from caseflow.engine.differences import Change
from caseflow.engine.meanings import Meanings
from tests import factories

DRAWING = "warning_verification.bpmn"
TABLE = "wv_decided_by.dmn"


def meanings(files: dict[str, bytes] | None = None) -> Meanings:
    return Meanings(files or dict(factories.bundle()), "zh", {"approve_tax_district": ("标准", "")})


def changed(name: str, before: str, after: str) -> tuple[Change, Meanings, Meanings]:
    old = dict(factories.bundle())
    text = old[name].decode()
    assert before in text
    new = {**old, name: text.replace(before, after, 1).encode()}
    (change,) = differences.compare(old, new).of_meaning
    return change, meanings(old), meanings(new)


def test_a_limit_is_said_in_days() -> None:
    change, old, new = changed(DRAWING, "working_days(&quot;wv_desk&quot;)", "working_days(3)")
    (due,) = change.details
    assert new.of(change, "due", due.new) == "3 个工作日"
    assert "working_days" not in old.of(change, "due", due.old)


def test_a_cell_is_said_as_the_page_of_the_table_says_it() -> None:
    change, _old, new = changed(TABLE, "&gt;= approve_tax_district", "&gt;= 20000")
    (row,) = (each for each in change.rows if each.kind == "changed")
    place = next(n for n, (a, b) in enumerate(row.cells) if a != b)
    column = change.columns[place]
    assert "approve" not in _old.of_cell(change, column, row.cells[place][0])
    assert "20000" in new.of_cell(change, column, row.cells[place][1]).replace(",", "")
    leaders = [c for c in row.cells if "leader" in c[1] or "chief" in c[1]]
    assert leaders
    (said,) = {
        new.of_cell(change, name, cell[1])
        for name, cell in zip(change.columns, row.cells, strict=True)
        if cell in leaders
    }
    assert said.isascii() is False


def test_the_end_of_a_flow_is_said_by_its_name() -> None:
    change = Change("changed", "flow", DRAWING, "f", "f")
    assert meanings().of(change, "target", "assign") == "派员"
    assert meanings().of(change, "target", "nowhere") == "nowhere"


def test_what_cannot_be_read_is_told_as_it_is_written() -> None:
    files = {**factories.bundle(), TABLE: b"<broken"}
    change = Change("changed", "decision", TABLE, "wv_decided_by", "x")
    assert meanings(files).of_cell(change, "x", ">= 1") == ">= 1"
    assert meanings(files).of(change, "due", "((") == "(("
