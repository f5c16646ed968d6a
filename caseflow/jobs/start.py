"""How a process of this room begins: settings, logs, the database."""

import gc
import logging
import sys

from caseflow import config, db
from caseflow.config import Config
from caseflow.documents import HOUSE_FONTS
from caseflow.services import place

_FORM = "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"


def house() -> tuple[Config, db.Database]:
    """Open the house for a process that runs until it is stopped."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=_FORM)
    settings = config.load()
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set: `caseflow up` starts this process with its settings")
    place.settle(place.under(settings.var, fonts=settings.fonts or HOUSE_FONTS))
    gc.freeze()  # what is loaded by now stays: it need not be looked through for garbage
    return settings, db.connect(settings.database_url, pool_size=2)
