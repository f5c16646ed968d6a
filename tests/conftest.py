"""What every test may ask for: database, Redis, browser. Unit tests may ask for none of it."""

import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.config import Config
from caseflow.services import place
from tests.support import browser as chromium
from tests.support import house as houses
from tests.support import paper_pictures
from tests.support.house import House

_UNIT = Path(__file__).parent / "unit"
_OUTSIDE_UNITS = {"house", "browser"}
_NUMBERS = itertools.count(1)
_houses: list[place.Place] = []


if _PICTURES := os.environ.get("CASEFLOW_PICTURES"):
    paper_pictures.of_tests(Path(_PICTURES))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a unit test that asks for the database or a browser."""
    for item in items:
        asked = _OUTSIDE_UNITS.intersection(getattr(item, "fixturenames", ()))
        if asked and _UNIT in item.path.parents:
            message = f"{item.nodeid}: a unit test may not use {', '.join(sorted(asked))}"
            raise pytest.UsageError(message)


@pytest.fixture(autouse=True)
def _sockets_barred(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit tests open no socket; the others reach this machine alone."""
    barred = _UNIT in request.path.parents
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        local = self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
        )
        if barred or not local:
            message = f"a socket to {address!r} is barred here"
            raise RuntimeError(message)
        connect(self, address)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _place_kept() -> Iterator[None]:
    """Where files lie is said once per process: a test that moves it puts it back."""
    try:
        before = place.here()
    except RuntimeError:
        before = None
    yield
    if before is not None:
        place.settle(before)


@pytest.fixture(scope="module", autouse=True)
def _place_of_the_house() -> Iterator[None]:
    """What a module moved for all its tests lies, for the next, where the house's lies."""
    yield
    if _houses:
        place.settle(_houses[0])


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """Embedded PostgreSQL and Redis of this test process, with a migrated template."""
    with houses.standing() as standing:
        _houses[:] = [place.here()]
        yield standing


@pytest.fixture(scope="session")
def database(house: House) -> Iterator[db.Database]:
    """A migrated database for tests that roll back; see ``session``."""
    with house.clone("shared") as config:
        opened = db.connect(str(config.database_url))
        yield opened
        opened.dispose()


@pytest.fixture
def session(database: db.Database) -> Iterator[Session]:
    """A transaction with the bureau's time, as the application role; rolled back afterwards."""
    with database.engine.connect() as connection, connection.begin() as whole:
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            token = clock.set_moment(opened.execute(text("SELECT bureau_now()")).scalar_one())
            yield opened
            clock.reset_moment(token)
        whole.rollback()


@pytest.fixture
def own_house(house: House) -> Iterator[Config]:
    """A database of the test's own, for tests that commit: web, jobs, journeys."""
    with house.clone(f"test_{next(_NUMBERS)}") as config:
        yield config


@pytest.fixture
def own_database(own_house: Config) -> Iterator[db.Database]:
    """A pool on ``own_house`` as the application role."""
    opened = db.connect(str(own_house.database_url))
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless."""
    with chromium.chromium() as started:
        yield started


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser: cookies of its own, Chinese, a usual screen."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}
    )
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    """A page in the browser of one person."""
    return visitor.new_page()
