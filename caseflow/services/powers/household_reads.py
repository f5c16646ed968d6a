"""Who opened the file of a household by other than the own scope: noted once a day."""

from __future__ import annotations

import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import HouseholdRead
from caseflow.services import record
from caseflow.vocabulary import Actor

READ = "taxpayer.read"


def note(session: Session, actor: Actor, taxpayer_id: int) -> bool:
    """Note in the reader's own stream that a household was opened; False when today knows it.

    The row and the event share one key, so that two pages opened at once leave one of each.
    """
    key = uuid.uuid4()
    row = insert(HouseholdRead).values(
        taxpayer_id=taxpayer_id, user_id=actor.user_id, on=clock.today(), idem=key
    )
    is_new = session.scalar(row.on_conflict_do_nothing().returning(HouseholdRead.id))
    if is_new is None:
        return False
    stream, payload = f"user:{actor.user_id}", {"taxpayer": taxpayer_id}
    record.append(session, actor, stream, action=READ, payload=payload, idem=key)
    return True
