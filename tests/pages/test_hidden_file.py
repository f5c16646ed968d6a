"""A file chosen in a field that is hidden afterwards does not travel with the form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from caseflow.models import Case
from tests import desk
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser


def test_wrong_file_of_a_hidden_field_stops_nobody(
    bureau: Bureau, screen: Callable[..., Screen]
) -> None:
    with bureau.database.transaction() as session:
        desk.check(session, bureau.people, session.get_one(Case, 2), then="inquiry")
    page = screen("officer").page
    page.goto(f"{bureau.address}/cases/2")
    page.check("input[name=inquiry_method][value=phone]")
    wrong: FilePayload = {
        "name": "病毒.exe",
        "mimeType": "application/octet-stream",
        "buffer": b"MZ",
    }
    page.set_input_files("input[name=files]", wrong)
    page.check("input[name=inquiry_method][value=letter]")
    expect(page.locator("input[name=files]")).to_be_disabled()
    page.fill("textarea[name=questions]", "请说明第四季度进项税额增长的原因。")
    page.click("[data-submit]")
    expect(page.locator(".cf-toast")).to_contain_text("已提交")
