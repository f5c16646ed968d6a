"""`caseflow cases` as an operator runs it."""

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from tests import cast, factories

WAITING = """
    start s
    receive wait message:paid
    catch rates signal:rates_changed
    user book section_chief
    end closed
    s -> wait -> rates -> book -> closed
"""


@pytest.fixture
def number(own_house: Config, own_database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of a case that waits for ``paid``, in a house that commands work with."""
    with own_database.transaction() as session:
        cast.enter(session)
        variables = "score: number; ti_flag: boolean"
        factories.deploy_sketch(session, monkeypatch, WAITING, variables)
        number = factories.case_on(session, factories.taxpayer(session)).number
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    return number


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["cases", *arguments])


def test_a_message_is_heard_and_says_by_whom(number: str) -> None:
    result = run("message", "paid", "--case", number, "--set", '{"amount": 1.5}')
    assert (result.exit_code, result.output) == (0, f"Message paid heard by {number}\n")


def test_a_message_that_nobody_waits_for_is_refused_with_a_remedy(number: str) -> None:
    result = run("message", "posted", "--case", number)
    assert result.exit_code == 5
    assert "add --keep" in result.output


def test_a_message_may_be_kept(number: str) -> None:
    result = run("message", "posted", "--case", number, "--keep")
    assert (result.exit_code, "kept" in result.output) == (0, True)


def test_a_refusal_is_said_in_words(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("message", "paid", "--case", "01WV2099000001").output
    assert english == "✗ there is no case 01WV2099000001; check the number\n"
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    chinese = run("message", "posted", "--case", number).output
    assert chinese.startswith("✗ 没有任务在等消息 posted；")


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "--set: 不是合法的JSON，请改正"), ("en", "--set: no valid JSON")]
)
def test_json_is_read_as_everywhere(
    number: str, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    monkeypatch.setenv("CASEFLOW_LANG", lang)
    for text in ("{", '{"a": NaN}', "[" * 100_000):
        assert told in run("message", "paid", "--case", number, "--set", text).output
    nested = '{"amount": 1.50, "members": [1, 2.5, {"x": 3}]}'
    assert run("message", "paid", "--case", number, "--set", nested).exit_code == 0


def test_a_signal_with_a_key_of_a_message_is_refused_in_words(number: str) -> None:
    key = "5d3f6c1e-0f0b-4c39-9a53-6a1d52a1b7c4"
    run("message", "paid", "--case", number, "--key", key)
    result = run("signal", "rates_changed", "--key", key)
    assert (result.exit_code, result.output) == (
        5,
        f"✗ another message has the key {key}: use a new one\n",
    )


@pytest.mark.parametrize("command", ["message", "signal"])
def test_help_is_in_both_languages(command: str) -> None:
    told = run(command, "--help").output
    assert "JSON 写的变量 variables as JSON" in " ".join(told.split())


@pytest.mark.parametrize(
    "wrong",
    [
        ("--set", "[1]"),
        ("--set", "{"),
        ("--by", "=x"),
        ("--kind", "WV"),
        ("--case", "none"),
        ("--key", "1"),
    ],
)
@pytest.mark.usefixtures("number")
def test_what_cannot_be_used_is_told(wrong: tuple[str, str]) -> None:
    result = run("message", "paid", *wrong)
    assert result.exit_code in (2, 5)
    assert "Traceback" not in result.output


def test_a_signal_says_how_many_wait_for_it(number: str) -> None:
    assert "0 cases wait" in run("signal", "rates_changed").output
    run("message", "paid", "--case", number)
    assert "1 cases wait" in run("signal", "rates_changed").output


def test_a_dossier_of_no_case_is_refused_in_a_sentence(number: str) -> None:
    del number
    result = run("dossier", "99WV1")
    assert result.exit_code == 5
    assert "There is no case 99WV1: give the whole number" in result.output
    assert "number=" not in result.output
