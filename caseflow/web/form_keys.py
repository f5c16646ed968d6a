"""The key of a form that is done once: claimed in the transaction of its act."""

from __future__ import annotations

import uuid

from flask import g, request
from sqlalchemy.orm import Session

from caseflow.services import done_posts

FIELD = "_once"


class AlreadyDone(Exception):
    """The form was done before; nothing of it is done again."""


def claim(session: Session) -> None:
    """Claim the form that is being done, if it carries a key.

    Raises:
        AlreadyDone: it was done before.
    """
    key = of_request()
    if key is None or g.get("claimed_key") == key:
        return
    endpoint = request.endpoint or ""
    if not done_posts.claim(session, g.actor.user_id, key, endpoint=endpoint):
        raise AlreadyDone
    g.claimed_key = key


def of_request() -> uuid.UUID | None:
    """The key of the posted form; none if it has none or a broken one."""
    try:
        return uuid.UUID(request.form[FIELD]) if request.method == "POST" else None
    except (KeyError, ValueError):
        return None
