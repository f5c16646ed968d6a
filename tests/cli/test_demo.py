"""The demo's commands: its clock, and that a real bureau is never turned into a demo."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from caseflow import db
from caseflow.cli import main
from caseflow.clock import BUREAU_ZONE
from caseflow.config import Config
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM
from tests import cast

Operator = Callable[..., Result]


@pytest.fixture
def operator(own_house: Config, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody who types commands in a migrated house of the test's own."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")

    def types(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return types


def test_the_clock_of_a_real_bureau_is_not_moved(operator: Operator) -> None:
    said = operator("demo", "advance", "1d")
    assert said.exit_code == 5
    assert "clock_locked" in said.output


def test_a_span_that_is_none_is_refused(operator: Operator) -> None:
    assert operator("demo", "advance", "tomorrow").exit_code == 2


def test_the_demos_clock_moves_forward_by_a_week(
    operator: Operator, own_database: db.Database
) -> None:
    with own_database.transaction() as session:
        bureau_clock.begin_demo(session, SYSTEM, datetime(2010, 1, 25, 9, tzinfo=BUREAU_ZONE))
    said = operator("demo", "advance", "1w")
    assert said.output.startswith("The demo's clock: 2010-02-01 09:0")


def test_a_bureau_with_people_is_not_turned_into_a_demo(
    operator: Operator, own_database: db.Database
) -> None:
    with own_database.transaction() as session:
        cast.enter(session)
    said = operator("demo")
    assert said.exit_code == 5
    assert "not_empty" in said.output
    with own_database.reading() as session:
        assert session.execute(text("SELECT is_demo FROM bureau_clock")).scalar_one() is False
