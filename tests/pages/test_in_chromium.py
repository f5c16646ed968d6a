"""Every page in a real Chromium: accessible, quiet, not wider than the screen, usable by keys."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser

PAGES = {
    None: ("/sign-in",),
    "officer": (
        "/inbox?sort=-score",
        "/inbox",
        "/cases/2",
        "/taxpayers",
        "/taxpayers/2",
        "/search?q=样例",
        "/keys",
        "/indicators/VAT-001",
        "/reckon/due?from=2009-09-25&amount=15&measure=days",
        "/reckon/surcharge",
        "/reckon/fine?act=evasion&tax=85000&act_on=2009-03-31",
        "/time-measures",
    ),
    "leader": ("/inbox", "/cases/1", "/dashboard", "/processes/1/insight", "/cases/2/move"),
    "analyst": ("/warnings", "/runs", "/runs/1", "/imports", "/jobs"),
    "auditor": (
        "/record",
        "/record?part=acts",
        "/cases/2/record?filter=reads",
        "/cases/2/record",
        "/cases",
        "/dashboard",
    ),
    "sysadmin": ("/processes", "/processes/1", "/processes/1/diff/1"),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("login", list(PAGES))
def test_pages_hold_no_barrier(
    bureau: Bureau, screen: Callable[..., Screen], login: str | None, theme: str
) -> None:
    window = screen(login, color_scheme=theme, bypass_csp=True)
    for path in PAGES[login]:
        window.page.goto(bureau.address + path)
        found = Axe().run(window.page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("login", list(PAGES))
def test_pages_are_quiet_and_fit_the_screen(
    bureau: Bureau, screen: Callable[..., Screen], login: str | None
) -> None:
    window = screen(login)
    for path in PAGES[login]:
        window.page.goto(bureau.address + path, wait_until="networkidle")
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 1366, path
    assert window.complaints == []


@pytest.mark.parametrize("width", [320, 768])
def test_inbox_and_case_fit_a_narrow_window(
    bureau: Bureau, screen: Callable[..., Screen], width: int
) -> None:
    window = screen("officer", viewport={"width": width, "height": 800})
    for path in ("/inbox", "/cases/2"):
        window.page.goto(bureau.address + path)
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_keys_lead_from_the_list_to_the_form(bureau: Bureau, screen: Callable[..., Screen]) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/inbox")
    page.locator("[data-row]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    page.keyboard.press("f")
    assert page.evaluate("document.activeElement.closest('form[data-step]') !== null")


def test_what_is_typed_is_saved_by_itself(bureau: Bureau, screen: Callable[..., Screen]) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/2")
    page.locator("form[data-step] textarea:visible").first.fill("写到一半，人被叫走了。")
    expect(page.locator("#draft-state")).to_contain_text("草稿已存", timeout=8000)
    page.goto(f"{bureau.address}/inbox")
    page.goto(f"{bureau.address}/cases/2")
    expect(page.locator("form[data-step] textarea:visible").first).to_have_value(
        "写到一半，人被叫走了。"
    )


def test_drawing_shows_the_course_and_opens_its_parts(
    bureau: Bureau, screen: Callable[..., Screen]
) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/2")
    page.locator("[data-island=bpmn]").scroll_into_view_if_needed()
    expect(page.locator("[data-element-id=desk_check].cf-mark--current")).to_be_visible()
    expect(page.locator("[data-element-id=dispatching].cf-mark--done")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.locator(".bjs-drilldown").first.click()
    expect(page.locator(".bjs-breadcrumbs-shown")).to_be_visible()


def test_a_case_is_dispatched_and_assigned_without_scripts(
    bureau: Bureau, screen: Callable[..., Screen]
) -> None:
    leader = screen("leader", java_script_enabled=False).page
    leader.goto(f"{bureau.address}/cases/1")
    leader.click("button:has-text('领取并办理')")
    leader.check("input[name=dispatch_decision][value=assign]")
    leader.click("button[name=_refresh]")
    leader.check("input[name=priority][value=normal]")
    leader.click("[data-submit]")
    chief = screen("chief", java_script_enabled=False).page
    chief.goto(f"{bureau.address}/cases/1")
    chief.click("button:has-text('领取并办理')")
    chief.check("input[name=assign_decision][value=assign]")
    chief.click("button[name=_refresh]")
    people = bureau.people
    chief.select_option("select[name=main_officer]", str(people.officer.user_id))
    chief.select_option("select[name=second_officer]", str(people.partner.user_id))
    chief.click("[data-submit]")
    expect(chief.locator(".cf-toast")).to_contain_text("已提交")
    expect(chief.locator(".cf-step--current")).to_contain_text("接收")
