"""The auditor's page says at a glance whether a case is what its record says."""

import psycopg
import pytest

from caseflow.app import create_app
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import record
from tests import cast, desk, factories
from tests.support.visitor import Visitor


@pytest.fixture
def auditor(own_house: Config, own_database: Database) -> Visitor:
    """The auditor before a bureau with one case at the desk check."""
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        desk.to_desk_check(session, people, factories.case(session, factories.taxpayer(session)))
    return Visitor(create_app(own_house, own_database), people.auditor.user_id)


def _as_owner(house: Config, *statements: str) -> None:
    with psycopg.connect(str(house.owner_url).replace("+psycopg", "", 1)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_an_untouched_case_is_said_to_be_sound(auditor: Visitor) -> None:
    page = auditor.get("/cases/1/record")
    assert (page.status_code, "记录完整，未发现改动" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("cases", "UPDATE cases SET status = 'closed', outcome = 'cleared'", "任务状态为 已办结"),
        ("answers", "DELETE FROM answers WHERE revision = 3", "case:1 #3: 该办理的表单内容缺失"),
        (
            "record_events",
            "UPDATE record_events SET payload = '{}' WHERE stream = 'case:1' AND seq = 4",
            "case:1 #4: 内容与其哈希不符",
        ),
    ],
)
def test_what_was_changed_is_said_with_its_place(
    auditor: Visitor, own_house: Config, table: str, change: str, told: str
) -> None:
    off, on = (f"ALTER TABLE {table} {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))
    _as_owner(own_house, off, change, on)  # the look itself is noted, by the triggers
    page = auditor.get("/cases/1/record")
    assert page.status_code == 200
    assert told in page.text
    assert "cf-banner--bad" in page.text
