"""How a process of this room begins: settings, logs, the database."""

import logging
import sys

from caseflow import config, db
from caseflow.config import Config
from caseflow.services import record

_FORM = "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"


def house() -> tuple[Config, db.Database]:
    """Open the house for a process that runs until it is stopped."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=_FORM)
    settings = config.load()
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set: `caseflow up` starts this process with its settings")
    record.use_keys(settings.var / "keys")
    return settings, db.connect(settings.database_url, pool_size=2)
