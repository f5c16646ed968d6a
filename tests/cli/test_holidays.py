"""`caseflow holidays`: a year's plan from a file, loaded once, refused line by line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow import calendars
from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database

Operator = Callable[[str], Result]


@pytest.fixture
def operator(own_house: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Operator:
    """Somebody who loads a plan written so, in a migrated house of the test's own."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")

    def loads(text: str) -> Result:
        file = tmp_path / "plan.csv"
        file.write_bytes(text.encode("utf-8") if "\udcff" not in text else b"\xff\xfe,x")
        return CliRunner().invoke(main, ["holidays", str(file)])

    return loads


def test_a_plan_is_loaded_once_and_days_are_worked_by_it(
    operator: Operator, own_database: Database
) -> None:
    plan = "\ufeff2031-01-01,rest,元旦\n\n2031年1月2日,休,元旦\n2031/1/5,班,元旦\n"
    first = operator(plan)
    assert (first.exit_code, first.stdout) == (
        0,
        "loaded 3 days of 2031\nlimits of 0 cases were counted anew\n",
    ), first.output
    assert "the plan of 2031 is on file already" in operator(plan).stdout
    with own_database.reading() as session:
        calendar = calendars.of(session)
    worked = [calendar.is_working(date(2031, 1, day)) for day in (1, 2, 3, 5)]
    assert worked == [False, False, True, True]
    assert not calendar.is_provisional(date(2031, 6, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2031-01-01,rest,元旦\n2031-01-02,rest\n", "line 2 cannot be read: write date"),
        ("2031-02-30,rest,元旦\n", "line 1 cannot be read"),
        ("2031-01-01,holiday,元旦\n", "line 1 cannot be read"),
        ("\udcff", "is not UTF-8"),
        ("", "the file has no rest day"),
        ("2031-01-01,rest,元旦\n2032-01-01,rest,元旦\n", "2032-01-01 is not in 2031"),
        ("2031-01-01,rest,元旦\n2031-01-01,rest,元旦\n", "stands there twice"),
        ("2031-01-01,rest,元旦\n2031-01-06,work,元旦\n", "is no weekend day"),
    ],
)
def test_a_file_that_cannot_be_taken_says_what_to_do(
    operator: Operator, text: str, told: str
) -> None:
    result = operator(text)
    assert result.exit_code in (2, 5)
    assert told in result.output


def test_a_make_up_day_may_end_no_deadline(operator: Operator, own_database: Database) -> None:
    plan = "2031-01-01,rest,元旦\n2031-01-04,work,元旦,不截止\n"
    assert operator(plan).exit_code == 0
    with own_database.reading() as session:
        days = calendars.of(session).special_days
    assert not days[date(2031, 1, 4)].may_end_deadline
    assert days[date(2031, 1, 1)].may_end_deadline
    assert "line 1 cannot be read" in operator("2031-01-01,rest,元旦,不截止\n").output
