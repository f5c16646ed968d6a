"""`caseflow filing-deadlines`: published last days win over the rule, refused line by line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow import calendars, filing_deadlines
from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database

Operator = Callable[[str], Result]


@pytest.fixture
def operator(own_house: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Operator:
    """Somebody who loads a list written so, in a migrated house of the test's own."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")

    def loads(text: str) -> Result:
        file = tmp_path / "deadlines.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["filing-deadlines", str(file)])

    return loads


def deadlines(database: Database, year: int) -> list[tuple[date, str]]:
    with database.reading() as session:
        rows = filing_deadlines.table(calendars.of(session), year)
    return [(row.on, row.notice) for row in rows]


def test_a_published_day_wins_over_the_rule_and_may_be_corrected(
    operator: Operator, own_database: Database
) -> None:
    by_rule = deadlines(own_database, 2031)
    first = operator("2031-02-20,2031 年征期安排\n2031/10/24,2031 年征期安排\n")
    assert first.output == "deadlines named: 2, changed: 2\n"
    now = deadlines(own_database, 2031)
    assert now[1] == (date(2031, 2, 20), "2031 年征期安排")
    assert now[9] == (date(2031, 10, 24), "2031 年征期安排")
    assert [now[month] for month in (0, 2, 3)] == [by_rule[month] for month in (0, 2, 3)]
    again = operator("2031-02-20,2031 年征期安排\n")
    assert again.output == "deadlines named: 1, changed: 0\n"
    operator("2031-02-21,2031 年征期调整\n")
    assert deadlines(own_database, 2031)[1] == (date(2031, 2, 21), "2031 年征期调整")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file holds no deadline"),
        ("2031-02-30,x\n", "line 1 cannot be read"),
        ("2031-02-20\n", "line 1 cannot be read"),
        ("2031-02-20,\n", "has no notice"),
        ("2031-02-20,a\n2031-02-21,b\n", "2031-2 stands there twice"),
    ],
)
def test_a_list_that_cannot_be_taken_says_what_to_do(
    operator: Operator, own_database: Database, text: str, told: str
) -> None:
    before = deadlines(own_database, 2031)
    result = operator(text)
    assert result.exit_code in (2, 5)
    assert told in result.output
    assert deadlines(own_database, 2031) == before
