"""A small bureau behind the pages: one case at its dispatch, one at its desk check."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from caseflow import db, door_rules
from caseflow.app import create_app
from caseflow.config import Config
from caseflow.services import record
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support.house import House
from tests.support.visitor import Visitor

# Tests ask for more in a minute than a person does; the limits have tests of their own.
_NO_HURRY = dict.fromkeys(door_rules.RATES, 100_000)


@dataclass(frozen=True)
class Bureau:
    """The application over a database of its own, and the people in it."""

    app: Flask
    config: Config
    database: db.Database
    people: Cast

    def visitor(self, login: str) -> Visitor:
        """Somebody signed in."""
        return Visitor(self.app, getattr(self.people, login).user_id)


@pytest.fixture(scope="module")
def bureau(house: House, request: pytest.FixtureRequest) -> Iterator[Bureau]:
    """The bureau that the tests of one module share."""
    name = request.module.__name__.rpartition(".")[2]
    with house.clone(f"web_{name}") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            factories.case(session, factories.taxpayer(session))
            at_desk = factories.case(session, factories.taxpayer(session, serial=2))
            desk.to_desk_check(session, people, at_desk)
        hurried = replace(config, door=replace(config.door, rates=_NO_HURRY))
        yield Bureau(create_app(hurried, database), hurried, database, people)
        database.dispose()
