"""Asked to confirm and gone back: what was typed stands in the form again, for that one page."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from caseflow import clock
from caseflow.models import Case, UserSession
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company

REASON = "重点税源户举报线索，知悉范围须限定"

pytestmark = pytest.mark.browser


def test_the_way_back_from_confirming_loses_nothing_typed(bureau: Bureau, company: Company) -> None:
    case_id = bureau.case_at("desk_check")
    with bureau.database.transaction() as session:
        number = session.get_one(Case, case_id).number
        past = clock.wall() - timedelta(minutes=11)
    leader, page = company.leader, company.leader.page
    with bureau.database.transaction() as session:
        session.execute(update(UserSession).values(confirmed_at=past))
    page.goto(f"{leader.address}/powers/sensitive")
    page.fill("#number", number)
    page.fill("#reason", REASON)
    page.get_by_role("button", name="标记为涉密，下一步").click()
    page.get_by_role("button", name="标记为涉密").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("确认是本人")
    page.get_by_role("button", name="标记为涉密").click()
    expect(page.locator("#confirm-wrong")).to_contain_text("请先勾选")
    expect(page.locator("[name=_confirm_yes]")).to_be_focused()
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("涉密案卷")
    expect(page.locator("#number")).to_have_value(number)
    expect(page.locator("#reason")).to_have_value(REASON)
    page.reload()
    expect(page.locator("#reason")).to_have_value("")
