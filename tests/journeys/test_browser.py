"""The browser of the tests shows Chinese text on any machine."""

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_chinese_text_is_drawn_with_a_chinese_font(page: Page) -> None:
    page.set_content("<p><span id=a>税务</span> <span id=b>局局</span></p>")
    drawn = [page.locator(name).screenshot() for name in ("#a", "#b")]
    assert drawn[0] != drawn[1]
