"""A demo bureau of the cast with its web, for journeys: one for many of them, or one's own."""

from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.journeys import desks
from tests.journeys.people import Company
from tests.support import product
from tests.support.house import House

MONDAY = datetime(2010, 1, 25, 15, 0, tzinfo=BUREAU_ZONE)


@dataclass(frozen=True)
class Bureau:
    """A demo bureau that began on Monday 2010-01-25, its people on file, its drawing deployed."""

    config: Config
    database: db.Database
    people: Cast
    address: str

    def case_at(self, step: str) -> int:
        """A new case that has come to this step."""
        with self.database.transaction() as session:
            return desks.case_at(session, self.people, step).id


@pytest.fixture(scope="session")
def bureau(house: House) -> Iterator[Bureau]:
    """The bureau that journeys share; each brings a case of its own."""
    with house.clone("journeys") as config, at_work(config) as shared:
        yield shared


@pytest.fixture
def fresh_bureau(own_house: Config) -> Iterator[Bureau]:
    """A bureau of the test's own, for what changes its clock or looks at all of it."""
    with at_work(own_house) as fresh:
        yield fresh


@pytest.fixture
def company(browser: Browser, bureau: Bureau) -> Iterator[Company]:
    """The people of the shared bureau at their browsers."""
    together = Company(bureau.address, browser)
    yield together
    together.leave()


@pytest.fixture
def fresh_company(browser: Browser, fresh_bureau: Bureau) -> Iterator[Company]:
    """The people of the test's own bureau."""
    together = Company(fresh_bureau.address, browser)
    yield together
    together.leave()


@contextmanager
def at_work(config: Config) -> Iterator[Bureau]:
    """The bureau and its web on a house of the caller's."""
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        bureau_clock.begin_demo(session, SYSTEM, MONDAY)
    with database.transaction() as session:
        people = cast.enter(session)
        factories.deploy(session)
        bureau_clock.end_past(session, SYSTEM)
    with product.web(config) as web:
        yield Bureau(config, database, people, web.address)
    database.dispose()
