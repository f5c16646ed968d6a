"""`make screenshots`: every page of the product that runs, in both languages, and its papers.

Looks at the demonstration on this machine as its people see it and changes nothing there but the
notes of what they looked at. All
pictures go below CASEFLOW_VAR; the two that the README shows, a screen each, to ``docs`` as well.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from caseflow import config as settings
from caseflow.cli.house import database
from tests.support import paper_pictures
from tests.support.browser import chromium
from tests.support.house import ROOT

_WIDTH, _HEIGHT = 1440, 900
_README = ROOT / "docs" / "screenshots"
_SETTLE = 700  # milliseconds for what is drawn by script
_LOCALES = {"zh": "zh-CN", "en": "en-US"}


@dataclass(frozen=True)
class Shot:
    """A page as one person sees it: an address, or a link to follow from there."""

    name: str
    who: str
    address: str
    follow: str | None = None
    is_in_readme: bool = False


_CASE = "main a[href^='/cases/']"
SHOTS = (
    Shot("inbox", "officer", "/inbox", is_in_readme=True),
    Shot("inbox-leader", "leader", "/inbox"),
    Shot("inbox-chief", "chief", "/inbox"),
    Shot("case", "officer", "/inbox?stage=desk_check", follow=_CASE, is_in_readme=True),
    Shot("case-fieldwork", "officer", "/inbox?stage=fieldwork", follow=_CASE),
    Shot("case-dispatch", "leader", "/inbox?stage=dispatch", follow=_CASE),
    Shot("case-review", "chief", "/inbox?stage=decision", follow=_CASE),
    Shot("case-closed", "leader", "/cases?status=closed", follow=_CASE),
    Shot("case-record", "auditor", "/record", follow=_CASE),
    Shot("cases", "leader", "/cases"),
    Shot("taxpayers", "leader", "/taxpayers"),
    Shot("taxpayer", "leader", "/taxpayers", follow="main a[href^='/taxpayers/']"),
    Shot("warnings", "leader", "/warnings"),
    Shot("dashboard", "leader", "/dashboard"),
    Shot("dashboard-city", "director", "/dashboard"),
    Shot("insight", "director", "/processes/insight"),
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
    for each in (folder, _README):
        each.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for language in _LOCALES:
            _take_all(browser, address, folder, language)
    papers = folder / "papers"
    papers.mkdir(exist_ok=True)
    with database() as house, house.reading() as session:
        missing = paper_pictures.of_house(session, papers)
    print("no paper of:", ", ".join(kind.value for kind in missing) or "—")  # noqa: T201 -- a picture is missing
    print(f"{len(list(folder.rglob('*.png')))} pictures in {os.path.relpath(folder)}")  # noqa: T201 -- says where they are


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
                if shot.follow and not _followed(page, address, shot.follow):
                    print(f"{shot.name}: nothing there now")  # noqa: T201 -- a picture is missing
                    continue
                _take(page, folder / f"{shot.name}-{language}.png")
                if shot.is_in_readme and language == "zh":
                    page.screenshot(path=_README / f"{shot.name}-zh.png")


@contextmanager
def _visit(browser: Browser, language: str) -> Iterator[Page]:
    context = browser.new_context(
        locale=_LOCALES[language],
        timezone_id="Asia/Shanghai",
        viewport={"width": _WIDTH, "height": _HEIGHT},
    )
    yield context.new_page()
    context.close()


def _followed(page: Page, address: str, link: str) -> bool:
    found = page.locator(link)
    if found.count() == 0:
        return False
    page.goto(address + str(found.first.get_attribute("href")))
    return True


def _take(page: Page, path: Path) -> None:
    """Scroll through once, since drawings and charts load when they come near."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(_SETTLE)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main()
