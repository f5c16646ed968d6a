"""`caseflow workflows decide`: a question a line in, an answer a line out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from caseflow.cli import main

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="m">
<inputData id="hired" name="Hired  on"><variable name="Hired on" typeRef="date"/></inputData>
<inputData id="pay" name="pay"><variable name="pay" typeRef="number"/></inputData>
<decision id="raise" name="Raise"><variable name="Raise" typeRef="number"/>
<informationRequirement><requiredInput href="#pay"/></informationRequirement>
<literalExpression><text>pay * 1.10</text></literalExpression></decision>
<decision id="sum_up" name="Sum up"><variable name="Sum up"/>
<informationRequirement><requiredInput href="#hired"/></informationRequirement>
<informationRequirement><requiredDecision href="#raise"/></informationRequirement>
<literalExpression><text>{{pay: Raise, until: Hired on + duration("P1Y"), for: @"PT36H"}}</text>
</literalExpression></decision>
<decision id="broken" name="Broken"><literalExpression><text>1 +</text></literalExpression></decision>
<decisionService id="service" name="Service"><outputDecision href="#sum_up"/>
<inputDecision href="#raise"/><inputData href="#hired"/></decisionService>
</definitions>""".replace("{{", "{").replace("}}", "}")  # noqa: E501 - as a tool writes it
TABLE = Path(__file__).parents[2] / "workflows" / "wv_outcome.dmn"


def asked(tmp_path: Path, decision: str, *lines: str, file: Path | None = None) -> Result:
    model = tmp_path / "m.dmn"
    model.write_text(MODEL, encoding="utf-8")
    words = ["workflows", "decide", str(file or model), decision]
    return CliRunner(env={"CASEFLOW_LANG": "en"}).invoke(main, words, input="\n".join(lines))


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    result = asked(tmp_path, "raise", '{"pay": 12345678901234567890.01}')
    assert result.stdout == '{"result":13580246791358024679.0110}\n'


def test_dates_and_durations_are_iso_text_both_ways(tmp_path: Path) -> None:
    line = '{"pay": 10, "Hired on": "2009-02-28"}'
    for name in ("sum_up", "Sum up"):
        found = answers(asked(tmp_path, name, line))
        assert found == [{"result": {"pay": 11, "until": "2010-02-28", "for": "P1DT12H"}}]


def test_service_takes_the_decisions_it_is_given(tmp_path: Path) -> None:
    found = answers(asked(tmp_path, "Service", '{"raise": 5, "hired": "2009-12-31"}'))
    assert found == [{"result": {"pay": 5, "until": "2010-12-31", "for": "P1DT12H"}}]


def test_broken_line_is_told_and_the_next_goes_on(tmp_path: Path) -> None:
    lines = ("{", '{"pay": "much"}', '{"salary": 1}', "[1]", "", '{"pay": 100}')
    found = answers(asked(tmp_path, "raise", *lines))
    codes = [each["error"]["code"] if "error" in each else "" for each in found]
    assert codes == ["bad_json", "bad_input", "unknown_input", "not_an_object", "bad_json", ""]
    assert found[-1] == {"result": 110}


def test_refused_decision_answers_with_an_error(tmp_path: Path) -> None:
    result = asked(tmp_path, "broken", "{}")
    assert [each["error"]["code"] for each in answers(result)] == ["refused"]
    assert "m.dmn:12 broken" in result.stderr


def test_decision_that_is_not_there_is_an_error_for_each_line(tmp_path: Path) -> None:
    result = asked(tmp_path, "nothing", "{}", "{}")
    assert [each["error"]["code"] for each in answers(result)] == ["no_decision"] * 2
    assert result.exit_code == 1


def test_table_of_the_house_is_asked_by_the_names_in_its_columns(tmp_path: Path) -> None:
    found = answers(asked(tmp_path, TABLE.stem, "{}", file=TABLE))
    assert "result" in found[0]
