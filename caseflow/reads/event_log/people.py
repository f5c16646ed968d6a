"""How people are called in an event log: by name, or by a sign that this log alone knows."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import User

People = Callable[[int], str]
_LENGTH = 10


def named(session: Session) -> People:
    """People by their names; one statement for all of them."""
    names = {row[0]: str(row[1]) for row in session.execute(select(User.id, User.name))}
    return lambda user_id: names.get(user_id, str(user_id))


def pseudonymous() -> People:
    """The same person by the same sign all through one log, and by another in the next.

    The key is drawn for this log and kept nowhere, so that nobody finds the person by trying.
    """
    key = secrets.token_bytes(32)

    def sign(user_id: int) -> str:
        return hmac.new(key, str(user_id).encode(), hashlib.sha256).hexdigest()[:_LENGTH]

    return sign
