"""The page of an evaluation plan in a browser: deciding for all ticked, and what is drawn."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from caseflow.services import evaluation_plans
from caseflow.vocabulary.choices.plan import PlanKind
from tests import factories, orders, plans
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def plan(bureau: Bureau) -> int:
    with bureau.database.transaction() as session:
        for process in ("evaluation_plan", "tax_evaluation"):
            orders.deploy(session, process)
        for serial in range(61, 72):
            payer = factories.taxpayer(session, serial=serial)
            plans.pooled(session, payer, points=f"{serial - 55}.0")
        factories.tell(session, "sys:facts")
    with bureau.database.transaction() as session:
        return evaluation_plans.begin_by_hand(
            session, bureau.people.info, None, PlanKind.SUPPLEMENT, None
        ).id


def test_what_is_ticked_is_decided_and_the_quota_is_drawn(
    bureau: Bureau, screen: Callable[..., Screen], plan: int
) -> None:
    page = screen("info").page
    page.goto(f"{bureau.address}/plans/{plan}?which=open")
    expect(page.locator("#quota .cf-meter").first).to_be_visible()
    boxes = page.locator("#objects input[name=chosen]")
    assert boxes.count() == 2
    for box in boxes.all():
        box.check()
    page.select_option("select[name=bulk_decision]", "keep_in_pool")
    page.fill("input[name=bulk_reason]", plans.REASON)
    page.click("button[name=bulk]")
    expect(page.locator(".cf-toast")).to_contain_text("已保存")
    expect(page.locator("#objects tbody tr")).to_have_count(0)
    page.goto(f"{bureau.address}/plans/{plan}")
    expect(page.locator("#objects tbody tr")).to_have_count(11)
    if folder := os.environ.get("CASEFLOW_PICTURES"):
        page.screenshot(path=Path(folder) / "plan.png", full_page=True)
