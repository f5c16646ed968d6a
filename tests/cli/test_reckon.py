"""`caseflow reckon`: questions and answers as JSON lines, and no input that ends in a traceback."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from caseflow.cli import main
from caseflow.reckoning import RECKONINGS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def reckoned(command: str, given: bytes | str, *words: str, lang: str = "en") -> Result:
    runner = CliRunner(env={"CASEFLOW_LANG": lang})
    return runner.invoke(main, ["reckon", command, *words], input=given)


def answers(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def lines(*questions: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in questions)


@pytest.mark.parametrize(
    ("command", "question", "found"),
    [
        ("due", {"from": "2009-09-25", "days": 15}, {"due": "2009-10-19"}),
        ("due", {"from": "2009-09-25", "working_days": 10}, {"due": "2009-10-15"}),
        ("due", {"from": "2008-12-31", "months": 5}, {"due": "2009-05-31"}),
        ("filing", {"period": "2009-09"}, {"due": "2009-10-23"}),
        (
            "surcharge",
            {"due": "2009-10-23", "payments": [{"on": "2009-11-30", "amount": "120000.00"}]},
            {"surcharge": "2280.00"},
        ),
        (
            "loss-offset",
            {"declared": "-300000", "carried": "0", "adjustment": "500000", "rate": "0.25"},
            {
                "assess_tax": "50000.00",
                "loss_offset": "300000.00",
                "income_before": "0.00",
                "income_after": "200000.00",
            },
        ),
        (
            "fine",
            {"act": "late_return", "days_late": 40, "offence": 2, "party": "enterprise"},
            {"lower": "200.00", "upper": "2000.00", "proposed": "500.00"},
        ),
    ],
)
def test_a_question_gets_its_answer_and_explanation(
    command: str, question: dict[str, object], found: dict[str, object]
) -> None:
    result = reckoned(command, lines(question))
    (answer,) = answers(result)
    assert result.exit_code == 0
    assert {name: answer[name] for name in found} == found
    assert isinstance(answer["explanation"], list)
    assert len(answer["explanation"]) > 1


def test_answers_come_in_order_and_a_bad_line_stops_none_of_the_others() -> None:
    given = (
        b'{"id": "a", "from": "2009-11-09", "days": 1}\n\n'
        b"nonsense\n\xff\xfe\n[]\n"
        b'{"id": 2, "from": "2009-02-30", "days": 1}\n'
        b'{"from": "2009-11-10", "days": 1}'
    )
    result = reckoned("due", given)
    found = answers(result)
    assert result.exit_code == 1
    assert [each.get("due") for each in found] == [
        "2009-11-10", None, None, None, None, "2009-11-11",
    ]  # fmt: skip
    assert (found[0]["id"], found[4]["id"]) == ("a", 2)
    told = [str(each["error"]) for each in found if "error" in each]
    assert "no JSON; mend it: line 1, column 1" in told[0]
    assert "UTF-8" in told[1]
    assert "must be a JSON object" in told[2]
    assert "write 2009-09-25" in told[3]


def test_questions_are_read_from_a_file_too(tmp_path: pytest.TempPathFactory) -> None:
    file = tmp_path / "questions.jsonl"  # type: ignore[operator]  # a Path in truth
    file.write_text(lines({"from": "2009-11-09", "days": 1}))
    assert answers(reckoned("due", "", str(file)))[0]["due"] == "2009-11-10"


def test_the_explanation_speaks_the_language_of_the_command() -> None:
    question = lines({"from": "2009-11-09", "days": 1}, {"from": "x", "days": 1})
    for words, lang, told in (
        ((), "zh", "到期日：2009-11-10（周二）"),
        (("--lang", "en"), "zh", "due on: 2009-11-10 (Tue)"),
        ((), "C", "到期日：2009-11-10（周二）  due on: 2009-11-10 (Tue)"),
    ):
        answer, refused = answers(reckoned("due", question, *words, lang=lang))
        assert told in str(answer["explanation"])
        assert ("请写成" in str(refused["error"])) is (lang != "zh" or not words)


@pytest.mark.parametrize("command", [*RECKONINGS])
def test_help_gives_an_example_that_works(command: str) -> None:
    told = " ".join(reckoned(command, "", "--help").stdout.split())
    example = told.partition("Example: echo '")[2].partition("'")[0]
    result = reckoned(command, example + "\n")
    assert result.exit_code == 0, (example, result.stdout)


@pytest.mark.parametrize("command", [*RECKONINGS])
@pytest.mark.parametrize(
    "given",
    [
        b'{"from": "\\ud800", "due": "\\ud800"}',
        b'{"from": 1e999999, "due": 1e999999, "declared": 1e999999}',
        b'{"from": NaN, "due": Infinity}',
        b'{"from": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"declared": ' + b"9" * 9999 + b"}",
        b'{"from": "2009-09-25", "days": null, "payments": {"on": 1}}',
        b'{"\\u0000\\u202e": "\\u0007"}',
        b"null",
        b'"' + b"x" * 2_000_000 + b'"',
    ],
)
def test_no_input_ends_in_a_traceback(command: str, given: bytes) -> None:
    result = reckoned(command, given + b"\n")
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    (answer,) = answers(result)
    assert answer["error"]


@given(
    st.sampled_from([*RECKONINGS]),
    st.lists(st.dictionaries(st.text(max_size=9), JSON, max_size=4), max_size=3),
)
def test_whatever_is_asked_is_answered_line_by_line(
    command: str, questions: list[dict[str, object]]
) -> None:
    result = reckoned(command, lines(*questions))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(answers(result)) == len(questions)
    assert all("error" in each or "explanation" in each for each in answers(result))


NAMED = st.sampled_from(
    [
        "from",
        "days",
        "working_days",
        "months",
        "pauses",
        "due",
        "payments",
        "on",
        "amount",
        "unpaid",
        "until",
        "periods",
        "declared",
        "carried",
        "adjustment",
        "rate",
        "years",
    ]
)


@given(st.sampled_from([*RECKONINGS]), st.dictionaries(NAMED, JSON, min_size=1, max_size=4))
def test_known_names_with_any_value_are_answered_too(
    command: str, question: dict[str, object]
) -> None:
    result = reckoned(command, lines(question))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(answers(result)) == 1


def test_what_is_unpaid_without_a_day_is_told_in_its_line_and_holds_up_no_other() -> None:
    debt = {"due": "2009-10-23", "unpaid": "5000"}
    result = reckoned("surcharge", lines(debt, {**debt, "until": "2009-10-27"}))
    refused, found = answers(result)
    assert "until" in str(refused["error"])
    assert (result.exit_code, found["surcharge"]) == (1, "10.00")
