"""`make screenshots`: every page of the product that runs, in both languages.

Looks at the demonstration on this machine as its people see it and changes nothing there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from caseflow import config as settings
from tests.support.browser import chromium

_WIDTH, _HEIGHT = 1440, 900
_SETTLE = 700  # milliseconds for what is drawn by script
_LOCALES = {"zh": "zh-CN", "en": "en-US"}


@dataclass(frozen=True)
class Shot:
    """A page as one person sees it: an address, or a link to follow from there."""

    name: str
    who: str
    address: str
    follow: str | None = None


SHOTS = (
    Shot("inbox", "officer", "/inbox"),
    Shot("inbox-leader", "leader", "/inbox"),
    Shot("inbox-chief", "chief", "/inbox"),
    Shot("case", "officer", "/inbox", follow="main a[href^='/cases/']"),
    Shot("case-record", "auditor", "/record", follow="main a[href^='/cases/']"),
    Shot("cases", "leader", "/cases"),
    Shot("taxpayers", "leader", "/taxpayers"),
    Shot("taxpayer", "leader", "/taxpayers", follow="main a[href^='/taxpayers/']"),
    Shot("warnings", "leader", "/warnings"),
    Shot("dashboard", "leader", "/dashboard"),
    Shot("dashboard-city", "director", "/dashboard"),
    Shot("record", "auditor", "/record"),
    Shot("runs", "analyst", "/runs"),
    Shot("run", "analyst", "/runs", follow="main a[href^='/runs/']"),
    Shot("imports", "analyst", "/imports"),
    Shot("jobs", "analyst", "/jobs"),
    Shot("processes", "sysadmin", "/processes"),
    Shot("process", "sysadmin", "/processes", follow="main a[href^='/processes/']"),
    Shot("keys", "officer", "/keys"),
)


def main() -> None:
    """Take all pictures into ``screenshots`` below CASEFLOW_VAR; say where they are."""
    config = settings.load()
    address = f"http://{config.host}:{config.port}"
    folder = config.var / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for language in _LOCALES:
            _take_all(browser, address, folder, language)
    print(f"{len(list(folder.glob('*.png')))} pictures in {os.path.relpath(folder)}")  # noqa: T201 -- says where they are


def _take_all(browser: Browser, address: str, folder: Path, language: str) -> None:
    with _visit(browser, language) as page:
        page.goto(f"{address}/sign-in")
        _take(page, folder / f"sign-in-{language}.png")
    for who in dict.fromkeys(shot.who for shot in SHOTS):
        with _visit(browser, language) as page:
            page.goto(f"{address}/sign-in")
            page.locator(f"[data-login={who}]").click()
            for shot in (each for each in SHOTS if each.who == who):
                page.goto(f"{address}{shot.address}")
                if shot.follow:
                    page.goto(address + str(page.locator(shot.follow).first.get_attribute("href")))
                _take(page, folder / f"{shot.name}-{language}.png")


@contextmanager
def _visit(browser: Browser, language: str) -> Iterator[Page]:
    context = browser.new_context(
        locale=_LOCALES[language],
        timezone_id="Asia/Shanghai",
        viewport={"width": _WIDTH, "height": _HEIGHT},
    )
    yield context.new_page()
    context.close()


def _take(page: Page, path: Path) -> None:
    """Scroll through once, since drawings and charts load when they come near."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(_SETTLE)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main()
