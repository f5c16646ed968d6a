"""Opening the house for a command: settings, a database that answers, a pool on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from caseflow import config as settings
from caseflow import db
from caseflow.cli.database import furnish, migrate
from caseflow.config import Config
from caseflow.documents import HOUSE_FONTS
from caseflow.embedded import services
from caseflow.services import bureau_clock, place


@contextmanager
def services_running() -> Iterator[Config]:
    """The settings with the addresses of a database that answers, started for now if need be."""
    with services.database(settings.load()) as addressed:
        yield addressed


@contextmanager
def database() -> Iterator[db.Database]:
    """A pool as the application role, for a command that works with the bureau's data."""
    with services.database(settings.load(), on_start=make_ready) as config:
        place.settle(
            place.under(config.var, fonts=config.fonts or HOUSE_FONTS, scanner=config.scanner)
        )
        opened = db.connect(str(config.database_url))
        try:
            yield opened
        finally:
            opened.dispose()


def make_ready(config: Config) -> None:
    """Bring a house that was just started up to date and let its clock go on from where it stood.

    A demo's clock stands still while nothing runs.
    """
    if config.owner_url:
        migrate(config.owner_url)
    furnish(str(config.database_url))
    opened = db.connect(str(config.database_url))
    with opened.transaction() as session:
        bureau_clock.rebase(session)
    opened.dispose()
