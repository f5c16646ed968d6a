"""The product in a browser: a small bureau, and people who sign in by one click."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from caseflow import db
from caseflow.config import Config
from caseflow.services import bureau_clock, record
from caseflow.vocabulary import SYSTEM
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support import product
from tests.support.house import House


@dataclass(frozen=True)
class Bureau:
    """The running product, its database, the people in it."""

    address: str
    config: Config
    database: db.Database
    people: Cast


@pytest.fixture(scope="module")
def bureau(house: House, request: pytest.FixtureRequest) -> Iterator[Bureau]:
    """One case waits for its dispatch, another is at its desk check."""
    name = request.module.__name__.rpartition(".")[2]
    with house.clone(f"pages_{name}") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            bureau_clock.begin_demo(session, SYSTEM, datetime(2010, 1, 25, 1, tzinfo=UTC))
            bureau_clock.end_past(session, SYSTEM)
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            factories.case(session, factories.taxpayer(session))
            at_desk = factories.case(session, factories.taxpayer(session, serial=2))
            desk.to_desk_check(session, people, at_desk)
        with product.web(config) as running:
            yield Bureau(running.address, config, database, people)
        database.dispose()


@dataclass
class Screen:
    """One person's browser window and what its console complained about."""

    page: Page
    context: BrowserContext
    complaints: list[str]


@pytest.fixture
def screen(browser: Browser, bureau: Bureau) -> Iterator[Callable[..., Screen]]:
    """Open a window for somebody; Chinese, a common office screen, scripts on unless said."""
    opened: list[BrowserContext] = []

    def open_window(login: str | None, **settings: object) -> Screen:
        usual = {"locale": "zh-CN", "viewport": {"width": 1366, "height": 768}}
        context = browser.new_context(**{**usual, **settings})  # type: ignore[arg-type]  # handed on
        opened.append(context)
        page = context.new_page()
        window = Screen(page, context, [])

        def listen(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                window.complaints.append(message.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        page.goto(f"{bureau.address}/sign-in")
        if login is not None:
            page.click(f"[data-login={login}]")
            page.wait_for_load_state()
        return window

    yield open_window
    for context in opened:
        context.close()
