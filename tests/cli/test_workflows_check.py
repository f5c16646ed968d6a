"""`caseflow workflows check`: file, line, element, remedy, in the operator's language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from tests.support.house import ROOT
from tests.unit.engine.sketch import bpmn

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="t" namespace="t" id="t">
  <decision id="who" name="who"><decisionTable id="dt" hitPolicy="FIRST">
    <input id="i">
      <inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
    <output id="o" name="who" typeRef="string"/>
    <rule id="r"><inputEntry id="c"><text>CELL</text></inputEntry>
      <outputEntry id="a"><text>"chief"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


def checked(*paths: Path, lang: str = "en") -> Result:
    words = ["workflows", "check", "--lang", lang, *map(str, paths)]
    return CliRunner().invoke(main, words)


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_definitions_of_the_house_pass_each_by_itself() -> None:
    forms = sorted(ROOT.glob("forms/*.form"))[::10]
    files = [*ROOT.glob("workflows/*.bpmn"), *ROOT.glob("workflows/*.dmn"), *forms]
    said = checked(*files)
    assert said.exit_code == 0, said.output
    assert said.output.count("✓") == len(files) == len(said.output.splitlines())


@pytest.mark.parametrize(
    ("drawing", "told"),
    [
        ("start s\nuser a nobody\nend e\ns -> a -> e", 'a: there is no post "nobody"'),
        ("start s\nuser a form=lost\nend e\ns -> a -> e", 'a: there is no form "lost"'),
        ("start s\nuser a due=soon\nend e\ns -> a -> e", "declare it in the property variables"),
        (
            "start s\nxor g\nuser a\nend e\ns -> g -> a -> e\ng -> e",
            "g: the gateway has no default",
        ),
        ("start s\nuser a\nend e\nuser b\ns -> a -> e\nb -> e", "b: nothing leads to it"),
        ("start s\nxor x\nuser a\nend e\ns -> x -> a -> x", "a: no end event can be reached"),
        ("start s\nservice a fly\nend e\ns -> a -> e", 'a: there is no verb "fly"'),
        ("start s\nrule r t x\nend e\ns -> r -> e", 'r: there is no decision "t"'),
    ],
)
def test_a_fault_is_told_with_file_line_element_and_remedy(
    tmp_path: Path, drawing: str, told: str
) -> None:
    path = tmp_path / "sketch.bpmn"
    path.write_bytes(bpmn(drawing))
    english, chinese = checked(path), checked(path, lang="zh")
    assert (english.exit_code, chinese.exit_code) == (1, 1)
    assert told in english.output
    lines = english.output.splitlines()
    assert all(line.startswith(("✗ sketch.bpmn:", "  ↳ ")) for line in lines)
    assert english.output != chinese.output


def test_what_follows_from_a_fault_is_counted_below_it_and_listed_when_asked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sketch.bpmn"
    path.write_bytes(bpmn("start s\nuser a\nmanual b\nend e\ns -> a\nb -> e"))
    lines = checked(path).output.splitlines()
    at = next(n for n, line in enumerate(lines) if "a: nothing leaves it" in line)
    assert lines[at + 1].startswith("  ↳ 2 more seem to follow")
    assert lines[at + 1].endswith("b, e")
    said = CliRunner().invoke(main, ["workflows", "check", "--lang", "zh", "--all", str(path)])
    assert [line[:20] for line in said.output.splitlines() if line.startswith("  ↳")] == [
        "  ↳ sketch.bpmn:6 b：",
        "  ↳ sketch.bpmn:7 e：",
    ]


def test_a_warning_is_marked_and_does_not_refuse(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    put(tmp_path / "forms" / "plain.form", '{"type": "default", "id": "plain", "components": []}')
    (tmp_path / "workflows").mkdir()
    path = tmp_path / "workflows" / "sketch.bpmn"
    path.write_bytes(bpmn("start s\nuser a\nend e\ns -> a -> e", "n: number"))
    said = checked(path)
    assert said.exit_code == 0
    assert said.output.startswith('! sketch.bpmn:3 sketch: the variable "n" is declared')


def test_a_table_is_judged_by_itself_whatever_its_variables(tmp_path: Path) -> None:
    good = put(tmp_path / "good.dmn", TABLE.replace("CELL", "-"))
    bad = put(tmp_path / "bad.dmn", TABLE.replace("CELL", "&gt; "))
    assert checked(good).output == "✓ good.dmn: nothing to remark\n"
    said = checked(bad)
    assert said.exit_code == 1
    assert said.output.startswith("✗ bad.dmn:7 ")


def test_a_table_is_judged_as_the_drawing_beside_it_uses_it(tmp_path: Path) -> None:
    table = put(tmp_path / "who.dmn", TABLE.replace("CELL", "-").replace("amount", "amuont"))
    drawing = "start s\nrule r who x\nuser a section_chief form=\nend e\ns -> r -> a -> e"
    (tmp_path / "sketch.bpmn").write_bytes(bpmn(drawing, "amount: number"))
    said = checked(table)
    assert said.exit_code == 1
    assert 'the name "amuont" is not declared here; did you mean "amount"?' in said.output


def test_a_form_is_judged_by_itself_whatever_its_conditions_ask(tmp_path: Path) -> None:
    field = {"type": "textfield", "key": "a", "label": "甲", "properties": {"label_en": "A"}}
    field["conditional"] = {"hide": "=of_the_case > 1"}
    content = {"type": "default", "id": "f", "components": [field]}
    assert checked(put(tmp_path / "f.form", json.dumps(content))).exit_code == 0
    said = checked(put(tmp_path / "g.form", json.dumps(content)))
    assert (said.exit_code, 'the id "f" of the form is not its file name "g"' in said.output) == (
        *(1, True),
    )


def test_other_files_are_refused(tmp_path: Path) -> None:
    said = checked(put(tmp_path / "notes.txt", "x"))
    assert said.exit_code == 1
    assert "✗ notes.txt: unknown kind of file" in said.output


def test_an_id_used_twice_is_named_with_its_line_in_tables_and_drawings(tmp_path: Path) -> None:
    twice = TABLE.replace("CELL", "> 1").replace('<outputEntry id="a">', '<outputEntry id="c">')
    said = checked(put(tmp_path / "who.dmn", twice))
    assert said.exit_code == 1
    assert "✗ who.dmn:8 c: the id is used twice; rename one\n" in said.output
    drawing = bpmn("start s\nuser a\nend e\ns -> a -> e").decode()
    timed = drawing.replace("<userTask", '<documentation id="s">x</documentation><userTask', 1)
    said = checked(put(tmp_path / "sketch.bpmn", timed), lang="zh")
    assert " s：id重复，请改名" in said.output
