"""A demo bureau of the cast with its web, for journeys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from caseflow import db
from caseflow.clock import BUREAU_ZONE
from caseflow.config import Config
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM
from tests import cast, factories
from tests.cast import Cast
from tests.journeys.people import Company
from tests.support import product

MONDAY = datetime(2010, 1, 25, 15, 0, tzinfo=BUREAU_ZONE)


@dataclass(frozen=True)
class Bureau:
    """A demo bureau on Monday 2010-01-25, its people on file and its drawing deployed."""

    config: Config
    database: db.Database
    people: Cast


@pytest.fixture
def bureau(own_house: Config, own_database: db.Database) -> Bureau:
    """The bureau in a database of the test's own."""
    with own_database.transaction() as session:
        bureau_clock.begin_demo(session, SYSTEM, MONDAY)
    with own_database.transaction() as session:
        people = cast.enter(session)
        factories.deploy(session)
        bureau_clock.end_past(session, SYSTEM)
    return Bureau(own_house, own_database, people)


@pytest.fixture
def address(bureau: Bureau) -> Iterator[str]:
    """Where the web of the bureau answers."""
    with product.web(bureau.config) as web:
        yield web.address


@pytest.fixture
def company(browser: Browser, address: str) -> Iterator[Company]:
    """The people of the bureau at their browsers."""
    together = Company(address, browser)
    yield together
    together.leave()


@pytest.fixture
def plain_company(browser: Browser, address: str) -> Iterator[Company]:
    """The same people with browsers that run no scripts."""
    together = Company(address, browser, has_scripts=False)
    yield together
    together.leave()
