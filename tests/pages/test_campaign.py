"""A campaign in browsers: a file with bad rows, preview, approval, work done alike, reversal."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from caseflow.models import Case
from caseflow.vocabulary import Actor
from tests import campaigns, desk, factories, orders
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser
_COUNT = 4
_TODAY = date(2010, 1, 25)


@pytest.fixture
def tins(bureau: Bureau) -> list[str]:
    """Households without state tax types, and the drawings."""
    with bureau.database.transaction() as session:
        for process in ("campaign", "third_party_verification"):
            orders.deploy(session, process)
        found = [
            factories.taxpayer(session, serial=serial).tin for serial in range(501, 501 + _COUNT)
        ]
        factories.tell(session, "sys:facts")
    return found


def test_from_a_file_with_bad_rows_to_marks_and_their_reversal(
    bureau: Bureau, screen: Callable[..., Screen], tins: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "清册.csv"
    file.write_text("\n".join(["纳税人识别号", *tins, tins[0], "91X"]), encoding="gb18030")
    info = screen("info", viewport={"width": 1440, "height": 900}).page
    info.goto(f"{bureau.address}/campaigns/new")
    info.fill("#name", "纯地税户标识专项")
    info.check("input[value=mark_local_only]")
    info.fill("#due_on", "2010-03-31")
    info.fill("#method", campaigns.METHOD)
    info.get_by_role("button", name="立项", exact=True).click()
    info.set_input_files("#file", file)
    info.get_by_role("button", name="核对并制作清册").click()
    expect(info.locator("#list")).to_contain_text("清册中重复 1")
    expect(info.locator("#list")).to_contain_text("税号校验不符 1")
    picture(info, "campaign-list")
    campaign_id = int(info.url.split("#")[0].rsplit("/", 1)[1])
    info.get_by_role("link", name="提交批准").click()
    info.fill("textarea[name=list_note]", campaigns.NOTE["list_note"])
    info.click("button[name=_submit][value=stay]")
    info.wait_for_load_state()
    leader = screen("leader", viewport={"width": 1440, "height": 900}).page
    handed_in(bureau, campaign_id, bureau.people.leader, "approve", campaigns.AGREED)
    held = worked(bureau, campaign_id)
    assert len(held) == _COUNT
    assign(bureau, held)
    marked(bureau, screen, held)
    leader.goto(f"{bureau.address}/campaigns/{campaign_id}")
    expect(leader.locator("#results")).to_contain_text(f"标识变动 {_COUNT} 户")
    expect(leader.locator("#results tr").last).to_contain_text(str(_COUNT))
    picture(leader, "campaign-progress")
    info.goto(f"{bureau.address}/campaigns/{campaign_id}")
    info.get_by_role("link", name="撤销本专项的标识").click()
    info.fill("#due_on", "2010-04-30")
    info.fill("#method", campaigns.METHOD)
    info.get_by_role("button", name="立项", exact=True).click()
    info.get_by_role("button", name="取户制作清册").click()
    expect(info.locator("#list")).to_contain_text(f"立户下达 {_COUNT}")
    narrow = screen("leader", viewport={"width": 390, "height": 844}).page
    narrow.goto(f"{bureau.address}/campaigns/{campaign_id}")
    picture(narrow, "campaign-narrow")
    narrow.goto(f"{bureau.address}/campaigns")
    expect(narrow.locator("#campaigns")).to_contain_text("撤销纯地税户标识专项")
    picture(narrow, "campaigns-narrow")


def marked(bureau: Bureau, screen: Callable[..., Screen], held: list[int]) -> None:
    """Every case from its acceptance to its closing, each step worked once and done alike."""
    alike(bureau, screen, bureau.people.officer, held, "accept_main", _ACCEPTED)
    alike(bureau, screen, bureau.people.partner, held, "accept_second", _ACCEPTED)
    said = campaigns.verification("mark", [])
    alike(bureau, screen, bureau.people.officer, held, "verify", said)
    said = campaigns.conclusion("mark_local_only")
    alike(bureau, screen, bureau.people.officer, held, "conclude", said)
    agreed = {"review_decision": "agree", "opinion": "同意。"}
    alike(bureau, screen, bureau.people.chief, held, "review", agreed)
    agreed = {"approval_decision": "agree", "invoice_stop": "no", "opinion": "同意标识。"}
    alike(bureau, screen, bureau.people.leader, held, "approval", agreed)
    alike(
        bureau, screen, bureau.people.officer, held, "record_alignment", campaigns.alignment(_TODAY)
    )
    alike(bureau, screen, bureau.people.officer, held, "close_check", {"sign_off": True})


_ACCEPTED = {"recusal": "none", "accept_decision": "accept"}


def alike(
    bureau: Bureau,
    screen: Callable[..., Screen],
    who: Actor,
    held: list[int],
    element: str,
    answers: dict[str, Any],
) -> None:
    """One case is worked; the others are done alike by the person's own click."""
    handed_in(bureau, held[0], who, element, answers)
    login = next(name for name, each in bureau.people.people.items() if each == who)
    window = screen(login)
    page = window.page
    page.goto(f"{bureau.address}/cases/{held[0]}")
    page.click("text=/照此办理其余 \\d+ 件/")
    if element == "approval":
        picture(page, "campaign-alike")
    page.click("form button:has-text('照此办理')")
    if page.locator("input[name=_confirm_yes]").count():
        page.check("input[name=_confirm_yes]")
        page.click("main button[type=submit]")
    with bureau.database.transaction() as session:
        campaigns.work_off(session)
    page.reload()
    expect(page.locator("main")).to_contain_text(f"已办 {_COUNT - 1} 件，未成 0 件")
    window.context.close()


def handed_in(
    bureau: Bureau, case_id: int, who: Actor, element: str, answers: dict[str, Any]
) -> None:
    with bureau.database.transaction() as session:
        desk.do(session, who, session.get_one(Case, case_id), element, answers)


def worked(bureau: Bureau, campaign_id: int) -> list[int]:
    with bureau.database.transaction() as session:
        campaigns.work_off(session)
        return [each.id for each in campaigns.of(session, session.get_one(Case, campaign_id))]


def assign(bureau: Bureau, held: list[int]) -> None:
    named = {
        "assign_decision": "assign",
        "main_officer": str(bureau.people.officer.user_id),
        "second_officer": str(bureau.people.partner.user_id),
    }
    for case_id in held:
        handed_in(bureau, case_id, bureau.people.chief, "assign", named)


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("CASEFLOW_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
