"""The course of a case on its drawing in a real Chromium."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from caseflow.models import Case
from tests import desk
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser

_ABOVE = """([upper, lower]) => {
  const gfx = id => document.querySelector(`.djs-connection[data-element-id=${id}]`);
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  return (gfx(lower).compareDocumentPosition(gfx(upper)) & follows) !== 0;
}"""


def test_sub_process_is_current_and_the_way_taken_lies_on_top(
    bureau: Bureau, screen: Callable[..., Screen]
) -> None:
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 2)
        desk.check(session, bureau.people, case, then="inquiry")
        phone = {
            "inquiry_method": "phone",
            "contact_name": "王会计",
            "phone_number": "0411-80000000",
            "called_at": "2010-01-25T09:00:00+08:00",
            "contact_result": "refused",
            "answer": "电话中表示不予说明。",
            "next_step": "onsite",
        }
        desk.do(session, bureau.people.officer, case, "make_inquiry", phone)
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/2")
    page.locator("[data-island=bpmn]").scroll_into_view_if_needed()
    expect(page.locator("[data-element-id=onsite].cf-mark--current")).to_be_visible()
    expect(page.locator("[data-container-id=onsite] .cf-diagram__pill")).to_have_text("已 0 天")
    expect(page.get_by_role("button", name="展开“执行”")).to_be_visible()
    taken = page.locator("[data-element-id=inquiry_to_next_after_inquiry].cf-mark--done")
    expect(taken).to_be_attached()
    beside = [f"next_after_{each}_to_next_step_chosen" for each in ("inquiry", "interview")]
    assert page.evaluate(_ABOVE, beside)
