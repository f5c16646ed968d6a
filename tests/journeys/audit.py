"""What an auditor does: reads the record of a case, verifies it, finds what was changed."""

import psycopg
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Page, expect

from caseflow.cli import main
from caseflow.config import Config
from tests.journeys.people import Company

SOUND = "记录完整，未发现改动"


def read_record(company: Company, case_id: int) -> Page:
    """Open the record of a case as the auditor does: from the list of all records."""
    page = company.auditor.page
    page.goto(f"{company.address}/record")
    page.get_by_role("region", name="办理留痕").locator(
        f"a[href='/cases/{case_id}/record']"
    ).click()
    expect(page.get_by_role("region", name="记录", exact=True).first).to_be_visible()
    if company.has_scripts:  # a choice made before the script is there sends no form
        expect(page.locator("html.cf-js")).to_be_attached()
    return page


def verify(config: Config, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Run ``caseflow record verify`` on the bureau."""
    monkeypatch.setenv("DATABASE_URL", str(config.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(config.var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    return CliRunner().invoke(main, ["record", "verify"])


def change_behind_the_application(config: Config, case_id: int, seq: int) -> None:
    """As the owner of the tables, with the guards switched off, change what one event says."""
    address = str(config.owner_url).replace("+psycopg", "", 1)
    with psycopg.connect(address) as connection:
        connection.execute("ALTER TABLE record_events DISABLE TRIGGER USER")
        changed = connection.execute(
            "UPDATE record_events SET payload = replace(payload, '\"agree\"', '\"disagree\"')"
            " WHERE stream = %s AND seq = %s",
            (f"case:{case_id}", seq),
        )
        assert changed.rowcount == 1
        connection.execute("ALTER TABLE record_events ENABLE TRIGGER USER")
