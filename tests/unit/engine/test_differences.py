"""What two versions differ in: told as data, said in both languages, layout apart from meaning."""

import re

import pytest

from caseflow.engine import differences
from caseflow.engine.decisions import editing
from caseflow.engine.differences import Change, Differences
from tests import factories

DRAWING = "warning_verification.bpmn"
TABLE = "wv_decided_by.dmn"
FORM = "wv_review.form"


def compared(name: str, *swaps: tuple[str, str]) -> Differences:
    """The shipped bundle against itself with some texts of one file swapped."""
    old = factories.bundle()
    text = old[name].decode()
    for before, after in swaps:
        assert before in text
        text = text.replace(before, after, 1)
    return differences.compare(old, {**old, name: text.encode()})


def only(found: Differences) -> Change:
    (change,) = found.of_meaning
    return change


def said(found: Differences, lang: str = "zh") -> list[str]:
    return [line for change in found.of_meaning for line in differences.say(change, lang)]


def test_a_bundle_does_not_differ_from_itself() -> None:
    assert differences.compare(factories.bundle(), factories.bundle()).changes == ()


def test_a_changed_limit_of_a_step_is_told_with_both_values() -> None:
    found = compared(DRAWING, ("working_days(&quot;wv_desk&quot;)", "days(30)"))
    assert said(found) == [
        "修改 人工环节「案头核查」",
        '办理期限：working_days("wv_desk") → days(30)',
    ]
    assert said(found, "en")[1] == 'due: working_days("wv_desk") → days(30)'
    assert found.marks(DRAWING) == {"desk_check": "changed"}


def test_a_post_is_said_by_its_title() -> None:
    old = {"a.bpmn": _drawing('<bpmn:userTask id="check" name="核查" />')}
    lanes = '<camunda:property name="lane" value="section_chief" />'
    extended = (
        '<bpmn:userTask id="check" name="核查"><bpmn:extensionElements><camunda:properties>'
        f"{lanes}</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
    )
    found = differences.compare(old, {"a.bpmn": _drawing(extended)})
    assert "岗位：（空） → 科（所）长" in said(found)
    assert "post: (empty) → section chief" in said(found, "en")


def test_a_new_step_is_added_with_its_flows() -> None:
    old = {"a.bpmn": _drawing('<bpmn:userTask id="check" name="核查" />')}
    new = _drawing(
        '<bpmn:userTask id="check" name="核查" /><bpmn:userTask id="sign" name="签字" />'
        '<bpmn:sequenceFlow id="f1" sourceRef="check" targetRef="sign" />'
    )
    found = differences.compare(old, {"a.bpmn": new})
    assert found.marks("a.bpmn") == {"sign": "added", "f1": "added"}
    back = differences.compare({"a.bpmn": new}, old)
    assert back.marks("a.bpmn") == {"sign": "removed", "f1": "removed"}


