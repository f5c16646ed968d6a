"""Why one case of many could not take its step: a code for its record, the rest for the log."""

from __future__ import annotations

import logging
import secrets

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from caseflow import db
from caseflow.engine import EngineError
from caseflow.vocabulary import Refused

_log = logging.getLogger(__name__)


def is_of_the_house(error: Exception) -> bool:
    """Whether the database itself is in trouble, so that no case can go on and none is at fault."""
    return isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError)


def code_of(error: Exception) -> str:
    """The code under which a case is set aside.

    What nobody foresaw is logged under a number, which stands in the code. What is no fault of
    the case is raised again.
    """
    if is_of_the_house(error):
        raise error
    if isinstance(error, EngineError | Refused):
        return error.code
    if isinstance(error, IntegrityError | DataError):
        return db.constraint(error)
    number = secrets.token_hex(4)
    _log.error("event=case_set_aside error=%s", number, exc_info=error)
    return f"fault_{number}"
