"""Why a city leader opens one household: asked once per household and day, kept on the record."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import DrillDown, Taxpayer
from caseflow.services import record
from caseflow.services.powers.grants import require_reason
from caseflow.vocabulary import Actor, NotFound

OPENED = "household.opened"


def give_reason(session: Session, actor: Actor, taxpayer_id: int, *, reason: str) -> bool:
    """Say why a household is opened; False when today's reason is on record already.

    Raises:
        NotFound: there is no such household for the actor; Invalid: the reason says nothing.
    """
    seen = select(Taxpayer.id).where(Taxpayer.id == taxpayer_id, policy.visible_taxpayers(actor))
    if session.scalar(seen) is None:
        raise NotFound("taxpayer", id=taxpayer_id)
    require_reason(reason)
    row = insert(DrillDown).values(
        user_id=actor.user_id,
        taxpayer_id=taxpayer_id,
        on=clock.today(),
        reason=reason.strip(),
        at=clock.now(),
    )
    is_new = session.scalar(row.on_conflict_do_nothing().returning(DrillDown.id))
    if is_new is None:
        return False
    record.append(
        session,
        actor,
        f"user:{actor.user_id}",
        action=OPENED,
        payload={"taxpayer": taxpayer_id, "reason": reason.strip()},
        idem=uuid.uuid4(),
    )
    return True
