"""How a process of this room begins: settings, logs, the database."""

import gc
import sys

from caseflow import config, db, logs
from caseflow.config import Config
from caseflow.documents import HOUSE_FONTS
from caseflow.services import place


def house(name: str) -> tuple[Config, db.Database]:
    """Open the house for a process of this name that runs until it is stopped."""
    settings = _settle(name)
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set: `caseflow up` starts this process with its settings")
    gc.freeze()  # what is loaded by now stays: it need not be looked through for garbage
    return settings, db.connect(settings.database_url)


def sealer(name: str) -> str:
    """Open the sealer's part of the house; gives the address of the database as its role."""
    settings = _settle(name)
    if settings.sealer_url is None:
        sys.exit("CASEFLOW_SEALER_URL is not set: `caseflow up` starts the sealer with its address")
    return settings.sealer_url


def _settle(name: str) -> Config:
    settings = config.load()
    logs.settle(settings.var, name)
    place.settle(
        place.under(
            settings.var,
            fonts=settings.fonts or HOUSE_FONTS,
            scanner=settings.scanner,
            mail=settings.mail,
        )
    )
    return settings
