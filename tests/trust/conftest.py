"""A bureau with one closed case, and its database in the hands of somebody who owns it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import hypothesis
import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.config import Config
from caseflow.services import record
from tests import cast as casting
from tests import desk, factories
from tests.cast import Cast
from tests.support.house import House
from tests.trust.counts import IS_LONG

# `make trust` runs long and at random, `make test` a fiftieth of it with a fixed seed.
hypothesis.settings.register_profile("long", max_examples=5_000, deadline=None)
hypothesis.settings.register_profile("short", max_examples=100, deadline=None, derandomize=True)
hypothesis.settings.load_profile("long" if IS_LONG else "short")


Figures = Callable[..., None]
_FIGURES = "figures"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Keep what a battery counted: ``figures("tamper", attacks=40, caught=40)``.

    All that was kept is printed as one table at the end.
    """

    def keep(battery: str, **counted: object) -> None:
        # As text: what several processes tell each other holds plain values alone.
        told = {name: str(value) for name, value in counted.items()}
        request.node.user_properties.append((_FIGURES, (battery, told)))

    return keep


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of figures."""
    kept = [
        cast("tuple[str, dict[str, object]]", value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == _FIGURES
    ]
    if kept:
        terminalreporter.section("figures")
    for battery, counted in sorted(kept, key=lambda each: each[0]):
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items())
        terminalreporter.write_line(f"{battery:<12} {told}")


@dataclass(frozen=True)
class Bureau:
    """A committed bureau in a database of its own: its people and one closed case."""

    config: Config
    database: db.Database
    people: Cast
    case_id: int
    stream: str


@pytest.fixture(scope="package")
def bureau(house: House) -> Iterator[Bureau]:
    """One case closed with its paper; tests leave it as it is."""
    with standing(house, "trust") as opened:
        yield opened


@contextmanager
def standing(house: House, name: str) -> Iterator[Bureau]:
    """A bureau in a database of its own with one closed case, gone afterwards."""
    with house.clone(name) as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            people = casting.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            desk.to_desk_check(session, people, case)
            desk.check(session, people, case)
            desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
            agreed = {"review_decision": "agree", "opinion": "同意"}
            desk.do(session, people.chief, case, "review", agreed)
            desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
        yield Bureau(config, database, people, case.id, f"case:{case.id}")
        database.dispose()


@pytest.fixture
def tampering(bureau: Bureau) -> Iterator[Session]:
    """A session as the owner of the tables with the guards switched off; rolled back at the end."""
    engine = create_engine(str(bureau.config.owner_url))
    with engine.connect() as connection, connection.begin() as whole:
        for table in ("record_events", "answers", "cases"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            token = clock.set_moment(session.execute(text("SELECT bureau_now()")).scalar_one())
            yield session
            clock.reset_moment(token)
        whole.rollback()
    engine.dispose()


@pytest.fixture
def as_app(bureau: Bureau) -> Iterator[psycopg.Connection]:
    """A bare connection as the application role, rolled back at the end."""
    address = str(bureau.config.database_url).replace("+psycopg", "", 1)
    with psycopg.connect(address) as connection:
        yield connection
        connection.rollback()