def test_a_changed_condition_is_told_by_its_ends() -> None:
    text = '<bpmn:userTask id="a" name="甲" /><bpmn:userTask id="b" name="乙" />'
    flow = (
        '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"><bpmn:conditionExpression>'
        "{}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    sides = [{"a.bpmn": _drawing(text + flow.format(each))} for each in ("x &gt; 1", "x &gt; 2")]
    assert said(differences.compare(*sides)) == ["修改 连线「甲 → 乙」", "条件：x > 1 → x > 2"]


def test_the_order_of_the_ways_of_an_exclusive_gateway_is_meaning() -> None:
    nodes = (
        '<bpmn:exclusiveGateway id="g" default="d" /><bpmn:userTask id="t" />'
        '<bpmn:sequenceFlow id="d" sourceRef="g" targetRef="t" />'
    )
    ways = [f'<bpmn:sequenceFlow id="{each}" sourceRef="g" targetRef="t" />' for each in "pq"]
    sides = [{"a.bpmn": _drawing(nodes + "".join(each))} for each in (ways, ways[::-1])]
    assert said(differences.compare(*sides))[1] == "先后次序：p, q → q, p"


def test_a_moved_shape_and_another_order_of_the_file_are_no_change_of_meaning() -> None:
    moved = compared(DRAWING, ('<dc:Bounds x="30" y="0"', '<dc:Bounds x="35" y="0"'))
    assert moved.of_meaning == ()
    name = re.search(
        r'<bpmndi:BPMNShape id="\w+" bpmnElement="desk_check">\s*<dc:Bounds x="\d+"', _xml()
    )
    assert name is not None
    shifted = compared(DRAWING, (name[0], re.sub(r'x="\d+"', 'x="1"', name[0])))
    assert [(each.kind, each.id) for each in shifted.changes] == [("moved", "desk_check")]
    nodes = ['<bpmn:userTask id="a" />', '<bpmn:userTask id="b" />']
    sides = [{"a.bpmn": _drawing("".join(each))} for each in (nodes, nodes[::-1])]
    assert differences.compare(*sides).of_meaning == ()


def test_a_note_that_no_case_reads_is_told_as_such() -> None:
    sides = [
        {"a.bpmn": _drawing(f'<bpmn:userTask id="a" name="甲">{each}</bpmn:userTask>')}
        for each in ("", "<bpmn:documentation>说明</bpmn:documentation>")
    ]
    assert said(differences.compare(*sides))[1:] == ["说明文字或流程不用的属性"]


def test_a_changed_cell_is_told_by_rule_and_column() -> None:
    old = factories.bundle()
    sheet = editing.sheets(old[TABLE])[0]
    row, column = next(
        (r, c)
        for r, each in enumerate(sheet.rows)
        for c, text in enumerate(each.cells)
        if ">" in text
    )
    before, head = sheet.rows[row].cells[column], sheet.columns[column].label
    new = editing.with_cell(old[TABLE], sheet.key, row, column, ">= 99")
    found = differences.compare(old, {**old, TABLE: new})
    assert said(found) == [
        "修改 决策表「决定权限表」",
        f"修改第 {row + 1} 条规则：{head} {before} → >= 99",
    ]
    kinds = [each.kind for each in only(found).rows]
    assert kinds.count("changed") == 1
    assert set(kinds) == {"changed", "same"}


def test_a_rule_taken_out_is_told_where_it_stood() -> None:
    old = factories.bundle()
    key = editing.sheets(old[TABLE])[0].key
    found = differences.compare(old, {**old, TABLE: editing.without_row(old[TABLE], key, 1)})
    assert [row.kind for row in only(found).rows][:3] == ["same", "removed", "same"]
    back = differences.compare({**old, TABLE: editing.without_row(old[TABLE], key, 1)}, old)
    assert [row.kind for row in only(back).rows][:3] == ["same", "added", "same"]


def test_moving_a_rule_counts_where_the_first_one_wins() -> None:
    old = factories.bundle()
    key = editing.sheets(old[TABLE])[0].key
    moved = editing.with_row_moved(old[TABLE], key, 0, 2)
    found = differences.compare(old, {**old, TABLE: moved})
    assert [each.attribute for each in only(found).details] == ["order"]
    before, after = (editing.with_policy(each, key, "UNIQUE") for each in (old[TABLE], moved))
    again = differences.compare({TABLE: before}, {TABLE: after})
    assert again.of_meaning == ()
    assert len(again.of_layout) == 1


def test_a_changed_field_is_told_property_by_property() -> None:
    found = compared(FORM, ("选择复核意见", "复核意见"))
    assert said(found) == ["修改 表单栏目「复核意见」", "名称：选择复核意见 → 复核意见"]


def test_a_file_added_or_gone_is_told_whole() -> None:
    old = factories.bundle()
    less = {name: data for name, data in old.items() if name != FORM}
    assert said(differences.compare(old, less)) == [f"删去 文件「{FORM}」"]
    assert said(differences.compare(less, old)) == [f"新增 文件「{FORM}」"]


@pytest.mark.parametrize("name", [DRAWING, TABLE, FORM])
@pytest.mark.parametrize("data", [b"", b"<", b"[", b"[1]", b"\xff", b"[" * 100_000])
def test_a_broken_draft_is_compared_as_a_whole_file(name: str, data: bytes) -> None:
    old = factories.bundle()
    change = only(differences.compare(old, {**old, name: data}))
    assert (change.subject, change.details[0].attribute) == ("file", "unreadable")


def _xml() -> str:
    return factories.bundle()[DRAWING].decode()


def _drawing(inside: str) -> bytes:
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="x">'
        f'<bpmn:process id="p" name="流程" isExecutable="true">{inside}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()
