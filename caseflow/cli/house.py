"""Opening the house for a command: settings, a database that answers, a pool on it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from caseflow import config as settings
from caseflow import db
from caseflow.cli.speech import complain
from caseflow.config import BadSetting, Config
from caseflow.embedded import services
from caseflow.embedded.places import CannotStart

BAD_SETTING, CANNOT_START = 2, 3


def configuration() -> Config:
    """Read the settings; nonsense ends the command with a sentence."""
    try:
        return settings.load()
    except BadSetting as error:
        complain(f"设置有误：{error}", f"Bad setting: {error}")
        sys.exit(BAD_SETTING)


@contextmanager
def services_running() -> Iterator[Config]:
    """The settings with the addresses of a database that answers, started for now if need be."""
    config = configuration()
    try:
        with services.database(config) as addressed:
            yield addressed
    except CannotStart as error:
        complain(f"数据库无法启动：{error}", f"The database does not start: {error}")
        sys.exit(CANNOT_START)


@contextmanager
def database() -> Iterator[db.Database]:
    """A pool as the application role, for a command that works with the bureau's data."""
    with services_running() as config:
        if config.database_url is None:
            raise CannotStart("DATABASE_URL")
        opened = db.connect(config.database_url)
        try:
            yield opened
        finally:
            opened.dispose()
