"""`caseflow feel`: the value of an expression, or where it is wrong and what to do."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main


def said(*words: str, given: str = "", lang: str = "en") -> Result:
    return CliRunner(env={"CASEFLOW_LANG": lang}).invoke(main, ["feel", *words], input=given)


@pytest.mark.parametrize(
    ("expression", "context", "printed"),
    [
        ("0.1 + 0.2", "{}", "0.3"),
        ("a * 2", '{"a": 12345678901234567.10}', "24691357802469134.20"),
        ('if tax > 10000 then "leader" else "chief"', '{"tax": 12000}', '"leader"'),
        ("[x, y, null]", '{"x": true, "y": "是"}', '[true,"是",null]'),
        ("case.lines[2].tax", '{"case": {"lines": [{"tax": 1}, {"tax": 2.50}]}}', "2.50"),
        ("first name", '{"first name": null}', "null"),
        ('date("2010-01-31") + duration("P1M")', "{}", '"2010-02-28"'),
        ('duration("PT36H")', "{}", '"P1DT12H"'),
        ('{on: @"2010-01-25", at: @"08:30:00"}', "{}", '{"on":"2010-01-25","at":"08:30:00"}'),
        ("[1..3]", "{}", '"[1..3]"'),
    ],
)
def test_value_is_printed_as_exact_json(expression: str, context: str, printed: str) -> None:
    assert said(expression, "--context", context).output == f"{printed}\n"


def test_context_is_read_from_standard_input() -> None:
    assert said("a + b", "--context", "-", given='{"a": 1, "b": 2}').output == "3\n"


def test_expression_is_said_in_words() -> None:
    words = ('if n > 1 then "a" else "b"', "--context", '{"n": 0}', "--say")
    assert said(*words, "zh").output == "如果 n > 1，则 a，否则 b\n"
    assert said(*words, "en").output.startswith("if n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("1 +",), "Line 1, column 4: the expression is not complete; write the rest"),
        (("a + 1",), 'column 1: the name "a" is not declared here; give its value with --context'),
        (('1 + "a"',), "convert one first with number(), string() or date()"),
        (('open("/etc/passwd")',), 'Line 1, column 1: there is no function "open"'),
        (("a", "--context", "{"), "--context is no valid JSON"),
        (("a", "--context", "[1]"), "--context must be a JSON object"),
        (("a", "--context", '{"": 1}'), "choose another"),
        (("a", "--context", '{"a;": 1}'), "choose another"),
        (('days("nobody\'s")',), "set the parameter"),
        (("[days(-1)]",), "the limit -1 must be"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_remedy(
    words: tuple[str, ...], told: str
) -> None:
    result = said(*words)
    assert result.exit_code == 1
    assert (result.stdout, told in result.stderr) == ("", True), result.stderr


def test_the_place_is_marked_below_wide_letters_too() -> None:
    assert '  "金额" + 金额\n           ^\n' in said('"金额" + 金额', lang="zh").stderr
