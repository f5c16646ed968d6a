"""A demo bureau of the cast with its web, for journeys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from caseflow import db
from caseflow.clock import BUREAU_ZONE
from caseflow.config import Config
from caseflow.models import Case
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM
from tests import cast, desk, factories
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


@pytest.fixture
def at_desk(bureau: Bureau) -> Bureau:
    """The bureau with one case, which lies with the main officer for the desk check."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, bureau.people, case)
    return bureau


@pytest.fixture
def at_inquiry(at_desk: Bureau) -> Bureau:
    """The bureau with its case at the inquiry, still to be made."""
    with at_desk.database.transaction() as session:
        case = session.scalars(select(Case)).one()
        desk.check(session, at_desk.people, case, then="inquiry")
    return at_desk


@pytest.fixture
def waiting(bureau: Bureau) -> int:
    """A case that waits for any leader of the district to dispatch it."""
    with bureau.database.transaction() as session:
        return factories.case(session, factories.taxpayer(session)).id
