"""Going back to a step that is done shows how the case stands, and never its buttons again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from caseflow.models import Case
from tests import desk, factories
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser

# What a browser tells a page that it kept whole and shows again.
KEPT = """() => {
  document.documentElement.dataset.old = "yes";
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
}"""
QUESTIONS = "请说明第四季度进项税额增长的原因。"


@pytest.fixture
def at_inquiry(bureau: Bureau) -> int:
    """A case whose inquiry waits for the officer."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=next(_SERIALS)))
        desk.to_desk_check(session, bureau.people, case)
        desk.check(session, bureau.people, case, then="inquiry")
        return case.id


_SERIALS = iter(range(3, 99))


def test_back_button_shows_the_case_as_it_stands(
    bureau: Bureau, screen: Callable[..., Screen], at_inquiry: int
) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/{at_inquiry}")
    page.check("input[name=inquiry_method][value=letter]")
    page.fill("textarea[name=questions]", QUESTIONS)
    page.click("[data-submit]")
    expect(page.locator(".cf-toast")).to_contain_text("已提交")
    page.go_back()
    expect(page.locator(".cf-step--current")).to_contain_text("科（所）长")
    expect(page.locator("[data-submit]")).to_have_count(0)


def _hand_in_elsewhere(bureau: Bureau, case_id: int) -> None:
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        letter = {"inquiry_method": "letter", "questions": "另一台机器上写的问题。"}
        desk.do(session, bureau.people.officer, case, "make_inquiry", letter)


def test_page_that_the_browser_kept_is_fetched_anew_with_what_was_typed(
    bureau: Bureau, screen: Callable[..., Screen], at_inquiry: int
) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/{at_inquiry}")
    page.check("input[name=inquiry_method][value=letter]")
    page.fill("textarea[name=questions]", QUESTIONS)
    page.evaluate(KEPT)
    expect(page.locator("html:not([data-old])")).to_be_attached()
    expect(page.locator("textarea[name=questions]")).to_have_value(QUESTIONS)
    _hand_in_elsewhere(bureau, at_inquiry)
    page.evaluate(KEPT)
    expect(page.locator("[data-submit]")).to_have_count(0)


def test_stale_form_says_who_was_faster_and_offers_no_button(
    bureau: Bureau, screen: Callable[..., Screen], at_inquiry: int
) -> None:
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/{at_inquiry}")
    page.check("input[name=inquiry_method][value=letter]")
    page.fill("textarea[name=questions]", QUESTIONS)
    _hand_in_elsewhere(bureau, at_inquiry)
    page.click("[data-submit]")
    expect(page.locator("[data-error-summary]")).to_contain_text("提交了这一步")
    expect(page.locator("textarea[name=questions]")).to_have_value(QUESTIONS)
    expect(page.locator("[data-submit]")).to_have_count(0)
    expect(page.locator(".cf-clocks")).to_contain_text("本步骤 科长签发")
    page.get_by_role("link", name="查看任务现状").click()
    expect(page.locator(".cf-step--current")).to_contain_text("科（所）长")
